package transfer

import (
	"time"

	"wangpan/tui/backoff"
)

// network is what is known of the way to the server. After a failure one
// transfer at a time tries it, so that a thousand queued ones do not.
type network struct {
	down     bool
	probing  bool // one transfer is trying
	failures int  // in a row, without progress between them
	epoch    int  // counts outages, so that what fails together counts once
	since    time.Time
	retryAt  time.Time
	err      error
	backoff  backoff.Backoff
}

func (n *network) lost(epoch int, err error) {
	n.probing = false
	n.err = err
	if epoch != n.epoch {
		return
	}
	now := time.Now()
	if n.failures == 0 {
		n.since = now
	}
	n.epoch++
	n.failures++
	n.down = true
	n.retryAt = now.Add(n.backoff.After(n.failures))
}

// reached notes a connection. Only progress over it ends the row of failures:
// a server that accepts or answers, and then drops everybody, is still an outage.
func (n *network) reached() { n.down, n.probing = false, false }

func (n *network) progressed() { n.failures, n.err = 0, nil }

func (n *network) nudge() {
	n.failures = min(n.failures, 1)
	n.retryAt = time.Time{}
}
