package changes

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// Undo undoes the latest change of both sides. from is the side of the pane in which the
// user pressed the key.
func (c *Changes) Undo(from change.Side) tea.Cmd {
	c.from = from
	b, work, err := c.Engine.Undo()
	return c.undone(b, work, err)
}

// undone handles the results of [change.Engine.Undo]: it runs the work, or shows why there
// is none.
func (c *Changes) undone(b *change.Batch, work change.Work, err error) tea.Cmd {
	switch {
	case errors.Is(err, change.ErrBusy):
		c.sayBusy()
		return nil
	case errors.Is(err, change.ErrTooMany):
		c.Host.Say(true, locale.Say("act.undo.too_many", "Key", c.Label("drive.trash")))
		return nil
	case err != nil:
		c.Host.Say(false, locale.Say("act.undo.nothing"))
		return nil
	case b == nil: // the undo starts after the running batch
		return nil
	}
	pane := c.Panes[b.Side]
	if work == nil { // the batch had not started
		if names := c.stay(b); len(names) > 0 && b.Folder == pane.Path() {
			pane.Seek(names[0])
		}
		c.Host.Say(false, locale.SayN("act.undo.done", len(b.Steps), "Name", b.Steps[0].Path.Base()))
		return nil
	}
	b.Folder, b.Moves = pane.Path(), pane.Moves()
	b.Across = c.from != b.Side
	if len(b.Steps) > 0 && b.Steps[0].To != "" && b.Steps[0].To.Dir() == b.Folder {
		b.Focus = b.Steps[0].To.Base() // the path of the file after the undo
	}
	return c.run(b, work)
}

// stay shows the hidden files of a batch that will not run again, and returns their names.
func (c *Changes) stay(b *change.Batch) []wire.Name {
	if !b.Hidden {
		return nil
	}
	names := b.Names(b.Steps)
	c.Panes[b.Side].Stay(b.Folder, names...)
	return names
}
