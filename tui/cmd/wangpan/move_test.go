package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// Whatever is asked for, a download goes into the folder that was named.
func TestDownloadsStayInTheirFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arg := rapid.OneOf(rapid.String(), rapid.StringMatching(`(\.\./|/|\.|a|\\|C:|CON|网|\x{0})*`)).Draw(t, "path")
		j := downloads(order{folder: "down"}, []string{arg})[0]
		if j.err != nil {
			return
		}
		if dir, name := filepath.Split(j.Local); dir != "down"+string(filepath.Separator) || name != string(j.Remote.Base()) {
			t.Fatalf("%q goes to %q", arg, j.Local)
		}
		if _, err := wire.ParsePath(string(j.Remote)); err != nil {
			t.Fatalf("%q becomes the path %q: %v", arg, j.Remote, err)
		}
	})
}

func TestRemotePath(t *testing.T) {
	tests := []struct {
		name, in string
		invalid  bool
		want     wire.Path
	}{
		{name: "nothing", in: "", want: "/"},
		{name: "root", in: "/", want: "/"},
		{name: "without a slash", in: "a/b", want: "/a/b"},
		{name: "with one at the end", in: "/a/b/", want: "/a/b"},
		{name: "dots", in: "./a/../b//c", want: "/b/c"},
		{name: "above the root", in: "../../a", want: "/a"},
		{name: "a leading dash", in: "-rf", want: "/-rf"},
		{name: "blanks", in: " a ", want: "/ a "},
		{name: "decomposed", in: "re\u0301sume\u0301", want: "/r\u00e9sum\u00e9"},
		{name: "backslash", in: `a\b`, want: `/a\b`},
		{name: "control", in: "a\nb", invalid: true},
		{name: "bidi", in: "a\u202eb", invalid: true},
		{name: "no UTF-8", in: "a\xff", invalid: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := remotePath(tt.in)
			if got != tt.want || errors.Is(err, wire.Invalid) != tt.invalid {
				t.Errorf("remotePath(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

// Enter never destroys anything, and Resume is offered only where it was proven.
func TestOffers(t *testing.T) {
	tests := []struct {
		name     string
		question transfer.Question
		letters  string
		want     string // what Enter takes
	}{
		{"proven", transfer.Question{Exists: true, Whole: true}, "roks", "r"},
		{"differs", transfer.Question{Exists: true, Why: transfer.ReasonDiffers}, "oks", "k"},
		{"partial", transfer.Question{Partial: true}, "roksd", "r"},
		{"partial of another version", transfer.Question{Partial: true, Changed: true, Why: transfer.ReasonChanged}, "oksd", "k"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			offered, fallback := offers(tt.question)
			letters := ""
			for _, c := range offered {
				letters += c.letter
			}
			if letters != tt.letters || fallback.letter != tt.want {
				t.Errorf("offers %q and %q for Enter, want %q and %q", letters, fallback.letter, tt.letters, tt.want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	a, _, _ := newApp(locale.English)
	for value, want := range map[string]transfer.Policy{
		"": transfer.Fail, "ask": transfer.Fail, // nobody is there to ask
		"resume": transfer.Resume, "restart": transfer.StartOver, "keep-both": transfer.KeepBoth, "skip": transfer.Skip, "fail": transfer.Fail,
	} {
		if got := a.policy(order{ifExists: value}); got != want {
			t.Errorf("policy %q is %v, want %v", value, got, want)
		}
	}
}

func TestOrders(t *testing.T) {
	a, _, _ := newApp(locale.English)
	tests := []struct {
		name  string
		order order
		ok    bool
		want  int64 // the rate
	}{
		{"as usual", order{jobs: defaultJobs}, true, 0},
		{"a policy that is none", order{jobs: 1, ifExists: "RESUME"}, false, 0},
		{"thousands", order{jobs: 1, limitRate: "500K"}, true, 500_000},
		{"millions", order{jobs: 16, limitRate: "2.5m"}, true, 2_500_000},
		{"powers of two", order{jobs: 1, limitRate: "1MiB"}, true, 1 << 20},
		{"bytes", order{jobs: 1, limitRate: "70000"}, true, 70_000},
		{"no rate", order{jobs: 1, limitRate: "fast"}, false, 0},
		{"nothing", order{jobs: 1, limitRate: "0"}, false, 0},
		{"backwards", order{jobs: 1, limitRate: "-1K"}, false, 0},
		{"no jobs", order{}, false, 0},
		{"too many", order{jobs: 17}, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := a.check(&tt.order); (err == nil) != tt.ok || tt.order.rate != tt.want {
				t.Errorf("%+v, %v, want the rate %d", tt.order, err, tt.want)
			}
		})
	}
}

// The line about a transfer fits the terminal, whatever the name and the width.
func TestProgressLineFits(t *testing.T) {
	a, _, _ := newApp(locale.Chinese)
	now := time.Unix(1000, 0)
	rapid.Check(t, func(t *rapid.T) {
		p := newProgress(a)
		p.glyphs = theme.New(theme.Options{}).Glyph
		cells := rapid.IntRange(20, 200).Draw(t, "cells")
		size := rapid.Int64Range(0, wire.MaxSize).Draw(t, "size")
		tr := transfer.Transfer{
			Job:   transfer.Job{Remote: wire.Path("/" + rapid.StringN(1, 80, 255).Draw(t, "name"))},
			State: rapid.SampledFrom([]transfer.State{transfer.Queued, transfer.Active, transfer.Waiting, transfer.Asking}).Draw(t, "state"),
			Phase: transfer.Phase(rapid.IntRange(0, int(transfer.Committing)).Draw(t, "phase")),
			Size:  size, Done: rapid.Int64Range(0, size).Draw(t, "done"),
			RetryAt: now.Add(time.Duration(rapid.IntRange(-5, 60).Draw(t, "retry")) * time.Second),
			Stall:   transfer.Stall(rapid.IntRange(0, int(transfer.StalledDisk)).Draw(t, "stall")),
		}
		w := whole{
			files: rapid.Int64Range(1, 1e9).Draw(t, "files"), size: size, done: tr.Done,
			counted: rapid.Bool().Draw(t, "counted"), trees: rapid.Bool().Draw(t, "trees"),
		}
		line := p.line(tr, p.far(w, tr, 0), cells, now)
		if text.Width(line) > cells {
			t.Fatalf("%d cells: %q takes %d", cells, line, text.Width(line))
		}
		if text.Visible(line) != line {
			t.Fatalf("%q is not safe to show", line)
		}
	})
}

// The server's copies have such a line, too.
func TestCopyProgressLine(t *testing.T) {
	a, _, _ := newApp(locale.English)
	p := newProgress(a)
	p.glyphs = theme.New(theme.Options{}).Glyph
	got := p.gauged("a.bin  ", far{size: 40_000_000, done: 10_000_000, total: 40_000_000}, 80, time.Unix(1000, 0))
	for _, want := range []string{"a.bin", "25 %", "10 of 40 MB", "█"} {
		if !strings.Contains(got, want) {
			t.Errorf("the line is %q, want %q in it", got, want)
		}
	}
}

func TestProgressLine(t *testing.T) {
	a, _, _ := newApp(locale.English)
	p := newProgress(a)
	p.glyphs = theme.New(theme.Options{}).Glyph
	start := time.Unix(1000, 0)
	for i := range 11 {
		p.gauge.Add(start.Add(time.Duration(i)*100*time.Millisecond), int64(i)*1_000_000)
	}
	now := start.Add(time.Second)
	tr := transfer.Transfer{
		Job:   transfer.Job{Direction: transfer.Upload, Remote: "/论文.pdf"},
		State: transfer.Active, Phase: transfer.Moving, Size: 40_000_000, Done: 10_000_000,
	}
	tests := []struct {
		name  string
		whole whole
		want  []string
	}{
		{"one", whole{files: 1, size: 40_000_000, done: 10_000_000, counted: true}, []string{"↑ 论文.pdf", "25 %", "10 of 40 MB", "10 MB/s", "3 s left", "█"}},
		{
			"several whose sizes are not known",
			whole{files: 3, ended: 1, size: 50_000_000, done: 20_000_000},
			[]string{"2/3 ↑ 论文.pdf", "25 %", "10 of 40 MB", "10 MB/s", "3 s left", "█"},
		},
		{
			"a folder that is not counted yet",
			whole{files: 1204, ended: 312, size: 50_000_000, done: 20_000_000, trees: true},
			[]string{"312/1,204 ↑ 论文.pdf", "counting…", "20.0 MB", "10 MB/s"},
		},
		{
			"a folder",
			whole{files: 1204, ended: 312, size: 80_000_000, done: 20_000_000, trees: true, counted: true},
			[]string{"312/1,204 ↑ 论文.pdf", "25 %", "20 of 80 MB", "10 MB/s", "6 s left", "█"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := p.line(tr, p.far(tt.whole, tr, 10_000_000), 79, now)
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("the line is %q, want it to show %q", got, want)
				}
			}
		})
	}
}

// The JSON of put and get is a contract: its keys never change.
func TestMovedJSON(t *testing.T) {
	digest := wire.Digest{1}
	tests := []struct {
		name string
		line moved
		want []string
	}{
		{"done", moved{Event: "done", Size: new(int64), Resumed: 1, Digest: &digest}, []string{"digest", "direction", "event", "local", "remote", "resumed", "size"}},
		{"failed", moved{Event: "failed", Exit: 12, Error: "x"}, []string{"direction", "error", "event", "exit", "local", "remote"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, stdout, _ := newApp(locale.English)
			if err := a.printJSON(tt.line); err != nil {
				t.Fatal(err)
			}
			var keys map[string]any
			if err := json.Unmarshal(stdout.Bytes(), &keys); err != nil {
				t.Fatal(err)
			}
			var got []string
			for key := range keys {
				got = append(got, key)
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) || strings.Count(stdout.String(), "\n") != 1 {
				t.Errorf("the keys are %v, want %v, in %q", got, tt.want, stdout)
			}
		})
	}
}
