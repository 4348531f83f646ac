package login

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

const (
	// wide is how wide the card gets, in cells: a fingerprint fits behind the
	// longest label, whole.
	wide = 74

	// frame is what the border and the space beside it take of the width.
	frame = 4
)

// labels are the message ids of the fields.
var labels = [fields]string{"login.server", "login.user", "login.password", "login.again", "login.invitation"}

// View draws the card in the middle of the screen, and says where on it the
// cursor belongs; nil where nothing is typed.
func (l *Login) View(width, height int) (string, *tea.Cursor) {
	th, loc := l.o.Theme, l.o.Locale
	box := min(width, wide)
	cells := max(1, box-frame)
	title := loc.T("login.title")
	if l.create {
		title = loc.T("login.title_create")
	}
	lines, cursor := l.form(cells, height-2)
	card := strings.Split(th.Box(th.BorderFocused, title, box, lines), "\n")
	x, y := max(0, (width-box)/2), max(0, (height-len(card))/2)
	l.drawn.x, l.drawn.y = x+frame/2, y+1
	if cursor != nil {
		cursor.X += l.drawn.x
		cursor.Y += l.drawn.y
		cursor.Color = th.Caret
	}
	return screen(card, x, y, width, height), cursor
}

// screen puts a box of lines at a place on an otherwise empty screen.
func screen(box []string, x, y, width, height int) string {
	lines := make([]string, height)
	for i := range lines {
		line := ""
		if i >= y && i-y < len(box) {
			line = strings.Repeat(" ", x) + box[i-y]
		}
		lines[i] = line + strings.Repeat(" ", max(0, width-text.Width(line)))
	}
	return strings.Join(lines, "\n")
}

// form draws the lines of the card, roomy where that fits.
func (l *Login) form(cells, room int) ([]string, *tea.Cursor) {
	foot := l.foot(cells)
	if l.saved.open {
		head := l.o.Theme.Muted.Render(text.Cut(l.o.Locale.T("login.saved_title"), cells))
		lines := append([]string{head}, l.savedLines(cells, max(1, room-3))...)
		return append(lines, "", l.hints(cells, l.o.Registry.Bindings("login.press", "login.back")...)), nil
	}
	for _, space := range []spacing{roomy, tight, tightest} {
		lines, cursor := l.fields(cells, space)
		if len(lines)+len(foot) <= room || space == tightest {
			if !l.busy {
				l.place(len(lines) + len(foot) - 2)
			}
			return append(lines, foot...), cursor
		}
	}
	return foot, nil
}

// spacing is how many lines are spent on what is not a field.
type spacing int

const (
	roomy    spacing = iota // a line below each field, even while empty, so that nothing jumps
	tight                   // only for notes that say something
	tightest                // only for the note of the field in focus
)

// fields draws each field, and below it what there is to say about it.
func (l *Login) fields(cells int, space spacing) (lines []string, cursor *tea.Cursor) {
	th, loc := l.o.Theme, l.o.Locale
	if space == roomy {
		lines = append(lines, "")
	}
	if l.told != nil {
		for _, line := range text.Wrap(text.Visible(l.told(loc)), cells) {
			lines = append(lines, th.Warning.Render(line))
		}
		if space == roomy {
			lines = append(lines, "")
		}
	}
	column := l.column()
	at, onField := l.focused()
	l.drawn.spots = l.drawn.spots[:0]
	for i, f := range l.shown() {
		l.drawn.spots = append(l.drawn.spots, spot{len(lines), 0, cells, i})
		focused := onField && f == at && !l.busy
		label, mark := th.Label, "  "
		if focused {
			label, mark = th.LabelFocused, th.Glyph.Cursor+" "
		}
		view, x := l.inputs[f].View(th, max(1, cells-column-2), focused, l.hint(f))
		if focused {
			cursor = tea.NewCursor(column+2+x, len(lines))
		}
		lines = append(lines, label.Render(mark+text.Pad(loc.T(labels[f]), column))+view)
		if space != tightest || focused {
			lines = append(lines, l.notes(f, cells, column+2, space)...)
		}
	}
	return append(lines, l.checkbox(len(lines), cells)), cursor
}

// checkbox draws the box that says whether the session is remembered.
func (l *Login) checkbox(line, cells int) string {
	th := l.o.Theme
	label, mark, style := l.o.Locale.T("login.remember"), "  ", th.Label
	if l.focus == l.box() && !l.busy {
		mark, style = th.Glyph.Cursor+" ", th.LabelFocused
	}
	sign := "[ ] "
	if l.remember {
		sign = "[x] "
	}
	l.drawn.spots = append(l.drawn.spots, spot{line, 0, cells, l.box()})
	return style.Render(text.Cut(mark+sign+label, cells))
}

// notes draws the lines below a field. A problem is never cut; where the card
// is narrow it begins further to the left.
func (l *Login) notes(f Field, cells, indent int, space spacing) []string {
	style, note := l.note(f)
	var lines []string
	switch {
	case note == "" && space == roomy:
		return []string{""}
	case note == "":
		return nil
	case l.problems[f] != nil:
		if cells < wide-frame {
			indent = 2
		}
		lines = text.Wrap(note, max(1, cells-indent))
	default:
		lines = []string{text.Cut(note, max(1, cells-indent))}
	}
	for i := range lines {
		lines[i] = strings.Repeat(" ", indent) + style.Render(lines[i])
	}
	return lines
}

