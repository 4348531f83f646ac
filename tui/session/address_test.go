package session

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNormalize(t *testing.T) {
	tests := []struct {
		name    string
		in      string
		problem AddressProblem
		want    string
	}{
		{name: "host", in: "drive.lab", want: "drive.lab:7440"},
		{name: "host and port", in: "drive.lab:99", want: "drive.lab:99"},
		{name: "blanks around", in: " drive.lab\t", want: "drive.lab:7440"},
		{name: "upper case", in: "Drive.LAB:99", want: "drive.lab:99"},
		{name: "final dot", in: "drive.lab.", want: "drive.lab:7440"},
		{name: "underscore", in: "my_nas", want: "my_nas:7440"},
		{name: "port with zeros", in: "drive.lab:0099", want: "drive.lab:99"},
		{name: "IPv4", in: "192.168.1.2", want: "192.168.1.2:7440"},
		{name: "IPv6", in: "::1", want: "[::1]:7440"},
		{name: "long IPv6", in: "0:0:0:0:0:0:0:1", want: "[::1]:7440"},
		{name: "IPv6 in brackets", in: "[::1]", want: "[::1]:7440"},
		{name: "IPv6 and port", in: "[2001:DB8::1]:99", want: "[2001:db8::1]:99"},
		{name: "IPv6 with a zone", in: "fe80::1%eth0", want: "[fe80::1%eth0]:7440"},
		{name: "Chinese name", in: "网盘.example", want: "xn--vzyr4p.example:7440"},
		{name: "embedded", in: "embedded", want: Embedded},
		{name: "a host called embedded", in: "embedded:7440", want: "embedded:7440"},

		{name: "nothing", in: "", problem: AddressEmpty},
		{name: "blanks", in: "  ", problem: AddressEmpty},
		{name: "URL", in: "https://drive.lab", problem: AddressURL},
		{name: "path", in: "drive.lab/photos", problem: AddressURL},
		{name: "port 0", in: "drive.lab:0", problem: AddressPort},
		{name: "port too large", in: "drive.lab:65536", problem: AddressPort},
		{name: "no port", in: "drive.lab:", problem: AddressPort},
		{name: "port of letters", in: "drive.lab:http", problem: AddressPort},
		{name: "port below zero", in: "drive.lab:-1", problem: AddressPort},
		{name: "no host", in: ":7440", problem: AddressHost},
		{name: "blank inside", in: "drive lab", problem: AddressHost},
		{name: "two dots", in: "drive..lab", problem: AddressHost},
		{name: "a user", in: "alice@drive.lab", problem: AddressHost},
		{name: "escape code", in: "drive\x1b[2J", problem: AddressHost},
		{name: "bidi override", in: "drive\u202elab", problem: AddressHost},
		{name: "brackets around a name", in: "[drive.lab]:99", problem: AddressHost},
		{name: "bracket not closed", in: "[::1:99", problem: AddressHost},
		{name: "label of 64", in: strings.Repeat("a", 64), problem: AddressHost},
		{name: "too long", in: strings.Repeat("a.", 127), want: strings.Repeat("a.", 126) + "a:7440"},
		{name: "longer", in: strings.Repeat("a.", 128), problem: AddressHost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Normalize(tt.in)
			if tt.problem != "" {
				wrong, ok := errors.AsType[*AddressError](err)
				if !ok || wrong.Problem != tt.problem || wrong.Server != tt.in {
					t.Fatalf("Normalize(%q) = %q, %#v, want the problem %s", tt.in, got, err, tt.problem)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("Normalize(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestNormalizeOnceIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\[\]a-f0-9:.%网]{1,20}(:[0-9]{1,5})?`)).Draw(t, "server")
		once, err := Normalize(s)
		if err != nil {
			return
		}
		if twice, err := Normalize(once); err != nil || twice != once {
			t.Fatalf("Normalize(%q) = %q, which becomes %q, %v", s, once, twice, err)
		}
	})
}

func TestSplitUser(t *testing.T) {
	tests := []struct{ name, in, user, want string }{
		{"server only", "drive.lab", "", "drive.lab"},
		{"user", "alice@drive.lab:99", "alice", "drive.lab:99"},
		{"no user", "@drive.lab", "", "drive.lab"},
		{"no server", "alice@", "alice", ""},
		{"two", "a@b@c", "a@b", "c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if user, server := SplitUser(tt.in); user != tt.user || server != tt.want {
				t.Errorf("SplitUser(%q) = %q, %q, want %q, %q", tt.in, user, server, tt.user, tt.want)
			}
		})
	}
}
