package daemon_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// rss returns how many MiB of memory this process has.
func rss(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, resident int
	if _, err := fmt.Fscan(bytes.NewReader(data), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * os.Getpagesize() >> 20
}

// TestResidentMemory measures the daemon alone: its clients are other processes.
func TestResidentMemory(t *testing.T) {
	if os.Getenv("WANGPAN_SOAK") == "" {
		t.Skip("takes minutes: WANGPAN_SOAK=1")
	}
	tests := []struct {
		kind        string
		connections int
		processes   int
		want        int // MiB above the start, while they are at work
	}{
		{"idle", 250, 8, 96},
		{"silent", 252, 1, 252},
		{"transfers", 64, 2, 256},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			s := daemontest.Start(t, func(c *daemon.Config) {
				c.Limits = daemon.Limits{Connections: 4000, PerAddress: 4000, PerAccount: 4000, Reserved: 1}
			})
			_, token := memberToken(t, s, "bob")
			member(t, s, "bob").upload("/big", random(64<<20))
			debug.FreeOSMemory()
			debug.FreeOSMemory()
			start := rss(t)
			var tokens []wire.Token
			for range tt.processes {
				tokens = append(tokens, token)
			}
			stop := beside(t, s, tt.kind, tt.connections, tokens...)
			most := 0
			for range 40 {
				time.Sleep(time.Second) // the load goes on
				most = max(most, rss(t))
			}
			now := rss(t)
			stop()
			time.Sleep(time.Minute) // the time that the daemon has for it
			end := rss(t)
			t.Logf("start %d MiB, at most %d, with the load %d, a minute later %d", start, most, now, end)
			load := most
			if tt.kind == "idle" { // after use
				load = now
			}
			if load-start > tt.want || end-start > 64 {
				t.Errorf("%d MiB above the start with the load, %d a minute later, want at most %d and 64", load-start, end-start, tt.want)
			}
		})
	}
}
