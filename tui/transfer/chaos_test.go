package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// chaos draws what is there before and what goes wrong on the way: cuts, other
// versions, damage, and whatever the user answers.
type chaos struct {
	m       *memory
	offered [][]byte // every version that the server ever had
	keeps   bool     // the user keeps an old partial
}

func (c *chaos) draw(t *rapid.T) {
	// Small files see most of the code; some have a whole block.
	size := rapid.OneOf(rapid.IntRange(0, 3000), rapid.IntRange(wire.BlockSize-2, wire.BlockSize+3000))
	base := random(wire.BlockSize + 4000)
	version := func(label string) []byte {
		content := bytes.Clone(base[:size.Draw(t, label)])
		if len(content) > 0 && rapid.Bool().Draw(t, label+" differs") {
			content[rapid.IntRange(0, len(content)-1).Draw(t, label+" at")] ^= 8
		}
		c.offered = append(c.offered, content)
		return content
	}
	c.m = newMemory()
	c.m.noDigest = rapid.Bool().Draw(t, "no digest")
	c.m.set("/f", version("first"))
	c.m.cutGet = rapid.SliceOfN(rapid.Int64Range(0, wire.BlockSize+3000), 0, 4).Draw(t, "cuts")
	changes := rapid.SliceOfN(rapid.SampledFrom([]string{"stat", "get", "blocks"}), 0, 2).Draw(t, "changes before")
	for range changes {
		version("next")
	}
	next := 1
	var mu sync.Mutex // streams ask at the same time
	c.m.before = func(request string) {
		mu.Lock()
		defer mu.Unlock()
		if len(changes) > 0 && changes[0] == request {
			changes = changes[1:]
			c.m.set("/f", c.offered[next])
			next++
		}
	}
	spoilt := rapid.IntRange(0, 2).Draw(t, "spoilt")
	c.m.spoil = func(_ int64, b []byte) {
		if spoilt > 0 && len(b) > 0 {
			spoilt--
			b[len(b)/2] ^= 1
		}
	}
}

// Whatever happens: under the real name is the old file or one whole version
// that the server has had, what is Done is what its result says, and nothing
// is left over.
func TestChaos(t *testing.T) {
	base, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		c := new(chaos)
		c.draw(rt)
		folder := filepath.Join(base, fmt.Sprint(n))
		if n++; os.Mkdir(folder, 0o700) != nil {
			rt.Fatal("no folder for the files")
		}
		target := filepath.Join(folder, "f")
		var old []byte
		switch rapid.IntRange(0, 2).Draw(rt, "before") {
		case 1:
			old = bytes.Clone(c.offered[0][:rapid.IntRange(0, len(c.offered[0])).Draw(rt, "old size")])
			if rapid.Bool().Draw(rt, "old differs") {
				old = append(old, 99)
			}
			write(t, target, old)
		case 2:
			ownPartial(t, target, c.m, "/f", c.offered[0][:rapid.IntRange(0, len(c.offered[0])).Draw(rt, "partial size")])
		}
		q := New(Options{Dial: c.m.dial, Origin: origin})
		defer q.Close()
		if rapid.Bool().Draw(rt, "streams") {
			q.SetStreams(3, 0, wire.BlockSize)
		}
		id := q.Add(Job{Local: target, Remote: "/f"})[0]
		tr := find(t, settle(t, q), id)
		for tr.State == Asking {
			answers := []Answer{AnswerStartOver, AnswerKeepBoth, AnswerSkip}
			if tr.Question.Offers(AnswerResume) {
				answers = append(answers, AnswerResume, AnswerResume)
			}
			answer := rapid.SampledFrom(answers).Draw(rt, "answer")
			c.keeps = c.keeps || answer == AnswerKeepBoth && tr.Question.Partial
			q.Answer(id, answer, false)
			tr = find(t, settle(t, q), id)
		}
		if tr.State != Done {
			rt.Fatalf("state is %d: %v", tr.State, tr.Err)
		}
		c.check(rt, tr, target, old)
	})
}

func (c *chaos) check(t *rapid.T, tr Transfer, target string, old []byte) {
	isVersion := func(content []byte) bool {
		for _, v := range c.offered {
			if bytes.Equal(v, content) {
				return true
			}
		}
		return false
	}
	content, err := os.ReadFile(target)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err == nil && !isVersion(content) && (old == nil || !bytes.Equal(content, old)) {
		t.Fatalf("under the real name are %d bytes that nobody ever offered", len(content))
	}
	if tr.Result.Skipped {
		return
	}
	got, err := os.ReadFile(tr.Result.Local)
	if err != nil || !isVersion(got) || int64(len(got)) != tr.Result.Entry.Size || tr.Done != tr.Result.Entry.Size {
		t.Fatalf("%d bytes of %d (%v)", len(got), tr.Result.Entry.Size, err)
	}
	entries, err := os.ReadDir(filepath.Dir(target))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if name != "f" && name != filepath.Base(tr.Result.Local) && !c.keeps {
			t.Fatalf("%s is left over", name)
		}
	}
}
