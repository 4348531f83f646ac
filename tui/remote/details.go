package remote

import (
	"context"
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
	"wangpan/wire/client"
)

// details is the state of an open dialog about entries. Some facts arrive later from the
// server: the digest of a file, and the number of files in folders.
type details struct {
	visit  *visit
	ctx    context.Context //nolint:containedctx // it ends with the dialog
	client *client.Client  // for counting; only the command that is running uses it
	of     []wire.Found    // the entries; empty until they are listed

	several bool // the dialog is about more than one entry

	// Of a single file.
	stat    wire.StatReply
	statErr error
	known   bool // stat or statErr has arrived

	// Of several entries, or a folder.
	total    wire.CountReply // of the files, and of the folders counted so far
	folders  []wire.Path     // not counted yet
	countErr error
}

// statMsg is the server's answer about a file.
type statMsg struct {
	details *details
	reply   wire.StatReply
	err     error
}

// countedMsg has the counts of the next folder.
type countedMsg struct {
	details *details
	reply   wire.CountReply
	err     error
}

// showSelected shows the details of the selection.
func (r *Remote) showSelected() tea.Cmd {
	if !r.hasSelection() {
		return nil
	}
	return r.showDetails(r.Selection())
}

// showDetails opens a dialog about a selection and requests the missing facts from the
// server.
func (r *Remote) showDetails(s *Selection) tea.Cmd {
	d := &details{visit: r.visit, several: s.Count() > 1}
	ctx, cancel := context.WithCancel(r.visit.ctx)
	d.ctx = ctx
	title := func(l *locale.Locale) string {
		if !d.several {
			return s.about(l)
		}
		return l.N("details.title", s.Count())
	}
	r.Dialogs.Push(dialog.NewReport(title, d.paragraphs(r)).With(
		doneMsg{cancel: cancel},
		dialog.NewButton("d", "screen.keys.download", doneMsg{cancel, func() tea.Cmd { return r.Host.Download(s.List) }}),
		dialog.NewButton("y", "clipboard.key", doneMsg{cancel, func() tea.Cmd { return r.Clipboard.CopyPaths(pathsOf(d.of)) }}),
	))
	if d.several && !s.known.Load() {
		return func() tea.Msg {
			return listedMsg{d, cancel, listedDetails(slices.Clone(s.List()))}
		}
	}
	return listedMsg{d, cancel, listedDetails(slices.Clone(s.List()))}.apply(r)
}

// listed has the facts about entries that need no request.
type listed struct {
	of      []wire.Found
	folders []wire.Path
	total   wire.CountReply // of the files
}

// listedMsg has the facts about a selection that took long to list.
type listedMsg struct {
	details *details
	cancel  context.CancelFunc
	listed  listed
}

func listedDetails(of []wire.Found) listed {
	d := listed{of: of}
	for _, found := range of {
		if found.Entry.IsDir {
			d.folders = append(d.folders, found.Path)
			continue
		}
		d.total.Size += found.Entry.Size
		d.total.Files++
	}
	return d
}

// apply shows the facts and requests the others from the server.
func (msg listedMsg) apply(*Remote) tea.Cmd {
	d := msg.details
	d.of, d.folders, d.total = msg.listed.of, msg.listed.folders, msg.listed.total
	switch {
	case len(d.of) == 1 && !d.of[0].Entry.IsDir:
		return func() tea.Msg {
			reply, err := d.visit.session.Client().Stat(d.ctx, d.of[0].Path)
			return statMsg{d, reply, err}
		}
	case len(d.folders) == 0:
		msg.cancel()
		return nil
	}
	return d.next
}

func (msg statMsg) apply(*Remote) tea.Cmd {
	d := msg.details
	d.known, d.statErr = true, msg.err
	if msg.err == nil {
		d.stat, d.of[0].Entry = msg.reply, msg.reply.Entry
	}
	return nil
}

// next is the command that counts the files in the next folder. It uses a separate
// connection, because that may take long.
func (d *details) next() tea.Msg {
	if d.client == nil {
		c, err := d.visit.session.Dial(d.ctx)
		if err != nil {
			return countedMsg{details: d, err: err}
		}
		d.client = c
		context.AfterFunc(d.ctx, func() { _ = c.Close() })
	}
	reply, err := d.client.Count(d.ctx, d.folders[0])
	return countedMsg{d, reply, err}
}

