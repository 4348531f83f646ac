package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
)

// HelpSection is the keys of one place on the screen.
type HelpSection struct {
	Title    locale.Words
	Bindings []key.Binding // their help texts are message ids; disabled ones are omitted
}

// Help shows the keys of some places. A filter finds keys by what they do.
type Help struct {
	sections []HelpSection
	filter   filter
	text     list.Window
}

// NewHelp returns the help for some places; the first is the current one.
func NewHelp(sections ...HelpSection) *Help {
	return &Help{sections: sections, filter: filter{Field: field.New(maxFilter)}, text: list.Window{Text: true}}
}

// Place returns the place of the text, or of the filter.
func (h *Help) Place() command.Place {
	if h.filter.typing {
		return command.HelpFilter
	}
	return command.HelpText
}

// Update scrolls and filters.
func (h *Help) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	switch {
	case press.Name == "help.close", press.Name == "dialog.close" && !h.filter.shown():
		return Outcome{Close: true}
	case press.Name == "help.filter":
		h.filter.typing = true
	case h.text.Update(msg):
	case h.filter.update(msg):
		h.text.Top = 0
	}
	return Outcome{}
}

// View draws the box. Its height does not depend on the filter: it must not jump while
// the user types.
func (h *Help) View(look Look, width, height int) (string, *tea.Cursor) {
	width, cells := within(width, widestHelp)
	all := h.lines(look, cells, nil)
	room := max(1, min(len(all)+1, height-4)) // the border, the filter or a blank line, the keys
	lines := all
	if words := strings.Fields(strings.ToLower(h.filter.Value())); len(words) > 0 {
		lines = h.lines(look, cells, words)
		if len(lines) == 0 {
			lines = wrapped(look.Theme.Muted, look.Locale.T("help.none"), cells)
		}
	}
	if len(lines) > room {
		lines = squeezed(lines)
	}
	h.text.SetRows(len(lines))
	shown := fill(h.text.Draw(room, func(i int) string { return lines[i] }), room)
	foot, cursor := h.foot(look, cells, room)
	shown = append(shown, foot, h.hints(look, cells))
	return box(look, look.Locale.T("help.title"), width, shown), cursor
}

// foot is the line below the keys: the filter, or a sign that there are more keys.
func (h *Help) foot(look Look, cells, line int) (string, *tea.Cursor) {
	switch {
	case h.filter.shown():
		return typing(look, h.filter.Field, look.Theme.HelpKey.Render("/ "), cells, line, h.filter.typing, "")
	case h.text.Hidden() > 0:
		return moreSigns(look, &h.text, cells), nil
	}
	return "", nil
}

func (h *Help) hints(look Look, cells int) string {
	scroll := key.NewBinding(key.WithHelp("up/down", "help.scroll"))
	filter := look.Registry.Get("help.filter").Binding()
	switch {
	case h.filter.typing:
		return Hints(look, cells, look.binding("dialog.press", "help.keep"), look.binding("dialog.close", "help.all"), scroll)
	case h.filter.shown():
		return Hints(look, cells, look.binding("dialog.close", "help.all"), filter, scroll)
	}
	return Hints(look, cells, look.Registry.Get("dialog.close").Binding(), filter, scroll)
}

// lines draws the keys that match all words, by section.
func (h *Help) lines(look Look, cells int, words []string) (lines []string) {
	columns := h.columns(look, cells)
	for _, s := range h.sections {
		bindings := slices.DeleteFunc(slices.Clone(s.Bindings), func(b key.Binding) bool {
			return !b.Enabled() || b.Help().Desc == "" || !matchesHelp(look, b, words)
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
func matchesHelp(look Look, b key.Binding, words []string) bool {
	said := strings.ToLower(look.Locale.T(b.Help().Desc) + " " + b.Help().Key + " " + strings.Join(b.Keys(), " "))
	for _, word := range words {
		if !strings.Contains(said, word) {
			return false
		}
	}
	return true
}

// widestHelp is the largest width of the help, in cells: three columns of the longest
// descriptions fit.
const widestHelp = 110

// helpColumns is a layout: the number of columns, their width, and the part of it that
// the names of the keys take.
type helpColumns struct{ n, cells, keys int }

const (
	mostHelpColumns = 3
	helpGap         = 2 // between columns, in cells
)

// columns returns the layout with the most columns that cuts no text. A single column
// that is too narrow breaks texts into lines.
func (h *Help) columns(look Look, cells int) helpColumns {
	keys, words := 1, 1
	for _, s := range h.sections {
		for _, b := range s.Bindings {
			if b.Enabled() && b.Help().Desc != "" {
				keys, words = max(keys, text.Width(look.keyNames(KeyNames(b)))), max(words, text.Width(look.Locale.T(b.Help().Desc)))
			}
		}
	}
	n := min((cells+helpGap)/(keys+1+words+helpGap), mostHelpColumns)
	if n < 1 {
		return helpColumns{1, cells, min(keys, cells/2)}
	}
	return helpColumns{n, (cells - helpGap*(n-1)) / n, keys}
}

// rows draws keys in columns.
func (c helpColumns) rows(look Look, bindings []key.Binding) []string {
	rows := (len(bindings) + c.n - 1) / c.n
	lines := make([]string, 0, rows)
	for i := range rows {
		line := helpCell(look, bindings[i], c.keys, c.cells)
		for at := i + rows; at < len(bindings); at += rows { // with several columns, each cell is a single line
			line[0] += strings.Repeat(" ", helpGap) + helpCell(look, bindings[at], c.keys, c.cells)[0]
		}
		lines = append(lines, line...)
	}
	return lines
}

// helpCell draws a key and its description, in several lines where one is too short.
func helpCell(look Look, b key.Binding, keys, cells int) []string {
	th := look.Theme
	rest := max(cells-keys-1, 1)
	names := text.Wrap(look.keyNames(KeyNames(b)), keys)
	words := text.Wrap(look.Locale.T(b.Help().Desc), rest)
	lines := make([]string, max(len(names), len(words)))
	names, words = fill(names, len(lines)), fill(words, len(lines))
	for i := range lines {
		lines[i] = th.HelpKey.Render(text.Pad(names[i], keys)) + " " + th.HelpText.Render(text.Pad(words[i], rest))
	}
	return lines
}

// KeyNames returns the keys in the help of a binding, which writes them with slashes
// between them.
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
