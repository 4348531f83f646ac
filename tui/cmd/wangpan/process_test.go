package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"wangpan/daemon/daemontest"
)

// The commands with goroutines of their own run here once in this process, where
// the race detector sees them.
func TestCommandsInThisProcess(t *testing.T) {
	server := daemontest.Start(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for name, value := range map[string]string{
		"HOME": dir, "XDG_STATE_HOME": filepath.Join(dir, "state"), "XDG_DATA_HOME": filepath.Join(dir, "data"),
		"LC_ALL": "en_US.UTF-8", "WANGPAN_SERVER": server.Addr, "WANGPAN_PASSWORD_FILE": "",
	} {
		t.Setenv(name, value)
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	s, err := enterNew(t, server, filepath.Join(dir, "state", "wangpan"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("WANGPAN_USER", s.User)
	for i := range 40 {
		name := filepath.Join(dir, "tree", fmt.Sprint(i%3), fmt.Sprint(i))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bytes.Repeat([]byte("x"), i*20_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args, stdin string
		code        int
		want        string // in stdout
	}{
		{"put -r tree tree/0/0", "", 0, ""},
		{"put -r tree --if-exists=resume --json", "", 0, `"identical":40`},
		{"put -r tree missing", "", 3, ""},
		{"put - --as piped", "what came", 0, ""},
		{"get piped -o -", "", 0, "what came"},
		{"get -r tree -o back --limit-rate 50M --jobs 2", "", 0, ""},
		{"ls -R", "", 0, "/tree/2/38"},
		{"uploads", "", 0, ""},
	} {
		t.Run(tt.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), strings.Fields(tt.args), strings.NewReader(tt.stdin), &stdout, &stderr)
			if code != tt.code || !strings.Contains(stdout.String(), tt.want) {
				t.Errorf("it exits with %d and says\n%s%s\nwant %d and %q", code, &stdout, &stderr, tt.code, tt.want)
			}
		})
	}
}
