package theme

import (
	"reflect"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/text"
)

func TestDetect(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		goos    string
		want    Options
	}{
		{"true colour", []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=zh_CN.UTF-8"}, "linux", Options{Profile: colorprofile.TrueColor}},
		{"256 colours", []string{"TERM=xterm-256color", "LANG=en_US.utf8"}, "linux", Options{Profile: colorprofile.ANSI256}},
		{"no colour", []string{"TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=1", "LANG=en_US.UTF-8"}, "linux", Options{Profile: colorprofile.ASCII}},
		{"console", []string{"TERM=linux", "LANG=en_US.UTF-8"}, "linux", Options{Profile: colorprofile.ANSI, Glyphs: Console}},
		{"vt100", []string{"TERM=vt100", "LANG=en_US.UTF-8"}, "linux", Options{Profile: colorprofile.ASCII, Glyphs: ASCII}},
		{"not UTF-8", []string{"TERM=xterm", "LANG=zh_CN.GBK"}, "linux", Options{Profile: colorprofile.ANSI, Glyphs: ASCII}},
		{"LC_ALL wins", []string{"TERM=xterm", "LANG=zh_CN.UTF-8", "LC_ALL=C"}, "linux", Options{Profile: colorprofile.ANSI, Glyphs: ASCII}},
		{"ambiguous characters wide", []string{"TERM=xterm", "LANG=zh_CN.UTF-8", "RUNEWIDTH_EASTASIAN=1"}, "linux", Options{Profile: colorprofile.ANSI, Glyphs: ASCII}},
		{"no locale", []string{"TERM=xterm"}, "darwin", Options{Profile: colorprofile.ANSI, Glyphs: ASCII}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Detect(tt.environ, tt.goos); got != tt.want {
				t.Errorf("Detect(%q) = %+v, want %+v", tt.environ, got, tt.want)
			}
		})
	}
	if got := Detect(nil, "windows").Glyphs; got != Unicode {
		t.Errorf("on Windows: glyphs %v", got)
	}
}

// eachStyle calls do with every style of a theme.
func eachStyle(th *Theme, do func(name string, s lipgloss.Style)) {
	v := reflect.ValueOf(th.Styles)
	for field, value := range v.Fields() {
		if s, ok := reflect.TypeAssert[lipgloss.Style](value); ok {
			do(field.Name, s)
		}
	}
}

// sample holds clusters of several runes, which must reach the terminal whole.
const sample = "论文 e\u0301 👨\u200d👩\u200d👧"

func TestStylesKeepTextWhole(t *testing.T) {
	for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for _, light := range []bool{false, true} {
			th := New(Options{Light: light, Profile: profile})
			if got := Underline(th.Accent, sample); ansi.Strip(got) != sample || !strings.Contains(got, sample) {
				t.Errorf("underlined at %v: %q", profile, got)
			}
			eachStyle(th, func(name string, s lipgloss.Style) {
				if got := s.Render(sample); !strings.Contains(got, sample) {
					t.Errorf("%s at %v changes the text: %q", name, profile, got)
				}
			})
		}
	}
}

func TestNoColour(t *testing.T) {
	th := New(Options{Profile: colorprofile.ASCII})
	eachStyle(th, func(name string, s lipgloss.Style) {
		if _, none := s.GetForeground().(lipgloss.NoColor); !none {
			t.Errorf("%s has a colour", name)
		}
	})
	for name, pair := range map[string][2]lipgloss.Style{
		"cursor":       {th.Cursor, th.Text},
		"button":       {th.ButtonFocused, th.Button},
		"disabled":     {th.ButtonDisabled, th.Button},
		"marked":       {th.Marked, th.Text},
		"cursor in":    {th.CursorIn, th.Text},
		"button label": {th.ButtonLetter, th.Button},
	} {
		if pair[0].Render("a") == pair[1].Render("a") {
			t.Errorf("%s can not be told apart without colour", name)
		}
	}
}

func TestUseFollowsTheTerminal(t *testing.T) {
	th := New(Options{Profile: colorprofile.ANSI})
	before := th.Muted.Render("a")
	o := th.Options()
	o.Profile = colorprofile.TrueColor
	th.Use(o)
	dark := th.Muted.Render("a")
	o.Light = true
	th.Use(o)
	if light := th.Muted.Render("a"); before == dark || dark == light {
		t.Errorf("muted: %q, %q, %q", before, dark, light)
	}
}

func TestGlyphsTakeOneCell(t *testing.T) {
	for set, g := range glyphs {
		v := reflect.ValueOf(g)
		for field, value := range v.Fields() {
			s, ok := reflect.TypeAssert[string](value)
			if ok && field.Name != "Enter" && text.Width(s) != 1 {
				t.Errorf("set %d: %s = %q takes %d cells", set, field.Name, s, text.Width(s))
			}
		}
		for _, part := range g.Bar {
			if text.Width(part) != 1 {
				t.Errorf("set %d: bar part %q", set, part)
			}
		}
		if set == ASCII && strings.ContainsFunc(reflectStrings(v), func(r rune) bool { return r > '~' }) {
			t.Errorf("the ASCII set holds more than ASCII: %+v", g)
		}
	}
}

func reflectStrings(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Struct:
		var all strings.Builder
		for _, value := range v.Fields() {
			all.WriteString(reflectStrings(value))
		}
		return all.String()
	case reflect.Slice, reflect.Array:
		var all strings.Builder
		for i := range v.Len() {
			all.WriteString(reflectStrings(v.Index(i)))
		}
		return all.String()
	}
	return ""
}

func TestBox(t *testing.T) {
	for _, title := range []string{"", "Delete", "删除一个名字非常非常长的文件夹", "x"} {
		for _, width := range []int{8, 20, 41} {
			for set := range glyphs {
				th := New(Options{Profile: colorprofile.TrueColor, Glyphs: set})
				box := th.Box(th.BorderDanger, title, width, []string{"", "ab", th.Error.Render("论")})
				for i, line := range strings.Split(box, "\n") {
					if got := text.Width(line); got != width {
						t.Errorf("title %q, width %d: line %d takes %d cells: %q", title, width, i, got, line)
					}
				}
			}
		}
	}
}
