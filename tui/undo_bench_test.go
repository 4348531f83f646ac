//go:build !windows

package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkUndo measures how long it takes to remove files, and how long to
// undo that. The undoing must not take more than twice as long.
func BenchmarkUndo(b *testing.B) {
	for _, files := range []int{2_000, 20_001} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			p := newPlace(b)
			m := p.ready(b)
			for i := range files {
				if err := os.WriteFile(filepath.Join(p.drive, fmt.Sprintf("%06d.txt", i)), nil, 0o600); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				m.listAnew(b)
				m.hit("a")
				started := b.Elapsed()
				m.carryOut(b, m.askRemove())
				removed := b.Elapsed()
				m.carryOut(b, m.undo())
				b.ReportMetric((removed - started).Seconds(), "s/removal")
				b.ReportMetric((b.Elapsed() - removed).Seconds(), "s/undo")
			}
			if found, err := os.ReadDir(p.drive); err != nil || len(found) != files {
				b.Errorf("%d files are there again, want %d (%v)", len(found), files, err)
			}
		})
	}
}
