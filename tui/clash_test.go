package tui

import (
	"slices"
	"testing"
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
