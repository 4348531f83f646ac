package session

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestWroteTo(t *testing.T) {
	dir := t.TempDir()
	k, other := open(t, dir), open(t, dir)
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	a, deep, odd := WroteTo{"/srv/a", false}, WroteTo{"/srv/a", true}, WroteTo{"/srv/\xff", false}
	want := func(k *Keeper, want ...WroteTo) {
		t.Helper()
		got, err := k.Wrote()
		must(t, err)
		if !slices.Equal(got, want) {
			t.Errorf("wrote to %+v, want %+v", got, want)
		}
	}
	want(k)
	must(t, k.WriteTo(a, now))
	must(t, other.WriteTo(deep, now.Add(time.Hour)))
	must(t, k.WriteTo(odd, now.Add(2*time.Hour)))
	must(t, k.WriteTo(odd, now.Add(2*time.Hour)))
	want(k, a, deep, odd)
	want(open(t, dir), a, deep, odd)

	must(t, k.ForgetWrote([]WroteTo{a, odd}, now.Add(24*time.Hour)))
	want(other, a, deep, odd)
	must(t, k.WriteTo(a, now.Add(24*time.Hour)))
	must(t, k.ForgetWrote([]WroteTo{a, odd}, now.Add(keepWrote+3*time.Hour)))
	want(other, deep, a)
}

// The file does not grow without end: the folder written to longest ago is
// forgotten.
func TestWroteToIsBounded(t *testing.T) {
	k := open(t, t.TempDir())
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	full := wroteFile{}
	for i := range maxWrote {
		full.Folders = append(full.Folders, savedWrote{Path: fmt.Sprint("/", i), Last: now.Add(time.Duration(i))})
	}
	must(t, storeWrote(k.folder, full))
	must(t, k.WriteTo(WroteTo{Path: "/last"}, now.Add(time.Hour)))
	got, err := k.Wrote()
	must(t, err)
	if len(got) != maxWrote || got[0].Path != "/1" || got[maxWrote-1].Path != "/last" {
		t.Errorf("%d folders, from %q to %q", len(got), got[0].Path, got[len(got)-1].Path)
	}
}
