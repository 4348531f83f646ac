package text

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCuts(t *testing.T) {
	trust(t, true)
	long := "debian-13-netinst-amd64.iso"
	tests := []struct {
		name  string
		cut   func(string, int) string
		in    string
		cells int
		want  string
	}{
		{"fits", Cut, "abc", 3, "abc"},
		{"end", Cut, "abcdef", 4, "abc…"},
		{"one cell", Cut, "abc", 1, "…"},
		{"no cell", Cut, "abc", 0, ""},
		{"negative", Cut, "abc", -4, ""},
		{"wide character does not fit by half", Cut, "论文终稿", 4, "论…"},
		{"family stays whole", Cut, "👨\u200d👩\u200d👧abc", 3, "👨\u200d👩\u200d👧…"},
		{"left", CutLeft, "/photos/2026/summer", 8, "…/summer"},
		{"left wide", CutLeft, "照片终稿", 4, "…稿"},
		{"middle keeps the extension", CutMiddle, long, 12, "debian-…." + "iso"},
		{"middle wide", CutMiddle, "一份很长的论文.pdf", 12, "一份很….pdf"},
		{"middle without extension", CutMiddle, "abcdefghijkl", 7, "abcd…kl"},
		{"middle with too long an extension", CutMiddle, "a.abcdefghijklmnop", 7, "a.ab…op"},
		{"pad", Pad, "论", 4, "论  "},
		{"pad cuts", Pad, "论文终", 4, "论… "},
		{"pad left", PadLeft, "12", 4, "  12"},
		{"center", Center, "ab", 5, " ab  "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.cut(tt.in, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		cells int
		want  []string
	}{
		{"empty", "", 10, []string{""}},
		{"words", "one two three", 8, []string{"one two", "three"}},
		{"exact", "one two", 7, []string{"one two"}},
		{"chinese", "服务器已经改变。请确认", 8, []string{"服务器已", "经改变。", "请确认"}},
		{"no line begins with a full stop", "服务器已。", 8, []string{"服务器", "已。"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"wider than the line", "文件", 1, []string{"文", "件"}},
		{"no room", "abc", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Wrap(tt.in, tt.cells); !slices.Equal(got, tt.want) {
				t.Errorf("Wrap(%q, %d) = %q, want %q", tt.in, tt.cells, got, tt.want)
			}
		})
	}
}

func TestCellProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Visible(nasty().Draw(t, "s"))
		cells := rapid.IntRange(0, 40).Draw(t, "cells")
		for name, cut := range map[string]func(string, int) string{"Cut": Cut, "CutLeft": CutLeft, "CutMiddle": CutMiddle} {
			got := cut(s, cells)
			if Width(got) > cells {
				t.Fatalf("%s(%+q, %d) = %+q takes %d cells", name, s, cells, got, Width(got))
			}
			if Width(s) <= cells && got != s {
				t.Fatalf("%s(%+q, %d) = %+q though it fits", name, s, cells, got)
			}
		}
		for name, pad := range map[string]func(string, int) string{"Pad": Pad, "PadLeft": PadLeft, "Center": Center} {
			if got := pad(s, cells); Width(got) != cells {
				t.Fatalf("%s(%+q, %d) = %+q takes %d cells", name, s, cells, got, Width(got))
			}
		}
	})
}

func TestWrapProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Visible(nasty().Draw(t, "s"))
		cells := rapid.IntRange(2, 40).Draw(t, "cells")
		lines := Wrap(s, cells)
		for _, line := range lines {
			if Width(line) > cells {
				t.Fatalf("Wrap(%+q, %d) has the line %+q", s, cells, line)
			}
		}
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := without(strings.Join(lines, "")); got != without(s) {
			t.Fatalf("Wrap(%+q, %d) lost text: %+q", s, cells, lines)
		}
	})
}
