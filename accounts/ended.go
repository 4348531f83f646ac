package accounts

import "sync"

// endings passes on the accounts whose sessions must end. Whoever adds never waits: what nobody has
// received yet stands in a list that holds each account once.
type endings struct {
	out  chan string
	wake chan struct{} // capacity 1: there is something in the list
	stop chan struct{}
	done chan struct{}

	mu   sync.Mutex
	list []string
	held map[string]bool
}

func newEndings() *endings {
	e := &endings{
		out: make(chan string), wake: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}), held: map[string]bool{},
	}
	go e.pass()
	return e
}

func (e *endings) add(accounts ...string) {
	e.mu.Lock()
	for _, a := range accounts {
		if a != "" && !e.held[a] {
			e.held[a] = true
			e.list = append(e.list, a)
		}
	}
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// next takes the first of the list.
func (e *endings) next() (string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.list) == 0 {
		return "", false
	}
	account := e.list[0]
	e.list = e.list[1:]
	delete(e.held, account)
	return account, true
}

func (e *endings) pass() {
	defer close(e.done)
	defer close(e.out)
	for {
		account, ok := e.next()
		if !ok {
			select {
			case <-e.wake:
				continue
			case <-e.stop:
				return
			}
		}
		select {
		case e.out <- account:
		case <-e.stop:
			return
		}
	}
}

func (e *endings) close() {
	close(e.stop)
	<-e.done
}

// Ended returns the accounts whose sessions must end now: disabled, removed, or with a password that
// the administrator changed. It is closed by Close. The book never waits for its reader.
func (b *Book) Ended() <-chan string { return b.ended.out }
