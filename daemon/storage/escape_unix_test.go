//go:build linux || darwin

package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// traps are what somebody with a shell may put into a drive. Each is made at
// name; secret is a folder outside of the drive that holds a file "f".
var traps = []struct {
	name string
	make func(name, secret string) error
}{
	{"link to a file outside", func(name, secret string) error { return os.Symlink(filepath.Join(secret, "f"), name) }},
	{"link to a folder outside", func(name, secret string) error { return os.Symlink(secret, name) }},
	{"link to another drive", func(name, _ string) error { return os.Symlink("../bob", name) }},
	{"link to a file inside", func(name, _ string) error { return os.Symlink("inside/f", name) }},
	{"link to a folder inside", func(name, _ string) error { return os.Symlink("inside", name) }},
	{"link to itself", func(name, _ string) error { return os.Symlink(filepath.Base(name), name) }},
	{"link to nothing", func(name, _ string) error { return os.Symlink("nothing", name) }},
	{"link to the top", func(name, _ string) error { return os.Symlink("/", name) }},
	{"pipe", func(name, _ string) error { return unix.Mkfifo(name, 0o600) }},
	{"socket", func(name, _ string) error { return unix.Mknod(name, unix.S_IFSOCK|0o600, 0) }},
	{"device", func(name, _ string) error { return unix.Mknod(name, unix.S_IFCHR|0o600, int(unix.Mkdev(1, 5))) }},
}

// TestEscapes meets every trap with every request, as the last name of a path
// and in the middle of one.
func TestEscapes(t *testing.T) {
	for _, trap := range traps {
		t.Run(trap.name, func(t *testing.T) {
			d := openDisk(t, t.TempDir())
			ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
			secret := t.TempDir()
			writeFile(t, filepath.Join(secret, "f"), []byte("secret"))
			storagetest.Put(t, bob, "/f", []byte("bob's"), storagetest.IfAbsent)
			storagetest.Mkdir(t, ann, "/inside")
			storagetest.Put(t, ann, "/inside/f", []byte("inside"), storagetest.IfAbsent)
			// Staged while nothing was in the way, to be committed into the trap.
			storagetest.Put(t, ann, "/gone", []byte("gone"), storagetest.IfAbsent)
			item := remove(t, ann, "/gone").Item
			late := storagetest.PutArgs("/trap", []byte("x"), storagetest.IfAny)
			storagetest.Stage(t, ann, late, []byte("x"), 1)
			err := trap.make(d.host("ann", "trap"), secret)
			if errors.Is(err, os.ErrPermission) {
				t.Skip("only root can make this")
			}
			if err != nil {
				t.Fatal(err)
			}
			before := tree(t, d.dir, secret)

			tryEverything(t, ann, "/trap", true)
			tryToMove(t, ann, item, "/trap", true)
			for _, below := range []wire.Path{"/trap/f", "/trap/new", "/trap/inside/f"} {
				tryEverything(t, ann, below, false)
				tryToMove(t, ann, item, below, false)
			}
			sum, _ := storagetest.Sum([]byte("x"))
			_, err = ann.Commit(t.Context(), wire.CommitArgs{Upload: late.Upload, Digest: sum, Precondition: storagetest.IfAny})
			wantCode(t, "commit onto it", err, wire.Invalid)

			page, err := ann.Search(t.Context(), wire.SearchArgs{Path: wire.Root, Text: "*"})
			if err != nil || len(page.Found) != 2 { // the inside and its file
				t.Errorf("found is %+v (%v)", page.Found, err)
			}
			listing, err := ann.List(t.Context(), wire.ListArgs{Path: wire.Root})
			if err != nil || len(listing.Entries) != 1 || listing.Unlisted != 1 {
				t.Errorf("listing is %+v (%v), want the inside and one unlisted", listing, err)
			}
			if after := tree(t, d.dir, secret); after != before {
				t.Errorf("something was written:\n%s\nwas\n%s", after, before)
			}
		})
	}
}

