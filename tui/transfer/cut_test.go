package transfer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangpan/wire"
)

func TestCutConnections(t *testing.T) {
	data := random(2*wire.BlockSize + 77)
	tests := []struct {
		name string
		cuts []int64 // bytes after which each connection ends
	}{
		{"before the first byte", []int64{0}},
		{"after one byte", []int64{1}},
		{"in the first block", []int64{1000}},
		{"at the end of a block", []int64{wire.BlockSize}},
		{"three times", []int64{wire.BlockSize + 1, 5, 300_000}},
		{"before the last byte", []int64{int64(len(data)) - 1}},
		{"after the last byte", []int64{int64(len(data))}},
		{"at every start", []int64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run("download "+tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			m.set("/f", data)
			m.cutGet = tt.cuts
			target := filepath.Join(folder, "f")
			tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
			wantState(t, tr, Done)
			wantFile(t, target, data)
			wantOnly(t, folder, "f")
			if got, _ := m.moved(); got != int64(len(data)) || tr.Done != got {
				t.Errorf("%d bytes moved, %d counted, of %d", got, tr.Done, len(data))
			}
		})
		t.Run("upload "+tt.name, func(t *testing.T) {
			m, source := newMemory(), filepath.Join(t.TempDir(), "f")
			write(t, source, data)
			m.cutPut = tt.cuts
			tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f"})
			wantState(t, tr, Done)
			if _, put := m.moved(); put != int64(len(data)) || !bytes.Equal(m.content("/f"), data) || m.uploadCount() != 0 {
				t.Errorf("%d bytes moved of %d, %d uploads left", put, len(data), m.uploadCount())
			}
		})
	}
}

// once returns a function that is f the first time and does nothing later.
func once(f func()) func() {
	var o sync.Once
	return func() { o.Do(f) }
}

func TestRemoteChangesUnderDownload(t *testing.T) {
	first := random(2*wire.BlockSize + 500)
	shared := append(bytes.Clone(first[:wire.BlockSize]), random(wire.BlockSize+900)...)
	tests := []struct {
		name       string
		second     []byte
		kept, move int64
	}{
		{"all of it", random(wire.BlockSize + 3), 0, wire.BlockSize + 3},
		{"behind the first block", shared, wire.BlockSize, int64(len(shared)) - wire.BlockSize},
		{"to a beginning of it", first[:wire.BlockSize], wire.BlockSize, 0},
		{"to nothing", nil, 0, 0},
		{"by a longer end", append(bytes.Clone(first), 1, 2, 3), 2*wire.BlockSize + 100, 403},
		{"in its version only", first, 2*wire.BlockSize + 100, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			m.set("/f", first)
			const cut = 2*wire.BlockSize + 100
			m.cutGet = []int64{cut}
			change := once(func() { m.set("/f", tt.second) })
			gets := 0
			m.before = func(request string) {
				if request == "get" {
					if gets++; gets == 2 {
						change()
					}
				}
			}
			target := filepath.Join(folder, "f")
			tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
			wantState(t, tr, Done)
			wantFile(t, target, tt.second)
			wantOnly(t, folder, "f")
			if got, _ := m.moved(); got != cut+tt.move {
				t.Errorf("%d bytes moved, want %d", got, cut+tt.move)
			}
			if tr.Restart != (Restart{ReasonChanged, tt.kept}) || tr.Result.Entry.Version != "v2" {
				t.Errorf("restart is %+v, version %s", tr.Restart, tr.Result.Entry.Version)
			}
		})
	}
}

func TestRemoteThatNeverStopsChanging(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(100))
	m.before = func(request string) {
		if request == "get" || request == "blocks" {
			m.set("/f", random(100))
		}
	}
	target := filepath.Join(folder, "f")
	tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
	wantState(t, tr, Failed)
	if !errors.Is(tr.Err, ErrRemoteChanged) {
		t.Errorf("error is %v", tr.Err)
	}
	if _, err := os.Lstat(target); !errors.Is(err, os.ErrNotExist) {
		t.Error("there is a file under the real name")
	}
}

func TestRemoteVanishesUnderDownload(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(1000))
	m.before = func(request string) {
		if request == "get" {
			m.mu.Lock()
			delete(m.files, "/f")
			m.mu.Unlock()
		}
	}
	tr := run(t, start(t, m), Job{Local: filepath.Join(folder, "f"), Remote: "/f"})
	wantState(t, tr, Failed)
	if !errors.Is(tr.Err, wire.NotFound) {
		t.Errorf("error is %v", tr.Err)
	}
}

