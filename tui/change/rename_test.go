package change

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// planner plans on the drive, in a root folder whose entries are others.
func planner(others ...wire.Name) RenamePlanner {
	return RenamePlanner{Folder: wire.Root, HasOneOf: func(names map[wire.Name]int) (wire.Name, bool) {
		for _, name := range others {
			if _, wanted := names[name]; wanted {
				return name, true
			}
		}
		return "", false
	}}
}

// files are items in the root folder; each has its name as its version.
func files(names ...string) []wire.Found {
	items := make([]wire.Found, len(names))
	for i, name := range names {
		items[i] = wire.Found{Path: wire.Path("/" + name), Entry: wire.Entry{Name: wire.Name(name), Version: wire.Version(name)}}
	}
	return items
}

func TestPlanRenames(t *testing.T) {
	items := append(files("a", "b"), wire.Found{Path: "/d/c", Entry: wire.Entry{Name: "c", Version: "3"}})
	tests := []struct {
		name  string
		lines []string
		want  []Rename
		wrong *PlanError
	}{
		{"nothing", []string{"a", "b", "c"}, nil, nil},
		{"one", []string{"x", "b", "c"}, []Rename{{"/a", "/x", "a"}}, nil},
		{"in its folder", []string{"a", "b", "x"}, []Rename{{"/d/c", "/d/x", "3"}}, nil},
		{"into the place of another", []string{"b", "x", "c"}, []Rename{{"/b", "/x", "b"}, {"/a", "/b", "a"}}, nil},
		{"decomposed", []string{"a", "b", "e\u0301"}, []Rename{{"/d/c", "/d/\u00e9", "3"}}, nil},
		{"a name that is taken in another folder only", []string{"a", "b", "taken"}, []Rename{{"/d/c", "/d/taken", "3"}}, nil},
		{"swapped", []string{"b", "a", "c"}, nil, &PlanError{Cycle, 0, "b", "a"}},
		{"too few", []string{"a", "b"}, nil, &PlanError{Problem: WrongCount}},
		{"twice", []string{"x", "x", "c"}, nil, &PlanError{Twice, 1, "x", "b"}},
		{"a path", []string{"x/y", "b", "c"}, nil, &PlanError{BadName, 0, "x/y", "a"}},
		{"empty", []string{"", "b", "c"}, nil, &PlanError{BadName, 0, "", "a"}},
		{"taken", []string{"a", "taken", "c"}, nil, &PlanError{Problem: Taken, Index: 1, Name: "taken"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := planner("a", "b", "taken").Plan(items, tt.lines)
			wrong, _ := errors.AsType[*PlanError](err)
			if !slices.Equal(got, tt.want) || (wrong == nil) != (tt.wrong == nil) || wrong != nil && *wrong != *tt.wrong {
				t.Errorf("got %v, %v; want %v, %v", got, err, tt.want, tt.wrong)
			}
		})
	}
}

// On this computer a name is bad when the system does not allow it.
func TestPlanRenamesHere(t *testing.T) {
	p := planner()
	p.Side = Here
	got, err := p.Plan(files("a"), []string{"e\u0301\x07"})
	if want := []Rename{{"/a", "/e\u0301\x07", "a"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := p.Plan(files("a"), []string{"x\x00"}); err == nil {
		t.Error("a name with a zero byte is planned")
	}
}

// carryOut renames one after another on a drive that has these files, and returns
// the file at each path.
func carryOut(t rapid.TB, names []string, renames []Rename) map[wire.Path]string {
	drive := make(map[wire.Path]string, len(names))
	for _, name := range names {
		drive[wire.Path("/"+name)] = name
	}
	for _, one := range renames {
		file, found := drive[one.From]
		if !found {
			t.Fatalf("%s is renamed and not there", one.From)
		}
		if other, taken := drive[one.To]; taken {
			t.Fatalf("%s goes where %s still is", one.From, other)
		}
		if string(one.Version) != file {
			t.Fatalf("%s is renamed with the version of %s", file, one.Version)
		}
		delete(drive, one.From)
		drive[one.To] = file
	}
	return drive
}

// cyclic reports whether renames from old to new names contain a cycle.
func cyclic(old, names []string) bool {
	to := make(map[string]string)
	for i := range old {
		if old[i] != names[i] {
			to[old[i]] = names[i]
		}
	}
	for start := range to {
		for at, steps := to[start], 0; at != "" && steps <= len(to); at, steps = to[at], steps+1 {
			if at == start {
				return true
			}
		}
	}
	return false
}

// The steps of a plan never overwrite a file and yield exactly the wanted names;
// a plan is refused when, and only when, the names form a cycle.
func TestPlannedRenames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := make([]string, 12)
		for i := range pool {
			pool[i] = strconv.Itoa(i)
		}
		old := rapid.Permutation(pool).Draw(t, "old")[:rapid.IntRange(0, len(pool)).Draw(t, "count")]
		names := rapid.Permutation(pool).Draw(t, "names")[:len(old)]
		if cyclic(old, names) {
			_, err := planner().Plan(files(old...), names)
			if wrong, ok := errors.AsType[*PlanError](err); !ok || wrong.Problem != Cycle || old[wrong.Index] != string(wrong.Old) || names[wrong.Index] != wrong.Name {
				t.Fatalf("a cycle: %+v", err)
			}
			return
		}
		checkPlan(t, old, names)
	})
}

// Ten thousand numbered files that all move up by one: the last goes first.
func TestRenamesOfManyInARow(t *testing.T) {
	old, names := make([]string, 10_000), make([]string, 10_000)
	for i := range old {
		old[i], names[i] = strconv.Itoa(i), strconv.Itoa(i+1)
	}
	checkPlan(t, old, names)
	names[len(names)-1] = "0"
	if _, err := planner().Plan(files(old...), names); err == nil {
		t.Error("a cycle is planned")
	}
}

func checkPlan(t rapid.TB, old, names []string) {
	want := make(map[wire.Path]string, len(old))
	for i, name := range old {
		want[wire.Path("/"+names[i])] = name
	}
	renames, err := planner().Plan(files(old...), names)
	if err != nil {
		t.Fatal(err)
	}
	if got := carryOut(t, old, renames); !maps.Equal(got, want) {
		t.Fatalf("got %v, want %v", slices.Collect(maps.Values(got)), slices.Collect(maps.Values(want)))
	}
}
