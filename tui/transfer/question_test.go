package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"wangpan/wire"
)

func TestDecide(t *testing.T) {
	proven := Question{Exists: true, Whole: true, Verified: 5, Saves: 5}
	differs := Question{Exists: true, Why: ReasonDiffers}
	partial := Question{Partial: true, Verified: 5, Saves: 5, Whole: true}
	broken := Question{Partial: true, Why: ReasonChanged}
	exists := func(why Reason) error { return &Error{Kind: ErrExists, Path: "f", Why: why} }
	tests := []struct {
		name  string
		terms terms
		q     Question
		want  Answer
		err   error
	}{
		{"ask", terms{}, proven, NoAnswer, &asking{proven}},
		{"resume what is proven", terms{policy: Resume}, proven, AnswerResume, nil},
		{"resume what differs", terms{policy: Resume}, differs, NoAnswer, exists(ReasonDiffers)},
		{"start over", terms{policy: StartOver}, proven, AnswerStartOver, nil},
		{"keep both", terms{policy: KeepBoth}, proven, AnswerKeepBoth, nil},
		{"skip", terms{policy: Skip}, proven, AnswerSkip, nil},
		{"fail", terms{policy: Fail}, proven, NoAnswer, exists(ReasonNone)},
		{"ask about a partial", terms{}, partial, NoAnswer, &asking{partial}},
		{"fail with a partial only", terms{policy: Fail}, partial, AnswerResume, nil},
		{"skip with a partial only", terms{policy: Skip}, partial, AnswerResume, nil},
		{"start over with a partial only", terms{policy: StartOver}, partial, AnswerStartOver, nil},
		{"resume with a partial of another version", terms{policy: Resume}, broken, AnswerStartOver, nil},
		{"answered", terms{answer: AnswerKeepBoth, asked: &proven}, proven, AnswerKeepBoth, nil},
		{"answered another question", terms{answer: AnswerStartOver, asked: &differs}, proven, NoAnswer, &asking{proven}},
		{"answered what is not offered", terms{answer: AnswerResume, asked: &differs}, differs, NoAnswer, &asking{differs}},
		{"discard a file", terms{answer: AnswerDiscard, asked: &proven}, proven, NoAnswer, &asking{proven}},
		{"discard a partial", terms{answer: AnswerDiscard, asked: &partial}, partial, AnswerDiscard, nil},
		{"the rest", terms{rest: AnswerStartOver}, proven, AnswerStartOver, nil},
		{"the rest before the policy", terms{rest: AnswerSkip, policy: Fail}, proven, AnswerSkip, nil},
		{"the rest where it is not offered", terms{rest: AnswerResume}, differs, NoAnswer, &asking{differs}},
		{"the answer before the rest", terms{rest: AnswerSkip, answer: AnswerResume, asked: &proven}, proven, AnswerResume, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.terms.decide(tt.q, "f")
			if got != tt.want || fmt.Sprintf("%T %+v", err, err) != fmt.Sprintf("%T %+v", tt.err, tt.err) {
				t.Errorf("decide: %d, %v; want %d, %v", got, err, tt.want, tt.err)
			}
			if tt.terms.answer != NoAnswer {
				t.Error("an answer is good for one question only")
			}
		})
	}
}

