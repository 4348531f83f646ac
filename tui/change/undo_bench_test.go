package change

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"wangpan/wire"
)

// BenchmarkUndo measures how long it takes to remove files, and how long to undo
// that. The undo must not take more than twice as long.
func BenchmarkUndo(b *testing.B) {
	for _, n := range []int{2_000, 20_001} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := newBench(b)
			for i := range n {
				if err := os.WriteFile(filepath.Join(p.drive, fmt.Sprintf("%06d.txt", i)), nil, 0o600); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				batch := &Batch{Kind: Removing}
				for args := (wire.ListArgs{Path: wire.Root}); ; {
					listing, err := p.session.Client().List(b.Context(), args)
					if err != nil {
						b.Fatal(err)
					}
					for _, e := range listing.Entries {
						batch.Steps = append(batch.Steps, Remove(wire.Path("/"+e.Name), e.Version))
					}
					if !listing.More {
						break
					}
					args.After = listing.Entries[len(listing.Entries)-1].Name
				}
				started := b.Elapsed()
				p.do(b, batch)
				removed := b.Elapsed()
				p.undo(b)
				b.ReportMetric((removed - started).Seconds(), "s/removal")
				b.ReportMetric((b.Elapsed() - removed).Seconds(), "s/undo")
			}
			if found, err := os.ReadDir(p.drive); err != nil || len(found) != n {
				b.Errorf("%d files are there again, want %d (%v)", len(found), n, err)
			}
		})
	}
}
