package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
)

// toolCommands do something with single files, beside moving them.
func (m *Model) toolCommands() []command.Command {
	return []command.Command{
		{Name: "drive.open", Help: "open.key", Keys: []string{"o"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.openSelected)},
		{Name: "drive.checksum", Help: "checksum.key", Keys: []string{"#"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.askSums)},
		{Name: "drive.edit", Help: "edit.key", Keys: []string{"e"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.editSelected)},
		{Name: "drive.copy_path", Help: "clipboard.key", Keys: []string{"y"}, In: command.List, Group: command.FilesGroup, Run: command.Do(m.copySelected)},
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
