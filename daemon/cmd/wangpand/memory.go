package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/dustin/go-humanize"

	"wangpan/wire"
)

// leastMemory is below what a daemon needs that does nothing but check passwords.
const leastMemory = 64 << 20

// parseMemory is a number of bytes that a daemon can stay within.
func parseMemory(text string) (int64, error) {
	n, err := humanize.ParseBytes(text)
	if err != nil || n < leastMemory || n > wire.MaxSize {
		return 0, fmt.Errorf("--memory is a size such as 512MB, at least 64MiB, not %q", text)
	}
	return int64(n), nil
}

// limitMemory makes the runtime collect more often before it takes more than
// limit bytes. What the environment says goes first.
func limitMemory(limit int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
