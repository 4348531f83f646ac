package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"wangpan/daemon/control"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "alice and 张三", "alice and 张三"},
		{"an escape code", "\x1b[2J", "⟨U+001B⟩[2J"},
		{"turned around", "a\u202eb", "a⟨U+202E⟩b"},
		{"nothing to see", "a\u200bb", "a⟨U+200B⟩b"},
		{"not UTF-8", "a\xff", "a�"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := visible(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTable: columns begin in the same cell in every line, whatever the script
// and however hostile the name.
func TestTable(t *testing.T) {
	when := time.Date(2026, 11, 22, 10, 0, 0, 0, time.Local)
	var stdout, stderr bytes.Buffer
	c := &accountCommands{program: &program{stdout: &stdout, stderr: &stderr}}
	err := c.printAccounts([]control.Account{
		{Name: "alice", Status: control.Active, Quota: 10_000_000_000, Used: 3_100_000_000, Files: 1234, LastLogin: &when, Registered: &when, Folder: "alice"},
		{Name: "张三李四", Status: control.Disabled, DefaultQuota: true, Folder: "张三李四"},
		{Name: "\x1b[31mred\u202e", Status: control.Broken, Problem: "User: \x07", DefaultQuota: true, Quota: 5_000_000, Folder: ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("the table is %q", stdout.String())
	}
	for column, want := range map[string][]string{
		"STATUS": {"active", "disabled", "broken"}, "QUOTA": {"10 GB", "default", "5.0 MB (default)"}, "REGISTERED": {"2026-11-22 10:00", "-", "-"},
	} {
		before, _, _ := strings.Cut(lines[0], column)
		at := ansi.StringWidth(before)
		for i, cell := range want {
			if rest := ansi.TruncateLeft(lines[i+1], at, ""); !strings.HasPrefix(rest, cell) {
				t.Errorf("below %s stands %q, want %q", column, rest, cell)
			}
		}
	}
	if all := stdout.String() + stderr.String(); strings.ContainsAny(all, "\x1b\x07\u202e") || !strings.Contains(stderr.String(), "hint: mend it") {
		t.Errorf("it says %q", all)
	}
}
