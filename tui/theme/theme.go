package theme

import (
	"image/color"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Options is what is known of the terminal.
type Options struct {
	Light   bool // a light background; dark until the terminal says otherwise
	Profile colorprofile.Profile
	Glyphs  GlyphSet
}

// Theme is the look in use. It belongs to the goroutine that runs Update and
// View.
type Theme struct {
	Styles
	Glyph   Glyphs
	options Options
}

// New returns the theme for a terminal.
func New(o Options) *Theme {
	t := &Theme{}
	t.Use(o)
	return t
}

// Use changes the look in place, for all who hold t.
func (t *Theme) Use(o Options) {
	*t = Theme{Styles: newStyles(newPalette(o)), Glyph: glyphs[o.Glyphs], options: o}
}

// Options returns what the theme was made from, to change a part of it.
func (t *Theme) Options() Options { return t.options }

// Detect reads the environment: NO_COLOR and TERM for colours, the locale and
// TERM for characters. Environ is in the form of os.Environ, goos of
// runtime.GOOS. Bubble Tea sends the profile again once it knows better.
func Detect(environ []string, goos string) Options {
	env := make(map[string]string, len(environ))
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	profile := colorprofile.Env(environ)
	if env["NO_COLOR"] != "" && profile > colorprofile.ASCII {
		profile = colorprofile.ASCII
	}
	return Options{Profile: profile, Glyphs: glyphSet(env, goos)}
}

// glyphSet trusts the locale, except where a terminal is known for its small
// font.
func glyphSet(env map[string]string, goos string) GlyphSet {
	term := env["TERM"]
	switch {
	case goos == "windows":
		return Unicode
	case !speaksUTF8(env), drawsWide(env), term == "dumb", strings.HasPrefix(term, "vt1"), strings.HasPrefix(term, "vt2"):
		return ASCII
	case term == "linux":
		return Console
	}
	return Unicode
}

// drawsWide reports whether the person has said that their terminal draws
// characters of ambiguous width, as the borders are, in two cells. The width
// libraries follow the same variable.
func drawsWide(env map[string]string) bool {
	wide, err := strconv.ParseBool(env["RUNEWIDTH_EASTASIAN"])
	return err == nil && wide
}

func speaksUTF8(env map[string]string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(env[name]); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}

// palette is the set of tokens: what a colour is for, not what it looks like.
// A token without a colour keeps the terminal's own.
type palette struct {
	muted, accent, folder, good, warning, danger, border lipgloss.Style
	selected, chosen                                     lipgloss.Style
}

func newPalette(o Options) palette {
	colourless := o.Profile == colorprofile.ASCII || o.Profile == colorprofile.NoTTY
	pick := func(basic lipgloss.Style, dark, light string) lipgloss.Style {
		switch {
		case colourless:
			return basic.UnsetForeground()
		case o.Profile < colorprofile.ANSI256:
			return basic
		case o.Light:
			return lipgloss.NewStyle().Foreground(lipgloss.Color(light))
		}
		return lipgloss.NewStyle().Foreground(lipgloss.Color(dark))
	}
	basic := func(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }
	// Bright black would be the colour for what matters less, but popular
	// palettes make it the background.
	faint := lipgloss.NewStyle().Faint(true)
	plain := lipgloss.NewStyle()
	return palette{
		muted:    pick(faint, "245", "242"),
		accent:   pick(basic(lipgloss.Cyan), "80", "30"),
		folder:   pick(basic(lipgloss.Blue), "111", "25"),
		good:     pick(basic(lipgloss.Green), "114", "28"),
		warning:  pick(basic(lipgloss.Yellow), "221", "130"),
		danger:   pick(basic(lipgloss.Red), "210", "160"),
		border:   pick(faint, "240", "250"),
		selected: plain.Reverse(true),
		chosen:   plain.Bold(true),
	}
}
