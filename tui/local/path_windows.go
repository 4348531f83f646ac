package local

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"

	"wangpan/wire"
)

// Path converts an absolute path of the operating system to a path of a pane.
func Path(host string) wire.Path {
	return wire.Path("/" + strings.TrimSuffix(filepath.ToSlash(filepath.Clean(host)), "/"))
}

// Host converts a path of a pane to a path of the operating system.
func Host(p wire.Path) string {
	host := filepath.FromSlash(strings.TrimPrefix(string(p), "/"))
	if len(host) == 2 && host[1] == ':' {
		host += `\` // "C:" alone is the current folder of that drive
	}
	return host
}

// drives returns the drives of the computer as the entries of "/". ok is false for other
// folders.
func drives(p wire.Path) ([]wire.Entry, bool) {
	if p != wire.Root {
		return nil, false
	}
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		mask = 1 << ('C' - 'A')
	}
	var entries []wire.Entry
	for letter := range 26 {
		if mask&(1<<letter) != 0 {
			entries = append(entries, wire.Entry{Name: wire.Name([]byte{byte('A' + letter), ':'}), Size: -1, IsDir: true})
		}
	}
	return entries, true
}
