package transfer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/tui/transfer"
	"wangpan/wire/linetest"
)

// benchmarkSmall moves n files of 1 KiB, over a line with that round trip.
func benchmarkSmall(b *testing.B, direction transfer.Direction, n int, roundTrip time.Duration) {
	b.Helper()
	a, folder := newAccount(b), b.TempDir()
	a.cable.addr = a.daemon.Addr // directly
	if roundTrip > 0 {
		line := linetest.Start(b, a.daemon.Addr)
		line.Delay(roundTrip / 2)
		a.cable.addr = line.Addr
	}
	local, remote := filepath.Join(folder, "tree"), filepath.Join(a.drive(), "tree")
	source, target := local, remote
	if direction == transfer.Download {
		source, target = remote, local
	}
	if err := os.Mkdir(source, 0o700); err != nil {
		b.Fatal(err)
	}
	data := content(1024)
	for i := range n {
		write(b, filepath.Join(source, fmt.Sprint(i)), data)
	}
	q := a.queue(b)
	b.SetBytes(int64(n) * 1024)
	for b.Loop() {
		if tr := done(b, q, transfer.Job{Direction: direction, Folder: true, Local: local, Remote: "/tree"}); tr.Tree.Done != int64(n) {
			b.Fatalf("folder is %+v", *tr.Tree)
		}
		b.StopTimer()
		if err := os.RemoveAll(target); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "files/s")
}

func BenchmarkSmallUp(b *testing.B) { benchmarkSmall(b, transfer.Upload, 10_000, 0) }

func BenchmarkSmallDown(b *testing.B) { benchmarkSmall(b, transfer.Download, 10_000, 0) }

func BenchmarkSmallUpFar(b *testing.B) {
	benchmarkSmall(b, transfer.Upload, 1000, 50*time.Millisecond)
}

func BenchmarkSmallDownFar(b *testing.B) {
	benchmarkSmall(b, transfer.Download, 1000, 50*time.Millisecond)
}
