package storage

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"wangpan/wire"
)

// TestCopyMeanwhile stops a copy before it gets its name and changes something.
// What is acknowledged then is whole, and lies where it was to lie; else nothing
// is left of it.
func TestCopyMeanwhile(t *testing.T) {
	tests := []struct {
		name    string
		from    wire.Path
		removed wire.Path
		moved   []wire.MoveArgs // then
		want    wire.Code       // "" if the copy is good
	}{
		{"nothing", "/a", "", nil, ""},
		{"the folder is removed", "/a", "/a", nil, wire.Conflict},
		{"the folder is moved", "/a", "", []wire.MoveArgs{{From: "/a", To: "/b"}}, wire.Conflict},
		{"the folder is replaced", "/a", "/a", []wire.MoveArgs{{From: "/other", To: "/a"}}, wire.Conflict},
		{"the file is removed", "/f", "/f", nil, ""},
		{"the target is removed", "/a", "/to", nil, wire.NotFound},
		{"the target is replaced", "/a", "/to", []wire.MoveArgs{{From: "/other", To: "/to"}}, wire.Busy},
		{"the name is taken", "/f", "", []wire.MoveArgs{{From: "/other", To: "/to/c"}}, wire.Exists},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := openAnn(t)
			for _, path := range []wire.Path{"/a", "/to", "/other"} {
				if _, err := d.Mkdir(t.Context(), path); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"a/f", "f"} {
				if err := d.files.WriteFile(name, []byte("hello"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			entry, err := d.copyWith(t.Context(), wire.CopyArgs{From: tt.from, To: "/to/c"}, func() {
				if tt.removed != "" {
					if _, err := d.Remove(t.Context(), wire.RemoveArgs{Path: tt.removed}); err != nil {
						t.Fatal(err)
					}
				}
				for _, args := range tt.moved {
					if _, err := d.Move(t.Context(), args); err != nil {
						t.Fatal(err)
					}
				}
			})
			if tt.want != "" {
				if !errors.Is(err, tt.want) {
					t.Errorf("%v, want %s", err, tt.want)
				}
			} else if err != nil || entry.Name != "c" {
				t.Errorf("%+v (%v)", entry, err)
			}
			if _, err := d.Stat(t.Context(), "/to/c/f"); (err == nil) != (tt.want == "" && tt.from == "/a") {
				t.Errorf("under the new name: %v", err)
			}
		})
	}
}

// copyWith is Copy that calls do before the copy gets its name.
func (d *drive) copyWith(ctx context.Context, args wire.CopyArgs, do func()) (wire.Entry, error) {
	from, info, err := d.lookup(args.From)
	if err != nil {
		return wire.Entry{}, err
	}
	defer from.Close()
	to, target, err := d.parentOf(args.To)
	if err != nil {
		return wire.Entry{}, err
	}
	defer to.Close()
	c, err := d.newCopying(ctx, from, args.From.Base(), info, args)
	if err != nil {
		return wire.Entry{}, err
	}
	defer d.ledger.release(c.id)
	if err := c.whole("made"); err != nil {
		return wire.Entry{}, err
	}
	do()
	entry, err := c.install("made", to, target)
	if errors.Is(err, fs.ErrExist) {
		err = errTaken(args.To)
	}
	return entry, err
}

// TestVersionIsCopied: of a file that is replaced between the look at its
// version and the copy, the other version is not copied.
func TestVersionIsCopied(t *testing.T) {
	d := openAnn(t)
	if err := d.files.WriteFile("f", []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := d.files.Lstat("f")
	if err != nil {
		t.Fatal(err)
	}
	args := wire.CopyArgs{From: "/f", To: "/g", Version: versionOf(info)}
	c, err := d.newCopying(t.Context(), d.files, "f", info, args)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.files.Remove("f"), d.files.WriteFile("f", []byte("another"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.make(d.files, "g"); !errors.Is(err, wire.Conflict) {
		t.Errorf("%v, want conflict", err)
	}
}

// TestTreeGrowsWhileLookedAt: what comes into a tree while it is looked at
// before it is moved deeper is looked at too.
func TestTreeGrowsWhileLookedAt(t *testing.T) {
	d := openAnn(t)
	deep := wire.Path("/deep" + strings.Repeat("/d", wire.MaxDepth-2))
	for _, path := range []string{"tree", "other", "to/there", string(deep[1:])} {
		if err := d.files.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	looks := 0
	err := d.deepen(t.Context(), d.files, "tree", "/tree", "/to/there/tree", func(l *look) error {
		if looks++; looks == 1 {
			if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/other", To: "/to/there/other"}); err != nil {
				t.Fatalf("another, which must not wait for this one: %v", err)
			}
			if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/deep", To: "/tree"}); !errors.Is(err, wire.Exists) {
				t.Fatalf("over the tree: %v", err)
			}
			if _, err := d.Move(t.Context(), wire.MoveArgs{From: "/deep/d", To: "/tree/d"}); err != nil {
				t.Fatal(err)
			}
		}
		_, err := d.move(d.files, "tree", d.files, "moved", wire.MoveArgs{From: "/tree", To: "/moved"}, l)
		return err
	})
	if !errors.Is(err, wire.Invalid) || looks != 1 {
		t.Errorf("%v after %d looks, want that it is too deep when looked at again", err, looks)
	}
	err = d.deepen(t.Context(), d.files, "tree", "/tree", "/to/tree", func(l *look) error {
		d.renames.Lock()
		defer d.renames.Unlock()
		return errors.Join(d.lands("/tree/more", nil), d.lands("/to/tree", l))
	})
	if !errors.Is(err, wire.Busy) {
		t.Errorf("%v of a tree that grows all the while, want busy", err)
	}
	if len(d.looks) != 0 {
		t.Errorf("%d looks are left", len(d.looks))
	}
}
