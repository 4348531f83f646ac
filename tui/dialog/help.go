package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
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

// maxFilter is how many characters are looked for at the most.
const maxFilter = 60

// NewHelp returns the help for some places; the first is where one is.
func NewHelp(sections ...HelpSection) *Help {
	return &Help{sections: sections, filter: field.New(maxFilter)}
}

// Update scrolls and filters.
func (h *Help) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case command.Press:
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

// Place is that of the text, or of the filter.
func (h *Help) Place() command.Place {
	if h.filtering {
		return command.HelpFilter
	}
	return command.HelpText
}

func (h *Help) key(press command.Press) Outcome {
	switch press.Name {
	case "help.close":
		return Outcome{Close: true}
	case "help.filter":
		h.filtering = true
	case "help.up", "dialog.up":
		h.scroll(-1)
	case "help.down", "dialog.down":
		h.scroll(1)
	case "dialog.page_up", "path.page_up":
		h.scroll(-h.page)
	case "dialog.page_down", "path.page_down":
		h.scroll(h.page)
	case "help.first":
		h.scroll(-atEnd)
	case "help.last":
		h.scroll(atEnd)
	case "dialog.close":
		if !h.filtering && h.filter.Value() == "" {
			return Outcome{Close: true}
		}
		h.filtering, h.top = false, 0
		h.filter.SetValue("")
	case "dialog.press":
		h.filtering = false
	default:
		if h.filtering {
			h.filter.Update(press)
			h.top = 0
		}
	}
	return Outcome{}
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
	filter := look.Registry.Get("help.filter").Binding()
	switch {
	case h.filtering:
		return hints(look, cells, look.binding("dialog.press", "help.keep"), look.binding("dialog.close", "help.all"), scroll)
	case h.filter.Value() != "":
		return hints(look, cells, look.binding("dialog.close", "help.all"), filter, scroll)
	}
	return hints(look, cells, look.Registry.Get("dialog.close").Binding(), filter, scroll)
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
