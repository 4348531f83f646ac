package theme

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Options are the known properties of the terminal.
type Options struct {
	Light   bool // the background is light; dark by default
	Profile colorprofile.Profile
	Glyphs  GlyphSet
	Scheme  *Scheme // nil: the default
}

// Theme is the look of the program. It is not safe for concurrent use.
type Theme struct {
	Styles
	Glyph   Glyphs
	options Options
}

// New returns a theme for a terminal.
func New(o Options) *Theme {
	t := &Theme{}
	t.Use(o)
	return t
}

// Use changes the theme in place, so that all panes draw with it in the next frame.
func (t *Theme) Use(o Options) {
	*t = Theme{Styles: newStyles(newPalette(o)), Glyph: glyphs[o.Glyphs], options: o}
}

// Colourless reports whether the environment forbids colours, even if the terminal
// has them.
func (t *Theme) Colourless() bool { return t.options.Profile <= colorprofile.ASCII }

// Options returns the options in use, for a caller that changes some of them.
func (t *Theme) Options() Options { return t.options }

// Detect reads the environment: NO_COLOR and TERM for colours, the locale and
// TERM for characters. Environ is in the form of os.Environ, goos of
// runtime.GOOS. Bubble Tea later sends a more exact profile.
func Detect(environ []string, goos string) Options {
	env := make(map[string]string, len(environ))
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	profile := colorprofile.Env(environ)
	if (env["NO_COLOR"] != "" || monochrome(env["TERM"])) && profile > colorprofile.ASCII {
		profile = colorprofile.ASCII
	}
	return Options{Profile: profile, Glyphs: glyphSet(env, goos)}
}

// monochrome reports whether a terminal is a DEC terminal without colours.
// colorprofile assumes 16 colours for these.
func monochrome(term string) bool {
	return strings.HasPrefix(term, "vt1") || strings.HasPrefix(term, "vt2")
}

// glyphSet returns the glyphs for the locale, or those of a terminal with a small
// font.
func glyphSet(env map[string]string, goos string) GlyphSet {
	term := env["TERM"]
	switch {
	case goos == "windows":
		return Unicode
	case !speaksUTF8(env), drawsWide(env), term == "dumb", monochrome(term):
		return ASCII
	case term == "linux":
		return Console
	}
	return Unicode
}

// drawsWide reports whether a variable that the width libraries also read says that
// the terminal draws characters of ambiguous width, such as borders, in two cells.
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

// palette is a style for each token.
type palette map[Token]lipgloss.Style

// newPalette returns the styles of the tokens that the terminal can show. Without
// colours, muted text is faint.
func newPalette(o Options) palette {
	p := make(palette, len(tokens))
	for _, token := range tokens {
		p[token] = o.style(token)
	}
	return p
}

func (o Options) style(token Token) lipgloss.Style {
	plain := lipgloss.NewStyle()
	faint := token == Muted || token == Border
	if o.Profile == colorprofile.ASCII || o.Profile == colorprofile.NoTTY {
		return plain.Faint(faint)
	}
	scheme := o.Scheme
	if scheme == nil {
		scheme = schemes[0]
	}
	colours := scheme.Dark
	if o.Light {
		colours = scheme.Light
	}
	c, ok := parseColour(colours[token])
	if _, own := c.(ansi.BasicColor); o.Profile < colorprofile.ANSI256 && !own {
		c = basic[token] // the renderer would map a shade to an arbitrary one
		ok = c != nil
		plain = plain.Faint(faint)
	}
	if !ok || c == nil {
		return plain
	}
	return plain.Foreground(c)
}
