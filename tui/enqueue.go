package tui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
)

// settings is what the Keeper stores of a person's choices.
type settings = session.Settings

// queuedMsg says which downloads were queued, and what was not.
type queuedMsg struct {
	drive *drive
	addition
	refused []dialog.Words // the names that cannot be used here
	folder  string
	err     error // why the folder for downloads cannot be used
}

func (m *Model) downloadSelected() tea.Cmd {
	if !m.hasSelection() {
		return nil
	}
	return m.downloadSelectedInto(m.downloads())
}

func (m *Model) downloadSelectedInto(to landing) tea.Cmd {
	s := m.selection()
	m.list.Unmark()
	return m.downloadInto(s, to)
}

// landing is a folder of this computer that downloads go to.
type landing struct {
	folder string
	make   bool // it may be missing, and is made then
}

// download queues files and folders into the folder for downloads, whatever
// other folder of this computer is shown.
func (m *Model) download(s *selection) tea.Cmd { return m.downloadInto(s, m.downloads()) }

// downloadInto queues files and folders. What this system can give no file of
// that name is left out, and that is said.
func (m *Model) downloadInto(s *selection, to landing) tea.Cmd {
	d := m.drive
	return func() tea.Msg {
		msg := queuedMsg{drive: d, folder: to.folder}
		jobs, refused := downloads(s.list(), to.folder)
		msg.refused = refused
		if to.make && len(jobs) > 0 {
			msg.err = os.MkdirAll(to.folder, 0o777) //nolint:gosec // the umask decides, as for every download
		}
		if msg.err == nil {
			msg.addition = d.add(jobs)
		}
		return msg
	}
}

// downloads are the jobs that download items into a folder, and the names that
// cannot be used there.
func downloads(items []picked, folder string) (jobs []transfer.Job, refused []dialog.Words) {
	for _, one := range items {
		name := one.entry.Name
		if err := transfer.CheckName(name); err != nil {
			refused = append(refused, dialog.Quote(string(name)))
			continue
		}
		jobs = append(jobs, transfer.Job{
			Direction: transfer.Download, Local: filepath.Join(folder, string(name)), Remote: one.path, Folder: one.entry.IsDir,
		})
	}
	return jobs, refused
}

func (msg queuedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	if msg.err != nil {
		m.sayError(&transfer.Error{Kind: transfer.ErrTargetFolder, Path: msg.folder, Err: msg.err})
		return nil
	}
	var told tea.Cmd
	if len(msg.refused) > 0 {
		told = m.dialogs.PushUnasked(leftOut(msg.refused, dialog.Say("problem.names.here")))
	}
	return tea.Batch(told, m.added(msg.addition))
}

// leftOut names what is not transferred, and why; the others are.
func leftOut(names []dialog.Words, why dialog.Words) dialog.Dialog {
	return dialog.NewMessage(dialog.SayN("problem.names.title", len(names)), append(names, why)...)
}

// downloads returns the folder for downloads. One that was chosen and is gone is
// not made anew: it is no longer what was meant.
func (m *Model) downloads() landing {
	if m.chosen != "" {
		return landing{folder: m.chosen}
	}
	return landing{folder: xdg.UserDirs.Download, make: true}
}

// shorten writes a path of this person's the way shells do.
func shorten(path string) string {
	home := xdg.Home
	if home == "" || home == "/" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		return "~" + rest
	}
	return path
}

// intoMsg is the answer of the question where downloads go.
type intoMsg struct {
	folder string
	create bool
}

// folderMsg says whether a folder can take downloads.
type folderMsg struct {
	folder string
	err    error
}

func (m *Model) askInto() {
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("screen.into.title"),
		Label: dialog.Say("screen.into.label"),
		Value: shorten(m.downloads().folder),
		Limit: 4096,
		Check: func(value string) dialog.Words {
			if !filepath.IsAbs(expand(value)) {
				return dialog.Say("screen.into.absolute")
			}
			return nil
		},
		Answer: func(value string) tea.Msg { return intoMsg{folder: filepath.Clean(expand(value))} },
	}))
}

func expand(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		return xdg.Home + rest
	}
	return path
}

// apply looks at the folder, and makes it when that was agreed to.
func (msg intoMsg) apply(*Model) tea.Cmd {
	return func() tea.Msg {
		if msg.create {
			if err := os.MkdirAll(msg.folder, 0o777); err != nil { //nolint:gosec // the umask decides, as for every download
				return folderMsg{msg.folder, err}
			}
		}
		info, err := os.Stat(msg.folder)
		if err == nil && !info.IsDir() {
			err = errNoFolder
		}
		return folderMsg{msg.folder, err}
	}
}

var errNoFolder = errors.New("that is a file and no folder")

func (msg folderMsg) apply(m *Model) tea.Cmd {
	switch {
	case errors.Is(msg.err, fs.ErrNotExist):
		m.dialogs.Push(dialog.NewConfirm(
			dialog.Say("screen.into.title"),
			[]dialog.Words{dialog.Say("screen.into.missing", "Folder", shorten(msg.folder))},
			dialog.NewButton("m", "screen.into.make", intoMsg{msg.folder, true}),
		))
		return nil
	case msg.err != nil:
		m.sayError(msg.err)
		return nil
	}
	m.chosen = msg.folder
	m.say(false, dialog.Say("screen.into.done", "Folder", shorten(msg.folder)))
	return m.save(func(s *settings) { s.DownloadDir = msg.folder })
}

// upload queues local files and folders into the folder shown, and returns how
// many.
func (m *Model) upload(picks []dialog.Pick) (cmd tea.Cmd, queued int) {
	d, folder := m.drive, m.list.Path()
	if d == nil || len(picks) == 0 {
		return nil, 0
	}
	var jobs []transfer.Job
	var refused []dialog.Words
	for _, pick := range picks {
		// Some systems keep names decomposed; on the server they are not.
		name := filepath.Base(pick.Path)
		remote, err := folder.Join(norm.NFC.String(name))
		if err != nil {
			refused = append(refused, dialog.Quote(name))
			continue
		}
		jobs = append(jobs, transfer.Job{Direction: transfer.Upload, Local: pick.Path, Remote: remote, Folder: pick.Folder})
	}
	if len(refused) > 0 {
		m.dialogs.Push(leftOut(refused, dialog.Say("problem.names.there")))
	}
	if len(jobs) == 0 {
		return nil, 0
	}
	return m.added(d.add(jobs)), len(jobs)
}
