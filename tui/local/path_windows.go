package local

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"

	"wangpan/wire"
)

// Path is how a pane knows a path of this system, which must be absolute.
func Path(host string) wire.Path {
	return wire.Path("/" + strings.TrimSuffix(filepath.ToSlash(filepath.Clean(host)), "/"))
}

// Host is how this system knows a path of a pane.
func Host(p wire.Path) string {
	host := filepath.FromSlash(strings.TrimPrefix(string(p), "/"))
	if len(host) == 2 && host[1] == ':' {
		host += `\` // C: alone is where one was last on that drive
	}
	return host
}

// drives is what the top holds: all drives that there are.
func drives(p wire.Path) ([]wire.Entry, bool) {
	if p != wire.Root {
		return nil, false
	}
	there, err := windows.GetLogicalDrives()
	if err != nil {
		there = 1 << ('C' - 'A')
	}
	var entries []wire.Entry
	for letter := range 26 {
		if there&(1<<letter) != 0 {
			entries = append(entries, wire.Entry{Name: wire.Name([]byte{byte('A' + letter), ':'}), Size: -1, IsDir: true})
		}
	}
	return entries, true
}
