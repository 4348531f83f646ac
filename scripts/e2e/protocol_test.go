//go:build !windows

package e2e

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestProtocolClient runs a client in another language, which was written from
// the specification alone, against the real daemon.
func TestProtocolClient(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed; scripts/install-test-tools installs it")
	}
	s := serve(t)
	out, err := exec.Command(python, filepath.Join("..", "protocol-client.py"), s.addr, s.key).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("protocol-client.py: %v", err)
	}
}
