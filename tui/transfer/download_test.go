package transfer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/wire"
)

func TestDownloadOfNothingThere(t *testing.T) {
	for _, size := range []int{0, 1, 1000, wire.BlockSize - 1, wire.BlockSize, 2*wire.BlockSize + 12345} {
		m, folder := newMemory(), t.TempDir()
		data := random(size)
		m.set("/a/论文 final.pdf", data)
		q := start(t, m)
		target := filepath.Join(folder, "论文 final.pdf")
		got := run(t, q, Job{Local: target, Remote: "/a/论文 final.pdf"})
		wantState(t, got, Done)
		wantFile(t, target, data)
		wantOnly(t, folder, "论文 final.pdf")
		info, err := os.Stat(target)
		if err != nil {
			t.Fatal(err)
		}
		if want := modeOf(nil, false, umask()); info.Mode().Perm() != want || !info.ModTime().Equal(time.Unix(1_700_000_000, 123_456_789)) {
			t.Errorf("mode %v, time %v, want mode %v", info.Mode(), info.ModTime(), want)
		}
		if got.Result.Local != target || got.Result.Digest != *m.digest(data) || got.Done != int64(size) || got.Resumed != 0 {
			t.Errorf("transfer is %+v, result %+v", got, got.Result)
		}
	}
}
