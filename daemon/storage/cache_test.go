package storage

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestCache(t *testing.T) {
	c := newCache[string, int](10)
	c.put("a", 1, 4)
	c.put("b", 2, 4)
	c.put("too big", 3, 11)
	if _, ok := c.get("a"); !ok {
		t.Fatal("a is gone although there was room")
	}
	c.put("c", 3, 4) // b was used longest ago
	tests := []struct {
		name string
		key  string
		want int // 0 when it is not there
	}{
		{"used again", "a", 1},
		{"used longest ago", "b", 0},
		{"newest", "c", 3},
		{"over the limit", "too big", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := c.get(tt.key); got != tt.want || ok != (tt.want != 0) {
				t.Errorf("%s is %d (%v), want %d", tt.key, got, ok, tt.want)
			}
		})
	}
	c.put("a", 5, 6) // in place of the old one, whose cost is given back
	if got, _ := c.get("c"); got != 3 {
		t.Error("c had to go although there was room")
	}
	if got, ok := c.take("a"); got != 5 || !ok {
		t.Errorf("took %d (%v), want 5", got, ok)
	}
	if _, ok := c.take("a"); ok {
		t.Error("a was taken and is still there")
	}
	if c.cost != 4 || c.order.Len() != 1 || len(c.entries) != 1 {
		t.Errorf("cost %d, %d in order, %d entries; want those of c", c.cost, c.order.Len(), len(c.entries))
	}
}

func testFile(tb testing.TB) (fs.FileInfo, error) {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "f")
	if err := os.WriteFile(name, []byte("abc"), 0o600); err != nil {
		return nil, err
	}
	return os.Stat(name)
}