func (msg countedMsg) apply(r *Remote) tea.Cmd {
	d := msg.details
	if r.visit != d.visit || d.ctx.Err() != nil {
		return nil
	}
	d.folders = d.folders[1:]
	d.countErr = msg.err
	d.total.Size += msg.reply.Size
	d.total.Files += msg.reply.Files
	d.total.Folders += msg.reply.Folders
	if msg.err == nil && len(d.folders) > 0 {
		return d.next
	}
	return nil
}

// paragraphs returns the contents of the dialog: the facts that have arrived.
func (d *details) paragraphs(r *Remote) func(*locale.Locale) []dialog.Paragraph {
	return func(l *locale.Locale) []dialog.Paragraph {
		if d.several {
			list := []dialog.Paragraph{d.contents(r, l)}
			for _, found := range d.of[:min(len(d.of), maxNamed)] {
				list = append(list, dialog.Paragraph{Text: l.T("dialog.quote", "Text", found.Path), Tone: dialog.Quiet, Tight: len(list) > 1})
			}
			if more := len(d.of) - maxNamed; more > 0 {
				list = append(list, dialog.Paragraph{Text: l.N("details.more", more), Tone: dialog.Quiet, Tight: true})
			}
			return list
		}
		found := d.of[0]
		date := l.LongDate(found.Entry.ModTime.Local())
		list := []dialog.Paragraph{{Text: l.T("screen.details.folder", "Path", found.Path.Dir())}}
		if found.Entry.IsDir {
			return append(list, d.contents(r, l), dialog.Paragraph{Text: l.T("screen.details.changed", "Date", date)})
		}
		size := found.Entry.Size
		list = append(list,
			dialog.Paragraph{Text: kind(l, found.Entry.Name)},
			dialog.Paragraph{Text: l.T("screen.details.file", "Size", l.ExactSize(size), "Date", date), Tight: true},
			d.digest(r, l))
		if found.Entry.Version != "" {
			list = append(list, dialog.Paragraph{Text: l.T("details.version", "Version", found.Entry.Version), Tone: dialog.Quiet})
		}
		return list
	}
}

// maxNamed is how many of several entries the dialog names.
const maxNamed = 20

// contents returns the size and the numbers of files and folders counted so far.
func (d *details) contents(r *Remote, l *locale.Locale) dialog.Paragraph {
	if d.countErr != nil {
		return dialog.Paragraph{Text: r.Host.Explain(d.countErr), Tone: dialog.Bad}
	}
	said := l.ExactSize(d.total.Size) + " " +
		r.Theme.Glyph.Separator + " " + l.N("details.files", int(d.total.Files)) +
		" " + r.Theme.Glyph.Separator + " " + l.N("details.folders", int(d.total.Folders))
	if len(d.folders) > 0 || len(d.of) == 0 {
		return dialog.Paragraph{Text: l.T("details.counting", "Counted", said), Tone: dialog.Quiet}
	}
	return dialog.Paragraph{Text: said}
}

func (d *details) digest(r *Remote, l *locale.Locale) dialog.Paragraph {
	switch {
	case !d.known:
		return dialog.Paragraph{Text: l.T("screen.details.asking"), Tone: dialog.Quiet}
	case d.statErr != nil:
		return dialog.Paragraph{Text: r.Host.Explain(d.statErr), Tone: dialog.Bad}
	case d.stat.Digest == nil:
		return dialog.Paragraph{Text: l.T("screen.details.no_digest"), Tone: dialog.Quiet}
	}
	return dialog.Paragraph{Text: l.T("screen.details.digest", "Digest", d.stat.Digest)}
}

// kind returns the kind of a file by the extension of its name.
func kind(l *locale.Locale, name wire.Name) string {
	ext := strings.TrimPrefix(path.Ext(string(name)), ".")
	if ext == "" || "."+ext == string(name) {
		return l.T("details.plain")
	}
	return l.T("details.kind", "Kind", strings.ToUpper(ext))
}
