//go:build !windows

package tui

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"wangpan/tui/draft"
	"wangpan/tui/tuitest"
)

func TestChecksumAndProperties(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.write(t, "a.txt", "one\n")
	p.write(t, `b\c.txt`, "two\n")
	p.put(t, "照片/2026/x.jpg", 1000)
	p.put(t, "照片/y.jpg", 500)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/", "3 items")
	term.Type("#")
	term.Wait("Only files have a checksum")
	one, two := draft.Sum([]byte("one\n")).String(), draft.Sum([]byte("two\n")).String()
	term.Type("j#")
	term.Wait("BLAKE3 on the server", one, "/a.txt")
	term.Type(tuitest.Escape)
	term.WaitGone(one)
	term.Type("a#")
	term.Wait("BLAKE3 of 2 files", one, two, `/b\c.txt`)
	term.Type("y")
	term.Wait("2 checksums copied")
	copied := base64.StdEncoding.EncodeToString([]byte(one + "  a.txt\n" + `\` + two + `  b\\c.txt` + "\n"))
	term.WaitFor("(in its bytes) the checksums", func(string) bool { return strings.Contains(term.Raw(), copied) })

	term.Type("i")
	term.Wait("3 items", "1.5 KB (1,508 bytes) · 4 files · 1 folder in it", "/照片", "/a.txt")
	term.Type(tuitest.Escape)
	term.WaitGone("1 folder in it")
	term.Type(tuitest.Escape)
	term.WaitGone("3 marked")
	term.Type("gi")
	term.Wait("In /", "1.5 KB (1,500 bytes) · 2 files · 1 folder in it", "Changed")
	term.Type(tuitest.Escape)
	term.WaitGone("1 folder in it")
	term.Type("ji")
	term.Wait("TXT file", "4 B, changed", "BLAKE3:", one, "Version ")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for i := range 20 {
		p.put(t, fmt.Sprintf("照片/%d/图 %d.jpg", i%4, i), 100*i)
	}
	p.put(t, "docs/图纸.pdf", 10)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("照片/", "docs/")
	term.Type("F图")
	term.Wait("Search the drive", "21 found", "/docs/图纸.pdf")
	term.Type(" jpg 1")
	term.Wait("11 found", "/照片/1/图 1.jpg")
	term.Type(tuitest.CtrlU + "*.pdf")
	term.Wait("1 found", "/docs/图纸.pdf")
	term.Type(tuitest.CtrlU + "nothing like it")
	term.Wait("0 found")
	term.Type(tuitest.CtrlU + "图 1.jpg")
	term.Wait("2 found")
	term.Type(tuitest.CtrlU + "图 17.jpg")
	term.Wait("1 found", "/照片/1/图 17.jpg")
	term.Type(tuitest.Enter)
	term.Wait("/ 照片 / 1 /", "▌  图 17.jpg")
	term.Type("F") // as it was left
	term.Wait("图 17.jpg", "1 found")
	term.Type(tuitest.CtrlU + "图纸" + tuitest.Tab)
	term.Wait("1 found", "/docs/图纸.pdf", "d download")
	term.Type("d")
	term.Type(tuitest.Escape)
	term.Wait("1 done")
	if _, err := os.Stat(filepath.Join(p.downloads, "图纸.pdf")); err != nil {
		t.Error(err)
	}
	term.Type(":find 图 17" + tuitest.Enter)
	term.Wait("/ 图 17", "1 found", "/照片/1/图 17.jpg")
	term.Type(tuitest.Escape)
	term.WaitGone("1 found")
	p.Stop()
	term.Wait("reconnecting")
	term.Type("F" + tuitest.CtrlU + "图 2")
	term.Wait("The connection is lost; the search continues after reconnecting.")
	p.Restart()
	term.Wait("2 found", "/照片/2/图 2.jpg")
}

func TestOpen(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the opener of this system is not xdg-open")
	}
	p := newPlace(t)
	p.write(t, "图 1.txt", "one\n")
	p.put(t, "run.desktop", 10)
	seen, bin := filepath.Join(t.TempDir(), "seen"), t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\necho \"$1\" >>'%s'; cat \"$1\" >>'%s'; stat -c %%a \"$1\" >>'%s'\n", seen, seen, seen)
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	env := []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "TMPDIR=" + temp}
	term := p.show(t, p.Addr, "en", 80, 24, env...)
	term.Wait("图 1.txt", "2 items")
	term.Type("jo")
	term.Wait("There is no desktop to open")
	term.Type("q" + tuitest.Enter + "q")
	term.Ended()

	term = p.show(t, p.Addr, "en", 80, 24, append(env, "DISPLAY=:0")...)
	term.Wait("图 1.txt", "2 items")
	term.Type("o")
	term.Wait("Your system would run this file")
	term.Type(tuitest.Enter + "jo")
	term.Wait("A copy of 图 1.txt is open.")
	term.Type("q")
	term.Ended()
	got, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	name, rest, _ := strings.Cut(string(got), "\n")
	if filepath.Base(name) != "图 1.txt" || rest != "one\n400\n" {
		t.Errorf("the opener saw %q", got)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
