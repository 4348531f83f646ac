package transfer_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// files is the content of a tree by path; folders end in a slash.
type files map[string]string

func (f files) plant(tb testing.TB, root string) {
	tb.Helper()
	for path, text := range f {
		full := filepath.Join(root, path)
		if strings.HasSuffix(path, "/") {
			if err := os.MkdirAll(full, 0o700); err != nil {
				tb.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			tb.Fatal(err)
		}
		write(tb, full, []byte(text))
	}
}

// harvest reads a tree back, names in NFC.
func harvest(tb testing.TB, root string) files {
	tb.Helper()
	f := files{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = norm.NFC.String(filepath.ToSlash(name))
		if d.IsDir() {
			f[name+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		f[name] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// wantTree compares two trees, and the modes of the one at root.
func wantTree(tb testing.TB, root string, want files) {
	tb.Helper()
	got := harvest(tb, root)
	for path, text := range want {
		if there, ok := got[norm.NFC.String(path)]; !ok || there != text {
			tb.Errorf("%q is missing or differs (there: %v)", path, ok)
		}
		delete(got, norm.NFC.String(path))
	}
	for path := range got {
		if !slices.ContainsFunc(keys(want), func(p string) bool { return strings.HasPrefix(norm.NFC.String(p), path) }) {
			tb.Errorf("%q is too much", path)
		}
	}
}

func keys(f files) (list []string) {
	for path := range f {
		list = append(list, path)
	}
	return list
}

// ender keeps what OnEnd tells.
type ender struct {
	mu   sync.Mutex
	list []transfer.Transfer
}

func (e *ender) tell(t transfer.Transfer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, t)
}

func (a *account) queueWith(tb testing.TB, change func(*transfer.Options)) *transfer.Queue {
	tb.Helper()
	o := transfer.Options{Dial: a.dial, Origin: a.daemon.Fingerprint + "/ann"}
	change(&o)
	q := transfer.New(o)
	tb.Cleanup(func() { _ = q.Close() })
	return q
}

func (a *account) drive() string { return filepath.Join(a.daemon.Dir, "drives", "ann") }

// A tree goes up and comes back, and every file is told of once.
func TestTreeThereAndBack(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree := files{
		"empty/": "", "a/b/c/d/e/": "", "论文/摘要.txt": "你好", "cafe\u0301/e\u0301.txt": "decomposed",
		"big": string(content(3 << 20)), "nothing": "", "a/edge": string(content(256 << 10)), "a/over": string(content(256<<10 + 1)),
	}
	for i := range 2000 {
		tree[fmt.Sprintf("many/%d/%d.txt", i%37, i)] = fmt.Sprintf("file %d", i)
	}
	source, target := filepath.Join(folder, "source"), filepath.Join(folder, "target")
	tree.plant(t, source)
	var ends ender
	q := a.queueWith(t, func(o *transfer.Options) { o.OnEnd = ends.tell })
	up := done(t, q, transfer.Job{Direction: transfer.Upload, Folder: true, Local: source, Remote: "/in"})
	wantTree(t, filepath.Join(a.drive(), "in"), tree)
	down := done(t, q, transfer.Job{Folder: true, Local: target, Remote: "/in"})
	wantTree(t, target, tree)
	for _, tr := range []transfer.Transfer{up, down} {
		if f := tr.Tree; f.Files != 2006 || f.Done != 2006 || f.Identical != 0 || f.Failed != 0 || !f.Counted || f.OmittedCount != 0 || tr.Done != tr.Size {
			t.Errorf("folder is %+v, %d of %d bytes", *f, tr.Done, tr.Size)
		}
	}
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for i, tr := range ends.list {
		told[fmt.Sprint(tr.Direction, tr.Local)]++
		if tr.Tree != nil && i != 2006 && i != 2*2006+1 {
			t.Errorf("a folder was told of before its files, as number %d", i)
		}
	}
	if len(told) != 2*2007 || len(ends.list) != 2*2007 {
		t.Errorf("%d files were told of, %d times", len(told), len(ends.list))
	}
}

// A second time everything is there, and nothing moves.
func TestTreeAgainMovesNothing(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree := files{"a/one": "1", "a/two": "22", "three": string(content(300_000))}
	tree.plant(t, folder)
	q := a.queue(t)
	job := transfer.Job{Direction: transfer.Upload, Folder: true, Local: folder, Remote: "/in"}
	done(t, q, job)
	before := q.Snapshot().Moved
	if tr := done(t, q, job); tr.Tree.Identical != 3 {
		t.Errorf("folder is %+v", *tr.Tree)
	}
	small := int64(3) // bytes of files that are sent at once when they are small, before anybody looks
	if moved := q.Snapshot().Moved - before; moved > small {
		t.Errorf("%d bytes moved", moved)
	}
}

// What cannot be moved is left out, and said.
func TestTreeLeavesOut(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	source := filepath.Join(folder, "source")
	files{"in/ok": "yes", "bad\u202ename": "x", "secret": "s"}.plant(t, source)
	if err := os.Symlink(filepath.Join(source, "secret"), filepath.Join(source, "in", "link")); err != nil {
		t.Skip("there are no links here: ", err)
	}
	if err := os.Symlink(source, filepath.Join(source, "in", "loop")); err != nil {
		t.Fatal(err)
	}
	q := a.queue(t)
	tr := done(t, q, transfer.Job{Direction: transfer.Upload, Folder: true, Local: source, Remote: "/in"})
	wantTree(t, filepath.Join(a.drive(), "in"), files{"in/ok": "yes", "secret": "s"})
	var why []error
	for _, left := range tr.Tree.Omitted {
		why = append(why, left.Why)
	}
	slices.SortFunc(why, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if want := []error{transfer.ErrLink, transfer.ErrLink, transfer.ErrRemoteName}; tr.Tree.OmittedCount != 3 || !slices.Equal(why, want) {
		t.Errorf("%d left out: %v, want %v", tr.Tree.OmittedCount, why, want)
	}
	// What the server cannot name is counted.
	if err := os.Symlink("ok", filepath.Join(a.drive(), "in", "in", "odd")); err != nil {
		t.Fatal(err)
	}
	tr = done(t, q, transfer.Job{Folder: true, Local: filepath.Join(folder, "target"), Remote: "/in"})
	if f := tr.Tree; f.OmittedCount != 1 || f.Omitted[0].Why != nil || f.Omitted[0].Path != "/in/in" {
		t.Errorf("folder is %+v", *f)
	}
}

// A file where a folder has to be, on either side, fails what is below it and
// nothing else; and the other way round.
func TestTreeClashes(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	source, target := filepath.Join(folder, "source"), filepath.Join(folder, "target")
	files{"x/below": "1", "y": "2", "z": "3"}.plant(t, source)
	files{"x": "in the way", "y/": ""}.plant(t, filepath.Join(a.drive(), "in"))
	q := a.queue(t)
	id := q.Add(transfer.Job{Direction: transfer.Upload, Folder: true, Local: source, Remote: "/in"})[0]
	tr := one(t, settle(t, q), id)
	someFailed, ok := errors.AsType[*transfer.TreeError](tr.Err)
	if tr.State != transfer.Failed || tr.Tree.Failed != 2 || tr.Tree.Done != 1 || !ok || someFailed.Failed != 2 || !errors.Is(tr.Err, transfer.ErrSomeFailed) {
		t.Fatalf("transfer is %+v, %+v", tr, *tr.Tree)
	}
	wantTree(t, filepath.Join(a.drive(), "in"), files{"x": "in the way", "y/": "", "z": "3"})
	// Out of the way, and tried once more.
	for _, name := range []string{"x", "y"} {
		if err := os.Remove(filepath.Join(a.drive(), "in", name)); err != nil {
			t.Fatal(err)
		}
	}
	q.Retry(id)
	if tr := one(t, settle(t, q), id); tr.State != transfer.Done || tr.Tree.Done != 3 || tr.Tree.Failed != 0 {
		t.Fatalf("transfer is %+v, %+v", tr, *tr.Tree)
	}
	wantTree(t, filepath.Join(a.drive(), "in"), files{"x/below": "1", "y": "2", "z": "3"})

	files{"x": "in the way", "y/": ""}.plant(t, target)
	outside := filepath.Join(folder, "outside")
	files{"kept": "yes"}.plant(t, outside)
	id = q.Add(transfer.Job{Folder: true, Local: target, Remote: "/in"})[0]
	if tr := one(t, settle(t, q), id); tr.State != transfer.Failed || tr.Tree.Failed != 2 || tr.Tree.Done != 1 {
		t.Fatalf("transfer is %+v, %+v", tr, *tr.Tree)
	}
	// A link where a folder has to be is never followed.
	if err := os.Remove(filepath.Join(target, "x")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(target, "x")); err != nil {
		t.Skip("there are no links here: ", err)
	}
	if err := os.Remove(filepath.Join(target, "y")); err != nil {
		t.Fatal(err)
	}
	q.Retry(id)
	tr = one(t, settle(t, q), id)
	if tr.State != transfer.Failed || tr.Tree.Failed != 1 || !errors.Is(tr.Err, transfer.ErrLink) {
		t.Fatalf("transfer is %+v, %+v", tr, *tr.Tree)
	}
	wantTree(t, outside, files{"kept": "yes"})
}

func one(tb testing.TB, s transfer.Snapshot, id transfer.ID) transfer.Transfer {
	tb.Helper()
	for _, tr := range s.Transfers {
		if tr.ID == id {
			return tr
		}
	}
	tb.Fatalf("no transfer %d", id)
	return transfer.Transfer{}
}

// A folder that cannot be read fails alone; the first one fails the whole.
func TestTreeUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	a, folder := newAccount(t), t.TempDir()
	files{"closed/f": "1", "open/f": "2"}.plant(t, folder)
	closed := filepath.Join(folder, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	q := a.queue(t)
	id := q.Add(transfer.Job{Direction: transfer.Upload, Folder: true, Local: folder, Remote: "/in"})[0]
	tr := one(t, settle(t, q), id)
	if tr.State != transfer.Failed || tr.Tree.Failed != 1 || tr.Tree.Done != 1 || !errors.Is(tr.Err, transfer.ErrUnreadable) {
		t.Errorf("transfer is %+v, %+v", tr, *tr.Tree)
	}
}

// The whole cannot begin.
func TestTreeBadRoots(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	write(t, filepath.Join(folder, "file"), []byte("x"))
	files{"f": "x"}.plant(t, filepath.Join(folder, "tree"))
	files{"file": "x", "tree/f": "y"}.plant(t, a.drive())
	q := a.queue(t)
	tests := []struct {
		name string
		job  transfer.Job
		want error
	}{
		{"a file is sent as a folder", transfer.Job{Direction: transfer.Upload, Local: "file", Remote: "/x"}, transfer.ErrNotFolder},
		{"nothing is sent", transfer.Job{Direction: transfer.Upload, Local: "none", Remote: "/x"}, transfer.ErrVanished},
		{"into a file", transfer.Job{Direction: transfer.Upload, Local: "tree", Remote: "/file"}, transfer.ErrNotFolder},
		{"into no folder", transfer.Job{Direction: transfer.Upload, Local: "tree", Remote: "/none/x"}, wire.NotFound},
		{"a file is fetched as a folder", transfer.Job{Local: "new", Remote: "/file"}, wire.Invalid},
		{"nothing is fetched", transfer.Job{Local: "new", Remote: "/none"}, wire.NotFound},
		{"into a local file", transfer.Job{Local: "file", Remote: "/tree"}, transfer.ErrNotFolder},
		{"into no local folder", transfer.Job{Local: "none/new", Remote: "/tree"}, transfer.ErrTargetFolder},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.job.Folder, tt.job.Local = true, filepath.Join(folder, tt.job.Local)
			id := q.Add(tt.job)[0]
			if tr := one(t, settle(t, q), id); tr.State != transfer.Failed || !errors.Is(tr.Err, tt.want) {
				t.Errorf("state is %d, error %v, want %v", tr.State, tr.Err, tt.want)
			}
			if _, err := os.Lstat(filepath.Join(folder, "new")); !errors.Is(err, fs.ErrNotExist) {
				t.Error("an empty folder was left")
			}
		})
	}
}

// Files come, go and change while the tree is walked: it ends, and what arrived
// was there.
func TestTreeThatChanges(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree := files{}
	for i := range 600 {
		tree[fmt.Sprintf("%d/%d", i%20, i)] = "before"
	}
	tree.plant(t, folder)
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			path := filepath.Join(folder, fmt.Sprint(i%20), fmt.Sprint(i%600))
			switch i % 3 {
			case 0:
				_ = os.Remove(path)
			case 1:
				_ = os.WriteFile(path, []byte("behind"), 0o600)
			case 2:
				_ = os.RemoveAll(filepath.Join(folder, fmt.Sprint(i%7)))
			}
		}
	})
	q := a.queue(t)
	id := q.Add(transfer.Job{Direction: transfer.Upload, Folder: true, Local: folder, Remote: "/in"})[0]
	tr := one(t, settle(t, q), id)
	close(stop)
	busy.Wait()
	if !tr.State.Ended() || !tr.Tree.Counted {
		t.Errorf("transfer is %+v", tr)
	}
	for path, text := range harvest(t, filepath.Join(a.drive(), "in")) {
		if !strings.HasSuffix(path, "/") && text != "before" && text != "behind" && text != "" {
			t.Errorf("%s holds %q", path, text)
		}
	}
}

