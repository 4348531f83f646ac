//go:build !windows

package tui

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
	"wangpan/wire/client"
)

// show starts the client on a terminal.
func (p *place) show(t *testing.T, server, lang string, width, height int, env ...string) *tuitest.Terminal {
	t.Helper()
	return p.showBy(t, exec.Command(os.Args[0]), server, lang, width, height, env...)
}

// showBy starts the client by another program, a shell: the client is its $0.
func (p *place) showBy(t *testing.T, cmd *exec.Cmd, server, lang string, width, height int, env ...string) *tuitest.Terminal {
	t.Helper()
	cmd.Dir = p.cwd
	p.cmd = cmd
	cmd.Env = append([]string{
		childState + "=" + p.state, childServer + "=" + server, childLang + "=" + lang,
		childEmbedded + "=" + p.Addr, childKey + "=" + p.Fingerprint,
		"LANG=C.UTF-8", "HOME=" + p.state,
	}, env...)
	return tuitest.Start(t, cmd, width, height)
}

// wantFile waits until a file holds what is wanted. The screen has said so
// before, so it is there already.
func wantFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes that are not the %d wanted", filepath.Base(path), len(got), len(want))
	}
}

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
	term.Wait("Coming back takes your password.")
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
	term.Wait("[x] Remember me")
	term.Type("\t ")
	term.Wait("[ ] Remember me")
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
	term.Wait("log in", testUser, "[ ] Remember me")
}

func TestRegisterAtANewServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.state = filepath.Join(p.state, "fresh")
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("new to you")
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
	term.Wait("log in")
}

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
	term.Wait("No way to "+p.Addr, "cannot be reached")
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
	term.Wait("Your session was ended by the server", "log in")
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
	term.Wait("Write the whole path")
	term.Type(tuitest.CtrlU + "~/new/folder" + tuitest.Enter)
	term.Wait("There is no ~/new/folder.")
	term.Type("m")
	term.Wait("Downloads go to ~/new/folder.")
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

// recording reports whether the tests run with -update, a flag that the library
// for recorded output defines.
func recording() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}

// TestGolden compares whole screens, as a terminal shows them, with recorded
// ones: three sizes, two languages.
func TestGolden(t *testing.T) {
	p := newPlace(t)
	// The system's folder for downloads is the same in each run.
	if err := p.keeper.Change(func(s *settings) { s.DownloadDir = "" }); err != nil {
		t.Fatal(err)
	}
	p.put(t, "论文-final.pdf", 12_400_000)
	p.put(t, "debian-13.iso", 6_541_000)
	p.put(t, "一个非常长的文件名用来检查列表在窄终端里怎样截断而不破坏对齐也不丢掉扩展名.docx", 5_000_000)
	p.put(t, "notes 10.txt", 10)
	p.put(t, "notes 2.txt", 2)
	if err := p.Book().SetQuota(testUser, "30 MB"); err != nil {
		t.Fatal(err)
	}
	p.Stop()
	p.Restart() // so that the files are counted at once
	for _, lang := range []string{"en", "zh"} {
		term := p.show(t, session.Embedded, lang, 80, 24)
		term.Wait("notes 2.txt")
		term.Type("j jj")
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			name := fmt.Sprintf("_%s_%dx%d", lang, size[0], size[1])
			term.Resize(size[0], size[1])
			golden(t, term, "list"+name)
			term.Type("L")
			golden(t, term, "logout"+name)
			term.Type("c")
		}
		term.Resize(39, 12)
		golden(t, term, "small_"+lang)
	}
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
		return strings.Contains(screen, "n              new folder") && !strings.Contains(screen, "to the last")
	})
	term.Type(tuitest.Escape)
	term.Wait("In the list")
	term.Type("?n")
	term.Wait("New folder")
	term.Type("what?")
	term.Wait("what?")
	term.Type("\x1bOP") // F1
	term.Wait("Keys", "create", "delete the word")
	term.Type("q")
	term.Wait("what?")
}

// golden waits for the screen to be the recorded one.
func golden(t *testing.T, term *tuitest.Terminal, name string) {
	t.Helper()
	path := filepath.Join("testdata", "screens", name+".golden")
	if recording() {
		settled(term, time.Second)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(term.Screen()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	term.WaitFor(name, func(screen string) bool { return screen+"\n" == string(want) })
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
