package external

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
	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

const (
	// askAbove is the size, in bytes, above which a file is fetched only after a
	// question.
	askAbove = 32 << 20

	// maxOpen is the maximum size of a file to open, in bytes. The user must download
	// larger ones.
	maxOpen = 1 << 30

	// startTimeout is how long start waits for the opener to fail. Some openers end
	// only with the viewer.
	startTimeout = 3 * time.Second
)

// The reasons why no file can be opened on this computer.
var (
	ErrNoDesktop = errors.New("open a file: no desktop")
	ErrNoOpener  = errors.New("open a file: xdg-open is not installed")
)

// risky lists, by system, the extensions of files that the system runs instead of showing.
var risky = map[string][]string{
	"windows": {
		".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".lnk", ".url", ".msi", ".msp", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh",
		".hta", ".cpl", ".jar", ".reg", ".chm", ".inf", ".scf", ".application", ".gadget", ".msc", ".py", ".pyw", ".appref-ms", ".settingcontent-ms",
	},
	"darwin": {".app", ".command", ".tool", ".terminal", ".workflow", ".pkg", ".mpkg", ".dmg", ".scpt", ".jar", ".webloc", ".inetloc", ".fileloc"},
	"linux":  {".desktop", ".appimage", ".run", ".jar", ".exe", ".sh"},
}

// openMsg asks to open a file.
type openMsg struct {
	found wire.Found
	sure  bool // the user agreed to its size
}

// openedMsg is the result of fetching and opening a file.
type openedMsg struct {
	session *session.Session
	waiting *dialog.Question
	name    wire.Name
	err     error
}

// giveUpMsg is the answer that cancels the fetching of a file.
type giveUpMsg struct{ cancel context.CancelFunc }

// openCurrent opens the file under the cursor with the system's program.
func (f *External) openCurrent() tea.Cmd {
	found, ok := f.Host.Current()
	if !ok {
		f.Host.Say(true, locale.Say("open.folder"))
		return nil
	}
	return f.open(openMsg{found: found})
}

// open fetches and opens a file, unless it is too large or the system would run it.
func (f *External) open(msg openMsg) tea.Cmd {
	entry, s := msg.found.Entry, f.Host.Session()
	title := locale.Say("open.title", "Name", entry.Name)
	switch {
	case s == nil:
		return nil
	case slices.Contains(risky[runtime.GOOS], strings.ToLower(path.Ext(string(entry.Name)))):
		f.Dialogs.Push(dialog.NewMessage(title, locale.Say("open.risky")))
		return nil
	case entry.Size > maxOpen:
		f.Dialogs.Push(dialog.NewMessage(title, func(l *locale.Locale) string {
			return l.T("open.too_large", "Size", l.Size(entry.Size), "Limit", l.Size(maxOpen))
		}))
		return nil
	case entry.Size > askAbove && !msg.sure:
		msg.sure = true
		large := func(l *locale.Locale) string { return l.T("open.large", "Size", l.Size(entry.Size)) }
		f.Dialogs.Push(dialog.NewConfirm(title, []locale.Words{large}, dialog.NewButton("o", "open.act", msg)))
		return nil
	}
	ctx, cancel := context.WithCancel(f.Host.Context())
	got := new(atomic.Int64)
	waiting := dialog.NewWaiting(title, []locale.Words{func(l *locale.Locale) string {
		return l.T("open.fetching", "Part", l.Part(got.Load(), entry.Size))
	}}, giveUpMsg{cancel})
	f.Dialogs.Push(waiting)
	f.fetching++
	fetch := func() tea.Msg {
		defer cancel()
		return openedMsg{s, waiting, entry.Name, f.show(ctx, s, msg.found, got)}
	}
	return fetch
}

// show fetches a file and starts the system's program.
func (f *External) show(ctx context.Context, s *session.Session, found wire.Found, got *atomic.Int64) error {
	opener, err := f.opener()
	if err != nil {
		return err
	}
	file, err := f.copies.fetch(ctx, s, found, got)
	if err != nil {
		return err
	}
	return f.start(ctx, append(opener, file))
}

// opener returns the system's command that opens a file. It reads the disk.
func (f *External) opener() ([]string, error) {
	switch runtime.GOOS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}, nil
	case "darwin":
		if f.Getenv("SSH_CONNECTION") != "" {
			return nil, ErrNoDesktop
		}
		return []string{"open"}, nil
	}
	if f.Getenv("DISPLAY") == "" && f.Getenv("WAYLAND_DISPLAY") == "" {
		return nil, ErrNoDesktop
	}
	if _, err := exec.LookPath("xdg-open"); err != nil {
		return nil, ErrNoOpener
	}
	return []string{"xdg-open"}, nil
}

// start runs a command and waits until it ends, at most startTimeout.
func (f *External) start(ctx context.Context, words []string) error {
	cmd := exec.CommandContext(context.Background(), words[0], words[1:]...) //nolint:gosec // it is the system's own opener
	cmd.Env = f.Env
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the viewer; the channel has room for its result
	timer := time.NewTimer(startTimeout)
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

func (f *External) opened(msg openedMsg) {
	f.fetching--
	switch wanted := f.Dialogs.Close(msg.waiting); {
	case !wanted || f.Host.Session() != msg.session:
	case msg.err != nil:
		f.Dialogs.Push(dialog.NewMessage(locale.Say("open.title", "Name", msg.name),
			func(*locale.Locale) string { return f.Host.Explain(msg.err) }))
	default:
		f.Host.Say(false, locale.Say("open.done", "Name", msg.name))
	}
}

// fetch returns the path of a copy of a file. It fetches the file unless there is a copy of
// this version. got counts the fetched bytes.
func (c *copies) fetch(ctx context.Context, s *session.Session, found wire.Found, got *atomic.Int64) (string, error) {
	key := s.Origin() + string(found.Path) + string(found.Entry.Version)
	if file, ok := c.find(key); ok && found.Entry.Version != "" {
		return file, nil
	}
	connection, err := s.Dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }() // nothing was written
	dir, err := c.newFolder()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, transfer.LocalName(found.Entry.Name))
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	sink := func(reply wire.GetReply) (io.Writer, error) {
		if reply.Entry.Size > maxOpen { // the file has grown since it was listed
			return nil, wire.Errorf(wire.TooLarge, "the file has grown")
		}
		return io.MultiWriter(out, (*counter)(got)), nil
	}
	reply, err := transfer.Fetch(ctx, connection, wire.GetArgs{Path: found.Path, Version: found.Entry.Version}, sink)
	err = errors.Join(err, out.Close())
	if err == nil {
		err = os.Chmod(file, 0o400) // changes to a copy would be lost
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	c.add(key, file, reply.Entry.Size)
	return file, nil
}

// counter counts the bytes written to it.
type counter atomic.Int64

func (c *counter) Write(p []byte) (int, error) {
	(*atomic.Int64)(c).Add(int64(len(p)))
	return len(p), nil
}
