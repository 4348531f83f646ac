//go:build !windows

package tui

import (
	"testing"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// One that takes long says how much of it is done, also under another name.
func TestErrandSaysHowFarItIs(t *testing.T) {
	one := copyStep("/a", "/b", "")
	two := []step{one, copyStep("/c", "/d", "")}
	tests := []struct {
		name  string
		steps []step
		done  int64
		want  string
	}{
		{"not known yet", []step{copyStep("/a", "/b", "")}, -1, "0 of 1"},
		{"one", []step{one}, 250_000_000, "25 %, 0.2 of 1 GB"},
		{"two", two, 250_000_000, "0 of 2  25 %, 0.2 of 1 GB"},
		{"nothing that takes long", []step{removeStep("/a", "")}, 0, "0 of 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if f := tt.steps[0].far; f != nil && tt.done >= 0 {
				f.note(tt.done, 1_000_000_000)
			}
			e := &errand{steps: tt.steps}
			if got := e.words(locale.New(locale.English)); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
		})
	}
}

// The server tells the errand how far a copy is.
func TestCopyErrandIsTold(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	if _, err := store(t.Context(), m.drive.session.Client(), "/a", []byte("four"), wire.Precondition{If: wire.IfAbsent}); err != nil {
		t.Fatal(err)
	}
	s := copyStep("/a", "/b", "")
	e := &errand{what: copying, steps: []step{s}, where: "/", own: true}
	m.start(e)
	m.carryOut(t, e.more())
	if e.done != 1 || s.far.size.Load() != 4 {
		t.Errorf("%d done, told of %d bytes", e.done, s.far.size.Load())
	}
}
