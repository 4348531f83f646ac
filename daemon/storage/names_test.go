package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However names come, all of them are sorted in the end.
func TestRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r runs
		var want []string
		for range rapid.IntRange(1, 12).Draw(t, "batches") {
			var one []named
			for _, name := range rapid.SliceOfN(rapid.StringN(1, 3, 9), 0, 20).Draw(t, "names") {
				one, want = append(one, named{name: name}), append(want, name)
			}
			r.add(one)
		}
		slices.Sort(want)
		var got []string
		for _, one := range r.merged() {
			got = append(got, one.name)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// A folder of several batches is read whole, and given up when nobody waits.
func TestReadNamesOfSeveralBatches(t *testing.T) {
	dir := t.TempDir()
	const files = 2*readBatch + 1
	for i := range files {
		if err := os.Mkdir(fmt.Sprintf("%s/%05d", dir, i), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, want := range []error{nil, context.Canceled} {
		f, err := os.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := readNames(ctx, f)
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if err == nil && (len(all.sorted) != files || !slices.IsSorted(all.sorted) || slices.Contains(all.folders, false)) {
			t.Errorf("%d names, %d of them are wanted", len(all.sorted), files)
		}
		if err := f.Close(); err != nil { // and nobody reads it any more
			t.Error(err)
		}
		cancel()
	}
}
