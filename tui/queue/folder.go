package queue

import (
	"errors"
	"strings"

	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// folder returns the contents of the row of a folder. done is false in the states in which
// describe handles a folder like a file.
func (p *Pane) folder(t *transfer.Transfer) (w words, done bool) {
	l, th, tree := p.Locale, p.Theme, t.Tree
	switch t.State {
	case transfer.Active:
		return p.activeFolder(t), true
	case transfer.Asking:
		return words{
			percent: p.percent(t), sentence: l.N("queue.folder_asking", int(tree.Asking)),
			style: th.Warning, bar: t.Done > 0,
		}, true
	case transfer.Done:
		return p.doneFolder(t), true
	case transfer.Failed:
		if errors.Is(t.Err, transfer.ErrSomeFailed) {
			sentence := l.N("queue.folder_failed", int(tree.Failed), "Total", l.Count(tree.Files))
			return words{sentence: sentence, style: th.Error, ended: p.ended(t)}, true
		}
	default:
	}
	return words{}, false
}

// activeFolder describes an active folder. While its files are being counted, the
// total is unknown: there is no percentage and no time left.
func (p *Pane) activeFolder(t *transfer.Transfer) words {
	l, th := p.Locale, p.Theme
	if t.Stall != transfer.NotStalled {
		return words{percent: p.percent(t), sentence: p.stalled(t), style: th.Warning, bar: true}
	}
	w := words{percent: p.percent(t), files: p.files(t.Tree), part: l.Part(t.Done, t.Size), bar: true}
	p.speed(&w, t)
	if !t.Tree.Counted {
		w.left = l.T("queue.counting")
	}
	return w
}

// files returns how many files of a folder are done. While they are being counted,
// the total is a lower bound.
func (p *Pane) files(tree *transfer.Tree) string {
	l := p.Locale
	id := "queue.files"
	if !tree.Counted {
		id = "queue.files_so_far"
	}
	return l.T(id, "Done", l.Count(tree.Done), "Total", l.Count(tree.Files))
}

// doneFolder counts the files of a finished folder: left out, moved, identical and
// skipped.
func (p *Pane) doneFolder(t *transfer.Transfer) words {
	l, tree := p.Locale, t.Tree
	w := words{style: p.Theme.Muted, ended: p.ended(t)}
	var counts []string
	add := func(id string, n int64) {
		if n > 0 {
			counts = append(counts, l.N(id, int(n)))
		}
	}
	if tree.OmittedCount > 0 {
		w.style = p.Theme.Warning
	}
	add("queue.left_out", tree.OmittedCount)
	moved := tree.Done - tree.Identical - tree.Skipped
	if moved > 0 || tree.Done == 0 {
		id := "queue.folder_downloaded"
		w.path = text.Visible(p.Shorten(t.Local))
		if t.Direction == transfer.Upload {
			id, w.path = "queue.folder_uploaded", text.Visible(string(t.Remote))
		}
		counts = append(counts, l.N(id, int(moved), "Size", l.Size(t.Size-tree.Unmoved), "Path", w.path))
	}
	add("queue.count.identical", tree.Identical)
	add("queue.count.skipped", tree.Skipped)
	w.sentence = strings.Join(counts, " "+p.Theme.Glyph.Separator+" ")
	return w
}

// failedFiles counts the failed files of unfinished folders. No row shows them.
func (p *Pane) failedFiles() int {
	failed := int64(0)
	for i := range p.order {
		if t := p.at(i); t.Tree != nil && !t.State.Ended() {
			failed += t.Tree.Failed
		}
	}
	return int(failed)
}
