package transfer

import (
	"context"
	"errors"
	"slices"
)

var (
	errNoPlace  = errors.New("no place of the queue is idle")
	errRecalled = errors.New("another transfer needs the place")
)

// loan is an idle place of the queue, with a connection, that a transfer which
// runs already has for a while.
type loan struct {
	link     *link
	recalled chan struct{} // closed when another transfer needs the place
}

// lend gives away an idle place. The error is errNoPlace, or that of dialling.
func (q *Queue) lend(ctx context.Context) (*loan, error) {
	q.mu.Lock()
	if q.closed || q.net.down || q.free < wholePlace || q.due.first() != nil {
		q.mu.Unlock()
		return nil, errNoPlace
	}
	n := &loan{recalled: make(chan struct{})}
	q.free -= wholePlace
	q.loans = append(q.loans, n)
	q.mu.Unlock()
	l, err := q.pool.take(ctx)
	if err != nil {
		q.freed(n)
		return nil, err
	}
	n.link = l
	return n, nil
}

// giveBack ends a loan.
func (q *Queue) giveBack(n *loan) {
	q.pool.give(n.link, !n.link.broken())
	q.freed(n)
}

func (q *Queue) freed(n *loan) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free += wholePlace
	q.loans = slices.DeleteFunc(q.loans, func(other *loan) bool { return other == n })
	select {
	case q.wake <- struct{}{}:
	default: // it is told already
	}
}

// recall asks for a place back because a transfer is due. More are asked for
// when that one has started. q.mu is held.
func (q *Queue) recall() {
	if n := len(q.loans); n > 0 {
		select {
		case <-q.loans[n-1].recalled:
		default:
			close(q.loans[n-1].recalled)
		}
	}
}
