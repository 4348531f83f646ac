package wire

import (
	"slices"
	"testing"
)

func TestCompareWalk(t *testing.T) {
	want := []Path{"/", "/a", "/a/b", "/a/b/c", "/a/z", "/a!", "/a.txt", "/ab", "/b", "/照片", "/照片/夏"}
	got := slices.Clone(want)
	slices.Sort(got)
	slices.SortFunc(got, CompareWalk)
	if !slices.Equal(got, want) {
		t.Errorf("the walk goes %q, want %q", got, want)
	}
	for _, p := range want {
		if CompareWalk(p, p) != 0 {
			t.Errorf("%s is not where it is", p)
		}
	}
}

func TestWithin(t *testing.T) {
	tests := []struct {
		name         string
		path, folder Path
		want         bool
	}{
		{"the folder itself", "/a", "/a", true},
		{"in it", "/a/b", "/a", true},
		{"deeper", "/a/b/c", "/a", true},
		{"in the root", "/a", "/", true},
		{"the root", "/", "/", true},
		{"a name that begins alike", "/ab", "/a", false},
		{"above", "/a", "/a/b", false},
		{"the root in a folder", "/", "/a", false},
		{"no path", "", "/", false},
		{"in no folder", "/a", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.path.Within(tt.folder); got != tt.want {
				t.Errorf("%q within %q: %v, want %v", tt.path, tt.folder, got, tt.want)
			}
		})
	}
}
