package login

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A known fingerprint is shown whole wherever the card can be wide enough.
func TestFingerprintIsWhole(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, create := range []bool{false, true} {
			l := card(lang, "drive.lab:7440", "alice")
			l.setCreate(create)
			for _, size := range [][2]int{{80, 24}, {200, 60}} {
				view, _ := l.View(size[0], size[1])
				if !strings.Contains(ansi.Strip(view), print1) {
					t.Errorf("%s, create %v, %d×%d: the fingerprint is cut:\n%s", lang, create, size[0], size[1], ansi.Strip(view))
				}
			}
		}
	}
}

// Why the card is there stays until somebody tries again, and is never cut.
func TestTell(t *testing.T) {
	why := "The server ended your session: log in again, or ask the server's operator."
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		l := card("en", "drive.lab:7440", "alice")
		l.Tell(says(why))
		keys(l, "secret")
		view, _ := l.View(size[0], size[1])
		told := strings.Join(strings.FieldsFunc(ansi.Strip(view), func(r rune) bool { return r == ' ' || r == '│' || r == '\n' }), " ")
		if !strings.Contains(told, why) {
			t.Errorf("%v: the reason is not whole:\n%s", size, ansi.Strip(view))
		}
		keys(l, "enter")
		if view, _ := l.View(size[0], size[1]); strings.Contains(view, "Your session") {
			t.Errorf("%v: the reason outlives the attempt", size)
		}
	}
}
