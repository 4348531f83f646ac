package remote

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
	"wangpan/wire/client"
)

// removeSelected moves the selection to the trash, without a question: the status bar
// shows the key that undoes it.
func (r *Remote) removeSelected() tea.Cmd { return r.remove(r.Selection()) }

// remove moves files to the trash.
func (r *Remote) remove(s *Selection) tea.Cmd {
	b := &change.Batch{Kind: change.Removing, Marked: true, Hidden: s.known.Load()}
	if b.Hidden {
		b.Steps = removals(s)
	} else { // a long selection: list it in a command; the pane removes each entry after its step
		b.Plan = func(context.Context, change.Server) ([]change.Step, error) { return removals(s), nil }
	}
	return r.Changes.Start(b)
}

func removals(s *Selection) []change.Step {
	items := s.List()
	steps := make([]change.Step, len(items))
	for i, one := range items {
		steps[i] = change.Remove(one.Path, one.Entry.Version)
	}
	return steps
}

func (r *Remote) askRename() tea.Cmd {
	s := r.Selection()
	if s.Count() > 1 {
		return r.List(s, func(s *Selection) tea.Cmd { return r.Changes.RenameMany(change.Drive, s.List()) })
	}
	one := s.List()[0]
	parent := one.Path.Dir()
	r.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("act.rename.title"),
		Label: locale.Quote(string(one.Entry.Name)),
		Value: string(one.Entry.Name), Stem: !one.Entry.IsDir,
		Limit: wire.MaxName,
		Act:   "act.rename.act",
		Check: func(value string) locale.Words {
			if norm.NFC.String(value) == string(one.Entry.Name) {
				return nil
			}
			return r.checkName(parent, value)
		},
		Answer: func(value string) tea.Msg {
			to, err := parent.Join(norm.NFC.String(value))
			if err != nil || to == one.Path { // Check has refused the name, or the name stays
				return nil
			}
			return batchMsg{&change.Batch{
				Kind: change.Renaming, Marked: true, Steps: []change.Step{change.Move(one.Path, to, one.Entry.Version)},
				Folder: to.Dir(), Focus: to.Base(),
			}}
		},
	}))
	return nil
}

// batchMsg is the answer of a dialog that starts a batch.
type batchMsg struct{ batch *change.Batch }

func (msg batchMsg) apply(r *Remote) tea.Cmd { return r.Changes.Start(msg.batch) }

// mkdirMsg is the answer of the question for a new folder's name.
type mkdirMsg struct{ path wire.Path }

// madeMsg is the server's answer.
type madeMsg struct {
	visit *visit
	path  wire.Path
	err   error
}

// askFolder asks for the name of a new folder in the folder shown.
func (r *Remote) askFolder() { r.askFolderIn(r.Pane.Path(), "") }

func (r *Remote) askFolderIn(parent wire.Path, name string) {
	r.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("screen.mkdir.title"),
		Label: locale.Say("screen.mkdir.label", "Path", parent),
		Value: name,
		Limit: wire.MaxName,
		Act:   "keys.create",
		Check: func(value string) locale.Words { return r.checkName(parent, value) },
		Answer: func(value string) tea.Msg {
			path, err := parent.Join(norm.NFC.String(value))
			if err != nil { // Check has refused it
				return nil
			}
			return mkdirMsg{path}
		},
	}))
}

// checkName returns why a folder cannot have an entry of this name, and nil when it can.
func (r *Remote) checkName(parent wire.Path, name string) locale.Words {
	_, err := parent.Join(norm.NFC.String(name))
	switch {
	case name == "":
		return locale.Say("screen.mkdir.empty")
	case err != nil:
		return locale.Say("screen.mkdir.invalid")
	case parent == r.Pane.Path() && r.Pane.Has(wire.Name(norm.NFC.String(name))):
		return locale.Say("screen.mkdir.exists")
	}
	return nil
}

func (msg mkdirMsg) apply(r *Remote) tea.Cmd {
	v := r.visit
	if v == nil {
		return nil
	}
	return func() tea.Msg {
		err := v.session.Repeat(v.ctx, v.session.Client(), func(ctx context.Context, c *client.Client) error {
			_, err := c.Mkdir(ctx, msg.path)
			return err
		})
		return madeMsg{v, msg.path, err}
	}
}

// apply moves the cursor to the new folder. After an error it asks for the name again.
func (msg madeMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit {
		return nil
	}
	if msg.err != nil {
		r.Host.Say(true, func(l *locale.Locale) string {
			return l.T("screen.mkdir.failed", "Name", msg.path.Base(), "Why", r.Host.Explain(msg.err))
		})
		if r.Dialogs.Empty() {
			r.askFolderIn(msg.path.Dir(), string(msg.path.Base()))
		}
		return nil
	}
	r.Host.Say(false, locale.Say("screen.mkdir.done", "Name", msg.path.Base()))
	r.Changes.Record(change.Drive, change.RemoveEmpty(msg.path))
	if msg.path.Dir() != r.Pane.Path() {
		return nil
	}
	r.Pane.Seek(msg.path.Base())
	return r.Pane.Refresh()
}
