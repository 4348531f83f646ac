package transfer

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"wangpan/wire"
)

// matrixSize has two whole blocks and a bit, so that half of it has a recorded
// block and a tail.
const matrixSize = 2*wire.BlockSize + 1000

// local is what is there before: n bytes, right or with one bit wrong in the middle.
func local(data []byte, n int, wrong bool) []byte {
	content := bytes.Clone(data[:min(n, len(data))])
	for len(content) < n {
		content = append(content, 7)
	}
	if wrong {
		content = flipped(content, n/2)
	}
	return content
}

func eachCase(t *testing.T, f func(t *testing.T, data []byte, n int, wrong bool)) {
	t.Helper()
	data := random(matrixSize)
	for _, n := range []int{0, 1, 1024, matrixSize / 2, matrixSize - 1, matrixSize, matrixSize + 1} {
		for _, wrong := range []bool{false, true} {
			if n == 0 && wrong {
				continue
			}
			t.Run(fmt.Sprintf("%d bytes, wrong %v", n, wrong), func(t *testing.T) { f(t, data, n, wrong) })
		}
	}
}

func TestDownloadOverPlainFile(t *testing.T) {
	eachCase(t, func(t *testing.T, data []byte, n int, wrong bool) {
		t.Helper()
		m, folder := newMemory(), t.TempDir()
		m.set("/f", data)
		target := filepath.Join(folder, "f")
		before := local(data, n, wrong)
		write(t, target, before)
		q := start(t, m)
		tr := run(t, q, Job{Local: target, Remote: "/f"})
		if n == matrixSize && !wrong {
			wantState(t, tr, Done)
			if got, _ := m.moved(); !tr.Result.Identical || got != 0 {
				t.Fatalf("identical %v after %d bytes", tr.Result.Identical, got)
			}
			return
		}
		wantState(t, tr, Asking)
		wantFile(t, target, before)
		want := Question{Exists: true, Local: tr.Question.Local, Remote: tr.Question.Remote}
		answer, left := AnswerResume, int64(matrixSize-n)
		switch {
		case wrong:
			// What is proven ends with the last whole block before the wrong bit.
			want.Verified = int64(n) / 2 / wire.BlockSize * wire.BlockSize
			want.Why = ReasonDiffers
			answer, left = AnswerStartOver, matrixSize
		case n > matrixSize:
			want.Verified, want.Whole, want.Why = matrixSize, true, ReasonLonger
			answer, left = AnswerStartOver, matrixSize
		default:
			want.Verified, want.Saves, want.Whole = int64(n), int64(n), true
		}
		if *tr.Question != want || want.Local.Size != int64(n) || want.Remote.Size != matrixSize {
			t.Fatalf("question is %+v, want %+v", *tr.Question, want)
		}
		asked := m.count("blocks")
		q.Answer(tr.ID, answer, false)
		tr = find(t, settle(t, q), tr.ID)
		wantState(t, tr, Done)
		wantFile(t, target, data)
		wantOnly(t, folder, "f")
		if got, _ := m.moved(); got != left {
			t.Errorf("%d bytes moved, want %d", got, left)
		}
		if again := m.count("blocks") - asked; again != 0 {
			t.Errorf("blocks were compared %d times more after the answer", again)
		}
	})
}

func TestDownloadOverOwnPartial(t *testing.T) {
	eachCase(t, func(t *testing.T, data []byte, n int, wrong bool) {
		t.Helper()
		m, folder := newMemory(), t.TempDir()
		m.set("/f", data)
		target := filepath.Join(folder, "f")
		ownPartial(t, target, m, "/f", local(data, n, false))
		if wrong { // behind the back of the record
			write(t, partialPath(target, 1), local(data, n, true))
		}
		q := start(t, m)
		tr := run(t, q, Job{Local: target, Remote: "/f"})
		wantState(t, tr, Asking)
		there := int64(min(n, matrixSize))
		want := Question{
			Partial: true, Verified: there, Saves: there, Whole: true,
			Local: tr.Question.Local, Remote: tr.Question.Remote,
		}
		if *tr.Question != want || m.count("blocks") != 0 {
			t.Fatalf("question is %+v after %d comparisons, want %+v", *tr.Question, m.count("blocks"), want)
		}
		q.Answer(tr.ID, AnswerResume, false)
		tr = find(t, settle(t, q), tr.ID)
		wantState(t, tr, Done)
		wantFile(t, target, data)
		wantOnly(t, folder, "f")
		repaired := int64(0)
		if wrong && n/2 < matrixSize {
			block := int64(n) / 2 / wire.BlockSize
			repaired = min(wire.BlockSize, matrixSize-block*wire.BlockSize)
		}
		if got, _ := m.moved(); got != matrixSize-there+repaired || tr.Repaired != repaired || tr.Resumed != there {
			t.Errorf("%d bytes moved, %d repaired, %d resumed; want %d, %d, %d", got, tr.Repaired, tr.Resumed,
				matrixSize-there+repaired, repaired, there)
		}
	})
}

