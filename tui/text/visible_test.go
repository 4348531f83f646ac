package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// trust switches for one test.
func trust(t *testing.T, yes bool) {
	t.Helper()
	TrustClusters(yes)
	t.Cleanup(func() { TrustClusters(false) })
}

// TestVisibleEmojiEverywhere is what a terminal gets that has not said how it
// measures.
func TestVisibleEmojiEverywhere(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"single", "📷.jpg", "📷.jpg"},
		{"family", "👨\u200d👩\u200d👧.jpg", "👨👩👧.jpg"},
		{"heart", "❤\ufe0f", "❤"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤🔥"},
		{"skin tone", "👍🏽", "👍"},
		{"profession", "👩🏽\u200d🚀", "👩🚀"},
		{"keycap", "1\ufe0f\u20e3", "1\u20e3"},
		{"flag", "a🇨🇳b", "a⟨CN⟩b"},
		{"half a flag", "🇨", "⟨C⟩"},
		{"a joiner that joins nothing", "a\u200db", "a⟨U+200D⟩b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("Visible(%+q) = %+q, want %+q", tt.in, got, tt.want)
			}
		})
	}
}

func TestVisible(t *testing.T) {
	trust(t, true)
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"empty", "", ""},
		{"plain", "report.pdf", "report.pdf"},
		{"chinese", "论文-终稿.pdf", "论文-终稿.pdf"},
		{"composed and decomposed", "caf\u00e9 cafe\u0301", "caf\u00e9 cafe\u0301"},
		{"clear screen", "a\x1b[2Jb", "a␛[2Jb"},
		{"title", "\x1b]0;owned\a", "␛]0;owned␇"},
		{"line ends", "a\r\nb\tc", "a␍␊b␉c"},
		{"delete", "a\x7f", "a␡"},
		{"c1 csi", "a\u009b31m", "a⟨U+009B⟩31m"},
		{"bidi override", "invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"},
		{"bidi isolate", "\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"},
		{"zero width space", "a\u200bb", "a⟨U+200B⟩b"},
		{"joiner between letters", "a\u200db", "a⟨U+200D⟩b"},
		{"byte order mark", "\ufeffa", "⟨U+FEFF⟩a"},
		{"line separator", "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩"},
		{"soft hyphen", "a\u00adb", "a⟨U+00AD⟩b"},
		{"tag letters", "a\U000e0061\U000e007f", "a⟨U+E0061⟩⟨U+E007F⟩"},
		{"ideographic selector", "葛\U000e0100", "葛⟨U+E0100⟩"},
		{"private use", "\ue0b0", "⟨U+E0B0⟩"},
		{"unassigned", "\u0378", "⟨U+0378⟩"},
		{"hangul filler", "\u3164x", "⟨U+3164⟩x"},
		{"braille blank", "\u2800", "⟨U+2800⟩"},
		{"not utf-8", "a\xff\xc3(", `a⟨\xff⟩⟨\xc3⟩(`},
		{"surrogate", "\xed\xa0\x80", `⟨\xed⟩⟨\xa0⟩⟨\x80⟩`},
		{"mark without a letter", "\u0301a", "⟨U+0301⟩a"},
		{"mark after a control", "\t\u0301", "␉⟨U+0301⟩"},
		{"family", "👨\u200d👩\u200d👧.jpg", "👨\u200d👩\u200d👧.jpg"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"skin tone", "👩🏽\u200d🚀", "👩🏽\u200d🚀"},
		{"keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"flag", "🇨🇳", "🇨🇳"},
		{"selector on a letter", "a\ufe0f", "a⟨U+FE0F⟩"},
		{"selector on a digit", "1\ufe0f", "1⟨U+FE0F⟩"},
		{"joiner at the end", "👨\u200d", "👨⟨U+200D⟩"},
		{"joiner after a bad byte", "\xff\u200d👧", `⟨\xff⟩⟨U+200D⟩👧`},
		{"prefix letter at the end", "a\u0d4e", "a⟨U+0D4E⟩"},
		{"skin tone without a hand", "🏽a", "⟨U+1F3FD⟩a"},
		{"pile of marks", "e" + strings.Repeat("\u0301", 10), "e" + strings.Repeat("\u0301", 8) + "⟨U+0301⟩⟨U+0301⟩"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("Visible(%+q) = %+q, want %+q", tt.in, got, tt.want)
			}
		})
	}
}

