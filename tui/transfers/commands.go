package transfers

import (
	"math"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// Commands returns the commands for transfers, in the order in which help shows
// them; see also FileCommands.
func (t *Transfers) Commands() []command.Command {
	commands := append(t.paneCommands(), []command.Command{
		{
			Name: "drive.transfers", Help: "screen.keys.pane", Keys: []string{"t"}, In: command.Folders,
			Able: func() bool { return !t.Pane.Empty() },
			Run:  command.Just(func() { t.Host.FocusTransfers(true) }),
		},
		{
			Name: "drive.list", Help: "screen.keys.list", Keys: []string{"t", "tab"}, In: command.Transfers,
			Run: command.Just(func() { t.Host.FocusTransfers(false) }),
		},
		{Name: "drive.unfinished", Help: "screen.keys.earlier", Keys: []string{"O"}, In: command.Panes, Run: command.Do(t.askUnfinished)},
		{Name: "drive.staged", Help: "screen.keys.staged", Keys: []string{"U"}, In: command.Panes, Run: command.Do(t.askStaged)},
		{
			Name: "drive.rate_limit", Help: "screen.keys.limit", Keys: []string{"R"}, In: command.Panes,
			Run: command.JustOr(t.askLimit, t.typedLimit), Usage: "limit 2MB", Args: []command.Argument{command.Text},
		},
	}...)
	for i := range commands {
		commands[i].Group = command.TransfersGroup
	}
	return commands
}

// FileCommands returns the commands of the feature that help shows in the group of files.
func (t *Transfers) FileCommands() []command.Command {
	return []command.Command{
		{
			Name: "drive.upload", Help: "screen.keys.upload", Keys: []string{"u"}, In: command.List, Group: command.FilesGroup, Online: true,
			Run: command.DoOr(t.pick, t.put), Usage: "put PATH", Args: []command.Argument{command.LocalPath},
		},
		{
			Name: "drive.downloads_folder", Help: "screen.keys.into", Keys: []string{"D"}, In: command.Folders, Group: command.FilesGroup,
			Run: command.Just(t.askFolder),
		},
	}
}

// paneCommands returns the commands that work while the pane has the focus.
func (t *Transfers) paneCommands() []command.Command {
	move := func(by int) func([]string) (tea.Cmd, locale.Words) {
		return command.Just(func() { t.Pane.Move(by) })
	}
	commands := []command.Command{
		{Name: "transfers.up", Help: "keys.up", Keys: []string{"up", "k"}, Label: "k/up", Run: move(-1)},
		{Name: "transfers.down", Help: "keys.down", Keys: []string{"down", "j"}, Label: "j/down", Run: move(1)},
		{Name: "transfers.first", Help: "keys.first", Keys: []string{"home", "g"}, Label: "g", Run: move(-math.MaxInt32)},
		{Name: "transfers.last", Help: "keys.last", Keys: []string{"end", "G"}, Label: "G", Run: move(math.MaxInt32)},
		t.one(command.Command{Name: "transfers.show", Help: "queue.keys.show", Keys: []string{"enter", "i"}}, always, t.show),
		t.one(command.Command{Name: "transfers.pause", Help: "queue.keys.pause", Keys: []string{"p", "space"}, Online: true}, pausable, t.pause),
		{Name: "transfers.pause_all", Help: "queue.keys.pause_all", Keys: []string{"s"}, Run: command.Do(t.pauseAll)},
		{Name: "transfers.resume_all", Help: "queue.keys.resume_all", Keys: []string{"S"}, Run: command.Do(t.resumeAll)},
		t.one(command.Command{Name: "transfers.cancel", Help: "queue.keys.cancel", Keys: []string{"x", "delete"}}, cancellable,
			func(at transfer.Transfer) { t.drive.queue.Cancel(at.ID) }),
		t.one(command.Command{Name: "transfers.retry", Help: "queue.keys.retry", Keys: []string{"r"}, Online: true}, retriable,
			func(at transfer.Transfer) { t.drive.queue.Retry(at.ID) }),
		t.one(command.Command{Name: "transfers.earlier", Help: "queue.keys.earlier", Keys: []string{"K", "shift+up"}}, always,
			func(at transfer.Transfer) { t.reorder(at, false) }),
		t.one(command.Command{Name: "transfers.later", Help: "queue.keys.later", Keys: []string{"J", "shift+down"}}, always,
			func(at transfer.Transfer) { t.reorder(at, true) }),
		{Name: "transfers.clear", Help: "queue.keys.clear", Keys: []string{"c"}, Run: command.Just(func() { t.drive.queue.ClearFinished() })},
	}
	for i := range commands {
		commands[i].In = command.Transfers
	}
	return commands
}

// one returns c with Able and Run for the transfer under the cursor. possible reports
// whether the command applies to a transfer; do carries it out.
func (t *Transfers) one(c command.Command, possible func(*transfer.Transfer) bool, do func(transfer.Transfer)) command.Command {
	c.Able = func() bool {
		at, ok := t.Pane.Current()
		return ok && possible(&at)
	}
	c.Run = command.Just(func() {
		if at, ok := t.Pane.Current(); ok {
			do(at)
		}
	})
	return c
}

func always(*transfer.Transfer) bool { return true }

func pausable(one *transfer.Transfer) bool {
	switch one.State {
	case transfer.Paused, transfer.Queued, transfer.Active, transfer.Waiting:
		return true
	default:
		return false
	}
}

// cancellable reports whether a transfer can be cancelled. A failed one can, because
// cancelled transfers can be cleared.
func cancellable(one *transfer.Transfer) bool {
	return one.State != transfer.Done && one.State != transfer.Cancelled
}

func retriable(one *transfer.Transfer) bool {
	switch one.State {
	case transfer.Failed, transfer.Cancelled, transfer.Waiting:
		return true
	default:
		return one.Tree != nil && one.Tree.Failed > 0
	}
}

// pause pauses a transfer, or resumes a paused one.
func (t *Transfers) pause(one transfer.Transfer) {
	if one.State == transfer.Paused {
		t.drive.queue.Resume(one.ID)
		return
	}
	t.drive.queue.Pause(one.ID)
}

// reorder moves a transfer before or after the next waiting one, or shows why that is not
// possible.
func (t *Transfers) reorder(one transfer.Transfer, later bool) {
	switch {
	case t.Pane.Unmovable(later) != "":
		t.Host.Say(true, func(*locale.Locale) string { return t.Pane.Unmovable(later) })
	case later:
		t.drive.queue.MoveDown(one.ID)
	default:
		t.drive.queue.MoveUp(one.ID)
	}
}

// pauseAll pauses all transfers, including those that the snapshot hides.
func (t *Transfers) pauseAll() tea.Cmd {
	q := t.drive.queue
	return each(q, q.Pause, transfer.Active, transfer.Queued, transfer.Waiting, transfer.Asking)
}

func (t *Transfers) resumeAll() tea.Cmd {
	q := t.drive.queue
	return each(q, q.Resume, transfer.Paused)
}

// each returns the command that calls do for all transfers in some states. do changes the
// state, so that the next snapshot contains transfers which the one before left out.
func each(q *transfer.Queue, do func(transfer.ID), in ...transfer.State) tea.Cmd {
	return func() tea.Msg {
		done := make(map[transfer.ID]bool) // so that it ends even if a state does not change
		for {
			before := len(done)
			for _, one := range q.Snapshot().Transfers {
				if one.Parent == 0 && !done[one.ID] && slices.Contains(in, one.State) {
					done[one.ID] = true
					do(one.ID)
				}
			}
			if len(done) == before {
				return nil
			}
		}
	}
}

// Useful returns the commands for the hints of the pane that apply now, the most useful
// first.
func (t *Transfers) Useful() []command.Name {
	useful := []command.Name{"drive.list"}
	if t.drive != nil && len(t.drive.unfinished) > 0 {
		useful = append(useful, "drive.unfinished")
	}
	one, ok := t.Pane.Current()
	if !ok {
		return useful
	}
	useful = append(useful, usefulFor(one.State)...)
	if t.Pane.Unmovable(false) == "" {
		useful = append(useful, "transfers.earlier")
	}
	if t.Pane.Unmovable(true) == "" {
		useful = append(useful, "transfers.later")
	}
	return useful
}

// usefulFor returns the useful commands for a transfer in a state.
func usefulFor(state transfer.State) []command.Name {
	switch state {
	case transfer.Failed:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.cancel", "transfers.clear"}
	case transfer.Cancelled:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.clear"}
	case transfer.Done:
		return []command.Name{"transfers.show", "transfers.clear"}
	case transfer.Asking:
		return []command.Name{"transfers.show", "transfers.cancel"}
	case transfer.Waiting:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.pause", "transfers.cancel", "transfers.pause_all"}
	case transfer.Paused:
		return []command.Name{"transfers.show", "transfers.pause", "transfers.resume_all", "transfers.cancel"}
	default:
		return []command.Name{"transfers.show", "transfers.pause", "transfers.cancel", "transfers.pause_all"}
	}
}
