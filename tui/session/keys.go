package session

import (
	"errors"
	"fmt"
	"maps"
)

// keyFile is keys.toml.
type keyFile struct {
	Keys map[string]string `toml:"keys"` // server to fingerprint
}

func loadKeys(f *folder) (keys keyFile, err error) {
	err = f.read(keysName, &keys)
	return keys, err
}

func storeKeys(f *folder, keys keyFile) error { return f.write(keysName, keys) }

// Pinned returns the fingerprint of the key that a server showed before.
func (k *Keeper) Pinned(server string) (fingerprint string, ok bool) {
	fingerprint, ok = k.keys.get().Keys[server]
	return fingerprint, ok
}

// Pin remembers the key of a server. A key that is already pinned is never
// replaced: that is a *KeyError, and Forget has to come first.
func (k *Keeper) Pin(server, fingerprint string) error {
	return k.keys.change(func(now keyFile) (keyFile, error) {
		if known, ok := now.Keys[server]; ok && known != fingerprint {
			return now, &KeyError{Server: server, Known: known, Presented: fingerprint}
		}
		keys := maps.Clone(now.Keys)
		if keys == nil {
			keys = make(map[string]string)
		}
		keys[server] = fingerprint
		return keyFile{keys}, nil
	})
}

// unpin drops the key of a server and reports whether there was one.
func (k *Keeper) unpin(server string) (found bool, err error) {
	err = k.keys.change(func(now keyFile) (keyFile, error) {
		_, found = now.Keys[server]
		keys := maps.Clone(now.Keys)
		delete(keys, server)
		return keyFile{keys}, nil
	})
	return found, err
}

// Why a key is not trusted.
var (
	ErrUnknownKey = errors.New("the server's key is not known")
	ErrChangedKey = errors.New("the server's key has changed")
)

// KeyError is a server's key that is not trusted: ErrUnknownKey when none was
// known, ErrChangedKey when another one was.
type KeyError struct {
	Server    string
	Known     string // fingerprint; blank for none
	Presented string // fingerprint
}

func (e *KeyError) Error() string {
	if e.Known == "" {
		return fmt.Sprintf("%v: %s shows %s", ErrUnknownKey, e.Server, e.Presented)
	}
	return fmt.Sprintf("%v: %s shows %s instead of %s", ErrChangedKey, e.Server, e.Presented, e.Known)
}

// Is tells an unknown key from a changed one.
func (e *KeyError) Is(target error) bool {
	if e.Known == "" {
		return target == ErrUnknownKey
	}
	return target == ErrChangedKey
}
