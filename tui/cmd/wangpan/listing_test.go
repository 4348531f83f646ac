package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// A listing without an end is cut, and that is said and no success.
func TestListingsAreBounded(t *testing.T) {
	server := daemontest.Start(t)
	s, err := enterNew(t, server, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(server.Dir, "drives", s.User, "f")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range wire.MaxEntries + 1 {
		if err := os.WriteFile(filepath.Join(folder, strconv.Itoa(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name       string
		held, left int
		shown      int
		want       error
	}{
		{"within", 0, mostListed, wire.MaxEntries + 1, nil},
		{"no room for another page", mostHeld - wire.MaxEntries, mostListed, wire.MaxEntries, errEndless},
		{"enough", 0, 10, 10, errEndless},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, stdout, _ := newApp(locale.English)
			l := &listing{app: a, session: s, held: tt.held, left: tt.left}
			err := l.show(t.Context(), "/f")
			if got := strings.Count(stdout.String(), "\n"); got != tt.shown || !errors.Is(err, tt.want) {
				t.Errorf("%d entries and %v, want %d and %v", got, err, tt.shown, tt.want)
			}
			if err != nil && a.explain(err).Sentence != "/f: the list does not end: the rest is left out" {
				t.Errorf("it says %q", a.explain(err).Sentence)
			}
		})
	}
}
