package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// details are the facts in an open dialog about an entry. The digest arrives
// later.
type details struct {
	path  wire.Path
	reply wire.StatReply
	err   error
	known bool
}

// statMsg brings what the server knows about an entry.
type statMsg struct {
	details *details
	reply   wire.StatReply
	err     error
}

func (m *Model) detailsHere() tea.Cmd {
	entry, ok := m.list.Current()
	if !ok {
		return nil
	}
	path, err := m.list.Path().Join(string(entry.Name))
	if err != nil {
		m.sayError(err)
		return nil
	}
	return m.details(path, entry)
}

// details shows what is known of an entry and asks the server for the rest.
func (m *Model) details(path wire.Path, entry wire.Entry) tea.Cmd {
	d := &details{path: path, reply: wire.StatReply{Entry: entry}}
	title, body := dialog.Quote(string(entry.Name)), []dialog.Words{d.place, d.facts}
	if entry.IsDir {
		m.dialogs.Push(dialog.NewMessage(title, body...))
	} else {
		act := dialog.NewButton("d", "screen.keys.download", downloadMsg{m.list.Path(), []wire.Entry{entry}})
		m.dialogs.Push(dialog.NewConfirm(title, append(body, d.digest(m.explain)), act))
	}
	drive := m.drive
	return func() tea.Msg {
		reply, err := drive.session.Client().Stat(drive.ctx, path)
		return statMsg{d, reply, err}
	}
}

func (msg statMsg) apply(*Model) tea.Cmd {
	d := msg.details
	d.known, d.err = true, msg.err
	if msg.err == nil {
		d.reply = msg.reply
	}
	return nil
}

func (d *details) place(l *locale.Locale) string {
	return l.T("screen.details.folder", "Path", d.path.Dir())
}

func (d *details) facts(l *locale.Locale) string {
	date := l.LongDate(d.reply.Entry.ModTime.Local())
	if d.reply.Entry.IsDir {
		return l.T("screen.details.changed", "Date", date)
	}
	size := d.reply.Entry.Size
	return l.T("screen.details.file", "Size", l.Size(size), "Bytes", l.Count(size), "Date", date)
}

func (d *details) digest(explain func(error) string) dialog.Words {
	return func(l *locale.Locale) string {
		switch {
		case !d.known:
			return l.T("screen.details.asking")
		case d.err != nil:
			return explain(d.err)
		case d.reply.Digest == nil:
			return l.T("screen.details.no_digest")
		}
		return l.T("screen.details.digest", "Digest", d.reply.Digest)
	}
}
