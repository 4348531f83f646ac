//go:build !windows

package preview

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
	"wangpan/wire"
)

const benchSize = 1 << 30 // bytes of a large file, most of them holes

// zeros is a file of nothing.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// holes leaves out what is nothing but zeros.
type holes struct{ *os.File }

func (h holes) Write(p []byte) (int, error) {
	if bytes.Count(p, []byte{0}) == len(p) {
		_, err := h.Seek(int64(len(p)), io.SeekCurrent)
		return len(p), err
	}
	return h.File.Write(p)
}

func create(b *testing.B, path string, fill func(f *os.File) error) {
	b.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = fill(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPreview measures how long it is from the moment that the cursor stops
// on a file until its preview can be drawn, over a real connection. The wait for
// the cursor to rest, 120 ms, is left out.
func BenchmarkPreview(b *testing.B) {
	s, drive := signedIn(b)
	create(b, filepath.Join(drive, "big.log"), func(f *os.File) error {
		_, err := f.WriteString(strings.Repeat("2026-11-20 12:00:00 一行日志 some words\n", 4000))
		if err == nil {
			err = f.Truncate(benchSize)
		}
		return err
	})
	create(b, filepath.Join(drive, "big.zip"), func(f *os.File) error {
		w := zip.NewWriter(holes{f})
		for _, name := range []string{"a.txt", "电影.mkv"} {
			part, err := w.CreateRaw(&zip.FileHeader{Name: name, CompressedSize64: benchSize / 2, UncompressedSize64: benchSize / 2})
			if err == nil {
				_, err = io.CopyN(part, zeros{}, benchSize/2)
			}
			if err != nil {
				return err
			}
		}
		return w.Close()
	})
	create(b, filepath.Join(drive, "photo.jpg"), func(f *os.File) error {
		return jpeg.Encode(f, image.NewRGBA(image.Rect(0, 0, 4000, 3000)), nil)
	})
	create(b, filepath.Join(drive, "main.go"), func(f *os.File) error {
		_, err := f.WriteString("package main\n" + strings.Repeat("func f() string { return \"text\" } // words\n", 500))
		return err
	})
	files := newRemoteFiles(s)
	defer files.end()
	for _, name := range []string{"main.go", "big.log", "big.zip", "photo.jpg"} {
		b.Run(name, func(b *testing.B) {
			path := wire.Path("/" + name)
			stat, err := s.Client().Stat(b.Context(), path)
			if err != nil {
				b.Fatal(err)
			}
			var shown time.Duration
			for b.Loop() {
				pane := newPane(paneOptions{
					Theme: theme.New(theme.Options{Profile: colorprofile.TrueColor}), Locale: locale.New("en"), Explain: error.Error,
				})
				pane.Resize(60, 38)
				rested := pane.Show(target{Source: files, Path: path, Entry: stat.Entry})()
				begun := time.Now()
				batch, ok := pane.Update(rested)().(tea.BatchMsg)
				if !ok {
					b.Fatal("nothing is fetched")
				}
				pane.Update(batch[0]())
				shown += time.Since(begun)
				if view := pane.View(); len(view) < 200 {
					b.Fatalf("the view is\n%s", view)
				}
			}
			b.ReportMetric(float64(shown.Microseconds())/float64(b.N)/1000, "ms/preview")
		})
	}
}
