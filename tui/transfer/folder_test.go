package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"wangpan/wire"
)

// grow gives m a folder with n files of so many bytes.
func grow(m *memory, folder wire.Path, n, size int) {
	m.files[folder] = &memoryFile{isDir: true}
	for i := range n {
		m.set(wire.Path(fmt.Sprintf("%s/%d", folder, i)), random(size))
	}
}

// endless lists a folder that has no end, of files that nobody can have.
type endless struct{ Server }

func (e *endless) List(_ context.Context, args wire.ListArgs) (l wire.Listing, err error) {
	n := 0
	if args.After != "" {
		_, err = fmt.Sscanf(string(args.After), "%d", &n)
	}
	for range args.Limit {
		n++
		l.Entries = append(l.Entries, wire.Entry{Name: wire.Name(fmt.Sprintf("%015d", n)), Size: 1, Version: "v"})
	}
	l.More = true
	return l, err
}

func (e *endless) Stat(context.Context, wire.Path) (wire.StatReply, error) {
	return wire.StatReply{}, wire.Errorf(wire.NotFound, "no such file")
}

// A listing without end takes no more memory than the window, and ends as a
// failure that names what went wrong.
func TestEndlessFolder(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	q := start(t, m, func(o *Options) {
		o.Dial = func(ctx context.Context) (Server, error) {
			s, err := m.dial(ctx)
			return &endless{s}, err
		}
	})
	id := q.Add(Job{Folder: true, Local: filepath.Join(folder, "x"), Remote: "/x"})[0]
	tr := find(t, settle(t, q), id)
	wantState(t, tr, Failed)
	if f := tr.Tree; f.Failed != treeWindow || f.Files != treeWindow || f.Counted || !errors.Is(tr.Err, wire.NotFound) {
		t.Errorf("folder is %+v, error %v", *f, tr.Err)
	}
	q.Cancel(id)
	wantState(t, find(t, settle(t, q), id), Cancelled)
	if n := len(q.byID); n != 1 {
		t.Errorf("%d transfers are held", n)
	}
}

// liar lists what it was told, whatever the folder is.
type liar struct {
	Server
	page wire.Listing
}

func (l *liar) List(context.Context, wire.ListArgs) (wire.Listing, error) { return l.page, nil }

