package transfer

import (
	"fmt"
	"testing"

	"wangpan/wire"
)

// long is a queue of n files that nobody serves.
func long(b *testing.B, n, rows int) *Queue {
	b.Helper()
	q := New(Options{Dial: noDial, Rows: rows})
	b.Cleanup(func() { _ = q.Close() })
	list := make([]Job, n)
	for i := range list {
		list[i] = Job{Local: fmt.Sprint("/tmp/", i), Remote: wire.Path(fmt.Sprint("/", i))}
	}
	q.Add(list...)
	return q
}

// What a snapshot costs must not grow with the queue where Rows limits it.
func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := long(b, n, 100)
			for b.Loop() {
				q.Snapshot()
			}
		})
	}
}

// Nor may what it costs to find what is due.
func BenchmarkStartDue(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := long(b, n, 100)
			for b.Loop() {
				q.startDue()
			}
		})
	}
}

// A folder of a million files, most of them done, is a row and some children.
func BenchmarkSnapshotOfTree(b *testing.B) {
	q := New(Options{Dial: noDial})
	b.Cleanup(func() { _ = q.Close() })
	w := planted(q, 5000, 4000)
	w.tr.Files, w.tr.Done = 1_000_000, 991_000
	for b.Loop() {
		q.Snapshot()
	}
	if n := len(q.Snapshot().Transfers); n > 101 {
		b.Errorf("a snapshot has %d rows", n)
	}
}

// planted makes a folder of which so many files ask and have failed.
func planted(q *Queue, asking, failed int) *walker {
	row := &task{id: 1, rank: 1, job: Job{Folder: true, Local: "/tmp/x", Remote: "/x"}, logged: true, state: Active}
	row.tree = &tree{row: row, begun: true, walking: true}
	w := &walker{q: q, tr: row.tree, job: row.job}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.byID[row.id] = row
	q.rows.insert(row)
	q.trees[row] = struct{}{}
	q.walking++
	q.place(row)
	for i := range asking + failed {
		t := &task{id: ID(i + 2), home: row.tree, logged: true, state: Asking, question: new(Question)}
		if i >= asking {
			t.state, t.err = Failed, ErrDisk
		}
		q.byID[t.id] = t
		q.place(t)
	}
	return w
}

// The rows that Rows leaves out are counted, and those at work never are left
// out.
func TestRows(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	q := start(t, m, func(o *Options) { o.Rows, o.Active = 3, 5 })
	ids := q.Add(jobs(t, m, 50)...)
	s := until(t, q, func(s Snapshot) bool { return s.Counts[Active] == 5 })
	if len(s.Transfers) != 8 || s.Hidden != 42 || s.Counts[Queued] != 45 {
		t.Fatalf("%d rows, %d hidden, counts %v", len(s.Transfers), s.Hidden, s.Counts)
	}
	for i, tr := range s.Transfers {
		if tr.ID != ids[i] {
			t.Errorf("row %d is transfer %d", i, tr.ID)
		}
	}
	g.release()
	s = settle(t, q)
	if len(s.Transfers) != 3 || s.Transfers[2].ID != ids[49] || s.Counts[Done] != 50 || s.BytesRemaining != 0 {
		t.Errorf("snapshot is %+v", s)
	}
}
