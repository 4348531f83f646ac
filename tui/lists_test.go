//go:build !windows

package tui

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"wangpan/tui/session"
	"wangpan/tui/tuitest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// stage leaves a part of a file on the server, as an upload does that was cut.
func (p *place) stage(t *testing.T, path wire.Path, size int64, part int) {
	t.Helper()
	c, err := client.Dial(t.Context(), p.Addr, client.Options{Name: "test", Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Login(t.Context(), testUser, testPassword); err != nil {
		t.Fatal(err)
	}
	args := wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("0123456789abcdef", 2)), Path: path, Size: size, ModTime: noon,
		Precondition: wire.Precondition{If: wire.IfAbsent},
	}
	args.Upload = args.Upload[:31] + wire.UploadID("0123456789abcdef"[len(path)%16])
	if _, err := c.Put(t.Context(), args, bytes.NewReader(make([]byte, part))); err != nil {
		t.Fatal(err)
	}
}

// What uploads have left on the server is listed, and dropped one by one or all
// at once, after a question.
func TestStagedUploads(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.stage(t, "/论文.pdf", 12_400_000, 2_600_000)
	p.stage(t, "/b.iso", 5_000_000, 1_000_000)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("17.4 MB used")
	term.Type("U")
	term.Wait("Unfinished uploads on the server", "▌/", "2.6 of 12.4 MB", "begun just now", "▌C Close")
	term.Resize(40, 12)
	term.Wait("1 of 5 MB")
	term.Resize(80, 24)
	term.Type("x")
	term.Wait("Discard 2 unfinished uploads?", "Deletes 3.6 MB")
	term.Type("c")
	term.WaitGone("Discard 2 unfinished")
	term.Type("d")
	term.Wait("Discard the unfinished upload of /")
	term.Type("d")
	term.WaitFor("one row", func(screen string) bool {
		return strings.Contains(screen, "Unfinished uploads") && strings.Count(screen, "begun just now") == 1
	})
	term.Type("dd")
	term.Wait("There are no unfinished uploads on the server.", "0 B used")
	term.Type("c")
	term.WaitGone("Unfinished uploads")
}

// A limit of the speed holds at once, is shown, and is there in the next run.
func TestLimit(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "big.bin", 64<<20)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("big.bin")
	term.Type("R")
	term.Wait("Limit the speed")
	term.Type("1 KB" + tuitest.Enter)
	term.Wait("At least 65.5 KB/s.")
	term.Type(tuitest.CtrlU + "1 MB" + tuitest.Enter)
	term.Wait("All transfers together are limited to 1 MB/s.")
	term.Type("d")
	term.Wait("1 active", "limit 1 MB/s")
	term.Type("t" + "s")
	term.Wait("1 paused", "‖ big.bin")
	term.Type("SR" + tuitest.CtrlU + tuitest.Enter)
	term.Wait("Transfers are not limited.", "1 done")
	term.Type("R4MB/s" + tuitest.Enter)
	term.Wait("limited to 4 MB/s")
	term.Type("q")
	term.Ended()
	keeper, err := session.Open(p.state)
	if err != nil {
		t.Fatal(err)
	}
	if got := keeper.Settings().RateLimit; got != 4_000_000 {
		t.Errorf("the limit remembered is %d", got)
	}
}
