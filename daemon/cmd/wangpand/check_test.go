package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// TestCheckDigests: beside a running daemon, damage is reported with its path and
// an exit code.
func TestCheckDigests(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	defer d.end(t)
	c := d.dial(t)
	if _, err := c.Register(t.Context(), wire.RegisterArgs{User: "alice", Password: password}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "drives", "alice", "by hand"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(args ...string) (code int, stdout, stderr string) {
		t.Helper()
		var out, errs strings.Builder
		code = run(t.Context(), append([]string{"check", "--data", dir}, args...), nil, &out, &errs)
		return code, out.String(), errs.String()
	}
	if code, stdout, stderr := check("--digests"); code != exitDone || stdout != "1 files, 5 B read: 0 damaged, 0 unreadable, 1 without a digest\n" {
		t.Errorf("without damage it ends with %d: %q %q", code, stdout, stderr)
	}
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"what", nil, "--digests"},
		{"how quickly", []string{"--digests", "--limit", "fast"}, "such as 20MB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if code, _, stderr := check(tt.args...); code != exitUsage || !strings.Contains(stderr, tt.want) {
				t.Errorf("it ends with %d: %q, want usage with %q", code, stderr, tt.want)
			}
		})
	}

	file := filepath.Join(dir, "drives", "alice", "f")
	if _, err := c.Login(t.Context(), "alice", password); err != nil {
		t.Fatal(err)
	}
	body := []byte("what was uploaded")
	sum := new(digest.Hasher)
	_, _ = sum.Write(body) // never fails
	put := wire.PutArgs{Upload: "0123456789abcdef0123456789abcdef", Path: "/f", Size: 17, ModTime: time.Unix(1_700_000_000, 0), Precondition: wire.Precondition{If: wire.IfAny}}
	if _, err := c.Store(t.Context(), put, body, wire.CommitArgs{Upload: put.Upload, Digest: sum.Sum(), Precondition: put.Precondition}); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := check("--digests"); code != exitDone {
		t.Errorf("with a good file it ends with %d: %q", code, stderr)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("what was uploadee"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := check("--digests"); code != exitError || !strings.HasPrefix(stdout, "damaged: alice:/f, 17 B\n") || !strings.Contains(stderr, "hint: restore them") {
		t.Errorf("with damage it ends with %d: %q %q", code, stdout, stderr)
	}
	if code, stdout, _ := check("--digests", "--json", "--limit", "unlimited"); code != exitError || !strings.HasPrefix(stdout, `{"drive":"alice","path":"/f","size":17,"expected":"`) || !strings.HasSuffix(stdout, `{"files":2,"bytes":22,"damaged":1,"unreadable":0,"no_digest":1}`+"\n") {
		t.Errorf("as JSON it ends with %d: %q", code, stdout)
	}
}
