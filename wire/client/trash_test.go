package client

import (
	"context"
	"strings"
	"testing"

	"wangpan/wire"
)

const (
	anItem   = `0123456789abcdef0123456789abcdef`
	itemA    = `{"item":"` + anItem + `","path":"/a","size":10,"files":1,"since":"2026-01-02T00:00:00Z","expires":"2026-02-01T00:00:00Z"}`
	itemB    = `{"item":"fedcba9876543210fedcba9876543210","path":"/b","size":0,"files":3,"is_dir":true,"since":"2026-01-01T00:00:00Z","expires":"2026-01-31T00:00:00Z"}`
	replaced = `{"item":"` + anItem + `","path":"/a","size":10,"files":1,"replaced":true,"since":"2026-01-02T00:00:00Z"}`
)

// asksOfTrash is each request about moving and the trash.
var asksOfTrash = map[string]func(context.Context, *Client) error{
	"move": func(ctx context.Context, c *Client) error {
		_, err := c.Move(ctx, wire.MoveArgs{From: "/x", To: "/y/a"})
		return err
	},
	"remove": func(ctx context.Context, c *Client) error {
		_, err := c.Remove(ctx, wire.RemoveArgs{Path: "/a"})
		return err
	},
	"trash": func(ctx context.Context, c *Client) error { _, err := c.Trash(ctx, wire.TrashArgs{}); return err },
	"trash 1 after A": func(ctx context.Context, c *Client) error {
		_, err := c.Trash(ctx, wire.TrashArgs{After: anItem, Limit: 1})
		return err
	},
	"restore": func(ctx context.Context, c *Client) error {
		_, err := c.Restore(ctx, wire.RestoreArgs{Item: anItem, Precondition: wire.Precondition{If: wire.IfAbsent}})
		return err
	},
	"restore to /a": func(ctx context.Context, c *Client) error {
		_, err := c.Restore(ctx, wire.RestoreArgs{Item: anItem, Path: "/a", Precondition: wire.Precondition{If: wire.IfAny}})
		return err
	},
	"purge": func(ctx context.Context, c *Client) error { _, err := c.Purge(ctx, wire.PurgeArgs{}); return err },
	"purge A": func(ctx context.Context, c *Client) error {
		_, err := c.Purge(ctx, wire.PurgeArgs{Item: anItem})
		return err
	},
	"logout everywhere": func(ctx context.Context, c *Client) error { return c.LogoutEverywhere(ctx) },
}

func TestLawfulRepliesOfTrash(t *testing.T) {
	tests := []struct{ ask, reply string }{
		{"move", `{"entry":` + fileA + `}`},
		{"move", `{"entry":` + folderA + `}`},
		{"remove", `{"item":` + itemA + `}`},
		{"trash", `{"items":[],"more":false}`},
		{"trash", `{"items":[` + itemA + `,` + itemB + `],"more":true}`},
		{"trash", `{"items":[` + strings.Replace(itemB, `"is_dir":true`, `"is_dir":true,"uncounted":true`, 1) + `]}`},
		{"trash", `{"items":[` + replaced + `]}`},
		{"trash 1 after A", `{"items":[` + itemB + `],"more":true}`},
		{"restore", `{"path":"/anywhere/a","entry":` + fileA + `}`},
		{"restore to /a", `{"path":"/a","entry":` + folderA + `}`},
		{"purge", `{"items":0,"size":0}`},
		{"purge", `{"items":3,"size":9007199254740991}`},
		{"purge A", `{"items":1,"size":5}`},
		{"logout everywhere", `{}`},
	}
	asked := map[string]bool{}
	for _, tt := range tests {
		asked[tt.ask] = true
		t.Run(tt.ask, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`), trusting())
			if err := asksOfTrash[tt.ask](t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	for ask := range asksOfTrash {
		if !asked[ask] {
			t.Errorf("nothing lawful answers %s", ask)
		}
	}
}

func TestHostileRepliesOfTrash(t *testing.T) {
	change := func(item, from, to string) string {
		if !strings.Contains(item, from) {
			t.Fatalf("%s is not in %s", from, item)
		}
		return strings.Replace(item, from, to, 1)
	}
	tests := []struct{ name, ask, reply string }{
		{"nothing", "move", `{}`},
		{"the old name", "move", `{"entry":{"name":"x","size":1,"version":"v"}}`},
		{"the root", "move", `{"entry":` + root + `}`},
		{"nothing", "remove", `{}`},
		{"another path", "remove", `{"item":` + change(itemA, `"/a"`, `"/b"`) + `}`},
		{"a replaced one", "remove", `{"item":` + replaced + `}`},
		{"no name", "remove", `{"item":` + change(itemA, `"item":"`+anItem+`",`, ``) + `}`},
		{"a name that is a path", "trash", `{"items":[` + change(itemA, anItem, "../../../../../../../../../../etc") + `]}`},
		{"a name of capitals", "trash", `{"items":[` + change(itemA, anItem, strings.ToUpper(anItem)) + `]}`},
		{"no path", "trash", `{"items":[` + change(itemA, `"path":"/a",`, ``) + `]}`},
		{"the root", "trash", `{"items":[` + change(itemA, `"/a"`, `"/"`) + `]}`},
		{"a path that goes up", "trash", `{"items":[` + change(itemA, `"/a"`, `"/../a"`) + `]}`},
		{"a path with an escape code", "trash", `{"items":[` + change(itemA, `"/a"`, `"/\u001b[2J"`) + `]}`},
		{"less than nothing", "trash", `{"items":[` + change(itemA, `"size":10`, `"size":-1`) + `]}`},
		{"more than a number may be", "trash", `{"items":[` + change(itemB, `"files":3`, `"files":9007199254740992`) + `]}`},
		{"a file of two files", "trash", `{"items":[` + change(itemA, `"files":1`, `"files":2`) + `]}`},
		{"a file that is not counted", "remove", `{"item":` + change(itemA, `"files":1`, `"files":1,"uncounted":true`) + `}`},
		{"a folder that was replaced", "trash", `{"items":[` + change(itemB, `"is_dir":true`, `"is_dir":true,"replaced":true`) + `]}`},
		{"null for an item", "trash", `{"items":[null]}`},
		{"out of order", "trash", `{"items":[` + itemB + `,` + itemA + `]}`},
		{"twice the same", "trash", `{"items":[` + itemA + `,` + itemA + `]}`},
		{"more behind nothing", "trash", `{"items":[],"more":true}`},
		{"the same again", "trash 1 after A", `{"items":[` + itemA + `]}`},
		{"more than were asked for", "trash 1 after A", `{"items":[` + itemB + `,` + change(itemB, "fed", "aaa") + `]}`},
		{"nowhere", "restore", `{"entry":` + fileA + `}`},
		{"the root", "restore", `{"path":"/","entry":` + root + `}`},
		{"another name", "restore", `{"path":"/b","entry":` + fileA + `}`},
		{"elsewhere", "restore to /a", `{"path":"/b/a","entry":` + fileA + `}`},
		{"less than nothing", "purge", `{"items":-1}`},
		{"a size that is too much", "purge", `{"items":1,"size":9007199254740992}`},
		{"all", "purge A", `{"items":2,"size":5}`},
		{"none", "purge A", `{"items":0}`},
		{"a list", "logout everywhere", `[]`},
	}
	for _, tt := range tests {
		t.Run(tt.ask+"/"+tt.name, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`), trusting())
			wantBreach(t, c, asksOfTrash[tt.ask](t.Context(), c))
		})
	}
}
