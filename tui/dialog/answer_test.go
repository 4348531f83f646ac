package dialog

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// presses returns the outcome of the last of some keys.
func presses(d Dialog, names ...string) Outcome {
	d.View(look("en"), 80, 24)
	var outcome Outcome
	for _, name := range names {
		outcome = press(d, name)
	}
	return outcome
}

func TestAnswers(t *testing.T) {
	first := func() Dialog { return NewFirstContact(ServerKey{"h", 1, print1}, "yes", "no") }
	changed := func() Dialog { return NewKeyChanged(ServerKey{"h", 1, print2}, print1, "left") }
	confirm := func() Dialog { return NewConfirm(locale.Say("screen.logout.title"), nil, erase) }
	tests := []struct {
		name   string
		dialog func() Dialog
		keys   []string
		want   Outcome
	}{
		{"message closes", samples["message"], []string{"enter"}, Outcome{Close: true}},
		{"unknown key does nothing", samples["message"], []string{"x"}, Outcome{}},
		{"danger is not the default", confirm, []string{"enter"}, Outcome{Close: true}},
		{"danger by its letter", confirm, []string{"d"}, Outcome{true, "erased"}},
		{"danger by the focus", confirm, []string{"tab", "enter"}, Outcome{true, "erased"}},
		{"focus goes round", confirm, []string{"shift+tab", "right", "enter"}, Outcome{Close: true}},
		{"an unknown key is not trusted by Enter", first, []string{"enter"}, Outcome{true, "no"}},
		{"nor by Esc", first, []string{"esc"}, Outcome{true, "no"}},
		{"but by an explicit yes", first, []string{"y"}, Outcome{true, "yes"}},
		{"in upper case too", first, []string{"Y"}, Outcome{true, "yes"}},
		{"a changed key has no way on", changed, []string{"enter"}, Outcome{true, "left"}},
		{"by Esc neither", changed, []string{"esc"}, Outcome{true, "left"}},
		{"nor by yes", changed, []string{"y"}, Outcome{}},
		{"prompt", func() Dialog { return rename("a") }, []string{"b", "enter"}, Outcome{true, "renamed ab"}},
		{"prompt refuses", func() Dialog { return rename("a") }, []string{"backspace", "enter"}, Outcome{}},
		{"prompt closes", func() Dialog { return rename("a") }, []string{"esc"}, Outcome{Close: true}},
		{"form", func() Dialog { return form() }, []string{"a", "tab", "b", "enter"}, Outcome{Answer: []string{"a", "b"}}},
		{"form goes back", func() Dialog { return form() }, []string{"tab", "b", "up", "a", "enter", "enter"}, Outcome{Answer: []string{"a", "b"}}},
		{"form takes nothing while it is looked at", func() Dialog { return form() }, []string{"tab", "b", "enter", "enter"}, Outcome{}},
		{"form refuses", func() Dialog { return form() }, []string{"a", "enter", "enter"}, Outcome{}},
		{"form closes", func() Dialog { return form() }, []string{"a", "esc"}, Outcome{Close: true}},
		{"help closes by its own key", samples["help"], []string{"?"}, Outcome{Close: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := presses(tt.dialog(), tt.keys...); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v gives %+v, want %+v", tt.keys, got, tt.want)
			}
		})
	}
}

