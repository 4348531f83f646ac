package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	recorded "github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// unfinished is what a run might have left of this drive.
func unfinished() []transfer.Unfinished {
	return []transfer.Unfinished{
		{
			Job:  transfer.Job{Remote: "/films/debian-13.iso", Local: "/srv/ann/Downloads/debian-13.iso"},
			Size: 654_100_000, Done: 412_000_000, Stopped: noon.Add(-3 * time.Hour),
		},
		{
			Job:   transfer.Job{Direction: transfer.Upload, Local: "/srv/ann/照片 2026", Remote: "/照片 2026", Folder: true},
			State: transfer.Paused, Stopped: noon.Add(-26 * time.Hour),
		},
		{
			Job:   transfer.Job{Direction: transfer.Upload, Local: "/srv/ann/\x1b[2Ja.bin", Remote: "/a.bin"},
			State: transfer.Failed, Size: 10, Done: 4, Stopped: noon.Add(-time.Minute),
		},
	}
}

// remembering is a Model whose journal has told of what is unfinished.
func remembering(t *testing.T) *Model {
	t.Helper()
	m := newPlace(t).ready(t)
	m.clock = func() time.Time { return noon }
	m.Update(surveyMsg{drive: m.drive, number: m.drive.earlier.surveys, found: unfinished()})
	m.dialogs.PushUnasked(m.earlierList())
	return m
}

func TestUnfinishedGolden(t *testing.T) {
	m := remembering(t)
	for _, lang := range []string{locale.English, locale.Chinese} {
		m.locale.Use(lang)
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			t.Run(fmt.Sprintf("%s %dx%d", lang, size[0], size[1]), func(t *testing.T) {
				m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				box, _ := m.dialogs.Top().View(dialog.Look{Theme: m.theme, Locale: m.locale}, size[0], size[1])
				recorded.RequireEqual(t, ansi.Strip(box)+"\n")
			})
		}
	}
}

// Put off, what is left stays in view and within reach; what was decided leaves
// the list, and the last one closes it.
func TestUnfinishedIsDecided(t *testing.T) {
	m := remembering(t)
	keys := func(names string) string {
		for _, k := range names {
			m.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
		}
		return ansi.Strip(m.View().Content)
	}
	if view := keys("r"); !strings.Contains(view, "3 transfers are not finished") {
		t.Errorf("what was being typed answered:\n%s", view)
	}
	for m.dialogs.Pop() != nil { // it was deaf, as one that opens by itself
	}
	if view := keys(""); !strings.Contains(view, "3 unfinished: O") {
		t.Errorf("it is out of view:\n%s", view)
	}
	if view := keys("Or"); !strings.Contains(view, "2 transfers are not finished") || len(m.drive.queue.Snapshot().Transfers) != 1 {
		t.Errorf("one is not resumed:\n%s", view)
	}
	if view := keys("x"); !strings.Contains(view, "Discard 2 unfinished transfers?") || !strings.Contains(view, "Deletes the 4 B of /a.bin that the server has.") {
		t.Errorf("what is lost is not said:\n%s", view)
	}
	if view := keys("c"); !strings.Contains(view, "2 transfers are not finished") {
		t.Errorf("it was discarded without a yes:\n%s", view)
	}
	if view := keys("xd"); strings.Contains(view, "not finished") || strings.Contains(view, "unfinished: O") || m.dialogs.Len() != 0 {
		t.Errorf("it is still there:\n%s", view)
	}
	m.Update(m.askEarlier()())
	if view := keys(""); !strings.Contains(view, "Nothing is unfinished.") {
		t.Errorf("the key says nothing:\n%s", view)
	}
}

// What was paused goes on like the rest when its owner says so.
func TestPausedIsResumedToo(t *testing.T) {
	m := newPlace(t).ready(t)
	job := transfer.Job{Direction: transfer.Upload, Local: t.TempDir(), Remote: "/照片", Folder: true}
	m.Update(surveyMsg{drive: m.drive, number: m.drive.earlier.surveys, found: []transfer.Unfinished{{Job: job, State: transfer.Paused}}})
	resumeEarlier.chosen(m, dialog.ListChosen{})
	for _, row := range m.drive.queue.Snapshot().Transfers {
		if row.State == transfer.Paused {
			t.Error("it is paused still")
		}
	}
}
