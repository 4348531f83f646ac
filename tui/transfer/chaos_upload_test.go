package transfer

import (
	"bytes"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// Whatever happens to an upload: it ends, the file at its result is the whole
// source, nothing that somebody else put there was replaced without a word of
// the user, and nothing stays staged.
func TestUploadChaos(t *testing.T) {
	base, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 3000), rapid.IntRange(wire.BlockSize-2, wire.BlockSize+3000)).Draw(rt, "size")
		data := random(wire.BlockSize + 4000)[:size]
		n++
		source := filepath.Join(base, fmt.Sprint(n))
		write(t, source, data)
		m := newMemory()
		m.noDigest = rapid.Bool().Draw(rt, "no digest")
		if rapid.Bool().Draw(rt, "file there") {
			m.set("/f", []byte("theirs"))
		}
		if rapid.Bool().Draw(rt, "staged") && size > 0 {
			staged := bytes.Clone(data[:rapid.IntRange(0, size).Draw(rt, "staged size")])
			if len(staged) > 0 && rapid.Bool().Draw(rt, "staged differs") {
				staged[0] ^= 1
			}
			stage(t, m, source, staged, size)
		}
		m.cutPut = rapid.SliceOfN(rapid.Int64Range(0, wire.BlockSize+3000), 0, 3).Draw(rt, "cuts")
		changes := rapid.SliceOfN(rapid.SampledFrom([]string{"stat", "uploads", "put", "commit"}), 0, 3).Draw(rt, "changes before")
		var mu sync.Mutex // streams ask at the same time
		m.before = func(request string) {
			mu.Lock()
			defer mu.Unlock()
			if len(changes) > 0 && changes[0] == request {
				changes = changes[1:]
				m.set("/f", fmt.Appendf(nil, "theirs again, %d", len(changes)))
			}
		}
		lost := rapid.SliceOfN(rapid.SampledFrom([]string{"stat", "uploads", "put", "commit", "discard"}), 0, 3).Draw(rt, "lost replies")
		m.after = func(request string, _ error) error {
			mu.Lock()
			defer mu.Unlock()
			if len(lost) > 0 && lost[0] == request {
				lost = lost[1:]
				return errCut
			}
			return nil
		}
		q := New(Options{Dial: m.dial, Origin: origin})
		defer q.Close()
		if rapid.Bool().Draw(rt, "streams") {
			q.SetStreams(3, 0, wire.BlockSize)
		}
		id := q.Add(Job{Direction: Upload, Local: source, Remote: "/f"})[0]
		tr := find(t, settle(t, q), id)
		over, keeps := false, false
		for tr.State == Asking {
			answers := []Answer{AnswerStartOver, AnswerKeepBoth}
			if tr.Question.Offers(AnswerResume) {
				answers = append(answers, AnswerResume)
			}
			answer := rapid.SampledFrom(answers).Draw(rt, "answer")
			over = over || tr.Question.Exists && answer != AnswerKeepBoth
			keeps = keeps || answer == AnswerKeepBoth
			q.Answer(id, answer, false)
			tr = find(t, settle(t, q), id)
		}
		if tr.State != Done {
			rt.Fatalf("state is %d: %v", tr.State, tr.Err)
		}
		if !bytes.Equal(m.content(tr.Result.Remote), data) || tr.Done != int64(size) {
			rt.Fatalf("%s has %d bytes that are not the %d sent", tr.Result.Remote, len(m.content(tr.Result.Remote)), size)
		}
		theirs := bytes.HasPrefix(m.content("/f"), []byte("theirs"))
		if tr.Result.Remote == "/f" && m.versions > 1 && !over {
			rt.Fatal("a file of somebody else was replaced without asking")
		}
		if tr.Result.Remote != "/f" && !theirs && m.content("/f") != nil {
			rt.Fatal("their file is gone")
		}
		// A discard whose reply is lost, or staged bytes that were kept, may stay.
		if !keeps && len(lost) == 0 && m.uploadCount() > 1 {
			rt.Fatalf("%d uploads are left", m.uploadCount())
		}
	})
}
