package daemon_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain makes this program a client that keeps a daemon busy when the
// environment says so: a benchmark must not share its processors' queues.
func TestMain(m *testing.M) {
	if load := os.Getenv(loadVariable); load != "" {
		os.Exit(runLoad(load))
	}
	goleak.VerifyTestMain(m)
}
