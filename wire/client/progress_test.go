package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"wangpan/wire"
)

// telling is a server that sends these events, of which %d is the id, and then
// the answer of a copy unless it is blank.
func telling(t *testing.T, answer string, events ...string) string {
	t.Helper()
	return serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		for _, event := range events {
			p.send(wire.KindEvent, fmt.Sprintf(event, r.ID))
		}
		if answer != "" {
			p.send(wire.KindMessage, fmt.Sprintf(answer, r.ID))
		}
		p.hangUp()
	})
}

const (
	copied    = `{"id":%d,"reply":{"entry":` + fileA + `}}`
	begun     = `{"event":"progress","id":%d,"size":10}`
	half      = `{"event":"progress","id":%d,"done":5,"size":10}`
	ofAnother = `{"event":"progress","id":1%d,"done":5,"size":10}`
	tooFar    = `{"event":"progress","id":%d,"done":11,"size":10}`
	backwards = `{"event":"progress","id":%d,"done":-1,"size":10}`
)

func TestCopyTellsHowFarItIs(t *testing.T) {
	tests := []struct {
		name   string
		events []string
		want   []int64
	}{
		{"an older server", nil, nil},
		{"from the beginning", []string{begun, half}, []int64{0, 5}},
		{"of another request", []string{ofAnother, half}, []int64{5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := login(t, telling(t, copied, tt.events...), trusting())
			var told []int64
			_, err := c.Copy(t.Context(), wire.CopyArgs{From: "/x/b", To: "/y/a"}, func(done, size int64) {
				told = append(told, done)
				if size != 10 {
					t.Errorf("it is %d of %d", done, size)
				}
			})
			if err != nil || !slices.Equal(told, tt.want) {
				t.Errorf("told %v (%v), want %v", told, err, tt.want)
			}
		})
	}
}

func TestUnlawfulProgress(t *testing.T) {
	for name, event := range map[string]string{"behind the end": tooFar, "before the beginning": backwards} {
		t.Run(name, func(t *testing.T) {
			c := login(t, telling(t, copied, event), trusting())
			_, err := c.Copy(t.Context(), wire.CopyArgs{From: "/x/b", To: "/y/a"}, func(int64, int64) {})
			wantBreach(t, c, err)
		})
	}
}

// Who has given a copy up is told nothing of it any more.
func TestGivenUpCopyTellsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	c := login(t, telling(t, "", begun, half, half, half), trusting())
	_, err := c.Copy(ctx, wire.CopyArgs{From: "/x/b", To: "/y/a"}, func(int64, int64) {
		told++
		cancel()
	})
	after := told // the race detector sees who writes behind it
	if err == nil || after == 0 {
		t.Errorf("told %d times, %v", after, err)
	}
	if !errors.Is(err, context.Canceled) && c.Err() == nil {
		t.Error(err)
	}
}
