package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// What hello and the TLS handshake agree on.
const (
	Magic    = "wangpan"   // in every hello and welcome
	Version1 = 1           // the protocol version described here
	ALPN     = "wangpan/1" // application protocol in the TLS handshake
)

// DefaultPort is the TCP port of a daemon that was told no other.
const DefaultPort = "7440"

// HelloArgs open a connection.
type HelloArgs struct {
	Magic    string `json:"magic"`
	Versions []int  `json:"versions,omitempty"` // never empty
	Client   string `json:"client,omitempty"`   // name and version, for the server's log
}

// Choose returns the highest protocol version that both sides speak. The
// errors are two, as their remedies are: Invalid for a peer that is no wangpan
// client, Unavailable for one that is too old or too new.
func (h HelloArgs) Choose() (int, error) {
	if h.Magic != Magic {
		return 0, Errorf(Invalid, "this port speaks the wangpan protocol, and the client does not")
	}
	if !slices.Contains(h.Versions, Version1) {
		return 0, Errorf(Unavailable, "this server speaks protocol version %d only: update the client or the server", Version1)
	}
	return Version1, nil
}

// Welcome answers a hello.
type Welcome struct {
	Magic        string       `json:"magic"`
	Version      int          `json:"version"`
	Server       string       `json:"server"` // name and version of the program
	Registration Registration `json:"registration"`
	Limits       Limits       `json:"limits"`
	Features     []string     `json:"features,omitempty"` // see FeatureExecutable and the requests
}

// Has reports whether the server has a feature.
func (w Welcome) Has(feature string) bool { return slices.Contains(w.Features, feature) }

// Registration says who may make an account.
type Registration string

// The three ways of registration.
const (
	RegistrationOpen       Registration = "open"
	RegistrationClosed     Registration = "closed"
	RegistrationInvitation Registration = "invitation"
)

// Limits are what a server allows. Zero is never "no limit": a client takes the
// defaults of the package documentation instead.
type Limits struct {
	Frame       int64 `json:"frame"`        // bytes of the longest frame after login
	Ahead       int   `json:"ahead"`        // requests sent and not yet answered
	Block       int64 `json:"block"`        // bytes of a block
	IdleSeconds int   `json:"idle_seconds"` // a silent connection is closed after

	// Numbers of connections. They inform people and are absent in servers
	// that do not announce them.
	Connections     int `json:"connections,omitempty"`     // in all
	Handshakes      int `json:"handshakes,omitempty"`      // of these, with an incomplete TLS handshake
	Unauthenticated int `json:"unauthenticated,omitempty"` // of these, with TLS and without a login
	Reserved        int `json:"reserved,omitempty"`        // the last ones, for accounts and addresses with few
	PerAddress      int `json:"per_address,omitempty"`     // after a login
	PerAccount      int `json:"per_account,omitempty"`     // after a login
}

// RegisterArgs make an account.
type RegisterArgs struct {
	User       string `json:"user"`
	Password   string `json:"password"`
	Invitation string `json:"invitation,omitempty"`
}

// RegisterReply says under which name the account was made.
type RegisterReply struct {
	User string `json:"user"`
}

// LoginArgs begin a session.
type LoginArgs struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// JoinArgs put a connection into a session.
type JoinArgs struct {
	Token Token `json:"token"`
}

// Token lets a connection join a session. It is a secret: 64 hexadecimal digits.
type Token string

// String keeps tokens out of logs.
func (t Token) String() string { return "(token)" }

// GoString keeps tokens out of %#v.
func (t Token) GoString() string { return "(token)" }

// SessionReply answers login and join.
type SessionReply struct {
	User    string    `json:"user"`
	Token   Token     `json:"token,omitempty"` // login only
	Expires time.Time `json:"expires"`
}

// LogoutArgs end the session, or all of its account.
type LogoutArgs struct {
	Everywhere bool `json:"everywhere,omitempty"`
}

// PasswordArgs change the password of the session's account.
type PasswordArgs struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// UsageReply says what an account takes, in bytes.
type UsageReply struct {
	Used   int64 `json:"used"`            // by its files
	Staged int64 `json:"staged"`          // announced by its staged uploads
	Trash  int64 `json:"trash"`           // by what is in the trash
	Files  int64 `json:"files"`           // how many there are
	Quota  int64 `json:"quota,omitempty"` // for Used, Staged and Trash together; 0: none
	Free   int64 `json:"free"`            // for another upload

	// Entries counts files and folders, items of the trash and their contents, and
	// staged uploads. Both are 0 with a server that does not limit them.
	Entries    int64 `json:"entries,omitempty"`
	EntryLimit int64 `json:"entry_limit,omitempty"`
}

// Fingerprint returns the name of a public key for people: "SHA256:" and the
// unpadded base64 of the SHA-256 of its SubjectPublicKeyInfo in DER.
func Fingerprint(subjectPublicKeyInfo []byte) string {
	sum := sha256.Sum256(subjectPublicKeyInfo)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
