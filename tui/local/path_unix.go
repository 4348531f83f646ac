//go:build !windows

package local

import (
	"path/filepath"

	"wangpan/wire"
)

// Path converts an absolute path of the operating system to a path of a pane.
func Path(host string) wire.Path { return wire.Path(filepath.Clean(host)) }

// Host converts a path of a pane to a path of the operating system.
func Host(p wire.Path) string { return string(p) }

// drives returns false: this system has no drives with letters.
func drives(wire.Path) ([]wire.Entry, bool) { return nil, false }