func TestDamageOnTheWay(t *testing.T) {
	data := random(3*wire.BlockSize + 10)
	tests := []struct {
		name     string
		noDigest bool
		times    int // how many gets are spoilt
		repaired int64
		want     State
	}{
		{"the server knows the digest", false, 1, wire.BlockSize, Done},
		{"the server has to read first", true, 1, wire.BlockSize, Done},
		{"the repair is damaged, too", false, 2, 2 * wire.BlockSize, Done},
		{"everything is damaged always", false, 100, 3 * wire.BlockSize, Failed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			m.set("/f", data)
			m.noDigest = tt.noDigest
			gets := 0
			m.spoil = func(offset int64, b []byte) {
				if gets++; gets <= tt.times {
					b[wire.BlockSize+5-offset] ^= 1
				}
			}
			target := filepath.Join(folder, "f")
			tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
			wantState(t, tr, tt.want)
			if tr.Repaired != tt.repaired {
				t.Errorf("%d bytes repaired, want %d", tr.Repaired, tt.repaired)
			}
			if tt.want == Done {
				wantFile(t, target, data)
				wantOnly(t, folder, "f")
			} else if !errors.Is(tr.Err, ErrDamaged) {
				t.Errorf("error is %v", tr.Err)
			}
		})
	}
}

// A repair that is cut is taken up again and mends the right block.
func TestCutRepair(t *testing.T) {
	data := random(3*wire.BlockSize + 10)
	m, folder := newMemory(), t.TempDir()
	m.set("/f", data)
	gets := 0
	m.spoil = func(offset int64, b []byte) {
		if gets++; gets == 1 {
			b[5] ^= 1
			b[2*wire.BlockSize+5] ^= 1
		}
	}
	m.cutGet = []int64{1 << 40, 1 << 40, 1_000_000} // the second block's repair
	target := filepath.Join(folder, "f")
	tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
	wantState(t, tr, Done)
	wantFile(t, target, data)
	wantOnly(t, folder, "f")
}

func TestLostCommitReply(t *testing.T) {
	for _, noDigest := range []bool{false, true} {
		data := random(5000)
		m, source := newMemory(), filepath.Join(t.TempDir(), "f")
		m.noDigest = noDigest
		write(t, source, data)
		lose := true
		m.after = func(request string, _ error) error {
			if request == "commit" && lose {
				lose = false
				return errCut
			}
			return nil
		}
		tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f"})
		wantState(t, tr, Done)
		if _, put := m.moved(); put != 5000 || m.count("commit") != 2 || tr.Result.Entry.Version != "v1" {
			t.Errorf("%d bytes in %d commits, version %s", put, m.count("commit"), tr.Result.Entry.Version)
		}
	}
}

// A commit whose answer is lost is done, also when the file is replaced before
// it is repeated: the server gives its answer again.
func TestLostCommitReplyOfAReplacedFile(t *testing.T) {
	m, source := newMemory(), filepath.Join(t.TempDir(), "f")
	m.answers = map[wire.Key]wire.StatReply{}
	write(t, source, random(5000))
	lose := true
	m.after = func(request string, _ error) error {
		if request == "commit" && lose {
			lose = false
			m.setLocked("/f", random(70), time.Unix(0, 0))
			return errCut
		}
		return nil
	}
	tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f"})
	wantState(t, tr, Done)
	if _, put := m.moved(); put != 5000 || tr.Result.Entry.Version != "v1" {
		t.Errorf("%d bytes were sent for version %s, want 5000 for v1", put, tr.Result.Entry.Version)
	}
}

func TestBusyServerIsTriedAgain(t *testing.T) {
	for _, request := range []string{"stat", "uploads", "put", "commit"} {
		m, source := newMemory(), filepath.Join(t.TempDir(), "f")
		write(t, source, random(5000))
		refused := 0
		m.refuse = func(r string) error {
			if r == request && refused < 3 {
				refused++
				return wire.Errorf(wire.Busy, "not now")
			}
			return nil
		}
		tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f"})
		wantState(t, tr, Done)
		if _, put := m.moved(); put != 5000 || refused != 3 {
			t.Errorf("%s: %d bytes moved after %d refusals", request, put, refused)
		}
	}
}

func TestExpiredUploadBeginsAgain(t *testing.T) {
	data := random(wire.BlockSize + 5)
	m, source := newMemory(), filepath.Join(t.TempDir(), "f")
	write(t, source, data)
	m.cutPut = []int64{wire.BlockSize}
	puts := 0
	m.before = func(request string) {
		if request != "put" {
			return
		}
		if puts++; puts == 2 {
			m.mu.Lock()
			clear(m.staged)
			m.mu.Unlock()
		}
	}
	tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f"})
	wantState(t, tr, Done)
	if !bytes.Equal(m.content("/f"), data) || tr.Restart.Why != ReasonExpired || tr.Done != int64(len(data)) {
		t.Errorf("restart %+v, done %d", tr.Restart, tr.Done)
	}
}
