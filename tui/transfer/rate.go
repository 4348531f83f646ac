package transfer

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

const (
	// minRate, in bytes a second, is the slowest that a queue can be told to
	// be. Below it the server would take a connection for stalled.
	minRate = 64 << 10
	// rateStep, in bytes, is what may pass at once.
	rateStep = 64 << 10
)

// newLimiter makes what all transfers of a queue pass their bytes through.
func newLimiter(bytes int64) *rate.Limiter { return rate.NewLimiter(limitOf(bytes), rateStep) }

func limitOf(bytes int64) rate.Limit {
	if bytes <= 0 {
		return rate.Inf
	}
	return rate.Limit(max(bytes, minRate))
}

// SetRate limits all transfers together to so many bytes a second, both ways;
// 0: no limit. Less than 64 KiB counts as that much.
func (q *Queue) SetRate(bytes int64) { q.limit.SetLimit(limitOf(bytes)) }

// pass waits until n bytes more may go over the network.
func (p *progress) pass(ctx context.Context, n int) error {
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
