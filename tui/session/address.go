package session

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"wangpan/wire"
)

// Embedded is the server that is this computer's own private daemon. A host of
// that name can still be reached, as "embedded:7440".
const Embedded = "embedded"

// AddressProblem is what is wrong with the name of a server.
type AddressProblem string

// The problems.
const (
	AddressEmpty AddressProblem = "empty" // nothing there
	AddressURL   AddressProblem = "url"   // a URL or path instead of host:port
	AddressHost  AddressProblem = "host"  // no host can be called so
	AddressPort  AddressProblem = "port"  // not a number from 1 to 65535
)

// AddressError says why a name can not be a server's.
type AddressError struct {
	Server  string // as it was given
	Problem AddressProblem
}

func (e *AddressError) Error() string {
	switch e.Problem {
	case AddressEmpty:
		return "the server has no name"
	case AddressURL:
		return "a server is HOST or HOST:PORT, not a URL"
	case AddressPort:
		return "the port is not a number from 1 to 65535"
	default:
		return "this can not be a host's name or address"
	}
}

// SplitUser takes [user@]server apart at the last @, since a user's name holds
// none. The user is blank when none is named.
func SplitUser(target string) (user, server string) {
	at := strings.LastIndexByte(target, '@')
	if at < 0 {
		return "", target
	}
	return target[:at], target[at+1:]
}

// Normalize returns the one spelling, host:port, under which a server is kept
// and compared: lower case, the default port written out, IPv6 in brackets,
// names of other scripts in Punycode. [Embedded] stays as it is. The error is
// an *AddressError.
func Normalize(server string) (string, error) {
	trimmed := strings.TrimSpace(server)
	problem := func(p AddressProblem) (string, error) { return "", &AddressError{server, p} }
	switch {
	case trimmed == "":
		return problem(AddressEmpty)
	case trimmed == Embedded:
		return Embedded, nil
	case strings.ContainsAny(trimmed, "/?#"):
		return problem(AddressURL)
	}
	host, port, ok := splitPort(trimmed)
	if !ok {
		return problem(AddressPort)
	}
	host, ok = normalizeHost(host)
	if !ok {
		return problem(AddressHost)
	}
	return net.JoinHostPort(host, port), nil
}

// splitPort separates the port, the default one where none is named. It is
// false when there is a port that can not be one.
func splitPort(server string) (host, port string, ok bool) {
	if _, err := netip.ParseAddr(server); err == nil {
		return server, wire.DefaultPort, true // IPv6 without brackets too: it holds no port
	}
	host, port = server, wire.DefaultPort
	if at := strings.LastIndexByte(server, ':'); at >= 0 && !strings.HasSuffix(server, "]") {
		host, port = server[:at], server[at+1:]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", "", false
	}
	if inner, found := strings.CutPrefix(host, "["); found {
		host, found = strings.CutSuffix(inner, "]")
		if addr, err := netip.ParseAddr(host); !found || err != nil || !addr.Is6() {
			host = "" // brackets are for IPv6 only
		}
	}
	return host, strconv.FormatUint(n, 10), true
}

func normalizeHost(host string) (string, bool) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String(), true
	}
	host = strings.TrimSuffix(host, ".")
	if strings.ContainsFunc(host, func(r rune) bool { return r > '~' }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", false
		}
		host = ascii
	}
	host = strings.ToLower(host)
	if len(host) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(host, ".") {
		if len(label) == 0 || len(label) > 63 || strings.ContainsFunc(label, notInHost) {
			return "", false
		}
	}
	return host, true
}

// notInHost allows the underscore, which home networks do use.
func notInHost(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
