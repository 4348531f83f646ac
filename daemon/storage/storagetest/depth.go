package storagetest

import (
	"fmt"
	"strings"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// testDepth: nothing comes to lie so deep that no path can name it, neither by
// a move nor out of the trash. Else a drive could be made of any depth, and
// what lies deep would be out of everybody's reach.
func testDepth(t *testing.T, open Open) {
	t.Helper()
	const deep = wire.MaxDepth - 24
	down := func(top string, n int) wire.Path { return wire.Path("/" + top + strings.Repeat("/"+top, n-1)) }
	tests := []struct {
		name   string
		path   wire.Path // a folder of this path; what is moved is its top
		isFile bool      // its last name is that of a file
		to     wire.Path
		want   wire.Code
	}{
		{"as deep as can be", down("a", 24), false, down("b", deep) + "/a", ""},
		{"one deeper", down("a", 25), false, down("b", deep) + "/a", wire.Invalid},
		{"a file one deeper", down("a", 25), true, down("b", deep) + "/a", wire.Invalid},
		{"the same depth", down("a", wire.MaxDepth), false, "/c", ""},
		{"one level deeper", down("a", wire.MaxDepth), false, "/b/a", wire.Invalid},
	}
	s := store(t, open)
	for i, tt := range tests {
		for _, from := range []string{"moved", "restored"} {
			t.Run(tt.name+", "+from, func(t *testing.T) {
				d := drive(t, s, fmt.Sprint(from, i))
				mkdirAll(t, d, down("b", deep))
				mkdirAll(t, d, tt.path.Dir())
				if tt.isFile {
					Put(t, d, tt.path, nil, IfAbsent)
				} else {
					Mkdir(t, d, tt.path)
				}
				var err error
				if from == "moved" {
					_, err = d.Move(t.Context(), wire.MoveArgs{From: "/a", To: tt.to})
				} else {
					_, err = d.Restore(t.Context(), wire.RestoreArgs{Item: removeIt(t, d, "/a").Item, Path: tt.to, Precondition: IfAbsent})
				}
				wantCode(t, from, err, tt.want)
				_, err = d.Stat(t.Context(), tt.to)
				if there := err == nil; there != (tt.want == "") {
					t.Errorf("stat of %s: %v", tt.to, err)
				}
			})
		}
	}
}

// mkdirAll makes the folder at path and those above it.
func mkdirAll(tb testing.TB, d storage.Drive, path wire.Path) {
	tb.Helper()
	if path != wire.Root {
		mkdirAll(tb, d, path.Dir())
		Mkdir(tb, d, path)
	}
}
