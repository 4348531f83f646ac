package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
)

// toolActions do something with single files, beside moving them.
func toolActions() []action {
	return []action{
		{id: "open", words: "open.key", keys: []string{"o"}, in: inList, group: aboutFiles, online: true, run: (*Model).openSelected},
		{id: "checksum", words: "checksum.key", keys: []string{"#"}, in: inList, group: aboutFiles, online: true, run: (*Model).askSums},
		{id: "edit", words: "edit.key", keys: []string{"e"}, in: inList, group: aboutFiles, online: true, run: (*Model).editSelected},
		{id: "copy_path", words: "clipboard.key", keys: []string{"y"}, in: inList, group: aboutFiles, run: (*Model).copySelected},
	}
}

// toolWords are those that can be typed.
func toolWords() []typedWord {
	return []typedWord{
		{name: "find", does: "search.key", usage: "find TEXT", args: []argument{plainText}, action: "search", run: (*Model).typedFind},
	}
}

// waiting is something that a person waits for, and can give up.
type waiting struct {
	*dialog.Question
	ctx    context.Context //nolint:containedctx // it is the life of what is waited for
	cancel context.CancelFunc
}

// wait shows that something is going on with the drive.
func (m *Model) wait(title, said dialog.Words) *waiting {
	w := new(waiting)
	w.ctx, w.cancel = context.WithCancel(m.drive.ctx)
	w.Question = dialog.NewWaiting(title, []dialog.Words{said}, giveUpMsg{w})
	m.dialogs.Push(w.Question)
	return w
}

// waited ends the waiting, and reports whether it was not given up.
func (m *Model) waited(w *waiting) bool {
	w.cancel()
	return m.dialogs.Close(w.Question)
}

// giveUpMsg is the answer of who waits no longer.
type giveUpMsg struct{ waiting *waiting }

func (msg giveUpMsg) apply(*Model) tea.Cmd {
	msg.waiting.cancel()
	return nil
}

// tell opens a dialog that only tells.
func (m *Model) tell(title dialog.Words, body ...dialog.Words) {
	m.dialogs.Push(dialog.NewMessage(title, body...))
}
