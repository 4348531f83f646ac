package local

import (
	"path"
	"strings"

	"wangpan/wire"
)

// Join returns the path of a name in a folder.
func Join(folder wire.Path, name wire.Name) wire.Path {
	return wire.Path(strings.TrimSuffix(string(folder), "/") + "/" + string(name))
}

// Dir returns the folder of a path. That of "/" is "/".
func Dir(p wire.Path) wire.Path { return wire.Path(path.Dir(string(p))) }
