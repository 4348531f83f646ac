package wire

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Sizes of buffers in bytes. A buffer has a power of two of them, so that one
// pool per size serves all connections.
const (
	smallestBuffer = 4 << 10
	growStep       = 32 << 10  // longest buffer that is allocated before a byte for it has arrived
	PartSize       = 128 << 10 // longest part of a data frame that ReadFrame returns at once
)

// pools has one pool per size of a buffer, from smallestBuffer to MaxFrame.
var pools [9]sync.Pool

// Buffer holds bytes in memory from a pool.
type Buffer struct {
	Bytes  []byte
	pool   *sync.Pool
	budget *Budget // that it counts in, or nil
}

// Release returns the memory to its pool. The caller must not use the Buffer afterwards.
func (b *Buffer) Release() {
	if b.budget != nil {
		b.budget.used.Add(-int64(cap(b.Bytes)))
		b.budget = nil
	}
	b.pool.Put(b)
}

// newBuffer returns a Buffer of n bytes, at most MaxFrame.
func newBuffer(n int) *Buffer {
	class := bits.Len(uint(max(n, 1)-1) / smallestBuffer)
	pool := &pools[class]
	b, ok := pool.Get().(*Buffer)
	if !ok {
		b = &Buffer{Bytes: make([]byte, smallestBuffer<<class), pool: pool}
	}
	b.Bytes = b.Bytes[:n]
	return b
}

// Budget limits the memory of all bodies that are being transferred. Buffers of at most
// 32 KiB do not count: when the budget is used up, bodies continue in small parts, and no
// body waits for another. It is safe for concurrent use.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget returns a Budget with a limit in bytes.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Used returns how many bytes are in use.
func (b *Budget) Used() int64 { return b.used.Load() }

// Take returns a Buffer of n bytes, at most MaxFrame, or a shorter one when the
// budget has no room for it. A nil Budget has no limit.
func (b *Budget) Take(n int) *Buffer {
	if b == nil || n <= growStep {
		return newBuffer(n)
	}
	taken := newBuffer(n)
	size := int64(cap(taken.Bytes))
	if b.used.Add(size) > b.limit {
		b.used.Add(-size)
		taken.Release()
		return newBuffer(growStep)
	}
	taken.budget = b
	return taken
}
