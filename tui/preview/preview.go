package preview

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// Host is what the preview needs from the rest of the screen.
type Host interface {
	// Cursor returns the entry under the cursor of the pane in front. It reports
	// false while that pane is loading.
	Cursor() (Cursor, bool)
	// Refresh lists the folder of the drive again.
	Refresh() tea.Cmd
	// Layout divides the screen between the panes again, with Resize.
	Layout()
	// Store runs do outside of the event loop, after everything that was stored before.
	Store(do func() error) tea.Cmd
	// Explain returns the sentence for an error.
	Explain(err error) string
}

// Cursor is the entry under the cursor, and its place in the list. The zero
// Cursor is an empty list.
type Cursor struct {
	Path   wire.Path
	Entry  wire.Entry
	Local  bool // on this computer; else on the drive
	At, Of int  // the number of the entry and of all entries
}

// Options are the dependencies of a Preview. All of them are required.
type Options struct {
	Host   Host
	Theme  *theme.Theme
	Locale *locale.Locale
	Keeper *session.Keeper
	Env    func(name string) string
}

// Sizes of the preview, in cells.
const (
	share  = 3 // beside the list, the preview has one part in so many
	border = 2 // the line between the list and the preview, and a space
)

// Preview shows the content of the entry under the cursor: beside the list when
// there is room, else in place of a list for as long as the user wants. It is not
// safe for concurrent use.
type Preview struct {
	Options
	pane   *pane
	remote *remoteFiles // reads the drive; nil while no user is signed in

	beside bool // there is room beside the list
	on     bool // shown when there is room beside the list; a setting
	covers bool // shown in place of a list
	width  int  // of the content, in cells; 0: hidden
	asked  bool // the terminal was asked for its name
}

// New returns a preview of nothing.
func New(o Options) *Preview {
	p := &Preview{Options: o, on: o.Keeper.Settings().Preview}
	p.pane = newPane(paneOptions{Theme: o.Theme, Locale: o.Locale, Explain: o.Host.Explain})
	p.pane.graphics = graphics{coarse: p.slowLine()}
	return p
}

// Enter makes the preview read the drive of a session.
func (p *Preview) Enter(s *session.Session) { p.remote = newRemoteFiles(s) }

// Leave hides the preview and drops everything that it read. The returned
// function closes the connection of the preview; it waits for the last request.
func (p *Preview) Leave() (end func()) {
	p.pane.Forget()
	p.covers = false
	remote := p.remote
	if remote == nil {
		return func() {}
	}
	p.remote = nil
	return remote.end
}

// Commands returns what the user can ask the preview for.
func (p *Preview) Commands() []command.Command {
	shown := func() bool { return p.width > 0 }
	scroll := func(pages int) func() tea.Cmd {
		return func() tea.Cmd { return p.pane.Scroll(pages * max(p.pane.Page()/2, 1)) }
	}
	return []command.Command{
		{Name: "drive.preview", Help: "preview.keys.toggle", Keys: []string{"p"}, In: command.Folders, Group: command.FilesGroup, Run: command.Do(p.toggle)},
		{
			Name: "drive.preview_down", Help: "preview.keys.down", Keys: []string{"J", "ctrl+e"},
			In: command.Folders, Group: command.FilesGroup, Able: shown, Run: command.Do(scroll(1)),
		},
		{
			Name: "drive.preview_up", Help: "preview.keys.up", Keys: []string{"K", "ctrl+y"},
			In: command.Folders, Group: command.FilesGroup, Able: shown, Run: command.Do(scroll(-1)),
		},
	}
}

// toggle shows or hides the preview. The setting stores only the choice beside
// the list, so that the program never starts with a covered list.
func (p *Preview) toggle() tea.Cmd {
	if !p.beside {
		p.covers = !p.covers
		p.Host.Layout()
		return nil
	}
	p.on = !p.on
	on := p.on
	p.Host.Layout()
	return p.Host.Store(func() error {
		return p.Keeper.Change(func(s *session.Settings) { s.Preview = on })
	})
}

