package storagetest

import (
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"wangpan/wire"
)

// modelItem is something in the model's trash.
type modelItem struct {
	id       wire.ItemID
	path     wire.Path
	replaced bool
	tree     map[string]*modelFile // by what stands behind path; "" is the item itself
}

// keptVersions is how many replaced contents of a path are kept, see Trash.
const keptVersions = 10

// unknownItem is no item of any drive.
const unknownItem wire.ItemID = "0123456789abcdef0123456789abcdef"

func (m *model) isFolder(path wire.Path) bool {
	f := m.files[path]
	return f != nil && f.folder
}

// cut takes path and what is below it out of the files.
func (m *model) cut(path wire.Path) map[string]*modelFile {
	tree := make(map[string]*modelFile)
	for at, f := range m.files {
		if at == path || strings.HasPrefix(string(at), string(path)+"/") {
			tree[string(at[len(path):])] = f
			delete(m.files, at)
		}
	}
	return tree
}

// paste is the way back. A file that was moved has another version.
func (m *model) paste(t *rapid.T, path wire.Path, tree map[string]*modelFile, now wire.Entry) {
	for below, f := range tree {
		m.files[path+wire.Path(below)] = f
	}
	top := tree[""]
	if now.Name != path.Base() || now.IsDir != top.folder || now.Size != int64(len(top.data)) || !top.folder && now.Version == top.version {
		t.Fatalf("the entry is %+v, want that of %s with another version than %q", now, path, top.version)
	}
	top.version = now.Version
}

// size is the bytes and the files of an item.
func (i *modelItem) size() (size, files int64) {
	for _, f := range i.tree {
		if !f.folder {
			size += int64(len(f.data))
			files++
		}
	}
	return size, files
}

func (m *model) move(t *rapid.T) {
	args := wire.MoveArgs{From: anyPath(t), To: anyPath(t)}
	f := m.files[args.From]
	args.Version = m.anyVersion(t, f)
	var code wire.Code
	switch {
	case args.From == args.To || strings.HasPrefix(string(args.To), string(args.From)+"/"):
		code = wire.Invalid
	case f == nil || !m.isFolder(args.To.Dir()):
		code = wire.NotFound
	case args.Version != "" && args.Version != f.version:
		code = wire.Conflict
	case m.files[args.To] != nil:
		code = wire.Exists
	}
	entry, err := m.drive.Move(m.ctx, args)
	want(t, "move", err, code)
	if code == "" {
		m.paste(t, args.To, m.cut(args.From), entry)
	}
}

// anyVersion is none, a wrong one, or that of f.
func (m *model) anyVersion(t *rapid.T, f *modelFile) wire.Version {
	switch rapid.IntRange(0, 3).Draw(t, "version") {
	case 0:
		return "other"
	case 1:
		if f != nil {
			return f.version
		}
	}
	return ""
}

func (m *model) remove(t *rapid.T) {
	args := wire.RemoveArgs{Path: anyPath(t)}
	f := m.files[args.Path]
	args.Version = m.anyVersion(t, f)
	var code wire.Code
	switch {
	case f == nil:
		code = wire.NotFound
	case args.Version != "" && args.Version != f.version:
		code = wire.Conflict
	}
	got, err := m.drive.Remove(m.ctx, args)
	want(t, "remove", err, code)
	if code == "" {
		item := &modelItem{id: got.Item, path: args.Path, tree: m.cut(args.Path)}
		m.trash = append(m.trash, item)
		m.wantItem(t, got, item)
	}
}

func (m *model) wantItem(t *rapid.T, got wire.Item, item *modelItem) {
	got = counted(m.ctx, m.drive, got)
	size, files := item.size()
	expected := wire.Item{
		Item: item.id, Path: item.path, Size: size, Files: files, IsDir: item.tree[""].folder, Replaced: item.replaced,
		Since: got.Since, Expires: got.Since.AddDate(0, 0, 30),
	}
	if got != expected {
		t.Fatalf("the item is %+v, want %+v", got, expected)
	}
}

