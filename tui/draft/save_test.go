package draft

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/linetest"
)

// desk is an account on a real daemon, at the other end of a line.
type desk struct {
	*session.Session
	server *daemontest.Server
	line   *linetest.Line
	store  *Store
	folder string // of the account, on the server's disk
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{server: daemontest.Start(t), store: NewStore(t.TempDir())}
	d.line = linetest.Start(t, d.server.Addr)
	d.folder = filepath.Join(d.server.Dir, "drives", "alice")
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	if d.Session, err = dialer.Register(t.Context(), d.line.Addr, "alice", "correct horse", ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func (d *desk) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit makes a draft of a new file.
func (d *desk) edit(t *testing.T, name string) *Draft {
	t.Helper()
	d.write(t, name, "base\n")
	one, text, err := d.store.Fetch(t.Context(), d, "here", wire.Path("/"+name))
	if err != nil || !text {
		t.Fatalf("text: %v, %v", text, err)
	}
	t.Cleanup(func() { _ = one.Drop() })
	return one
}

// want compares the files of the account, and counts what the trash has.
func (d *desk) want(t *testing.T, replaced int, files map[string]string) {
	t.Helper()
	found, err := os.ReadDir(d.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if _, ok := files[f.Name()]; !ok && !strings.HasPrefix(f.Name(), ".") {
			t.Errorf("there is a file %s", f.Name())
		}
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(d.folder, name)); string(got) != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	if err := d.Reconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	trash, err := d.Client().Trash(t.Context(), wire.TrashArgs{})
	if err != nil || len(trash.Items) != replaced {
		t.Errorf("%d versions were replaced, want %d (%v)", len(trash.Items), replaced, err)
	}
	if uploads, err := d.Client().Uploads(t.Context(), wire.UploadsArgs{}); err != nil || len(uploads.Uploads) > 0 {
		t.Errorf("uploads are left over: %v %v", uploads, err)
	}
}

func TestSave(t *testing.T) {
	tests := []struct {
		name     string
		theirs   string // what another client wrote after the fetch; blank: nothing, "removed": removed it, "saved": this text
		target   Target
		saved    Saved
		conflict string // the size of theirs, "0" when it was removed
		replaced int
		want     map[string]string
	}{
		{"alone", "", BaseVersion, Saved{Path: "/a.txt", Replaced: true}, "", 1, map[string]string{"a.txt": "mine\n"}},
		{"changed", "theirs\n", BaseVersion, Saved{}, "changed", 0, map[string]string{"a.txt": "theirs\n"}},
		{"saved before", "saved", BaseVersion, Saved{Path: "/a.txt", Replaced: true}, "", 1, map[string]string{"a.txt": "mine\n"}},
		{"removed", "removed", BaseVersion, Saved{}, "removed", 0, map[string]string{}},
		{"replace", "theirs\n", AnyVersion, Saved{Path: "/a.txt", Replaced: true}, "", 1, map[string]string{"a.txt": "mine\n"}},
		{"restore", "removed", AnyVersion, Saved{Path: "/a.txt"}, "", 0, map[string]string{"a.txt": "mine\n"}},
		{
			"beside", "theirs\n", NewName,
			Saved{Path: "/a (conflict).txt"},
			"", 0,
			map[string]string{"a.txt": "theirs\n", "a (conflict).txt": "mine\n"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			one := d.edit(t, "a.txt")
			switch tt.theirs {
			case "":
			case "saved":
				if _, err := (&Save{Draft: one, Content: []byte("mine\n")}).Run(t.Context(), d); err != nil {
					t.Fatal(err)
				}
			case "removed":
				if err := os.Remove(filepath.Join(d.folder, "a.txt")); err != nil {
					t.Fatal(err)
				}
			default:
				d.write(t, "a.txt", tt.theirs)
			}
			save := &Save{Draft: one, Content: []byte("mine\n"), Target: tt.target}
			got, err := save.Run(t.Context(), d)
			if tt.conflict != "" {
				conflict, ok := errors.AsType[*ConflictError](err)
				if !ok || (conflict.Theirs.Entry.Name == "") != (tt.conflict == "removed") {
					t.Errorf("got %v (%+v), want a conflict", err, conflict)
				}
			} else if err != nil || got.Path != tt.saved.Path || got.Replaced != tt.saved.Replaced || got.Version == "" {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.saved)
			}
			d.want(t, tt.replaced, tt.want)
		})
	}
}

// cutting is a drive whose line breaks once the server has carried out a commit:
// the answer is on its way.
type cutting struct {
	*desk
	t     *testing.T
	bytes int64 // that come before the answer of the commit
	cut   bool
}

func (c *cutting) Dial(ctx context.Context) (*client.Client, error) {
	connection, err := c.Session.Dial(ctx)
	if c.cut || err != nil {
		return connection, err
	}
	c.cut = true
	held := c.line.Hold(linetest.Down, c.bytes)
	go func() {
		select {
		case <-held:
		case <-c.t.Context().Done():
		}
		c.line.CutNow()
		c.line.Release()
	}()
	return connection, nil
}

// An answer that is lost after the commit is asked for again, on another
// connection of the same run or of a later one.
func TestSaveAfterALostAnswer(t *testing.T) {
	tests := []struct {
		name     string
		target   Target
		replaced int
		want     map[string]string
	}{
		{"base", BaseVersion, 1, map[string]string{"a.txt": "mine\n", "b.txt": "mine\n"}},
		{"any", AnyVersion, 1, map[string]string{"a.txt": "mine\n", "b.txt": "mine\n"}},
		{
			"beside", NewName, 0,
			map[string]string{"a.txt": "base\n", "a (conflict).txt": "mine\n", "b.txt": "base\n", "b (conflict).txt": "mine\n"},
		},
	}
	for _, tt := range tests {
		for _, later := range []bool{false, true} {
			name := tt.name
			if later {
				name += ", later"
			}
			t.Run(name, func(t *testing.T) {
				d := newDesk(t)
				first := &Save{Draft: d.edit(t, "b.txt"), Content: []byte("mine\n"), Target: tt.target}
				second := &Save{Draft: d.edit(t, "a.txt"), Content: []byte("mine\n"), Target: tt.target}
				c, err := d.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				before := d.line.Passed(linetest.Down)
				if _, err := first.run(t.Context(), c); err != nil { // how long the answers are
					t.Fatal(err)
				}
				answers := d.line.Passed(linetest.Down) - before
				_ = c.Close()

				drive, dialed := &cutting{desk: d, t: t, bytes: answers - 40}, d.line.Dialed()
				run := second.Run
				if later { // the first run does not repeat anything
					run = func(ctx context.Context, drive Drive) (Saved, error) {
						c, err := drive.Dial(ctx)
						if err != nil {
							return Saved{}, err
						}
						defer c.Close()
						return second.run(ctx, c)
					}
				}
				saved, err := run(t.Context(), drive)
				if later {
					if err == nil || Refused(err) {
						t.Fatalf("without its answer: %+v, %v", saved, err)
					}
					saved, err = second.Run(t.Context(), drive)
				}
				if dialed = d.line.Dialed() - dialed; err != nil || saved.Version == "" || dialed != 2 {
					t.Errorf("got %+v, %v after %d connections", saved, err, dialed)
				}
				d.want(t, 2*tt.replaced, tt.want)
			})
		}
	}
}

// A server that forgot both the upload and the answer shows the file.
func TestSaveWithoutTheAnswer(t *testing.T) {
	for _, carriedOut := range []bool{true, false} {
		d := newDesk(t)
		save := &Save{Draft: d.edit(t, "a.txt"), Content: []byte("mine\n")}
		if carriedOut {
			if _, err := save.Run(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		save.upload, save.key, save.sent = wire.UploadID(wire.NewKey()), wire.NewKey(), true
		if saved, err := save.Run(t.Context(), d); err != nil || saved.Version == "" {
			t.Errorf("carried out: %v: got %+v, %v", carriedOut, saved, err)
		}
		d.want(t, 1, map[string]string{"a.txt": "mine\n"})
	}
}

func TestFetchRefusesLongFiles(t *testing.T) {
	d := newDesk(t)
	d.write(t, "long.txt", "")
	if err := os.Truncate(filepath.Join(d.folder, "long.txt"), MaxEdit+1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.store.Fetch(t.Context(), d, "here", "/long.txt"); !errors.Is(err, wire.TooLarge) {
		t.Errorf("got %v", err)
	}
	d.write(t, "a.bin", "one\x00two")
	one, text, err := d.store.Fetch(t.Context(), d, "here", "/a.bin")
	if err != nil || text {
		t.Errorf("a binary file: text %v, %v", text, err)
	}
	_ = one.Drop()
}

func TestConflictName(t *testing.T) {
	tests := []struct {
		name, in string
		n        int
		want     string
	}{
		{"the first", "a.txt", 0, "a (conflict).txt"},
		{"the third", "a.txt", 2, "a (conflict 3).txt"},
		{"an archive", "a.tar.gz", 1, "a (conflict 2).tar.gz"},
		{"none", "Makefile", 0, "Makefile (conflict)"},
		{"hidden", ".profile", 0, ".profile (conflict)"},
		{"long", strings.Repeat("论", 83) + ".txt", 0, strings.Repeat("论", 80) + " (conflict).txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := conflictName(tt.in, tt.n); got != tt.want || len(got) > 255 {
				t.Errorf("got %q (%d bytes), want %q", got, len(got), tt.want)
			}
		})
	}
}
