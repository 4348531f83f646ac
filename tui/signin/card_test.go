package signin

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestSubmit(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		want any
	}{
		{"field by field", []string{" drive.lab ", "enter", "alice", "enter", " pass word ", "enter"}, credentials{1, false, "drive.lab", "alice", " pass word ", "", true}},
		{"by the button", []string{"h", "tab", "u", "tab", "p", "tab", "enter"}, credentials{1, false, "h", "u", "p", "", true}},
		{"no server", []string{"tab", "u", "tab", "p", "enter"}, nil},
		{"no user", []string{"h", "tab", "tab", "p", "enter"}, nil},
		{"no password", []string{"h", "tab", "u", "tab", "enter"}, nil},
		{"blank user", []string{"h", "tab", "  ", "tab", "p", "enter"}, nil},
		{"create", []string{"ctrl+n", "h", "tab", "u", "tab", "long enough", "tab", "long enough", "tab", "code", "enter"}, credentials{1, true, "h", "u", "long enough", "code", true}},
		{"create by enter alone", []string{"ctrl+n", "h", "enter", "u", "enter", "long enough", "enter", "long enough", "enter"}, credentials{1, true, "h", "u", "long enough", "", true}},
		{"create on this computer", []string{"ctrl+n", "embedded", "enter", "u", "enter", "long enough", "enter", "long enough", "enter"}, credentials{1, true, "embedded", "u", "long enough", "", true}},
		{"too short", []string{"ctrl+n", "h", "tab", "u", "tab", "1234567", "tab", "1234567", "tab", "enter"}, nil},
		{"too long", []string{"ctrl+n", "h", "tab", "u", "tab", strings.Repeat("x", 257), "tab", strings.Repeat("x", 257), "tab", "enter"}, nil},
		{"longest", []string{"ctrl+n", "h", "tab", "u", "tab", strings.Repeat("x", 256), "tab", strings.Repeat("x", 256), "tab", "enter"}, credentials{1, true, "h", "u", strings.Repeat("x", 256), "", true}},
		{"not the same twice", []string{"ctrl+n", "h", "tab", "u", "tab", "long enough", "tab", "long enougH", "tab", "enter"}, nil},
		{"a saved one", []string{"ctrl+o", "enter", "p", "enter"}, credentials{1, false, "drive.lab:7440", "alice", "p", "", true}},
		{"the second saved one keeps the user", []string{"tab", "u", "ctrl+o", "down", "enter", "p", "enter"}, credentials{1, false, "embedded", "u", "p", "", true}},
		{"the other form by its button", []string{"shift+tab", "enter", "shift+tab", "enter", "h", "tab", "u", "tab", "p", "enter"}, credentials{1, false, "h", "u", "p", "", true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := keys(sampleCard("en", "", ""), tt.keys...); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestProblemStandsBesideItsField(t *testing.T) {
	l := sampleCard("en", "", "")
	keys(l, "h", "tab", "tab", "p", "enter")
	view, _ := l.View(80, 24)
	if at, _ := l.focused(); at != userField || !strings.Contains(view, "Enter a user.") {
		t.Fatalf("the focus is on %v of\n%s", at, ansi.Strip(view))
	}
	keys(l, "x")
	if view, _ = l.View(80, 24); strings.Contains(view, "Enter a user.") {
		t.Error("the problem outlives what it was about")
	}
}

// The card reports different passwords when the user leaves the second field, and
// removes the error when one of the two changes.
func TestPasswordsThatDifferAreToldAtOnce(t *testing.T) {
	for _, mend := range [][]string{{"shift+tab", "x"}, {"shift+tab", "shift+tab", "x"}} {
		l := sampleCard("en", "h", "u")
		keys(l, "ctrl+n", "long enough", "tab", "long enougH", "tab")
		if view, _ := l.View(80, 24); !strings.Contains(view, "differ") {
			t.Errorf("nothing is said on\n%s", ansi.Strip(view))
		}
		keys(l, mend...)
		if view, _ := l.View(80, 24); strings.Contains(view, "differ") {
			t.Errorf("after %v it is still said", mend)
		}
	}
}

// The card does not ask for an invitation to the embedded drive. It shows an error
// about one nevertheless.
func TestNoInvitationOnThisComputer(t *testing.T) {
	l := sampleCard("en", "embedded", "u")
	keys(l, "ctrl+n", "long enough", "tab", "long enough", "enter")
	if view, _ := l.View(80, 24); strings.Contains(view, "Invitation") {
		t.Errorf("it is asked for on\n%s", ansi.Strip(view))
	}
	l.fail(1, invitationField, says("no invitation"))
	if view, _ := l.View(80, 24); !strings.Contains(view, "no invitation") {
		t.Errorf("the failure is not told on\n%s", ansi.Strip(view))
	}
}

func TestBusy(t *testing.T) {
	l := sampleCard("en", "h", "u")
	if got := keys(l, "p", "enter"); got != (credentials{1, false, "h", "u", "p", "", true}) {
		t.Fatalf("got %+v", got)
	}
	if got := keys(l, "x", "enter", "tab", "ctrl+n"); got != nil || !l.busy {
		t.Fatalf("busy, and keys answer %+v", got)
	}
	if got := keys(l, "esc"); got != (cancelled{1}) || l.busy {
		t.Fatalf("Esc answers %+v", got)
	}
	l.fail(1, passwordField, says("late"))
	if view, _ := l.View(80, 24); strings.Contains(view, "late") {
		t.Error("a cancelled attempt still speaks")
	}
	if got := keys(l, "enter"); got != (credentials{2, false, "h", "u", "p", "", true}) {
		t.Fatalf("after cancelling %+v: what was typed is lost", got)
	}
	l.fail(1, passwordField, says("late"))
	if !l.busy {
		t.Error("a failure of the first attempt ended the second")
	}
	l.fail(2, userField, nil)
	if l.busy {
		t.Error("a failure without words left it busy")
	}
}

// TestEscLosesNothing presses Esc in every state.
func TestEscLosesNothing(t *testing.T) {
	for name, sample := range samples {
		l := sample("en")
		var before [fields]string
		for i, f := range l.inputs {
			before[i] = f.Value()
		}
		keys(l, "esc", "esc")
		for i, f := range l.inputs {
			if f.Value() != before[i] {
				t.Errorf("%s: field %d is %q after Esc, was %q", name, i, f.Value(), before[i])
			}
		}
	}
}

func TestLanguageFollows(t *testing.T) {
	l := samples["mismatch"]("en")
	before, _ := l.View(80, 24)
	l.o.Look.Locale.Next()
	after, _ := l.View(80, 24)
	if !strings.Contains(before, "The passwords differ.") || !strings.Contains(after, "两次输入的密码不一致。") {
		t.Errorf("before:\n%s\nafter:\n%s", ansi.Strip(before), ansi.Strip(after))
	}
}

// clickOn clicks where a text stands on the screen.
func clickOn(t *testing.T, l *card, on string) any {
	t.Helper()
	view, _ := l.View(80, 24)
	for y, line := range strings.Split(ansi.Strip(view), "\n") {
		if before, _, ok := strings.Cut(line, on); ok {
			return l.Update(tea.MouseClickMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseLeft})
		}
	}
	t.Fatalf("no %q on\n%s", on, ansi.Strip(view))
	return nil
}

func TestClicks(t *testing.T) {
	l := sampleCard("zh", "h", "")
	clickOn(t, l, "用户名")
	keys(l, "u")
	clickOn(t, l, "密码")
	keys(l, "p")
	if got := clickOn(t, l, "网盘"); got != nil {
		t.Errorf("the border answers %+v", got)
	}
	if got := clickOn(t, l, " 登录 "); got != (credentials{1, false, "h", "u", "p", "", true}) {
		t.Errorf("the button answers %+v", got)
	}
	if got := clickOn(t, l, "密码"); got != nil || !l.busy {
		t.Errorf("while busy a click answers %+v", got)
	}
	l.fail(1, noField, nil)
	if clickOn(t, l, "注册账户"); !l.create {
		t.Error("the other button does not go to the other form")
	}
}

func TestNoSavedServers(t *testing.T) {
	l := sampleCard("en", "", "")
	l.o.Saved = nil
	keys(l, "ctrl+o", "h")
	if got := l.inputs[serverField].Value(); got != "h" {
		t.Errorf("the server is %q: an empty list took the keys", got)
	}
}

func TestRate(t *testing.T) {
	tests := []struct {
		name     string
		password string
		known    []string
		want     strength
	}{
		{"empty", "", nil, unrated},
		{"short", "Tr0ub4d", nil, unrated},
		{"common", "password", nil, veryWeak},
		{"repeated", strings.Repeat("a", 200), nil, veryWeak},
		{"the user's name", "alexandra-lee", []string{"alexandra-lee"}, veryWeak},
		{"a common one with a digit", "password1", nil, veryWeak},
		{"signs for letters", "P@ssw0rd", nil, veryWeak},
		{"a row of keys", "qwertyuiop", nil, veryWeak},
		{"a sequence", "abcdefghijkl", nil, veryWeak},
		{"digits downwards", "87654321", nil, veryWeak},
		{"a unit that repeats", "xk7xk7xk7xk7", nil, weak},
		{"backwards", "drowssap", nil, veryWeak},
		{"a word and a year", "dragon2024", nil, weak},
		{"the name and a year", "alexandra1987", []string{"alexandra"}, weak},
		{"eight random characters", "kV9pQ2xZ", nil, strong},
		{"a word among others", "xkbatterywq7f", nil, strong},
		{"twelve random characters", "kV9pQ2xZt4Lm", nil, veryStrong},
		{"several words", "correct horse battery staple", nil, veryStrong},
		{"few characters of many bytes", "密码密", nil, weak},
		{"seven characters", "龘靐齉爩鱻麤龗", nil, weak},
		{"chinese", "我最喜欢的一句话不告诉你", nil, veryStrong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rate(tt.password, tt.known...); got != tt.want {
				t.Errorf("rate(%q) = %v, want %v", tt.password, got, tt.want)
			}
		})
	}
}

// TestRateTakesAnything guards Update against a panic in the library.
func TestRateTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9@$!./-]{8,40}`)).Draw(t, "password")
		if got := rate(password, rapid.String().Draw(t, "user"), ""); got < unrated || got > veryStrong {
			t.Fatalf("rate(%q) = %v", password, got)
		}
	})
}

func TestSubmitHidesThePassword(t *testing.T) {
	s := credentials{1, false, "h", "u", "secret", "code", true}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, s); strings.Contains(got, "secret") || strings.Contains(got, "code") {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}

func BenchmarkRate(b *testing.B) {
	for b.Loop() {
		rate(strings.Repeat("a1B!", 20), "alice", "drive.lab:7440")
	}
}

func TestBeginWithCreating(t *testing.T) {
	o := sampleCard("en", "h", "").o
	o.Create = true
	l := newCard(o)
	want := credentials{1, true, "h", "u", "long enough", "", true}
	if got := keys(l, "u", "enter", "long enough", "enter", "long enough", "enter"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A known fingerprint is not cut where the card is wide enough.
func TestFingerprintIsWhole(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, create := range []bool{false, true} {
			l := sampleCard(lang, "drive.lab:7440", "alice")
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

// The reason for the card stays until the next attempt and is never cut.
func TestTell(t *testing.T) {
	why := "The server ended your session: log in again, or ask the server's operator."
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		l := sampleCard("en", "drive.lab:7440", "alice")
		l.tell(says(why))
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
