package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// StageRange stages data[from:to] as a range of its own and says what was refused.
func StageRange(tb testing.TB, d storage.Drive, args wire.PutArgs, data []byte, from, to int) error {
	tb.Helper()
	args.Offset, args.Length = int64(from), new(int64(to-from))
	s, err := d.Stage(tb.Context(), args)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(data[from:to], wire.ChunkSize) {
		if _, err := s.Write(part); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return s.Close()
}

func commit(tb testing.TB, d storage.Drive, args wire.PutArgs, data []byte) error {
	tb.Helper()
	sum, _ := Sum(data)
	_, err := d.Commit(tb.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: args.Precondition})
	return err
}

// wantReceived fails unless this is how many bytes are listed of an upload.
func wantReceived(tb testing.TB, d storage.Drive, id wire.UploadID, want int) {
	tb.Helper()
	uploads, err := d.Uploads(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	for _, u := range uploads {
		if u.Upload == id && u.Received == int64(want) {
			return
		}
	}
	tb.Fatalf("uploads are %+v, want %d bytes of %s", uploads, want, id)
}

func testRanges(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	data := Bytes(4*wire.BlockSize+1000, 1)
	args := PutArgs("/f", data, IfAny)
	const block, half = wire.BlockSize, wire.BlockSize / 2
	steps := []struct {
		name     string
		from, to int
		want     wire.Code
		received int // afterwards
	}{
		{"not begun", block, 2 * block, wire.NotFound, -1},
		{"nothing, to begin", 0, 0, "", 0},
		{"nothing, in the middle of what is not there", 5, 5, wire.Conflict, 0},
		{"the last block", 4 * block, 4*block + 1000, "", 1000},
		{"within a block that is not there", 2*block + 1, 3 * block, wire.Conflict, 1000},
		{"half a block", 2 * block, 2*block + half, "", half + 1000},
		{"before the half", 2*block + half - 1, 3 * block, wire.Conflict, half + 1000},
		{"behind the half", 2*block + half + 1, 3 * block, wire.Conflict, half + 1000},
		{"the other half, and of the next", 2*block + half, 3*block + 10, "", block + 10 + 1000},
		{"less than is there", 3 * block, 3*block + 5, "", block + 10 + 1000},
		{"before what stayed ends", 3*block + 5, 4 * block, wire.Conflict, block + 10 + 1000},
		{"on from there", 3*block + 10, 4 * block, "", 2*block + 1000},
		{"within what is whole", 3*block + 5, 4 * block, wire.Conflict, 2*block + 1000},
		{"behind the end of all", 4*block + 1000, 4*block + 1000, "", 2*block + 1000},
		{"two blocks", 0, 2 * block, "", len(data)},
		{"one again", block, 2 * block, "", len(data)},
		{"the last again, but not all of it", 4 * block, 4*block + 10, "", len(data)},
		{"the rest of it, which has stayed", 4*block + 10, 4*block + 1000, wire.Conflict, len(data)},
	}
	for _, step := range steps {
		wantCode(t, step.name, StageRange(t, d, args, data, step.from, step.to), step.want)
		if step.received < 0 {
			continue
		}
		wantReceived(t, d, args.Upload, step.received)
		if step.received < len(data) {
			wantCode(t, "commit after "+step.name, commit(t, d, args, data), wire.Invalid)
		}
	}
	wantCode(t, "commit", commit(t, d, args, data), "")
	wantContent(t, d, "/f", data)
}

func testRangesThatMeet(t *testing.T, open Open) {
	t.Helper()
	d := opened(t, open)
	data := Bytes(4*wire.BlockSize, 1)
	args := PutArgs("/f", data, IfAny)
	wantCode(t, "begin", StageRange(t, d, args, data, 0, 0), "")
	args.Offset, args.Length = wire.BlockSize, new(int64(wire.BlockSize+1))
	open1, err := d.Stage(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	const block = wire.BlockSize
	tests := []struct {
		name     string
		from, to int
		want     wire.Code
	}{
		{"the same", block, 2*block + 1, wire.Busy},
		{"all", 0, 4 * block, wire.Busy},
		{"the end of the one before", 0, block + 1, wire.Busy},
		{"inside", 2 * block, 2*block + 1, wire.Busy},
		{"another part of its last block", 2*block + 1, 3 * block, wire.Busy},
		{"before", 0, block, ""},
		{"behind", 3 * block, 4 * block, ""},
		{"nothing, inside", 2 * block, 2 * block, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantCode(t, "stage", StageRange(t, d, args, data, tt.from, tt.to), tt.want)
		})
	}
	wantReceived(t, d, args.Upload, 2*block)
	wantCode(t, "commit", commit(t, d, args, data), wire.Busy)
	_, err = open1.Write(data[:block+2])
	wantCode(t, "more than the range has", err, wire.Invalid)
	if _, err := open1.Write(data[block : 2*block]); err != nil || open1.Received() != 3*block || open1.End() != 2*block {
		t.Fatalf("after a write (%v) %d bytes are received, up to %d", err, open1.Received(), open1.End())
	}
	wantReceived(t, d, args.Upload, 3*block)
	closing(t, open1)
	wantCode(t, "the rest", StageRange(t, d, args, data, 2*block, 3*block), "")
	wantCode(t, "commit", commit(t, d, args, data), "")
	wantContent(t, d, "/f", data)
}

// testRangesAtOnce lets several goroutines, on drives of their own, write
// pieces of one upload again and again in an order that chance gives, whole and
// cut, right and wrong, and then all that is not right once more.
func testRangesAtOnce(t *testing.T, open Open) {
	t.Helper()
	const blocks, writers, turns = 12, 4, 25
	s := store(t, open)
	data := Bytes(blocks*wire.BlockSize-777, 1)
	wrong := Bytes(len(data), 2)
	args := PutArgs("/f", data, IfAny)
	first := drive(t, s, "ann")
	wantCode(t, "begin", StageRange(t, first, args, data, 0, 0), "")
	var all sync.WaitGroup
	for writer := range writers {
		d := drive(t, s, "ann")
		chance := rand.New(rand.NewPCG(1, uint64(writer)))
		all.Go(func() {
			for range turns {
				from := chance.IntN(blocks)
				to := min((from+1+chance.IntN(3))*wire.BlockSize-chance.IntN(2)*chance.IntN(wire.BlockSize), len(data))
				bytes := data
				if chance.IntN(4) == 0 {
					bytes = wrong
				}
				if err := StageRange(t, d, args, bytes, from*wire.BlockSize, to); err != nil && Code(err) != wire.Busy {
					t.Errorf("stage %d to %d: %v", from*wire.BlockSize, to, err)
				}
			}
		})
	}
	all.Wait()
	Mend(t, first, args, data)
	wantCode(t, "commit", commit(t, first, args, data), "")
	wantContent(t, first, "/f", data)
}

// Mend sends what a client finds missing or wrong when it has asked for the
// blocks, and no more than that. It returns how many bytes that were.
func Mend(tb testing.TB, d storage.Drive, args wire.PutArgs, data []byte) (sent int) {
	tb.Helper()
	reply, got, err := UploadBlocks(tb.Context(), d, args.Upload)
	_, want := Sum(data)
	if err != nil || len(got) != len(want) || reply.Size != int64(len(data)) || reply.Length != reply.Size || reply.Digest != nil {
		tb.Fatalf("%+v with %d blocks (%v), want %d", reply, len(got), err, len(want))
	}
	unfinished := make(map[int]int)
	for _, u := range reply.Unfinished {
		unfinished[int(u.Block)] = int(u.Bytes)
	}
	for block := range want {
		from, to := block*wire.BlockSize, min((block+1)*wire.BlockSize, len(data))
		if have := unfinished[block]; have > 0 {
			if beginningOf(data, block, have) == got[block] {
				from += have
			}
		} else if got[block] == want[block] {
			continue
		}
		if err := StageRange(tb, d, args, data, from, to); err != nil {
			tb.Fatalf("mend %d to %d: %v", from, to, err)
		}
		sent += to - from
	}
	return sent
}

// beginningOf is the digest of the first n bytes of a block.
func beginningOf(data []byte, block, n int) wire.Digest {
	_, blocks := Sum(data[:block*wire.BlockSize+n])
	return blocks[block]
}

// testRangesWithinBlocks writes a few bytes over what is staged: those, and no
// others, are replaced.
func testRangesWithinBlocks(t *testing.T, open Open) {
	t.Helper()
	data, other := Bytes(wire.BlockSize+1<<20, 1), Bytes(wire.BlockSize+1<<20, 2)
	tests := []struct {
		name             string
		size, have       int // of the file, and of it what is staged
		from, to         int // what is replaced
		received, blocks int
	}{
		{"the beginning of two blocks", len(data), len(data), 0, 10, len(data), 2},
		{"the beginning of a block of which a part is there", len(data), 1000, 0, 10, 1000, 2},
		{"up to where the staged bytes end", len(data), 1000, 0, 1000, 1000, 2},
		{"past where the staged bytes end", len(data), 1000, 0, 1001, 1001, 2},
		{"the last block", len(data), len(data), wire.BlockSize, wire.BlockSize + 5, len(data), 2},
		{"a block and the beginning of the next", len(data), len(data), 0, wire.BlockSize + 5, len(data), 2},
		{"a file of one block", 5000, 5000, 0, 10, 5000, 1},
		{"a part of a file of one block", 5000, 3000, 0, 10, 3000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := opened(t, open)
			args := PutArgs("/f", data[:tt.size], IfAny)
			mixed := slices.Concat(data[:tt.from], other[tt.from:tt.to], data[tt.to:])[:tt.size]
			wantCode(t, "stage", StageRange(t, d, args, data, 0, tt.have), "")
			wantCode(t, "replace", StageRange(t, d, args, other, tt.from, tt.to), "")
			uploads, err := d.Uploads(t.Context())
			if err != nil || len(uploads) != 1 || uploads[0].Received != int64(tt.received) {
				t.Fatalf("uploads: %+v (%v), want one of which %d bytes are there", uploads, err, tt.received)
			}
			_, digests, err := UploadBlocks(t.Context(), d, args.Upload)
			if err != nil || len(digests) != tt.blocks || digests[0] != beginningOf(mixed, 0, min(tt.received, wire.BlockSize, tt.size)) {
				t.Errorf("the first of %d blocks has another digest (%v)", len(digests), err)
			}
			wantCode(t, "go on", StageRange(t, d, args, mixed, tt.received, tt.size), "")
			sum, _ := Sum(mixed)
			_, err = d.Commit(t.Context(), wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: IfAny})
			wantCode(t, "commit", err, "")
			wantContent(t, d, "/f", mixed)
		})
	}
}

