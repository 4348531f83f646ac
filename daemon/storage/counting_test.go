package storage

import (
	"fmt"
	"testing"

	"wangpan/wire"
)

// Who removes a large folder does not wait until it is counted, at no moment is
// a byte of it nowhere or twice, and who takes it back at once gets all of it.
func TestRemovalOfALargeFolder(t *testing.T) {
	d := openAnn(t)
	d.disk.quick = 0 // any folder is large
	const files, size = 500, 7
	if err := d.files.Mkdir("big", 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		if err := d.files.WriteFile(fmt.Sprint("big/", i), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	usage := func() Usage {
		d.disk.AgeCounts()
		u, err := d.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if u.Used+u.Trash != files*size {
			t.Fatalf("%+v is not all", u)
		}
		return u
	}
	d.disk.WaitForCounts() // one may have begun before the files came
	d.disk.AgeCounts()
	<-d.count()
	usage()
	for range 3 {
		item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/big"})
		if err != nil || !item.Uncounted || item.Size != 0 || item.Files != 0 {
			t.Fatalf("the item is %+v (%v), want it at once", item, err)
		}
		usage()
		if _, err := d.Restore(t.Context(), wire.RestoreArgs{Item: item.Item, Precondition: wire.Precondition{If: wire.IfAbsent}}); err != nil {
			t.Fatal(err)
		}
		if u := usage(); u.Trash != 0 || u.Files != files {
			t.Errorf("behind a restore it is %+v", u)
		}
	}
	item, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/big"})
	if err != nil {
		t.Fatal(err)
	}
	for usage().Trash == 0 { // it is being counted
	}
	page, err := d.Trash(t.Context(), wire.TrashArgs{})
	if err != nil || len(page.Items) != 1 || page.Items[0].Size != files*size || page.Items[0].Files != files || page.Items[0].Uncounted {
		t.Errorf("the trash is %+v (%v), want it counted", page, err)
	}
	dropped, err := d.Purge(t.Context(), wire.PurgeArgs{Item: item.Item})
	if err != nil || dropped.Size != files*size {
		t.Errorf("%+v was dropped (%v)", dropped, err)
	}
}

// What the store has not counted when it ends, the next one counts.
func TestUncountedAtTheEnd(t *testing.T) {
	d := openAnn(t)
	d.disk.quick = 0
	if err := d.files.Mkdir("big", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.files.WriteFile("big/f", []byte("seven b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.readTrash(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.disk.end() // as Close does first
	if _, err := d.Remove(t.Context(), wire.RemoveArgs{Path: "/big"}); err != nil {
		t.Fatal(err)
	}
	d.disk.WaitForTasks()
	found, all, err := d.itemsOnDisk(t.Context())
	if err != nil || all != (room{bytes: 7, entries: 2}) || len(found.items) != 1 {
		t.Errorf("%+v in %d items (%v)", all, len(found.items), err)
	}
}
