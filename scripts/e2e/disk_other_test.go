//go:build !linux && !windows

package e2e

// A disk that can be stopped is made on Linux only.
func diskWanted() (from, at string, ok bool) { return "", "", false }

func serveDisk(string, string) int { return 1 }
