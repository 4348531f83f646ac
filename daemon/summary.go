package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Per interval, a summaryLog writes so many events one by one. It counts so
// many addresses; more are reported as "more than".
const (
	summaryInterval  = 10 * time.Second
	summaryBurst     = 5
	summaryAddresses = 1000
)

// summaryLog logs one kind of event that clients can cause at any rate, such as
// refused connections, failed logins and accept errors, without letting them
// fill the disk. The first events of each interval are logged at once, one line
// each. The others are counted, and one line at the end of the interval reports
// their number: "connection refused: 412 more in 10 s from 3 addresses".
// A summaryLog is safe for concurrent use.
type summaryLog struct {
	log     *slog.Logger
	level   slog.Level
	message string

	mu        sync.Mutex
	began     time.Time           // of the interval
	timer     *time.Timer         // ends the interval; nil between two
	events    int                 // in the interval
	addresses map[string]struct{} // of the events that are only counted
	overflow  bool                // there were more addresses than summaryAddresses
}

// newSummaryLog returns a summaryLog that writes to log. The message names the
// event, as in "login failed".
func newSummaryLog(log *slog.Logger, level slog.Level, message string) *summaryLog {
	return &summaryLog{log: log, level: level, message: message, addresses: map[string]struct{}{}}
}

// add logs or counts one event. An empty address is left out. The attributes
// are those of slog; only events that are logged one by one have them.
func (s *summaryLog) add(address string, attributes ...any) {
	if !s.count(address) {
		return
	}
	if address != "" {
		attributes = append([]any{"address", address}, attributes...)
	}
	s.log.Log(context.Background(), s.level, s.message, attributes...) //nolint:sloglint // the constant of newSummaryLog
}

// count reports whether the event is to be logged by itself.
func (s *summaryLog) count(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer == nil {
		s.began = time.Now()
		s.timer = time.AfterFunc(summaryInterval, s.summarize)
	}
	s.events++
	if s.events <= summaryBurst {
		return true
	}
	switch _, counted := s.addresses[address]; {
	case address == "" || counted:
	case len(s.addresses) >= summaryAddresses:
		s.overflow = true
	default:
		s.addresses[address] = struct{}{}
	}
	return false
}

// summarize ends the interval. The daemon calls it at its end, too.
func (s *summaryLog) summarize() {
	s.mu.Lock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	line := s.summary()
	s.events, s.overflow = 0, false
	clear(s.addresses)
	s.mu.Unlock()
	if line != "" {
		s.log.Log(context.Background(), s.level, line) //nolint:sloglint // the constant of newSummaryLog, and numbers
	}
}

// summary returns the line about the events that were only counted, or "". The
// caller holds mu.
func (s *summaryLog) summary() string {
	if s.events <= summaryBurst {
		return ""
	}
	seconds := max(int(time.Since(s.began).Round(time.Second).Seconds()), 1)
	line := fmt.Sprintf("%s: %d more in %d s", s.message, s.events-summaryBurst, seconds)
	switch n := len(s.addresses); {
	case s.overflow:
		line += fmt.Sprintf(" from more than %d addresses", n)
	case n == 1:
		line += " from 1 address"
	case n > 1:
		line += fmt.Sprintf(" from %d addresses", n)
	}
	return line
}
