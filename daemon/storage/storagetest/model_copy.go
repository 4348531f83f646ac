package storagetest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"wangpan/wire"
)

func (m *model) copy(t *rapid.T) {
	args := wire.CopyArgs{From: anyPath(t), To: anyPath(t)}
	f := m.files[args.From]
	args.Version = m.anyVersion(t, f)
	size := int64(0)
	for _, at := range m.below(args.From) {
		size += int64(len(m.files[at].data))
	}
	var code wire.Code
	switch {
	case args.From == args.To || strings.HasPrefix(string(args.To), string(args.From)+"/"):
		code = wire.Invalid
	case f == nil:
		code = wire.NotFound
	case args.Version != "" && args.Version != f.version:
		code = wire.Conflict
	case !m.isFolder(args.To.Dir()):
		code = wire.NotFound
	case m.files[args.To] != nil:
		code = wire.Exists
	default:
		code = m.overLimit("", size, int64(len(m.below(args.From))))
	}
	_, err := m.drive.Copy(m.ctx, args, nil)
	want(t, "copy", err, code)
	if code != "" {
		return
	}
	for _, at := range m.below(args.From) {
		made := *m.files[at]
		to := args.To + at[len(args.From):]
		stat, err := m.drive.Stat(m.ctx, to)
		if err != nil || !made.folder && stat.Entry.Version == made.version {
			t.Fatalf("the copy %s is %+v (%v), want another version than %s", to, stat.Entry, err, made.version)
		}
		made.version = stat.Entry.Version
		m.files[to] = &made
	}
}

// below is path, if anything is there, and all below it, in the order of a search.
func (m *model) below(path wire.Path) (all []wire.Path) {
	for at := range m.files {
		if at.Within(path) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, wire.CompareWalk)
	return all
}

// find searches and counts below a path.
func (m *model) find(t *rapid.T) {
	path := anyPath(t)
	if rapid.Bool().Draw(t, "everywhere") {
		path = wire.Root
	}
	args := wire.SearchArgs{Path: path, Text: "a", Limit: rapid.IntRange(0, 2).Draw(t, "limit")}
	var expected, got []wire.Path
	var counted wire.CountReply
	for _, at := range m.below(path) {
		switch f := m.files[at]; {
		case !f.folder:
			counted.Size += int64(len(f.data))
			counted.Files++
		case at != path:
			counted.Folders++
		}
		if at != path && at.Base() == "a" {
			expected = append(expected, at)
		}
	}
	var code, notSearched wire.Code
	switch f := m.files[path]; {
	case f == nil:
		code, notSearched = wire.NotFound, wire.NotFound
	case !f.folder:
		notSearched = wire.Invalid
	}
	count, err := m.drive.Count(m.ctx, path)
	want(t, "count", err, code)
	for more := true; more; {
		page, err := m.drive.Search(m.ctx, args)
		want(t, "search", err, notSearched)
		for _, f := range page.Found {
			got = append(got, f.Path)
		}
		more, args.After = page.More, page.After
	}
	if code == "" && count != counted || notSearched == "" && !slices.Equal(got, expected) {
		t.Fatalf("below %s are %+v and %q, want %+v and %q", path, count, got, counted, expected)
	}
}
