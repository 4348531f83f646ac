package dialog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sahilm/fuzzy"

	"wangpan/tui/locale"
)

// hit is an item that fits what was typed.
type hit struct {
	item  int   // among the items
	score int   // the more the better
	at    []int // where in what it does the characters stand, in bytes
}

// exactly is the bonus of an item whose name was typed, or begins so: it goes
// before whatever else the letters can be found in.
const exactly = 1000

// match finds what fits: its characters stand, in that order, in what an item
// does or in its name. Without anything typed all do, in the order given.
func (p *Palette) match(typed string) {
	p.hits = p.hits[:0]
	if typed == "" {
		for i := range p.items {
			p.hits = append(p.hits, hit{item: i})
		}
		return
	}
	pattern := strings.Join(strings.Fields(typed), " ")
	best := make(map[int]hit)
	for _, m := range fuzzy.FindNoSort(pattern, p.said) {
		h := hit{item: m.Index, score: m.Score, at: m.MatchedIndexes}
		if strings.Contains(strings.ToLower(m.Str), strings.ToLower(pattern)) {
			h.score += exactly / 2
		}
		best[m.Index] = h
	}
	for _, m := range fuzzy.FindNoSort(strings.ReplaceAll(pattern, " ", "_"), p.names()) {
		h := hit{item: m.Index, score: m.Score}
		switch {
		case strings.EqualFold(m.Str, pattern):
			h.score += 2 * exactly
		case strings.HasPrefix(m.Str, strings.ToLower(pattern)):
			h.score += exactly
		}
		before, there := best[m.Index]
		h.at = before.at
		if !there || h.score > before.score {
			best[m.Index] = h
		}
	}
	for i, h := range best {
		if p.items[i].why != nil {
			h.score -= exactly / 2 // what can be done goes before what cannot
		}
		p.hits = append(p.hits, h)
	}
	slices.SortFunc(p.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.item, b.item))
	})
}

func (p *Palette) names() []string {
	names := make([]string, len(p.items))
	for i, item := range p.items {
		names[i] = item.name
	}
	return names
}

// word words the items in the language in use, once a language, and reports
// whether it has changed.
func (p *Palette) word(l *locale.Locale) bool {
	if p.lang == l.Lang() {
		return false
	}
	p.lang = l.Lang()
	p.said = make([]string, len(p.items))
	for i, item := range p.items {
		p.said[i] = l.T(item.Help)
	}
	return true
}
