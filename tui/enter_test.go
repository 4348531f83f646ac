//go:build !windows

package tui

import (
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	if err := p.keeper.DropToken(p.Addr, testUser); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("log in", testUser, "known SHA256:")
	term.Type("wrong wrong wrong" + tuitest.Enter)
	term.Wait("User or password is wrong.")
	term.Type(tuitest.CtrlU + testPassword + tuitest.Enter)
	term.Wait("论文-final.pdf", "1 item ", testUser+"@"+p.Addr)
	term.Type("L")
	term.Wait("You need your password to log in again.")
	term.Type("l")
	term.Wait("log in", "Password")
	term.Type(tuitest.CtrlC)
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if err := p.keeper.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.keeper.Token(p.Addr, testUser); ok {
		t.Error("the token outlived the logout")
	}
}

// TestNotRemembered logs in without leaving a session behind.
func TestNotRemembered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	if err := p.keeper.DropToken(p.Addr, testUser); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("[x] Stay logged in")
	term.Type("\t ")
	term.Wait("[ ] Stay logged in")
	term.Type("\x1b[Z" + testPassword + tuitest.Enter)
	term.Wait("论文-final.pdf")
	term.WaitFor("what was chosen in the settings", func(string) bool {
		return p.keeper.Reload() == nil && p.keeper.Settings().ForgetMe
	})
	if _, ok := p.keeper.Token(p.Addr, testUser); ok || p.keeper.LastUser(p.Addr) != testUser {
		t.Errorf("a token is stored: %v; the last user is %q", ok, p.keeper.LastUser(p.Addr))
	}
	term.Type("q")
	term.Ended()
	term = p.show(t, p.Addr, "en", 80, 24)
	term.Wait("log in", testUser, "[ ] Stay logged in")
}

func TestRegisterAtANewServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.state = filepath.Join(p.state, "fresh")
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("first connection")
	term.Type("\x0e") // ctrl+n: create an account
	term.Wait("create an account")
	term.Type("李雷" + tuitest.Enter + testPassword + tuitest.Enter + testPassword + tuitest.Enter + tuitest.Enter)
	term.Wait("Unknown server", p.Fingerprint)
	term.Answer("y", "Unknown server")
	term.Wait("李雷@"+p.Addr, "This folder is empty.")
	keeper, err := session.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	if pinned, _ := keeper.Pinned(p.Addr); pinned != p.Fingerprint {
		t.Errorf("the key pinned is %q, want %q", pinned, p.Fingerprint)
	}
}

func TestChangedKeyIsAWall(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	other := "SHA256:" + strings.Repeat("A", 43)
	if _, err := p.keeper.Forget(p.Addr); err != nil {
		t.Fatal(err)
	}
	if err := p.keeper.Pin(p.Addr, other); err != nil {
		t.Fatal(err)
	}
	if err := p.keeper.SaveToken(p.Addr, testUser, p.enter(t)); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	screen := term.Wait("has changed", other, p.Fingerprint)
	if strings.Contains(screen, "Yes") {
		t.Errorf("there is a way on:\n%s", screen)
	}
	term.Answer(tuitest.Escape, "The key you trusted")
	term.Wait("Cannot connect to")
	term.Answer(tuitest.Escape, "Cannot connect to")
	term.Wait("log in")
}
