package remote

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
	"wangpan/wire/client"
)

// summed is how many files are asked about at once: nobody reads more.
const summed = 200

// sums are the digests of files as the server has them, one after the other as
// it works them out. They have a connection of their own: the server may have
// to read a file of 80 GB first.
type sums struct {
	visit  *visit
	ctx    context.Context //nolint:containedctx // it ends with the dialog
	client *client.Client  // belongs to the one command that is under way
	files  []wire.Found
	said   []sum // of the files, as far as it has come
}

// sum is what the server said of one file.
type sum struct {
	digest wire.Digest
	err    error
}

// sumMsg is what it said of the next.
type sumMsg struct {
	sums *sums
	sum  sum
}

// askSums shows the digests of the files that are selected.
func (r *Remote) askSums() tea.Cmd {
	return r.List(r.Selection(), r.askSumsOf)
}

func (r *Remote) askSumsOf(of *Selection) tea.Cmd {
	files := slices.DeleteFunc(slices.Clone(of.List()), func(f wire.Found) bool { return f.Entry.IsDir })
	if len(files) == 0 {
		r.Host.Say(true, locale.Say("checksum.folder"))
		return nil
	}
	if len(files) > summed {
		r.Host.Say(true, locale.SayN("checksum.too_many", summed))
		return nil
	}
	s := &sums{visit: r.visit, files: files}
	ctx, cancel := context.WithCancel(r.visit.ctx)
	s.ctx = ctx
	closed := doneMsg{cancel: cancel}
	title := func(l *locale.Locale) string { return l.N("checksum.title", len(files)) }
	r.Dialogs.Push(dialog.NewReport(title, s.tell(r)).With(closed,
		dialog.NewButton("y", "checksum.copy", doneMsg{cancel, func() tea.Cmd { return s.copy(r) }})))
	return s.next
}

// doneMsg is the answer that closes a dialog, ends the requests for it, and does
// something more.
type doneMsg struct {
	cancel context.CancelFunc
	do     func() tea.Cmd // may be nil
}

func (msg doneMsg) apply(r *Remote) tea.Cmd {
	msg.cancel()
	if msg.do == nil || r.visit == nil {
		return nil
	}
	return msg.do()
}

// next asks for the next digest.
func (s *sums) next() tea.Msg {
	if s.client == nil {
		c, err := s.visit.session.Dial(s.ctx)
		if err != nil {
			return sumMsg{s, sum{err: err}}
		}
		s.client = c
		context.AfterFunc(s.ctx, func() { _ = c.Close() })
	}
	path := s.files[len(s.said)].Path
	reply, err := s.client.Stat(s.ctx, path)
	if err == nil && reply.Digest != nil {
		return sumMsg{s, sum{digest: *reply.Digest}}
	}
	if err == nil {
		none := int64(0)
		var blocks wire.BlocksReply
		blocks, _, err = s.client.Blocks(s.ctx, wire.BlocksArgs{Path: path, Length: &none})
		if err == nil && blocks.Digest != nil {
			return sumMsg{s, sum{digest: *blocks.Digest}}
		}
	}
	if err == nil {
		err = wire.Errorf(wire.Internal, "the server knows no digest")
	}
	return sumMsg{s, sum{err: err}}
}

func (msg sumMsg) apply(r *Remote) tea.Cmd {
	s := msg.sums
	if r.visit != s.visit || s.ctx.Err() != nil {
		return nil
	}
	s.said = append(s.said, msg.sum)
	if len(s.said) == len(s.files) {
		return func() tea.Msg {
			if s.client != nil {
				_ = s.client.Close() // all is said
			}
			return nil
		}
	}
	return s.next
}

// tell lists what is known.
func (s *sums) tell(r *Remote) func(*locale.Locale) []dialog.Paragraph {
	return func(l *locale.Locale) []dialog.Paragraph {
		var told []dialog.Paragraph
		for i, f := range s.files {
			said := dialog.Paragraph{Text: l.T("checksum.waiting"), Tone: dialog.Quiet}
			switch {
			case i < len(s.said) && s.said[i].err != nil:
				said = dialog.Paragraph{Text: r.Host.Explain(s.said[i].err), Tone: dialog.Bad}
			case i < len(s.said):
				said = dialog.Paragraph{Text: s.said[i].digest.String()}
			case i == len(s.said):
				said.Text = l.T("checksum.asking")
			}
			name := dialog.Paragraph{Text: l.T("dialog.quote", "Text", f.Path), Tone: dialog.Quiet, Tight: true}
			told = append(told, said, name)
		}
		return told
	}
}

// copy puts what is known on the clipboard, in the form of b3sum, which so can
// check the files where they were downloaded.
func (s *sums) copy(r *Remote) tea.Cmd {
	var lines []string
	for i, said := range s.said {
		if said.err == nil {
			lines = append(lines, b3sum(said.digest, string(s.files[i].Path.Base())))
		}
	}
	if len(lines) == 0 {
		r.Host.Say(true, locale.Say("checksum.none"))
		return nil
	}
	return r.Clipboard.Copy(strings.Join(lines, "\n")+"\n", locale.SayN("checksum.copied", len(lines)))
}

// b3sum is a line as b3sum writes it: a backslash in a name is doubled, and
// said at the beginning.
func b3sum(digest wire.Digest, name string) string {
	escaped := strings.ReplaceAll(name, `\`, `\\`)
	if escaped != name {
		return `\` + digest.String() + "  " + escaped
	}
	return digest.String() + "  " + name
}
