package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// A drive of which a victim does one thing to one path, and what it may look
// like afterwards: as it was, or as it was meant.
var trashBefore = map[string]string{
	"/f": "old", "/d/x": "x", "/d/y": "y", "trash:/was": "item", "trash:/e/z": "z",
}

// deed is what a victim does, with the ids of the two items.
type deed struct {
	name  string
	do    func(d storage.Drive, file, folder wire.ItemID) error
	moved map[string]string // names before and after; "" is none
	new   map[string]string // contents that are new
	calls []string          // that change the disk, beside those of all
}

var deeds = []deed{
	{"replace", replaceByUpload, map[string]string{"/f": "trash:/f"}, map[string]string{"/f": "new"}, nil},
	{"remove a file", func(d storage.Drive, _, _ wire.ItemID) error {
		_, err := d.Remove(background, wire.RemoveArgs{Path: "/f"})
		return err
	}, map[string]string{"/f": "trash:/f"}, nil, nil},
	{"remove a folder", func(d storage.Drive, _, _ wire.ItemID) error {
		item, err := d.Remove(background, wire.RemoveArgs{Path: "/d"})
		if err == nil && (item.Size != 2 || item.Files != 2) {
			err = fmt.Errorf("the item is %+v", item)
		}
		return err
	}, map[string]string{"/d/x": "trash:/d/x", "/d/y": "trash:/d/y"}, nil, nil},
	{"move", func(d storage.Drive, _, _ wire.ItemID) error {
		_, err := d.Move(background, wire.MoveArgs{From: "/d", To: "/g"})
		return err
	}, map[string]string{"/d/x": "/g/x", "/d/y": "/g/y"}, nil, nil},
	{"restore", func(d storage.Drive, file, _ wire.ItemID) error {
		_, err := d.Restore(background, wire.RestoreArgs{Item: file, Path: "/n/was", Precondition: storagetest.IfAbsent})
		return err
	}, map[string]string{"trash:/was": "/n/was"}, nil, nil},
	{"restore over a file", func(d storage.Drive, file, _ wire.ItemID) error {
		_, err := d.Restore(background, wire.RestoreArgs{Item: file, Path: "/f", Precondition: storagetest.IfAny})
		return err
	}, map[string]string{"trash:/was": "/f", "/f": "trash:/f"}, nil, nil},
	{"restore a folder", func(d storage.Drive, _, folder wire.ItemID) error {
		_, err := d.Restore(background, wire.RestoreArgs{Item: folder, Precondition: storagetest.IfAbsent})
		return err
	}, map[string]string{"trash:/e/z": "/e/z"}, nil, nil},
	{"purge", func(d storage.Drive, _, folder wire.ItemID) error {
		_, err := d.Purge(background, wire.PurgeArgs{Item: folder})
		return err
	}, map[string]string{"trash:/e/z": ""}, nil, nil},
	{"copy a file", func(d storage.Drive, _, _ wire.ItemID) error {
		_, err := d.Copy(background, wire.CopyArgs{From: "/f", To: "/d/copy"}, nil)
		return err
	}, nil, map[string]string{"/d/copy": "old"}, copyCalls},
	{"copy a folder", func(d storage.Drive, _, _ wire.ItemID) error {
		_, err := d.Copy(background, wire.CopyArgs{From: "/d", To: "/copy"}, nil)
		return err
	}, nil, map[string]string{"/copy/x": "x", "/copy/y": "y"}, copyCalls},
}

var copyCalls = []string{"ioctl", "copy_file_range", "fchmod", "fchmodat", "utimensat", "fsetxattr", "syncfs"}

func replaceByUpload(d storage.Drive, _, _ wire.ItemID) error {
	sum, _ := storagetest.Sum([]byte("new"))
	_, err := d.Commit(background, wire.CommitArgs{Upload: victimUpload, Digest: sum, Precondition: storagetest.IfAny})
	return err
}

// after is what the drive looks like when all is done.
func (d deed) after() map[string]string {
	after := make(map[string]string)
	for name, content := range trashBefore {
		if to, moved := d.moved[name]; moved {
			name = to
		}
		if name != "" {
			after[name] = content
		}
	}
	maps.Copy(after, d.new)
	return after
}

// makeTrashVictim makes the drive and returns the ids of its items.
func makeTrashVictim(t *testing.T, dir string) (file, folder wire.ItemID) {
	t.Helper()
	s, err := storage.Open(dir, silent())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := s.Drive("ann")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	storagetest.Mkdir(t, d, "/d", "/e")
	for _, one := range [][2]string{{"/f", "old"}, {"/d/x", "x"}, {"/d/y", "y"}, {"/was", "item"}, {"/e/z", "z"}} {
		storagetest.Put(t, d, wire.Path(one[0]), []byte(one[1]), storagetest.IfAbsent)
	}
	args := storagetest.PutArgs("/f", []byte("new"), storagetest.IfAny)
	args.Upload = victimUpload
	storagetest.Stage(t, d, args, []byte("new"), 3)
	var items []wire.ItemID
	for _, path := range []wire.Path{"/was", "/e"} {
		item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, item.Item)
	}
	return items[0], items[1]
}

// trashJob tells a victim which deed to do.
type trashJob struct {
	Deed         int
	File, Folder wire.ItemID
}

// act is what a victim does in place of an upload.
func (j trashJob) act(s *storage.Disk) error {
	d, err := s.Drive("ann")
	if err != nil {
		return err
	}
	defer d.Close()
	return deeds[j.Deed].do(d, j.File, j.Folder)
}

