package accounts

import (
	"context"
	"crypto/rand"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"
)

// A password is 8 to 256 bytes long, and never truncated.
const (
	minPassword = 8
	maxPassword = 256
)

const (
	// hashesAtOnce bounds memory: each takes at least 19 MiB while it runs.
	hashesAtOnce = 2
	// hashesWaiting is how many may stand in line, about 10 s of work; further ones are told busy.
	hashesWaiting = 512
)

// preparePassword brings a typed password to the form that is hashed: the mapping of PRECIS
// OpaqueString (RFC 8265: any space becomes U+0020, then NFC), so that a password typed on another
// system is the same bytes. The profile's character classes are left out on purpose: they would
// refuse tabs, and emoji that are younger than the library's tables.
func preparePassword(typed string) (string, error) {
	if len(typed) > maxPassword || !utf8.ValidString(typed) {
		return "", errPassword
	}
	spaced := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, typed)
	password := norm.NFC.String(spaced)
	if len(password) < minPassword {
		return "", errPassword
	}
	return password, nil
}

// hasher makes and compares hashes, at most two at once.
type hasher struct {
	slots   *semaphore.Weighted
	waiting atomic.Int64
	done    atomic.Int64 // computations so far; tests count them instead of measuring time
	dummy   phc          // what a password is compared with when there is no account to compare it with
}

func newHasher() *hasher {
	return &hasher{
		slots: semaphore.NewWeighted(hashesAtOnce),
		dummy: phc{costMemory, costTime, costThreads, random(saltLength), random(sumLength)},
	}
}

// random returns n bytes of the system's generator, which never fails (crypto/rand).
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// enter waits for a slot; the caller calls the returned function when the work is done.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > hashesWaiting {
		return nil, errBusy
	}
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	h.done.Add(1)
	return func() { h.slots.Release(1) }, nil
}

// hash returns the PHC string of a prepared password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := random(saltLength)
	sum := argon2.IDKey([]byte(password), salt, costTime, costMemory, costThreads, sumLength)
	return phc{costMemory, costTime, costThreads, salt, sum}.String(), nil
}

// verify compares a prepared password with a stored hash. A blank or unreadable hash costs the same
// as any other and matches nothing.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	parsed, bad := parsePHC(stored)
	if bad != nil {
		parsed = h.dummy
	}
	return parsed.matches(password) && bad == nil, nil
}
