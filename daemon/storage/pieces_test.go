package storage

import (
	"encoding/json"
	"slices"
	"testing"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// TestBegunAnewDuringAFlush: a flush that began before a block was begun anew
// does not record it, also not when the same bytes have come again.
func TestBegunAnewDuringAFlush(t *testing.T) {
	const block = wire.BlockSize
	tests := []struct {
		name      string
		meanwhile func(p *pieces, whole *digest.Hasher)
		want      int // blocks recorded at once
	}{
		{"nothing", func(*pieces, *digest.Hasher) {}, 3},
		{"the first", func(p *pieces, _ *digest.Hasher) { p.restart(0) }, 0},
		{"the first, and whole again", func(p *pieces, h *digest.Hasher) {
			p.restart(0)
			p.add(block, h, block)
		}, 0},
		{"the second", func(p *pieces, _ *digest.Hasher) { p.restart(1) }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPieces(5 * block)
			h := new(digest.Hasher)
			_, _ = h.Write(make([]byte, block))
			for _, i := range []int64{2, 0, 1, 4} {
				p.add(block, h, (i+1)*block)
			}
			whole := p.takeFresh()
			if len(whole) != 4 || p.unflushed() != 0 {
				t.Fatalf("%d blocks are to be recorded, and %d bytes are not flushed", len(whole), p.unflushed())
			}
			tt.meanwhile(p, h)
			if got := p.record(whole); len(got) != tt.want {
				t.Errorf("%d blocks were recorded, want %d", len(got), tt.want)
			}
			for i := range int64(3) {
				if p.recorded(i) != (i < int64(tt.want)) {
					t.Errorf("block %d is recorded: %v", i, p.recorded(i))
				}
			}
		})
	}
}

// TestManyUnfinishedBlocks: what is told of them fits into a reply, and of what
// is left out nothing is said to be there.
func TestManyUnfinishedBlocks(t *testing.T) {
	for _, count := range []int64{0, 1, maxUnfinished, maxUnfinished + 2} {
		p := newPieces((count + 1) * wire.BlockSize)
		for block := range count {
			p.found(block, 1, wire.Digest{1})
		}
		all, named := fewer(p.there())
		digests := slices.Collect(everyBlock(all, wire.BlockCount(p.size)))
		text, err := json.Marshal(wire.BlocksReply{Unfinished: named})
		if err != nil || len(text) > wire.MaxFrame/2 || int64(len(named)) != min(count, maxUnfinished) {
			t.Errorf("%d blocks: %d are named in %d bytes (%v)", count, len(named), len(text), err)
		}
		for block, d := range digests {
			if told := d != (wire.Digest{}); told != (block < len(named)) {
				t.Errorf("%d blocks: something is there of block %d: %v", count, block, told)
			}
		}
	}
}

// What is told of an upload takes memory for what has come of it, and not for
// what was announced, which is the client's to choose.
func TestBlocksOfWhatWasAnnounced(t *testing.T) {
	const size = wire.MaxSize
	p := newPieces(size)
	last := wire.BlockCount(size) - 1
	p.found(0, wire.BlockSize, wire.Digest{1})
	p.found(last, 1, wire.Digest{2})
	all, unfinished := fewer(p.there())
	if want := []held{{0, wire.Digest{1}}, {last, wire.Digest{2}}}; !slices.Equal(all, want) || cap(all) > 16 {
		t.Errorf("%v is there, want %v", all, want)
	}
	if want := []wire.Unfinished{{Block: last, Bytes: 1}}; !slices.Equal(unfinished, want) {
		t.Errorf("%v are unfinished, want %v", unfinished, want)
	}
	told := int64(0)
	for d := range everyBlock(all, last+1) {
		if (d != wire.Digest{}) != (told == 0) {
			t.Fatalf("the digest of block %d is %s", told, d)
		}
		if told++; told == 1000 {
			break
		}
	}
}
