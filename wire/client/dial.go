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

// Dial connects to a server and exchanges hello and welcome. addr is a host,
// an IP address or "host:port"; the port is [wire.DefaultPort] when it is left
// out. The errors are ErrUnreachable, ErrNotWangpan, what Options.Trust
// answered, the *wire.Error of a server that wants no such client, and that of ctx.
func Dial(ctx context.Context, addr string, o Options) (*Client, error) {
	o.Timeouts = o.Timeouts.withDefaults()
	address, host, err := splitAddress(addr)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Plain && !isLoopback(host):
		return nil, fmt.Errorf("dial %s: without TLS only this machine may be dialled", address)
	case !o.Plain && o.Trust == nil:
		return nil, fmt.Errorf("dial %s: nobody decides whether its key is trusted", address)
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

// splitAddress completes addr and returns its host, too. An IPv6 address may
// stand without brackets when it has no port.
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

// connect opens the TCP connection and, unless it is to be plain, TLS on it;
// then it returns the fingerprint of the key that the server proved to hold.
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
		// A name like localhost is what the resolver says it is.
		if peer, ok := socket.RemoteAddr().(*net.TCPAddr); !ok || !peer.IP.IsLoopback() {
			_ = socket.Close()
			return nil, "", errors.New("without TLS only this machine may be dialled")
		}
		return l, "", nil
	}
	secure := tls.Client(l.Conn, &tls.Config{
		MinVersion:         tls.VersionTLS13,
		NextProtos:         []string{wire.ALPN},
		ServerName:         host, // lets a proxy choose; nothing is checked against it
		InsecureSkipVerify: true, //nolint:gosec // the key is pinned instead: Options.Trust decides
		// Records that become longer step by step make the server's buffer grow by
		// doubling, to almost two of the longest records instead of one.
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

// handshakeError tells a peer that speaks something else from one that is
// gone, which hangs up or says nothing.
func handshakeError(err error) error {
	var timeout net.Error
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.As(err, &timeout) && timeout.Timeout():
		return err
	}
	return violationf("%v", err)
}

// dialError turns what stopped a Dial into one of its documented errors.
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
		err = errors.New("the other side hung up")
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.New("it does not answer")
	}
	return fmt.Errorf("%s %w: %w", address, ErrUnreachable, reason(err))
}

// hello opens the protocol and takes over the server's limits.
func (c *Client) hello(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, o.Timeouts.Dial)
	defer cancel()
	args := wire.HelloArgs{Magic: wire.Magic, Versions: []int{wire.Version1}, Client: o.Name}
	welcome, err := ask(ctx, c, wire.Hello, "", args, func(w *wire.Welcome) error {
		if w.Magic != wire.Magic {
			return violationf("its welcome is that of something else")
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
	// Nobody else has the Client yet but its goroutines, which use neither.
	c.welcome = welcome
	c.ahead = make(chan struct{}, welcome.Limits.Ahead)
	c.keepAwake(time.Duration(welcome.Limits.IdleSeconds) * time.Second / 2)
	return nil
}
