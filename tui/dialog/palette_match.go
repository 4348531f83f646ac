package dialog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sahilm/fuzzy"

	"wangpan/tui/locale"
)

// hit is an item that matches the typed text.
type hit struct {
	item  int   // an index into the items
	score int   // higher is better
	at    []int // the positions of the characters in the description, in bytes
}

// exactly is the bonus of an item whose name is the typed text or begins with it: it
// comes before all items that only contain the letters.
const exactly = 1000

// match finds the items whose description or name contains the typed characters in
// this order. An empty text matches all items, in their order.
func (p *Palette) match(typed string) {
	defer func() { p.list.SetRows(len(p.hits)) }()
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
	for _, m := range fuzzy.FindNoSort(strings.ReplaceAll(pattern, " ", "_"), p.names) {
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
			h.score -= exactly / 2 // commands that can run come first
		}
		p.hits = append(p.hits, h)
	}
	slices.SortFunc(p.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.item, b.item))
	})
}

// word translates the descriptions when the language has changed, and reports
// whether it has.
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
