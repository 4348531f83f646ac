package storage_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

func BenchmarkStat(b *testing.B) {
	d := openDisk(b, b.TempDir())
	ann := d.drive(b, "ann")
	storagetest.Mkdir(b, ann, "/a", "/a/b", "/a/b/c")
	for _, path := range []wire.Path{"/f", "/a/b/c/f"} {
		storagetest.Put(b, ann, path, []byte("data"), storagetest.IfAbsent)
		b.Run(fmt.Sprint("depth ", len(path.Names())), func(b *testing.B) {
			for b.Loop() {
				if _, err := ann.Stat(b.Context(), path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkList lists a folder of 100,000 files: its first page when nothing is
// remembered, and all pages one after the other.
func BenchmarkList(b *testing.B) {
	const files = 100_000
	d := openDisk(b, b.TempDir())
	ann := d.drive(b, "ann")
	for i := range files {
		f, err := os.Create(d.host("ann", fmt.Sprintf("a rather usual file name %06d.jpg", i*7919%files)))
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	b.Run("first page", func(b *testing.B) {
		for b.Loop() {
			// As if the folder had just changed, so that its names are not remembered.
			if err := os.Chtimes(d.host("ann"), time.Time{}, time.Now()); err != nil {
				b.Fatal(err)
			}
			if _, err := ann.List(b.Context(), wire.ListArgs{Path: wire.Root}); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := os.Chtimes(d.host("ann"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		b.Fatal(err)
	}
	b.Run("all pages", func(b *testing.B) {
		for b.Loop() {
			args, seen := wire.ListArgs{Path: wire.Root}, 0
			for more := true; more; {
				listing, err := ann.List(b.Context(), args)
				if err != nil {
					b.Fatal(err)
				}
				seen += len(listing.Entries)
				args.After, more = listing.Entries[len(listing.Entries)-1].Name, listing.More
			}
			if seen != files {
				b.Fatalf("%d files, want %d", seen, files)
			}
		}
	})
}

// BenchmarkPut uploads and commits files of 1 KiB, one after the other.
func BenchmarkPut(b *testing.B) {
	d := openDisk(b, b.TempDir())
	ann := d.drive(b, "ann")
	data := storagetest.Bytes(1<<10, 1)
	for i := 0; b.Loop(); i++ {
		storagetest.Put(b, ann, wire.Path(fmt.Sprintf("/f%d", i)), data, storagetest.IfAbsent)
	}
}

// BenchmarkWrite stages a big file, chunk by chunk.
func BenchmarkWrite(b *testing.B) {
	const size = 512 << 20
	d := openDisk(b, b.TempDir())
	ann := d.drive(b, "ann")
	chunk := storagetest.Bytes(wire.ChunkSize, 1)
	b.SetBytes(size)
	for b.Loop() {
		args := storagetest.PutArgs("/f", nil, storagetest.IfAny)
		args.Size = size
		s, err := ann.Stage(b.Context(), args)
		if err != nil {
			b.Fatal(err)
		}
		for range size / len(chunk) {
			if _, err := s.Write(chunk); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		if err := ann.Discard(b.Context(), args.Upload); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBlocks works out the blocks of a file that was put there by hand.
func BenchmarkBlocks(b *testing.B) {
	const size = 256 << 20
	d := openDisk(b, b.TempDir())
	ann := d.drive(b, "ann")
	data := storagetest.Bytes(size, 1)
	b.SetBytes(size)
	for b.Loop() {
		b.StopTimer()
		writeFile(b, d.host("ann", "f"), data)
		c, err := ann.Open(b.Context(), "/f", "")
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, _, err := c.Blocks(b.Context(), size); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}
