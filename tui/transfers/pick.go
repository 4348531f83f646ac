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

// pick opens the picker of files to upload in the folder that it showed last.
func (t *Transfers) pick() tea.Cmd {
	picker, first := dialog.NewPicker(cmp.Or(t.uploads, xdg.Home))
	t.picker = picker
	t.Dialogs.Push(picker)
	return t.read(first.(dialog.ListFolder)) //nolint:forcetypeassert // NewPicker asks for a folder
}

// listedMsg is a local folder for a picker. complete lists it again with the
// sizes and dates that are missing; nil when none is.
type listedMsg struct {
	picker   *dialog.Picker
	listed   dialog.FolderListed
	complete tea.Cmd
}

// read lists a local folder for the picker and cancels the listing before it.
// The names come first; sizes come with them when the disk is fast.
func (t *Transfers) read(ask dialog.ListFolder) tea.Cmd {
	t.stopReading()
	ctx, cancel := context.WithCancel(t.drive.ctx)
	t.stopReading = cancel
	folders, picker := t.folders, t.picker
	list := func() (msg listedMsg, late bool) {
		entries, late, err := folders.All(ctx, local.Path(ask.Folder))
		return listedMsg{picker: picker, listed: dialog.NewFolderListed(ask.Request, entries, err)}, late
	}
	return func() tea.Msg {
		msg, late := list()
		if late {
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

// putMsg says what is at a local path that the user typed.
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
