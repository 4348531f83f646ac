package transfer

import (
	"cmp"
	"slices"
)

// line is a list of tasks in the order of the queue. Changes at either end, the usual
// case, cost little for any length.
type line struct{ tasks []*task }

func (l *line) find(t *task) (int, bool) {
	return slices.BinarySearchFunc(l.tasks, t.rank, func(t *task, rank int64) int { return cmp.Compare(t.rank, rank) })
}

func (l *line) insert(t *task) {
	if n := len(l.tasks); n == 0 || l.tasks[n-1].rank < t.rank {
		l.tasks = append(l.tasks, t)
		return
	}
	if i, found := l.find(t); !found {
		l.tasks = slices.Insert(l.tasks, i, t)
	}
}

func (l *line) remove(t *task) {
	i, found := l.find(t)
	switch {
	case !found:
	case i == 0:
		l.tasks[0] = nil // for the collector
		l.tasks = l.tasks[1:]
	default:
		l.tasks = slices.Delete(l.tasks, i, i+1)
	}
}

func (l *line) first() *task {
	if len(l.tasks) == 0 {
		return nil
	}
	return l.tasks[0]
}

// chain is a linked list of tasks in the order of their arrival. A task is in at most one
// chain and is removed without a search.
type chain struct {
	head, tail *task
	n          int
}

func (c *chain) pushBack(t *task) {
	t.chain, t.prev, t.next = c, c.tail, nil
	if c.tail == nil {
		c.head = t
	} else {
		c.tail.next = t
	}
	c.tail = t
	c.n++
}

func (c *chain) pushFront(t *task) {
	t.chain, t.prev, t.next = c, nil, c.head
	if c.head == nil {
		c.tail = t
	} else {
		c.head.prev = t
	}
	c.head = t
	c.n++
}

// leave removes t from its chain, if any.
func (t *task) leave() {
	c := t.chain
	if c == nil {
		return
	}
	if t.prev == nil {
		c.head = t.next
	} else {
		t.prev.next = t.next
	}
	if t.next == nil {
		c.tail = t.prev
	} else {
		t.next.prev = t.prev
	}
	c.n--
	t.chain, t.prev, t.next = nil, nil, nil
}
