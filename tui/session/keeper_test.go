package session

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"wangpan/wire"
)

const token = wire.Token("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

func open(t *testing.T, dir string) *Keeper {
	t.Helper()
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestKeysArePinnedForGood(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	if got, ok := k.Pinned("a:1"); ok {
		t.Fatalf("a server never seen has the key %q", got)
	}
	must(t, k.Pin("a:1", "SHA256:one"))
	must(t, k.Pin("a:1", "SHA256:one"))
	err := k.Pin("a:1", "SHA256:two")
	if !errors.Is(err, ErrChangedKey) || errors.Is(err, ErrUnknownKey) {
		t.Errorf("pinning another key is %v, want ErrChangedKey", err)
	}
	if got, ok := open(t, dir).Pinned("a:1"); !ok || got != "SHA256:one" {
		t.Errorf("the next run knows the key %q, %v, want the first one", got, ok)
	}

	must(t, k.SaveToken("a:1", "alice", token))
	must(t, k.SaveToken("b:1", "alice", token))
	if found, err := k.Forget("a:1"); !found || err != nil {
		t.Fatalf("Forget = %v, %v", found, err)
	}
	if _, ok := k.Token("a:1", "alice"); ok {
		t.Error("a forgotten server still has its token")
	}
	if _, ok := k.Token("b:1", "alice"); !ok {
		t.Error("another server's token was forgotten too")
	}
	must(t, k.Pin("a:1", "SHA256:two"))
	if found, err := k.Forget("c:1"); found || err != nil {
		t.Errorf("Forget of a server never seen = %v, %v", found, err)
	}
}

func TestTokens(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	must(t, k.SaveToken("a:1", "alice", token))
	must(t, k.SaveToken("a:1", "bob", "b"))
	must(t, k.SaveToken("b:1", "张三", "c"))

	k = open(t, dir)
	tests := []struct {
		name, server, user string
		want               wire.Token
	}{
		{"as saved", "a:1", "alice", token},
		{"another case", "a:1", "ALICE", token},
		{"another user", "a:1", "bob", "b"},
		{"Chinese", "b:1", "张三", "c"},
		{"another server", "b:1", "alice", ""},
		{"beginning of a name", "a:1", "ali", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := k.Token(tt.server, tt.user); string(got) != string(tt.want) || ok != (tt.want != "") {
				t.Errorf("Token(%q, %q) = %q, %v, want %q", tt.server, tt.user, string(got), ok, string(tt.want))
			}
		})
	}

	must(t, k.SaveToken("a:1", "alice", "d"))
	list := k.Servers()
	if len(list) != 3 || list[0].Server != "a:1" || list[0].User != "alice" || list[0].LastUsed.IsZero() {
		t.Errorf("servers are %v, want alice on a:1 first and everyone once", list)
	}
	must(t, k.dropToken("a:1", "alice", token))
	if got, _ := k.Token("a:1", "alice"); got != "d" {
		t.Error("a token that replaced the void one was dropped")
	}
	must(t, k.DropToken("a:1", "Alice"))
	if _, ok := k.Token("a:1", "alice"); ok {
		t.Error("a dropped token is still there")
	}
	if got := k.LastUser("a:1"); got != "alice" {
		t.Errorf("last user is %q after a logout, want alice", got)
	}
}

func TestSavedAreBounded(t *testing.T) {
	k := open(t, t.TempDir())
	for i := range maxSaved + 5 {
		must(t, k.SaveToken("a:1", fmt.Sprint("user", i), token))
	}
	if list := k.Servers(); len(list) != maxSaved || list[0].User != fmt.Sprint("user", maxSaved+4) {
		t.Errorf("%d are kept, %v first", len(list), list[0])
	}
}

// Two wangpans work on one folder; neither loses what the other wrote.
func TestTwoKeepersShareAFolder(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for n := range 4 {
		k := open(t, dir)
		wg.Go(func() {
			for i := range 10 {
				server := fmt.Sprintf("host%d-%d:1", n, i)
				if err := errors.Join(k.Pin(server, "SHA256:x"), k.SaveToken(server, "alice", token)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	k := open(t, dir)
	if got := len(k.Servers()); got != 40 {
		t.Errorf("%d sessions are left of 40", got)
	}
	for n := range 4 {
		for i := range 10 {
			if _, ok := k.Pinned(fmt.Sprintf("host%d-%d:1", n, i)); !ok {
				t.Errorf("the key of host%d-%d is lost", n, i)
			}
		}
	}
}

func TestSettingsMerge(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, settingsName), []byte("lang = 'zh'\nfuture = [1, 2]\n"), 0o600))
	one, two := open(t, dir), open(t, dir)

	must(t, one.Change(func(s *Settings) { s.DownloadDir = "/d" }))
	must(t, two.Change(func(s *Settings) { s.LastServer, s.Lang = "a:1", "" }))

	want := Settings{DownloadDir: "/d", LastServer: "a:1"}
	if got := open(t, dir).Settings(); got != want {
		t.Errorf("settings are %+v, want %+v", got, want)
	}
	if got := two.Settings(); got != want {
		t.Errorf("the one who saved last has %+v, want %+v", got, want)
	}
	content, err := os.ReadFile(filepath.Join(dir, settingsName))
	if err != nil || !strings.Contains(string(content), "future = [1, 2]") {
		t.Errorf("a setting of a later version was dropped: %s, %v", content, err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing on Windows")
	}
	dir := filepath.Join(t.TempDir(), "made", "here")
	k := open(t, dir)
	must(t, k.Pin("a:1", "SHA256:x"))
	must(t, k.SaveToken("a:1", "alice", token))
	must(t, k.Change(func(s *Settings) { s.Lang = "zh" }))
	must(t, os.Chmod(dir, 0o755)) // the mistake of somebody else
	open(t, dir)
	info, err := os.Stat(dir)
	must(t, err)
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("the folder has mode %o, want 700", got)
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, entry := range entries {
		info, err := entry.Info()
		must(t, err)
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o, want 600", entry.Name(), got)
		}
		names = append(names, entry.Name())
	}
	if got, want := strings.Join(names, " "), "keys.toml lock sessions.toml settings.toml"; got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
}

// A damaged file is named, never taken for an empty one: that would forget keys.
func TestDamagedFileIsRefused(t *testing.T) {
	for _, name := range []string{settingsName, keysName, sessionsName} {
		for _, content := range []string{"[keys\n", "\xff\xfe", "keys = 3\nsessions = 3\nlang = 3\n", strings.Repeat("#", maxContent+1)} {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
			if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s with %.10q opens with %v, want an error that names it", name, content, err)
			}
		}
	}
}

func TestDamageWhileRunningForgetsNoKey(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	k := open(t, dir)
	must(t, k.Pin("a:1", "SHA256:one"))
	must(t, os.WriteFile(filepath.Join(dir, keysName), []byte("[keys\n"), 0o600))
	must(t, open(t, other).SaveToken("a:1", "alice", token))
	must(t, os.Rename(filepath.Join(other, sessionsName), filepath.Join(dir, sessionsName)))
	if err := k.Reload(); err == nil || !strings.Contains(err.Error(), keysName) {
		t.Errorf("reading the damaged file is %v, want an error that names it", err)
	}
	if got, ok := k.Pinned("a:1"); !ok || got != "SHA256:one" {
		t.Errorf("the key is %q, %v after the file was damaged", got, ok)
	}
	if _, ok := k.Token("a:1", "alice"); !ok {
		t.Error("the file beside the damaged one was not read")
	}
	if err := k.Pin("b:1", "SHA256:two"); err == nil {
		t.Error("a damaged file was overwritten")
	}
}
