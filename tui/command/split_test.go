package command

import (
	"reflect"
	"testing"
)

func TestParts(t *testing.T) {
	tests := []struct {
		name string
		line string
		want []word
	}{
		{"nothing", "  ", nil},
		{"words", "mv a  b", []word{{"mv", 0, 2}, {"a", 3, 4}, {"b", 6, 7}}},
		{"quotes", `cp "a b" 'c d'`, []word{{"cp", 0, 2}, {"a b", 3, 8}, {"c d", 9, 14}}},
		{"an open quote", `cd "a b`, []word{{"cd", 0, 2}, {"a b", 3, 7}}},
		{"a quote within", "cd Ann's 论文", []word{{"cd", 0, 2}, {"Ann's", 3, 8}, {"论文", 9, 15}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := splitWords(tt.line); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("splitWords(%q) = %v, want %v", tt.line, got, tt.want)
			}
		})
	}
}

func TestTyping(t *testing.T) {
	r := registry()
	tests := []struct {
		name string
		line string
		from int
		text string
		kind Argument
		none bool
	}{
		{"the word itself", "mv", 0, "", Text, true},
		{"before the first", "mv ", 3, "", RemotePath, false},
		{"the first", "mv ab", 3, "ab", RemotePath, false},
		{"the first in quotes", `mv "a b`, 3, "a b", RemotePath, false},
		{"before the second", "mv ab ", 6, "", LocalPath, false},
		{"the second", `mv "a b" c`, 9, "c", LocalPath, false},
		{"the second with blanks", "mv a b c", 5, "b c", LocalPath, false},
		{"the second with a blank behind", "mv a b ", 5, "b ", LocalPath, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, kind, from, text := r.Typing(tt.line)
			if (c == nil) != tt.none || kind != tt.kind || from != tt.from || text != tt.text {
				t.Errorf("Typing(%q) = %v, %v, %d, %q", tt.line, c, kind, from, text)
			}
		})
	}
}

func TestQuotedPathIsOneWord(t *testing.T) {
	for _, path := range []string{"/a", "a b", `a "b" c`, "a b/", "论文 终稿/", `"a`, ""} {
		if got := splitWords("cd " + Quote(path)); len(got) != 2 || got[1].text != path {
			t.Errorf("%q is read as %v", path, got)
		}
	}
}
