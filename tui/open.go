package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

const (
	// openAsks is how long a file may be to be fetched without a question.
	openAsks = 32 << 20
	// openable is how long it may be at all: what is longer is downloaded.
	openable = 1 << 30
	// openKept is how many bytes of opened files are kept together.
	openKept = 2 << 30
	// opening is how long to wait for an opener to fail. Some become the viewer,
	// and end with it.
	opening = 3 * time.Second
)

// Why a file cannot be opened here.
var (
	errNoScreen = errors.New("there is no desktop to open files on")
	errNoOpener = errors.New("xdg-open was not found")
)

// risky are the endings of names that this system would run rather than show.
var risky = map[string][]string{
	"windows": {
		".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".lnk", ".url", ".msi", ".msp", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh",
		".hta", ".cpl", ".jar", ".reg", ".chm", ".inf", ".scf", ".application", ".gadget", ".msc", ".py", ".pyw", ".appref-ms", ".settingcontent-ms",
	},
	"darwin": {".app", ".command", ".tool", ".terminal", ".workflow", ".pkg", ".mpkg", ".dmg", ".scpt", ".jar", ".webloc", ".inetloc", ".fileloc"},
	"linux":  {".desktop", ".appimage", ".run", ".jar", ".exe", ".sh"},
}

// opener is the system's command that opens a file with the program for its
// kind, or why there is none. It looks at the disk; call it in a command.
func (o Options) opener() ([]string, error) {
	switch runtime.GOOS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}, nil
	case "darwin":
		if o.env("SSH_CONNECTION") != "" {
			return nil, errNoScreen
		}
		return []string{"open"}, nil
	}
	if o.env("DISPLAY") == "" && o.env("WAYLAND_DISPLAY") == "" {
		return nil, errNoScreen
	}
	if _, err := exec.LookPath("xdg-open"); err != nil {
		return nil, errNoOpener
	}
	return []string{"xdg-open"}, nil
}

// openFileMsg is the answer that a file is to be opened.
type openFileMsg struct {
	found wire.Found
	sure  bool // it was asked about its size
}

// openSelected opens the file under the cursor with the system's program.
func (m *Model) openSelected() tea.Cmd {
	entry, ok := m.list.Current()
	if !ok || entry.IsDir {
		m.say(true, dialog.Say("open.folder"))
		return nil
	}
	at, err := m.list.Path().Join(string(entry.Name))
	if err != nil {
		m.sayError(err)
		return nil
	}
	return openFileMsg{found: wire.Found{Path: at, Entry: entry}}.apply(m)
}

// apply fetches the file, unless it is too long or would be run.
func (msg openFileMsg) apply(m *Model) tea.Cmd {
	entry := msg.found.Entry
	title := dialog.Say("open.title", "Name", entry.Name)
	switch {
	case m.drive == nil:
		return nil
	case slices.Contains(risky[runtime.GOOS], strings.ToLower(path.Ext(string(entry.Name)))):
		m.tell(title, dialog.Say("open.risky"))
		return nil
	case entry.Size > openable:
		m.tell(title, func(l *locale.Locale) string {
			return l.T("open.too_large", "Size", l.Size(entry.Size), "Limit", l.Size(openable))
		})
		return nil
	case entry.Size > openAsks && !msg.sure:
		msg.sure = true
		large := func(l *locale.Locale) string { return l.T("open.large", "Size", l.Size(entry.Size)) }
		m.dialogs.Push(dialog.NewConfirm(title, []dialog.Words{large}, dialog.NewButton("o", "open.act", msg)))
		return nil
	}
	got := new(atomic.Int64)
	w := m.wait(title, func(l *locale.Locale) string {
		return l.T("open.fetching", "Part", l.Part(got.Load(), entry.Size))
	})
	m.drive.fetching++
	return tea.Batch(m.drive.openFile(w, m.Options, m.viewed, msg.found, got), m.tick())
}

// viewedMsg says how opening a file ended.
type viewedMsg struct {
	drive   *drive
	waiting *waiting
	name    wire.Name
	err     error
}

// openFile makes the command that fetches a file and opens it.
func (d *drive) openFile(w *waiting, o Options, v *viewed, found wire.Found, got *atomic.Int64) tea.Cmd {
	return func() tea.Msg {
		done := func(err error) tea.Msg { return viewedMsg{d, w, found.Entry.Name, err} }
		opener, err := o.opener()
		if err != nil {
			return done(err)
		}
		file, err := d.view(w.ctx, v, found, got)
		if err != nil {
			return done(err)
		}
		return done(o.start(w.ctx, append(opener, file)))
	}
}

// start runs a command and waits only as long as it may fail.
func (o Options) start(ctx context.Context, words []string) error {
	cmd := exec.CommandContext(context.Background(), words[0], words[1:]...) //nolint:gosec // it is the system's own opener
	cmd.Env = o.Env
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // it ends with the viewer at the latest
	timer := time.NewTimer(opening)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil
}

// view fetches a file into the folder for what is viewed, unless it is there.
func (d *drive) view(ctx context.Context, v *viewed, found wire.Found, got *atomic.Int64) (string, error) {
	key := d.origin + string(found.Path) + string(found.Entry.Version)
	if file, ok := v.kept(key); ok && found.Entry.Version != "" {
		return file, nil
	}
	c, err := d.session.Dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }() // what was read is there
	dir, err := v.folder()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, localName(found.Entry.Name))
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	sink := func(reply wire.GetReply) (io.Writer, error) {
		if reply.Entry.Size > openable {
			return nil, wire.Errorf(wire.TooLarge, "the file has grown")
		}
		return io.MultiWriter(f, (*counter)(got)), nil
	}
	reply, err := readWhole(ctx, c, wire.GetArgs{Path: found.Path, Version: found.Entry.Version}, sink)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Chmod(file, 0o400) // a copy: what is changed in it would be lost
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	v.keep(key, file, reply.Entry.Size)
	return file, nil
}

// counter counts the bytes written to it.
type counter atomic.Int64

func (c *counter) Write(p []byte) (int, error) {
	(*atomic.Int64)(c).Add(int64(len(p)))
	return len(p), nil
}

func (msg viewedMsg) apply(m *Model) tea.Cmd {
	msg.drive.fetching--
	closed := m.waited(msg.waiting)
	switch {
	case m.drive != msg.drive || !closed:
	case msg.err != nil:
		m.tell(dialog.Say("open.title", "Name", msg.name), m.because(msg.err))
	default:
		m.say(false, dialog.Say("open.done", "Name", msg.name))
	}
	return nil
}