// Pages that lead nowhere, or hold what cannot be, end the walk.
func TestLyingListings(t *testing.T) {
	entry := func(names ...wire.Name) (list []wire.Entry) {
		for _, name := range names {
			list = append(list, wire.Entry{Name: name, Version: "v"})
		}
		return list
	}
	tests := []struct {
		name string
		page wire.Listing
	}{
		{"the same page for ever", wire.Listing{Entries: entry("a"), More: true}},
		{"no progress", wire.Listing{More: true}},
		{"out of order", wire.Listing{Entries: entry("b", "a")}},
		{"twice", wire.Listing{Entries: entry("a", "a")}},
		{"a negative size", wire.Listing{Entries: []wire.Entry{{Name: "a", Version: "v", Size: -1}}}},
		{"a folder with a version", wire.Listing{Entries: []wire.Entry{{Name: "a", Version: "v", IsDir: true}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			q := start(t, m, func(o *Options) {
				o.Dial = func(ctx context.Context) (Server, error) {
					s, err := m.dial(ctx)
					return &liar{s, tt.page}, err
				}
			})
			tr := run(t, q, Job{Folder: true, Local: filepath.Join(t.TempDir(), "x"), Remote: "/x"})
			wantState(t, tr, Failed)
			if !errors.Is(tr.Err, ErrServer) {
				t.Errorf("error is %v", tr.Err)
			}
		})
	}
}

// Names that lead out of the target are left out, and a folder that holds
// itself ends where paths do.
func TestNamesThatLeadOut(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	page := wire.Listing{Entries: []wire.Entry{{Name: "..", Version: "v"}, {Name: "../../x", Version: "v"}, {Name: "d", IsDir: true}}}
	q := start(t, m, func(o *Options) {
		o.Dial = func(ctx context.Context) (Server, error) {
			s, err := m.dial(ctx)
			return &liar{s, page}, err
		}
	})
	tr := run(t, q, Job{Folder: true, Local: filepath.Join(folder, "x"), Remote: "/x"})
	wantState(t, tr, Done)
	wantOnly(t, folder, "x")
	if f := tr.Tree; f.Files != 0 || f.Folders != wire.MaxDepth-1 || f.OmittedCount != 2*wire.MaxDepth+1 || len(f.Omitted) != maxOmitted {
		t.Errorf("folder is %+v", *f)
	}
}

// A small file that is damaged on its way is never there, and one bit mends by
// itself.
func TestSmallFilesAreVerified(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	grow(m, "/x", 20, 1000)
	spoiled := 0
	m.spoil = func(_ int64, b []byte) {
		if spoiled++; spoiled%4 == 0 {
			b[7] ^= 1
		}
	}
	target := filepath.Join(folder, "x")
	q := start(t, m, func(o *Options) { o.Active = 1 })
	wantState(t, run(t, q, Job{Folder: true, Local: target, Remote: "/x"}), Done)
	for i := range 20 {
		wantFile(t, filepath.Join(target, fmt.Sprint(i)), random(1000))
	}
	m.spoil = func(_ int64, b []byte) { b[7] ^= 1 }
	other := filepath.Join(folder, "y")
	tr := run(t, q, Job{Folder: true, Local: other, Remote: "/x"})
	wantState(t, tr, Failed)
	if tr.Tree.Failed != 20 || !errors.Is(tr.Err, ErrDamaged) {
		t.Errorf("folder is %+v, error %v", *tr.Tree, tr.Err)
	}
	for i := range 20 {
		if _, err := os.Lstat(filepath.Join(other, fmt.Sprint(i))); err == nil {
			t.Error("a damaged file has its name")
		}
	}
}

// One of the files that share a connection is paused, and one cancelled: the
// others do not notice.
func TestChildrenAlone(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	grow(m, "/x", 8, 1000)
	target := filepath.Join(t.TempDir(), "x")
	var dials int
	q := start(t, m, func(o *Options) {
		o.Active = 1
		o.Dial = func(ctx context.Context) (Server, error) {
			dials++
			return m.dial(ctx)
		}
	})
	id := q.Add(Job{Folder: true, Local: target, Remote: "/x"})[0]
	for range 8 {
		<-g.held
	}
	var children []ID
	for _, tr := range q.Snapshot().Transfers {
		if tr.Parent == id {
			children = append(children, tr.ID)
		}
	}
	if len(children) != 8 {
		t.Fatalf("%d files are at work", len(children))
	}
	q.Pause(children[0])
	q.Cancel(children[1])
	q.MoveUp(children[2]) // it has no place of its own
	g.release()
	s := settle(t, q)
	tr := find(t, s, id)
	if tr.State != Paused && tr.State != Done || s.Counts[Waiting] > 0 || dials != 1 {
		t.Fatalf("folder is %+v, %d dials", tr, dials)
	}
	q.Resume(id)
	tr = find(t, settle(t, q), id)
	wantState(t, tr, Done)
	if f := tr.Tree; f.Done != 8 || f.Skipped > 1 {
		t.Errorf("folder is %+v", *f)
	}
	if there, err := os.ReadDir(target); err != nil || len(there) != 8-int(tr.Tree.Skipped) {
		t.Errorf("%d files are there (%v), folder is %+v", len(there), err, *tr.Tree)
	}
}

// A folder that was cancelled and is tried again keeps what it has moved.
func TestRetryOfACancelledFolder(t *testing.T) {
	m, g := newMemory(), newGate("get")
	grow(m, "/x", 100, 1000)
	m.before = func(request string) {
		if request == "get" && m.count("get") > 50 {
			g.before(request)
		}
	}
	target := filepath.Join(t.TempDir(), "x")
	q := start(t, m, func(o *Options) { o.Active = 1 })
	id := q.Add(Job{Folder: true, Local: target, Remote: "/x", IfExists: Fail})[0]
	<-g.held
	q.Cancel(id)
	q.Retry(id)
	g.release()
	tr := find(t, settle(t, q), id)
	wantState(t, tr, Done)
	if tr.Tree.Done != 100 || tr.Tree.Identical == 0 {
		t.Errorf("folder is %+v", *tr.Tree)
	}
	for i := range 100 {
		wantFile(t, filepath.Join(target, fmt.Sprint(i)), random(1000))
	}
}

// What is wrong before any file was named fails the folder, not its files one
// after the other.
func TestHopelessFolder(t *testing.T) {
	refused := errors.New("changed key")
	dials := 0
	q := start(t, newMemory(), func(o *Options) {
		o.Dial = func(context.Context) (Server, error) { dials++; return nil, refused }
		o.Hopeless = func(err error) bool { return errors.Is(err, refused) }
	})
	tr := run(t, q, Job{Folder: true, Local: filepath.Join(t.TempDir(), "x"), Remote: "/x"})
	wantState(t, tr, Failed)
	if !errors.Is(tr.Err, refused) || tr.Tree.Failed != 0 || dials != 1 {
		t.Errorf("error is %v after %d dials, folder %+v", tr.Err, dials, *tr.Tree)
	}
}

// Whoever has patience for ten seconds waits no longer because of nudges.
func TestNudgeProlongsNothing(t *testing.T) {
	busy := wire.Errorf(wire.Busy, "later")
	for _, folder := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.refuse = func(string) error { return busy }
			q := New(Options{Dial: m.dial, Patience: 10 * time.Second})
			q.Add(Job{Folder: folder, Local: filepath.Join(t.TempDir(), "x"), Remote: "/x"})
			begun := time.Now()
			waited := make(chan error)
			go func() { waited <- q.Wait(t.Context()) }()
			for range 30 {
				time.Sleep(700 * time.Millisecond)
				q.Nudge()
			}
			if err := <-waited; err != nil {
				t.Error(err)
			}
			s := q.Snapshot()
			if tr := s.Transfers[0]; tr.State != Failed || !errors.Is(tr.Err, ErrUnreachable) || tr.Finished.Sub(begun) > 11*time.Second {
				t.Errorf("transfer is %+v after %v", tr, tr.Finished.Sub(begun))
			}
			if err := q.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// An unreachable server makes a folder wait, and fails it as a whole when
// patience ends.
func TestPatienceOfAFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Options{Dial: noDial, Patience: 10 * time.Second})
		id := q.Add(Job{Folder: true, Local: filepath.Join(t.TempDir(), "x"), Remote: "/x"}, Job{Local: "f", Remote: "/f"})[0]
		time.Sleep(5 * time.Second)
		synctest.Wait()
		wantState(t, find(t, q.Snapshot(), id), Waiting)
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if got, want := states(q.Snapshot()), []State{Failed, Failed}; !slices.Equal(got, want) {
			t.Errorf("states are %v, want %v", got, want)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Another run continues a folder by size and time, and discards what was begun
// when it is not wanted.
func TestContinueAFolder(t *testing.T) {
	state, target := t.TempDir(), filepath.Join(t.TempDir(), "x")
	m := newMemory()
	grow(m, "/x", 30, 1000)
	m.set("/x/big", random(2_000_000))
	m.cutGet = append(slices.Repeat([]int64{1 << 40}, 30), 1_000_000) // only the last one
	j := openJournal(t, state)
	q := start(t, m, withJournal(j), func(o *Options) { o.Active = 1; o.Dial = oneDial(m) })
	q.Add(Job{Folder: true, Local: target, Remote: "/x", IfExists: Fail})
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = start(t, m, withJournal(j))
	id := q.Continue(wantUnfinished(t, j, "/x")...)[0]
	tr := find(t, settle(t, q), id)
	wantState(t, tr, Done)
	if got, _ := m.moved(); got != 2_030_000 || tr.Tree.Identical != 30 || tr.Tree.Done != 31 {
		t.Errorf("%d bytes moved, folder %+v", got, *tr.Tree)
	}
	wantFile(t, filepath.Join(target, "big"), random(2_000_000))
	for i := range 30 {
		wantFile(t, filepath.Join(target, fmt.Sprint(i)), random(1000))
	}
}

// A snapshot counts what moved nothing apart, and forgets it with its transfer.
func TestUnmovedIsCounted(t *testing.T) {
	dir := t.TempDir()
	m := newMemory()
	m.set("/same", []byte("same"))
	m.set("/other", []byte("other"))
	write(t, filepath.Join(dir, "same"), []byte("same"))
	write(t, filepath.Join(dir, "other"), []byte("here"))
	q := start(t, m)
	job := func(name string) Job {
		return Job{Local: filepath.Join(dir, name), Remote: wire.Path("/" + name), IfExists: Skip}
	}
	q.Add(job("other"), Job{Local: filepath.Join(dir, "new"), Remote: "/other"})
	same := job("same")
	same.IfExists = Resume
	q.Add(same)
	if s := settle(t, q); s.Counts[Done] != 3 || s.Identical != 1 || s.Skipped != 1 {
		t.Errorf("%d done, %d identical, %d skipped", s.Counts[Done], s.Identical, s.Skipped)
	}
	q.ClearFinished()
	if s := q.Snapshot(); s.Identical != 0 || s.Skipped != 0 {
		t.Errorf("cleared, but %d identical, %d skipped", s.Identical, s.Skipped)
	}
}
