package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// HelpSection is the keys of one place on the screen.
type HelpSection struct {
	Title    Words
	Bindings []key.Binding // their help texts are message ids; disabled ones are left out
}

// Help shows the keys of where one is, and finds one by what it does.
type Help struct {
	sections  []HelpSection
	filter    *field.Field
	filtering bool // the keys go to the filter
	top       int  // the first line in view
	hidden    int  // how many lines were out of view when last drawn
	page      int  // lines in view when last drawn
}

// helpKeys are the keys of a Help that other dialogs do not have. The key that
// opened it closes it.
var helpKeys = struct{ up, down, first, last, filter, done, clear key.Binding }{
	up:     key.NewBinding(key.WithKeys("up", "k")),
	down:   key.NewBinding(key.WithKeys("down", "j")),
	first:  key.NewBinding(key.WithKeys("home", "g")),
	last:   key.NewBinding(key.WithKeys("end", "G")),
	filter: key.NewBinding(key.WithKeys("/"), key.WithHelp("/", "help.filter")),
	done:   key.NewBinding(key.WithKeys("esc", "?", "f1", "q", "o", "enter"), key.WithHelp("esc", "keys.close")),
	clear:  key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "help.all")),
}

// maxFilter is how many characters are looked for at the most.
const maxFilter = 60

// NewHelp returns the help for some places; the first is where one is.
func NewHelp(sections ...HelpSection) *Help {
	return &Help{sections: sections, filter: field.New(maxFilter)}
}

// Update scrolls and filters.
func (h *Help) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return h.key(msg)
	case tea.PasteMsg:
		if h.filtering {
			h.filter.Update(msg)
			h.top = 0
		}
	case tea.MouseWheelMsg:
		h.scroll(wheel(msg))
	}
	return Outcome{}
}

func (h *Help) key(press tea.KeyPressMsg) Outcome {
	switch {
	case key.Matches(press, Keys.PageUp):
		h.scroll(-h.page)
	case key.Matches(press, Keys.PageDown):
		h.scroll(h.page)
	case h.filtering:
		h.typed(press)
	case key.Matches(press, helpKeys.clear) && h.filter.Value() != "":
		h.filter.SetValue("")
		h.top = 0
	case key.Matches(press, helpKeys.done):
		return Outcome{Close: true}
	case key.Matches(press, helpKeys.filter):
		h.filtering = true
	case key.Matches(press, helpKeys.up):
		h.scroll(-1)
	case key.Matches(press, helpKeys.down):
		h.scroll(1)
	case key.Matches(press, helpKeys.first):
		h.scroll(-atEnd)
	case key.Matches(press, helpKeys.last):
		h.scroll(atEnd)
	}
	return Outcome{}
}

// typed takes a key for the filter.
func (h *Help) typed(press tea.KeyPressMsg) {
	switch {
	case key.Matches(press, Keys.Close):
		h.filtering, h.top = false, 0
		h.filter.SetValue("")
	case key.Matches(press, Keys.Press):
		h.filtering = false
	case key.Matches(press, Keys.Up):
		h.scroll(-1)
	case key.Matches(press, Keys.Down):
		h.scroll(1)
	default:
		h.filter.Update(press)
		h.top = 0
	}
}

func (h *Help) scroll(by int) { h.top = max(0, min(h.top+by, h.hidden)) }

// View draws the box as tall whatever is found: it must not jump while one
// types.
func (h *Help) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width = min(width, widestHelp)
	cells := max(1, width-frame)
	all := h.lines(look, cells, nil)
	room := max(1, min(len(all)+1, height-4)) // the border, the filter or a blank line, the keys
	lines := all
	if words := strings.Fields(strings.ToLower(h.filter.Value())); len(words) > 0 {
		lines = h.lines(look, cells, words)
		if len(lines) == 0 {
			lines = wrapped(th.Muted, look.Locale.T("help.none"), cells)
		}
	}
	if len(lines) > room {
		lines = squeezed(lines)
	}
	h.page, h.hidden = room, max(0, len(lines)-room)
	h.top = min(h.top, h.hidden)
	shown := slices.Clone(lines[h.top:min(h.top+room, len(lines))])
	for len(shown) < room {
		shown = append(shown, "")
	}
	line, cursor := h.foot(look, cells, len(shown)+1)
	shown = append(shown, line, h.hints(look, cells))
	return th.Box(th.BorderFocused, look.Locale.T("help.title"), width, shown), cursor
}

// foot is the line below the keys: the filter, or where else there are more.
func (h *Help) foot(look Look, cells, y int) (string, *tea.Cursor) {
	th := look.Theme
	if !h.filtering && h.filter.Value() == "" {
		if h.hidden == 0 {
			return "", nil
		}
		return th.Muted.Render(text.Cut(scrollSigns(look, h.top, h.hidden)+" "+look.Locale.T("dialog.more"), cells)), nil
	}
	label := "/ "
	view, x := h.filter.View(th, max(1, cells-len(label)), h.filtering, "")
	line := th.HelpKey.Render(label) + view
	if !h.filtering {
		return line, nil
	}
	cursor := tea.NewCursor(frame/2+len(label)+x, y)
	cursor.Color = th.Caret
	return line, cursor
}

