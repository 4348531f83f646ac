package storage_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// TestSwappedWhileOpened lets somebody with a shell exchange a folder, or a
// file, and a trap as fast as the system can, while requests go through: what
// is looked at is not always what is opened.
func TestSwappedWhileOpened(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "f")
	tests := []struct {
		name   string
		victim string // a folder with a file f in it, or that file
		target string // of the link that takes its place; "" for a pipe
	}{
		{"folder and another drive", "d", "../bob"},
		{"folder and a folder inside", "d", "inside"}, // os.Root alone goes there
		{"folder and a file outside", "d", secret},
		{"folder and a pipe", "d", ""},
		{"file and a file outside", "d/f", secret},
		{"file and a file inside", "d/f", "g"}, // os.Root alone goes there
		{"file and a pipe", "d/f", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := openDisk(t, t.TempDir())
			ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
			writeFile(t, secret, []byte("secret"))
			storagetest.Put(t, bob, "/f", []byte("secret"), storagetest.IfAbsent)
			storagetest.Mkdir(t, ann, "/d", "/inside", "/own")
			storagetest.Put(t, ann, "/own/f", []byte("good"), storagetest.IfAbsent)
			storagetest.Put(t, ann, "/inside/f", []byte("secret"), storagetest.IfAbsent)
			storagetest.Put(t, ann, "/d/g", []byte("secret"), storagetest.IfAbsent)
			storagetest.Put(t, ann, "/d/f", []byte("good"), storagetest.IfAbsent)
			storagetest.Put(t, ann, "/d/k", []byte("good"), storagetest.IfAbsent)
			victim := d.host("ann", tt.victim)
			trap := filepath.Join(filepath.Dir(victim), "trap")
			if err := makeTrap(trap, tt.target); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := exchangeOnce(victim, trap); err != nil {
					t.Skip("no exchange on this file system:", err)
				}
			}
			stop, stopped := make(chan struct{}), make(chan error, 1)
			go func() { stopped <- exchange(stop, victim, trap) }()
			good, bad := attend(t, ann)
			close(stop)
			if err := <-stopped; err != nil {
				t.Fatal(err)
			}
			t.Logf("%d were opened, %d not", good, bad)
			for _, other := range []string{d.host("bob"), d.host("ann", "inside")} {
				if got := hostNames(t, other); len(got) != 1 {
					t.Errorf("%q: something was made through a link", got)
				}
			}
		})
	}
}

func makeTrap(name, target string) error {
	if target == "" {
		return unix.Mkfifo(name, 0o600)
	}
	return os.Symlink(target, name)
}

// exchange swaps two names until stop is closed, and leaves them as they were.
func exchange(stop chan struct{}, a, b string) error {
	for odd := false; ; odd = !odd {
		select {
		case <-stop:
			if !odd {
				return nil
			}
		default:
		}
		if err := exchangeOnce(a, b); err != nil {
			return err
		}
	}
}

func exchangeOnce(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// attend sends requests to /d until some have met the folder and some the trap.
func attend(t *testing.T, ann storage.Drive) (good, bad int) {
	t.Helper()
	args := storagetest.PutArgs("/d/new", nil, storagetest.IfAny)
	empty, _ := storagetest.Sum(nil)
	moved, returned, copied := 0, 0, 0
	for round := 0; round < 1000 || good == 0 || bad == 0; round++ {
		c, err := ann.Open(t.Context(), "/d/f", "")
		switch storagetest.Code(err) {
		case "":
			buf := make([]byte, 8)
			if n, _ := c.ReadAt(buf, 0); string(buf[:n]) == "secret" {
				t.Error("a link was followed")
			}
			c.Close()
			good++
		case wire.NotFound:
			bad++
		default:
			t.Errorf("open: %v", err)
		}
		if t.Failed() || round%10 != 0 {
			continue // these are slow, and one is as good as ten
		}
		if s, err := ann.Stage(t.Context(), args); err == nil {
			s.Close()
			_, _ = ann.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: empty, Precondition: storagetest.IfAny})
		}
		_, _ = ann.Mkdir(t.Context(), "/d/folder")
		if round%50 == 0 {
			there, back := moveAbout(t, ann)
			moved, returned = moved+there, returned+back
			copied += copyAbout(t, ann)
		}
	}
	t.Logf("%d were moved, %d came back from the trash, %d were copied", moved, returned, copied)
	return good, bad
}

// moveAbout moves a file of /d and sends it through the trash, as far as the
// trap allows. What it does not bring back stays in the trash.
func moveAbout(t *testing.T, ann storage.Drive) (moved, returned int) {
	t.Helper()
	for _, move := range []wire.MoveArgs{{From: "/d/k", To: "/d/f2"}, {From: "/d/f2", To: "/d/k"}, {From: "/own/f", To: "/d/f3"}, {From: "/d/f3", To: "/own/f"}} {
		if _, err := ann.Move(t.Context(), move); err == nil {
			moved++
		}
	}
	for _, path := range []wire.Path{"/d/k", "/d/folder"} {
		_, _ = ann.Remove(t.Context(), wire.RemoveArgs{Path: path})
	}
	for _, item := range storagetest.Items(t, ann, 0) {
		if _, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: storagetest.IfAbsent}); err == nil {
			returned++
		}
	}
	return moved, returned
}

// copyAbout copies /d and its file, as far as the trap allows, and looks for
// what only a link leads to.
func copyAbout(t *testing.T, ann storage.Drive) (copied int) {
	t.Helper()
	for from, file := range map[wire.Path]wire.Path{"/d/f": "/copy", "/d": "/copy/f"} {
		if _, err := ann.Copy(t.Context(), wire.CopyArgs{From: from, To: "/copy"}, nil); err != nil {
			continue
		}
		copied++
		stat, err := ann.Stat(t.Context(), file)
		if err == nil && stat.Entry.Size != int64(len("good")) {
			t.Errorf("a link was followed by the copy of %s", from)
		}
		if _, err := ann.Purge(t.Context(), wire.PurgeArgs{Item: remove(t, ann, "/copy").Item}); err != nil {
			t.Error(err)
		}
	}
	page, err := ann.Search(t.Context(), wire.SearchArgs{Path: "/d", Text: "f"})
	if err != nil {
		return copied
	}
	for _, f := range page.Found {
		if f.Path == "/d/f" && f.Entry.Size != int64(len("good")) {
			t.Error("a link was followed by the search")
		}
	}
	return copied
}
