package signin

import (
	"errors"
	"strings"
	"testing"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// elsewhere is a Host that explains every error in the same words.
type elsewhere struct{ Host }

func (elsewhere) Explain(error) string { return "elsewhere" }

func TestExplain(t *testing.T) {
	disabled := wire.Errorf(wire.Denied, "no")
	disabled.Reason = wire.Reasons[0]
	tests := []struct {
		name   string
		err    error
		create bool
		want   string // the message; blank: the screen explains it
	}{
		{"wrong password", wire.Errorf(wire.Unauthenticated, "no"), false, "problem.wrong_password"},
		{"a session that has ended", errors.Join(session.ErrLoggedOut, wire.Unauthenticated), false, ""},
		{"name taken", wire.Errorf(wire.Exists, "no"), true, "problem.name_taken"},
		{"no registration", wire.Errorf(wire.Denied, "no"), true, "problem.registration"},
		{"denied with a reason", disabled, true, ""},
		{"denied on login", wire.Errorf(wire.Denied, "no"), false, ""},
		{"no connection", client.ErrUnreachable, true, ""},
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		s := &SignIn{Options: Options{Locale: locale.New(lang), Host: elsewhere{}}}
		for _, tt := range tests {
			want := "elsewhere"
			if tt.want != "" {
				want = s.Locale.T(tt.want)
			}
			if got := s.explain(tt.err, tt.create); got != want || strings.Contains(got, "⟨") {
				t.Errorf("%s: %s: %q, want %q", lang, tt.name, got, want)
			}
		}
	}
}

func TestFieldOf(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		create bool
		want   cardField
	}{
		{"address", &session.AddressError{Problem: session.AddressPort}, false, serverField},
		{"unreachable", client.ErrUnreachable, false, serverField},
		{"key not accepted", &session.KeyError{Presented: "SHA256:x"}, false, serverField},
		{"wrong password", wire.Errorf(wire.Unauthenticated, "no"), false, passwordField},
		{"name taken", wire.Errorf(wire.Exists, "no"), true, userField},
		{"no invitation", wire.Errorf(wire.Denied, "no"), true, invitationField},
		{"too many tries", wire.Errorf(wire.RateLimited, "no"), false, noField},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fieldOf(tt.err, tt.create); got != tt.want {
				t.Errorf("field %v, want %v", got, tt.want)
			}
		})
	}
}
