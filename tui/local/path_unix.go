//go:build !windows

package local

import (
	"path/filepath"

	"wangpan/wire"
)

// Path is how a pane knows a path of this system, which must be absolute.
func Path(host string) wire.Path { return wire.Path(filepath.Clean(host)) }

// Host is how this system knows a path of a pane.
func Host(p wire.Path) string { return string(p) }

// drives is what the top holds beside its files: on this system, nothing.
func drives(wire.Path) ([]wire.Entry, bool) { return nil, false }
