package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/tui/tuitest"
	"wangpan/wire/linetest"
)

// While the server says nothing any more and the person's own disk hangs, every
// key is answered on the screen as ever, and one can leave. What would wait for either of them in
// Update or View would hang here until the test gives up.
func TestKeysWaitForNothing(t *testing.T) {
	t.Parallel()
	s, d := serve(t), mountDisk(t)
	p := &person{t: t, home: d.homeOn(), lang: "en_US.UTF-8"}
	folder := filepath.Join(s.dir, "drives", "alice")
	line := linetest.Start(t, s.addr)
	first := register(p, &server{t: t, addr: line.Addr, key: s.key}, "alice")
	first.Type("q")
	first.Ended()
	for i := range 300 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("文件 %03d.txt", i)), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	term := tuitest.Start(t, p.wangpan("alice@"+line.Addr), 120, 40)
	term.Wait("文件 000.txt", "300 items")

	t.Cleanup(d.thaw) // no process ends while the kernel waits for a disk in its name
	line.Silence()
	d.freeze()
	var times []time.Duration
	for _, key := range []string{
		"j", "j", "G", "k", "g", "\x04", " ", "a", "*", "v", "j", "v", "s", "S", "s", "s", "g", // in the list
		"/", "文", "1", closing, "f", "文", closing, "+", "x", closing, ":", "t", closing, "?", closing,
		"n", "新", closing, "u", closing, "i", closing, "F", "x", closing, "p", "j", "p", "w", "w", "d",
	} {
		if key == closing {
			term.Type(tuitest.Escape)
			term.WaitFor("nothing open", func(screen string) bool { // or the next key would be taken for the rest of a sequence
				return !strings.Contains(screen, "╮") && !strings.Contains(screen, "Filter:") &&
					!strings.Contains(screen, "Jump to:") && !strings.Contains(screen, "Mark names matching:")
			})
			continue
		}
		times = append(times, painted(term, key))
	}
	slices.Sort(times)
	t.Logf("%d keys, to the paint on the emulated screen: median %v, at most %v", len(times), times[len(times)/2], times[len(times)-1])
	term.Type(tuitest.CtrlC)
	term.Wait("does not respond: the last settings") // its last words: then it ends, as soon as the kernel lets it
	d.thaw()
	if code := term.Ended(); code == 0 {
		t.Error("it says that all is well")
	}
}

// closing is Escape, after which one has to wait.
const closing = tuitest.Escape

// painted presses a key and waits for the screen to change.
func painted(term *tuitest.Terminal, key string) time.Duration {
	before, begin := term.Styled(), time.Now()
	term.Type(key)
	term.WaitFor(fmt.Sprintf("what %q does", key), func(string) bool { return !strings.EqualFold(term.Styled(), before) })
	return time.Since(begin)
}
