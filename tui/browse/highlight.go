package browse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// highlighted renders a name with what the filter found in it. Whole characters
// as the terminal draws them are highlighted: an escape sequence within one would
// tear it.
func (p *Pane) highlighted(name string, style lipgloss.Style) string {
	if !p.filter.on() {
		return style.Render(name)
	}
	found := p.filter.found(name)
	var b strings.Builder
	begin, on := 0, false
	for at := 0; at < len(name); {
		cluster, _ := ansi.FirstGraphemeCluster(name[at:], ansi.GraphemeWidth)
		if found[at] != on {
			b.WriteString(p.rendered(name[begin:at], style, on))
			begin, on = at, found[at]
		}
		at += len(cluster)
	}
	b.WriteString(p.rendered(name[begin:], style, on))
	return b.String()
}

func (p *Pane) rendered(part string, style lipgloss.Style, found bool) string {
	switch {
	case part == "":
		return ""
	case found:
		return p.Theme.Match.Render(part)
	}
	return style.Render(part)
}

// found says of each byte of a name whether it is of one of the words.
func (f filter) found(name string) []bool {
	found := make([]bool, len(name))
	folded := strings.Map(foldedInPlace, name)
	for _, word := range f.words {
		for at := 0; ; {
			i := strings.Index(folded[at:], word)
			if i < 0 {
				break
			}
			for n := range len(word) {
				found[at+i+n] = true
			}
			at += i + len(word)
		}
	}
	return found
}

// foldedInPlace is the lower case of a character where it takes as many bytes,
// so that places in a folded name are places in the name.
func foldedInPlace(r rune) rune {
	if lower := unicode.ToLower(r); utf8.RuneLen(lower) == utf8.RuneLen(r) {
		return lower
	}
	return r
}
