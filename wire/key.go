package wire

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Key makes a write safe to repeat: 32 lower-case hexadecimal digits that the
// client chooses at random, one for each request that it means to carry out.
type Key string

// UnmarshalText accepts 32 lower-case hexadecimal digits.
func (k *Key) UnmarshalText(text []byte) error {
	if !isHex128(text) {
		return Errorf(Invalid, "a key has 32 lower-case hexadecimal digits")
	}
	*k = Key(text)
	return nil
}

// NewKey returns a random key.
func NewKey() Key {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails, see crypto/rand
	return Key(hex.EncodeToString(random[:]))
}

// For returns the key of one request among those of an operation. The same
// request has the same key, and another one has another.
func (k Key) For(name RequestName, args []byte) Key {
	h := sha256.New()
	_, _ = h.Write([]byte(string(k) + " " + string(name) + " ")) // it never fails, see hash.Hash
	_, _ = h.Write(args)
	return Key(hex.EncodeToString(h.Sum(nil)[:16]))
}

// operation is the type of the context value of WithKey.
type operation struct{}

// WithKey returns a context for the requests of one operation, and for their
// repetition: a client gives each request that takes a key its own one, which
// Key.For makes of k.
func WithKey(ctx context.Context, k Key) context.Context {
	return context.WithValue(ctx, operation{}, k)
}

// KeyOf returns the key of WithKey, or "".
func KeyOf(ctx context.Context) Key {
	k, _ := ctx.Value(operation{}).(Key)
	return k
}

// keyed are the requests that may carry a key.
var keyed = []RequestName{Mkdir, Move, Copy, Remove, Restore, Purge, Commit, Discard}

// TakesKey reports whether a request of this name may carry a key.
func (n RequestName) TakesKey() bool { return slices.Contains(keyed, n) }

// isHex128 reports whether text is 32 lower-case hexadecimal digits.
func isHex128(text []byte) bool {
	if len(text) != 32 {
		return false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
