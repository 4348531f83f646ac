package client

import (
	"context"
	"testing"

	"wangpan/wire"
)

const (
	foundA  = `{"path":"/x/a","entry":` + fileA + `}`
	foundB  = `{"path":"/x/b","entry":` + fileB + `}`
	foundAA = `{"path":"/x/a/a","entry":` + fileA + `}`
)

// asksOfFind is each request about finding, counting, watching and copying.
var asksOfFind = map[string]func(context.Context, *Client) error{
	"search": func(ctx context.Context, c *Client) error {
		_, err := c.Search(ctx, wire.SearchArgs{Path: "/x", Text: "a"})
		return err
	},
	"search 1 after a": func(ctx context.Context, c *Client) error {
		_, err := c.Search(ctx, wire.SearchArgs{Path: "/x", Text: "a", After: "/x/a", Limit: 1})
		return err
	},
	"count": func(ctx context.Context, c *Client) error { _, err := c.Count(ctx, "/x"); return err },
	"watch": func(ctx context.Context, c *Client) error { return c.Watch(ctx, "/x") },
	"copy": func(ctx context.Context, c *Client) error {
		_, err := c.Copy(ctx, wire.CopyArgs{From: "/x/b", To: "/y/a"}, nil)
		return err
	},
}

func TestLawfulRepliesOfFind(t *testing.T) {
	tests := []struct{ name, ask, reply string }{
		{"nothing", "search", `{"found":[],"more":false}`},
		{"nothing yet", "search", `{"found":[],"more":true,"after":"/x/a"}`},
		{"two", "search", `{"found":[` + foundA + `,` + foundB + `]}`},
		{"in the order of the walk", "search", `{"found":[` + foundA + `,` + foundAA + `,` + foundB + `],"more":true,"after":"/x/b"}`},
		{"the next", "search 1 after a", `{"found":[` + foundAA + `],"more":true,"after":"/x/a/b"}`},
		{"counted", "count", `{"size":9007199254740991,"files":2,"folders":0}`},
		{"watched", "watch", `{}`},
		{"a file", "copy", `{"entry":` + fileA + `}`},
		{"a folder", "copy", `{"entry":` + folderA + `}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`), trusting())
			if err := asksOfFind[tt.ask](t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnlawfulRepliesOfFind(t *testing.T) {
	tests := []struct{ name, ask, reply string }{
		{"elsewhere", "search", `{"found":[{"path":"/y/a","entry":` + fileA + `}]}`},
		{"the folder itself", "search", `{"found":[{"path":"/x","entry":` + folderA + `}]}`},
		{"no path", "search", `{"found":[{"entry":` + fileA + `}]}`},
		{"another name", "search", `{"found":[{"path":"/x/b","entry":` + fileA + `}]}`},
		{"out of order", "search", `{"found":[` + foundB + `,` + foundA + `]}`},
		{"twice", "search", `{"found":[` + foundA + `,` + foundA + `]}`},
		{"before where it goes on", "search 1 after a", `{"found":[` + foundA + `]}`},
		{"more than asked for", "search 1 after a", `{"found":[` + foundAA + `,` + foundB + `]}`},
		{"more, and not where", "search", `{"found":[],"more":true}`},
		{"where, and no more", "search", `{"found":[],"more":false,"after":"/x/a"}`},
		{"it stands still", "search 1 after a", `{"found":[],"more":true,"after":"/x/a"}`},
		{"it goes back", "search", `{"found":[` + foundB + `],"more":true,"after":"/x/a"}`},
		{"it goes on elsewhere", "search", `{"found":[],"more":true,"after":"/y"}`},
		{"a negative number", "count", `{"size":-1,"files":0,"folders":0}`},
		{"another name", "copy", `{"entry":` + fileB + `}`},
	}
	for _, tt := range tests {
		t.Run(tt.ask+" "+tt.name, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`), trusting())
			wantBreach(t, c, asksOfFind[tt.ask](t.Context(), c))
		})
	}
}
