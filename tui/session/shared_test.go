package session

import (
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/gofrs/flock"
)

// While another wangpan holds the folder, and a change waits for it here, what
// a screen asks is answered all the same: before the change has ended.
func TestReadsWaitForNoDisk(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	must(t, k.Pin("a:1", "SHA256:one"))
	must(t, k.SaveToken("a:1", "alice", token))
	must(t, k.Change(func(s *Settings) { s.Lang = "en" }))

	other := flock.New(filepath.Join(dir, lockName))
	must(t, other.Lock())
	changed := make(chan struct{})
	go func() {
		defer close(changed)
		if err := k.Change(func(s *Settings) { s.Lang = "zh" }); err != nil {
			t.Error(err)
		}
	}()
	for k.folder.turn.TryLock() { // until the change has begun to wait
		k.folder.turn.Unlock()
		runtime.Gosched()
	}
	tests := []struct {
		name string
		read func() bool
	}{
		{"Pinned", func() bool { got, ok := k.Pinned("a:1"); return ok && got == "SHA256:one" }},
		{"Servers", func() bool { return len(k.Servers()) == 1 }},
		{"LastUser", func() bool { return k.LastUser("a:1") == "alice" }},
		{"Token", func() bool { got, ok := k.Token("a:1", "alice"); return ok && got == token }},
		{"Settings", func() bool { return k.Settings().Lang == "en" }},
	}
	for _, tt := range tests {
		if !tt.read() {
			t.Errorf("%s does not say what was known before", tt.name)
		}
		select {
		case <-changed:
			t.Fatalf("%s waited for the folder", tt.name)
		default:
		}
	}
	must(t, other.Unlock())
	<-changed
	if got := k.Settings().Lang; got != "zh" {
		t.Errorf("the language is %q after the change, want zh", got)
	}
}

// What another wangpan changed comes in with Reload and with the next change.
func TestCopyFollowsTheDisk(t *testing.T) {
	tests := []struct {
		name   string
		follow func(*Keeper) error
	}{
		{"reload", (*Keeper).Reload},
		{"changes", func(k *Keeper) error {
			if err := k.Change(func(s *Settings) { s.Lang = "zh" }); err != nil {
				return err
			}
			if err := k.SaveToken("b:1", "bob", "b"); err != nil {
				return err
			}
			return k.Pin("b:1", "SHA256:two")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			k, other := open(t, dir), open(t, dir)
			must(t, other.Pin("a:1", "SHA256:one"))
			must(t, other.SaveToken("a:1", "alice", token))
			must(t, other.Change(func(s *Settings) { s.DownloadDir = "/d" }))
			must(t, tt.follow(k))
			if got, _ := k.Pinned("a:1"); got != "SHA256:one" {
				t.Errorf("the key is %q, want SHA256:one", got)
			}
			if got := k.LastUser("a:1"); got != "alice" {
				t.Errorf("the last user is %q, want alice", got)
			}
			if got := k.Settings().DownloadDir; got != "/d" {
				t.Errorf("downloads go to %q, want /d", got)
			}
		})
	}
}

// Changes that one program makes at the same time undo nothing of each other.
func TestChangesAtOnce(t *testing.T) {
	k := open(t, t.TempDir())
	var wg sync.WaitGroup
	for _, edit := range []func(*Settings){
		func(s *Settings) { s.Lang = "zh" },
		func(s *Settings) { s.DownloadDir = "/d" },
		func(s *Settings) { s.LastServer = "a:1" },
		func(s *Settings) { s.LastUser = "alice" },
	} {
		wg.Go(func() {
			if err := k.Change(edit); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, want := k.Settings(), (Settings{Lang: "zh", DownloadDir: "/d", LastServer: "a:1", LastUser: "alice"}); got != want {
		t.Errorf("settings are %+v, want %+v", got, want)
	}
}
