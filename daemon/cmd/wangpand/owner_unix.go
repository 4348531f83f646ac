//go:build !windows

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ownedByOther refuses root in the folder of another user: what root writes
// there, that user's daemon could not read any more.
func ownedByOther(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || os.Geteuid() != 0 {
		return nil //nolint:nilerr // what needs the folder says what is wrong with it
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid == 0 {
		return nil
	}
	return &hintedError{
		errors.New(dir + " belongs to another user, who could not use what root makes there"),
		fmt.Sprintf("sudo -u '#%d' wangpand account …", stat.Uid),
	}
}
