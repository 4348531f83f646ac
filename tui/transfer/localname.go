package transfer

import (
	"path/filepath"
	"runtime"
	"strings"

	"wangpan/wire"
)

// CheckName returns ErrLocalName when a name of the server's cannot be that of
// a file in a folder of this machine. On Unix every name that the protocol
// allows can.
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
