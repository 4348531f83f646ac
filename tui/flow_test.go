//go:build !windows

package tui

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
	"wangpan/wire/client"
)

func TestDownloadAndUpload(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "照片/猫 1.jpg", 300_000)
	p.put(t, "照片/猫 2.jpg", 5_000_000)
	p.put(t, "照片/猫 10.jpg", 0)
	sources := t.TempDir()
	for name, size := range map[string]int{"报告.txt": 70_000, "notes.txt": 3} {
		if err := os.WriteFile(filepath.Join(sources, name), bytes.Repeat([]byte{'x'}, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.cwd = sources
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/", "1 item")
	term.Type(tuitest.Enter)
	term.Wait("/ 照片 /", "3 items", "猫 10.jpg")
	term.Type("ad")
	term.Wait("3 done")
	for _, name := range []string{"猫 1.jpg", "猫 2.jpg", "猫 10.jpg"} {
		want, err := os.ReadFile(filepath.Join(p.drive, "照片", name))
		if err != nil {
			t.Fatal(err)
		}
		wantFile(t, filepath.Join(p.downloads, name), want)
	}

	term.Type("n新文件夹" + tuitest.Enter)
	term.Wait("4 items", "▌  ▸ 新文件夹/")
	term.Type("l")
	term.Wait("/ 照片 / 新文件夹 /", "This folder is empty.")
	term.Type("tct") // clear what is done
	term.WaitGone("Transfers")
	term.Type("u")
	term.Wait("Upload from this computer", "报告.txt")
	term.Type("*u")
	term.Wait("2 done", "2 items", "报告.txt", "70.0 KB")
	wantFile(t, filepath.Join(p.drive, "照片", "新文件夹", "报告.txt"), bytes.Repeat([]byte{'x'}, 70_000))
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTargetExists(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "half.bin", 3_000_000)
	p.put(t, "other.bin", 1000)
	whole, err := os.ReadFile(filepath.Join(p.drive, "half.bin"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"half.bin": whole[:1_200_000], "other.bin": []byte("mine")} {
		if err := os.WriteFile(filepath.Join(p.downloads, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("half.bin", "2 items")
	term.Type("d")
	term.Wait("The first 40 %", "verified: identical")
	term.Answer("r", "The first 40 %")
	term.Wait("1 done")
	wantFile(t, filepath.Join(p.downloads, "half.bin"), whole)

	term.Type("jd")
	term.Wait("the contents differ")
	term.Answer(tuitest.Escape, "the contents differ") // decide later
	term.Wait("asks: press Enter")
	term.Type("t" + tuitest.Enter)
	term.Wait("the contents differ")
	term.Type("k")
	term.Wait("2 done", "other (2).bin")
	wantFile(t, filepath.Join(p.downloads, "other.bin"), []byte("mine"))
}

func TestServerGoesAndComesBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a/b.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("▸ a/")
	p.Stop()
	term.Wait("reconnecting", "▸ a/")
	p.Restart()
	term.WaitGone("reconnecting")
	term.Type("l")
	term.Wait("b.txt")
}

func TestServerIsNotThereAtTheStart(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	p.Stop()
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("Cannot connect to "+p.Addr, "cannot be reached")
	p.Restart()
	term.Type("t")
	term.Wait("a.txt", "1 item ")
}

func TestSessionEndedElsewhere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	token, _ := p.keeper.Token(p.Addr, testUser)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("This folder is empty.")
	c, err := client.Dial(t.Context(), p.Addr, client.Options{Name: "test", Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Join(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := c.Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	term.Wait("you logged out in another window")
	term.Type(testPassword + tuitest.Enter)
	term.Wait("This folder is empty.")
}

func TestFolderForDownloads(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "a.txt", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("a.txt")
	term.Type("D" + tuitest.CtrlU + "here" + tuitest.Enter)
	term.Wait("Enter the full path")
	term.Type(tuitest.CtrlU + "~/new/folder" + tuitest.Enter)
	term.Wait("~/new/folder does not exist.")
	term.Type("m")
	term.Wait("The download folder is now ~/new/folder.")
	term.Type("d")
	term.Wait("1 done")
	term.Type("q")
	term.Ended()
	if info, err := os.Stat(filepath.Join(p.state, "new", "folder", "a.txt")); err != nil || info.Size() != 10 {
		t.Errorf("the file is not there: %v %v", info, err)
	}
	keeper, err := session.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := keeper.Settings().DownloadDir, filepath.Join(p.state, "new", "folder"); got != want {
		t.Errorf("the folder remembered is %q, want %q", got, want)
	}
}

func TestQuitAsksWhileFilesMove(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "big.bin", 64<<20)
	proxy := p.through(t, slowProxy(t, p.Addr))
	term := p.show(t, proxy, "en", 80, 24)
	term.Wait("big.bin")
	term.Type("d")
	term.Wait("1 active", "%")
	term.Type("q")
	term.Wait("Quit?", "1 transfer is not finished")
	term.Type("c")
	term.WaitGone("Quit?")
	term.Type(tuitest.CtrlC)
	term.Wait("Quit?")
	term.Type(tuitest.CtrlC)
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(filepath.Join(p.downloads, "big.bin")); !os.IsNotExist(err) {
		t.Errorf("half a file stands under the real name (%v)", err)
	}
}

func TestSignalRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("This folder is empty.")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := term.Ended(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if screen := term.Screen(); strings.Contains(screen, "This folder") {
		t.Errorf("the alternate screen is still there:\n%s", screen)
	}
}

// A screen that becomes wider leaves nothing behind of what was drawn in the
// new columns.
func TestWiderScreenLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("论文-final.pdf", "2026-11-20", "? help")
	below := func(screen string) string { // the header: what is used is counted meanwhile
		_, rest, _ := strings.Cut(screen, "\n")
		return rest
	}
	want := below(term.Screen())
	term.Resize(40, 12)
	term.Type("u")
	term.Wait("Upload from this computer")
	term.Resize(80, 24)
	term.WaitFor("a wide picker", func(screen string) bool { return strings.Contains(screen, strings.Repeat("─", 40)) })
	settled(term, 2*settling)
	term.Type(tuitest.Escape)
	term.WaitFor("the screen as it was", func(screen string) bool { return below(screen) == want })
}

// TestHelp finds a key by what it does, where one is and in a dialog.
func TestHelp(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	term := p.show(t, p.Addr, "en", 40, 12)
	term.Wait("论文-final.pdf")
	term.Type("?")
	term.Wait("In the list", "close", "find")
	term.Type("/new fol")
	term.WaitFor("what makes a folder, and nothing else", func(screen string) bool {
		return strings.Contains(screen, "n      new folder") && !strings.Contains(screen, "last")
	})
	term.Type(tuitest.Escape)
	term.Wait("In the list")
	term.Type("?n")
	term.Wait("New folder")
	term.Type("what?")
	term.Wait("what?")
	term.Type("\x1bOP") // F1
	term.Wait("Keys", "create", "delete word")
	term.Type("q")
	term.Wait("what?")
}

// The header follows what is uploaded, and what the administrator changes.
func TestHeaderShowsTheQuota(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if err := p.Book().SetQuota(testUser, "10 MB"); err != nil {
		t.Fatal(err)
	}
	p.cwd = t.TempDir()
	if err := os.WriteFile(filepath.Join(p.cwd, "half.bin"), make([]byte, 5_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	term := p.show(t, p.Addr, "en", 100, 24)
	term.Wait("0 of 10 MB")
	term.Type("u")
	term.Wait("half.bin")
	term.Type(tuitest.Enter)
	term.Wait("5 of 10 MB ▕███▌   ▏")
	if err := p.Book().SetQuota(testUser, "4 MB"); err != nil {
		t.Fatal(err)
	}
	term.Type("n")
	term.Wait("New folder")
	term.Type("later" + tuitest.Enter)
	term.Wait("5 of 4 MB ▕███████▏")
}
