package tui

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
	drive  *drive
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
func (m *Model) askSums() tea.Cmd {
	return m.know(m.selection(), m.askSumsOf)
}

func (m *Model) askSumsOf(of *selection) tea.Cmd {
	files := slices.DeleteFunc(found(of.list()), func(f wire.Found) bool { return f.Entry.IsDir })
	if len(files) == 0 {
		m.say(true, dialog.Say("checksum.folder"))
		return nil
	}
	if len(files) > summed {
		m.say(true, dialog.SayN("checksum.too_many", summed))
		return nil
	}
	s := &sums{drive: m.drive, files: files}
	ctx, cancel := context.WithCancel(m.drive.ctx)
	s.ctx = ctx
	closed := doneMsg{cancel: cancel}
	title := func(l *locale.Locale) string { return l.N("checksum.title", len(files)) }
	m.dialogs.Push(dialog.NewReport(title, s.tell(m)).With(closed,
		dialog.NewButton("y", "checksum.copy", doneMsg{cancel, s.copy})))
	return s.next
}

// doneMsg is the answer that closes a dialog in which something went on, and
// does something more, or nothing.
type doneMsg struct {
	cancel context.CancelFunc
	do     func(*Model) tea.Cmd
}

func (msg doneMsg) apply(m *Model) tea.Cmd {
	msg.cancel()
	if msg.do == nil || m.drive == nil {
		return nil
	}
	return msg.do(m)
}

// next asks for the next digest.
func (s *sums) next() tea.Msg {
	if s.client == nil {
		c, err := s.drive.session.Dial(s.ctx)
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

func (msg sumMsg) apply(m *Model) tea.Cmd {
	s := msg.sums
	if m.drive != s.drive || s.ctx.Err() != nil {
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
func (s *sums) tell(m *Model) func(*locale.Locale) []dialog.Paragraph {
	return func(l *locale.Locale) []dialog.Paragraph {
		var told []dialog.Paragraph
		for i, f := range s.files {
			said := dialog.Paragraph{Text: l.T("checksum.waiting"), Tone: dialog.Quiet}
			switch {
			case i < len(s.said) && s.said[i].err != nil:
				said = dialog.Paragraph{Text: m.explain(s.said[i].err), Tone: dialog.Bad}
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
func (s *sums) copy(m *Model) tea.Cmd {
	var lines []string
	for i, said := range s.said {
		if said.err == nil {
			lines = append(lines, b3sum(said.digest, string(s.files[i].Path.Base())))
		}
	}
	if len(lines) == 0 {
		m.say(true, dialog.Say("checksum.none"))
		return nil
	}
	return m.external.Copy(strings.Join(lines, "\n")+"\n", dialog.SayN("checksum.copied", len(lines)))
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
