package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"

	"wangpan/tui/text"
)

// sources is where the words are used.
const sources = ".."

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// catalogue reads the message files of a language: id to message.
func catalogue(t *testing.T, lang string) map[string]*i18n.Message {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("words", "*."+lang+".toml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no message files for %s: %v", lang, err)
	}
	messages := make(map[string]*i18n.Message)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := i18n.ParseMessageFileBytes(content, path, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, m := range file.Messages {
			if messages[m.ID] != nil {
				t.Errorf("%s: %q stands in another file too", path, m.ID)
			}
			messages[m.ID] = m
		}
	}
	return messages
}

func placeholders(m *i18n.Message) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(m.One+m.Other, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestLanguagesAgree(t *testing.T) {
	en, zh := catalogue(t, English), catalogue(t, Chinese)
	for id, m := range en {
		other := zh[id]
		if other == nil {
			t.Errorf("%q is missing in Chinese", id)
			continue
		}
		if a, b := placeholders(m), placeholders(other); !slices.Equal(a, b) {
			t.Errorf("%q has the placeholders %v in English and %v in Chinese", id, a, b)
		}
		if other.One != "" {
			t.Errorf("%q has a singular in Chinese, which has none", id)
		}
	}
	for id := range zh {
		if en[id] == nil {
			t.Errorf("%q is missing in English", id)
		}
	}
}

func TestMessagesAreClean(t *testing.T) {
	for _, lang := range []string{English, Chinese} {
		for id, m := range catalogue(t, lang) {
			for _, s := range []string{m.One, m.Other} {
				if text.Visible(s) != s || strings.TrimSpace(s) != s {
					t.Errorf("%s %q: %+q holds controls or outer blanks", lang, id, s)
				}
				if rest := placeholder.ReplaceAllString(s, ""); strings.Contains(rest, "{{") {
					t.Errorf("%s %q: %q does more than fill in a value", lang, id, s)
				}
			}
			if m.Other == "" {
				t.Errorf("%s %q is empty", lang, id)
			}
		}
	}
}

// forms are the calls that take an id: where it stands among the arguments,
// where the pairs begin, and whether a count is given.
var forms = map[string]struct {
	at, first int
	counts    bool
}{
	"T":         {0, 1, false},
	"N":         {0, 2, true},
	"Say":       {0, 1, false},
	"SayN":      {0, 2, true},
	"WithHelp":  {1, 2, false},
	"NewButton": {1, 3, false},
}

// asked is one such call with a literal id.
type asked struct {
	id    string
	where token.Position
	args  []string // names of the placeholders given; nil where they are not literal
}

// usage reads the sources: the calls, and every string literal in them.
func usage(t *testing.T) (calls []asked, literals map[string]bool) {
	t.Helper()
	literals = make(map[string]bool)
	files := token.NewFileSet()
	err := filepath.WalkDir(sources, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := literal(n); ok {
				literals[s] = true
			}
			if call, ok := n.(*ast.CallExpr); ok {
				if a, ok := question(call); ok {
					a.where = files.Position(call.Pos())
					calls = append(calls, a)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls, literals
}

func question(call *ast.CallExpr) (asked, bool) {
	name := ""
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	case *ast.Ident:
		name = fun.Name
	}
	form, ok := forms[name]
	if !ok {
		return asked{}, false
	}
	at, first := form.at, form.first
	if len(call.Args) <= at {
		return asked{}, false
	}
	id, ok := literal(call.Args[at])
	if !ok {
		return asked{}, false
	}
	a := asked{id: id, args: []string{}}
	if form.counts {
		a.args = append(a.args, "Count")
	}
	for i := first; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		if !ok {
			a.args = nil
			break
		}
		a.args = append(a.args, name)
	}
	slices.Sort(a.args)
	return a, true
}

func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestCallersAndWordsAgree(t *testing.T) {
	messages := catalogue(t, English)
	calls, literals := usage(t)
	if len(calls) < 5 {
		t.Fatalf("found %d calls only: the sources are not where they were", len(calls))
	}
	for _, call := range calls {
		if strings.HasSuffix(call.id, ".") {
			continue // the fixed part of an id that is built while running
		}
		m := messages[call.id]
		if m == nil {
			t.Errorf("%s: no message %q", call.where, call.id)
			continue
		}
		if call.args == nil {
			continue
		}
		for _, name := range placeholders(m) {
			if !slices.Contains(call.args, name) {
				t.Errorf("%s: %q needs a value for %s", call.where, call.id, name)
			}
		}
	}
	for id := range messages {
		if !mentioned(id, literals) {
			t.Errorf("nobody asks for %q", id)
		}
	}
}

// mentioned reports whether an id, or the part up to one of its dots, is a
// literal somewhere.
func mentioned(id string, literals map[string]bool) bool {
	if literals[id] {
		return true
	}
	for i := range id {
		if id[i] == '.' && literals[id[:i+1]] {
			return true
		}
	}
	return false
}
