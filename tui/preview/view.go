package preview

import (
	"errors"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
	"wangpan/wire"
)

// heading is the number of lines above the content: the name and the facts.
const heading = 2

// room returns the number of lines for the content.
func (p *pane) room() int { return max(p.height-heading, 0) }

// View draws the pane: as many lines as its height, none wider than the pane.
func (p *pane) View() string {
	lines := make([]string, 0, p.height)
	switch {
	case p.waiting:
		lines = append(lines, p.name(p.next), p.facts(nil), p.sentence(p.Locale.T("preview.loading")))
	case p.err != nil:
		lines = append(lines, p.name(p.shown), p.facts(nil))
		for _, l := range text.Wrap(p.problem(), p.width) {
			lines = append(lines, p.Theme.Warning.Render(l))
		}
	case p.page != nil:
		lines = append(lines, p.name(p.shown), p.facts(p.page))
		end := min(p.top+p.room(), len(p.page.lines))
		for _, l := range p.page.lines[min(p.top, end):end] {
			if p.page.look.width > p.width {
				l = ansi.Truncate(l, p.width, "") // until the page is made again
			}
			lines = append(lines, l)
		}
	}
	for len(lines) < p.height {
		lines = append(lines, "")
	}
	return strings.Join(lines[:p.height], "\n")
}

func (p *pane) sentence(s string) string { return p.Theme.Muted.Render(text.Cut(s, p.width)) }

func (p *pane) name(item target) string {
	name, style := text.Visible(string(item.Entry.Name)), p.Theme.Strong
	if item.Entry.IsDir {
		name, style = name+"/", p.Theme.Folder
	}
	if p.of == 0 {
		return style.Render(text.CutMiddle(name, p.width))
	}
	place := "  " + p.Locale.Count(int64(p.at)) + "/" + p.Locale.Count(int64(p.of))
	room := max(p.width-text.Width(place), 0)
	return style.Render(text.CutMiddle(name, room)) +
		p.sentence(strings.Repeat(" ", max(room-text.Width(name), 0))+place)
}

// facts draws the facts about the item, and whether more lines are above and below.
func (p *pane) facts(of *page) string {
	var facts []string
	if of != nil {
		facts = append(facts, of.facts...)
		if !p.shown.Entry.IsDir {
			facts = append(facts, p.Locale.Size(p.shown.Entry.Size))
		}
	}
	more := ""
	if of != nil && p.top > 0 {
		more += p.Theme.Glyph.Up
	}
	if of != nil && (of.more || p.top+p.room() < len(of.lines)) {
		more += p.Theme.Glyph.Down
	}
	separator := " " + p.Theme.Glyph.Separator + " "
	room := p.width - 3
	said := text.Pad(strings.Join(facts, separator), max(room, 0))
	return p.sentence(said + " " + text.PadLeft(more, 2))
}

// problem returns the sentence for the error.
func (p *pane) problem() string {
	switch {
	case errors.Is(p.err, wire.Conflict):
		return p.Locale.T("preview.changed")
	case errors.Is(p.err, wire.NotFound):
		return p.Locale.T("preview.gone")
	}
	return p.Explain(p.err)
}
