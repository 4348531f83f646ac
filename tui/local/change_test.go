package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wangpan/wire"
)

func TestPathsAndHosts(t *testing.T) {
	dir := t.TempDir()
	p := Path(dir)
	if Host(p) != dir || p[0] != '/' {
		t.Errorf("%q is %q for a pane and %q again", dir, p, Host(p))
	}
	if got := Dir(Join(p, "a b")); got != p {
		t.Errorf("above a name in %q is %q", p, got)
	}
	if got := Join("/", "a"); got != "/a" || Dir(got) != "/" || Dir("/") != "/" {
		t.Errorf("at the top: %q in %q", got, Dir(got))
	}
}

func TestMkdir(t *testing.T) {
	folder := fill(t, "taken")
	if err := Mkdir(Join(folder, "taken")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	if err := Mkdir(Join(folder, "new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(Host(Join(folder, "new"))); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("made %v, %v", info, err)
	}
}

func TestRename(t *testing.T) {
	tests := []struct {
		name string
		from wire.Name
		to   string
		err  error
		want []string
	}{
		{"a file", "a", "c", nil, []string{"b", "c", "sub"}},
		{"a folder", "sub", "夹", nil, []string{"a", "b", "夹"}},
		{"over a file", "a", "b", fs.ErrExist, []string{"a", "b", "sub"}},
		{"over a folder", "a", "sub", fs.ErrExist, []string{"a", "b", "sub"}},
		{"elsewhere", "a", "../x", ErrName, []string{"a", "b", "sub"}},
		{"to nothing", "a", "", ErrName, []string{"a", "b", "sub"}},
		{"with a zero", "a", "c\x00", ErrName, []string{"a", "b", "sub"}},
		{"what is not there", "x", "y", fs.ErrNotExist, []string{"a", "b", "sub"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := fill(t, "a", "b", "sub/")
			if err := Rename(Join(folder, tt.from), tt.to); !errors.Is(err, tt.err) {
				t.Errorf("the error is %v, want %v", err, tt.err)
			}
			if entries, _ := all(t, NewFolders(), folder); !slices.Equal(names(entries), tt.want) {
				t.Errorf("the folder holds %q, want %q", names(entries), tt.want)
			}
		})
	}
}

// Two names of one file are two names: renaming one to the other would do
// nothing and say that it was done.
func TestRenameToAnotherNameOfTheSameFile(t *testing.T) {
	folder := t.TempDir()
	a, b := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	if err := os.WriteFile(a, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(a, b); err != nil {
		t.Skip("this file system has no links:", err)
	}
	if err := Rename(Path(a), "b"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, want that the name is taken", err)
	}
}