// Answers for all the rest hold for files that the walk has not come to, and
// pause, resume and cancel act on all of a folder.
func TestTreeQuestionsAndPause(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree, old := files{}, files{}
	for i := range 300 {
		name := fmt.Sprintf("%d/%d", i%5, i)
		tree[name], old[name] = "new", "old!"
	}
	tree.plant(t, folder)
	old.plant(t, filepath.Join(a.drive(), "in"))
	q := a.queue(t)
	id := q.Add(transfer.Job{Direction: transfer.Upload, Folder: true, Local: folder, Remote: "/in"})[0]
	s := settle(t, q)
	if tr := one(t, s, id); tr.State != transfer.Asking || tr.Question != nil || tr.Tree.Asking != 300 || s.Counts[transfer.Asking] != 300 {
		t.Fatalf("transfer is %+v, %+v, counts %v", tr, *tr.Tree, s.Counts)
	}
	var asked transfer.Transfer
	for _, tr := range s.Transfers {
		if tr.Parent == id && tr.Question != nil {
			asked = tr
		}
	}
	q.Pause(id)
	q.Answer(asked.ID, transfer.AnswerStartOver, true)
	if tr := one(t, settle(t, q), id); tr.State != transfer.Paused || tr.Tree.Done != 0 {
		t.Fatalf("a paused folder is %+v, %+v", tr, *tr.Tree)
	}
	q.Resume(id)
	s = settle(t, q)
	if tr := one(t, s, id); tr.State != transfer.Done || tr.Tree.Done != 300 || len(s.Transfers) != 1 {
		t.Fatalf("transfer is %+v, %+v", tr, *tr.Tree)
	}
	wantTree(t, filepath.Join(a.drive(), "in"), tree)
}

