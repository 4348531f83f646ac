package transfer

import (
	"bytes"
	"path/filepath"
	"testing"

	"wangpan/wire"
)

func TestUploadOfNothingThere(t *testing.T) {
	for _, size := range []int{0, 1, 1000, wire.BlockSize - 1, wire.BlockSize, 2*wire.BlockSize + 12345} {
		m := newMemory()
		data := random(size)
		source := filepath.Join(t.TempDir(), "a.bin")
		write(t, source, data)
		q := start(t, m)
		got := run(t, q, Job{Direction: Upload, Local: source, Remote: "/a.bin"})
		wantState(t, got, Done)
		if !bytes.Equal(m.content("/a.bin"), data) {
			t.Fatalf("size %d: the server has something else", size)
		}
		if got.Result.Remote != "/a.bin" || got.Result.Digest != *m.digest(data) || got.Done != int64(size) {
			t.Errorf("transfer is %+v, result %+v", got, got.Result)
		}
		if n := m.uploadCount(); n != 0 {
			t.Errorf("%d uploads are left", n)
		}
	}
}
