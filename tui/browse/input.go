package browse

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// purpose is the purpose of the line that the user types into the pane.
type purpose int

// The purposes.
const (
	filtering purpose = iota // show only names that contain it, while the user types
	seeking                  // move to the next name that begins with it, while the user types
	marking                  // on Enter, mark the names that match it
	unmarking                // on Enter, unmark them
)

// purposeIDs are the message ids of the labels.
var purposeIDs = map[purpose]string{
	filtering: "browse.input.filter", seeking: "browse.input.seek", marking: "browse.input.mark", unmarking: "browse.input.unmark",
}

// input is a line that the user types into the pane, below its rows.
type input struct {
	purpose purpose
	field   *field.Field
}

// LineCommands returns the commands of the line that the user types into a pane.
func LineCommands() []command.Command {
	return []command.Command{
		{Name: "line.done", Help: "browse.input.done", Keys: []string{"enter"}, In: command.Line, Needed: true},
		{Name: "line.drop", Help: "browse.input.drop", Keys: []string{"esc"}, In: command.Line, Needed: true},
		{Name: "line.up", Help: "keys.up", Keys: []string{"up"}, In: command.Line},
		{Name: "line.down", Help: "keys.down", Keys: []string{"down"}, In: command.Line},
	}
}

// leastInput is the width of the text, in cells, in the narrowest pane, which cuts the
// label.
const leastInput = 8

// longest is the largest number of characters in the line.
const longest = 255

// Typing reports whether keys are characters for the pane.
func (p *Pane) Typing() bool { return p.input != nil }

func (p *Pane) ask(what purpose) {
	p.input = &input{what, field.New(longest)}
	if what == filtering {
		p.input.field.SetValue(p.filter.typed)
	}
	p.follow()
}

// typed handles a key or a paste in the line.
func (p *Pane) typed(msg tea.Msg) tea.Cmd {
	in := p.input
	var name command.Name
	if pressed, ok := msg.(tea.KeyPressMsg); ok {
		press := p.Registry.Press(command.Line, pressed)
		name, msg = press.Name, press
	}
	switch name {
	case "line.drop":
		p.input = nil
		if in.purpose == filtering {
			return p.setFilter("")
		}
		return nil
	case "line.done":
		p.input = nil
		p.catchUp()
		if in.purpose == marking || in.purpose == unmarking {
			if like := strings.TrimSpace(norm.NFC.String(in.field.Value())); like != "" {
				p.markLike(like, in.purpose == marking)
			}
		}
		return nil
	case "line.up":
		p.move(-1)
		return nil
	case "line.down":
		p.move(1)
		return nil
	}
	in.field.Update(msg)
	switch in.purpose {
	case filtering:
		return p.setFilter(in.field.Value())
	case seeking:
		p.seek(in.field.Value())
	case marking, unmarking:
	}
	return nil
}

// seek moves the cursor to the next name, from the cursor on, that begins with a text
// or, when there is none, contains it.
func (p *Pane) seek(typed string) {
	typed = strings.ToLower(norm.NFC.String(typed))
	if typed == "" {
		return
	}
	for _, fits := range []func(name, typed string) bool{strings.HasPrefix, strings.Contains} {
		for n := range p.rows {
			i := (p.list.Cursor + n) % len(p.rows)
			if fits(p.rows[i].folded, typed) {
				p.move(i - p.list.Cursor)
				return
			}
		}
	}
}

// inputLine draws the line and returns the cell of the cursor in it.
func (p *Pane) inputLine() (line string, cursor int) {
	label := text.Cut(" "+p.Locale.T(purposeIDs[p.input.purpose]), max(p.width-leastInput-2, 0)) + " "
	view, x := p.input.field.View(p.Theme, max(1, p.width-text.Width(label)-1), true, "")
	return p.Theme.LabelFocused.Render(label) + view, text.Width(label) + x
}

// Cursor returns the position of the cursor in the line, relative to the upper left
// corner of the pane; nil without a line.
func (p *Pane) Cursor() *tea.Cursor {
	if p.input == nil || p.height < 1 {
		return nil
	}
	_, x := p.inputLine()
	cursor := tea.NewCursor(x, p.height-1)
	cursor.Color = p.Theme.Caret
	return cursor
}
