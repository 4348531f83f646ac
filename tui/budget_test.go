//go:build !windows

package tui

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"wangpan/tui/tuitest"
)

// What the screen may cost on the line. The goals are in words in the package
// documentation; these are the numbers.
const (
	moveBudget    = 250    // bytes: the cursor goes to another row
	scrollBudget  = 400    // and a row with a name of 200 bytes comes into view
	pageBudget    = 12_000 // and a whole screen of them does
	barsBudget    = 2000   // bytes a second: four bars
	barsBudgetSSH = 1000
	quiet         = 200 * time.Millisecond // without a byte: the screen has settled
	window        = 3 * time.Second        // over which bytes are counted
	budgetWidth   = 120
	budgetHeight  = 40
	slowLink      = 8 << 20 // bytes a second, of all connections together
)

// settled waits until the program has written nothing for a while and returns
// how much it has written so far.
func settled(term *tuitest.Terminal, quiet time.Duration) int64 {
	for {
		before := term.Written()
		time.Sleep(quiet)
		if term.Written() == before {
			return before
		}
	}
}

func TestIdleWritesNothing(t *testing.T) {
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	term := p.show(t, p.Addr, "zh", budgetWidth, budgetHeight)
	term.Wait("论文-final.pdf", "1 项")
	before := settled(term, time.Second)
	time.Sleep(window)
	if wrote := term.Written() - before; wrote != 0 {
		t.Errorf("%d bytes were written while nothing happened", wrote)
	}
}

func TestMovingTheCursorIsCheap(t *testing.T) {
	for _, terminal := range []string{"xterm-256color", "tmux-256color", "linux"} {
		t.Run(terminal, func(t *testing.T) {
			p := newPlace(t)
			for i := range 60 {
				p.put(t, fmt.Sprintf("%02d 一个很长的中文文件名用来测量移动光标要写多少字节%s.jpg", i, strings.Repeat("照片", i%20)), i)
			}
			p.put(t, "03 "+strings.Repeat("👍🏽", 25)+".gif", 1)
			p.put(t, "05 "+strings.Repeat("ẹ̄", 40)+".gif", 1)
			term := p.show(t, p.Addr, "zh", budgetWidth, budgetHeight, "TERM="+terminal)
			term.Wait("00 一个很长", "62 项")
			before := settled(term, quiet)
			move := func(key string, budget int64) {
				was := cursorLine(term.Screen())
				term.Type(key)
				term.WaitFor("another line under the cursor", func(screen string) bool { return cursorLine(screen) != was })
				after := settled(term, quiet)
				if wrote := after - before; wrote > budget {
					t.Errorf("from %q on %q takes %d bytes, %d are allowed", was, key, wrote, budget)
				}
				before = after
			}
			for range 10 {
				move("j", moveBudget)
			}
			for range 3 {
				move("k", moveBudget)
			}
			move("\x06", pageBudget) // ctrl+f: a page
			for range 5 {
				move("j", scrollBudget)
			}
		})
	}
}

// cursorLine is the name under the cursor.
func cursorLine(screen string) string {
	for line := range strings.Lines(screen) {
		if rest, ok := strings.CutPrefix(line, "▌"); ok {
			return strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutPrefix(line, "►"); ok { // TERM=linux
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func TestBarsAreCheap(t *testing.T) {
	tests := []struct {
		name string
		env  []string
		want int64 // bytes a second at most
	}{
		{"here", nil, barsBudget},
		{"through ssh", []string{"SSH_TTY=/dev/pts/7"}, barsBudgetSSH},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlace(t)
			for i := range 4 {
				p.put(t, fmt.Sprintf("电影 %d.mkv", i), 32<<20)
			}
			proxy := p.through(t, slowProxy(t, p.Addr))
			term := p.show(t, proxy, "zh", budgetWidth, budgetHeight, tt.env...)
			term.Wait("4 项")
			term.Type("ad")
			term.WaitFor("the speed of each and of all", func(screen string) bool {
				return strings.Contains(screen, "4 个进行中") && strings.Count(screen, "B/s") == 5
			})
			before, began := term.Written(), time.Now()
			time.Sleep(window)
			wrote := (term.Written() - before) * int64(time.Second) / int64(time.Since(began))
			t.Logf("%d bytes a second", wrote)
			if screen := term.Screen(); !strings.Contains(screen, "4 个进行中") {
				t.Fatalf("the transfers ended within the window:\n%s", screen)
			}
			if wrote > tt.want || wrote == 0 {
				t.Errorf("four bars take %d bytes a second, %d are allowed\n%s", wrote, tt.want, term.Screen())
			}
		})
	}
}

// slowProxy passes bytes on to addr, so many a second together, and returns its
// own address.
func slowProxy(t *testing.T, addr string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	limit := rate.NewLimiter(slowLink, 64<<10)
	var pumps sync.WaitGroup
	pump := func(to, from net.Conn) {
		defer to.Close()
		buf := make([]byte, 16<<10)
		for {
			n, err := from.Read(buf)
			if n > 0 {
				if err := limit.WaitN(t.Context(), n); err != nil {
					return
				}
				if _, err := to.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	pumps.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", addr)
			if err != nil {
				_ = near.Close()
				continue
			}
			pumps.Go(func() { pump(far, near) })
			pumps.Go(func() { pump(near, far) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		pumps.Wait()
	})
	return listener.Addr().String()
}
