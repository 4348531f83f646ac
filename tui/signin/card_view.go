package signin

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/tui/text"
)

const (
	// wide is the largest width of the card, in cells: a fingerprint fits after the
	// longest label.
	wide = 74
	// frame is the part of the width that the border and the blanks beside it take.
	frame = 4
)

// labels are the message ids of the fields.
var labels = [fields]string{"login.server", "login.user", "login.password", "login.again", "login.invitation"}

// View draws the card in the middle of the screen and returns the position of the
// cursor, nil without a field in focus.
func (l *card) View(width, height int) (string, *tea.Cursor) {
	th, loc := l.o.Look.Theme, l.o.Look.Locale
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

// screen draws a box of lines at a position of an empty screen.
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

// form draws the lines of the card with the largest spacing that fits.
func (l *card) form(cells, room int) ([]string, *tea.Cursor) {
	foot := l.foot(cells)
	if l.choosing {
		head := l.o.Look.Theme.Muted.Render(text.Cut(l.o.Look.Locale.T("login.saved_title"), cells))
		lines := append([]string{head}, l.savedLines(cells, room-3)...)
		return append(lines, "", dialog.Hints(l.o.Look, cells, l.o.Look.Registry.Bindings("login.press", "login.back")...)), nil
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

// spacing is the number of lines below the fields.
type spacing int

const (
	roomy    spacing = iota // a line below each field, so that the card does not jump
	tight                   // only notes that are not blank
	tightest                // only the note of the field in focus
)

// fields draws each field with its note below it.
func (l *card) fields(cells int, space spacing) (lines []string, cursor *tea.Cursor) {
	th, loc := l.o.Look.Theme, l.o.Look.Locale
	if space == roomy {
		lines = append(lines, "")
	}
	if l.reason != nil {
		for _, line := range text.Wrap(text.Visible(l.reason(loc)), cells) {
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

// checkbox draws the box for remembering the session.
func (l *card) checkbox(line, cells int) string {
	th := l.o.Look.Theme
	label, mark, style := l.o.Look.Locale.T("login.remember"), "  ", th.Label
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

// notes draws the lines below a field. An error is never cut; in a narrow card it
// starts further to the left.
func (l *card) notes(f cardField, cells, indent int, space spacing) []string {
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

// column returns the width of the labels.
func (l *card) column() int {
	widest := 0
	for _, f := range l.shown() {
		widest = max(widest, text.Width(l.o.Look.Locale.T(labels[f])))
	}
	return widest + 1
}

func (l *card) hint(f cardField) string {
	switch f {
	case serverField:
		return l.o.Look.Locale.T("login.server_hint")
	case invitationField:
		return l.o.Look.Locale.T("login.invitation_hint")
	default:
		return ""
	}
}

// note is the sentence below a field: its error, the state of the server's key, or the
// strength of the password.
func (l *card) note(f cardField) (style lipgloss.Style, note string) {
	th, loc := l.o.Look.Theme, l.o.Look.Locale
	if l.problems[f] != nil {
		return th.Error, text.Visible(l.problems[f](loc))
	}
	switch {
	case f == serverField:
		return l.keyNote()
	case f == passwordField && l.create && l.inputs[f].Value() != "":
		style = th.Warning
		if l.strength >= fair {
			style = th.Good
		}
		return style, loc.T(strengths[l.strength])
	}
	return th.Muted, ""
}

func (l *card) keyNote() (style lipgloss.Style, note string) {
	th, loc := l.o.Look.Theme, l.o.Look.Locale
	state := l.o.Key(strings.TrimSpace(l.inputs[serverField].Value()))
	switch state.Kind {
	case keyUnknown:
		return th.Muted, loc.T("login.key_unknown")
	case keyPinned:
		return th.Good, loc.T("login.key_pinned", "Fingerprint", state.Fingerprint)
	case keyEmbedded:
		return th.Good, loc.T("login.key_embedded")
	case keyNone:
	}
	return th.Muted, ""
}

// foot draws the lines below the fields: the error of no field, the buttons or the
// attempt under way, and the keys.
func (l *card) foot(cells int) []string {
	th, loc := l.o.Look.Theme, l.o.Look.Locale
	if l.busy {
		server := l.serverName(session.Saved{Server: strings.TrimSpace(l.inputs[serverField].Value())})
		busy := th.Accent.Render(text.Cut(loc.T("login.busy", "Server", server), cells))
		cancel := l.o.Look.Registry.Get("login.back").Binding()
		cancel.SetHelp(cancel.Help().Key, "login.cancel")
		return []string{busy, dialog.Hints(l.o.Look, cells, cancel)}
	}
	var lines []string
	if why := l.problems[noField]; why != nil {
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
	return append(lines, l.buttons(cells), dialog.Hints(l.o.Look, cells, l.o.Look.Registry.Bindings(names...)...))
}

// acts returns the labels of the two buttons.
func (l *card) acts() (act, other string) {
	loc := l.o.Look.Locale
	if l.create {
		return loc.T("login.create"), loc.T("login.instead")
	}
	return loc.T("login.log_in"), loc.T("login.create")
}

// place records where the buttons are drawn.
func (l *card) place(line int) {
	act, other := l.acts()
	first, width := l.box()+1, text.Width(act)+2
	l.drawn.spots = append(l.drawn.spots,
		spot{line, 0, width, first},
		spot{line, width + 1, width + 3 + text.Width(other), first + 1})
}

func (l *card) buttons(cells int) string {
	act, other := l.acts()
	first := l.box() + 1
	return l.button(act, l.focus == first, cells) + " " + l.button(other, l.focus == first+1, cells-text.Width(act)-3)
}

func (l *card) button(label string, focused bool, cells int) string {
	th := l.o.Look.Theme
	label = text.Cut(label, max(1, cells-2))
	if focused {
		return th.ButtonFocused.Render(th.Glyph.Cursor + label + " ")
	}
	return th.Button.Render(" " + label + " ")
}

// savedLines draws the saved servers in view in at most so many lines.
func (l *card) savedLines(cells, room int) []string {
	return l.saved.Draw(room, func(i int) string {
		line := "  " + text.Pad(l.serverName(l.o.Saved[i]), cells-2)
		if i == l.saved.Cursor {
			return l.o.Look.Theme.Cursor.Render(line)
		}
		return line
	})
}

func (l *card) serverName(s session.Saved) string {
	name := text.Visible(s.Server)
	if l.o.Key(s.Server).Kind == keyEmbedded {
		name = l.o.Look.Locale.T("login.embedded_name")
	}
	if s.User != "" {
		name = text.Visible(s.User) + " @ " + name
	}
	return name
}
