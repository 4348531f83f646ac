package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"wangpan/daemon/answers"
	"wangpan/wire"
)

// before is what is observed before a request with a key is carried out. When a
// crash leaves no answer, resolve compares it with the state of the drive.
type before struct {
	At     time.Time   `json:"at"`
	Entry  *wire.Entry `json:"entry,omitempty"`  // at the path, or at from
	Target bool        `json:"target,omitempty"` // something is at the target of a move or copy
	Path   wire.Path   `json:"path,omitempty"`   // of the upload; or where the item of a restore will be
	Item   *wire.Item  `json:"item,omitempty"`   // of the trash
}

// keyed is call for a request that may carry a key.
func keyed[A any](ctx context.Context, c *connection, r request, handler func(context.Context, *A) (answered, error)) (answered, error) {
	return call(ctx, r, func(ctx context.Context, args *A) (answered, error) {
		if r.Key == "" {
			return handler(ctx, args)
		}
		given, refused := c.answersOfAccount().Do(ctx, answers.Call{
			Key: r.Key, Request: r.Request.Request, Args: args,
			// A commit flushes several times as it is. Without the intent, after a
			// power cut, its repetition is refused with not_found.
			Flush:   r.Request.Request != wire.Commit,
			Observe: func() any { return c.observe(ctx, args) },
			Run: func() (any, *wire.Error) {
				a, err := handler(ctx, args)
				if err != nil {
					return nil, c.refusalOf(r, err)
				}
				return a.reply, nil
			},
			Resolve: func(raw json.RawMessage) (any, bool) { return c.resolve(ctx, args, raw) },
		})
		if refused != nil {
			return answered{}, refused
		}
		return answered{reply: given}, nil
	})
}

// answersOfAccount returns the stored answers of the account. It belongs to work.
func (c *connection) answersOfAccount() *answers.Account {
	if c.answers == nil {
		c.answers = c.d.answers.Use(c.session.Load().Folder)
	}
	return c.answers
}

// observe returns what resolve needs to know about the state before a request.
func (c *connection) observe(ctx context.Context, args any) before {
	b := before{At: c.d.clock.Now()}
	switch a := args.(type) {
	case *wire.MkdirArgs:
		b.Entry = c.entryAt(ctx, a.Path)
	case *wire.RemoveArgs:
		b.Entry = c.entryAt(ctx, a.Path)
	case *wire.MoveArgs:
		b.Entry, b.Target = c.entryAt(ctx, a.From), c.entryAt(ctx, a.To) != nil
	case *wire.CopyArgs:
		b.Entry, b.Target = c.entryAt(ctx, a.From), c.entryAt(ctx, a.To) != nil
	case *wire.CommitArgs:
		b.Path, _ = c.drive.UploadPath(a.Upload)
	case *wire.DiscardArgs:
		b.Path, _ = c.drive.UploadPath(a.Upload)
	case *wire.RestoreArgs:
		if b.Item = c.itemOf(ctx, a.Item); b.Item != nil {
			b.Path = b.Item.Path
		}
		if a.Path != "" {
			b.Path = a.Path
		}
	case *wire.PurgeArgs:
		if a.Item != "" {
			b.Item = c.itemOf(ctx, a.Item)
		}
	}
	return b
}

// resolve reports whether a request was carried out whose answer a crash has
// taken, and returns its reply.
func (c *connection) resolve(ctx context.Context, args any, raw json.RawMessage) (reply any, done bool) {
	var b before
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, false
	}
	switch a := args.(type) {
	case *wire.MkdirArgs:
		now := c.entryAt(ctx, a.Path)
		if b.Entry == nil && now != nil && now.IsDir {
			return wire.StatReply{Entry: *now}, true
		}
	case *wire.MoveArgs:
		return c.resolveMove(ctx, a, b)
	case *wire.CopyArgs:
		now := c.entryAt(ctx, a.To)
		if b.Entry != nil && !b.Target && now != nil && now.IsDir == b.Entry.IsDir {
			return wire.StatReply{Entry: *now}, true
		}
	case *wire.CommitArgs:
		return c.resolveCommit(ctx, a, b)
	case *wire.DiscardArgs:
		_, err := c.drive.UploadPath(a.Upload)
		return wire.Empty{}, b.Path != "" && errors.Is(err, wire.NotFound)
	case *wire.RemoveArgs, *wire.RestoreArgs, *wire.PurgeArgs:
		return c.resolveTrash(ctx, args, b)
	}
	return nil, false
}

