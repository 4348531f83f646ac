//go:build !windows

package main

import (
	"strings"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/tuitest"
)

// A person is told how a removal is undone, and what the trash takes.
func TestTrashOnATerminal(t *testing.T) {
	server := daemontest.Start(t)
	p := newPlace(t, "WANGPAN_SERVER="+server.Addr)
	p.run(0, "register", "--user", "alice", "--password-file", "pw", "--trust-new-server")
	p.run(0, "login", "--password-file", "pw")
	p.write("f", make([]byte, 3_100_000))
	p.run(0, "put", "f")
	if err := server.Book().SetQuota("alice", "10 MB"); err != nil {
		t.Fatal(err)
	}
	term := tuitest.Start(t, p.command("rm", "f"), 120, 24)
	term.Wait("/f is in the trash (3.1 MB). To restore it: wangpan trash restore ")
	term = tuitest.Start(t, p.command("whoami"), 80, 24)
	term.Wait("3.1 of 10 MB used, 3.1 MB of it by the trash; 6.9 MB free")
	p.write("more", make([]byte, 7_000_000))
	want := "this needs 7.0 MB, and 6.9 MB of your 10.0 MB are free\nhint: empty the trash (3.1 MB) with wangpan trash empty, or remove files\n"
	if _, said := p.run(14, "put", "more"); !strings.Contains(said, want) {
		t.Errorf("too much is refused with %q, want %q", said, want)
	}
	term = tuitest.Start(t, p.command("trash", "restore", "f"), 80, 24)
	term.Wait("/f is restored")
}
