package preview

import (
	"slices"
	"testing"

	"wangpan/wire"
)

func TestFolderIsInTheOrderOfTheList(t *testing.T) {
	var entries []wire.Entry
	for _, name := range []wire.Name{"0", "1", "10", "100", "2", "B", "a", "第10章", "第9章"} {
		entries = append(entries, wire.Entry{Name: name})
	}
	entries = append(entries, wire.Entry{Name: "z", IsDir: true})
	sorted(entries)
	var got []wire.Name
	for _, e := range entries {
		got = append(got, e.Name)
	}
	want := []wire.Name{"z", "0", "1", "2", "10", "100", "a", "B", "第9章", "第10章"}
	if !slices.Equal(got, want) {
		t.Errorf("the order is %q, want %q", got, want)
	}
}
