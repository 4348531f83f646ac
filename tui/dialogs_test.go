package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	recorded "github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// TestDialogsGolden compares what opens over the drive at a key with recorded
// screens, as they are in that moment: three sizes, two languages. The header is
// left out, which names the address.
func TestDialogsGolden(t *testing.T) {
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 12_400_000)
	p.put(t, "debian-13.iso", 6_541_000)
	p.put(t, "notes.txt", 10)
	m := p.ready(t)
	m.listed(m.remote.Pane.Open(wire.Root))
	m.hit("j")
	dialogs := []struct {
		name string
		keys []string
	}{
		{"new folder", []string{"n"}},
		{"rename", []string{"r"}},
		{"rename taken", []string{"r", "ctrl+a", "ctrl+k", "debian-13.iso", "enter"}},
		{"move", []string{"m"}},
		{"copy", []string{"C"}},
		{"go", []string{"ctrl+g"}},
		{"search", []string{"F"}},
		{"bookmarks", []string{"b"}},
		{"palette", []string{":"}},
		{"speed", []string{"R"}},
		{"password", []string{"P"}},
		{"log out", []string{"L"}},
		{"help", []string{"?"}},
		{"messages", []string{"!"}},
	}
	for _, lang := range []string{locale.English, locale.Chinese} {
		m.locale.Use(lang)
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			for _, one := range dialogs {
				t.Run(fmt.Sprintf("%s %s %dx%d", one.name, lang, size[0], size[1]), func(t *testing.T) {
					for _, key := range one.keys {
						m.hit(key)
					}
					if m.dialogs.Len() == 0 {
						t.Fatal("nothing opens")
					}
					lines := strings.Split(ansi.Strip(m.View().Content), "\n")
					for i := range lines {
						lines[i] = strings.TrimRight(lines[i], " ")
					}
					recorded.RequireEqual(t, strings.Join(lines[1:], "\n")+"\n")
					for m.dialogs.Len() > 0 {
						m.hit("esc")
					}
				})
			}
		}
	}
}

// hit presses a key by its name, or types a text.
func (m *Model) hit(key string) {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape},
		"ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+g": {Code: 'g', Mod: tea.ModCtrl}, "ctrl+k": {Code: 'k', Mod: tea.ModCtrl},
	}
	if msg, ok := named[key]; ok {
		m.Update(msg)
		return
	}
	for _, c := range key {
		m.Update(tea.KeyPressMsg{Code: c, Text: string(c)})
	}
}

// listed carries out what a list asks for.
func (m *Model) listed(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, one := range msg {
			m.listed(one)
		}
	default:
		m.listed(m.remote.Pane.Update(msg))
	}
}
