package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// socketName is the socket in the data folder.
const socketName = "control.sock"

// maxAddress is the longest address of a socket that every system takes, in
// bytes: macOS has room for 104 with the zero at the end.
const maxAddress = 103

// errNotSocket says that something that is not ours stands at the socket's place.
var errNotSocket = errors.New(socketName + " is no socket: move it away")

// Listen makes the socket of the data folder dir. Only the owner of the
// folder's account book may call it, so that a socket which is there already
// was left by a crash. The caller closes the listener before the book.
func Listen(ctx context.Context, dir string) (net.Listener, error) {
	l, err := listen(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("listen for account commands: %w", err)
	}
	return l, nil
}

func listen(ctx context.Context, dir string) (_ net.Listener, err error) {
	path := filepath.Join(dir, socketName)
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode().Type()&(fs.ModeSocket|fs.ModeIrregular) == 0: // Windows calls a socket irregular
		return nil, errNotSocket
	default:
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	address, forget, err := reachable(dir)
	if err != nil {
		return nil, err
	}
	defer forget()
	l, err := new(net.ListenConfig).Listen(ctx, "unix", address)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // address may be gone by then; see listener
	// The folder is 0700, so nobody else was able to connect before this.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close(), os.Remove(path))
	}
	return &listener{l, path}, nil
}

// listener removes the socket when it is closed.
type listener struct {
	net.Listener
	path string
}

// Close implements net.Listener.
func (l *listener) Close() error {
	err := l.Listener.Close()
	if errors.Is(err, net.ErrClosed) {
		return err
	}
	return errors.Join(err, os.Remove(l.path))
}

// reachable returns an address for the socket in dir that is short enough: where
// its own path is not, one through a link in a folder for temporary files. The
// caller calls forget when it has listened or dialled.
func reachable(dir string) (address string, forget func(), err error) {
	path, err := filepath.Abs(filepath.Join(dir, socketName))
	if err != nil {
		return "", nil, err
	}
	if len(path) <= maxAddress {
		return path, func() {}, nil
	}
	temp, err := os.MkdirTemp("", "wp") // 0700
	if err != nil {
		return "", nil, err
	}
	forget = func() { _ = os.RemoveAll(temp) } // a link that stays behind is harmless
	link := filepath.Join(temp, "d")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		forget()
		return "", nil, fmt.Errorf("the path of the data folder is too long for a socket: %w", err)
	}
	return filepath.Join(link, socketName), forget, nil
}
