package digest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lukechampine.com/blake3"
	"pgregory.net/rapid"

	"wangpan/wire"
)

func random(n int) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(p)
	return p
}

// sizes are those at which a tree, a unit or a block begins or ends.
var sizes = []int{
	0, 1, 64, 1023, 1024, 1025, unitSize - 1, unitSize, unitSize + 1, 3 * unitSize,
	wire.BlockSize - 1, wire.BlockSize, wire.BlockSize + 1, 2*wire.BlockSize - 1, 2 * wire.BlockSize,
	2*wire.BlockSize + 1, 3*wire.BlockSize + 5*unitSize + 17, 5 * wire.BlockSize,
}

func TestSumIsPlainBLAKE3(t *testing.T) {
	for _, size := range sizes {
		data := random(size)
		for _, step := range []int{999, unitSize, wire.ChunkSize, wire.BlockSize + 3} {
			h := new(Hasher)
			for p := range slices.Chunk(data, step) {
				_, _ = h.Write(p)
			}
			if got, want := h.Sum(), wire.Digest(blake3.Sum256(data)); got != want {
				t.Fatalf("size %d in steps of %d: sum is %s, want %s", size, step, got, want)
			}
			if h.Size() != int64(size) {
				t.Fatalf("size is %d, want %d", h.Size(), size)
			}
			if got, want := int64(len(h.AllBlocks())), wire.BlockCount(int64(size)); got != want {
				t.Fatalf("size %d: %d blocks, want %d", size, got, want)
			}
			if all := h.AllBlocks(); size > 0 && h.Last() != all[len(all)-1] {
				t.Fatalf("size %d: the last block is %s, want %s", size, h.Last(), all[len(all)-1])
			}
		}
	}
}

func TestResumeGivesTheSameSum(t *testing.T) {
	data := random(5*wire.BlockSize + 12345)
	for _, size := range append(sizes, len(data)) {
		first := new(Hasher)
		_, _ = first.Write(data[:size])
		h, offset := Resume(first.Blocks(), int64(size))
		if again := int64(size) - offset; again < 0 || again > wire.BlockSize {
			t.Fatalf("size %d: %d bytes are written again, want at most a block", size, again)
		}
		_, _ = h.Write(data[offset:size])
		if h.Sum() != first.Sum() {
			t.Fatalf("size %d: the sum after resuming differs", size)
		}
		_, _ = h.Write(data[size:])
		if got, want := h.Sum(), wire.Digest(blake3.Sum256(data)); got != want {
			t.Fatalf("resumed at %d: sum is %s, want %s", size, got, want)
		}
	}
}

// TestPieces digests a file in two pieces that meet at every block in turn.
func TestPieces(t *testing.T) {
	data := random(9*wire.BlockSize + 12345)
	for _, size := range append(sizes, 7*wire.BlockSize, 8*wire.BlockSize, 9*wire.BlockSize, len(data)) {
		whole := new(Hasher)
		_, _ = whole.Write(data[:size])
		want := whole.AllBlocks()
		for cut := range want {
			first, second := From(0), From(int64(cut))
			_, _ = first.Write(data[:cut*wire.BlockSize])
			_, _ = second.Write(data[cut*wire.BlockSize : size])
			if got := slices.Concat(first.AllBlocks(), second.AllBlocks()); !slices.Equal(got, want) {
				t.Fatalf("size %d: the blocks differ when a piece begins with block %d", size, cut)
			}
		}
		got, ok := Join(want)
		if ok != (len(want) > 1) || ok && got != whole.Sum() {
			t.Errorf("size %d: joined to %s (%v), want %s", size, got, ok, whole.Sum())
		}
	}
}

func TestBlocksTellContentAndPlace(t *testing.T) {
	a, b := random(wire.BlockSize), bytes.Repeat([]byte{1}, wire.BlockSize)
	blocks := func(parts ...[]byte) []wire.Digest {
		h := new(Hasher)
		_, _ = h.Write(slices.Concat(parts...))
		return h.AllBlocks()
	}
	ab, ba, aa := blocks(a, b), blocks(b, a), blocks(a, a[:100])
	if ab[0] != aa[0] {
		t.Error("the same block in the same place has two digests")
	}
	if ab[0] == ba[1] {
		t.Error("a block has the same digest in another place")
	}
	if ab[1] == aa[1] {
		t.Error("different blocks have one digest")
	}
}

func TestAnySplit(t *testing.T) {
	data := random(2*wire.BlockSize + 4321)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, len(data)).Draw(t, "size")
		h, rest := new(Hasher), data[:n]
		for len(rest) > 0 {
			step := rapid.IntRange(1, len(rest)).Draw(t, "step")
			_, _ = h.Write(rest[:step])
			rest = rest[step:]
		}
		if got, want := h.Sum(), wire.Digest(blake3.Sum256(data[:n])); got != want {
			t.Fatalf("sum is %s, want %s", got, want)
		}
	})
}

func BenchmarkHasher(b *testing.B) {
	for _, size := range []int{1 << 10, wire.ChunkSize, 64 << 20} {
		data := random(size)
		b.Run(fmt.Sprintf("blocks/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				h := new(Hasher)
				for p := range slices.Chunk(data, wire.ChunkSize) {
					_, _ = h.Write(p)
				}
				h.Sum()
			}
		})
		b.Run(fmt.Sprintf("whole/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				h := blake3.New(32, nil)
				for p := range slices.Chunk(data, wire.ChunkSize) {
					_, _ = h.Write(p)
				}
				h.Sum(nil)
			}
		})
	}
}
