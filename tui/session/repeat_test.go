package session_test

import (
	"context"
	"errors"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/linetest"
)

// TestRepeatAfterALostAnswer drops the answer of each write on its way back: the
// write was carried out, and its repetition gets the same answer. Without Repeat
// the second attempt fails.
func TestRepeatAfterALostAnswer(t *testing.T) {
	server := daemontest.Start(t)
	line := linetest.Start(t, server.Addr)
	d := dialer(t)
	d.TrustNew = true
	s, err := d.Register(t.Context(), line.Addr, "alice", "correct horse", "")
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	item := wire.ItemID("")
	tests := []struct {
		name  string
		write func(ctx context.Context, c *client.Client) error
		again error // of another attempt without the key
	}{
		{"mkdir", func(ctx context.Context, c *client.Client) error {
			_, err := c.Mkdir(ctx, "/a")
			return err
		}, wire.Exists},
		{"move", func(ctx context.Context, c *client.Client) error {
			_, err := c.Move(ctx, wire.MoveArgs{From: "/a", To: "/b"})
			return err
		}, wire.NotFound},
		{"remove", func(ctx context.Context, c *client.Client) error {
			removed, err := c.Remove(ctx, wire.RemoveArgs{Path: "/b"})
			if err == nil {
				item = removed.Item
			}
			return err
		}, wire.NotFound},
		{"restore", func(ctx context.Context, c *client.Client) error {
			_, err := c.Restore(ctx, wire.RestoreArgs{Item: item, Precondition: wire.Precondition{If: wire.IfAbsent}})
			return err
		}, wire.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			must(t, s.Reconnect(t.Context()))
			held := line.Hold(linetest.Down, 0)
			done := make(chan error, 1)
			go func() { done <- s.Repeat(t.Context(), s.Client(), tt.write) }()
			<-held // the answer is on its way, so the write was carried out
			line.CutNow()
			line.Release()
			if err := <-done; err != nil {
				t.Fatalf("after a lost answer: %v", err)
			}
			must(t, s.Reconnect(t.Context()))
			if err := tt.write(t.Context(), s.Client()); !errors.Is(err, tt.again) {
				t.Errorf("once more without the key: %v, want %v", err, tt.again)
			}
		})
	}
}

// TestRepeatEnds: a server that stays away is an error in the end, and the
// caller can leave before.
func TestRepeatEnds(t *testing.T) {
	server := daemontest.Start(t)
	_, s := register(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := s.Repeat(ctx, s.Client(), func(context.Context, *client.Client) error {
		if runs++; runs == 3 {
			cancel()
		}
		return client.ErrLost
	})
	if !errors.Is(err, client.ErrLost) || runs != 3 {
		t.Errorf("%v after %d runs, want %v after 3", err, runs, client.ErrLost)
	}
}
