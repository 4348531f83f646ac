package daemon

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// logLines is a log that keeps "message address" of each line.
type logLines struct {
	mu    sync.Mutex
	lines []string
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, strings.TrimSpace(string(p)))
	return len(p), nil
}

func (l *logLines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}}))
}

func TestSummaryLog(t *testing.T) {
	flood := func(events, addresses int) func(*summaryLog) {
		return func(s *summaryLog) {
			for i := range events {
				s.add(fmt.Sprintf("192.0.2.%d", i%addresses), "reason", "full")
			}
		}
	}
	tests := []struct {
		name string
		do   func(*summaryLog)
		many int    // lines in all
		want string // the last line
	}{
		{"one event", flood(1, 1), 1, `msg=refused address=192.0.2.0 reason=full`},
		{"a burst is logged one by one", flood(summaryBurst, 1), summaryBurst, `msg=refused address=192.0.2.0 reason=full`},
		{"more are counted", flood(summaryBurst+412, 3), summaryBurst + 1, `msg="refused: 412 more in 10 s from 3 addresses"`},
		{"one address", flood(summaryBurst+2, 1), summaryBurst + 1, `msg="refused: 2 more in 10 s from 1 address"`},
		{"addresses are bounded", flood(10_000, 5_000), summaryBurst + 1, `msg="refused: 9995 more in 10 s from more than 1000 addresses"`},
		{"no address", func(s *summaryLog) {
			for range summaryBurst + 3 {
				s.add("")
			}
		}, summaryBurst + 1, `msg="refused: 3 more in 10 s"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log logLines
				s := newSummaryLog(log.logger(), slog.LevelWarn, "refused")
				tt.do(s)
				time.Sleep(summaryInterval) // of the fake clock
				synctest.Wait()
				if got := log.lines[len(log.lines)-1]; got != tt.want || len(log.lines) != tt.many {
					t.Errorf("%d lines, the last %s, want %d and %s", len(log.lines), got, tt.many, tt.want)
				}
			})
		})
	}
}

// TestSummaryLogOfAMinute bounds what a steady flood writes.
func TestSummaryLogOfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logLines
		s := newSummaryLog(log.logger(), slog.LevelWarn, "refused")
		for range 60 * 1000 {
			s.add("192.0.2.1")
			time.Sleep(time.Millisecond)
		}
		s.summarize()
		if most := 6 * (summaryBurst + 1); len(log.lines) > most {
			t.Errorf("60,000 events in a minute write %d lines, want at most %d", len(log.lines), most)
		}
		if last := log.lines[len(log.lines)-1]; !strings.Contains(last, "more in") {
			t.Errorf("the last line is %s, want the summary", last)
		}
	})
}
