package theme

import (
	"image/color"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// luminance is the relative luminance of WCAG 2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	channel := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b)
}

// contrast is the contrast ratio of WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func gray(v uint8) color.Color { return color.RGBA{v, v, v, 255} }

// TestContrast holds what is read against the backgrounds that terminals have.
func TestContrast(t *testing.T) {
	dark, light := []color.Color{gray(0), gray(0x1e), gray(0x24)}, []color.Color{gray(0xff), gray(0xf6)}
	for _, s := range schemes {
		least := 4.5
		if s.Name == HighContrast {
			least = 7
		}
		for name, on := range map[string]struct {
			colours     Colours
			backgrounds []color.Color
		}{"dark": {s.Dark, dark}, "light": {s.Light, light}} {
			for _, token := range tokens {
				c, ok := parseColour(on.colours[token])
				if !ok && on.colours[token] != "" {
					t.Errorf("%s, %s: %q is no colour", s.Name, token, on.colours[token])
				}
				if c == nil || token == Border && s.Name != HighContrast { // borders are not read
					continue
				}
				for _, background := range on.backgrounds {
					if got := contrast(c, background); got < least {
						t.Errorf("%s, %s on %s %v: contrast %.2f, want %.1f", s.Name, token, name, background, got, least)
					}
				}
			}
			for token := range on.colours {
				if !slices.Contains(tokens, token) {
					t.Errorf("%s has a colour for %q", s.Name, token)
				}
			}
		}
	}
}

func TestParseColour(t *testing.T) {
	tests := []struct {
		name    string
		written string
		want    bool
	}{
		{"hex", "#5FD7d7", true},
		{"short hex", "#5fd", true},
		{"number", "214", true},
		{"name", "Bright-Red", true},
		{"none", "default", true},
		{"bad hex", "#5fd7d", false},
		{"no hex", "#gggggg", false},
		{"large", "256", false},
		{"negative", "-1", false},
		{"word", "horse", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c, ok := parseColour(tt.written); ok != tt.want || ok && c == nil && tt.written != Default {
				t.Errorf("parseColour(%q) = %v, %v", tt.written, c, ok)
			}
		})
	}
}

func TestParse(t *testing.T) {
	s, problems := Parse("mine", []byte("accent = 30\nhorse = 5\nmuted = \"blond\"\n[dark]\naccent = \"#ff0000\"\n[light]\ngood = \"bright-horse\""))
	want := []Problem{
		{Fault: UnknownToken, Name: "horse"},
		{Fault: UnknownColour, Name: "muted", Value: "blond"},
		{Fault: UnknownColour, Name: "good", Value: "bright-horse"},
	}
	if !slices.Equal(problems, want) {
		t.Errorf("problems %+v, want %+v", problems, want)
	}
	if s.Dark[Accent] != "#ff0000" || s.Light[Accent] != "30" || s.Dark[Muted] != schemes[0].Dark[Muted] {
		t.Errorf("read %+v", s)
	}
	if _, problems := Parse("mine", []byte("accent = ")); len(problems) != 1 || problems[0].Fault != Unreadable {
		t.Errorf("no TOML: %+v", problems)
	}
	if before := (Colours{Accent: "80"}); schemes[0].Dark[Accent] != before[Accent] {
		t.Error("reading a file has changed the default")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("accent = \"#ff0000\"\n[dark]\nmuted = 245")
	f.Add("dark = 5")
	f.Fuzz(func(t *testing.T, file string) {
		s, _ := Parse("mine", []byte(file))
		if s == nil {
			return
		}
		for _, colours := range []Colours{s.Dark, s.Light} {
			for token := range maps.Keys(colours) {
				if _, ok := parseColour(colours[token]); !ok {
					t.Errorf("%s has the colour %q", token, colours[token])
				}
			}
		}
	})
}

// TestSixteenColoursAreThePersons keeps shades away from terminals that would
// make any of the sixteen of them.
func TestSixteenColoursAreThePersons(t *testing.T) {
	quiet := New(Options{Profile: colorprofile.ANSI, Scheme: Builtin(Quiet)})
	plain := New(Options{Profile: colorprofile.ANSI})
	if quiet.Accent.Render("a") != plain.Accent.Render("a") {
		t.Error("a theme's shade reaches a terminal of sixteen colours")
	}
	mine, _ := Parse("mine", []byte(`accent = "magenta"`))
	if own := New(Options{Profile: colorprofile.ANSI, Scheme: mine}); own.Accent.Render("a") == plain.Accent.Render("a") {
		t.Error("one of the sixteen that was chosen is not taken")
	}
}
