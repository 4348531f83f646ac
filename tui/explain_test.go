package tui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// newScreen is a Model that goes nowhere.
func newScreen(t *testing.T, lang string) *Model {
	t.Helper()
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(t.Context(), Options{
		Dialer: &session.Dialer{Keeper: keeper}, Keeper: keeper, Locale: locale.New(lang),
		Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"},
	})
	t.Cleanup(m.close)
	return m
}

// Every error that the table and the protocol know has a sentence in both
// languages; a message that is missing would be its id in brackets.
func TestEveryProblemHasWords(t *testing.T) {
	codes := []wire.Code{
		wire.NotFound, wire.Exists, wire.Conflict, wire.Denied, wire.Unauthenticated, wire.QuotaExceeded, wire.NoSpace,
		wire.Invalid, wire.TooLarge, wire.Busy, wire.RateLimited, wire.Unavailable, wire.Damaged, wire.Internal, "code_of_tomorrow",
	}
	addresses := []session.AddressProblem{session.AddressEmpty, session.AddressURL, session.AddressHost, session.AddressPort}
	var all []error
	for _, row := range slices.Concat(problems, explain.Table) {
		all = append(all, row.Is)
	}
	for _, code := range codes {
		all = append(all, wire.Errorf(code, "text"))
	}
	for _, why := range wire.Reasons {
		ended := wire.Errorf(wire.Unauthenticated, "text")
		ended.Reason = why
		all = append(all, ended)
	}
	for _, problem := range addresses {
		all = append(all, &session.AddressError{Server: "x", Problem: problem})
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		m := newScreen(t, lang)
		for _, err := range all {
			if sentence := m.explain(err); sentence == "" || strings.Contains(sentence, "⟨") || strings.Contains(sentence, "<no value>") {
				t.Errorf("%s: %v is explained as %q", lang, err, sentence)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	m := newScreen(t, locale.English)
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{
			"no connection", fmt.Errorf("drive.lab:7440 %w: %w", client.ErrUnreachable, errors.New("connection refused")),
			"The server cannot be reached (connection refused).",
		},
		{"a silent line", fmt.Errorf("%w: %w", client.ErrLost, client.ErrSilent), "The server does not respond: the network may be down."},
		{
			"a folder for downloads",
			&transfer.Error{Kind: transfer.ErrTargetFolder, Path: "/x", Err: &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrPermission}},
			"The download folder cannot be used (permission denied): choose another with D.",
		},
		{
			"a refusal with control characters", wire.Errorf(wire.Invalid, "bad\x1b[31m\u202ename"),
			"The server refuses this: bad␛[31m⟨U+202E⟩name",
		},
		{"somebody else's error", errors.New("odd\a"), "odd␇"},
		{"took too long", fmt.Errorf("dial: %w", context.DeadlineExceeded), "The server took too long to answer."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := m.explain(tt.err); got != tt.want {
				t.Errorf("explained as %q, want %q", got, tt.want)
			}
		})
	}
}