// column returns how wide the labels are.
func (l *Login) column() int {
	widest := 0
	for _, f := range l.shown() {
		widest = max(widest, text.Width(l.o.Locale.T(labels[f])))
	}
	return widest + 1
}

func (l *Login) hint(f Field) string {
	switch f {
	case ServerField:
		return l.o.Locale.T("login.server_hint")
	case InvitationField:
		return l.o.Locale.T("login.invitation_hint")
	default:
		return ""
	}
}

// note is what there is to say about a field: what is wrong with it, or else
// what is known of the server's key, or how strong the password is.
func (l *Login) note(f Field) (style lipgloss.Style, note string) {
	th, loc := l.o.Theme, l.o.Locale
	if l.problems[f] != nil {
		return th.Error, text.Visible(l.problems[f](loc))
	}
	switch {
	case f == ServerField:
		return l.keyNote()
	case f == PasswordField && l.create && l.inputs[f].Value() != "":
		style = th.Warning
		if l.strength >= Fair {
			style = th.Good
		}
		return style, loc.T(strengths[l.strength])
	}
	return th.Muted, ""
}

func (l *Login) keyNote() (style lipgloss.Style, note string) {
	th, loc := l.o.Theme, l.o.Locale
	state := l.key(strings.TrimSpace(l.inputs[ServerField].Value()))
	switch state.Kind {
	case KeyUnknown:
		return th.Muted, loc.T("login.key_unknown")
	case KeyPinned:
		return th.Good, loc.T("login.key_pinned", "Fingerprint", state.Fingerprint)
	case KeyEmbedded:
		return th.Good, loc.T("login.key_embedded")
	case KeyPlain:
		return th.Warning, loc.T("login.key_plain")
	case KeyNone:
	}
	return th.Muted, ""
}

// foot draws what is below the fields: a failure of none of them, the buttons
// or what is going on, the keys.
func (l *Login) foot(cells int) []string {
	th, loc := l.o.Theme, l.o.Locale
	if l.busy {
		server := l.serverName(Server{Address: strings.TrimSpace(l.inputs[ServerField].Value())})
		busy := th.Accent.Render(text.Cut(loc.T("login.busy", "Server", server), cells))
		cancel := l.o.Registry.Get("login.back").Binding()
		cancel.SetHelp(cancel.Help().Key, "login.cancel")
		return []string{busy, l.hints(cells, cancel)}
	}
	var lines []string
	if why := l.problems[NoField]; why != nil {
		for _, line := range text.Wrap(text.Visible(why(loc)), cells) {
			lines = append(lines, th.Error.Render(line))
		}
	}
	names := []command.Name{"login.press"}
	if len(l.o.Saved) > 0 {
		names = append(names, "login.saved")
	}
	names = append(names, l.o.Hints...)
	if l.create {
		names = append(names, "login.back")
	} else { // the last to be shown: a button does the same
		names = append(names, "login.switch")
	}
	return append(lines, l.buttons(cells), l.hints(cells, l.o.Registry.Bindings(names...)...))
}

// acts returns the labels of the two buttons.
func (l *Login) acts() (act, other string) {
	loc := l.o.Locale
	if l.create {
		return loc.T("login.create"), loc.T("login.instead")
	}
	return loc.T("login.log_in"), loc.T("login.create")
}

// place notes where the buttons are drawn.
func (l *Login) place(line int) {
	act, other := l.acts()
	first, width := l.box()+1, text.Width(act)+2
	l.drawn.spots = append(l.drawn.spots,
		spot{line, 0, width, first},
		spot{line, width + 1, width + 3 + text.Width(other), first + 1})
}

func (l *Login) buttons(cells int) string {
	act, other := l.acts()
	first := l.box() + 1
	return l.button(act, l.focus == first, cells) + " " + l.button(other, l.focus == first+1, cells-text.Width(act)-3)
}

func (l *Login) button(label string, focused bool, cells int) string {
	th := l.o.Theme
	label = text.Cut(label, max(1, cells-2))
	if focused {
		return th.ButtonFocused.Render(th.Glyph.Cursor + label + " ")
	}
	return th.Button.Render(" " + label + " ")
}

// hints is a line of keys and what they do, as many as fit.
func (l *Login) hints(cells int, bindings ...key.Binding) string {
	th := l.o.Theme
	line, used := "", 0
	for _, b := range bindings {
		name, desc := b.Help().Key, " "+l.o.Locale.T(b.Help().Desc)
		if name == "enter" {
			name = th.Glyph.Enter
		}
		width := text.Width(name) + text.Width(desc) + 2
		if used+width > cells+2 {
			break
		}
		if used > 0 {
			line += "  "
		}
		line += th.HelpKey.Render(name) + th.HelpText.Render(desc)
		used += width
	}
	return line
}
