//go:build !windows

package tui

import (
	"testing"

	"wangpan/tui/tuitest"
)

func TestChangePassword(t *testing.T) {
	const replacement = "another horse 10"
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	other := p.enter(t)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("a.txt")
	term.Type("P")
	term.Wait("Change the password", "Old password", "at least 8 letters")
	term.Type(tuitest.Enter + tuitest.Enter + tuitest.Enter)
	term.Wait("Enter a password.")
	term.Type("not it at all" + tuitest.Enter + replacement + tuitest.Enter + "another" + tuitest.Enter)
	term.Wait("The passwords differ.")
	term.Type(" horse 10" + tuitest.Enter)
	term.Wait("The old password is wrong.")
	term.Type(tuitest.CtrlU + testPassword + tuitest.Enter + tuitest.Enter + tuitest.Enter)
	term.Wait("The password is changed.", "a.txt")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	c := p.dial(t)
	if _, err := c.Join(t.Context(), other); err == nil {
		t.Error("another session outlived the change of the password")
	}
	if _, err := c.Login(t.Context(), testUser, replacement); err != nil {
		t.Errorf("the new password does not do: %v", err)
	}
}

func TestLogoutEverywhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	other := p.enter(t)
	term := p.show(t, p.Addr, "zh", 80, 24)
	term.Wait("a.txt")
	term.Type("L")
	term.Wait("退出登录？", "在所有设备上退出登录")
	term.Type("e")
	term.Wait("密码", testUser)
	term.Type(tuitest.CtrlC)
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := p.dial(t).Join(t.Context(), other); err == nil {
		t.Error("another session is still alive")
	}
}
