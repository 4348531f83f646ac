package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"wangpan/wire"
)

const (
	partialSuffix = ".wangpan-part"
	recordSuffix  = ".json"               // after the name of the partial
	rewriteSuffix = recordSuffix + ".new" // a record that is being rewritten
	maxName       = wire.MaxName          // bytes; the limit of common file systems
	maxPartials   = 9                     // beside one target
	maxCopies     = 9999                  // of one name, in "name (2)"
)

// partialPath returns the path of the n-th partial of target, from 1: NAME.wangpan-part,
// then NAME.2.wangpan-part. It cuts a name that is too long for its record and adds a
// hash of the whole name.
func partialPath(target string, n int) string {
	folder, name := filepath.Split(target)
	suffix := partialSuffix
	if n > 1 {
		suffix = fmt.Sprintf(".%d%s", n, partialSuffix)
	}
	if room := maxName - len(suffix) - len(rewriteSuffix); len(name) > room {
		sum := sha256.Sum256([]byte(name))
		mark := "-" + hex.EncodeToString(sum[:8])
		name = cutBytes(name, room-len(mark)) + mark
	}
	return folder + name + suffix
}

// cutBytes returns the beginning of s in at most n bytes, without half a character.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// CopyName returns the n-th name for a file that is kept beside the file called
// name. n starts at 2, for "name (2).ext"; of an archive, the number goes before
// ".tar.gz". CopyName cuts the stem so that the result has at most 255 bytes.
func CopyName(name string, n int) string {
	return MarkedName(name, fmt.Sprintf(" (%d)", n))
}

// MarkedName returns a name with a mark before its extension. It cuts the stem as
// CopyName does.
func MarkedName(name, mark string) string {
	stem, ext := splitName(name)
	return cutBytes(stem, maxName-len(mark)-len(ext)) + mark + ext
}

// splitName splits a name before its extension. The extension includes the .tar of a
// compressed archive. A name whose only dot is the first character has no extension.
func splitName(name string) (stem, ext string) {
	ext = filepath.Ext(name)
	stem = strings.TrimSuffix(name, ext)
	if inner := filepath.Ext(stem); inner == ".tar" && stem != inner {
		ext, stem = inner+ext, strings.TrimSuffix(stem, inner)
	}
	if stem == "" || len(ext) > maxName/4 {
		return name, ""
	}
	return stem, ext
}

// CheckName returns ErrLocalName if a remote name is not possible on this computer. On
// Unix every name that the protocol allows is possible.
func CheckName(n wire.Name) error {
	name := string(n)
	if !filepath.IsLocal(name) || filepath.Base(name) != name {
		return ErrLocalName
	}
	if runtime.GOOS == "windows" && (strings.ContainsAny(name, `<>:"|?*`) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ")) {
		return ErrLocalName
	}
	return nil
}
