package remote

import "testing"

func TestResolve(t *testing.T) {
	tests := []struct {
		name, base, typed string
		want              string // blank: refused
	}{
		{"whole", "/a", "/b/c", "/b/c"},
		{"from here", "/a", "b", "/a/b"},
		{"from the top", "/", "b", "/b"},
		{"above", "/a/b", "..", "/a"},
		{"above the top", "/a", "../../../x", "/x"},
		{"home", "/a", "~", "/"},
		{"from home", "/a", "~/b", "/b"},
		{"a name with a tilde", "/a", "~b", "/a/~b"},
		{"doubled slashes", "/a", "//b///c/", "/b/c"},
		{"quoted", "/a", "'/b c'", "/b c"},
		{"a name with quotes", "/a", `"b"`, `/a/"b"`},
		{"decomposed", "/a", "cafe\u0301", "/a/caf\u00e9"},
		{"blanks around", "/a", "  /b ", "/b"},
		{"nothing", "/a", " ", ""},
		{"text direction", "/a", "b\u202e", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := resolve(tt.base, tt.typed); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
