package login

import (
	"wangpan/tui/command"
	"wangpan/tui/text"
)

// savedList is the servers that were used before, over the fields.
type savedList struct {
	open   bool
	cursor int
	top    int
}

func (l *Login) openSaved() {
	if len(l.o.Saved) > 0 {
		l.saved = savedList{open: true}
	}
}

// choose moves in the list and takes a server over. Esc leaves all as it was.
func (l *Login) choose(msg command.Press) {
	switch msg.Name {
	case "login.back", "login.saved":
		l.saved.open = false
	case "login.up":
		l.saved.cursor = max(0, l.saved.cursor-1)
	case "login.down":
		l.saved.cursor = min(len(l.o.Saved)-1, l.saved.cursor+1)
	case "login.press":
		chosen := l.o.Saved[min(l.saved.cursor, len(l.o.Saved)-1)]
		l.saved.open = false
		l.inputs[ServerField].SetValue(chosen.Address)
		if chosen.User != "" {
			l.inputs[UserField].SetValue(chosen.User)
		}
		l.problems = [fields + 1]Words{}
		l.focusEmpty()
	}
}

// savedLines draws the list in at most so many lines.
func (l *Login) savedLines(cells, room int) []string {
	th := l.o.Theme
	l.saved.top = min(l.saved.top, l.saved.cursor)
	l.saved.top = max(l.saved.top, l.saved.cursor-room+1)
	var lines []string
	for i := l.saved.top; i < min(l.saved.top+room, len(l.o.Saved)); i++ {
		line := "  " + text.Pad(l.serverName(l.o.Saved[i]), cells-2)
		if i == l.saved.cursor {
			line = th.Cursor.Render(line)
		}
		lines = append(lines, line)
	}
	return lines
}

func (l *Login) serverName(s Server) string {
	name := text.Visible(s.Address)
	if l.key(s.Address).Kind == KeyEmbedded {
		name = l.o.Locale.T("login.embedded_name")
	}
	if s.User != "" {
		name = text.Visible(s.User) + " @ " + name
	}
	return name
}

func (l *Login) key(server string) KeyState {
	if l.o.Key == nil {
		return KeyState{}
	}
	return l.o.Key(server)
}