// A tree whose connections are cut all the time arrives whole.
func TestTreeOverCutCables(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree := files{"big": string(content(1 << 20))}
	for i := range 200 {
		tree[fmt.Sprintf("%d/%d", i%9, i)] = strings.Repeat("x", i*10)
	}
	source, target := filepath.Join(folder, "source"), filepath.Join(folder, "target")
	tree.plant(t, source)
	for _, job := range []transfer.Job{
		{Direction: transfer.Upload, Folder: true, Local: source, Remote: "/in"},
		{Folder: true, Local: target, Remote: "/in"},
	} {
		a.cable.mu.Lock()
		a.cable.cuts = []int64{3000, 9000, 20_000, 50_000, 80_000, 100_000, 300_000}
		a.cable.mu.Unlock()
		q := a.queue(t)
		if tr := done(t, q, job); tr.Tree.Done != 201 {
			t.Errorf("folder is %+v", *tr.Tree)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	}
	wantTree(t, filepath.Join(a.drive(), "in"), tree)
	wantTree(t, target, tree)
}

// Closing in the middle leaves nothing at work, and another run finishes.
func TestTreeCloseInTheMiddle(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	tree := files{}
	for i := range 500 {
		tree[fmt.Sprintf("%d/%d", i%9, i)] = fmt.Sprint(i)
	}
	tree.plant(t, folder)
	job := transfer.Job{Direction: transfer.Upload, Folder: true, Local: folder, Remote: "/in", IfExists: transfer.Resume}
	for range 5 {
		some := make(chan struct{})
		begun := sync.OnceFunc(func() { close(some) })
		q := a.queueWith(t, func(o *transfer.Options) {
			o.OnEnd = func(tr transfer.Transfer) {
				if tr.State != transfer.Done || !tr.Result.Identical {
					begun()
				}
			}
		})
		q.Add(job)
		<-some
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	}
	tr := done(t, a.queue(t), job)
	if tr.Tree.Done != 500 || tr.Tree.Identical == 0 {
		t.Errorf("folder is %+v", *tr.Tree)
	}
	wantTree(t, filepath.Join(a.drive(), "in"), tree)
}
