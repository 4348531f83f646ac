package preview

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // its decoder
	_ "image/jpeg" // its decoder
	_ "image/png"  // its decoder
	"io"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // its decoder

	"wangpan/tui/theme"
)

// Bounds of pictures.
const (
	pictureBudget = 16 << 20 // bytes fetched
	picturePixels = 40_000_000
	pictureMemory = 160 << 20 // bytes of its pixels
)

// picture shows a picture as half blocks, with two pixels per cell, if the
// terminal has enough colours.
func (j *job) picture() error {
	r := j.file.reader(j.ctx, pictureBudget)
	config, format, err := image.DecodeConfig(r.section())
	if err != nil {
		return j.broken(err)
	}
	memory := depth(config.ColorModel)
	if format == "jpeg" && progressive(bufio.NewReader(r.section())) {
		memory += progressiveDepth
	}
	j.fact(fmt.Sprintf("%d × %d", config.Width, config.Height))
	switch {
	case j.look.theme.Profile < colorprofile.ANSI256, j.look.theme.Glyphs == theme.ASCII:
		j.say(muted, j.locale.T("preview.colours"))
		return nil
	case j.file.item.Entry.Size > pictureBudget, config.Width < 1, config.Height < 1,
		config.Width > picturePixels/config.Height, config.Width*config.Height*memory > pictureMemory:
		j.say(muted, j.locale.T("preview.large_picture"))
		return nil
	}
	content, err := r.head(j.file.item.Entry.Size)
	if err != nil {
		return err
	}
	full, _, err := image.Decode(&bounded{ctx: j.ctx, from: bytes.NewReader(content), left: int64(len(content)) + 1})
	if err != nil {
		return j.broken(err)
	}
	size := fit(full.Bounds().Size(), image.Pt(j.look.width, 2*j.look.height))
	if j.look.graphics.kitty {
		return j.place(full, size)
	}
	j.blocks(scale(full, size, j.background()))
	return nil
}

// progressiveDepth is the additional memory per pixel of a progressive JPEG, in
// bytes: the decoder stores the coefficients of three colours.
const progressiveDepth = 12

// progressive reports whether a JPEG is progressive. It reads up to the frame
// header.
func progressive(r *bufio.Reader) bool {
	if _, err := r.Discard(2); err != nil { // the start marker
		return false
	}
	for {
		var segment [4]byte // ff, type, length with these two bytes
		if _, err := io.ReadFull(r, segment[:]); err != nil || segment[0] != 0xff {
			return false
		}
		switch segment[1] {
		case 0xc2: // a progressive frame
			return true
		case 0xc0, 0xc1, 0xda: // a sequential frame, or the first scan
			return false
		}
		if _, err := r.Discard(max(int(binary.BigEndian.Uint16(segment[2:]))-2, 0)); err != nil {
			return false
		}
	}
}

// depth returns the memory per pixel, in bytes.
func depth(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	}
	return 4
}

// fit returns the largest size of the same shape within room, but not larger than
// the picture.
func fit(size, room image.Point) image.Point {
	if size.X <= room.X && size.Y <= room.Y {
		return size
	}
	if size.X*room.Y > size.Y*room.X {
		return image.Pt(room.X, max(size.Y*room.X/size.X, 1))
	}
	return image.Pt(max(size.X*room.Y/size.Y, 1), room.Y)
}

// background returns the colour behind a transparent picture.
func (j *job) background() color.Color {
	if j.look.theme.Light {
		return color.White
	}
	return color.Black
}

// coarse is the factor above the final size from which the exact scaler starts. A
// fast one scales larger pictures down to it.
const coarse = 6

func scale(full image.Image, size image.Point, behind color.Color) *image.RGBA {
	bounds := full.Bounds()
	if bounds.Dx() > size.X*coarse && bounds.Dy() > size.Y*coarse {
		smaller := image.NewRGBA(image.Rect(0, 0, size.X*coarse, size.Y*coarse))
		draw.ApproxBiLinear.Scale(smaller, smaller.Bounds(), full, bounds, draw.Src, nil)
		full, bounds = smaller, smaller.Bounds()
	}
	scaled := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(scaled, scaled.Bounds(), image.NewUniform(behind), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), full, bounds, draw.Over, nil)
	return scaled
}

// paint returns the colour of a pixel. On a slow line it is one of 256, which makes
// long runs of one colour and a fifth of the bytes.
func (j *job) paint(c color.RGBA) color.Color {
	if j.look.graphics.coarse {
		return colorprofile.ANSI256.Convert(c)
	}
	return c
}

// blocks shows a picture as half blocks: the upper pixel is the foreground, the
// lower one the background. The renderer reduces the colours to those of the
// terminal.
func (j *job) blocks(picture *image.RGBA) {
	size := picture.Bounds().Size()
	for y := 0; y < size.Y; y += 2 {
		var out strings.Builder
		var upper, lower color.Color
		for x := range size.X {
			above, below := j.paint(picture.RGBAAt(x, y)), j.paint(picture.RGBAAt(x, min(y+1, size.Y-1)))
			if above != upper || below != lower {
				upper, lower = above, below
				out.WriteString(ansi.NewStyle().ForegroundColor(upper).BackgroundColor(lower).String())
			}
			out.WriteString("▀")
		}
		out.WriteString(ansi.ResetStyle)
		j.lines = append(j.lines, out.String())
	}
}

// graphics describes how a terminal shows pictures.
type graphics struct {
	// kitty means that the terminal draws pictures with kitty's graphics protocol,
	// at placeholder characters that take cells like any other character.
	kitty bool
	// coarse means a slow line: pictures have a quarter of the pixels, half blocks
	// have few colours.
	coarse bool
}

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
