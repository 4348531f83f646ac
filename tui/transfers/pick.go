package transfers

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
)

// pick opens the picker of files to upload. It shows the folder of the last upload.
func (t *Transfers) pick() tea.Cmd {
	picker, first := dialog.NewPicker(cmp.Or(t.uploads, xdg.Home))
	t.picker = picker
	t.Dialogs.Push(picker)
	return t.read(first.(dialog.ListFolder)) //nolint:forcetypeassert // NewPicker asks for a folder
}

// listedMsg has the entries of a local folder for a picker. complete is the command that
// lists it again with the missing sizes and dates; nil: none are missing.
type listedMsg struct {
	picker   *dialog.Picker
	listed   dialog.FolderListed
	complete tea.Cmd
}

// read lists a local folder for the picker and cancels the running listing. On a slow
// disk, the first answer has names without sizes.
func (t *Transfers) read(ask dialog.ListFolder) tea.Cmd {
	t.stopReading()
	ctx, cancel := context.WithCancel(t.drive.ctx)
	t.stopReading = cancel
	folders, picker := t.folders, t.picker
	list := func() (msg listedMsg, incomplete bool) {
		entries, incomplete, err := folders.All(ctx, local.Path(ask.Folder))
		return listedMsg{picker: picker, listed: dialog.NewFolderListed(ask.Request, entries, err)}, incomplete
	}
	return func() tea.Msg {
		msg, incomplete := list()
		if incomplete {
			msg.complete = func() tea.Msg {
				if folders.Settle(ctx) != nil {
					return nil
				}
				again, _ := list()
				return again
			}
		}
		return msg
	}
}

// pickedFiles uploads what the user chose in the picker.
func (t *Transfers) pickedFiles(picks []dialog.Pick) tea.Cmd {
	if len(picks) == 0 {
		return nil
	}
	t.stopReading()
	t.uploads = filepath.Dir(picks[0].Path)
	cmd, _ := t.Upload(picks)
	return cmd
}

// putMsg says whether a local path that the user typed exists, and whether it is a folder.
type putMsg struct {
	drive *drive
	pick  dialog.Pick
	err   error
}

// put uploads the file or folder at a path that the user typed.
func (t *Transfers) put(args []string) (tea.Cmd, locale.Words) {
	path := local.Resolve(t.uploads, args[0])
	if path == "" {
		return nil, locale.Say("path.nowhere")
	}
	d := t.drive
	return func() tea.Msg {
		info, err := os.Stat(path)
		return putMsg{d, dialog.Pick{Path: path, Folder: err == nil && info.IsDir()}, err}
	}, nil
}

func (t *Transfers) putFound(msg putMsg) tea.Cmd {
	if msg.drive != t.drive {
		return nil
	}
	if msg.err != nil {
		why := msg.err
		if failed, ok := errors.AsType[*fs.PathError](why); ok {
			why = failed.Err // the sentence names the path
		}
		t.Host.Say(true, locale.Say("typed.unreadable", "Path", local.Shorten(msg.pick.Path), "Why", why))
		return nil
	}
	cmd, _ := t.Upload([]dialog.Pick{msg.pick})
	return cmd
}
