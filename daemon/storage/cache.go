package storage

import (
	"container/list"
	"sync"
)

// cache keeps the values used last, as many as their costs allow. It is safe
// for concurrent use; the values are shared and must not be changed.
type cache[K comparable, V any] struct {
	limit int // sum of the costs kept

	mu      sync.Mutex
	cost    int
	entries map[K]*list.Element
	order   list.List // of *cached[K, V], the one used last in front
}

type cached[K comparable, V any] struct {
	key   K
	value V
	cost  int
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, entries: make(map[K]*list.Element)}
}

func (c *cache[K, V]) get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached[K, V]).value, true
}

// put keeps value under key. What costs more than the limit is not kept.
func (c *cache[K, V]) put(key K, value V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(key)
	if cost > c.limit {
		return
	}
	c.entries[key] = c.order.PushFront(&cached[K, V]{key, value, cost})
	for c.cost += cost; c.cost > c.limit; {
		c.drop(c.order.Back().Value.(*cached[K, V]).key)
	}
}

// take is get and leaves nothing under key.
func (c *cache[K, V]) take(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, found := c.entries[key]; found {
		value, ok = e.Value.(*cached[K, V]).value, true
	}
	c.drop(key)
	return value, ok
}

func (c *cache[K, V]) drop(key K) {
	if e, ok := c.entries[key]; ok {
		c.cost -= e.Value.(*cached[K, V]).cost
		c.order.Remove(e)
		delete(c.entries, key)
	}
}