func TestUploadOverPlainFile(t *testing.T) {
	eachCase(t, func(t *testing.T, data []byte, n int, wrong bool) {
		t.Helper()
		m, source := newMemory(), filepath.Join(t.TempDir(), "f")
		m.set("/f", local(data, n, wrong))
		write(t, source, data)
		q := start(t, m)
		tr := run(t, q, Job{Direction: Upload, Local: source, Remote: "/f"})
		if n == matrixSize && !wrong {
			wantState(t, tr, Done)
			if _, put := m.moved(); !tr.Result.Identical || put != 0 {
				t.Fatalf("identical %v after %d bytes", tr.Result.Identical, put)
			}
			return
		}
		wantState(t, tr, Asking)
		want := Question{Exists: true, Why: ReasonComplete, Local: tr.Question.Local, Remote: tr.Question.Remote}
		if *tr.Question != want || want.Local.Size != matrixSize || want.Remote.Size != int64(n) {
			t.Fatalf("question is %+v, want %+v", *tr.Question, want)
		}
		q.Answer(tr.ID, AnswerResume, false) // which is not offered
		wantState(t, find(t, q.Snapshot(), tr.ID), Asking)
		q.Answer(tr.ID, AnswerStartOver, false)
		wantState(t, find(t, settle(t, q), tr.ID), Done)
		if !bytes.Equal(m.content("/f"), data) || m.uploadCount() != 0 {
			t.Errorf("the server has %d other bytes and %d uploads", len(m.content("/f")), m.uploadCount())
		}
	})
}

// stage leaves behind what an interrupted upload of an earlier run leaves.
func stage(t *testing.T, m *memory, source string, content []byte, size int) {
	t.Helper()
	src, err := openSource(source, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	id := newUploadID()
	m.staged[id] = newUpload(wire.Upload{
		Upload: id, Path: "/f", Size: int64(size), ModTime: src.stamp.info.ModTime().UTC(),
	}, content)
}

func TestUploadOverStaged(t *testing.T) {
	eachCase(t, func(t *testing.T, data []byte, n int, wrong bool) {
		t.Helper()
		if n > matrixSize {
			t.Skip("a server stages at most the size announced")
		}
		m, source := newMemory(), filepath.Join(t.TempDir(), "f")
		write(t, source, data)
		stage(t, m, source, local(data, n, wrong), matrixSize)
		q := start(t, m)
		tr := run(t, q, Job{Direction: Upload, Local: source, Remote: "/f"})
		same := int64(n)
		if wrong { // the block with the wrong bit is no use
			block := int64(n) / 2 / wire.BlockSize * wire.BlockSize
			same -= min(wire.BlockSize, int64(n)-block)
		}
		left := matrixSize - same
		if same > 0 {
			wantState(t, tr, Asking)
			want := Question{
				Partial: true, Verified: same, Saves: same, Whole: !wrong,
				Local: tr.Question.Local, Remote: tr.Question.Remote,
			}
			if *tr.Question != want || want.Remote.Size != int64(n) {
				t.Fatalf("question is %+v, want %+v", *tr.Question, want)
			}
			q.Answer(tr.ID, AnswerResume, false)
			tr = find(t, settle(t, q), tr.ID)
		}
		wantState(t, tr, Done)
		if !bytes.Equal(m.content("/f"), data) {
			t.Fatal("the server has something else")
		}
		if m.uploadCount() != 0 || (n > 0 && same == 0) != (tr.Restart.Why == ReasonDiffers) {
			t.Errorf("%d uploads are left, restart is %+v", m.uploadCount(), tr.Restart)
		}
		if _, put := m.moved(); put != left || tr.Resumed != matrixSize-left {
			t.Errorf("%d bytes moved and %d resumed, want %d moved", put, tr.Resumed, left)
		}
	})
}
