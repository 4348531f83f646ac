package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"wangpan/tui/locale"
)

// TestASCII: where the locale is not UTF-8, commands print ASCII only.
func TestASCII(t *testing.T) {
	calls := [][]string{
		{"put"},
		{"rm"},
		{"find"},
		{"mv", "a"},
		{"uploads", "discard"},
		{"lss"},
		{"a\x1bb"},
		{"ls", "--nonsense"},
		{"ls", "--server", "127.0.0.1:1"},
		{"get", "a", "--server", "127.0.0.1:1", "--user", "alice"},
		{"downloads"},
		{"version"},
	}
	a, _, _ := newApp(locale.English)
	for _, cmd := range everyCommand(a.rootCommand()) {
		calls = append(calls, append(strings.Fields(cmd.CommandPath())[1:], "--help"))
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	t.Setenv("WANGPAN_PASSWORD_FILE", "")
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	outside := func(b byte) bool { return b > 0x7e }
	said := map[string]bool{} // by locale: whether anything is outside of ASCII
	for _, environment := range []string{"C", "en_US.UTF-8"} {
		t.Setenv("LC_ALL", environment)
		for _, args := range calls {
			var stdout, stderr bytes.Buffer
			run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
			all := slices.Concat(stdout.Bytes(), stderr.Bytes())
			if len(all) == 0 && args[0] != "downloads" {
				t.Errorf("%q prints nothing", args)
			}
			if !slices.ContainsFunc(all, outside) {
				continue
			}
			if said[environment] = true; environment == "C" {
				t.Errorf("%q prints\n%s", args, all)
			}
		}
	}
	if !said["en_US.UTF-8"] {
		t.Error("nothing is outside of ASCII with UTF-8 either")
	}
}
