package storage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/wire"
)

// A folder that takes longer to read than a turn lasts is got through in a few
// turns all the same, and none is missed.
func TestSearchInALargeFolder(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	const files = 1000
	for _, folder := range []string{"", "a", "b"} {
		if err := os.MkdirAll(filepath.Join(d.host("ann"), folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range files {
			writeFile(t, filepath.Join(d.host("ann"), folder, fmt.Sprintf("f%03d", i)), nil)
		}
	}
	d.SetSearchTurn(0)
	found, turns := 0, 0
	for args := (wire.SearchArgs{Path: wire.Root, Text: "f??5"}); ; turns++ {
		for _, folder := range []string{"", "a", "b"} { // what has just changed is not remembered, and read in every turn
			if now := time.Now(); os.Chtimes(filepath.Join(d.host("ann"), folder), now, now) != nil {
				t.Fatal("the folder cannot be touched")
			}
		}
		page, err := ann.Search(t.Context(), args)
		if err != nil {
			t.Fatal(err)
		}
		found += len(page.Found)
		if !page.More {
			break
		}
		args.After = page.After
	}
	if found != 3*files/10 || turns < 3 || turns > 20 {
		t.Errorf("%d found in %d turns, want %d in 3 to 20", found, turns, 3*files/10)
	}
}