// tryEverything sends every request with path, which is in a trap or is one.
func tryEverything(t *testing.T, d storage.Drive, path wire.Path, last bool) {
	t.Helper()
	mkdir, stage := wire.NotFound, wire.NotFound
	if last {
		mkdir, stage = wire.Exists, wire.Invalid
	}
	_, err := d.Stat(t.Context(), path)
	wantCode(t, "stat of "+string(path), err, wire.NotFound)
	_, err = d.List(t.Context(), wire.ListArgs{Path: path})
	wantCode(t, "list of "+string(path), err, wire.NotFound)
	_, err = d.Open(t.Context(), path, "")
	wantCode(t, "open of "+string(path), err, wire.NotFound)
	_, err = d.Search(t.Context(), wire.SearchArgs{Path: path, Text: "f"})
	wantCode(t, "search in "+string(path), err, wire.NotFound)
	_, err = d.Count(t.Context(), path)
	wantCode(t, "count of "+string(path), err, wire.NotFound)
	_, err = d.Watch(path, func() {})
	wantCode(t, "watch of "+string(path), err, wire.NotFound)
	_, err = d.Mkdir(t.Context(), path)
	wantCode(t, "mkdir of "+string(path), err, mkdir)
	for _, pre := range []wire.Precondition{storagetest.IfAbsent, storagetest.IfAny, storagetest.IfVersion("v")} {
		_, err = d.Stage(t.Context(), storagetest.PutArgs(path, []byte("x"), pre))
		wantCode(t, "stage of "+string(path), err, stage)
	}
}

// tryToMove sends every request that moves something from or to path, which is
// in a trap or is one.
func tryToMove(t *testing.T, d storage.Drive, item wire.ItemID, path wire.Path, last bool) {
	t.Helper()
	to, over := wire.NotFound, wire.Invalid
	if last {
		to = wire.Exists
	}
	_, err := d.Move(t.Context(), wire.MoveArgs{From: path, To: "/moved"})
	wantCode(t, "move of "+string(path), err, wire.NotFound)
	_, err = d.Move(t.Context(), wire.MoveArgs{From: "/inside/f", To: path})
	wantCode(t, "move to "+string(path), err, to)
	_, err = d.Copy(t.Context(), wire.CopyArgs{From: path, To: "/copied"}, nil)
	wantCode(t, "copy of "+string(path), err, wire.NotFound)
	for _, from := range []wire.Path{"/inside/f", "/inside"} {
		_, err = d.Copy(t.Context(), wire.CopyArgs{From: from, To: path}, nil)
		wantCode(t, "copy to "+string(path), err, to)
	}
	_, err = d.Remove(t.Context(), wire.RemoveArgs{Path: path})
	wantCode(t, "remove of "+string(path), err, wire.NotFound)
	_, err = d.Restore(t.Context(), wire.RestoreArgs{Item: item, Path: path, Precondition: storagetest.IfAny})
	wantCode(t, "restore to "+string(path), err, over)
}

// TestTrapsInRemovedFolders: what can not be served goes into the trash and out
// of it as it is, does not count, and goes for good without what it leads to.
func TestTrapsInRemovedFolders(t *testing.T) {
	for _, trap := range traps {
		t.Run(trap.name, func(t *testing.T) {
			d := openDisk(t, t.TempDir())
			ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
			secret := t.TempDir()
			writeFile(t, filepath.Join(secret, "f"), []byte("secret"))
			storagetest.Put(t, bob, "/f", []byte("bob's"), storagetest.IfAbsent)
			storagetest.Mkdir(t, ann, "/box", "/box/inside", "/box/"+"\u00e9")
			storagetest.Put(t, ann, "/box/inside/f", []byte("inside"), storagetest.IfAbsent)
			err := trap.make(d.host("ann", "box", "trap"), secret)
			if errors.Is(err, os.ErrPermission) {
				t.Skip("only root can make this")
			}
			if err != nil {
				t.Fatal(err)
			}
			others := func() string { return tree(t, d.host("bob"), secret) }
			before, box := others(), tree(t, d.host("ann", "box"))

			item := remove(t, ann, "/box")
			if item.Files != 1 || item.Size != 6 {
				t.Errorf("the item is %+v, want one file of 6 bytes", item)
			}
			if _, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: storagetest.IfAny}); err != nil {
				t.Fatal(err)
			}
			if after := tree(t, d.host("ann", "box")); after != box {
				t.Errorf("restored is\n%s\nremoved was\n%s", after, box)
			}
			remove(t, ann, "/box")
			if got, err := ann.Purge(t.Context(), wire.PurgeArgs{}); err != nil || got.Items != 1 || got.Size != 6 {
				t.Errorf("purged %+v (%v), want one item of 6 bytes", got, err)
			}
			if left := hostNamesOf(t, d.inTrash("")); len(left) != 0 {
				t.Errorf("%q is left in the trash", left)
			}
			if after := others(); after != before {
				t.Errorf("outside there is\n%s\nand was\n%s", after, before)
			}
		})
	}
}