func (h *Help) hints(look Look, cells int) string {
	scroll := key.NewBinding(key.WithHelp("up/down", "help.scroll"))
	switch {
	case h.filtering:
		keep := Keys.Press
		keep.SetHelp(keep.Help().Key, "help.keep")
		return hints(look, cells, keep, helpKeys.clear, scroll)
	case h.filter.Value() != "":
		return hints(look, cells, helpKeys.clear, helpKeys.filter, scroll)
	}
	return hints(look, cells, helpKeys.done, helpKeys.filter, scroll)
}

// scrollSigns point to where there is more of a text than is in view.
func scrollSigns(look Look, top, hidden int) string {
	g := look.Theme.Glyph
	switch top {
	case 0:
		return g.Down
	case hidden:
		return g.Up
	}
	return g.Up + g.Down
}

// lines draws the sections, of these what fits to all words.
func (h *Help) lines(look Look, cells int, words []string) (lines []string) {
	columns := h.columns(look, cells)
	for _, s := range h.sections {
		bindings := slices.DeleteFunc(slices.Clone(s.Bindings), func(b key.Binding) bool {
			return !b.Enabled() || b.Help().Desc == "" || !speaksOf(look, b, words)
		})
		if len(bindings) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, look.Theme.Title.Render(text.Cut(s.Title(look.Locale), cells)))
		lines = append(lines, columns.rows(look, bindings)...)
	}
	return lines
}

// speaksOf reports whether all words are in what a key does or is called.
func speaksOf(look Look, b key.Binding, words []string) bool {
	said := strings.ToLower(look.Locale.T(b.Help().Desc) + " " + b.Help().Key + " " + strings.Join(b.Keys(), " "))
	for _, word := range words {
		if !strings.Contains(said, word) {
			return false
		}
	}
	return true
}

// widestHelp is how wide the help gets at the most, in cells: three columns of the
// longest words fit.
const widestHelp = 110

// helpColumns says how keys are laid out: in how many columns, how wide these
// are, and how much of that the names of the keys take.
type helpColumns struct{ n, cells, keys int }

const (
	mostHelpColumns = 3
	helpGap         = 2 // between columns, in cells
)

// columns lays out all keys in as many columns as fit without anything being
// cut. Where not even one does, it is broken into lines.
func (h *Help) columns(look Look, cells int) helpColumns {
	keys, words := 1, 1
	for _, s := range h.sections {
		for _, b := range s.Bindings {
			if b.Enabled() && b.Help().Desc != "" {
				keys, words = max(keys, text.Width(helpKeyNames(look, b))), max(words, text.Width(look.Locale.T(b.Help().Desc)))
			}
		}
	}
	n := min((cells+helpGap)/(keys+1+words+helpGap), mostHelpColumns)
	if n < 1 {
		return helpColumns{1, cells, min(keys, cells/2)}
	}
	return helpColumns{n, (cells - helpGap*(n-1)) / n, keys}
}

// rows draws the keys of a section.
func (c helpColumns) rows(look Look, bindings []key.Binding) []string {
	rows := (len(bindings) + c.n - 1) / c.n
	lines := make([]string, 0, rows)
	for i := range rows {
		line := helpCell(look, bindings[i], c.keys, c.cells)
		for at := i + rows; at < len(bindings); at += rows { // then each is a single line
			line[0] += strings.Repeat(" ", helpGap) + helpCell(look, bindings[at], c.keys, c.cells)[0]
		}
		lines = append(lines, line...)
	}
	return lines
}

func helpKeyNames(look Look, b key.Binding) string {
	names := KeyNames(b)
	for i := range names {
		names[i] = look.keyName(names[i])
	}
	return strings.Join(names, "/")
}

// helpCell draws a key and what it does, in several lines where they do not fit
// into one.
func helpCell(look Look, b key.Binding, keys, cells int) []string {
	th := look.Theme
	rest := max(cells-keys-1, 1)
	names := text.Wrap(helpKeyNames(look, b), keys)
	words := text.Wrap(look.Locale.T(b.Help().Desc), rest)
	lines := make([]string, max(len(names), len(words)))
	for i := range lines {
		var name, word string
		if i < len(names) {
			name = names[i]
		}
		if i < len(words) {
			word = words[i]
		}
		lines[i] = th.HelpKey.Render(text.Pad(name, keys)) + " " + th.HelpText.Render(text.Pad(word, rest))
	}
	return lines
}

// KeyNames are the keys that the help of a binding names, which it writes with
// slashes between.
func KeyNames(b key.Binding) []string {
	label := b.Help().Key
	if name, ok := strings.CutSuffix(label, "//"); ok { // the second is a slash
		return []string{name, "/"}
	}
	if rest, ok := strings.CutPrefix(label, "/"); ok {
		if rest = strings.TrimPrefix(rest, "/"); rest == "" {
			return []string{"/"}
		}
		return []string{"/", rest}
	}
	return strings.Split(label, "/")
}
