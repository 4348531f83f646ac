package transfer

import (
	"context"
	"io"
	"time"

	"golang.org/x/time/rate"
)

const (
	// minRate is the minimum rate in bytes per second. The server would consider a slower
	// connection stalled.
	minRate = 64 << 10
	// rateStep is the burst in bytes. It is small compared with minRate, so that the
	// slowest transfer moves several times per second and shows a steady rate.
	rateStep = 16 << 10
)

// newLimiter returns the limiter for all transfers of a queue.
func newLimiter(bytes int64) *rate.Limiter { return rate.NewLimiter(limitOf(bytes), rateStep) }

func limitOf(bytes int64) rate.Limit {
	if bytes <= 0 {
		return rate.Inf
	}
	return rate.Limit(max(bytes, minRate))
}

// SetRate limits all transfers together, both ways, in bytes per second. 0 means no
// limit. The minimum is 64 KiB.
func (q *Queue) SetRate(bytes int64) { q.limit.SetLimit(limitOf(bytes)) }

// most returns how many of n bytes may move at once.
func (p *progress) most(n int) int {
	if p.limit == nil || p.limit.Limit() == rate.Inf {
		return n
	}
	return min(n, rateStep)
}

// paced passes b to write, in steps of rateStep if there is a limit, so that the counters
// grow evenly.
func (p *progress) paced(ctx context.Context, b []byte, write func([]byte) (int, error)) (n int, err error) {
	for n < len(b) && err == nil {
		step := b[n : n+p.most(len(b)-n)]
		if err = p.throttle(ctx, len(step)); err != nil {
			break
		}
		var wrote int
		if wrote, err = write(step); err == nil && wrote < len(step) {
			err = io.ErrShortWrite
		}
		n += wrote
	}
	return n, err
}

// throttle waits until the limit allows n more bytes.
func (p *progress) throttle(ctx context.Context, n int) error {
	if p.limit == nil || p.limit.Limit() == rate.Inf {
		return nil
	}
	p.held.Add(1)
	defer func() {
		p.released.Store(time.Now().UnixNano())
		p.held.Add(-1)
	}()
	for n > 0 {
		step := min(n, rateStep)
		if err := p.limit.WaitN(ctx, step); err != nil {
			return context.Cause(ctx)
		}
		n -= step
	}
	return nil
}
