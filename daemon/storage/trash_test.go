package storage_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// inTrash is the host's path of a file in the trash of ann.
func (d *disk) inTrash(name string) string { return filepath.Join(d.dir, "trash", "ann", name) }

func remove(t *testing.T, d storage.Drive, path wire.Path) wire.Item {
	t.Helper()
	item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// TestTrashIsRead: what a crash, a disk or hands leave in the trash is an item
// or goes, and nothing vanishes that could be an item.
func TestTrashIsRead(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	since := time.Now().UTC().Format(time.RFC3339Nano)
	record := func(path, more string) string {
		return `{"path":"` + path + `","size":5,"files":1,"since":"` + since + `"` + more + `}`
	}
	tests := []struct {
		name   string
		files  map[string]string // what is in the trash
		linked bool              // the item is the second name of /f
		want   []string          // paths of items; those of folders end with a slash
		left   []string          // names in the trash
	}{
		{"item and record", map[string]string{id: "hello", id + ".json": record("/a/b", "")}, false, []string{"/a/b"}, []string{id, id + ".json"}},
		{"item alone", map[string]string{id: "hello"}, false, []string{"/" + id}, []string{id, id + ".json"}},
		{"folder alone", map[string]string{id + "/f": "hello"}, false, []string{"/" + id + "/"}, []string{id, id + ".json"}},
		{
			"folder not counted",
			map[string]string{id + "/f": "hello", id + ".json": `{"path":"/d","is_dir":true,"uncounted":true,"since":"` + since + `"}`},
			false,
			[]string{"/d/"},
			[]string{id, id + ".json"},
		},
		{"record alone", map[string]string{id + ".json": record("/a/b", "")}, false, nil, nil},
		{"empty record", map[string]string{id: "hello", id + ".json": ""}, false, []string{"/" + id}, []string{id, id + ".json"}},
		{"record of the root", map[string]string{id: "hello", id + ".json": record("/", "")}, false, []string{"/" + id}, []string{id, id + ".json"}},
		{"record that leads outside", map[string]string{id: "hello", id + ".json": record("/../bob/f", "")}, false, []string{"/" + id}, []string{id, id + ".json"}},
		{"record of a folder", map[string]string{id: "hello", id + ".json": record("/d", `,"is_dir":true`)}, false, []string{"/" + id}, []string{id, id + ".json"}},
		{
			"record half amended",
			map[string]string{id: "hello", id + ".json": record("/a/b", ""), id + ".new": "{"},
			false,
			[]string{"/a/b"},
			[]string{id, id + ".json"},
		},
		{"purge cut short", map[string]string{id + ".purged/f": "hello", id + ".json": record("/d", `,"is_dir":true`)}, false, nil, nil},
		{"replacement cut short", map[string]string{id + ".json": record("/f", "")}, true, nil, nil},
		{"something by hand", map[string]string{"note.txt": "hello", id + ".txt": "hello"}, false, nil, []string{id + ".txt", "note.txt"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			func() {
				s, err := storage.Open(dir, silent())
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				ann, err := s.Drive("ann")
				if err != nil {
					t.Fatal(err)
				}
				defer ann.Close()
				storagetest.Put(t, ann, "/f", nil, storagetest.IfAbsent)
			}()
			d := &disk{nil, dir}
			for name, content := range tt.files {
				if err := os.MkdirAll(filepath.Dir(d.inTrash(name)), 0o700); err != nil {
					t.Fatal(err)
				}
				writeFile(t, d.inTrash(name), []byte(content))
			}
			if tt.linked {
				if err := os.Link(d.host("ann", "f"), d.inTrash(id)); err != nil {
					t.Skip("no hard links here:", err)
				}
			}
			d = openDisk(t, dir)
			ann := d.drive(t, "ann")
			var got []string
			for _, item := range storagetest.Items(t, ann, 0) {
				path := string(item.Path)
				if item.IsDir {
					path += "/"
				}
				got = append(got, path)
				if item.Size != 5 || item.Files != 1 {
					t.Errorf("the item is %+v, want 5 bytes in one file", item)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("items of %q, want %q", got, tt.want)
			}
			d.SweepTrash(time.Now())
			if left := hostNamesOf(t, d.inTrash("")); !slices.Equal(left, tt.left) {
				t.Errorf("the trash holds %q, want %q", left, tt.left)
			}
			if u := usageOf(t, ann); u.Trash != int64(5*len(tt.want)) {
				t.Errorf("usage is %+v", u)
			}
		})
	}
}

func hostNamesOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestTrashExpires after 30 days, and survives the start of another daemon.
func TestTrashExpires(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d")
	storagetest.Put(t, ann, "/d/f", []byte("hello"), storagetest.IfAbsent)
	item := remove(t, ann, "/d")
	if want := item.Since.AddDate(0, 0, 30); !item.Expires.Equal(want) {
		t.Errorf("it expires at %v, want %v", item.Expires, want)
	}
	d.SweepTrash(item.Expires.Add(-time.Second))
	if got := storagetest.Items(t, ann, 0); len(got) != 1 || got[0] != item {
		t.Fatalf("a second before, the trash is %+v, want %+v", got, item)
	}
	d.SweepTrash(item.Expires)
	if got := storagetest.Items(t, ann, 0); len(got) != 0 {
		t.Errorf("the trash is %+v when it has expired", got)
	}
	if left := hostNamesOf(t, d.inTrash("")); len(left) != 0 {
		t.Errorf("%q is left in the trash", left)
	}
	if got := usageOf(t, ann); got != (storage.Usage{}) {
		t.Errorf("usage is %+v, want nothing", got)
	}
}

// TestDigestTravels: a file keeps its digest through a move and the trash.
func TestDigestTravels(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	put := storagetest.Put(t, ann, "/f", []byte("content"), storagetest.IfAbsent)
	writeFile(t, d.host("ann", "by hand"), []byte("content"))
	for _, path := range []wire.Path{"/f", "/by hand"} {
		c, err := ann.Open(t.Context(), path, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Blocks(t.Context(), 7); err != nil {
			t.Error(err)
		}
		c.Close()
		moved, err := ann.Move(t.Context(), wire.MoveArgs{From: path, To: path + "2"})
		if err != nil || moved.Version == put.Entry.Version || moved.Version == "" {
			t.Fatalf("moved to %+v (%v), want another version", moved, err)
		}
		stat, err := ann.Stat(t.Context(), path+"2")
		if err != nil || stat.Entry != moved || stat.Digest == nil || *stat.Digest != *put.Digest {
			t.Errorf("after the move: %+v (%v), want %+v and the digest", stat, err, moved)
		}
	}
	item := remove(t, ann, "/f2")
	back, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: storagetest.IfAbsent})
	if err != nil {
		t.Fatal(err)
	}
	stat, err := ann.Stat(t.Context(), "/f2")
	if err != nil || stat.Entry != back.Entry || !stat.Entry.ModTime.Equal(storagetest.Time) {
		t.Errorf("after the trash: %+v (%v), want %+v and the time", stat, err, back.Entry)
	}
	if stat.Digest == nil {
		t.Skip("this file system keeps no attributes")
	}
	if *stat.Digest != *put.Digest {
		t.Error("the digest is another one")
	}
}

// TestUsageIsCountedAnew: what is kept of the usage through everything about
// the trash is what a count finds.
func TestUsageIsCountedAnew(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d", "/d/e")
	usageOf(t, ann)
	restore := func(item wire.Item, path wire.Path) {
		t.Helper()
		if _, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Path: path, Precondition: storagetest.IfAny}); err != nil {
			t.Fatal(err)
		}
	}
	var file, folder wire.Item
	for _, step := range []struct {
		name string
		do   func()
		want storage.Usage
	}{
		{"put", func() { storagetest.Put(t, ann, "/d/e/f", make([]byte, 100), storagetest.IfAny) }, storage.Usage{Used: 100, Files: 1}},
		{"replace", func() { storagetest.Put(t, ann, "/d/e/f", make([]byte, 10), storagetest.IfAny) }, storage.Usage{Used: 10, Files: 1, Trash: 100}},
		{"remove", func() { file = remove(t, ann, "/d/e/f") }, storage.Usage{Trash: 110}},
		{"restore over a file", func() {
			storagetest.Put(t, ann, "/g", make([]byte, 1000), storagetest.IfAny)
			restore(file, "/g")
		}, storage.Usage{Used: 10, Files: 1, Trash: 1100}},
		{"move", func() { _, _ = ann.Move(t.Context(), wire.MoveArgs{From: "/g", To: "/d/g"}) }, storage.Usage{Used: 10, Files: 1, Trash: 1100}},
		{"remove a folder", func() { folder = remove(t, ann, "/d") }, storage.Usage{Trash: 1110}},
		{"restore a folder", func() { restore(folder, "/h/i") }, storage.Usage{Used: 10, Files: 1, Trash: 1100}},
		{"purge", func() { _, _ = ann.Purge(t.Context(), wire.PurgeArgs{}) }, storage.Usage{Used: 10, Files: 1}},
	} {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			if got := usageOf(t, ann); got != step.want {
				t.Errorf("usage is %+v, want %+v", got, step.want)
			}
			d.AgeCounts()
			usageOf(t, ann)
			d.WaitForCounts()
			if got := usageOf(t, ann); got != step.want {
				t.Errorf("counted anew, usage is %+v, want %+v", got, step.want)
			}
		})
	}
}

