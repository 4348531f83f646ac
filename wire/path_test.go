package wire

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestParseName(t *testing.T) {
	tests := []struct {
		name  string
		given string
		want  bool // it is a name
	}{
		{"plain", "a.txt", true},
		{"Chinese", "论文-final.pdf", true},
		{"spaces", " a b ", true},
		{"begins with a dot", ".profile", true},
		{"three dots", "...", true},
		{"ends with a dot", "bob.", true},
		{"backslash", `a\b`, true},
		{"drive letter", "C:", true},
		{"tilde", "~", true},
		{"begins with a dash", "-rf", true},
		{"emoji of several parts", "👩‍👩‍👧", true},
		{"form C of an accent", "caf\u00e9", true},
		{"an accent alone", "\u0301", true},
		{"no-break space", "a\u00a0b", true},
		{"zero width space", "a\u200bb", true},
		{"private use", "\ue000", true},
		{"last of Unicode", "\U0010ffff", true},
		{"255 bytes", strings.Repeat("x", 255), true},
		{"255 bytes of Chinese", strings.Repeat("长", 85), true},

		{"nothing", "", false},
		{"here", ".", false},
		{"up", "..", false},
		{"256 bytes", strings.Repeat("x", 256), false},
		{"258 bytes of Chinese", strings.Repeat("长", 86), false},
		{"slash", "a/b", false},
		{"NUL", "a\x00b", false},
		{"escape", "\x1b[2J", false},
		{"tab", "a\tb", false},
		{"line feed", "a\nb", false},
		{"carriage return", "a\rb", false},
		{"unit separator", "a\x1fb", false},
		{"DEL", "a\x7fb", false},
		{"first of C1", "a\u0080b", false},
		{"next line", "a\u0085b", false},
		{"control sequence introducer", "a\u009bb", false},
		{"last of C1", "a\u009fb", false},
		{"line separator", "a\u2028b", false},
		{"paragraph separator", "a\u2029b", false},
		{"Arabic letter mark", "a\u061cb", false},
		{"left-to-right mark", "a\u200eb", false},
		{"right-to-left mark", "a\u200fb", false},
		{"left-to-right embedding", "a\u202ab", false},
		{"right-to-left embedding", "a\u202bb", false},
		{"pop directional formatting", "a\u202cb", false},
		{"left-to-right override", "a\u202db", false},
		{"right-to-left override", "a\u202eb", false},
		{"left-to-right isolate", "a\u2066b", false},
		{"right-to-left isolate", "a\u2067b", false},
		{"first strong isolate", "a\u2068b", false},
		{"pop directional isolate", "a\u2069b", false},
		{"replacement character", "a\ufffdb", false},
		{"form D of an accent", "cafe\u0301", false},
		{"form D of Hangul", "\u1112\u1161\u11ab", false},
		{"the Ångström sign", "\u212b", false},
		{"a byte alone", "a\xffb", false},
		{"half a character", "a\xe8\xae", false},
		{"half a surrogate", "a\xed\xa0\x80b", false},
		{"an overlong slash", "a\xc0\xafb", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseName(tt.given)
			wantParsed(t, tt.given, string(got), err, tt.want)
			// A name is good exactly if it is in a path.
			path, err := ParsePath("/" + tt.given)
			if tt.given == "" {
				return // that is the root
			}
			if tt.name == "slash" {
				return // that is two names
			}
			wantParsed(t, "/"+tt.given, string(path), err, tt.want)
			path, err = Root.Join(tt.given)
			wantParsed(t, "/"+tt.given, string(path), err, tt.want)
		})
	}
}

// wantParsed demands what was given, or an invalid that does not repeat it.
func wantParsed(t *testing.T, given, got string, err error, good bool) {
	t.Helper()
	if good {
		if err != nil || got != given {
			t.Errorf("%q is %q, %v, want it unchanged", given, got, err)
		}
		return
	}
	if !errors.Is(err, Invalid) || got != "" {
		t.Errorf("%q is %q, %v, want invalid", given, got, err)
		return
	}
	for _, r := range err.Error() {
		if r < ' ' || r > '~' {
			t.Errorf("the error for %q repeats it: %q", given, err)
		}
	}
}

