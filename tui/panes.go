package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
)

// How the drive and this computer share the screen, in cells.
const (
	besideFrom = 80 // least width of the screen for both; below it, the one with the focus is shown
	divider    = 1  // width of the line between them
	leastPane  = 24 // least width of each

	previewFrom = 100 // least width of the screen for the list and the preview

	whole     = 1000 // a share is in thousandths of the width
	halfShare = whole / 2
	shareStep = whole / 20
)

// focus is the pane that takes the keys.
type focus int

const (
	onList focus = iota
	onTransfers
	onLocal
)

// layout is how the panes share the screen.
type layout struct {
	width, height int // of the screen, in cells
	listLines     int // of the panes that list folders
	focus         focus
	split         split
}

// split is how the drive and this computer share the width.
type split struct {
	front   bool // this computer had the focus after the drive: it is seen where only one is
	dragged bool // the line between the panes follows the mouse
	share   int  // of the width that the drive has, in thousandths
}

// showLocal shows the folders of this computer.
func (m *Model) showLocal() tea.Cmd {
	cmd := m.here.Show(m.transfers.UploadFolder())
	m.arrange()
	return fromHere(cmd)
}

func (m *Model) hideLocal() {
	m.here.Hide()
	m.split.front, m.split.dragged = false, false
	if m.focus == onLocal {
		m.setFocus(onList)
	}
	m.arrange()
}

// panesCommands returns the commands about the two panes that list folders.
func (m *Model) panesCommands() []command.Command {
	wider := func(by int) func() { return func() { m.share(m.split.share + by) } }
	return []command.Command{
		{Name: "drive.other_pane", Help: "panes.keys.opposite", Keys: []string{"tab"}, In: command.Folders, Group: command.LocalGroup, Run: command.Do(m.otherPane)},
		{Name: "drive.local_pane", Help: "panes.keys.toggle", Keys: []string{"w"}, In: command.Panes, Group: command.LocalGroup, Run: command.Do(m.toggleLocal)},
		{Name: "drive.narrower", Help: "panes.keys.narrower", Keys: []string{"<"}, In: command.Panes, Group: command.LocalGroup, Able: m.beside, Run: command.Just(wider(-shareStep))},
		{Name: "drive.wider", Help: "panes.keys.wider", Keys: []string{">"}, In: command.Panes, Group: command.LocalGroup, Able: m.beside, Run: command.Just(wider(shareStep))},
	}
}

// otherPane moves the focus between the drive and this computer, and shows the latter.
func (m *Model) otherPane() tea.Cmd {
	if m.focus == onLocal {
		m.setFocus(onList)
		return nil
	}
	cmd := m.showLocal()
	m.setFocus(onLocal)
	return cmd
}

// toggleLocal shows or hides this computer. Where there is no room beside the drive,
// it also gets the focus.
func (m *Model) toggleLocal() tea.Cmd {
	if m.here.Shown() {
		m.hideLocal()
		return nil
	}
	cmd := m.showLocal()
	if !m.beside() {
		m.setFocus(onLocal)
	}
	m.arrange()
	return cmd
}

// facing returns the pane to go to from the transfers: the one that had the focus before.
func (m *Model) facing() focus {
	if m.split.front {
		return onLocal
	}
	return onList
}

// beside reports whether the drive and this computer stand side by side.
func (m *Model) beside() bool { return m.here.Shown() && m.width >= besideFrom }

// share sets the drive's share of the width, in thousandths.
func (m *Model) share(share int) {
	m.split.share = min(max(share, whole*leastPane/max(m.width, leastPane)), whole-whole*leastPane/max(m.width, leastPane))
	m.arrange()
}

// sides returns the widths of the panes that list folders. Where only one is shown,
// both have the whole width, so that nothing moves when the other one is shown.
func (m *Model) sides() (list, local int) {
	if !m.beside() {
		return m.width, m.width
	}
	list = min(max(m.width*m.split.share/whole, leastPane), m.width-divider-leastPane)
	return list, m.width - divider - list
}

// folders draws the panes that list folders.
func (m *Model) folders() string {
	drive := func() string { return m.remote.Pane.View(m.focus == onList && m.dialogs.Len() == 0) }
	local := func() string { return m.here.Pane.View(m.focus == onLocal && m.dialogs.Len() == 0) }
	switch {
	case m.beside():
		left, right := drive, local
		switch {
		case m.preview.Covers() && m.split.front:
			left = m.preview.Cover
		case m.preview.Covers():
			right = m.preview.Cover
		}
		return m.joined(strings.Split(left(), "\n"), strings.Split(right(), "\n"))
	case m.preview.Covers():
		return m.preview.Cover()
	case m.here.Shown() && m.split.front:
		return local()
	}
	return m.preview.Beside(drive(), m.width)
}

// joined puts panes side by side. The line between them points from the one with the
// focus to the one that it copies to, so that the focus shows without colours.
func (m *Model) joined(left, right []string) string {
	width, _ := m.sides()
	border := m.theme.Border.Render(m.theme.Glyph.Border.Left)
	for i := range left {
		between := border
		if i == 0 {
			between = m.pointer()
		}
		left[i] += strings.Repeat(" ", max(width-text.Width(left[i]), 0)) + between + right[i]
	}
	return joinLines(left)
}

// pointer returns the arrow on the line between the panes: the direction of a copy.
func (m *Model) pointer() string {
	switch m.focus {
	case onList:
		return m.theme.Accent.Render(m.theme.Glyph.Right)
	case onLocal:
		return m.theme.Accent.Render(m.theme.Glyph.Left)
	case onTransfers:
	}
	return m.theme.Border.Render(m.theme.Glyph.Border.Left)
}

