package tui

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
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

func (m *Model) stated(msg statMsg) {
	d := msg.details
	d.known, d.err = true, msg.err
	if msg.err == nil {
		d.reply = msg.reply
	}
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

// transferDetails tells everything about a transfer.
func (m *Model) transferDetails(t transfer.Transfer) dialog.Dialog {
	name, from, to := filepath.Base(t.Local), t.Local, string(t.Remote)
	if t.Direction == transfer.Download {
		name, from, to = string(t.Remote.Base()), string(t.Remote), t.Local
	}
	words := []dialog.Words{
		func(*locale.Locale) string { return m.transfers.Sentence(m.latest(t)) },
		dialog.Say("screen.details.from", "Path", from),
		dialog.Say("screen.details.to", "Path", to),
	}
	if t.Err != nil {
		words = append(words, dialog.Say("screen.details.error", "Text", t.Err))
	}
	if t.Resumed > 0 {
		words = append(words, func(l *locale.Locale) string {
			return l.T("screen.details.resumed", "Size", l.Size(t.Resumed))
		})
	}
	if t.Restart.Why != transfer.ReasonNone {
		words = append(words, func(l *locale.Locale) string {
			return l.T("screen.details.restart", "Why", l.T(restartIDs[t.Restart.Why]), "Size", l.Size(t.Restart.Kept))
		})
	}
	if t.Result != nil && t.Result.Digest != (wire.Digest{}) {
		words = append(words, dialog.Say("screen.details.digest", "Digest", t.Result.Digest))
	}
	return dialog.NewMessage(dialog.Quote(name), words...)
}

// latest is a transfer as it is now, or as it was when it left the list.
func (m *Model) latest(t transfer.Transfer) transfer.Transfer {
	if m.drive != nil {
		for _, now := range m.drive.snapshot.Transfers {
			if now.ID == t.ID {
				return now
			}
		}
	}
	return t
}

// restartIDs are the messages that say why work done before did not count.
var restartIDs = map[transfer.Reason]string{
	transfer.ReasonDiffers:  "screen.restart.differs",
	transfer.ReasonLonger:   "screen.restart.differs",
	transfer.ReasonComplete: "screen.restart.differs",
	transfer.ReasonChanged:  "screen.restart.changed",
	transfer.ReasonExpired:  "screen.restart.expired",
	transfer.ReasonDamaged:  "screen.restart.damaged",
}
