package accounts

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of a hash that we make: the second choice of OWASP's Password Storage Cheat Sheet, 19 MiB.
const (
	costMemory  = 19456 // KiB
	costTime    = 2
	costThreads = 1
	saltLength  = 16 // bytes
	sumLength   = 32 // bytes
)

// Bounds of a hash that a cell or a journal may bring. A cell is input: argon2 panics on t=0, and
// m=4194304 would take 4 GiB for every try to log in.
const (
	maxMemory  = 65536 // KiB
	maxTime    = 10
	maxThreads = 8
	minSalt    = 8
	maxSalt    = 64
	minSum     = 16
	maxSum     = 64
	maxPHC     = 512 // bytes of the whole string
)

// phc is an argon2id hash in the string format of the password hashing competition:
// $argon2id$v=19$m=19456,t=2,p=1$salt$sum, with salt and sum in unpadded base64.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, sum    []byte
}

var errPHC = errors.New("not an argon2id hash of m=19456,t=2,p=1 or stronger, within m=65536,t=10,p=8")

// parsePHC accepts exactly what String writes, within the bounds, and nothing else.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(s) > maxPHC || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return phc{}, errPHC
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return phc{}, errPHC
	}
	memory, ok1 := cost(costs[0], "m=", 32, costMemory, maxMemory)
	passes, ok2 := cost(costs[1], "t=", 32, costTime, maxTime)
	threads, ok3 := cost(costs[2], "p=", 8, costThreads, maxThreads)
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if !ok1 || !ok2 || !ok3 || err1 != nil || err2 != nil ||
		len(salt) < minSalt || len(salt) > maxSalt || len(sum) < minSum || len(sum) > maxSum {
		return phc{}, errPHC
	}
	h := phc{uint32(memory), uint32(passes), uint8(threads), salt, sum} //nolint:gosec // cost keeps each within its bits
	// Base64 decoders skip line breaks; one hash must have one spelling.
	if h.String() != s {
		return phc{}, errPHC
	}
	return h, nil
}

// cost reads one parameter such as m=19456 and checks its bounds.
func cost(s, prefix string, size int, least, most uint64) (uint64, bool) {
	digits, ok := strings.CutPrefix(s, prefix)
	n, err := strconv.ParseUint(digits, 10, size)
	return n, ok && err == nil && n >= least && n <= most
}

func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.memory, h.time, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

// matches spends the hash's whole cost and compares in constant time.
func (h phc) matches(password string) bool {
	length := uint32(len(h.sum)) //nolint:gosec // parsePHC allows at most 64
	sum := argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, length)
	return subtle.ConstantTimeCompare(sum, h.sum) == 1
}
