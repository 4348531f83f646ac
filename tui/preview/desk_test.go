package preview

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// shelf is a source in memory that counts what is asked of it.
type shelf struct {
	files    map[wire.Path]io.ReaderAt
	folders  map[wire.Path]wire.Listing
	failure  error
	block    chan struct{} // reads wait until it is closed, or their context ends; nil: they do not
	requests int
	bytes    int64
}

func (s *shelf) Read(ctx context.Context, path wire.Path, _ wire.Version, offset, length int64) ([]byte, error) {
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if s.failure != nil {
		return nil, s.failure
	}
	content := make([]byte, length)
	n, err := s.files[path].ReadAt(content, offset)
	s.requests++
	s.bytes += int64(n)
	if n == int(length) {
		err = nil
	}
	return content[:n], err
}

func (s *shelf) List(_ context.Context, path wire.Path, _ int) (wire.Listing, error) {
	s.requests++
	return s.folders[path], s.failure
}

// desk is a pane and what it looks at. Commands are carried out by hand, so that
// nothing waits for a clock.
type desk struct {
	*pane
	*shelf
	t *testing.T
	// said are the messages for others.
	said []tea.Msg
}

func newDesk(t *testing.T, lang string, look theme.Options, width, height int) *desk {
	t.Helper()
	d := &desk{
		pane: newPane(paneOptions{
			Theme: theme.New(look), Locale: locale.New(lang), Explain: func(err error) string { return "Explained: " + err.Error() },
		}),
		shelf: &shelf{files: make(map[wire.Path]io.ReaderAt), folders: make(map[wire.Path]wire.Listing)},
		t:     t,
	}
	d.Resize(width, height)
	t.Cleanup(d.Stop)
	return d
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// lay puts a file on the shelf.
func (d *desk) lay(name string, content []byte) target {
	return d.layAt(name, bytes.NewReader(content), int64(len(content)))
}

func (d *desk) layAt(name string, content io.ReaderAt, size int64) target {
	path := wire.Path("/" + name)
	d.files[path] = content
	return target{d.shelf, path, wire.Entry{Name: wire.Name(name), Size: size, ModTime: noon, Version: "v1"}}
}

// look lets the cursor rest on an item and carries out what follows.
func (d *desk) look(item target) string {
	d.t.Helper()
	if d.Show(item) == nil {
		return d.View()
	}
	d.run(d.Update(rested{d.generation}))
	return d.View()
}

// run carries out a command, but no clock.
func (d *desk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		d.run(msg[0]) // the other is the clock for being slow
	case made:
		d.run(d.Update(msg))
	case nil:
	default:
		d.said = append(d.said, msg)
	}
}

var trueColour = theme.Options{Profile: colorprofile.TrueColor}

// gradient is a picture.
func gradient(width, height int) []byte {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			picture.Set(x, y, color.RGBA{uint8(x * 255 / width), uint8(y * 255 / height), 128, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// zipped makes a zip of names, each with so many bytes of text.
func zipped(files map[string]string, order ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range order {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, files[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// tarred makes a tar.
func tarred(names ...string) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range names {
		h := &tar.Header{Name: name, Mode: 0o600, Size: 10, Typeflag: tar.TypeReg}
		if strings.HasSuffix(name, "/") {
			h.Typeflag, h.Size = tar.TypeDir, 0
		}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = w.Write(make([]byte, h.Size))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func gzipped(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(content); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// book makes a workbook of one sheet.
func book(name string, rows [][]string) []byte {
	var sheet, shared strings.Builder
	n := 0
	for i, row := range rows {
		fmt.Fprintf(&sheet, `<row r="%d">`, i+1)
		for k, value := range row {
			if value == "" {
				continue
			}
			fmt.Fprintf(&sheet, `<c r="%c%d" t="s"><v>%d</v></c>`, 'A'+k, i+1, n)
			fmt.Fprintf(&shared, `<si><r><t>%s</t></r></si>`, value)
			n++
		}
		sheet.WriteString("</row>")
	}
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	return zipped(map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/workbook.xml": `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="` +
			name + `" sheetId="1" r:id="rId7"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId7" Target="worksheets/first.xml"/></Relationships>`,
		"xl/worksheets/first.xml":    `<worksheet ` + ns + `><sheetData>` + sheet.String() + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst ` + ns + `>` + shared.String() + `</sst>`,
	}, "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/first.xml", "xl/sharedStrings.xml")
}
