//go:build !linux

package transfer

import (
	"errors"

	"wangpan/wire"
)

// errNoWhole says that the system cannot do it in this folder.
var errNoWhole = errors.New("there are no files without a name here")

// createWhole is for systems that can make a file without a name.
func createWhole(string, []byte, wire.Entry) error { return errNoWhole }
