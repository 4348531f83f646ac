package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"wangpan/wire"
)

// fill makes a folder with empty files of those names, and folders where a name
// ends with a slash.
func fill(tb testing.TB, names ...string) wire.Path {
	tb.Helper()
	dir := tb.TempDir()
	for _, name := range names {
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
				tb.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return Path(dir)
}

// all lists a folder to its end, page after page.
func all(tb testing.TB, f *Folders, folder wire.Path) (entries []wire.Entry, late bool) {
	tb.Helper()
	var after wire.Name
	for {
		listing, some, err := f.List(tb.Context(), folder, after)
		if err != nil {
			tb.Fatal(err)
		}
		entries, late = append(entries, listing.Entries...), late || some
		if !listing.More {
			return entries, late
		}
		after = entries[len(entries)-1].Name
	}
}

func names(entries []wire.Entry) (names []string) {
	for _, e := range entries {
		names = append(names, string(e.Name))
	}
	return names
}

func TestListing(t *testing.T) {
	want := []string{".hidden", "B", "a", "img 10", "img 2", "论文.pdf"}
	folder := fill(t, "img 2", "a", "B", "img 10/", ".hidden", "论文.pdf")
	entries, late := all(t, NewFolders(), folder)
	if got := names(entries); !slices.Equal(got, want) || late {
		t.Errorf("the folder holds %q (late: %v), want %q", got, late, want)
	}
	for _, e := range entries {
		size := int64(len(e.Name))
		if e.IsDir {
			size = -1
		}
		if e.IsDir != (e.Name == "img 10") || e.Size != size || e.ModTime.IsZero() {
			t.Errorf("listed as %+v", e)
		}
	}
}

// Names that no server would take are listed as they are.
func TestListingOfOddNames(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems refuse or change such names")
	}
	odd := []string{"\x1b[2J", "a\nb", "not \xff UTF-8"}
	entries, _ := all(t, NewFolders(), fill(t, odd...))
	if got := names(entries); !slices.Equal(got, odd) {
		t.Errorf("the folder holds %q, want %q", got, odd)
	}
}

func TestLinksAreFollowed(t *testing.T) {
	folder := fill(t, "there/")
	if err := os.Symlink("there", filepath.Join(Host(folder), "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := os.Symlink("nowhere", filepath.Join(Host(folder), "broken")); err != nil {
		t.Fatal(err)
	}
	entries, _ := all(t, NewFolders(), folder)
	kinds := map[wire.Name]bool{}
	for _, e := range entries {
		kinds[e.Name] = e.IsDir
	}
	if isDir, ok := kinds["broken"]; len(kinds) != 3 || !kinds["link"] || !ok || isDir {
		t.Errorf("links are listed as folders: %v", kinds)
	}
}

func TestPagesGoOn(t *testing.T) {
	var want []string
	for i := range 3 + 20 + 1 {
		want = append(want, fmt.Sprintf("%05d", i))
	}
	f, folder := NewFolders(), fill(t, want...)
	f.first, f.next = 3, 20
	first, _, err := f.List(t.Context(), folder, "")
	if err != nil || len(first.Entries) != f.first || !first.More {
		t.Fatalf("the first page has %d entries (more: %v): %v", len(first.Entries), first.More, err)
	}
	// What comes meanwhile is for the next listing: pages are of one moment.
	if err := os.WriteFile(filepath.Join(Host(folder), "zz"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	second, _, err := f.List(t.Context(), folder, first.Entries[f.first-1].Name)
	if err != nil || len(second.Entries) != f.next || !second.More {
		t.Fatalf("the second page has %d entries (more: %v): %v", len(second.Entries), second.More, err)
	}
	third, _, err := f.List(t.Context(), folder, second.Entries[f.next-1].Name)
	if err != nil || third.More {
		t.Fatalf("the third page: %+v, %v", third, err)
	}
	if got := slices.Concat(names(first.Entries), names(second.Entries), names(third.Entries)); !slices.Equal(got, want) {
		t.Errorf("together they hold %d names, want %d", len(got), len(want))
	}
	if entries, _ := all(t, f, folder); len(entries) != len(want)+1 {
		t.Errorf("listed anew it holds %d names, want %d", len(entries), len(want)+1)
	}
}

// disk is one on which no look ends while it is held.
type disk struct {
	mu   sync.Mutex
	gate chan struct{}
}

// onDisk makes folders on a disk that is held, and lets it go at the end.
func onDisk(tb testing.TB) (*Folders, *disk) {
	tb.Helper()
	d, f := &disk{}, NewFolders()
	look := f.stat
	f.stat = func(path string) (fs.FileInfo, error) {
		d.mu.Lock()
		gate := d.gate
		d.mu.Unlock()
		<-gate
		return look(path)
	}
	d.hold()
	tb.Cleanup(d.release)
	return f, d
}

func (d *disk) hold() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gate = make(chan struct{})
}

// release lets the looks end, and those that follow.
func (d *disk) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.gate:
	default:
		close(d.gate)
	}
}

