package preview

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
)

func TestFit(t *testing.T) {
	tests := []struct {
		name             string
		size, room, want image.Point
	}{
		{"wide", image.Pt(1000, 100), image.Pt(40, 40), image.Pt(40, 4)},
		{"high", image.Pt(100, 1000), image.Pt(40, 40), image.Pt(4, 40)},
		{"small", image.Pt(10, 5), image.Pt(40, 40), image.Pt(10, 5)},
		{"a line", image.Pt(100_000, 1), image.Pt(40, 40), image.Pt(40, 1)},
		{"a column", image.Pt(1, 100_000), image.Pt(40, 40), image.Pt(1, 40)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fit(tt.size, tt.room); got != tt.want {
				t.Errorf("%v in %v is %v, want %v", tt.size, tt.room, got, tt.want)
			}
		})
	}
}

// On a slow line the colours are of 256, so that neighbours share them.
func TestCoarseHalfBlocks(t *testing.T) {
	fine, coarse := newDesk(t, locale.English, trueColour, 60, 20), newDesk(t, locale.English, trueColour, 60, 20)
	coarse.graphics = graphics{coarse: true}
	many := len(fine.look(fine.lay("a.png", gradient(300, 100))))
	view := coarse.look(coarse.lay("a.png", gradient(300, 100)))
	if strings.Count(view, "▀") != 60*10 || strings.Contains(view, "38;2;") || len(view)*3 > many {
		t.Errorf("%d bytes instead of %d", len(view), many)
	}
}

func TestHalfBlocks(t *testing.T) {
	tests := []struct {
		name string
		look theme.Options
		want string
	}{
		{"true colour", trueColour, "\x1b[38;2;"},
		{"256 colours", theme.Options{Profile: colorprofile.ANSI256}, "▀"},
		{"16 colours", theme.Options{Profile: colorprofile.ANSI}, "256 colours"},
		{"no colour", theme.Options{Profile: colorprofile.ASCII}, "256 colours"},
		{"ASCII", theme.Options{Profile: colorprofile.ANSI256, Glyphs: theme.ASCII}, "256 colours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, tt.look, 60, 20)
			view := d.look(d.lay("a.png", gradient(300, 100)))
			if !strings.Contains(view, tt.want) {
				t.Errorf("the view is %q", view)
			}
			blocks := strings.Count(view, "▀")
			if drawn := strings.Contains(tt.want, "256"); drawn == (blocks > 0) {
				t.Errorf("%d half blocks", blocks)
			} else if !drawn && blocks != 60*10 {
				t.Errorf("%d half blocks are drawn, want 60 by 10", blocks)
			}
			if !strings.Contains(ansi.Strip(view), "300 × 100") {
				t.Error("the size is not told")
			}
		})
	}
}

// sent returns what a command writes to the terminal.
func sent(t *testing.T, cmd tea.Cmd) string {
	t.Helper()
	if cmd == nil {
		return ""
	}
	raw, ok := cmd().(tea.RawMsg)
	if !ok {
		t.Fatalf("the command came to %T", cmd())
	}
	s, ok := raw.Msg.(string)
	if !ok {
		t.Fatalf("%T is written", raw.Msg)
	}
	return s
}

func TestKittyDrawsPictures(t *testing.T) {
	tests := []struct {
		name   string
		coarse bool
		want   image.Point // of what is sent
	}{
		{"fine", false, image.Pt(600, 200)},
		{"coarse", true, image.Pt(300, 100)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, locale.English, trueColour, 60, 20)
			d.graphics = graphics{kitty: true, coarse: tt.coarse}
			d.Show(d.lay("a.png", gradient(1200, 400)))
			batch, ok := d.Update(rested{d.generation})().(tea.BatchMsg)
			if !ok {
				t.Fatal("nothing is under way")
			}
			orders := sent(t, d.Update(batch[0]()))
			if view := d.View(); strings.Count(view, "\U0010eeee") != 60*10 || strings.Contains(view, "▀") {
				t.Errorf("the view is %q", view)
			}
			if !strings.Contains(orders, "c=60") || !strings.Contains(orders, "r=10") || !strings.Contains(orders, "U=1") {
				t.Errorf("the first order is %.80q", orders)
			}
			var data strings.Builder
			for _, match := range regexp.MustCompile("\x1b_G[^;]*;([^\x1b]*)\x1b\\\\").FindAllStringSubmatch(orders, -1) {
				data.WriteString(match[1])
			}
			content, err := base64.StdEncoding.DecodeString(data.String())
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.DecodeConfig(bytes.NewReader(content))
			if err != nil || image.Pt(picture.Width, picture.Height) != tt.want {
				t.Errorf("it sends a picture of %d × %d: %v", picture.Width, picture.Height, err)
			}
			if again := sent(t, d.Resume()); again != orders {
				t.Error("after a pause something else is sent")
			}
			if gone := sent(t, d.Show(target{})); !strings.Contains(gone, "a=d") {
				t.Errorf("it is taken away by %q", gone)
			}
			if sent(t, d.Resume()) != "" || sent(t, d.Show(target{})) != "" {
				t.Error("what is gone is sent")
			}
		})
	}
}
