package main

import (
	"fmt"
	"strings"
	"testing"

	"wangpan/tui/explain"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// TestReasons: why an account or a session cannot be used is said in the user's
// language, with exit code 11, however the client learned it.
func TestReasons(t *testing.T) {
	for _, why := range wire.Reasons {
		ended := wire.Errorf(wire.Unauthenticated, "the server's words")
		ended.Reason = why
		denied := *ended
		denied.Code = wire.Denied
		for _, err := range []error{
			&denied,
			fmt.Errorf("%w: %w", session.ErrLoggedOut, ended),
			fmt.Errorf("%w: %w", client.ErrLost, ended),
		} {
			for _, lang := range []string{"en", "zh"} {
				a, _, _ := newApp(lang)
				o := a.explain(err)
				if want := a.loc.T("cli.reason." + string(why)); o.Exit != explain.ExitDenied || o.Sentence != want || strings.HasPrefix(want, "cli.") {
					t.Errorf("%s in %s: exit %d with %q, want %d with %q", why, lang, o.Exit, o.Sentence, explain.ExitDenied, want)
				}
				asks := strings.Contains(o.Sentence, "operator") || strings.Contains(o.Sentence, "管理员")
				if (o.Hint == "") != asks {
					t.Errorf("%s in %s: the hint is %q", why, lang, o.Hint)
				}
			}
		}
	}
}