// Names are shown though the disk does not tell sizes yet; those come later.
func TestNamesFirst(t *testing.T) {
	f, d := onDisk(t)
	folder := fill(t, "a", "b", "sub/")
	entries, late := all(t, f, folder)
	if !late || !slices.Equal(names(entries), []string{"a", "b", "sub"}) {
		t.Fatalf("listed %q, late: %v", names(entries), late)
	}
	if e := entries[0]; e.Size >= 0 || !e.ModTime.IsZero() || !entries[2].IsDir {
		t.Errorf("known before the disk told: %+v", entries)
	}
	d.release()
	if err := f.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.hold() // nothing more is asked
	entries, late = all(t, f, folder)
	if late || entries[0].Size != 1 || entries[0].ModTime.IsZero() {
		t.Errorf("settled, it is %+v, late: %v", entries, late)
	}
	// The next time all is looked at again, with what was known until then.
	entries, late = all(t, f, folder)
	if !late || entries[0].Size != 1 {
		t.Errorf("listed again, it is %+v, late: %v", entries, late)
	}
}

func TestAllAtOnce(t *testing.T) {
	f, d := onDisk(t)
	folder := fill(t, "a", "b", "sub/")
	entries, late, err := f.All(t.Context(), folder)
	if err != nil || !late || !slices.Equal(names(entries), []string{"a", "b", "sub"}) {
		t.Errorf("listed %q, late: %v, %v", names(entries), late, err)
	}
	d.release()
	if err := f.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries, late, err = f.All(t.Context(), folder)
	if err != nil || late || entries[1].Size != 1 {
		t.Errorf("settled it is %+v, late: %v, %v", entries, late, err)
	}
}

func TestListingEndsWithItsContext(t *testing.T) {
	f, _ := onDisk(t)
	folder := fill(t, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := f.List(ctx, folder, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if _, _, err := f.List(t.Context(), folder, ""); err != nil {
		t.Fatal(err)
	}
	if err := f.Settle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("settling ends with %v", err)
	}
}

func TestListingOfWhatIsNoFolder(t *testing.T) {
	folder := fill(t, "file")
	for _, tt := range []struct {
		name string
		path wire.Path
		want error
	}{
		{"missing", Join(folder, "missing"), fs.ErrNotExist},
		{"a file", Join(folder, "file"), nil},
	} {
		_, _, err := NewFolders().List(t.Context(), tt.path, "")
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: the error is %v, want %v", tt.name, err, tt.want)
		}
	}
}

// BenchmarkList is a folder of 100,000 files: its first page, and all of it.
func BenchmarkList(b *testing.B) {
	many := make([]string, 100_000)
	for i := range many {
		many[i] = fmt.Sprintf("照片-%06d.jpg", i)
	}
	folder := fill(b, many...)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := NewFolders().List(b.Context(), folder, ""); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			all(b, NewFolders(), folder)
		}
	})
}
