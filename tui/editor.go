package tui

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"strings"
)

// errNoEditor means that no editor is set and none of the usual ones is there.
var errNoEditor = errors.New("no editor is set, and none was found")

// usualEditors are looked for, in this order, where none is set.
var usualEditors = map[bool][]string{
	false: {"vi", "nano", "vim", "nvim", "emacs"},
	true:  {"notepad"}, // on Windows
}

// findEditor returns the person's editor, as a command may be written in
// VISUAL or EDITOR: with arguments. It looks at the disk; call it in a command.
func (o Options) findEditor() (string, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if set := strings.TrimSpace(o.env(name)); set != "" {
			return set, nil
		}
	}
	for _, name := range usualEditors[runtime.GOOS == "windows"] {
		if _, err := exec.LookPath(name); err == nil {
			return name, nil
		}
	}
	return "", errNoEditor
}

// editWith is the command that opens a file in an editor. As for git, a shell
// reads what is set, so that quotes in it mean what they mean there.
func (o Options) editWith(editor, file string) *exec.Cmd {
	var cmd *exec.Cmd
	if runtime.GOOS == "windows" {
		words := strings.Fields(editor)
		cmd = exec.CommandContext(context.Background(), words[0], append(words[1:], file)...) //nolint:gosec // running what the person set is the point
	} else {
		cmd = exec.CommandContext(context.Background(), "sh", "-c", editor+` "$@"`, editor, file) //nolint:gosec // running what the person set is the point
	}
	cmd.Env = o.Env
	return cmd
}
