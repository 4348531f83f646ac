package dialog

import (
	"strings"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// besides is the width, in cells, from which the two files stand side by side: each
// takes a size, a date and the space between.
const besides = 60

func (e *Exists) heading(l *locale.Locale) string {
	switch {
	case e.target.Partial && e.target.Download:
		return l.T("exists.title_partial_download")
	case e.target.Partial:
		return l.T("exists.title_partial_upload")
	case e.target.Download:
		return l.T("exists.title_download")
	}
	return l.T("exists.title_upload")
}

func (e *Exists) describe(look Look, cells int) []string {
	l, th := look.Locale, look.Theme
	var lines []string
	if e.target.Place != "" {
		lines = append(lines, th.Muted.Render(text.CutMiddle(l.T("exists.place", "Path", e.target.Place), cells)))
	}
	lines = append(append(lines, e.files(look, cells)...), "")
	style := th.Good
	if !e.target.resumable() {
		style = th.Warning
	}
	lines = append(lines, wrapped(style, e.proof(l), cells)...)
	if e.target.resumable() && e.target.Proven > 0 {
		lines = append(lines, wrapped(th.Text, e.saving(l), cells)...)
	}
	switch {
	case e.target.Partial:
	case e.target.Download:
		lines = append(lines, wrapped(th.Muted, l.T("exists.over_here"), cells)...)
	default:
		lines = append(lines, wrapped(th.Muted, l.T("exists.over_there"), cells)...)
	}
	return lines
}

// others draws the switch for all other transfers, which is always in view above
// the buttons.
func (e *Exists) others(look Look, cells int) []string {
	if e.target.Others == 0 {
		return nil
	}
	box := "[ ] "
	if e.rest {
		box = "[x] "
	}
	t := e.target
	rest := look.Locale.N("exists.rest", t.Others)
	if t.resumable() && t.Resumable >= 0 && t.Resumable < t.Others {
		rest = look.Locale.N("exists.rest_some", t.Others, "Some", t.Resumable)
	}
	if text.Width(rest) > cells-6 {
		rest = text.Cut(look.Locale.N("exists.rest_short", t.Others), max(0, cells-6))
	}
	return []string{box + look.Theme.ButtonLetter.Render(look.Registry.Label("dialog.all_others")) + " " + rest}
}

// files draws both files, side by side where there is room. The local file is always
// the first, so that users do not confuse the two. The heading names the target.
func (e *Exists) files(look Look, cells int) []string {
	l := look.Locale
	local, remote := "exists.here", "exists.there"
	if e.target.Download {
		local = "exists.here_target"
	} else {
		remote = "exists.there_target"
	}
	if cells < besides {
		return e.below(look, cells)
	}
	half := (cells - 2) / 2
	left := side(look, l.T(local), e.target.Local, half)
	right := side(look, l.T(remote), e.target.Remote, cells-2-half)
	lines := make([]string, len(left))
	for i := range lines {
		fill := strings.Repeat(" ", max(0, half+2-text.Width(left[i])))
		lines[i] = left[i] + fill + right[i]
	}
	return lines
}

// below draws one file below the other in as few lines as possible, and a common
// name only once.
func (e *Exists) below(look Look, cells int) []string {
	l, th := look.Locale, look.Theme
	line := func(label string, s wire.Entry) string {
		facts := text.PadLeft(l.Size(s.Size), 9) + "  " + l.Date(s.ModTime)
		return th.Muted.Render(text.Pad(label, 7)) + th.Text.Render(text.Cut(facts, max(0, cells-7)))
	}
	name := func(s wire.Entry) string {
		return th.Strong.Render(text.CutMiddle(text.Visible(string(s.Name)), cells))
	}
	lines := []string{name(e.target.Local), line(l.T("exists.here_short"), e.target.Local)}
	if e.target.Local.Name != e.target.Remote.Name {
		lines = append(lines, name(e.target.Remote))
	}
	return append(lines, line(l.T("exists.there_short"), e.target.Remote))
}

// side draws one file in three lines: its location, its name, its size and date.
func side(look Look, label string, s wire.Entry, cells int) []string {
	l, th := look.Locale, look.Theme
	return []string{
		th.Muted.Render(text.Cut(label, cells)),
		th.Strong.Render(text.CutMiddle(text.Visible(string(s.Name)), cells)),
		th.Text.Render(text.Cut(l.Size(s.Size)+"  "+l.Date(s.ModTime), cells)),
	}
}

// proof is the result of the comparison, or the reason why Resume is disabled.
func (e *Exists) proof(l *locale.Locale) string {
	t := e.target
	total := t.source().Size
	much := func(id string) string {
		fraction := float64(t.Proven) / float64(max(1, total))
		return l.T(id, "Percent", l.Percent(fraction), "Part", l.Part(t.Proven, total))
	}
	switch {
	case t.resumable() && t.Proven == 0:
		return l.T("exists.nothing")
	case t.Replacing && t.resumable():
		return much("exists.replacing")
	case t.resumable() && t.Arrived:
		return much("exists.arrived")
	case t.resumable() && t.Changed:
		return much("exists.kept")
	case t.resumable():
		return much("exists.beginning")
	case t.Reason == transfer.ReasonLonger:
		return l.T("exists.larger")
	case t.Reason == transfer.ReasonChanged:
		return l.T("exists.changed")
	case t.Reason == transfer.ReasonComplete:
		return l.T("exists.finished")
	case t.Proven > 0:
		return much("exists.different_behind")
	}
	return l.T("exists.different")
}

func (e *Exists) saving(l *locale.Locale) string {
	if e.target.Saves <= 0 {
		return l.T("exists.saves", "Size", l.Size(e.target.Proven))
	}
	return l.T("exists.saves_time", "Size", l.Size(e.target.Proven), "Time", l.Duration(e.target.Saves))
}
