package changes

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// Undo undoes the latest change, whichever side it is on. from is the side whose pane
// the user is in.
func (c *Changes) Undo(from change.Side) tea.Cmd {
	c.from = from
	b, work, err := c.Engine.Undo()
	return c.undone(b, work, err)
}

// undone runs what [change.Engine.Undo] returned, or says why there is nothing to run.
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
	case b == nil: // it follows the batch that runs
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
		b.Focus = b.Steps[0].To.Base() // the file is there again
	}
	return c.run(b, work)
}

// stay shows the files again of a batch that will not run, and returns their names.
func (c *Changes) stay(b *change.Batch) []wire.Name {
	if !b.Hidden {
		return nil
	}
	names := b.Names(b.Steps)
	c.Panes[b.Side].Stay(b.Folder, names...)
	return names
}
