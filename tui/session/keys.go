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

// Pin stores the key of a server. It does not replace another pinned key: the error
// is a *KeyError then, and the caller must call Forget first.
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

// unpin removes the key of a server and reports whether there was one.
func (k *Keeper) unpin(server string) (found bool, err error) {
	err = k.keys.change(func(now keyFile) (keyFile, error) {
		_, found = now.Keys[server]
		keys := maps.Clone(now.Keys)
		delete(keys, server)
		return keyFile{keys}, nil
	})
	return found, err
}

// Reasons not to trust a key.
var (
	ErrUnknownKey = errors.New("the server's key is not known")
	ErrChangedKey = errors.New("the server's key has changed")
)

// KeyError means that a server's key is not trusted. It is ErrUnknownKey if no key is
// pinned, and ErrChangedKey if another key is pinned.
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

// Is reports whether target is ErrUnknownKey or ErrChangedKey, whichever applies.
func (e *KeyError) Is(target error) bool {
	if e.Known == "" {
		return target == ErrUnknownKey
	}
	return target == ErrChangedKey
}
