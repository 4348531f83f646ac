package scripts

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// unwanted is a kind of text that belongs nowhere in the repository.
type unwanted struct {
	pattern *regexp.Regexp
	why     string
}

var unwantedWords = []unwanted{
	{regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`), "finish it, or open an issue"},
	{regexp.MustCompile(`(?i)\b(lorem ipsum|not (yet )?implemented|coming soon)\b`), "finish it, or leave it out"},
	{regexp.MustCompile(`(?m)^(<{7}|>{7}|={7})( |$)`), "the rest of a merge conflict"},
	{
		regexp.MustCompile(`(^|[^\w.~-])/(home|Users|root|work|workspaces?|builds)/\w`),
		"a path of somebody's own machine; use t.TempDir or a relative one",
	},
	{regexp.MustCompile(`(?i)\b[a-z]:\\+users\\+\w`), "a path of somebody's own machine"},
	{
		regexp.MustCompile(`\bGO(PROXY|NOPROXY|SUMDB|NOSUMDB|INSECURE|PRIVATE)\b|\bproxy\.golang\.org\b`),
		"where modules come from is the reader's own setting",
	},
	{regexp.MustCompile(`(?i)\b(co-authored-by|generated (by|with) (an? )?(ai|llm|chatgpt|claude|copilot))\b`), "the authors are in the history"},
}

// wordsFile names the words that it looks for.
const wordsFile = "scripts/words_test.go"

// isText says whether a file is read by people: not one of the recorded
// screens and hostile inputs that tests compare with.
func (f sourceFile) isText() bool {
	return f.name != wordsFile && f.name != "go.sum" && f.name != "LICENSE" && !strings.Contains(f.name, "/testdata/")
}

// checkWords finds unwanted text, with its line.
func checkWords(files []sourceFile) (violations []string) {
	for _, f := range files {
		if !utf8.ValidString(f.text) {
			continue // a picture; nobody reads words in it
		}
		for _, u := range unwantedWords {
			for _, at := range u.pattern.FindAllStringIndex(f.text, -1) {
				line := 1 + strings.Count(f.text[:at[0]], "\n")
				if strings.HasPrefix(f.text[at[0]:], "\n") {
					line++ // the pattern took the end of the line before
				}
				violations = append(violations, fmt.Sprintf("%s:%d: %q: %s", f.name, line, f.text[at[0]:at[1]], u.why))
			}
		}
	}
	return violations
}

func TestWords(t *testing.T) {
	wantNone(t, checkWords(readSources(t, sourceFile.isText)))
}

func TestWordViolations(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // of the one violation; blank for none
	}{
		{"nothing", "a drive that is used from a terminal\n", ""},
		{"unfinished", "package x\n\n// TODO: the rest\n", `x.go:3: "TODO"`},
		{"part of another word", "const HACKNEY, xTODOx = 1, 2\n", ""},
		{"a conflict", "a\n<<<<<<< HEAD\n", `x.go:2: "<<<<<<< "`},
		{"a heading underlined", "title\n=========\n", ""},
		{"somebody's home", `open("/home/ann/notes")`, "somebody's own machine"},
		{"somebody's home on the next line", "see\n/Users/ann\n", "x.go:2:"},
		{"somebody's home on Windows", `C:\Users\ann`, "somebody's own machine"},
		{"a folder that is called so", "drives/home/ann and ~/home/ann", ""},
		{"a registry", "GOPROXY=direct", "GOPROXY"},
		{"a tool's signature", "Co-authored-by: nobody", "the authors"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := checkWords([]sourceFile{{name: "x.go", text: tt.text}})
			if tt.want == "" {
				wantNone(t, got)
				return
			}
			wantSome(t, got, tt.want)
		})
	}
}
