//go:build !windows

package tui

import (
	"slices"
	"testing"

	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// TestKeysDoNotClash looks for keys that mean two things in one place.
func TestKeysDoNotClash(t *testing.T) {
	m := newModelFor(t)
	commands := m.commands()
	for i, a := range commands {
		for _, b := range commands[i+1:] {
			if a.in&b.in == 0 {
				continue
			}
			for _, key := range a.binding.Keys() {
				if slices.Contains(b.binding.Keys(), key) {
					t.Errorf("%s and %s both have %q", a.Name, b.Name, key)
				}
			}
		}
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