// replaced puts what was at path into the trash, under an id that only the
// drive knows.
func (m *model) replaced(t *rapid.T, path wire.Path, old *modelFile) {
	if old == nil {
		return
	}
	reply, err := m.drive.Trash(m.ctx, wire.TrashArgs{Limit: 1})
	if err != nil || len(reply.Items) != 1 {
		t.Fatalf("the trash is %+v (%v), want what was replaced", reply, err)
	}
	item := &modelItem{id: reply.Items[0].Item, path: path, replaced: true, tree: map[string]*modelFile{"": old}}
	m.wantItem(t, reply.Items[0], item)
	m.trash = append(m.trash, item)
	of := func(i *modelItem) bool { return i.replaced && i.path == path }
	var versions []*modelItem
	for _, i := range m.trash {
		if of(i) {
			versions = append(versions, i)
		}
	}
	if len(versions) > keptVersions {
		m.trash = slices.DeleteFunc(m.trash, func(i *modelItem) bool { return i == versions[0] })
	}
}

func (m *model) anyItem(t *rapid.T) *modelItem {
	if len(m.trash) == 0 || rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
		return &modelItem{id: unknownItem}
	}
	return rapid.SampledFrom(m.trash).Draw(t, "item")
}

func (m *model) forget(item *modelItem) {
	m.trash = slices.DeleteFunc(m.trash, func(i *modelItem) bool { return i == item })
}

func (m *model) restore(t *rapid.T) {
	item := m.anyItem(t)
	path, args := item.path, wire.RestoreArgs{Item: item.id}
	if path == "" || rapid.Bool().Draw(t, "elsewhere") {
		path = anyPath(t)
		args.Path = path
	}
	args.Precondition = m.anyPrecondition(t, path)
	code := m.notRestored(item, path, args.Precondition)
	reply, err := m.drive.Restore(m.ctx, args)
	want(t, "restore", err, code)
	if code != "" {
		return
	}
	if reply.Path != path {
		t.Fatalf("restored to %s, want %s", reply.Path, path)
	}
	for above := path.Dir(); above != wire.Root; above = above.Dir() {
		m.files[above] = &modelFile{folder: true}
	}
	old := m.files[path]
	m.forget(item)
	m.paste(t, path, item.tree, reply.Entry)
	m.replaced(t, path, old)
}

// notRestored is what a restore must be told, "" if it can be done.
func (m *model) notRestored(item *modelItem, path wire.Path, pre wire.Precondition) wire.Code {
	top := item.tree[""]
	if top == nil {
		return wire.NotFound
	}
	f := m.files[path]
	if f == nil && pre.If == wire.IfVersion {
		return wire.Conflict
	}
	missing := int64(0)
	for above := path.Dir(); above != wire.Root; above = above.Dir() {
		switch {
		case m.files[above] == nil:
			missing++
		case !m.files[above].folder:
			return wire.Invalid
		}
	}
	switch {
	case f == nil:
		return m.overLimit("", 0, missing)
	case top.folder || pre.If == wire.IfAbsent:
		return wire.Exists
	case f.folder:
		return wire.Invalid
	case pre.If == wire.IfVersion && pre.Version != f.version:
		return wire.Conflict
	}
	return ""
}

func (m *model) purge(t *rapid.T) {
	dropped := slices.Clone(m.trash)
	var args wire.PurgeArgs
	var code wire.Code
	if rapid.IntRange(0, 9).Draw(t, "all") > 0 {
		item := m.anyItem(t)
		args.Item, dropped = item.id, []*modelItem{item}
		if item.tree == nil {
			code = wire.NotFound
		}
	}
	reply, err := m.drive.Purge(m.ctx, args)
	want(t, "purge", err, code)
	if code != "" {
		return
	}
	var expected wire.PurgeReply
	for _, item := range dropped {
		size, _ := item.size()
		expected.Items++
		expected.Size += size
		m.forget(item)
	}
	if reply != expected {
		t.Fatalf("purged %+v, want %+v", reply, expected)
	}
}

// compareTrash looks through the trash, page by page.
func (m *model) compareTrash(t *rapid.T) {
	args := wire.TrashArgs{Limit: 3}
	for i := len(m.trash); i >= 0; {
		reply, err := m.drive.Trash(m.ctx, args)
		if err != nil || len(reply.Items) != min(i, args.Limit) || reply.More != (i > args.Limit) {
			t.Fatalf("the trash is %+v (%v), want the %d that are left", reply, err, i)
		}
		for _, got := range reply.Items {
			i--
			m.wantItem(t, got, m.trash[i])
			args.After = got.Item
		}
		if !reply.More {
			return
		}
	}
}

// addActions puts those of this file among the others.
func (m *model) addActions(all map[string]func(*rapid.T)) map[string]func(*rapid.T) {
	maps.Copy(all, map[string]func(*rapid.T){"move": m.move, "remove": m.remove, "restore": m.restore, "purge": m.purge})
	return all
}
