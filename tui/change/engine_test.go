package change

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"wangpan/wire"
)

// Undo has one order for both sides: the latest change first.
func TestUndoTakesTheLatestChangeOfBothSides(t *testing.T) {
	b := newBench(t)
	b.write(t, "one", "two")
	b.put(t, "/a", "a")
	b.put(t, "/b", "b")
	b.do(t, removing("/a", ""))
	b.do(t, renamingHere(b.here("one"), b.here("first")))
	b.do(t, removing("/b", ""))
	b.do(t, &Batch{Kind: Making, Side: Here, Steps: []Step{MakeHere(b.here("folder"))}})
	var sides []Side
	for range 4 {
		sides = append(sides, b.undo(t).Batch.Side)
	}
	if fmt.Sprint(sides) != fmt.Sprint([]Side{Here, Drive, Here, Drive}) {
		t.Errorf("undone on %v", sides)
	}
	want(t, b.host, map[string]string{"one": "one", "two": "two"})
	want(t, b.drive, map[string]string{"a": "a", "b": "b"})
	if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
		t.Errorf("after all: %v", err)
	}
}

// The order is that in which the user asked, even when an older change ends later.
func TestUndoWhileTheOtherSideRuns(t *testing.T) {
	b := newBench(t)
	b.write(t, "one")
	b.put(t, "/a", "a")
	drive, err := b.Add(removing("/a", ""))
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, renamingHere(b.here("one"), b.here("first")))
	if s := b.undo(t); s.Batch.Side != Here || s.First != b.here("one") {
		t.Errorf("undone: %+v", s)
	}
	b.do(t, renamingHere(b.here("one"), b.here("again")))
	b.finish(t, drive)
	for _, side := range []Side{Here, Drive} {
		if s := b.undo(t); s.Batch.Side != side {
			t.Errorf("undone on %v, want %v", s.Batch.Side, side)
		}
	}
	want(t, b.host, map[string]string{"one": "one"})
	want(t, b.drive, map[string]string{"a": "a"})
}

// An undo of the change that runs follows it, and each further one means the change
// before, whichever side that is on. Until then, no other change is taken.
func TestUndoOfWhatRuns(t *testing.T) {
	b := newBench(t)
	b.write(t, "one")
	b.put(t, "/a", "a")
	b.do(t, renamingHere(b.here("one"), b.here("first")))
	work, err := b.Add(removing("/a", ""))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if batch, work, err := b.Undo(); batch != nil || work != nil || err != nil {
			t.Errorf("%v, %v, %v", batch, work, err)
		}
	}
	for _, other := range []*Batch{removing("/none", ""), renamingHere(b.here("first"), b.here("x"))} {
		if _, err := b.Add(other); !errors.Is(err, ErrBusy) {
			t.Errorf("a change that would be undone: %v", err)
		}
	}
	b.finish(t, work)
	want(t, b.drive, map[string]string{"a": "a"})
	want(t, b.host, map[string]string{"one": "one"})
	if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
		t.Errorf("a change can be undone still: %v", err)
	}
}

// Changes on this computer outlive the drive, and changes on the drive do not.
func TestUndoAfterTheDriveIsLeft(t *testing.T) {
	b := newBench(t)
	b.write(t, "one")
	b.put(t, "/a", "a")
	b.do(t, renamingHere(b.here("one"), b.here("first")))
	b.do(t, removing("/a", ""))
	work, err := b.Add(removing("/none", ""))
	if err != nil {
		t.Fatal(err)
	}
	b.Disconnect()
	if _, ok := b.Finish(work(t.Context())); ok {
		t.Error("the drive's batch goes on")
	}
	b.undo(t)
	want(t, b.host, map[string]string{"one": "one"})
	if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
		t.Errorf("a change of another drive can be undone: %v", err)
	}
}

