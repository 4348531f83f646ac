package session

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"wangpan/wire"
)

// Embedded is the server name of the private daemon of this computer. A host with that
// name is "embedded:7440".
const Embedded = "embedded"

// AddressProblem is the reason why an address is invalid.
type AddressProblem string

// The problems.
const (
	AddressEmpty AddressProblem = "empty" // it is blank
	AddressURL   AddressProblem = "url"   // it is a URL or path instead of host:port
	AddressHost  AddressProblem = "host"  // its host is neither a valid name nor an IP address
	AddressPort  AddressProblem = "port"  // its port is not a number from 1 to 65535
)

// AddressError means that the address of a server is invalid.
type AddressError struct {
	Server  string // as the user typed it
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
		return "the host is not a valid name or IP address"
	}
}

// SplitUser splits [user@]server at the last @. User names contain no @. The user is
// blank when target has none.
func SplitUser(target string) (user, server string) {
	at := strings.LastIndexByte(target, '@')
	if at < 0 {
		return "", target
	}
	return target[:at], target[at+1:]
}

// Normalize returns the spelling host:port under which servers are stored and compared:
// in lower case, with the port even if it is the default one, IPv6 in brackets, other
// scripts in Punycode. [Embedded] stays unchanged. The error is an *AddressError.
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

// splitPort splits server into host and port; without a port it returns the default
// one. ok is false when the port is invalid.
func splitPort(server string) (host, port string, ok bool) {
	if _, err := netip.ParseAddr(server); err == nil {
		return server, wire.DefaultPort, true // IPv6 without brackets, too: it has no port
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

// normalizeHost returns the host in the spelling of Normalize, and false if it is
// invalid.
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

// notInHost reports whether r is not allowed in a label of a host name. It allows the
// underscore, because names in home networks have it.
func notInHost(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
