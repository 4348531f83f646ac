package accounts

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// Run with: go test -run '^$' -bench . -benchmem ./accounts/

// sizes are numbers of accounts. A save of 100,000 takes seconds and half a GB, so they are for a soak.
var sizes = func() []int {
	if soak {
		return []int{1_000, 10_000, 100_000}
	}
	return []int{1_000, 10_000}
}()

// saveLarge saves a workbook of n accounts and the backup that lets it be so large.
func saveLarge(b *testing.B, path string, n int) {
	b.Helper()
	data := workbookOf(b, n)
	saveAs(b, path, data)
	if err := keepBackup(path, data, uint64(n), time.Now()); err != nil {
		b.Fatal(err)
	}
}

func large(b *testing.B, n int) *Book {
	b.Helper()
	path := newPath(b)
	saveLarge(b, path, n)
	return bookAt(b, path, Options{look: time.Hour})
}

func BenchmarkStart(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := newPath(b)
			saveLarge(b, path, n)
			for b.Loop() {
				book, err := Open(path, Options{look: time.Hour})
				if err != nil {
					b.Fatal(err)
				}
				if err := book.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSave is one registration folded into the workbook: rendered, compared, replaced, read
// again and backed up.
func BenchmarkSave(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			book := large(b, n)
			i := 0
			for b.Loop() {
				i++
				name := fmt.Sprintf("new%d", i)
				book.change.Lock()
				err := book.record(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash})
				book.change.Unlock()
				if err != nil {
					b.Fatal(err)
				}
				if err := book.fold(false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRegister is one registration, hash and fsync included.
func BenchmarkRegister(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			book := large(b, min(n, maxAccounts-1000)) // a full book takes nobody
			i := 0
			for b.Loop() {
				i++
				mustRegister(b, book, fmt.Sprintf("new%d", i))
			}
		})
	}
}

// BenchmarkHundredAtOnce is what a class does in its first minute: a hundred registrations at once, until
// the last has been told that it succeeded.
func BenchmarkHundredAtOnce(b *testing.B) {
	book := large(b, 10_000)
	round := 0
	for b.Loop() {
		round++
		var wait sync.WaitGroup
		for i := range 100 {
			wait.Go(func() {
				if _, err := book.Add(b.Context(), fmt.Sprintf("pupil%d.%d", round, i), goodPassword); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
	}
}

// BenchmarkFind is what a login costs beside the hash.
func BenchmarkFind(b *testing.B) {
	book := large(b, 10_000)
	for b.Loop() {
		name, err := canonicalName("User5000")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := book.Folder(name); err != nil {
			b.Fatal(err)
		}
	}
}
