//go:build !windows

package tui

import (
	"slices"
	"testing"
)

// Keys that choose the same thing one after the other leave the last choice.
func TestStoredInOrder(t *testing.T) {
	m := newModelFor(t)
	var stored []int
	for i := range 100 {
		m.store(func() error {
			stored = append(stored, i)
			return nil
		})
	}
	m.group.Wait()
	if len(stored) != 100 || !slices.IsSorted(stored) {
		t.Errorf("stored in the order %v", stored)
	}
}
