package transfer

import (
	"testing"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// Whatever workers take, write and give back: no byte is given out twice at a
// time, every segment begins where bytes are missing, and in the end all are there.
func TestPiecesAreGivenOutOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 9*wire.BlockSize).Draw(t, "size")
		p := &pieces{size: size}
		for i := range p.count() {
			if rapid.Bool().Draw(t, "is there") {
				p.set(i, rapid.Int64Range(0, p.length(i)).Draw(t, "bytes"))
			}
		}
		var held []segment
		for range 200 {
			if len(held) < 4 {
				limit := rapid.SampledFrom([]int64{wire.BlockSize, 3 * wire.BlockSize, 1 << 50}).Draw(t, "limit")
				if s, ok := p.take(limit); ok {
					for _, other := range held {
						if s.offset/wire.BlockSize <= (other.end-1)/wire.BlockSize && other.offset/wire.BlockSize <= (s.end-1)/wire.BlockSize {
							t.Fatalf("%v and %v share a block", s, other)
						}
					}
					if s.length() <= 0 || s.end > size || s.end%wire.BlockSize != 0 && s.end != size || s.end-s.offset > max(limit, wire.BlockSize) {
						t.Fatalf("segment is %v of %d", s, size)
					}
					held = append(held, s)
				}
			}
			if len(held) == 0 {
				break
			}
			k := rapid.IntRange(0, len(held)-1).Draw(t, "which")
			s := held[k]
			held = append(held[:k], held[k+1:]...)
			end := s.end
			if rapid.Bool().Draw(t, "lost") {
				end = rapid.Int64Range(s.offset, s.end).Draw(t, "end")
			}
			for at := s.offset; at < end; at = (at/wire.BlockSize + 1) * wire.BlockSize {
				i := int(at / wire.BlockSize)
				p.set(i, min(end-int64(i)*wire.BlockSize, p.length(i)))
			}
			p.give(s)
		}
		for _, s := range held {
			p.give(s)
		}
		for s, ok := p.take(1 << 50); ok; s, ok = p.take(1 << 50) {
			for at := s.offset; at < s.end; at = (at/wire.BlockSize + 1) * wire.BlockSize {
				p.set(int(at/wire.BlockSize), p.length(int(at/wire.BlockSize)))
			}
			p.give(s)
		}
		if p.arrived != size || p.prefix() != size || p.missing() != 0 || len(p.taken) != 0 {
			t.Fatalf("%d of %d bytes are there, %d from the start", p.arrived, size, p.prefix())
		}
	})
}
