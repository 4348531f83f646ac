package tui

import (
	"strings"
	"time"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// transferDetails tells everything about a transfer, as it is while the dialog
// is open.
func (m *Model) transferDetails(t transfer.Transfer) dialog.Dialog {
	return dialog.NewReport(dialog.Quote(queue.Name(&t)), func(l *locale.Locale) []dialog.Paragraph {
		now := m.latest(t)
		if now.Tree != nil {
			return append(m.wayOf(l, now), m.contents(l, now)...)
		}
		return append(m.wayOf(l, now), m.history(l, now)...)
	})
}

// wayOf tells what a transfer is doing, from where to where.
func (m *Model) wayOf(l *locale.Locale, t transfer.Transfer) []dialog.Paragraph {
	from, to := shorten(t.Local), string(t.Remote)
	if t.Result != nil && t.Result.Remote != "" {
		to = string(t.Result.Remote)
	}
	if t.Direction == transfer.Download {
		from, to = string(t.Remote), shorten(t.Local)
		if t.Result != nil && t.Result.Local != "" {
			to = shorten(t.Result.Local)
		}
	}
	told := []dialog.Paragraph{{Text: m.transfers.Sentence(t)}}
	if t.State == transfer.Failed {
		told[0].Tone = dialog.Bad
	}
	if t.State != transfer.Done && t.State != transfer.Active && t.Done > 0 {
		told = append(told, dialog.Paragraph{Text: l.T("screen.details.so_far", "Part", l.Part(t.Done, t.Size)), Tight: true})
	}
	if t.Err != nil && t.Tree == nil {
		told = append(told, dialog.Paragraph{Text: l.T("screen.details.error", "Text", t.Err), Tone: dialog.Quiet, Tight: true})
	}
	told = append(told, m.speedOf(l, t)...)
	return append(told,
		dialog.Paragraph{Text: l.T("screen.details.from", "Path", from)},
		dialog.Paragraph{Text: l.T("screen.details.to", "Path", to), Tight: true},
	)
}

// speedOf draws how fast a transfer has moved, and tells over how many
// connections it does.
func (m *Model) speedOf(l *locale.Locale, t transfer.Transfer) (told []dialog.Paragraph) {
	if drawn, peak, long := m.transfers.Graph(t.ID); drawn != "" {
		told = append(told, dialog.Paragraph{Text: drawn}, dialog.Paragraph{
			Text: l.T("screen.details.graph", "Rate", l.Rate(peak), "Time", l.Duration(long)), Tone: dialog.Quiet, Tight: true,
		})
	}
	if t.Streams > 1 {
		told = append(told, dialog.Paragraph{Text: l.N("screen.details.lanes", t.Streams), Tone: dialog.Quiet, Tight: true})
	}
	return told
}

// history tells how a file came to where it is.
func (m *Model) history(l *locale.Locale, t transfer.Transfer) (told []dialog.Paragraph) {
	add := func(text string) { told = append(told, dialog.Paragraph{Text: text, Tight: len(told) > 0}) }
	if t.Resumed > 0 {
		add(l.T("screen.details.resumed", "Size", l.Size(t.Resumed)))
	}
	if t.Restart.Why != transfer.ReasonNone {
		add(l.T("screen.details.restart", "Why", l.T(restartIDs[t.Restart.Why]), "Size", l.Size(t.Restart.Kept)))
	}
	if t.Repaired > 0 {
		add(l.T("screen.details.repaired", "Size", l.Size(t.Repaired)))
	}
	if t.State.Ended() && !t.Finished.IsZero() {
		add(l.T("screen.details.ended", "Date", l.LongDate(t.Finished)))
	}
	if took := t.Finished.Sub(t.Started); t.State == transfer.Done && !t.Started.IsZero() && took > 0 {
		add(tookFor(l, took, t.Done-t.Resumed))
	}
	if t.Result != nil && t.Result.Digest != (wire.Digest{}) {
		told = append(told, dialog.Paragraph{Text: l.T("screen.details.digest", "Digest", t.Result.Digest)})
	}
	return told
}

// tookFor tells how long it took to move so many bytes.
func tookFor(l *locale.Locale, took time.Duration, moved int64) string {
	return l.T("screen.details.took", "Time", l.Duration(took), "Rate", l.Rate(float64(moved)/took.Seconds()))
}

// contents tells of the files of a folder: how many are done, which are not and
// why, and what was left out.
func (m *Model) contents(l *locale.Locale, t transfer.Transfer) []dialog.Paragraph {
	tree := t.Tree
	counts := []string{l.T("queue.files", "Done", l.Count(tree.Done), "Total", l.Count(tree.Files))}
	moved := "screen.tree.downloaded"
	if t.Direction == transfer.Upload {
		moved = "screen.tree.uploaded"
	}
	if !tree.Counted {
		counts[0] = l.T("queue.files_so_far", "Done", l.Count(tree.Done), "Total", l.Count(tree.Files))
	}
	for _, c := range []struct {
		id string
		n  int64
	}{
		{moved, tree.Done - tree.Identical - tree.Skipped},
		{"screen.tree.identical", tree.Identical},
		{"screen.tree.skipped", tree.Skipped},
		{"queue.count.asking", tree.Asking},
		{"screen.tree.folders", tree.Folders},
	} {
		if c.n > 0 {
			counts = append(counts, l.N(c.id, int(c.n)))
		}
	}
	told := []dialog.Paragraph{{Text: l.T("screen.tree.files", "Counts", strings.Join(counts, ", "))}}
	told = append(told, m.failures(l, t)...)
	if tree.LeftOut > 0 {
		told = append(told, dialog.Paragraph{Text: l.N("screen.tree.left_out", int(tree.LeftOut))})
		for _, left := range tree.Left {
			told = append(told, m.reason(within(t, left.Path), left.Why, dialog.Quiet))
		}
		if more := tree.LeftOut - int64(len(tree.Left)); more > 0 {
			told = append(told, dialog.Paragraph{Text: l.N("queue.hidden", int(more)), Tone: dialog.Quiet, Tight: true})
		}
	}
	return told
}

// failures tells which files of a folder have failed, and which are at work.
func (m *Model) failures(l *locale.Locale, t transfer.Transfer) (told []dialog.Paragraph) {
	var moving []dialog.Paragraph
	shown := int64(0)
	if t.Tree.Failed > 0 {
		told = append(told, dialog.Paragraph{Text: l.N("screen.tree.failed", int(t.Tree.Failed)), Tone: dialog.Bad})
	}
	for _, child := range m.drive.snapshot.Transfers {
		switch name := within(t, pathOf(child)); {
		case child.Parent != t.ID:
		case child.State == transfer.Failed:
			told = append(told, m.reason(name, child.Err, dialog.Plain))
			shown++
		default:
			state := m.transfers.Sentence(child)
			moving = append(moving, dialog.Paragraph{Text: l.T("screen.tree.file", "Name", name, "Why", state), Tone: dialog.Quiet, Tight: len(moving) > 0})
		}
	}
	if more := t.Tree.Failed - shown; shown > 0 && more > 0 {
		told = append(told, dialog.Paragraph{Text: l.N("queue.hidden", int(more)), Tight: true})
	}
	return append(moving, told...)
}

// reason is a file and why it was not moved, in one line.
func (m *Model) reason(name string, why error, tone dialog.Tone) dialog.Paragraph {
	said := m.locale.T("screen.tree.unnamed")
	if why != nil {
		said = m.explain(why)
	}
	return dialog.Paragraph{Text: m.locale.T("screen.tree.file", "Name", name, "Why", said), Tone: tone, Tight: true}
}

// pathOf is where a transfer comes from.
func pathOf(t transfer.Transfer) string {
	if t.Direction == transfer.Upload {
		return t.Local
	}
	return string(t.Remote)
}

// within is a path as it stands in the folder of a transfer.
func within(folder transfer.Transfer, path string) string {
	root := strings.TrimRight(pathOf(folder), "/")
	if rest, ok := strings.CutPrefix(path, root); ok && len(rest) > 1 {
		return rest[1:]
	}
	return path
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
