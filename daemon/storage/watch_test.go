package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// Folders that are removed for good as soon as they are watched, while others
// begin and end to watch: nobody waits for anybody for ever.
func TestWatchesOfWhatGoesAway(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/b")
	var over atomic.Bool
	var others sync.WaitGroup
	for range 2 {
		others.Go(func() {
			for !over.Load() {
				stop, err := ann.Watch("/b", func() {})
				if err != nil {
					t.Error(err)
					return
				}
				stop()
			}
		})
	}
	at := d.host("ann", "a")
	for range 300 {
		if err := os.Mkdir(at, 0o700); err != nil {
			t.Fatal(err)
		}
		stop, err := ann.Watch("/a", func() {})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Rename(at, at+"2"), os.Remove(at+"2")); err != nil {
			t.Fatal(err)
		}
		stop()
	}
	over.Store(true)
	others.Wait()
}

// A folder that was moved with the one above it is heard of under its new path,
// although somebody watches the old one still.
func TestWatchOfWhatWasMoved(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/a", "/a/b")
	told := watched(t, ann, "/a/b")
	if _, err := ann.Move(t.Context(), wire.MoveArgs{From: "/a", To: "/c"}); err != nil {
		t.Fatal(err)
	}
	<-told
	again := watched(t, ann, "/c/b")
	f, err := os.Create(filepath.Join(d.host("ann"), "c", "b", "by hand"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	<-again
	storagetest.Mkdir(t, ann, "/a", "/a/b")
	for len(told) > 0 {
		<-told
	}
	writeFile(t, filepath.Join(d.host("ann"), "a", "b", "by hand"), nil)
	<-told
}

// Where the system tells nothing, the patrol and what wangpan does itself do.
func TestWatchWithoutTheSystem(t *testing.T) {
	d := openDisk(t, t.TempDir())
	if err := d.Deafen(); err != nil {
		t.Fatal(err)
	}
	ann := d.drive(t, "ann")
	storagetest.Mkdir(t, ann, "/a")
	told := watched(t, ann, "/a")
	storagetest.Mkdir(t, ann, "/a/b")
	<-told
	storagetest.Put(t, ann, "/a/f", []byte("1"), storagetest.IfAbsent)
	<-told
	storagetest.Put(t, ann, "/a/f", []byte("2"), storagetest.IfAny)
	<-told
	writeFile(t, filepath.Join(d.host("ann"), "a", "by hand"), nil)
	<-told
}

// watched watches a folder until the end of the test.
func watched(t *testing.T, d interface {
	Watch(path wire.Path, changed func()) (func(), error)
}, path wire.Path,
) <-chan struct{} {
	t.Helper()
	told := make(chan struct{}, 1)
	stop, err := d.Watch(path, func() {
		select {
		case told <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return told
}
