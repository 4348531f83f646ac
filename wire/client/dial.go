package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wangpan/wire"
)

// Dial connects to a server and exchanges hello and welcome. addr is a host, an IP
// address or "host:port"; the default port is [wire.DefaultPort]. Dial fails with
// ErrUnreachable, ErrNotWangpan, the error of Options.Trust, the *wire.Error of a server
// that refuses this client, or the error of ctx. The caller must close the Client.
func Dial(ctx context.Context, addr string, o Options) (*Client, error) {
	o.Timeouts = o.Timeouts.withDefaults()
	address, host, err := splitAddress(addr)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Plain && !isLoopback(host):
		return nil, fmt.Errorf("dial %s: TLS is required except on loopback", address)
	case !o.Plain && o.Trust == nil:
		return nil, fmt.Errorf("dial %s: Options.Trust is nil", address)
	}
	l, fingerprint, err := connect(ctx, address, host, o)
	if err != nil {
		return nil, dialError(ctx, address, err)
	}
	if !o.Plain {
		if err := o.Trust(ctx, address, fingerprint); err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("dial %s: %w", address, err)
		}
	}
	c := start(l, address, o)
	if err := c.hello(ctx, o); err != nil {
		_ = c.Close()
		return nil, dialError(ctx, address, err)
	}
	return c, nil
}

// splitAddress returns addr in the form host:port, and its host. An IPv6 address without
// a port needs no brackets.
func splitAddress(addr string) (address, host string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]"), wire.DefaultPort
		if strings.Contains(host, ":") && net.ParseIP(stripZone(host)) == nil {
			return "", "", fmt.Errorf("%q is not a host or host:port", addr)
		}
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return "", "", fmt.Errorf("the port in %q is not a number from 1 to 65535", addr)
	}
	if host == "" || strings.ContainsAny(host, "[] /@") {
		return "", "", fmt.Errorf("%q names no host", addr)
	}
	return net.JoinHostPort(host, port), host, nil
}

func stripZone(host string) string {
	ip, _, _ := strings.Cut(host, "%")
	return ip
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(stripZone(host)).IsLoopback()
}

// connect opens a TCP connection and, unless o.Plain is set, TLS on it. With TLS it also
// returns the fingerprint of the server's key.
func connect(ctx context.Context, address, host string, o Options) (*line, string, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Timeouts.Dial)
	defer cancel()
	dialer := net.Dialer{Control: func(_, _ string, socket syscall.RawConn) error { return limitUnsent(socket) }}
	socket, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, "", err
	}
	l := newLine(socket)
	if o.Plain {
		// The resolver may map a name such as localhost to another address.
		if peer, ok := socket.RemoteAddr().(*net.TCPAddr); !ok || !peer.IP.IsLoopback() {
			_ = socket.Close()
			return nil, "", errors.New("TLS is required except on loopback")
		}
		return l, "", nil
	}
	secure := tls.Client(l.Conn, &tls.Config{
		MinVersion:         tls.VersionTLS13,
		NextProtos:         []string{wire.ALPN},
		ServerName:         host, // for proxies that select the server by name; no certificate is checked against it
		InsecureSkipVerify: true, //nolint:gosec // the key is pinned instead: Options.Trust decides
		// With records of growing length, the server's buffer would grow by doubling to
		// almost twice the longest record.
		DynamicRecordSizingDisabled: true,
	})
	l.Conn = secure
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = socket.Close()
		return nil, "", handshakeError(err)
	}
	state := secure.ConnectionState()
	if state.NegotiatedProtocol != wire.ALPN {
		_ = secure.Close()
		return nil, "", violationf("it does not offer %s", wire.ALPN)
	}
	return l, wire.Fingerprint(state.PeerCertificates[0].RawSubjectPublicKeyInfo), nil
}

// handshakeError returns a violation for a peer that is not a TLS server. It returns err
// itself for a peer that closed the connection or did not answer.
func handshakeError(err error) error {
	var timeout net.Error
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.As(err, &timeout) && timeout.Timeout():
		return err
	}
	return violationf("%v", err)
}

// dialError returns err as one of the documented errors of Dial.
func dialError(ctx context.Context, address string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("dial %s: %w", address, ctx.Err())
	}
	said, refused := errors.AsType[*wire.Error](err)
	_, broken := errors.AsType[violation](err)
	switch {
	case errors.Is(err, ErrNotWangpan):
		return err
	case broken:
		return fmt.Errorf("%s %w: %w", address, ErrNotWangpan, err)
	case refused:
		return fmt.Errorf("dial %s: %w", address, said)
	case errors.Is(err, io.EOF):
		err = errors.New("the peer closed the connection")
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.New("no answer")
	}
	return fmt.Errorf("%s %w: %w", address, ErrUnreachable, reason(err))
}

// hello exchanges hello and welcome, and applies the server's limits.
func (c *Client) hello(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, o.Timeouts.Dial)
	defer cancel()
	args := wire.HelloArgs{Magic: wire.Magic, Versions: []int{wire.Version1}, Client: o.Name}
	welcome, err := ask(ctx, c, wire.Hello, "", args, func(w *wire.Welcome) error {
		if w.Magic != wire.Magic {
			return violationf("the welcome has a wrong magic")
		}
		return nil
	})
	if ended := c.Err(); ended != nil {
		return ended
	}
	if err != nil {
		return err
	}
	if welcome.Version != wire.Version1 {
		return wire.Errorf(wire.Unavailable, "the server speaks protocol version %d and this client version %d only: update the older one",
			welcome.Version, wire.Version1)
	}
	welcome.Limits = clamp(welcome.Limits)
	// Only the goroutines of the Client run yet, and they do not use these fields.
	c.welcome = welcome
	c.ahead = make(chan struct{}, welcome.Limits.Ahead)
	c.limitIdle(time.Duration(welcome.Limits.IdleSeconds) * time.Second / 2)
	return nil
}
