package transfers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// intoMsg is the answer to the question for the download folder.
type intoMsg struct {
	folder string
	create bool // the user agreed to create it
}

// folderMsg reports whether a folder can be the download folder.
type folderMsg struct {
	folder string
	isFile bool
	err    error
}

// maxPath is the maximum length of a path that the user types, in characters.
const maxPath = 4096

// askFolder asks for the download folder.
func (t *Transfers) askFolder() {
	t.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("screen.into.title"),
		Label: locale.Say("screen.into.label"),
		Value: local.Shorten(t.DownloadFolder()),
		Limit: maxPath,
		Check: func(value string) locale.Words {
			if !filepath.IsAbs(local.Expand(value)) {
				return locale.Say("screen.into.absolute")
			}
			return nil
		},
		Answer: func(value string) tea.Msg { return intoMsg{folder: filepath.Clean(local.Expand(value))} },
	}))
}

// examine is the command that checks the folder, and creates it if msg.create is set.
func (msg intoMsg) examine() tea.Msg {
	if msg.create {
		if err := os.MkdirAll(msg.folder, 0o777); err != nil { //nolint:gosec // the umask decides, as for every download
			return folderMsg{folder: msg.folder, err: err}
		}
	}
	info, err := os.Stat(msg.folder)
	return folderMsg{msg.folder, err == nil && !info.IsDir(), err}
}

// useFolder sets the download folder, or asks whether to create it.
func (t *Transfers) useFolder(msg folderMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, fs.ErrNotExist):
		t.Dialogs.Push(dialog.NewConfirm(
			locale.Say("screen.into.title"),
			[]locale.Words{locale.Say("screen.into.missing", "Folder", local.Shorten(msg.folder))},
			dialog.NewButton("m", "screen.into.make", intoMsg{msg.folder, true}),
		))
		return nil
	case msg.err != nil:
		t.sayError(msg.err)
		return nil
	case msg.isFile:
		t.Host.Say(true, locale.Say("problem.no_folder"))
		return nil
	}
	t.downloads = msg.folder
	t.Host.Say(false, locale.Say("screen.into.done", "Folder", local.Shorten(msg.folder)))
	return t.save(func(s *session.Settings) { s.DownloadDir = msg.folder })
}
