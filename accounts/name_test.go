package accounts

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestCanonicalName(t *testing.T) {
	for _, c := range []struct{ name, typed, want string }{
		{"plain", "alice", "alice"},
		{"upper case", "Alice", "alice"},
		{"chinese", "张伟", "张伟"},
		{"full width", "ａｌｉｃｅ", "alice"},
		{"decomposed", "andre\u0301", "andr\u00e9"},
		{"devanagari with marks", "हिन्दी", "हिन्दी"},
		{"digits first", "007", "007"},
		{"dots and dashes", "a.b-c_d", "a.b-c_d"},
		{"longest", strings.Repeat("长", 32), strings.Repeat("长", 32)},
		{"one character", "a", ""},
		{"too long", strings.Repeat("a", 33), ""},
		{"empty", "", ""},
		{"dot first", ".alice", ""},
		{"dash first", "-rf", ""},
		{"dot last", "bob.", ""},
		{"dots", "..", ""},
		{"slash", "a/b", ""},
		{"backslash", `a\b`, ""},
		{"up", "../etc", ""},
		{"nul", "a\x00b", ""},
		{"line feed", "a\nb", ""},
		{"escape code", "a\x1b[31mb", ""},
		{"space", "a b", ""},
		{"tilde, which marks folders", "bob~2", ""},
		{"formula", "=1+1", ""},
		{"at", "@sum", ""},
		{"excel's escape", "_x0061_dmin", ""},
		{"excel's escape inside", "a_x0061_dmin", ""},
		{"bidi override", "a\u202eb", ""},
		{"zero width", "a\u200bb", ""},
		{"mixed directions", "aא", ""},
		{"invalid utf-8", "a\xffb", ""},
		{"device", "NUL", ""},
		{"device with an extension", "com1.txt", ""},
		{"emoji", "a😀", ""},
		{"ligature", "oﬃce", ""},
		{"device of Windows with a superscript", "com¹", ""},
		{"alternate stream", "alice:x", ""},
		{"line separator", "a\u2028b", ""},
		{"byte order mark", "\ufeffalice", ""},
		{"tag characters", "alice\U000e0041", ""},
		{"terminal's C1 code", "a\u009b31mb", ""},
		{"soft hyphen", "al\u00adice", ""},
		{"variation selector", "alice\ufe0f", ""},
		{"hangul filler", "a\u3164b", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := canonicalName(c.typed)
			if got != c.want || err == nil != (c.want != "") {
				t.Errorf("%q: got %q, %v, want %q", c.typed, got, err, c.want)
			}
			if err != nil && !errors.Is(err, ErrName) {
				t.Errorf("%v is no ErrName", err)
			}
		})
	}
}

func TestValidFolder(t *testing.T) {
	for _, c := range []struct {
		name, folder string
		want         bool
	}{
		{"name", "alice", true},
		{"second owner", "alice~2", true},
		{"upper case", "Alice", false},
		{"up", "..", false},
		{"path", "a/b", false},
		{"no number", "alice~", false},
		{"first", "alice~1", false},
		{"leading zero", "alice~02", false},
		{"twice", "alice~2~2", false},
		{"up behind the tilde", "alice~/..", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := validFolder(c.folder); got != c.want {
				t.Errorf("%q: got %v, want %v", c.folder, got, c.want)
			}
		})
	}
}

// FuzzName: whatever is typed, what comes out is one clean path element that means itself.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"alice", "..", "a/b", "İstanbul", "ｎｕｌ", "straße", "_x0061_a", "bob."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, err := canonicalName(typed)
		if err != nil {
			return
		}
		if again, err := canonicalName(name); again != name {
			t.Fatalf("%q became %q, which becomes %q, %v", typed, name, again, err)
		}
		if filepath.Base(name) != name || !filepath.IsLocal(name) || strings.ContainsAny(name, `/\~:`) {
			t.Fatalf("%q became %q, which is no clean element", typed, name)
		}
		if !validFolder(name) || !validFolder(name+"~2") {
			t.Fatalf("%q became %q, which is no folder", typed, name)
		}
	})
}
