package preview

import (
	"bytes"
	"image"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
)

// Graphics says how a terminal shows pictures.
type Graphics struct {
	// Kitty: it draws them itself, by the graphics protocol of kitty, at the
	// placeholder characters of that protocol. These take cells as any other
	// character does, so that the screen is drawn as always.
	Kitty bool
	// Coarse: the line is slow, so they are sent with a quarter of their pixels,
	// or half blocks with few colours.
	Coarse bool
}

// SetGraphics tells what the terminal can do. Without it pictures are made of
// half blocks.
func (p *pane) SetGraphics(g Graphics) { p.graphics = g }

const (
	// pictureID names the one picture that the terminal has of ours; a new one
	// replaces it. It is also the colour of the placeholders, which is how the
	// terminal knows which picture they are of.
	pictureID = 119
	// cellPixels is how many pixels wide a cell is taken to be, and twice as
	// many high.
	cellPixels = 10
	// mostDiacritics is how many rows and columns the placeholders can count.
	mostDiacritics = 297
)

// place makes the lines where the terminal is to draw a picture, in so many half
// blocks, and what it has to be sent for that.
func (j *job) place(full image.Image, blocks image.Point) error {
	columns, rows := min(blocks.X, mostDiacritics), min((blocks.Y+1)/2, mostDiacritics)
	pixels := cellPixels
	if j.look.graphics.Coarse {
		pixels /= 2
	}
	size := fit(full.Bounds().Size(), image.Pt(columns*pixels, rows*pixels*2))
	var out bytes.Buffer
	err := kitty.EncodeGraphics(&out, scale(full, size, j.background()), &kitty.Options{
		Action: kitty.TransmitAndPut, Quite: 2, ID: pictureID, Format: kitty.PNG, Transmission: kitty.Direct, Chunk: true,
		Columns: columns, Rows: rows, VirtualPlacement: true,
	})
	if err != nil {
		return err
	}
	j.send = out.String()
	for y := range rows {
		var l strings.Builder
		l.WriteString(ansi.NewStyle().ForegroundColor(ansi.IndexedColor(pictureID)).String())
		for x := range columns {
			l.WriteRune(kitty.Placeholder)
			l.WriteRune(kitty.Diacritic(y))
			l.WriteRune(kitty.Diacritic(x))
		}
		l.WriteString(ansi.ResetStyle)
		j.lines = append(j.lines, l.String())
	}
	return nil
}

// Resume gives the terminal once more what it may have forgotten meanwhile.
func (p *pane) Resume() tea.Cmd {
	if !p.handed {
		return nil
	}
	return p.hand(p.page)
}

// hand gives the terminal the picture of a page that comes to be shown, or takes
// the last one away.
func (p *pane) hand(next *page) tea.Cmd {
	had := p.handed
	p.handed = next != nil && next.send != ""
	switch {
	case p.handed:
		return tea.Raw(next.send)
	case had:
		return tea.Raw(ansi.KittyGraphics(nil, "a=d", "d=I", "q=2", "i="+strconv.Itoa(pictureID)))
	}
	return nil
}
