package wire

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		name  string
		hello HelloArgs
		want  error
	}{
		{"this version", HelloArgs{Magic: Magic, Versions: []int{1}}, nil},
		{"this one and later ones", HelloArgs{Magic: Magic, Versions: []int{3, 2, 1}}, nil},
		{"later ones only", HelloArgs{Magic: Magic, Versions: []int{2, 3}}, Unavailable},
		{"none", HelloArgs{Magic: Magic}, Unavailable},
		{"no client of ours", HelloArgs{Magic: "cloud", Versions: []int{1}}, Invalid},
		{"no magic", HelloArgs{Versions: []int{1}}, Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, err := tt.hello.Choose()
			if !errors.Is(err, tt.want) || err == nil && version != Version1 {
				t.Errorf("got %d, %v, want %v", version, err, tt.want)
			}
		})
	}
}

func TestTokensAreNotPrinted(t *testing.T) {
	token := Token(aToken)
	for _, format := range []string{"%v", "%s", "%+v", "%#v", "%q", "%x", "%X"} {
		for _, v := range []any{token, JoinArgs{token}, SessionReply{Token: token}, &SessionReply{Token: token}, []Token{token}} {
			printed := strings.ToLower(fmt.Sprintf(format, v))
			if strings.Contains(printed, aToken[:16]) || strings.Contains(printed, hex.EncodeToString([]byte(aToken[:16]))) {
				t.Errorf("%s of %T shows the token: %s", format, v, printed)
			}
		}
	}
}

func TestFingerprint(t *testing.T) {
	got := Fingerprint([]byte("abc"))
	// SHA-256 of "abc", from FIPS 180-2, appendix B.1.
	sum, err := hex.DecodeString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	if err != nil {
		t.Fatal(err)
	}
	if want := "SHA256:" + base64.RawStdEncoding.EncodeToString(sum); got != want || len(got) != 50 {
		t.Errorf("got %s, want %s", got, want)
	}
}
