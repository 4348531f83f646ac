package draft

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// ErrNoEditor means that no editor is set and none of the usual ones is installed.
var ErrNoEditor = errors.New("find an editor: none is set and none is installed")

// usualEditors are the programs that FindEditor looks for, in this order, when no editor
// is set. The key is whether the system is Windows.
var usualEditors = map[bool][]string{
	false: {"vi", "nano", "vim", "nvim", "emacs"},
	true:  {"notepad"}, // on Windows
}

// Editor is the command line of the user's editor, from VISUAL or EDITOR. It may contain
// arguments.
type Editor string

// FindEditor returns the editor that env sets, or else a usual one that is installed. env
// has the form of os.Environ. It reads the disk, and fails with ErrNoEditor.
func FindEditor(env []string) (Editor, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		for _, pair := range slices.Backward(env) { // the last one counts, as for exec
			value, ok := strings.CutPrefix(pair, name+"=")
			if value = strings.TrimSpace(value); ok && value != "" {
				return Editor(value), nil
			}
			if ok {
				break
			}
		}
	}
	for _, name := range usualEditors[runtime.GOOS == "windows"] {
		if _, err := exec.LookPath(name); err == nil {
			return Editor(name), nil
		}
	}
	return "", ErrNoEditor
}

// Command returns the command that opens a file. As in git, a shell parses the command
// line of the editor, which may contain quotes. The shell survives ctrl+c and ctrl+\,
// so that it ends when the editor ends. On Windows the line is split at blanks.
func (e Editor) Command(env []string, file string) *exec.Cmd {
	var cmd *exec.Cmd
	if runtime.GOOS == "windows" {
		words := strings.Fields(string(e))
		cmd = exec.CommandContext(context.Background(), words[0], append(words[1:], file)...) //nolint:gosec // the user set this program
	} else {
		cmd = exec.CommandContext(context.Background(), "sh", "-c", "trap : INT QUIT; "+string(e)+` "$@"`, string(e), file) //nolint:gosec // the user set this program
	}
	cmd.Env = env
	return cmd
}
