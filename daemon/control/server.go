package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"wangpan/wire"
)

// Bounds of what somebody with access to the socket may take. A command that
// waits for a person waits before it connects.
const (
	maxConnections = 16
	idle           = time.Minute
	stall          = 10 * time.Second
)

// Server answers commands until it is closed.
type Server struct {
	listener net.Listener
	handle   Handler
	log      *slog.Logger
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	slots    chan struct{}
	running  sync.WaitGroup // the accepting goroutine and one a connection

	mu    sync.Mutex
	conns map[net.Conn]struct{} // nil after Close
}

// Serve answers on l, which it owns from now on, in goroutines of its own.
func Serve(l net.Listener, handle Handler, log *slog.Logger) *Server {
	s := &Server{
		listener: l, handle: handle, log: log,
		slots: make(chan struct{}, maxConnections), conns: map[net.Conn]struct{}{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.running.Go(s.accept)
	return s
}

// Close stops answering, also commands at work, and waits until nothing runs.
func (s *Server) Close() error {
	s.cancel()
	err := s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Server) accept() {
	for {
		select {
		case s.slots <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		conn, err := s.listener.Accept()
		if err != nil {
			<-s.slots
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			s.log.Error("accept an account command", "error", err)
			select {
			case <-time.After(time.Second): // too many open files, most likely
			case <-s.ctx.Done():
			}
			continue
		}
		s.running.Go(func() {
			defer func() { <-s.slots }()
			s.converse(conn)
		})
	}
}

// track notes a connection for Close, unless that has been called.
func (s *Server) track(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

// converse answers the requests of one connection.
func (s *Server) converse(raw net.Conn) {
	defer func() {
		if fault := recover(); fault != nil {
			s.log.Error("panic", "in", "account command", "fault", fault, "stack", string(debug.Stack()))
		}
		_ = raw.Close()
		s.mu.Lock()
		delete(s.conns, raw)
		s.mu.Unlock()
	}()
	if !s.track(raw) {
		return
	}
	conn := wire.NewConn(raw, wire.Timeouts{Idle: idle, Stall: stall, Write: stall})
	conn.Open(wire.MaxFrame)
	for {
		if err := s.answer(conn); err != nil {
			if !errors.Is(err, io.EOF) && s.ctx.Err() == nil {
				s.log.Warn("an account command ended in the middle", "error", err)
			}
			return
		}
	}
}

// answer reads one request and writes what came of it.
func (s *Server) answer(conn *wire.Conn) error {
	frame, err := conn.ReadFrame()
	if err != nil {
		return err
	}
	if frame.Kind != wire.KindMessage {
		return fmt.Errorf("a frame of kind %d is no request", frame.Kind)
	}
	var r Request
	if err := wire.Unmarshal(frame.Payload, &r); err != nil {
		return err
	}
	done, err := s.handle(s.ctx, r)
	last := reply{Reply: done}
	if err != nil {
		last.Error = refusalOf(err)
	}
	for len(last.Accounts) > page {
		some := reply{Reply: Reply{Accounts: last.Accounts[:page]}, More: true}
		if err := conn.WriteMessage(wire.KindMessage, some); err != nil {
			return err
		}
		last.Accounts = last.Accounts[page:]
	}
	return errors.Join(conn.WriteMessage(wire.KindMessage, last), conn.Flush())
}

// refusalOf gives err a code. The administrator may read all that went wrong:
// nothing is hidden behind an id.
func refusalOf(err error) *wire.Error {
	if coded, ok := errors.AsType[*wire.Error](err); ok {
		return coded
	}
	return wire.Errorf(wire.Internal, "%s", err.Error())
}