func TestExists(t *testing.T) {
	larger := different()
	larger.Reason, larger.Download = transfer.ReasonLonger, true
	unfinished := part()
	unfinished.Partial = true
	arrived := unfinished
	arrived.Arrived = true
	changed := unfinished
	changed.Reason = transfer.ReasonChanged
	alone := part()
	alone.Others = 0
	tests := []struct {
		name   string
		target Target
		keys   []string
		want   Outcome
	}{
		{"proven: resume by default", part(), []string{"enter"}, Outcome{true, Chosen{7, transfer.AnswerResume, false}}},
		{"different: keep both by default", different(), []string{"enter"}, Outcome{true, Chosen{7, transfer.AnswerKeepBoth, false}}},
		{"different: no resuming", different(), []string{"r"}, Outcome{}},
		{"larger: no resuming", larger, []string{"r"}, Outcome{}},
		{"the focus passes over what is greyed", different(), []string{"left", "left", "enter"}, Outcome{true, Chosen{7, transfer.AnswerSkip, false}}},
		{"our own partial: resume", unfinished, []string{"enter"}, Outcome{true, Chosen{7, transfer.AnswerResume, false}}},
		{"our own partial, changed: decide later", changed, []string{"enter"}, Outcome{true, Chosen{7, transfer.NoAnswer, false}}},
		{"our own partial: discard", unfinished, []string{"d"}, Outcome{true, Chosen{7, transfer.AnswerDiscard, false}}},
		{"our own partial, as it came: resume", arrived, []string{"enter"}, Outcome{true, Chosen{7, transfer.AnswerResume, false}}},
		{"that would replace a file: keep both", inside(), []string{"enter"}, Outcome{true, Chosen{7, transfer.AnswerKeepBoth, false}}},
		{"that would replace a file, on purpose", inside(), []string{"r"}, Outcome{true, Chosen{7, transfer.AnswerResume, false}}},
		{"start over", part(), []string{"o"}, Outcome{true, Chosen{7, transfer.AnswerStartOver, false}}},
		{"keep both", part(), []string{"k"}, Outcome{true, Chosen{7, transfer.AnswerKeepBoth, false}}},
		{"skip", part(), []string{"s"}, Outcome{true, Chosen{7, transfer.AnswerSkip, false}}},
		{"esc decides nothing", part(), []string{"esc"}, Outcome{true, Chosen{7, transfer.NoAnswer, false}}},
		{"all the rest", part(), []string{"a", "s"}, Outcome{true, Chosen{7, transfer.AnswerSkip, true}}},
		{"all the rest by space", part(), []string{"space", "enter"}, Outcome{true, Chosen{7, transfer.AnswerResume, true}}},
		{"and off again", part(), []string{"a", "a", "s"}, Outcome{true, Chosen{7, transfer.AnswerSkip, false}}},
		{"esc is never for the rest", part(), []string{"a", "esc"}, Outcome{true, Chosen{7, transfer.NoAnswer, false}}},
		{"no rest", alone, []string{"a", "s"}, Outcome{true, Chosen{7, transfer.AnswerSkip, false}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := presses(NewExists(tt.target), tt.keys...); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%v gives %+v, want %+v", tt.keys, got, tt.want)
			}
		})
	}
}

// TestDefaultDestroysNothing goes through every state of a target.
func TestDefaultDestroysNothing(t *testing.T) {
	for _, arrived := range []bool{false, true} {
		for reason := transfer.ReasonNone; reason <= transfer.ReasonDamaged; reason++ {
			for _, what := range []string{"file", "partial", "both"} {
				target := part()
				target.Arrived, target.Reason, target.Partial, target.Replacing = arrived, reason, what == "partial", what == "both"
				for _, name := range []string{"enter", "esc"} {
					answer := presses(NewExists(target), name).Answer.(Chosen).Answer
					if answer == transfer.AnswerStartOver || answer == transfer.AnswerDiscard {
						t.Errorf("%s on %+v chooses %v", name, target, answer)
					}
					if answer == transfer.AnswerResume && target.Replacing {
						t.Errorf("%s on %+v replaces a finished file", name, target)
					}
					if answer == transfer.AnswerResume && !target.resumable() {
						t.Errorf("%s on %+v resumes blindly", name, target)
					}
				}
			}
		}
	}
}

func TestLettersAreDistinct(t *testing.T) {
	for _, partial := range []bool{false, true} {
		target := part()
		target.Partial = partial
		e := NewExists(target)
		seen := map[string]bool{}
		for _, k := range registry.Get("dialog.all_others").Keys {
			seen[k] = true
		}
		for _, b := range e.row.buttons {
			for _, k := range b.Key.Keys() {
				if seen[k] {
					t.Errorf("partial %v: the key %q is taken twice", partial, k)
				}
				seen[k] = true
			}
		}
	}
}

func TestLongTextScrolls(t *testing.T) {
	d := NewMessage(locale.Say("screen.logout.title"), locale.Quote(strings.Repeat("word ", 300)+"theend"))
	for range 200 {
		d.View(look("en"), 40, 12)
		press(d, "down")
	}
	view, _ := d.View(look("en"), 40, 12)
	if !strings.Contains(view, "theend") {
		t.Errorf("the end is out of reach:\n%s", ansi.Strip(view))
	}
}

func TestLanguageFollowsWhileOpen(t *testing.T) {
	l := look("en")
	d := samples["resume"]()
	before, _ := d.View(l, 80, 24)
	l.Locale.Next()
	after, _ := d.View(l, 80, 24)
	if !strings.Contains(before, "Keep both") || !strings.Contains(after, "保留两者") {
		t.Errorf("before:\n%s\nafter:\n%s", ansi.Strip(before), ansi.Strip(after))
	}
}

func TestPromptShowsWhyNot(t *testing.T) {
	d := rename("")
	press(d, "enter")
	view, _ := d.View(look("en"), 80, 24)
	if !strings.Contains(view, "This folder is empty.") {
		t.Errorf("no reason:\n%s", ansi.Strip(view))
	}
	d.Update(tea.PasteMsg{Content: "x"})
	if view, _ = d.View(look("en"), 80, 24); strings.Contains(view, "This folder is empty.") {
		t.Error("the reason outlives what it was about")
	}
}
