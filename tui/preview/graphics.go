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

// graphics describes how a terminal shows pictures.
type graphics struct {
	// kitty means that the terminal draws pictures with kitty's graphics protocol,
	// at placeholder characters that take cells like any other character.
	kitty bool
	// coarse means a slow line: pictures have a quarter of the pixels, half blocks
	// have few colours.
	coarse bool
}

// setGraphics sets the abilities of the terminal. The default is half blocks.
func (p *pane) setGraphics(g graphics) { p.graphics = g }

const (
	// pictureID identifies the only picture that the terminal stores for us; a new
	// one replaces it. The placeholders have it as their colour, which is how the
	// protocol links them to the picture.
	pictureID = 119
	// cellPixels is the assumed width of a cell in pixels. Its height is twice that.
	cellPixels = 10
	// mostDiacritics is the largest number of rows and columns of a picture.
	mostDiacritics = 297
)

// place makes the placeholder lines of a picture of so many half blocks, and the
// codes that send the picture to the terminal.
func (j *job) place(full image.Image, blocks image.Point) error {
	columns, rows := min(blocks.X, mostDiacritics), min((blocks.Y+1)/2, mostDiacritics)
	pixels := cellPixels
	if j.look.graphics.coarse {
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

// Resume sends the picture again, because the terminal may have dropped it.
func (p *pane) Resume() tea.Cmd {
	if !p.handed {
		return nil
	}
	return p.hand(p.page)
}

// hand sends the terminal the picture of the page that is shown next, or removes
// the last picture.
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
