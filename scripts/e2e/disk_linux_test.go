package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// disk is a folder on a file system that a process of its own serves. While
// that process is stopped, whoever touches the folder waits, as with a network
// disk whose server is gone.
type disk struct {
	t    *testing.T
	path string
	cmd  *exec.Cmd
}

// diskVariable makes the test program serve a disk instead of running tests: the
// folder whose contents it shows, a colon, and where.
const diskVariable = "WANGPAN_TEST_DISK"

func mountDisk(t *testing.T) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount")
	}
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Skip("this kernel has no file systems in user space: ", err)
	}
	d := &disk{t: t, path: t.TempDir()}
	d.cmd = exec.Command(os.Args[0])
	d.cmd.Env = append(os.Environ(), diskVariable+"="+t.TempDir()+":"+d.path)
	d.cmd.Stderr = t.Output()
	ready, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.unmount)
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		t.Skip("no file system can be mounted here")
	}
	return d
}

// serveDisk is the process of a disk. It ends when that is unmounted.
func serveDisk(from, at string) int {
	root, err := fs.NewLoopbackRoot(from)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	server, err := fs.Mount(at, root, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, FsName: "wangpan-test"}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, "mounted")
	server.Wait()
	return 0
}

// freeze lets everything on the disk wait until thaw.
func (d *disk) freeze() { d.signal(syscall.SIGSTOP) }

func (d *disk) thaw() { d.signal(syscall.SIGCONT) }

func (d *disk) signal(s syscall.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Error(err)
	}
}

func (d *disk) unmount() {
	_ = d.cmd.Process.Signal(syscall.SIGCONT)
	_ = syscall.Unmount(d.path, syscall.MNT_DETACH)
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait()
}

// homeOn makes a person's folders on the disk.
func (d *disk) homeOn() string {
	d.t.Helper()
	home := filepath.Join(d.path, "home")
	for _, dir := range []string{home, filepath.Join(home, "files"), filepath.Join(home, "Downloads")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			d.t.Fatal(err)
		}
	}
	return home
}

// diskWanted returns what diskVariable says.
func diskWanted() (from, at string, ok bool) { return strings.Cut(os.Getenv(diskVariable), ":") }
