package local

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// Shorten replaces the home folder at the start of a host path by "~", as shells do.
func Shorten(path string) string {
	if home := xdg.Home; home != "" && home != "/" {
		if rest, ok := strings.CutPrefix(path, home); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
			return "~" + rest
		}
	}
	return path
}

// Expand replaces a "~" at the start of a host path by the home folder.
func Expand(path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		return xdg.Home + rest
	}
	return path
}

// Resolve returns the clean host path for a path that a user typed, and a blank string
// for blank. A relative path starts at base.
func Resolve(base, typed string) string {
	if typed == "" {
		return ""
	}
	path := Expand(typed)
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Clean(path)
}
