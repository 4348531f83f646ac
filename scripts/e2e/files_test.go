//go:build !windows

package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// member is a person with an account and a session, who trusts the server.
func member(t *testing.T, s *server, user string) *person {
	t.Helper()
	return memberAt(t, s.addr, user)
}

// memberAt is one who knows the server under another address.
func memberAt(t *testing.T, addr, user string) *person {
	t.Helper()
	p := newPerson(t)
	for _, command := range []string{"register", "login"} {
		if _, code := p.run(secret+"\n", command, "--server", addr, "--user", user, "--password-file", "-", "--trust-new-server"); code != 0 {
			t.Fatalf("%s: exit code %d", command, code)
		}
	}
	return p
}

// digests returns those of all files in dir, by name.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		all[entry.Name()] = digest(t, filepath.Join(dir, entry.Name()))
	}
	return all
}

// TestRealFilesUpAndDown moves a file of 1 GiB, an empty one, a thousand small
// ones, and names that break other programs, and compares all of them on the
// server's disk and after their way back.
func TestRealFilesUpAndDown(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := member(t, s, "alice")
	large := int64(1 << 30)
	if testing.Short() || raceEnabled {
		large = 64 << 20 // the same code, and the rest of the day for other tests
	}
	write(t, filepath.Join(p.files(), "large.bin"), large)
	names := []string{
		"empty", "论文-最终版 (修改).pdf", " leading and trailing ", "--rf", "-t", "👩‍🔬 lab 🧪.txt", "a'b\"c`d$e\\f;g&h|i*j?k",
		".hidden", "日本語 한국어 ไทย العربية", strings.Repeat("长", 85), "ends with dots...", "CON.txt", "%s%n%x",
	}
	for i, name := range names {
		write(t, filepath.Join(p.files(), name), int64(i*1000))
	}
	for i := range 1000 {
		content := make([]byte, i)
		_, _ = rand.Read(content)
		if err := os.WriteFile(filepath.Join(p.files(), fmt.Sprintf("small-%04d", i)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := digests(t, p.files())

	args := []string{"put", "--server", s.addr, "--user", "alice", "--"}
	for name := range want {
		args = append(args, name)
	}
	if _, code := p.run("", args...); code != 0 {
		t.Fatalf("put: exit code %d", code)
	}
	same(t, "in the user's folder", digests(t, filepath.Join(s.dir, "drives", "alice")), want)

	out, code := p.run("", "ls", "--json", "--server", s.addr, "--user", "alice")
	if code != 0 {
		t.Fatalf("ls: exit code %d", code)
	}
	args = []string{"get", "--server", s.addr, "--user", "alice", "-t", p.downloads(), "--"}
	for line := range strings.Lines(out) {
		var entry struct{ Name string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("ls --json: %v: %s", err, line)
		}
		args = append(args, "/"+entry.Name)
	}
	if _, code := p.run("", args...); code != 0 {
		t.Fatalf("get: exit code %d", code)
	}
	same(t, "back on this computer", digests(t, p.downloads()), want)
	s.stop()
}

func same(t *testing.T, where string, got, want map[string]string) {
	t.Helper()
	for name, sum := range want {
		if got[name] != sum {
			t.Errorf("%s: %q is another file or missing", where, name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", where, len(got), len(want))
	}
}
