package text

import (
	"strings"
	"testing"
)

func TestHighlight(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		words []string
		want  string
	}{
		{"in the middle", "final-论文.PDF", []string{"论文"}, "(final-)[论文](.PDF)"},
		{"another case", "final.PDF", []string{"pdf"}, "(final.)[PDF]"},
		{"at the end", "abc", []string{"C"}, "(ab)[c]"},
		{"case of another length", "x\u212a", []string{"k"}, "(x)[\u212a]"},
		{"not at all", "abc", []string{"d"}, "(abc)"},
		{"no words", "abc", nil, "(abc)"},
		{"an empty word", "abc", []string{""}, "(abc)"},
		{"every occurrence", "aba", []string{"a"}, "[a](b)[a]"},
		{"several words", "img 2.jpg", []string{"jp", "im"}, "[im](g 2.)[jp](g)"},
		{"words that overlap", "abcd", []string{"ab", "bc"}, "[abc](d)"},
		{"whole clusters", "e\u0301a", []string{"e"}, "[e\u0301](a)"},
		{"half a cluster", "👨\u200d👩 a", []string{"👩"}, "(👨\u200d👩 a)"},
		{"no case of its own", "İi.txt", []string{"i"}, "(İ)[i](.txt)"},
		{"occurrences in a row", "banana", []string{"an"}, "(b)[anan](a)"},
		{"words in any order", "论文 终稿.pdf", []string{"稿", "pdf"}, "(论文 终)[稿](.)[pdf]"},
		{"nothing", "", []string{"a"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain := func(s ...string) string { return "(" + strings.Join(s, "") + ")" }
			match := func(s ...string) string { return "[" + strings.Join(s, "") + "]" }
			if got := Highlight(tt.in, Matches(tt.in, tt.words), plain, match); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