func TestWaitingBatches(t *testing.T) {
	b := newBench(t)
	for _, name := range []wire.Path{"/a", "/b", "/c"} {
		b.put(t, name, "x")
	}
	first, err := b.Add(removing("/a", ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []wire.Path{"/b", "/c"} {
		if work, err := b.Add(removing(path, "")); work != nil || err != nil {
			t.Fatalf("%s does not wait: %v", path, err)
		}
	}
	last, work, err := b.Undo() // of what has not started
	if last == nil || last.Steps[0].Path != "/c" || work != nil || err != nil || b.Waiting(Drive) != 1 {
		t.Errorf("%v, %v, %d wait", last, err, b.Waiting(Drive))
	}
	b.finish(t, first)
	want(t, b.drive, map[string]string{"c": "x"})
	b.undo(t)
	b.undo(t)
	want(t, b.drive, map[string]string{"a": "x", "b": "x", "c": "x"})
}

func TestWaitingIsBounded(t *testing.T) {
	b := newBench(t)
	for i := range maxWaiting + 1 {
		if _, err := b.Add(removing(wire.Path(fmt.Sprintf("/%d", i)), "")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Add(removing("/x", "")); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
}

// Nothing waits for a batch that takes long, and such a batch waits for no other.
func TestLongBatchesDoNotWait(t *testing.T) {
	long := func() *Batch { return &Batch{Kind: Removing, Steps: worked(maxParallel + 1)} }
	for name, pair := range map[string][2]*Batch{"behind a long one": {long(), removing("/a", "")}, "a long one": {removing("/a", ""), long()}} {
		b := new(Engine)
		if _, err := b.Add(pair[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Add(pair[1]); !errors.Is(err, ErrBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// After a failure, an undo that waited for the failed change is dropped.
func TestUndoAfterFailure(t *testing.T) {
	b := newBench(t)
	b.put(t, "/a", "a")
	b.do(t, removing("/a", ""))
	work, err := b.Add(removing("/none", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Undo(); err != nil {
		t.Fatal(err)
	}
	b.finish(t, work)
	want(t, b.drive, map[string]string{})
}

// A waiting batch is about the file and not about its name.
func TestWaitingBatchFollowsARename(t *testing.T) {
	b := newBench(t)
	version := b.put(t, "/a", "a")
	b.put(t, "/b", "b")
	first, err := b.Add(&Batch{Kind: Renaming, Steps: []Step{Move("/a", "/z", version)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Add(removing("/a", version)); err != nil {
		t.Fatal(err)
	}
	out, _ := b.Finish(first(t.Context()))
	if len(out.Moved) != 1 || out.Moved[0].From != "/a" || out.Moved[0].To != "/z" || out.Moved[0].Batch != out.Next {
		t.Errorf("moved: %+v", out.Moved)
	}
	b.finish(t, out.Work)
	want(t, b.drive, map[string]string{"b": "b"})
}

// When the connection is lost, waiting batches are dropped.
func TestLostConnectionDropsWhatWaits(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.put(t, "/a", "a")
	first, err := b.Add(removing("/a", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Add(removing("/b", "")); err != nil {
		t.Fatal(err)
	}
	_ = b.session.Client().Close()
	out, _ := b.Finish(first(t.Context()))
	if len(out.Dropped) != 1 || out.Work != nil || len(out.Summary.Left) != 1 || b.Waiting(Drive) != 0 {
		t.Errorf("outcome: %+v", out)
	}
}

// worked makes steps that work, each with an undo.
func worked(n int) []Step {
	some := make([]Step, n)
	for i := range some {
		path := wire.Path("/" + strconv.Itoa(i))
		undo := Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) { return Step{}, nil }}
		some[i] = Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) { return undo, nil }}
	}
	return some
}

// A stopped batch waits for the requests that the server has, so that each of them
// is reported and can be undone.
func TestStopWaitsForWhatRuns(t *testing.T) {
	b := newBench(t)
	batch := &Batch{Kind: Moving, Steps: worked(3 * maxParallel)}
	asked, answer := make(chan struct{}), make(chan struct{})
	batch.Steps[0].run = func(ctx context.Context, _ Server, _ wire.Version) (Step, error) {
		close(asked)
		<-answer
		return Move("/b", "/a", ""), ctx.Err()
	}
	work, err := b.Add(batch)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan Result, 1)
	go func() { ended <- work(t.Context()) }()
	<-asked
	batch.Stop()
	close(answer)
	out, _ := b.Finish(<-ended)
	if s := out.Summary; s.Done != maxParallel || len(s.Left) != 2*maxParallel || !s.Undoable {
		t.Errorf("%d done, %d left", s.Done, len(s.Left))
	}
	if top := b.stack.top(); top == nil || len(top.steps) != maxParallel {
		t.Error("not all of it can be undone")
	}
}

// The first path of a summary is that of a step that worked.
func TestSummaryNamesWhatWorked(t *testing.T) {
	b := newBench(t)
	batch := &Batch{Kind: Moving, Steps: worked(2)}
	batch.Steps[0] = Move("/taken", "/folder/taken", "")
	batch.Steps[0].run = func(context.Context, Server, wire.Version) (Step, error) {
		return Step{}, wire.Errorf(wire.Exists, "it is there")
	}
	if s := b.do(t, batch); s.First != "/1" || s.Done != 1 || len(s.Taken) != 1 || s.Taken[0].Path != "/taken" {
		t.Errorf("%+v", s)
	}
}