func testMend(t *testing.T, open Open) {
	t.Helper()
	data := Bytes(3*wire.BlockSize+10, 1)
	for _, size := range []int{0, 1, 1000, wire.BlockSize, wire.BlockSize + 1, len(data)} {
		for _, again := range []bool{false, true} {
			t.Run(fmt.Sprintf("size %d, opened again %v", size, again), func(t *testing.T) {
				data := data[:size]
				place, d := opened1(t, open)
				args := PutArgs("/f", data, IfAny)
				spoilt := slices.Clone(data)
				bad := 0
				if size > 0 {
					spoilt[size/2]++
					bad = min(wire.BlockSize, size-size/2/wire.BlockSize*wire.BlockSize)
				}
				Stage(t, d, args, spoilt, size)
				if size > 0 {
					wantCode(t, "commit", commit(t, d, args, data), wire.Damaged)
				}
				wantReceived(t, d, args.Upload, size)
				if again {
					d = place.again(t)
				}
				if sent := Mend(t, d, args, data); sent != bad {
					t.Errorf("%d bytes were sent again, want the %d of the bad block", sent, bad)
				}
				wantCode(t, "commit", commit(t, d, args, data), "")
				wantContent(t, d, "/f", data)
			})
		}
	}
}

// reopened is a store with a drive that can be opened again.
type reopened struct {
	open  Open
	store storage.Store
	drive storage.Drive
}