// region is a part of the screen.
type region int

const (
	overNothing region = iota
	overList
	overDivider
	overLocal
	overPreview
	overTransfers
)

// at returns the region at a place on the screen of a drive, and the line in that
// region.
func (m *Model) at(x, y int) (region, int) {
	line := y - headerLines
	list, _ := m.sides()
	switch {
	case line < 0 || y >= m.height-statusLines:
		return overNothing, 0
	case line >= m.listLines:
		return overTransfers, line - m.listLines
	case m.beside() && x == list:
		return overDivider, line
	case m.overPreview(x, y):
		return overPreview, line
	case m.beside() && x > list, !m.beside() && m.here.Shown() && m.split.front:
		return overLocal, line
	}
	return overList, line
}

// overPreview reports whether the preview is drawn at a place on the screen.
func (m *Model) overPreview(x, y int) bool {
	if m.preview.Width() == 0 || m.drive == nil || y < headerLines || y >= headerLines+m.listLines {
		return false
	}
	list, _ := m.sides()
	switch {
	case !m.preview.Covers():
		return x >= m.width-m.preview.Width()
	case !m.beside():
		return true
	case m.split.front:
		return x < list
	}
	return x > list
}

// click takes a press of a mouse button.
func (m *Model) click(msg tea.MouseClickMsg) tea.Cmd {
	if cmd, done := m.elsewhere(msg); done || msg.Button != tea.MouseLeft {
		return cmd
	}
	switch on, line := m.at(msg.X, msg.Y); on {
	case overTransfers:
		m.setFocus(onTransfers)
		m.transfers.Pane.Click(line)
	case overDivider:
		m.split.dragged = true
	case overLocal:
		m.setFocus(onLocal)
		x := msg.X
		if list, _ := m.sides(); m.beside() {
			x -= list + 1 // the line between the panes
		}
		return fromHere(m.here.Pane.Click(x, line))
	case overList:
		m.setFocus(onList)
		return fromRemote(m.remote.Pane.Click(msg.X, line))
	case overNothing, overPreview:
	}
	return nil
}

// drag moves the line between the panes with the mouse.
func (m *Model) drag(msg tea.MouseMotionMsg) {
	if m.split.dragged && m.beside() {
		m.share((msg.X*whole + whole/2) / m.width)
	}
}

// wheelStep is the number of rows that a notch of the wheel scrolls.
const wheelStep = 3

// wheel scrolls the region under the mouse, regardless of the focus.
func (m *Model) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	cmd, done := m.elsewhere(msg)
	by := wheelStep
	switch {
	case done, msg.Button != tea.MouseWheelUp && msg.Button != tea.MouseWheelDown:
		return cmd
	case msg.Button == tea.MouseWheelUp:
		by = -by
	}
	switch on, _ := m.at(msg.X, msg.Y); on {
	case overPreview:
		return fromPreview(m.preview.Scroll(by))
	case overLocal:
		m.here.Pane.Scroll(by)
	case overNothing, overList, overDivider, overTransfers:
		m.remote.Pane.Scroll(by)
	}
	return nil
}

// localHints are the most useful commands while this computer has the focus.
var localHints = []command.Name{"drive.other_pane", "drive.local_mkdir", "drive.local_rename", "drive.local_remove"}

// typing reports whether keys are characters for a pane that lists a folder.
func (m *Model) typing() bool {
	if m.drive == nil || m.dialogs.Len() > 0 {
		return false
	}
	return m.focus == onList && m.remote.Pane.Typing() || m.focus == onLocal && m.here.Pane.Typing()
}

// write hands such a key, or a paste, to the pane.
func (m *Model) write(msg tea.Msg) tea.Cmd {
	if m.focus == onLocal {
		return fromHere(m.here.Pane.Update(msg))
	}
	return fromRemote(m.remote.Pane.Update(msg))
}

// writing is where the cursor stands in a pane that is typed into.
func (m *Model) writing() *tea.Cursor {
	pane, x := m.remote.Pane, 0
	if m.focus == onLocal {
		pane = m.here.Pane
		if list, _ := m.sides(); m.beside() {
			x = list + divider
		}
	}
	cursor := pane.Cursor()
	if cursor != nil {
		cursor.X += x
		cursor.Y += headerLines
	}
	return cursor
}

// acrossCommands returns the command that copies from the pane with the focus to the
// folder of the other pane.
func (m *Model) acrossCommands() []command.Command {
	return []command.Command{
		{
			Name: "drive.copy_across", Help: "panes.keys.across", Keys: []string{"c"}, In: command.Folders, Group: command.LocalGroup, Online: true,
			Run: command.Do(m.copyAcross),
		},
	}
}

// copyAcross copies the selection of the pane with the focus. Where only the drive is
// shown, it asks for a folder of the drive.
func (m *Model) copyAcross() tea.Cmd {
	switch {
	case m.focus == onLocal:
		return fromHere(m.here.Upload())
	case !m.remote.Pane.HasSelection():
		return nil
	case m.here.Shown():
		if folder := m.here.Folder(); folder != "" {
			return m.downloadSelectedInto(folder)
		}
		return nil
	}
	return fromRemote(m.remote.AskCopy())
}

// downloadSelected downloads the selection into the folder for downloads.
func (m *Model) downloadSelected() tea.Cmd { return m.downloadSelectedInto("") }

// downloadSelectedInto downloads the selection into a folder; blank: the one for downloads.
func (m *Model) downloadSelectedInto(folder string) tea.Cmd {
	if !m.remote.Pane.HasSelection() {
		return nil
	}
	s := m.remote.Selection()
	m.remote.Pane.Unmark()
	return fromTransfers(m.transfers.Download(folder, s.List))
}