func TestPolicies(t *testing.T) {
	data, other := random(5000), []byte("something else")
	tests := []struct {
		name   string
		policy Policy
		before []byte
		want   State
		after  []byte // under the name
		copied bool   // and the new content under "f (2).txt"
	}{
		{"resume a beginning", Resume, data[:700], Done, data, false},
		{"resume something else", Resume, other, Failed, other, false},
		{"start over", StartOver, other, Done, data, false},
		{"keep both", KeepBoth, other, Done, other, true},
		{"skip", Skip, other, Done, other, false},
		{"fail", Fail, other, Failed, other, false},
		{"fail on the same content", Fail, data, Failed, data, false},
		{"start over with the same content", StartOver, data, Done, data, false},
		{"keep both of the same content", KeepBoth, data, Done, data, true},
	}
	for _, tt := range tests {
		t.Run("download "+tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			m.set("/f.txt", data)
			target := filepath.Join(folder, "f.txt")
			write(t, target, tt.before)
			tr := run(t, start(t, m), Job{Local: target, Remote: "/f.txt", IfExists: tt.policy})
			wantState(t, tr, tt.want)
			wantFile(t, target, tt.after)
			want := []string{"f.txt"}
			if tt.copied {
				want = []string{"f (2).txt", "f.txt"}
				wantFile(t, filepath.Join(folder, "f (2).txt"), data)
			}
			wantOnly(t, folder, want...)
			if tt.want == Failed && !errors.Is(tr.Err, ErrExists) {
				t.Errorf("error is %v", tr.Err)
			}
			if tr.Result != nil && tr.Result.Skipped != (tt.policy == Skip) {
				t.Errorf("result is %+v", tr.Result)
			}
		})
		if tt.policy == Resume {
			continue // a finished file on the server is never resumed
		}
		t.Run("upload "+tt.name, func(t *testing.T) {
			m, source := newMemory(), filepath.Join(t.TempDir(), "f.txt")
			write(t, source, data)
			m.set("/f.txt", tt.before)
			tr := run(t, start(t, m), Job{Direction: Upload, Local: source, Remote: "/f.txt", IfExists: tt.policy})
			wantState(t, tr, tt.want)
			if !bytes.Equal(m.content("/f.txt"), tt.after) || tt.copied != bytes.Equal(m.content("/f (2).txt"), data) {
				t.Errorf("the server has %d bytes and a copy of %d", len(m.content("/f.txt")), len(m.content("/f (2).txt")))
			}
		})
	}
}

func TestAnswerForTheRest(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	data := random(3000)
	q := start(t, m)
	var jobs []Job
	for i := range 6 {
		name := fmt.Sprintf("f%d", i)
		m.set(wire.Path("/"+name), data)
		target := filepath.Join(folder, name)
		content := data[:100]
		if i == 5 {
			content = []byte("no beginning of it")
		}
		write(t, target, content)
		jobs = append(jobs, Job{Local: target, Remote: wire.Path("/" + name)})
	}
	ids := q.Add(jobs...)
	s := settle(t, q)
	if s.Counts[Asking] != 6 {
		t.Fatalf("%d ask", s.Counts[Asking])
	}
	q.Answer(ids[0], AnswerResume, true)
	s = settle(t, q)
	if s.Counts[Done] != 5 || find(t, s, ids[5]).State != Asking {
		t.Fatalf("counts are %v; the one that differs must still ask", s.Counts)
	}
	// What is added later is asked about again.
	write(t, filepath.Join(folder, "f6"), data[:5])
	m.set("/f6", data)
	wantState(t, run(t, q, Job{Local: filepath.Join(folder, "f6"), Remote: "/f6"}), Asking)
}

func TestDiscard(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(5000))
	target, source := filepath.Join(folder, "f"), filepath.Join(folder, "source")
	ownPartial(t, target, m, "/f", random(5000)[:70])
	write(t, source, random(900))
	stage(t, m, source, random(900)[:50], 900)
	m.mu.Lock()
	for _, u := range m.staged {
		u.Path = "/g"
	}
	m.mu.Unlock()
	q := start(t, m)
	for _, job := range []Job{{Local: target, Remote: "/f"}, {Direction: Upload, Local: source, Remote: "/g"}} {
		tr := run(t, q, job)
		wantState(t, tr, Asking)
		q.Answer(tr.ID, AnswerDiscard, false)
		wantState(t, find(t, settle(t, q), tr.ID), Cancelled)
	}
	wantOnly(t, folder, "source")
	if m.uploadCount() != 0 {
		t.Error("the upload is still staged")
	}
}

// A partial is there, and the user starts over: the old one stays until the
// new one is complete, whatever happens meanwhile.
func TestStartOverKeepsTheOldPartial(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	data := random(900_000)
	m.set("/f", data)
	target := filepath.Join(folder, "f")
	ownPartial(t, target, m, "/f", data[:800_000])
	m.cutGet = []int64{300_000}
	hold := make(chan struct{})
	m.dialErr = func() error {
		if _, _ = m.moved(); m.count("get") > 0 {
			select {
			case <-hold:
			default:
				return errCut
			}
		}
		return nil
	}
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Asking)
	q.Answer(tr.ID, AnswerStartOver, false)
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	wantOnly(t, folder, "f.2.wangpan-part", "f.2.wangpan-part.json", "f.wangpan-part", "f.wangpan-part.json")
	close(hold)
	wantState(t, find(t, settle(t, q), tr.ID), Done)
	wantFile(t, target, data)
	wantOnly(t, folder, "f")
}