func TestParsePath(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("/d", n) }
	long := func(n int) string { // a path of n bytes
		path := strings.Repeat("/"+strings.Repeat("x", 200), n/201)
		return path + "/" + strings.Repeat("y", n-len(path)-1)
	}
	tests := []struct {
		name  string
		given string
		want  bool
	}{
		{"root", "/", true},
		{"file", "/a", true},
		{"deeper", "/照片/2026/a b.jpg", true},
		{"64 deep", deep(64), true},
		{"1024 bytes", long(1024), true},

		{"nothing", "", false},
		{"relative", "a", false},
		{"relative, deeper", "a/b", false},
		{"up", "/..", false},
		{"up and down", "/a/../b", false},
		{"here", "/.", false},
		{"here within", "/a/./b", false},
		{"ends with a slash", "/a/", false},
		{"two slashes", "//", false},
		{"begins with two", "//a", false},
		{"two within", "/a//b", false},
		{"65 deep", deep(65), false},
		{"1025 bytes", long(1025), false},
		{"NUL", "/\x00", false},
		{"a name of 256 bytes", "/a/" + strings.Repeat("x", 256), false},
		{"a bad name in the middle", "/a/\u202e/b", false},
		{"Windows", `C:\a`, false},
		{"a page", "https://a/b", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePath(tt.given)
			wantParsed(t, tt.given, string(got), err, tt.want)
		})
	}
}

func TestPathParts(t *testing.T) {
	tests := []struct {
		path Path
		dir  Path
		base Name
		want int // names
	}{
		{"/", "/", "", 0},
		{"/a", "/", "a", 1},
		{"/a/b", "/a", "b", 2},
		{"/照片/2026/a b.jpg", "/照片/2026", "a b.jpg", 3},
	}
	for _, tt := range tests {
		t.Run(string(tt.path), func(t *testing.T) {
			if tt.path.Dir() != tt.dir || tt.path.Base() != tt.base || len(tt.path.Names()) != tt.want {
				t.Errorf("dir %q, base %q, names %q, want %q, %q and %d names", tt.path.Dir(), tt.path.Base(), tt.path.Names(), tt.dir, tt.base, tt.want)
			}
		})
	}
}

func TestJoinStaysWithinTheFolder(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../b", "b/c", "/b", "b/"} {
		if got, err := Path("/a").Join(name); !errors.Is(err, Invalid) {
			t.Errorf("joined with %q: %q, %v, want invalid", name, got, err)
		}
	}
	full := Path(strings.Repeat("/d", MaxDepth))
	if got, err := full.Join("e"); !errors.Is(err, Invalid) {
		t.Errorf("joined below the deepest folder: %q, %v, want invalid", got, err)
	}
}

// wholeAgain demands that the parts of path make it up.
func wholeAgain(t interface{ Fatalf(string, ...any) }, path Path) {
	built := Root
	for _, name := range path.Names() {
		next, err := built.Join(string(name))
		if err != nil {
			t.Fatalf("%q: %q joined with %q: %v", path, built, name, err)
		}
		if next.Dir() != built || next.Base() != name {
			t.Fatalf("%q is %q in %q, want %q in %q", next, next.Base(), next.Dir(), name, built)
		}
		built = next
	}
	if built != path {
		t.Fatalf("the names of %q make up %q", path, built)
	}
}

func TestPathProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := Root
		for _, name := range rapid.SliceOfN(rapid.StringN(1, 20, 60), 0, 12).Draw(t, "names") {
			next, err := path.Join(name)
			if _, bad := ParseName(name); (bad == nil) != (err == nil) {
				t.Fatalf("%q joined with %q: %v, but as a name: %v", path, name, err, bad)
			}
			if err == nil {
				path = next
			}
		}
		wholeAgain(t, path)
	})
}

// Every character is judged as the tables of Unicode have it.
func TestForbidden(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		want := r == '/' || r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
		if got := forbidden(r); got != want {
			t.Fatalf("%U is forbidden: %v, want %v", r, got, want)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"/", "/a/b", "/照片/a", "/..", "//", "/\u202e", "/cafe\u0301", "/\xff", "", "a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		path, err := ParsePath(s)
		if err != nil {
			if !errors.Is(err, Invalid) || path != "" {
				t.Fatalf("%q is %q, %v", s, path, err)
			}
			return
		}
		switch {
		case string(path) != s:
			t.Fatalf("%q was repaired to %q", s, path)
		case len(s) > MaxPath, !utf8.ValidString(s), !norm.NFC.IsNormalString(s), strings.ContainsRune(s, utf8.RuneError):
			t.Fatalf("%q breaks the rules", s)
		case s != "/" && (strings.Contains(s+"/", "//") || strings.Contains(s+"/", "/./") || strings.Contains(s+"/", "/../")):
			t.Fatalf("%q is not clean", s)
		}
		wholeAgain(t, path)
	})
}