// nasty draws the characters that matter more often than chance would.
func nasty() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{
			"\x1b[31m", "\u202e", "\u200d", "\ufe0f", "❤", "👩", "🏽", "🇨", "文", "件", "\u0301",
			"\u1161", "\u1100", "\u0d4e", "1", "\u20e3", "\x9b", "\n", " ", "tar.gz", ".",
		}),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 8), func(p []string) string { return strings.Join(p, "") })
}

func TestVisibleProperties(t *testing.T) {
	for _, yes := range []bool{false, true} {
		trust(t, yes)
		rapid.Check(t, func(t *rapid.T) { checkVisible(t, nasty().Draw(t, "s")) })
	}
}

// TestBothMeasuresAgree: the renderer counts cells by rune until the terminal
// has reported mode 2027, and Lip Gloss by cluster always.
func TestBothMeasuresAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Visible(nasty().Draw(t, "s"))
		if a, b := ansi.StringWidth(s), ansi.StringWidthWc(s); a != b {
			t.Fatalf("%+q takes %d cells by cluster and %d by rune", s, a, b)
		}
	})
}

func FuzzVisible(f *testing.F) {
	for _, seed := range []string{"a\x1b[2J", "❤\ufe0f\u200d🔥", "\u0301", "\xff", "\u202e", "🇨🇳🇨"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) { checkVisible(t, s) })
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkVisible(t failer, s string) {
	t.Helper()
	got := Visible(s)
	if !utf8.ValidString(got) {
		t.Fatalf("Visible(%+q) = %+q: not UTF-8", s, got)
	}
	if again := Visible(got); again != got {
		t.Fatalf("Visible(%+q) = %+q, and again %+q", s, got, again)
	}
	if stripped := ansi.Strip(got); stripped != got {
		t.Fatalf("Visible(%+q) = %+q holds an escape sequence", s, got)
	}
	for _, r := range got {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner {
			t.Fatalf("Visible(%+q) = %+q holds %U", s, got, r)
		}
	}
	for rest := got; rest != ""; {
		cluster, width := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if width < 1 {
			t.Fatalf("Visible(%+q) = %+q: no cell for %+q", s, got, cluster)
		}
		rest = rest[len(cluster):]
	}
	if framed := Width("|" + got + "|"); framed != Width(got)+2 {
		t.Fatalf("Visible(%+q) = %+q merges with its neighbours", s, got)
	}
}

// ignorable are the characters with the property Default_Ignorable_Code_Point
// (DerivedCoreProperties.txt): a terminal draws none of them.
var ignorable = []unicode.Range32{
	{Lo: 0xad, Hi: 0xad},
	{Lo: 0x34f, Hi: 0x34f},
	{Lo: 0x61c, Hi: 0x61c},
	{Lo: 0x115f, Hi: 0x1160},
	{Lo: 0x17b4, Hi: 0x17b5},
	{Lo: 0x180b, Hi: 0x180f},
	{Lo: 0x200b, Hi: 0x200f},
	{Lo: 0x202a, Hi: 0x202e},
	{Lo: 0x2060, Hi: 0x206f},
	{Lo: 0x3164, Hi: 0x3164},
	{Lo: 0xfe00, Hi: 0xfe0f},
	{Lo: 0xfeff, Hi: 0xfeff},
	{Lo: 0xffa0, Hi: 0xffa0},
	{Lo: 0xfff0, Hi: 0xfff8},
	{Lo: 0x1bca0, Hi: 0x1bca3},
	{Lo: 0x1d173, Hi: 0x1d17a},
	{Lo: 0xe0000, Hi: 0xe0fff},
}

// TestEveryIgnorableIsVisible puts each of them into a name.
func TestEveryIgnorableIsVisible(t *testing.T) {
	for _, yes := range []bool{false, true} {
		trust(t, yes)
		for _, some := range ignorable {
			for r := rune(some.Lo); r <= rune(some.Hi); r++ {
				want := fmt.Sprintf("a⟨U+%04X⟩b", r)
				if got := Visible("a" + string(r) + "b"); got != want {
					t.Errorf("Visible with %U is %+q, want %+q", r, got, want)
				}
			}
		}
	}
}
