package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"wangpan/tui/transfer"
)

// choice is one way to answer a question about a target that exists. The
// letters are those of the dialog on the screen.
type choice struct {
	letter string
	word   string // message id
	answer transfer.Answer
}

var choices = []choice{
	{"r", "exists.resume", transfer.AnswerResume},
	{"o", "exists.start_over", transfer.AnswerStartOver},
	{"k", "exists.keep_both", transfer.AnswerKeepBoth},
	{"s", "exists.skip", transfer.AnswerSkip},
	{"d", "exists.discard", transfer.AnswerDiscard},
}

// answer asks about t and passes the answer on. It is false when the person
// will answer nothing any more.
func (m *mover) answer(ctx context.Context, t transfer.Transfer, askingNow int) bool {
	q := *t.Question
	m.describe(t, q)
	offered, fallback := offers(q)
	for {
		typed, err := m.console.ask(ctx, m.prompt(offered, fallback, askingNow)+" ")
		if errors.Is(err, io.EOF) {
			typed, err = "s", nil // nobody answers any more: leave everything as it is
		}
		if err != nil {
			return false
		}
		typed = strings.ToLower(typed)
		rest := len(typed) == 2 && typed[1] == 'a'
		if rest {
			typed = typed[:1]
		}
		if typed == "" {
			typed = fallback.letter
		}
		for _, c := range offered {
			if c.letter == typed {
				m.queue.Answer(t.ID, c.answer, rest)
				return true
			}
		}
	}
}

// offers returns the choices for q and the one that Enter takes, which
// destroys nothing.
func offers(q transfer.Question) (offered []choice, fallback choice) {
	for _, c := range choices {
		if q.Offers(c.answer) {
			offered = append(offered, c)
		}
	}
	want := transfer.AnswerKeepBoth
	if q.Offers(transfer.AnswerResume) {
		want = transfer.AnswerResume
	}
	for _, c := range offered {
		if c.answer == want {
			fallback = c
		}
	}
	return offered, fallback
}

// describe shows the two files and what was proven about them.
func (m *mover) describe(t transfer.Transfer, q transfer.Question) {
	out := m.console.out
	title := "exists.title_download"
	switch {
	case q.Partial && !q.Exists && t.Direction == transfer.Download:
		title = "exists.title_partial_download"
	case q.Partial && !q.Exists:
		title = "exists.title_partial_upload"
	case t.Direction == transfer.Upload:
		title = "exists.title_upload"
	}
	fmt.Fprintln(out, m.loc.T("cli.exists.title", "Name", m.jobOf(t).name, "What", m.loc.T(title)))
	fmt.Fprintln(out, "  "+m.loc.T("cli.exists.here", "Size", m.loc.Size(q.Local.Size), "Date", m.loc.Date(q.Local.ModTime.Local())))
	fmt.Fprintln(out, "  "+m.loc.T("cli.exists.there", "Size", m.loc.Size(q.Remote.Size), "Date", m.loc.Date(q.Remote.ModTime.Local())))
	if q.Verified > 0 {
		of := max(q.Local.Size, q.Remote.Size)
		fmt.Fprintln(out, "  "+m.loc.T("exists.beginning", "Percent", m.loc.Percent(fraction(q.Verified, of)), "Part", m.part(q.Verified, of)))
	}
	switch q.Why {
	case transfer.ReasonNone:
		if q.Saves > 0 {
			fmt.Fprintln(out, "  "+m.loc.T("exists.saves", "Size", m.loc.Size(q.Saves)))
		}
	case transfer.ReasonLonger:
		fmt.Fprintln(out, "  "+m.loc.T("exists.larger"))
	case transfer.ReasonComplete:
		fmt.Fprintln(out, "  "+m.loc.T("cli.exists.complete"))
	case transfer.ReasonChanged:
		fmt.Fprintln(out, "  "+m.loc.T("exists.changed"))
	case transfer.ReasonDiffers, transfer.ReasonExpired, transfer.ReasonDamaged:
		fmt.Fprintln(out, "  "+m.loc.T("exists.different"))
	}
}

func (m *mover) prompt(offered []choice, fallback choice, askingNow int) string {
	var words []string
	for _, c := range offered {
		letter := c.letter
		if c.letter == fallback.letter {
			letter = strings.ToUpper(letter)
		}
		words = append(words, "["+letter+"] "+m.loc.T(c.word))
	}
	line := strings.Join(words, "  ")
	if m.several || askingNow > 1 {
		line += "  " + m.loc.T("cli.exists.rest")
	}
	return m.loc.T("cli.exists.prompt", "Choices", line)
}
