//go:build !windows

package tui

import (
	"slices"
	"testing"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// TestKeysDoNotClash looks for default keys that have two commands in one place.
func TestKeysDoNotClash(t *testing.T) {
	commands := newModelFor(t).commands.All()
	for i, a := range commands {
		for _, b := range commands[i+1:] {
			for _, key := range a.Keys {
				shared := a.In & b.In
				if command.Types(key) {
					shared &^= command.Typing
				}
				if shared != 0 && slices.Contains(b.Keys, key) {
					t.Errorf("%s and %s both have %q", a.Name, b.Name, key)
				}
			}
		}
	}
}

// TestEveryCommandHasWords finds commands without a help sentence in one of the
// languages, and commands that nothing can run.
func TestEveryCommandHasWords(t *testing.T) {
	m := newModelFor(t)
	for _, lang := range []string{locale.English, locale.Chinese} {
		l := locale.New(lang)
		for _, c := range m.commands.All() {
			if c.Help == "" || l.T(c.Help) == "" || l.T(c.Help) == c.Help {
				t.Errorf("%s has no help in %s", c.Name, lang)
			}
			if c.In == 0 || c.Name.Section() == "" && c.Usage == "" {
				t.Errorf("%s can be neither pressed nor typed", c.Name)
			}
		}
	}
	if problems := loadKeys(t.TempDir(), m.commands); len(problems) > 0 {
		t.Errorf("without a key file: %v", problems)
	}
}

// newModelFor returns a Model on which nobody is logged in.
func newModelFor(t *testing.T) *Model {
	t.Helper()
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(t.Context(), Options{Dialer: &session.Dialer{Keeper: keeper}, Keeper: keeper, Locale: locale.New(locale.English)})
	t.Cleanup(m.close)
	return m
}