// A partial of a version that the server no longer has is compared by its
// record, and what both share is kept.
func TestPartialOfAnotherVersion(t *testing.T) {
	first := random(2*wire.BlockSize + 500)
	m, folder := newMemory(), t.TempDir()
	target := filepath.Join(folder, "f")
	m.set("/f", first)
	ownPartial(t, target, m, "/f", first[:2*wire.BlockSize+100])
	second := append(bytes.Clone(first[:wire.BlockSize]), random(900)...)
	m.set("/f", second)
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Asking)
	if q := tr.Question; !q.Partial || !q.Changed || q.Verified != wire.BlockSize || q.Saves != wire.BlockSize || q.Why != ReasonNone {
		t.Fatalf("question is %+v", q)
	}
	q.Answer(tr.ID, AnswerResume, false)
	tr = find(t, settle(t, q), tr.ID)
	wantState(t, tr, Done)
	wantFile(t, target, second)
	wantOnly(t, folder, "f")
	if got, _ := m.moved(); got != 900 || tr.Restart != (Restart{ReasonChanged, wire.BlockSize}) {
		t.Errorf("%d bytes moved, restart %+v", got, tr.Restart)
	}
}

// A partial of another server is nobody's to write, but what it proves counts.
func TestForeignPartial(t *testing.T) {
	data := random(wire.BlockSize + 5000)
	m, folder := newMemory(), t.TempDir()
	target := filepath.Join(folder, "f")
	m.set("/f", data)
	ownPartial(t, target, m, "/f", data[:wire.BlockSize+10])
	q := start(t, m, func(o *Options) { o.Origin = "SHA256:other/alice" })
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Asking)
	if !tr.Question.Partial || tr.Question.Verified != wire.BlockSize+10 {
		t.Fatalf("question is %+v", tr.Question)
	}
	q.Answer(tr.ID, AnswerResume, false)
	wantState(t, find(t, settle(t, q), tr.ID), Done)
	wantFile(t, target, data)
	if got, _ := m.moved(); got != 4990 {
		t.Errorf("%d bytes moved", got)
	}
	wantOnly(t, folder, "f", "f.wangpan-part", "f.wangpan-part.json")
}

// The target changed between the question and the answer: it is another
// question then.
func TestAnswerToAnOldQuestion(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(5000))
	target := filepath.Join(folder, "f")
	write(t, target, []byte("one"))
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Asking)
	write(t, target, []byte("quite another one"))
	q.Answer(tr.ID, AnswerStartOver, false)
	tr = find(t, settle(t, q), tr.ID)
	wantState(t, tr, Asking)
	wantFile(t, target, []byte("quite another one"))
	if tr.Question.Local.Size != 17 || time.Since(tr.Question.Local.ModTime) > time.Hour {
		t.Errorf("question is %+v", tr.Question)
	}
}

// What was still on its way when a program ended arrives later. An answer about
// the interrupted upload holds for what is more of the same, and for nothing else.
func TestAnswerWhenMoreHasArrived(t *testing.T) {
	data, other := random(2*wire.BlockSize), make([]byte, 1000)
	for _, tt := range []struct {
		name    string
		arrives []byte
		answer  Answer
		want    State
	}{
		{"resume", data[wire.BlockSize+1:][:1000], AnswerResume, Done},
		{"start over", data[wire.BlockSize+1:][:1000], AnswerStartOver, Done},
		{"another content", other, AnswerResume, Asking},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, source := newMemory(), filepath.Join(t.TempDir(), "f")
			write(t, source, data)
			m.cutPut = []int64{wire.BlockSize + 1}
			q := start(t, m, func(o *Options) { o.Dial = oneDial(m) })
			job := Job{Direction: Upload, Local: source, Remote: "/f"}
			q.Add(job)
			until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			q = start(t, m)
			job.IfExists = Ask
			id := q.Add(job)[0]
			wantState(t, find(t, settle(t, q), id), Asking)
			m.mu.Lock()
			for _, u := range m.staged {
				u.write(wire.BlockSize+1, tt.arrives)
			}
			m.mu.Unlock()
			q.Answer(id, tt.answer, false)
			wantState(t, find(t, settle(t, q), id), tt.want)
			if tt.want == Done && !bytes.Equal(m.content("/f"), data) {
				t.Error("another file has arrived")
			}
		})
	}
}
