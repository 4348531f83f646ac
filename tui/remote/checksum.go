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

// maxSums is how many files a dialog of checksums can show: more than a user reads.
const maxSums = 200

// sums requests the digests of files, one after the other, for an open dialog. It uses a
// separate connection, because the server may have to read a large file first.
type sums struct {
	visit  *visit
	ctx    context.Context //nolint:containedctx // it ends with the dialog
	client *client.Client  // only the command that is running uses it
	files  []wire.Found
	known  []sum // the results for files[:len(known)]
}

// sum is the digest of one file, or the error of the request.
type sum struct {
	digest wire.Digest
	err    error
}

// sumMsg is the result for the next file.
type sumMsg struct {
	sums *sums
	sum  sum
}

// askSums shows the digests of the selected files.
func (r *Remote) askSums() tea.Cmd {
	return r.List(r.Selection(), r.askSumsOf)
}

func (r *Remote) askSumsOf(of *Selection) tea.Cmd {
	files := slices.DeleteFunc(slices.Clone(of.List()), func(f wire.Found) bool { return f.Entry.IsDir })
	if len(files) == 0 {
		r.Host.Say(true, locale.Say("checksum.folder"))
		return nil
	}
	if len(files) > maxSums {
		r.Host.Say(true, locale.SayN("checksum.too_many", maxSums))
		return nil
	}
	s := &sums{visit: r.visit, files: files}
	ctx, cancel := context.WithCancel(r.visit.ctx)
	s.ctx = ctx
	closed := doneMsg{cancel: cancel}
	title := func(l *locale.Locale) string { return l.N("checksum.title", len(files)) }
	r.Dialogs.Push(dialog.NewReport(title, s.paragraphs(r)).With(closed,
		dialog.NewButton("y", "checksum.copy", doneMsg{cancel, func() tea.Cmd { return s.copy(r) }})))
	return s.next
}

// doneMsg is the answer of a dialog that closes. It cancels the requests for the dialog
// and then calls do.
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

// next is the command that requests the next digest.
func (s *sums) next() tea.Msg {
	if s.client == nil {
		c, err := s.visit.session.Dial(s.ctx)
		if err != nil {
			return sumMsg{s, sum{err: err}}
		}
		s.client = c
		context.AfterFunc(s.ctx, func() { _ = c.Close() })
	}
	path := s.files[len(s.known)].Path
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
		err = wire.Errorf(wire.Internal, "the server has no digest")
	}
	return sumMsg{s, sum{err: err}}
}

func (msg sumMsg) apply(r *Remote) tea.Cmd {
	s := msg.sums
	if r.visit != s.visit || s.ctx.Err() != nil {
		return nil
	}
	s.known = append(s.known, msg.sum)
	if len(s.known) == len(s.files) {
		return func() tea.Msg {
			if s.client != nil {
				_ = s.client.Close() // it is no longer needed
			}
			return nil
		}
	}
	return s.next
}

// paragraphs returns the contents of the dialog: the digests that have arrived.
func (s *sums) paragraphs(r *Remote) func(*locale.Locale) []dialog.Paragraph {
	return func(l *locale.Locale) []dialog.Paragraph {
		var list []dialog.Paragraph
		for i, f := range s.files {
			text := dialog.Paragraph{Text: l.T("checksum.waiting"), Tone: dialog.Quiet}
			switch {
			case i < len(s.known) && s.known[i].err != nil:
				text = dialog.Paragraph{Text: r.Host.Explain(s.known[i].err), Tone: dialog.Bad}
			case i < len(s.known):
				text = dialog.Paragraph{Text: s.known[i].digest.String()}
			case i == len(s.known):
				text.Text = l.T("checksum.asking")
			}
			name := dialog.Paragraph{Text: l.T("dialog.quote", "Text", f.Path), Tone: dialog.Quiet, Tight: true}
			list = append(list, text, name)
		}
		return list
	}
}

// copy puts the digests that have arrived on the clipboard, in the format of b3sum. The
// user can check downloaded files with b3sum --check.
func (s *sums) copy(r *Remote) tea.Cmd {
	var lines []string
	for i, one := range s.known {
		if one.err == nil {
			lines = append(lines, b3sum(one.digest, string(s.files[i].Path.Base())))
		}
	}
	if len(lines) == 0 {
		r.Host.Say(true, locale.Say("checksum.none"))
		return nil
	}
	return r.Clipboard.Copy(strings.Join(lines, "\n")+"\n", locale.SayN("checksum.copied", len(lines)))
}

// b3sum returns a line in the format of b3sum. A name with a backslash is escaped: the
// backslash is doubled, and the line begins with one.
func b3sum(digest wire.Digest, name string) string {
	escaped := strings.ReplaceAll(name, `\`, `\\`)
	if escaped != name {
		return `\` + digest.String() + "  " + escaped
	}
	return digest.String() + "  " + name
}
