package transfers

import (
	"strings"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// details returns the dialog with all facts about a transfer. It is updated while it is
// open.
func (t *Transfers) details(of transfer.Transfer) dialog.Dialog {
	return dialog.NewReport(locale.Quote(queue.Name(&of)), func(l *locale.Locale) []dialog.Paragraph {
		one, found := t.find(of.ID)
		if !found { // it was cleared
			one = of
		}
		if one.Tree != nil {
			return append(t.state(l, one), t.contents(l, one)...)
		}
		return append(t.state(l, one), history(l, one)...)
	})
}

// state returns the state of a transfer, its speed, and its source and target.
func (t *Transfers) state(l *locale.Locale, one transfer.Transfer) []dialog.Paragraph {
	from, to := local.Shorten(one.Local), string(one.Remote)
	if one.Result != nil && one.Result.Remote != "" {
		to = string(one.Result.Remote)
	}
	if one.Direction == transfer.Download {
		from, to = string(one.Remote), local.Shorten(one.Local)
		if one.Result != nil && one.Result.Local != "" {
			to = local.Shorten(one.Result.Local)
		}
	}
	list := []dialog.Paragraph{{Text: t.Pane.Sentence(one)}}
	if one.State == transfer.Failed {
		list[0].Tone = dialog.Bad
	}
	if one.State != transfer.Done && one.State != transfer.Active && one.Done > 0 {
		list = append(list, dialog.Paragraph{Text: l.T("screen.details.so_far", "Part", l.Part(one.Done, one.Size)), Tight: true})
	}
	if one.Err != nil && one.Tree == nil {
		list = append(list, dialog.Paragraph{Text: l.T("screen.details.error", "Text", one.Err), Tone: dialog.Quiet, Tight: true})
	}
	list = append(list, t.speed(l, one)...)
	return append(list,
		dialog.Paragraph{Text: l.T("screen.details.from", "Path", from)},
		dialog.Paragraph{Text: l.T("screen.details.to", "Path", to), Tight: true},
	)
}

// speed returns the graph of a transfer's speed, and its number of connections.
func (t *Transfers) speed(l *locale.Locale, one transfer.Transfer) (list []dialog.Paragraph) {
	if drawn, peak, long := t.Pane.Graph(one.ID); drawn != "" {
		list = append(list, dialog.Paragraph{Text: drawn}, dialog.Paragraph{
			Text: l.T("screen.details.graph", "Rate", l.Rate(peak), "Time", l.Duration(long)), Tone: dialog.Quiet, Tight: true,
		})
	}
	if one.Streams > 1 {
		list = append(list, dialog.Paragraph{Text: l.N("screen.details.lanes", one.Streams), Tone: dialog.Quiet, Tight: true})
	}
	return list
}

// history returns the events of the transfer of one file: resumed, restarted, repaired,
// finished.
func history(l *locale.Locale, one transfer.Transfer) (list []dialog.Paragraph) {
	add := func(text string) { list = append(list, dialog.Paragraph{Text: text, Tight: len(list) > 0}) }
	if one.Resumed > 0 {
		add(l.T("screen.details.resumed", "Size", l.Size(one.Resumed)))
	}
	if one.Restart.Why != transfer.ReasonNone {
		add(l.T("screen.details.restart", "Why", l.T(restartIDs[one.Restart.Why]), "Size", l.Size(one.Restart.Kept)))
	}
	if one.Repaired > 0 {
		add(l.T("screen.details.repaired", "Size", l.Size(one.Repaired)))
	}
	if one.State.Ended() && !one.Finished.IsZero() {
		add(l.T("screen.details.ended", "Date", l.LongDate(one.Finished)))
	}
	if took := one.Finished.Sub(one.Started); one.State == transfer.Done && !one.Started.IsZero() && took > 0 {
		rate := float64(one.Done-one.Resumed) / took.Seconds()
		add(l.T("screen.details.took", "Time", l.Duration(took), "Rate", l.Rate(rate)))
	}
	if one.Result != nil && one.Result.Digest != (wire.Digest{}) {
		list = append(list, dialog.Paragraph{Text: l.T("screen.details.digest", "Digest", one.Result.Digest)})
	}
	return list
}

// contents returns the progress of a folder: the number of files that are done, the files
// that move or have failed, and the entries that were left out.
func (t *Transfers) contents(l *locale.Locale, one transfer.Transfer) []dialog.Paragraph {
	tree := one.Tree
	files := "queue.files"
	if !tree.Counted {
		files = "queue.files_so_far"
	}
	moved := "screen.tree.downloaded"
	if one.Direction == transfer.Upload {
		moved = "screen.tree.uploaded"
	}
	counts := []string{l.T(files, "Done", l.Count(tree.Done), "Total", l.Count(tree.Files))}
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
	list := []dialog.Paragraph{{Text: l.T("screen.tree.files", "Counts", l.List(counts))}}
	list = append(list, t.files(l, one)...)
	if tree.OmittedCount > 0 {
		list = append(list, dialog.Paragraph{Text: l.N("screen.tree.left_out", int(tree.OmittedCount))})
		for _, left := range tree.Omitted {
			list = append(list, t.reason(within(one, left.Path), left.Why, dialog.Quiet))
		}
		if more := tree.OmittedCount - int64(len(tree.Omitted)); more > 0 {
			list = append(list, dialog.Paragraph{Text: l.N("queue.hidden", int(more)), Tone: dialog.Quiet, Tight: true})
		}
	}
	return list
}

// files returns the files of a folder that move, and those that have failed.
func (t *Transfers) files(l *locale.Locale, folder transfer.Transfer) []dialog.Paragraph {
	var moving, failed []dialog.Paragraph
	if folder.Tree.Failed > 0 {
		failed = append(failed, dialog.Paragraph{Text: l.N("screen.tree.failed", int(folder.Tree.Failed)), Tone: dialog.Bad})
	}
	shown := int64(0)
	for _, child := range t.Pane.Snapshot().Transfers {
		switch name := within(folder, source(child)); {
		case child.Parent != folder.ID:
		case child.State == transfer.Failed:
			failed = append(failed, t.reason(name, child.Err, dialog.Plain))
			shown++
		default:
			state := t.Pane.Sentence(child)
			moving = append(moving, dialog.Paragraph{Text: l.T("screen.tree.file", "Name", name, "Why", state), Tone: dialog.Quiet, Tight: len(moving) > 0})
		}
	}
	if more := folder.Tree.Failed - shown; shown > 0 && more > 0 {
		failed = append(failed, dialog.Paragraph{Text: l.N("queue.hidden", int(more)), Tight: true})
	}
	return append(moving, failed...)
}

// reason returns a line with the name of a file and why it was not transferred.
func (t *Transfers) reason(name string, why error, tone dialog.Tone) dialog.Paragraph {
	said := t.Locale.T("screen.tree.unnamed")
	if why != nil {
		said = t.Host.Explain(why)
	}
	return dialog.Paragraph{Text: t.Locale.T("screen.tree.file", "Name", name, "Why", said), Tone: tone, Tight: true}
}

// source returns the path that a transfer reads.
func source(one transfer.Transfer) string {
	if one.Direction == transfer.Upload {
		return one.Local
	}
	return string(one.Remote)
}

// within returns a path relative to the folder of a transfer.
func within(folder transfer.Transfer, path string) string {
	root := strings.TrimRight(source(folder), "/")
	if rest, ok := strings.CutPrefix(path, root); ok && len(rest) > 1 {
		return rest[1:]
	}
	return path
}

// restartIDs are the message ids for the reasons why a transfer started from the
// beginning.
var restartIDs = map[transfer.Reason]string{
	transfer.ReasonDiffers:  "screen.restart.differs",
	transfer.ReasonLonger:   "screen.restart.differs",
	transfer.ReasonComplete: "screen.restart.differs",
	transfer.ReasonChanged:  "screen.restart.changed",
	transfer.ReasonExpired:  "screen.restart.expired",
	transfer.ReasonDamaged:  "screen.restart.damaged",
}
