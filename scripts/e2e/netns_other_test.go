//go:build !windows && !linux

package e2e

import "os/exec"

// in needs network namespaces, which only Linux has.
func in(_ string, _ *exec.Cmd) {}