// resolveMove finds what was moved: nothing was at the target, and now the
// target looks as the source did.
func (c *connection) resolveMove(ctx context.Context, args *wire.MoveArgs, b before) (any, bool) {
	from, to := c.entryAt(ctx, args.From), c.entryAt(ctx, args.To)
	if b.Entry == nil || b.Target || to == nil || to.IsDir != b.Entry.IsDir {
		return nil, false
	}
	same := to.IsDir || to.Size == b.Entry.Size && to.ModTime.Equal(b.Entry.ModTime)
	left := from == nil || !from.IsDir && from.Version != b.Entry.Version
	return wire.StatReply{Entry: *to}, same && left
}

// resolveCommit finds a file with the content of an upload that is gone.
func (c *connection) resolveCommit(ctx context.Context, args *wire.CommitArgs, b before) (any, bool) {
	if _, err := c.drive.UploadPath(args.Upload); b.Path == "" || !errors.Is(err, wire.NotFound) {
		return nil, false
	}
	content, err := c.drive.Open(ctx, b.Path, "")
	if err != nil {
		return nil, false
	}
	defer func() { _ = content.Close() }() // it was only read
	digest := content.Digest()
	if digest == nil {
		whole, _, err := content.Blocks(ctx, 0)
		if err != nil {
			return nil, false
		}
		digest = &whole
	}
	return wire.StatReply{Entry: content.Entry(), Digest: digest}, *digest == args.Digest
}

// resolveTrash resolves what moves items into the trash or out of it.
func (c *connection) resolveTrash(ctx context.Context, args any, b before) (any, bool) {
	switch a := args.(type) {
	case *wire.RemoveArgs:
		for item := range c.items(ctx) {
			switch {
			case item.Since.Before(b.At):
				return nil, false
			case item.Path == a.Path && !item.Replaced:
				return wire.RemoveReply{Item: item}, b.Entry != nil
			}
		}
	case *wire.RestoreArgs:
		now := c.entryAt(ctx, b.Path)
		if b.Item != nil && now != nil && now.IsDir == b.Item.IsDir && c.itemOf(ctx, a.Item) == nil {
			return wire.RestoreReply{Path: b.Path, Entry: *now}, true
		}
	case *wire.PurgeArgs:
		if a.Item != "" {
			if b.Item != nil && c.itemOf(ctx, a.Item) == nil {
				return wire.PurgeReply{Items: 1, Size: b.Item.Size}, true
			}
			return nil, false
		}
		return c.purgeBefore(ctx, b.At), true
	}
	return nil, false
}

// purgeBefore purges what was in the trash when a purge of all began, and not
// what has come into it since.
func (c *connection) purgeBefore(ctx context.Context, at time.Time) (purged wire.PurgeReply) {
	var meant []wire.ItemID
	for item := range c.items(ctx) {
		if item.Since.Before(at) {
			meant = append(meant, item.Item)
		}
	}
	for _, item := range meant {
		one, err := c.drive.Purge(ctx, wire.PurgeArgs{Item: item})
		if err == nil {
			purged.Items, purged.Size = purged.Items+one.Items, purged.Size+one.Size
		}
	}
	c.changed(nil)
	return purged
}

// entryAt returns the entry of path, or nil.
func (c *connection) entryAt(ctx context.Context, path wire.Path) *wire.Entry {
	found, err := c.drive.Stat(ctx, path)
	if err != nil {
		return nil
	}
	return &found.Entry
}

// itemOf returns an item of the trash, or nil.
func (c *connection) itemOf(ctx context.Context, id wire.ItemID) *wire.Item {
	item, err := c.drive.Item(ctx, id)
	if err != nil {
		return nil
	}
	return &item
}

// items yields the items of the trash, the newest first. An error ends it.
func (c *connection) items(ctx context.Context) func(yield func(wire.Item) bool) {
	return func(yield func(wire.Item) bool) {
		args := wire.TrashArgs{}
		for more := true; more; {
			page, err := c.drive.Trash(ctx, args)
			if err != nil || len(page.Items) == 0 {
				return
			}
			for _, item := range page.Items {
				if !yield(item) {
					return
				}
			}
			args.After, more = page.Items[len(page.Items)-1].Item, page.More
		}
	}
}
