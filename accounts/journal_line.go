package accounts

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
)

// A line of the journal is eight hexadecimal digits (CRC-32C of what follows the space), a space,
// one JSON object and a line feed:
//
//	1f0c77a2 {"journal":"wangpan accounts","version":1,"book":"…","base":0}
//	0b8d91e3 {"seq":1,"at":"2026-11-22T10:00:00Z","op":"register","folder":"ann","name":"ann","hash":"$argon2id$…"}
//
// The first line is the heading; the others are operations whose seq goes up by one from base+1.

const (
	journalName    = "wangpan accounts"
	journalVersion = 1
	maxLine        = 8 << 10 // bytes; the longest operation takes about 1 KiB
)

// heading is the first line. Base is the number of the operation before the first one kept; Book
// ties the journal to its workbook.
type heading struct {
	Journal string `json:"journal"`
	Version int    `json:"version"`
	Book    string `json:"book"`
	Base    uint64 `json:"base"`
}

// What an operation does to the account in its folder.
const (
	opRegister = "register" // a new account: Name, Hash, Quota
	opPassword = "password" // Hash
	opStatus   = "status"   // Disabled
	opQuota    = "quota"    // Quota, as in the cell
	opEntries  = "entries"  // Entries, as in the cell Entry limit
	opRemove   = "remove"   // the account is gone, its folder is nobody's
	opRetire   = "retire"   // the row was deleted in the workbook: its folder is nobody's
)

// op is one operation. Its effect is the same however often it is repeated.
type op struct {
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
	Kind     string    `json:"op"`
	Folder   string    `json:"folder"`
	Name     string    `json:"name,omitempty"`
	Hash     string    `json:"hash,omitempty"`
	Quota    string    `json:"quota,omitempty"`
	Entries  string    `json:"entries,omitempty"`
	Disabled bool      `json:"disabled,omitempty"`
	// Typed says that the password came from the column New password, so that the same cell, seen
	// again while an editor keeps it, is not taken for a second wish.
	Typed bool `json:"typed,omitempty"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errLine    = errors.New("the checksum is wrong")
	errHeading = errors.New("this is not a journal of accounts")
)

// encodeLine returns the line of a heading or an op, with its line feed.
func encodeLine(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode journal line: %w", err)
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(body, castagnoli), body), nil
}

// lineBody checks a line without its line feed and returns its JSON.
func lineBody(line []byte) ([]byte, error) {
	if len(line) > maxLine || len(line) < 10 || line[8] != ' ' {
		return nil, errLine
	}
	var sum [4]byte
	if _, err := hex.Decode(sum[:], line[:8]); err != nil || bytes.ContainsAny(line[:8], "ABCDEF") {
		return nil, errLine
	}
	body := line[9:]
	if crc32.Checksum(body, castagnoli) != uint32(sum[0])<<24|uint32(sum[1])<<16|uint32(sum[2])<<8|uint32(sum[3]) {
		return nil, errLine
	}
	return body, nil
}

func decodeHeading(line []byte) (heading, error) {
	body, err := lineBody(line)
	if err != nil {
		return heading{}, err
	}
	var h heading
	if err := json.Unmarshal(body, &h); err != nil || h.Journal != journalName || h.Base > maxSequence {
		return heading{}, errHeading
	}
	if h.Version != journalVersion {
		return heading{}, fmt.Errorf("this journal has version %d; this program reads version %d", h.Version, journalVersion)
	}
	return h, nil
}

// decodeOp reads one operation. A right checksum proves only that the line is as it was written, so
// every field is checked before it can name a folder or reach argon2.
func decodeOp(line []byte) (op, error) {
	body, err := lineBody(line)
	if err != nil {
		return op{}, err
	}
	var o op
	if err := json.Unmarshal(body, &o); err != nil {
		return op{}, errors.New("this is not an operation")
	}
	if !validFolder(o.Folder) {
		return op{}, errors.New("the folder is not one")
	}
	switch o.Kind {
	case opRegister:
		if name, err := canonicalName(o.Name); err != nil || name != o.Name {
			return op{}, errors.New("the name is not one")
		}
	case opPassword, opStatus, opQuota, opEntries, opRemove, opRetire:
	default:
		return op{}, errors.New("the operation is unknown; was it written by a newer program?")
	}
	if o.Hash != "" {
		if _, err := parsePHC(o.Hash); err != nil {
			return op{}, err
		}
	}
	if _, err := parseQuota(o.Quota); err != nil {
		return op{}, err
	}
	if _, err := parseEntryLimit(o.Entries); err != nil {
		return op{}, err
	}
	return o, nil
}