// opened1 opens a store and a drive, closed at the end of the test.
func opened1(t *testing.T, open Open) (*reopened, storage.Drive) {
	t.Helper()
	r := &reopened{open: open}
	r.start(t)
	t.Cleanup(func() {
		closing(t, r.drive)
		closing(t, r.store)
	})
	return r, r.drive
}

func (r *reopened) start(t *testing.T) {
	t.Helper()
	var err error
	if r.store, err = r.open(); err != nil {
		t.Fatal(err)
	}
	if r.drive, err = r.store.Drive("ann"); err != nil {
		t.Fatal(err)
	}
}

// again closes both and opens them again.
func (r *reopened) again(t *testing.T) storage.Drive {
	t.Helper()
	closing(t, r.drive)
	closing(t, r.store)
	r.start(t)
	return r.drive
}

// UploadBlocks are the digests of all blocks of an upload.
func UploadBlocks(ctx context.Context, d storage.Drive, id wire.UploadID) (wire.BlocksReply, []wire.Digest, error) {
	reply, blocks, err := d.UploadBlocks(ctx, id)
	if err != nil {
		return reply, nil, err
	}
	return reply, slices.Collect(blocks), nil
}

// testUploadBlocks: an upload with holes and ends tells what is there, before
// and after the store was opened again.
func testUploadBlocks(t *testing.T, open Open) {
	t.Helper()
	place, d := opened1(t, open)
	data := Bytes(5*wire.BlockSize+777, 5)
	args := PutArgs("/f", data, IfAny)
	const block = wire.BlockSize
	for _, r := range [][2]int{{0, 0}, {4 * block, 5*block + 700}, {block, block + 3<<19 + 1}, {2 * block, 3 * block}} {
		wantCode(t, fmt.Sprint("stage ", r), StageRange(t, d, args, data, r[0], r[1]), "")
	}
	_, whole := Sum(data)
	want := []wire.Digest{{}, beginningOf(data, 1, 3<<19+1), whole[2], {}, whole[4], beginningOf(data, 5, 700)}
	unfinished := []wire.Unfinished{{Block: 1, Bytes: 3<<19 + 1}, {Block: 5, Bytes: 700}}
	for range 2 {
		reply, got, err := UploadBlocks(t.Context(), d, args.Upload)
		if err != nil || !slices.Equal(got, want) || !slices.Equal(reply.Unfinished, unfinished) ||
			reply.Size != int64(len(data)) || reply.Length != reply.Size || reply.Digest != nil || reply.Version != "" {
			t.Errorf("blocks: %+v, %v (%v), want %v and %v", reply, got, err, want, unfinished)
		}
		wantReceived(t, d, args.Upload, 2*block+3<<19+1+700)
		d = place.again(t)
	}
	_, _, err := d.UploadBlocks(t.Context(), NewID())
	wantCode(t, "no upload", err, wire.NotFound)
	_, _, err = d.UploadBlocks(t.Context(), "x")
	wantCode(t, "a bad name", err, wire.Invalid)
	Mend(t, d, args, data)
	wantCode(t, "commit", commit(t, d, args, data), "")
	wantContent(t, d, "/f", data)
}