// TestTrashOfOthers: an item is that of one account.
func TestTrashOfOthers(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
	storagetest.Put(t, bob, "/f", []byte("bob's"), storagetest.IfAbsent)
	item := remove(t, bob, "/f").Item
	for _, id := range []wire.ItemID{item, "../bob/" + item, ".", "..", item + ".json"} {
		_, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: id, Path: "/mine", Precondition: storagetest.IfAny})
		wantCode(t, "restore of "+string(id), err, wire.NotFound)
		_, err = ann.Purge(t.Context(), wire.PurgeArgs{Item: id})
		wantCode(t, "purge of "+string(id), err, wire.NotFound)
		_, err = ann.Trash(t.Context(), wire.TrashArgs{After: id})
		wantCode(t, "the trash behind "+string(id), err, wire.Conflict)
	}
	if got := storagetest.Items(t, bob, 0); len(got) != 1 {
		t.Errorf("bob has %+v, want the one item", got)
	}
	if err := os.Symlink("bob", filepath.Join(d.dir, "trash", "eve")); err != nil {
		t.Skip("no links here:", err)
	}
	if drive, err := d.Drive("eve"); err == nil {
		drive.Close()
		t.Error("a link below trash/ leads to another's trash")
	}
}

func wantCode(t *testing.T, what string, err error, want wire.Code) {
	t.Helper()
	if got := storagetest.Code(err); got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

// tree tells all that lies below some folders, and what is in the files.
func tree(t *testing.T, tops ...string) string {
	t.Helper()
	var all bytes.Buffer
	for _, top := range tops {
		err := filepath.Walk(top, func(name string, info os.FileInfo, err error) error {
			if err != nil {
				return err
			}
			all.WriteString(name + " " + info.Mode().String())
			if info.Mode().IsRegular() {
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				all.Write(text)
			}
			all.WriteString("\n")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// TestTrapsWork shows that the traps would catch somebody who opens paths, and
// some of them also one who trusts os.Root alone.
func TestTrapsWork(t *testing.T) {
	dir, secret := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(secret, "f"), []byte("secret"))
	if err := os.Mkdir(filepath.Join(dir, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "inside", "f"), []byte("inside"))
	for _, trap := range traps[:5] {
		if err := trap.make(filepath.Join(dir, trap.name), secret); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "link to a folder outside", "f")); string(got) != "secret" {
		t.Errorf("a path through the link gives %q (%v)", got, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if got, err := root.ReadFile("link to a folder inside/f"); string(got) != "inside" {
		t.Errorf("os.Root through the link gives %q (%v)", got, err)
	}
}

func TestDriveIsNoLink(t *testing.T) {
	d := openDisk(t, t.TempDir())
	storagetest.Put(t, d.drive(t, "bob"), "/f", []byte("bob's"), storagetest.IfAbsent)
	for _, folder := range []string{"drives", "uploads"} {
		if err := os.Symlink("bob", filepath.Join(d.dir, folder, "ann-"+folder)); err != nil {
			t.Fatal(err)
		}
		if drive, err := d.Drive("ann-" + folder); err == nil {
			drive.Close()
			t.Errorf("a link below %s leads to another's folder", folder)
		}
	}
}

func TestHardLinkIsAFileLikeAnyOther(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann, bob := d.drive(t, "ann"), d.drive(t, "bob")
	storagetest.Put(t, bob, "/f", []byte("bob's"), storagetest.IfAbsent)
	if err := os.Link(d.host("bob", "f"), d.host("ann", "f")); err != nil {
		t.Skip("no hard links here:", err)
	}
	storagetest.Put(t, ann, "/f", []byte("ann's"), storagetest.IfAny)
	if got := storagetest.Read(t, bob, "/f"); string(got) != "bob's" {
		t.Errorf("ann has written %q into bob's file", got)
	}
}

// TestModes: what is made is for the daemon only, whatever the umask.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o077, 0o777} {
		t.Run(os.FileMode(mask).String(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			old := syscall.Umask(mask)
			defer syscall.Umask(old)
			d := openDisk(t, dir)
			d.SetFlushEvery(wire.BlockSize)
			ann := d.drive(t, "ann")
			storagetest.Mkdir(t, ann, "/a", "/a/b")
			data := storagetest.Bytes(wire.BlockSize+1, 1)
			storagetest.Put(t, ann, "/a/f", data, storagetest.IfAbsent)
			storagetest.Stage(t, ann, storagetest.PutArgs("/a/g", data, storagetest.IfAbsent), data, len(data))
			storagetest.Mkdir(t, ann, "/c")
			remove(t, ann, "/c")
			storagetest.Put(t, ann, "/a/f", data, storagetest.IfAny)
			files := 0
			err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
				if err != nil {
					return err
				}
				want := os.FileMode(0o600)
				if info.IsDir() {
					want = os.ModeDir | 0o700
				} else {
					files++
				}
				if info.Mode() != want {
					t.Errorf("%s is %v, want %v", name, info.Mode(), want)
				}
				return nil
			})
			if err != nil || files != 8 {
				t.Errorf("%d files (%v), want the file, the four of an upload, what was replaced and two records", files, err)
			}
		})
	}
}

// TestStaleAttribute: an attribute counts only for the size and mtime that it names.
func TestStaleAttribute(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	data := []byte("content")
	sum, _ := storagetest.Sum(data)
	name := d.host("ann", "f")
	var wrong wire.Digest
	tests := []struct {
		name  string
		value func(info os.FileInfo) string
		want  *wire.Digest
	}{
		{"as it was put", nil, &sum},
		{"another size", func(info os.FileInfo) string { return fmt.Sprint(wrong, " 8 ", info.ModTime().UnixNano()) }, nil},
		{"another time", func(os.FileInfo) string { return wrong.String() + " 7 0" }, nil},
		{"too short", func(os.FileInfo) string { return "00 7 0" }, nil},
		{"no text", func(os.FileInfo) string { return "\x00\xff" }, nil},
		{"very long", func(os.FileInfo) string { return string(bytes.Repeat([]byte("0"), 1000)) }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			storagetest.Put(t, ann, "/f", data, storagetest.IfAny)
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if tt.value != nil {
				if err := unix.Setxattr(name, storage.AttributeName, []byte(tt.value(info)), 0); err != nil {
					t.Skip("no attributes here:", err)
				}
			}
			got, err := ann.Stat(t.Context(), "/f")
			if err != nil || (got.Digest == nil) != (tt.want == nil) || got.Digest != nil && *got.Digest != *tt.want {
				t.Errorf("digest is %v (%v), want %v", got.Digest, err, tt.want)
			}
			c, err := ann.Open(t.Context(), "/f", "")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if got, _, err := c.Blocks(t.Context(), 7); err != nil || got != sum {
				t.Errorf("blocks say the digest is %v (%v), want %v", got, err, sum)
			}
		})
	}
}
