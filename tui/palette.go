package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// recentCommands is how many commands that were used last stand first in the
// palette.
const recentCommands = 8

// paletteCommands open the palette.
func (m *Model) paletteCommands() []command.Command {
	return []command.Command{{
		Name: "drive.palette", Help: "palette.key", Keys: []string{":", "ctrl+p"}, In: command.Panes, Group: command.GeneralGroup,
		Run: command.Do(m.openPalette),
	}}
}

// openPalette offers all commands: those used last, then those that can run now.
func (m *Model) openPalette() tea.Cmd {
	in, used := m.focused(), strings.Fields(m.Keeper.Settings().Palette)
	rank := func(c *command.Command) int {
		if at := slices.Index(used, string(c.Name)); at >= 0 {
			return at
		}
		if c.Unable(in) != nil {
			return len(used) + 1
		}
		return len(used)
	}
	commands := slices.DeleteFunc(slices.Clone(m.commands.All()), func(c *command.Command) bool {
		return c.Run == nil || c.Name == "drive.palette"
	})
	slices.SortStableFunc(commands, func(a, b *command.Command) int { return rank(a) - rank(b) })
	m.dialogs.Push(dialog.NewPalette(dialog.PaletteOptions{
		Title: locale.Say("palette.title"), Locale: m.locale, Registry: m.commands, Commands: commands, In: in,
		Paths: m.completions(),
	}))
	return nil
}

// completions returns what completes an argument: a path, or a word out of
// several. Those words are places without folders, which no separator divides.
func (m *Model) completions() func(*command.Command, command.Argument) *dialog.PathOptions {
	of := func(feature featureName, o *dialog.PathOptions) *dialog.PathOptions {
		ask := o.List
		o.List = func(asked dialog.PlacesAsked) tea.Msg { return address(feature, ask(asked)) }
		return o
	}
	remote := of(remoteFeature, m.remote.Places())
	local := of(hereFeature, m.here.Places(m.transfers.UploadFolder()))
	choices := make(map[command.Name]*dialog.PathOptions)
	for _, c := range m.commands.All() {
		if c.Choices != nil {
			choices[c.Name] = &dialog.PathOptions{
				Limit: maxWord, Files: true, Separator: "\x00",
				Resolve: func(string, string) (string, locale.Words) { return "", locale.Say("path.none") },
				List:    func(asked dialog.PlacesAsked) tea.Msg { return choicesMsg{asked, c.Choices} },
			}
		}
	}
	return func(c *command.Command, kind command.Argument) *dialog.PathOptions {
		switch kind {
		case command.RemotePath:
			return remote
		case command.LocalPath:
			return local
		case command.Choice:
			return choices[c.Name]
		case command.Text:
		}
		return nil
	}
}

// maxWord is the largest number of characters of a word out of several.
const maxWord = 100

// choicesMsg asks which words an argument can be.
type choicesMsg struct {
	asked dialog.PlacesAsked
	read  func() []string
}

// list reads the words.
func (msg choicesMsg) list() tea.Msg {
	var places []dialog.Place
	for _, name := range msg.read() {
		places = append(places, dialog.Place{Name: name})
	}
	return dialog.NewPlacesListed(msg.asked, places, nil)
}

// usedNow stores that the user asked for a command by its name.
func (m *Model) usedNow(name command.Name) tea.Cmd {
	return m.save(func(s *settings) {
		used := slices.DeleteFunc(strings.Fields(s.Palette), func(other string) bool { return other == string(name) })
		used = slices.Insert(used, 0, string(name))
		s.Palette = strings.Join(used[:min(len(used), recentCommands)], " ")
	})
}

// chosenCommand runs a command that the user chose in the palette, as its key
// would.
func (m *Model) chosenCommand(c *command.Command) tea.Cmd {
	if why := c.Unable(m.focused()); why != nil { // since the palette opened
		m.say(true, why)
		return m.usedNow(c.Name)
	}
	noted := m.usedNow(c.Name)
	var hurry tea.Cmd
	if c.Online {
		hurry = m.hurry()
	}
	return tea.Batch(noted, hurry, m.runKey(c))
}

// typedLine runs a line that the user typed, or says in the palette why not.
func (m *Model) typedLine(msg dialog.PaletteTyped) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	c, args, wrong := m.commands.Parse(msg.Line)
	if c == nil {
		return nil
	}
	if wrong == nil && len(args) == 0 {
		wrong = c.Unable(m.focused())
	}
	if wrong != nil {
		msg.Palette.Refuse(wrong)
		return nil
	}
	if len(args) == 0 {
		m.dialogs.Close(msg.Palette) // the command may open a dialog
		return m.chosenCommand(c)
	}
	cmd, wrong := c.Run(args)
	if wrong != nil {
		msg.Palette.Refuse(wrong)
		return nil
	}
	m.dialogs.Close(msg.Palette)
	return tea.Batch(m.hurry(), cmd, m.usedNow(c.Name))
}
