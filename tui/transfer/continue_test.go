package transfer

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"wangpan/wire"
)

// What has got the name since an upload was interrupted is nothing that its
// owner agreed to replace: continuing it asks first, and keeps what is staged.
func TestContinueReplacesNothingNew(t *testing.T) {
	folder := t.TempDir()
	m := newMemory()
	data, others := random(2*wire.BlockSize), random(1000)
	source := filepath.Join(folder, "source")
	write(t, source, data)
	m.cutPut = []int64{wire.BlockSize + 1}
	j := openJournal(t, t.TempDir())
	q := start(t, m, withJournal(j), func(o *Options) { o.Dial = oneDial(m) })
	q.Add(Job{Direction: Upload, Local: source, Remote: "/f"})
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	m.set("/f", others)
	q = start(t, m, withJournal(j))
	id := q.Continue(wantUnfinished(t, j, "/f")...)[0]
	tr := find(t, settle(t, q), id)
	wantState(t, tr, Asking)
	if string(m.content("/f")) != string(others) {
		t.Fatal("another's file was replaced")
	}
	if !tr.Question.Exists || !tr.Question.Offers(AnswerResume) || tr.Question.Saves == 0 {
		t.Errorf("question is %+v", tr.Question)
	}
	q.Answer(id, AnswerResume, false)
	wantState(t, find(t, settle(t, q), id), Done)
	if string(m.content("/f")) != string(data) {
		t.Error("the answer did not replace it")
	}
}

// A file of a folder is not read through a link, also when it takes the place
// of the file after the last look at it.
func TestChildIsReadThroughNoLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("opening without following a link is not known there")
	}
	folder := t.TempDir()
	secret, alias := filepath.Join(folder, "secret"), filepath.Join(folder, "alias")
	write(t, secret, random(10))
	if err := os.Symlink(secret, alias); err != nil {
		t.Fatal(err)
	}
	facts, err := os.Stat(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, small := range []bool{true, false} {
		m := newMemory()
		q := start(t, m)
		task := &task{job: Job{Direction: Upload, Local: alias, Remote: "/f"}, small: small}
		task.progress.moved = &q.moved
		c := newChildWork(task, &found{in: &place{local: folder, facts: facts}}, q).(*child)
		server, err := m.dial(background(t))
		if err != nil {
			t.Fatal(err)
		}
		try := c.quick
		if !small {
			try = func(ctx context.Context, l *link) (*Result, error) { return c.work.attempt(ctx, l, &terms{}) }
		}
		if result, err := try(background(t), &link{server: server}); err == nil {
			t.Errorf("small %t: it was sent: %+v", small, result)
		}
	}
}

// Closing a queue does not wait for a search through a large folder.
func TestDropEndsWithItsContext(t *testing.T) {
	folder := t.TempDir()
	m := newMemory()
	m.set("/d/f", random(10))
	ownPartial(t, filepath.Join(folder, "f"), m, "/d/f", random(5))
	ctx, cancel := context.WithCancel(background(t))
	cancel()
	dropPartials(ctx, Job{Local: folder, Remote: "/d", Folder: true}, origin)
	if _, err := os.Lstat(partialPath(filepath.Join(folder, "f"), 1)); err != nil {
		t.Errorf("it went on: %v", err)
	}
}