// TestTrashRemovedByHand: what is not there any more is no item.
func TestTrashRemovedByHand(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Put(t, ann, "/f", []byte("content"), storagetest.IfAbsent)
	item := remove(t, ann, "/f")
	if err := os.Remove(d.inTrash(string(item.Item))); err != nil {
		t.Fatal(err)
	}
	_, err := ann.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: storagetest.IfAbsent})
	if !errors.Is(err, wire.NotFound) {
		t.Errorf("restore: %v, want not_found", err)
	}
	if _, err := ann.Purge(t.Context(), wire.PurgeArgs{Item: item.Item}); err != nil {
		t.Errorf("purge: %v", err)
	}
	if got := usageOf(t, ann); got.Trash != 0 {
		t.Errorf("usage is %+v", got)
	}
}

// TestClientLeaves: who removes or purges and does not wait for the end is not
// spared the count, and leaves nothing on the disk that nothing counts.
func TestClientLeaves(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/d", "/d/e")
	storagetest.Put(t, ann, "/d/e/f", []byte("hello"), storagetest.IfAbsent)
	usageOf(t, ann)
	if got := storagetest.Items(t, ann, 0); len(got) != 0 {
		t.Fatalf("the trash of a new drive is %+v", got)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := ann.Remove(gone, wire.RemoveArgs{Path: "/d"}); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d.WaitForTasks()
	items := storagetest.Items(t, ann, 0)
	if len(items) != 1 || items[0].Path != "/d" || items[0].Size != 5 || items[0].Files != 1 {
		t.Fatalf("the trash is %+v, want the folder with 5 bytes in one file", items)
	}
	if got, want := usageOf(t, ann), (storage.Usage{Trash: 5}); got != want {
		t.Errorf("usage is %+v, want %+v", got, want)
	}
	if _, err := ann.Purge(gone, wire.PurgeArgs{Item: items[0].Item}); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d.WaitForTasks()
	if got := usageOf(t, ann); got != (storage.Usage{}) {
		t.Errorf("usage is %+v, want nothing", got)
	}
	if left := hostNamesOf(t, d.inTrash("")); len(left) != 0 {
		t.Errorf("%q is left on the disk, and not counted", left)
	}
}