// Resize gives the preview its part of the screen and returns the columns that
// remain for the list. beside reports whether there is room for both; list and
// covered are the columns of the list and of the pane that the preview may cover.
func (p *Preview) Resize(beside bool, list, covered, lines int) int {
	p.beside = beside
	switch {
	case beside:
		p.covers, p.width = false, 0
		if p.on {
			p.width = list/share - border
			list -= p.width + border
		}
	case p.covers:
		p.width = covered - 2 // a space on both sides
	default:
		p.width = 0
	}
	p.pane.Resize(p.width, lines)
	return list
}

// Covers reports whether the preview is shown in place of a list.
func (p *Preview) Covers() bool { return p.covers }

// Uncover shows the list again that the preview covers.
func (p *Preview) Uncover() {
	p.covers = false
	p.Host.Layout()
}

// Width returns the columns that the preview takes from the list, with the line
// between them; 0: it is hidden.
func (p *Preview) Width() int {
	if p.width == 0 {
		return 0
	}
	return p.width + border
}

// Cover draws the preview in place of a list.
func (p *Preview) Cover() string {
	return " " + strings.ReplaceAll(p.pane.View(), "\n", "\n ")
}

// Beside draws the preview at the right of a list, in so many columns together.
func (p *Preview) Beside(list string, columns int) string {
	if p.width == 0 {
		return list
	}
	lines := strings.Split(p.pane.View(), "\n")
	rows := strings.Split(list, "\n")
	bar := p.Theme.Border.Render(p.Theme.Glyph.Border.Left)
	for i := range rows {
		blanks := max(columns-p.width-border-text.Width(rows[i]), 0)
		rows[i] += strings.Repeat(" ", blanks) + bar + " " + lines[i]
	}
	return strings.Join(rows, "\n")
}

// Scroll moves the content by so many lines.
func (p *Preview) Scroll(by int) tea.Cmd { return p.pane.Scroll(by) }

// Retry reads again what failed, for example after the connection came back.
func (p *Preview) Retry() tea.Cmd { return p.pane.Again() }

// Look shows the entry under the cursor. The root calls it after every message,
// because any message may move the cursor.
func (p *Preview) Look() tea.Cmd {
	if p.remote == nil || p.width == 0 {
		p.pane.Stop()
		return nil
	}
	cursor, known := p.Host.Cursor()
	if !known {
		return nil // keep the content until the entry is known
	}
	show := p.pane.Show(p.item(cursor))
	if !p.covers {
		cursor.At, cursor.Of = 0, 0
	}
	p.pane.Hides(cursor.At, cursor.Of)
	return tea.Batch(p.askTerminal(), show)
}

func (p *Preview) item(c Cursor) target {
	switch {
	case c.Path == "":
		return target{}
	case c.Local:
		return target{Source: localFiles{}, Path: c.Path, Entry: c.Entry}
	}
	return target{Source: p.remote, Path: c.Path, Entry: c.Entry}
}

// Update takes a message of the preview, and of Bubble Tea the name of the
// terminal and that the program was resumed.
func (p *Preview) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case outdated:
		return p.Host.Refresh(), true
	case rested, slow, made:
		return p.pane.Update(msg), true
	case tea.TerminalVersionMsg:
		p.terminalNamed(msg.Name)
		return nil, true
	case tea.ResumeMsg:
		return p.pane.Resume(), true
	}
	return nil, false
}

// slowLine reports whether the terminal is reached over a network.
func (p *Preview) slowLine() bool { return p.Env("SSH_TTY") != "" }

// askTerminal asks the terminal for its name before the first preview, since a
// few terminals draw pictures. It does not ask those that cannot.
func (p *Preview) askTerminal() tea.Cmd {
	multiplexed := p.Env("TMUX") != "" || p.Env("STY") != "" // pictures do not get through
	if p.asked || multiplexed || p.Theme.Options().Profile < colorprofile.ANSI256 {
		return nil
	}
	p.asked = true
	return tea.RequestTerminalVersion
}

// terminalNamed takes the name, such as "kitty(0.43.1)" or "ghostty 1.2.0".
// Other terminals with kitty's protocol lack its placeholders.
func (p *Preview) terminalNamed(name string) {
	for _, known := range []string{"kitty(", "ghostty "} {
		if strings.HasPrefix(name, known) {
			p.pane.graphics = graphics{kitty: true, coarse: p.slowLine()}
		}
	}
}
