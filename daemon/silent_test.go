package daemon_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

var wantedUpload = wire.PutArgs{
	Upload: wire.UploadID(strings.Repeat("e", 32)), Path: "/f", Size: 8, ModTime: time.Unix(0, 0),
	Precondition: wire.Precondition{If: wire.IfAny},
}

// half is a peer in the middle of a body, of which the daemon has the beginning.
func half(t *testing.T, s *daemontest.Server) (p *peer, put uint64) {
	t.Helper()
	p = member(t, s, "alice")
	put = p.send(wire.Put, wantedUpload)
	if err := p.conn.WriteFrame(wire.KindData, []byte("half")); err != nil {
		t.Fatal(err)
	}
	p.flush()
	other := member(t, s, "alice")
	for received := int64(0); received < 4; {
		var uploads wire.UploadsReply
		other.ask(wire.Uploads, wire.Empty{}, &uploads)
		for _, u := range uploads.Uploads {
			received = u.Received
		}
	}
	return p, put
}

// TestSilentWriterGivesWay leaves a put in its body, as a line does that is
// dead: whoever wants the upload next gets it, long before the line times out.
func TestSilentWriterGivesWay(t *testing.T) {
	for _, want := range []wire.RequestName{wire.Put, wire.Blocks, wire.Commit, wire.Discard} {
		t.Run(string(want), func(t *testing.T) {
			s := daemontest.Start(t, func(c *daemon.Config) {
				c.Limits.Silence, c.Limits.Stall, c.Limits.Transfer = time.Millisecond, time.Hour, time.Hour
			})
			silent, _ := half(t, s)
			p := member(t, s, "alice")
			args := map[wire.RequestName]any{
				wire.Put: wantedUpload, wire.Blocks: wire.BlocksArgs{Upload: wantedUpload.Upload}, wire.Discard: wire.DiscardArgs{Upload: wantedUpload.Upload},
				wire.Commit: wire.CommitArgs{Upload: wantedUpload.Upload, Digest: wire.Digest{1}, Precondition: wantedUpload.Precondition},
			}[want]
			for err := error(wire.Busy); errors.Is(err, wire.Busy); {
				id := p.send(want, args)
				if want == wire.Put {
					p.data([]byte("12345678"))
				}
				err = p.answer(id, nil)
				if err == nil && want == wire.Blocks {
					p.body()
				}
			}
			silent.ended()
		})
	}
}

// TestBusyWriterKeepsItsUpload: one that was heard just now is not ended.
func TestBusyWriterKeepsItsUpload(t *testing.T) {
	s := daemontest.Start(t)
	busy, put := half(t, s)
	other := member(t, s, "alice")
	id := other.send(wire.Put, wantedUpload)
	other.data([]byte("12345678"))
	if err := other.answer(id, nil); !errors.Is(err, wire.Busy) {
		t.Errorf("a second writer: %v, want busy", err)
	}
	// Whoever the upload does not belong to ends nobody either.
	stranger := member(t, s, "bob")
	if err := stranger.try(wire.Discard, wire.DiscardArgs{Upload: wantedUpload.Upload}, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("a stranger: %v, want not_found", err)
	}
	busy.data([]byte("more"))
	if err := busy.answer(put, nil); err != nil {
		t.Errorf("the first writer: %v", err)
	}
}
