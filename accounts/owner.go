package accounts

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// retryAfter is how long a save that failed for want of space, say, is left alone.
const retryAfter = 5 * time.Second

// own is the goroutine that owns the workbook while the book is open.
func (b *Book) own(ctx context.Context) {
	defer close(b.done)
	ticker := time.NewTicker(b.o.look)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			b.look(ctx)
		case <-b.again:
			b.file.refused, b.file.retry = nil, time.Time{}
			b.look(ctx)
		}
	}
}

// Reload looks at the workbook now, also at one that was refused before, and tries a save again that
// failed. It does not wait for the result, which is logged. Changes are also found without it.
func (b *Book) Reload() {
	select {
	case b.again <- struct{}{}:
	default: // that of another call is still to come
	}
}

// look is one round: what somebody changed is read, typed passwords are hashed, what is waiting is
// saved.
func (b *Book) look(ctx context.Context) {
	defer func() {
		// The accounts in memory are good whatever happens to the file.
		if r := recover(); r != nil {
			b.log.Error("looking after accounts.xlsx failed", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	b.reload()
	if b.o.now().Before(b.file.retry) {
		return
	}
	b.hashTyped(ctx)
	if len(b.file.typed) > 0 {
		return // a save now would put what is not wiped yet into a backup
	}
	b.report(b.fold(false))
}

// report logs why a save did not happen, once for each reason, and that it happened after all.
func (b *Book) report(err error) {
	switch {
	case err == nil && b.file.waiting != "":
		b.log.Info("accounts.xlsx is saved again")
		b.file.waiting = ""
	case err == nil:
	case errors.Is(err, errHeld):
		if b.file.waiting != err.Error() {
			b.log.Info("accounts.xlsx is not saved for the moment; the journal keeps what changes", "reason", err)
		}
		b.file.waiting = err.Error()
	default:
		if b.file.waiting != err.Error() {
			b.log.Error("accounts.xlsx can not be saved; the journal keeps what changes", "error", err)
		}
		b.file.waiting = err.Error()
		b.file.retry = b.o.now().Add(retryAfter)
	}
}
