package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestAddress holds that the messages of a feature come back to it, and that
// requests to Bubble Tea reach Bubble Tea.
func TestAddress(t *testing.T) {
	type own struct{}
	if got := address(signInFeature, own{}); got != (envelope{signInFeature, own{}}) {
		t.Errorf("a message of a feature became %#v", got)
	}
	if got := address(signInFeature, nil); got != nil {
		t.Errorf("no message became %#v", got)
	}
	for _, cmd := range []tea.Cmd{tea.Quit, tea.SetClipboard("x"), tea.Sequence(tea.Quit, tea.Quit)} {
		if got, enveloped := addressed(signInFeature, cmd)().(envelope); enveloped {
			t.Errorf("a request to Bubble Tea became %#v", got)
		}
	}
	first := func() tea.Msg { return own{} }
	batch, ok := addressed(signInFeature, tea.Batch(first, tea.Quit))().(tea.BatchMsg)
	if !ok || len(batch) != 2 {
		t.Fatalf("a batch became %#v", batch)
	}
	if got := batch[0](); got != (envelope{signInFeature, own{}}) {
		t.Errorf("a message in a batch became %#v", got)
	}
	if got := batch[1](); got != (tea.QuitMsg{}) {
		t.Errorf("a request in a batch became %#v", got)
	}
}
