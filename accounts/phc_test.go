package accounts

import (
	"strings"
	"testing"

	"golang.org/x/text/secure/precis"
)

const goodHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func TestParsePHC(t *testing.T) {
	with := func(old, other string) string { return strings.Replace(goodHash, old, other, 1) }
	for _, c := range []struct {
		name, hash string
		want       bool
	}{
		{"good", goodHash, true},
		{"stronger", with("m=19456,t=2,p=1", "m=65536,t=3,p=4"), true},
		{"blank", "", false},
		{"another algorithm", with("argon2id", "argon2i"), false},
		{"another version", with("v=19", "v=16"), false},
		{"no passes, on which argon2 panics", with("t=2", "t=0"), false},
		{"no threads", with("p=1", "p=0"), false},
		{"four gigabytes", with("m=19456", "m=4194304"), false},
		{"more than 32 bits", with("m=19456", "m=4294986752"), false},
		{"too weak", with("m=19456", "m=8"), false},
		{"too many passes", with("t=2", "t=4294967295"), false},
		{"negative", with("t=2", "t=-2"), false},
		{"plus sign", with("t=2", "t=+2"), false},
		{"leading zero", with("t=2", "t=02"), false},
		{"another order", with("m=19456,t=2,p=1", "t=2,m=19456,p=1"), false},
		{"four costs", with("p=1", "p=1,x=1"), false},
		{"no salt", with("$AAAAAAAAAAAAAAAAAAAAAA$", "$$"), false},
		{"padded", goodHash + "=", false},
		{"line break in the salt", with("AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAA\nAAAAAAAAAAA"), false},
		{"trailing bits", goodHash[:len(goodHash)-1] + "B", false},
		{"six dollars", goodHash + "$", false},
		{"very long", goodHash + strings.Repeat("A", 1000), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := parsePHC(c.hash)
			if err == nil != c.want {
				t.Fatalf("%v, want good: %v", err, c.want)
			}
			if err == nil && h.String() != c.hash {
				t.Errorf("writes back as %s", h)
			}
		})
	}
}

func FuzzPHC(f *testing.F) {
	f.Add(goodHash)
	f.Add("$argon2id$v=19$m=0,t=0,p=0$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parsePHC(s)
		if err != nil {
			return
		}
		if h.String() != s {
			t.Fatalf("%q writes back as %q", s, h)
		}
		if h.memory < costMemory || h.memory > maxMemory || h.time < costTime || h.time > maxTime || h.threads < 1 || h.threads > maxThreads {
			t.Fatalf("%q is out of bounds", s)
		}
	})
}

func TestPreparePassword(t *testing.T) {
	for _, c := range []struct{ name, typed, want string }{
		{"plain", "correct horse", "correct horse"},
		{"wide space", "correct\u3000horse", "correct horse"},
		{"decomposed", "pa\u0301ssword", "p\u00e1ssword"},
		{"tab", "eight\t..", "eight\t.."},
		{"family emoji", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"longest", strings.Repeat("a", 256), strings.Repeat("a", 256)},
		{"short", "1234567", ""},
		{"long", strings.Repeat("a", 257), ""},
		{"invalid utf-8", "1234567\xff", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := preparePassword(c.typed)
			if got != c.want || err == nil != (c.want != "") {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
			// What the profile accepts, it must map as we do.
			if theirs, err := precis.OpaqueString.String(c.typed); err == nil && c.want != "" && theirs != got {
				t.Errorf("OpaqueString maps it to %q and we to %q", theirs, got)
			}
		})
	}
}

func TestParseQuota(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int64
		set, bad   bool
	}{
		{"blank", "", 0, false, false},
		{"bytes", "1500", 1500, true, false},
		{"as Excel stores it", "1E+12", 1e12, true, false},
		{"size", "10 GB", 10e9, true, false},
		{"binary size", "10 GiB", 10 << 30, true, false},
		{"unlimited", "Unlimited", 0, true, false},
		{"in chinese", "无限制", 0, true, false},
		{"zero", "0", 0, false, true},
		{"zero size", "0 GB", 0, false, true},
		{"negative", "-1", 0, false, true},
		{"fraction of a byte", "0.5", 0, false, true},
		{"not a number", "NaN", 0, false, true},
		{"infinite", "Inf", 0, false, true},
		{"too large", "99999999 EB", 0, false, true},
		{"words", "ten", 0, false, true},
		{"long", strings.Repeat("1", 100), 0, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseQuota(c.text)
			if got.most != c.want || got.set != c.set || err != nil != c.bad {
				t.Errorf("got %+v, %v, want %d", got, err, c.want)
			}
		})
	}
}
