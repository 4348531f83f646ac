package suspend

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupts is the subscription of this process to SIGINT. It is a variable of
// the package since signals belong to the whole process.
var interrupts struct {
	sync.Mutex
	received chan os.Signal // nil: no subscription
}

// NotifyInterrupt returns a context that ends when the process receives SIGINT
// while no other program has the terminal. A terminal in line mode sends the
// SIGINT of ctrl+c to all processes in the foreground, but during
// [Terminal.Exec] the user means the other program. The caller must call stop;
// after that, SIGINT ends the process.
func NotifyInterrupt(parent context.Context) (ctx context.Context, stop context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	received := make(chan os.Signal, 1)
	interrupts.Lock()
	interrupts.received = received
	signal.Notify(received, os.Interrupt)
	interrupts.Unlock()
	go func() {
		select {
		case <-received:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel()
		interrupts.Lock()
		defer interrupts.Unlock()
		signal.Stop(received)
		if interrupts.received == received {
			interrupts.received = nil
		}
	}
}

// ignoringKeys calls run while this process ignores SIGINT and SIGQUIT, the
// signals of ctrl+c and ctrl+\. It catches and drops them, since a program that
// run starts would inherit a signal that is set to be ignored.
func ignoringKeys(run func() error) error {
	dropped := make(chan os.Signal, 1)
	signal.Notify(dropped, os.Interrupt, syscall.SIGQUIT)
	defer signal.Stop(dropped)
	interrupts.Lock()
	if interrupts.received != nil {
		signal.Stop(interrupts.received)
	}
	interrupts.Unlock()
	defer func() {
		flush := make(chan os.Signal, 1)
		signal.Notify(flush, os.Interrupt)
		signal.Stop(flush) // waits until the signals received so far are delivered to dropped
		interrupts.Lock()
		defer interrupts.Unlock()
		if interrupts.received != nil {
			signal.Notify(interrupts.received, os.Interrupt)
		}
	}()
	return run()
}