// attackTrash runs a victim with injections and returns the folder and what it said.
func attackTrash(t *testing.T, number int, call string, injections ...string) (dir, said string) {
	t.Helper()
	dir = t.TempDir()
	job := trashJob{Deed: number}
	job.File, job.Folder = makeTrashVictim(t, dir)
	text, err := json.Marshal(victimJob{Dir: dir, Upload: victimUpload, Trash: &job})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-f", "-qq", "-o", os.DevNull}
	for _, injection := range injections {
		args = append(args, "-e", "inject="+injection)
	}
	if call == "openat" { // the runtime opens files too
		for _, folder := range []string{"drives", "trash", "uploads"} {
			args = append(args, "-P", filepath.Join(dir, folder, "ann"))
		}
	}
	cmd := exec.CommandContext(t.Context(), "strace", append(args, os.Args[0])...)
	cmd.Env = append(os.Environ(), victimVariable+"="+string(text))
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok || strings.Contains(complaint.String(), "strace:") {
		t.Fatalf("strace: %v: %s", err, &complaint)
	}
	return dir, string(out)
}

// inspectTrash opens what a victim left: all is as before or as after, and if
// that was acknowledged, as after; and nothing else lies in the trash.
func (d deed) inspectTrash(t *testing.T, dir, said string) {
	t.Helper()
	disk := openDisk(t, dir)
	ann := disk.drive(t, "ann")
	disk.SweepTrash(time.Now())
	var names []string
	for _, item := range storagetest.Items(t, ann, 0) {
		names = append(names, string(item.Item), string(item.Item)+".json")
	}
	slices.Sort(names)
	if got := hostNames(t, filepath.Join(dir, "trash", "ann")); !slices.Equal(got, names) {
		t.Errorf("the trash holds %q, want its items and their records %q", got, names)
	}
	for _, name := range hostNames(t, disk.staged("ann")) {
		if !strings.HasPrefix(name, string(victimUpload)) {
			t.Errorf("%s is left among the uploads", name)
		}
	}
	got := storagetest.Contents(t, ann)
	before, after := maps.Equal(got, trashBefore), maps.Equal(got, d.after())
	if !after && (!before || strings.Contains(said, acknowledged)) {
		t.Errorf("the victim said %q and left %q,\nwant %q", said, got, d.after())
	}
	if before && d.new != nil && said == "" { // the upload is whole as well
		if err := replaceByUpload(ann, "", ""); err != nil {
			t.Errorf("commit of what the victim left: %v", err)
		}
	}
}

// TestTrashKilledAtEverySystemCall kills everything that fills or empties the
// trash at every one of its system calls that change the disk.
func TestTrashKilledAtEverySystemCall(t *testing.T) {
	needStrace(t)
	for number, deed := range deeds {
		t.Run(deed.name, func(t *testing.T) {
			kills := 0
			every := 1
			if deed.calls != nil && !soaking {
				every = 3 // they are many, and most are those of the start
			}
			for _, call := range append(deed.calls, "openat", "write", "fsync", "mkdirat", "renameat", "renameat2", "linkat", "unlinkat") {
				survivors := 0
				for k := 1 + len(call)%every; survivors < 2 && k < 100 && !t.Failed(); k += every {
					dir, said := attackTrash(t, number, call, fmt.Sprintf("%s:signal=SIGKILL:when=%d", call, k))
					deed.inspectTrash(t, dir, said)
					switch said {
					case acknowledged + "\n":
						survivors++
					case "":
						kills++
					default:
						t.Errorf("the victim was killed and said %q", said)
					}
					if t.Failed() {
						t.Errorf("that was %s, call %d", call, k)
					}
				}
			}
			if kills < 5 {
				t.Errorf("only %d calls were seen: the kills have missed", kills)
			}
			t.Logf("killed at each of %d calls", kills)
		})
	}
}

// TestTrashWithoutLinks is about file systems that can not do all: no second
// names for a file, no exchange, no rename that does not replace.
func TestTrashWithoutLinks(t *testing.T) {
	needStrace(t)
	tests := []struct {
		name       string
		injections []string
	}{
		{"no links", []string{"linkat:error=EPERM"}},
		{"no flags", []string{"renameat2:error=EINVAL"}},
		{"neither", []string{"linkat:error=EOPNOTSUPP", "renameat2:error=EINVAL"}},
	}
	for _, tt := range tests {
		for number, deed := range deeds {
			if len(tt.injections) == 2 && (deed.name == "restore" || deed.name == "copy a file") {
				continue // a file can not be kept from replacing there
			}
			t.Run(tt.name+"/"+deed.name, func(t *testing.T) {
				dir, said := attackTrash(t, number, "", tt.injections...)
				if !strings.Contains(said, acknowledged) {
					t.Errorf("the victim said %q", said)
				}
				deed.inspectTrash(t, dir, said)
			})
		}
	}
}

// TestTrashFailures fails calls instead: what the disk refuses is not
// acknowledged, and leaves all as it was or as it was meant.
func TestTrashFailures(t *testing.T) {
	needStrace(t)
	for number, deed := range deeds {
		t.Run(deed.name, func(t *testing.T) {
			for _, injection := range []string{
				"fsync:error=EIO", "fsync:error=ENOSPC:when=1", "renameat:error=EIO", "renameat2:error=EIO", "linkat:error=EIO", "linkat:error=ENOSPC",
				"syncfs:error=EIO", "copy_file_range:error=EIO",
			} {
				dir, said := attackTrash(t, number, "", injection)
				deed.inspectTrash(t, dir, said)
				if t.Failed() {
					t.Fatalf("that was %s", injection)
				}
			}
		})
	}
}
