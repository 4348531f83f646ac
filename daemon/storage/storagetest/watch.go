package storagetest

import (
	"testing"
	"time"

	"wangpan/wire"
)

// patience is how long a change may take to be told before the test fails.
const patience = 30 * time.Second

func testWatch(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	Mkdir(t, d, "/a", "/a/b", "/c")
	told := make(chan struct{}, 1)
	stop, err := d.Watch("/a/b", func() {
		select {
		case told <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	wantTold := func(what string) {
		t.Helper()
		select {
		case <-told:
		case <-time.After(patience):
			t.Fatalf("nothing is told of %s", what)
		}
		for { // what is still to come of this change
			select {
			case <-told:
			case <-time.After(50 * time.Millisecond):
				return
			}
		}
	}
	Put(t, d, "/a/b/f", []byte("1"), IfAbsent)
	wantTold("a new file")
	Put(t, d, "/a/b/f", []byte("2"), IfAny)
	wantTold("a file that is replaced")
	Mkdir(t, d, "/a/b/g")
	wantTold("a new folder")
	if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/a/b/f", To: "/c/f"}); err != nil {
		t.Fatal(err)
	}
	wantTold("a file that is moved away")
	if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/a", To: "/c/a"}); err != nil {
		t.Fatal(err)
	}
	wantTold("the folder above that is moved")
	Mkdir(t, d, "/a", "/a/b")
	wantTold("the folder that is there again")
	Put(t, d, "/a/b/h", nil, IfAbsent)
	wantTold("a file in the new folder")
	if _, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/a/b"}); err != nil {
		t.Fatal(err)
	}
	wantTold("the folder that is removed")
	stop()
	stop() // as often as one likes

	_, err = d.Watch("/none", func() {})
	wantCode(t, "watch nothing", err, wire.NotFound)
	_, err = d.Watch("/c/f", func() {})
	wantCode(t, "watch a file", err, wire.Invalid)
}
