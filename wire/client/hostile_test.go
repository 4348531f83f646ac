package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
)

// Parts of answers.
const (
	fileA    = `{"name":"a","size":10,"mtime":"2026-01-01T00:00:00Z","version":"v1"}`
	fileB    = `{"name":"b","size":0,"mtime":"2026-01-01T00:00:00Z","version":"v2"}`
	folderA  = `{"name":"a","size":0,"mtime":"2026-01-01T00:00:00Z","is_dir":true}`
	root     = `{"name":"/","size":0,"mtime":"2026-01-01T00:00:00Z","is_dir":true}`
	zeroes   = `0000000000000000000000000000000000000000000000000000000000000000`
	anotherU = `ffffffffffffffffffffffffffffffff`
)

// aDigest is of the content that is committed.
var aDigest = wire.Digest{1}

// asking is each request as its method sends it.
var asking = map[string]func(context.Context, *Client) error{
	"register": func(ctx context.Context, c *Client) error {
		_, err := c.Register(ctx, wire.RegisterArgs{User: "bob", Password: "correct horse"})
		return err
	},
	"login":    func(ctx context.Context, c *Client) error { _, err := c.Login(ctx, "bob", "correct horse"); return err },
	"join":     func(ctx context.Context, c *Client) error { _, err := c.Join(ctx, aToken); return err },
	"logout":   func(ctx context.Context, c *Client) error { return c.Logout(ctx) },
	"password": func(ctx context.Context, c *Client) error { return c.Password(ctx, "correct horse", "battery staple") },
	"stat":     func(ctx context.Context, c *Client) error { _, err := c.Stat(ctx, "/a"); return err },
	"stat /":   func(ctx context.Context, c *Client) error { _, err := c.Stat(ctx, "/"); return err },
	"mkdir":    func(ctx context.Context, c *Client) error { _, err := c.Mkdir(ctx, "/x/a"); return err },
	"list": func(ctx context.Context, c *Client) error {
		_, err := c.List(ctx, wire.ListArgs{Path: "/"})
		return err
	},
	"list 1 after a": func(ctx context.Context, c *Client) error {
		_, err := c.List(ctx, wire.ListArgs{Path: "/", After: "a", Limit: 1})
		return err
	},
	"get": func(ctx context.Context, c *Client) error {
		_, err := c.Get(ctx, wire.GetArgs{Path: "/a"}, discard)
		return err
	},
	"get 2 from 3": func(ctx context.Context, c *Client) error {
		length := int64(2)
		_, err := c.Get(ctx, wire.GetArgs{Path: "/a", Version: "v1", Offset: 3, Length: &length}, discard)
		return err
	},
	"blocks": func(ctx context.Context, c *Client) error {
		_, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: "/a"})
		return err
	},
	"blocks v1 of 2": func(ctx context.Context, c *Client) error {
		length := int64(2)
		_, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: "/a", Version: "v1", Length: &length})
		return err
	},
	"blocks of an upload": func(ctx context.Context, c *Client) error {
		_, _, err := c.Blocks(ctx, wire.BlocksArgs{Upload: anUpload})
		return err
	},
	"put": func(ctx context.Context, c *Client) error {
		_, err := c.Put(ctx, putArgs(3), strings.NewReader("abc"))
		return err
	},
	"put 2 at 3": func(ctx context.Context, c *Client) error {
		args, length := putArgs(10), int64(2)
		args.Offset, args.Length = 3, &length
		_, err := c.Put(ctx, args, strings.NewReader("de"))
		return err
	},
	"commit": func(ctx context.Context, c *Client) error {
		_, err := c.Commit(ctx, wire.CommitArgs{Upload: anUpload, Digest: aDigest, Precondition: wire.Precondition{If: wire.IfAny}})
		return err
	},
	"uploads": func(ctx context.Context, c *Client) error { _, err := c.Uploads(ctx, wire.UploadsArgs{}); return err },
	"discard": func(ctx context.Context, c *Client) error { return c.Discard(ctx, anUpload) },
	"usage":   func(ctx context.Context, c *Client) error { _, err := c.Usage(ctx); return err },
}

// answering sends answer, as it is, in place of a reply to the first request
// after a login; %d in it is the request's id.
func answering(t *testing.T, answer string, body ...string) string {
	t.Helper()
	return serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		if r.Request == wire.Put {
			p.body()
		}
		if strings.Contains(answer, "%d") {
			answer = fmt.Sprintf(answer, r.ID)
		}
		p.send(wire.KindMessage, answer)
		if body != nil {
			p.data(body...)
		}
		p.hangUp()
	})
}

func TestLawfulReplies(t *testing.T) {
	tests := []struct {
		ask   string
		reply string
		body  []string
	}{
		{"register", `{"user":"bob"}`, nil},
		{"login", `{"user":"bob","token":"` + aToken + `","expires":"2026-01-01T00:00:00Z"}`, nil},
		{"join", `{"user":"bob","expires":"2026-01-01T00:00:00Z"}`, nil},
		{"logout", `{}`, nil},
		{"password", `{}`, nil},
		{"stat", `{"entry":` + fileA + `}`, nil},
		{"stat", `{"entry":` + folderA + `}`, nil},
		{"stat", `{"entry":` + fileA + `,"digest":"` + zeroes + `","owner":"bob"}`, nil},
		{"stat /", `{"entry":` + root + `}`, nil},
		{"mkdir", `{"entry":` + folderA + `}`, nil},
		{"list", `{"entries":[],"more":false}`, nil},
		{"list", `{"entries":[` + fileA + `,` + fileB + `],"more":true,"unlisted":3}`, nil},
		{"list", `{"entries":[` + strings.TrimSuffix(pageOf(wire.MaxEntries), ",") + `],"more":true}`, nil},
		{"list 1 after a", `{"entries":[` + fileB + `],"more":true}`, nil},
		{"get", `{"entry":` + fileA + `,"offset":0,"length":10}`, []string{"0123456789"}},
		{"get 2 from 3", `{"entry":` + fileA + `,"offset":3,"length":2}`, []string{"34"}},
		{"blocks", `{"version":"v1","size":10,"length":10,"digest":"` + zeroes + `"}`, []string{zeroes[:32]}},
		{"blocks", `{"version":"v1","size":0,"length":0,"digest":"` + zeroes + `"}`, []string{}},
		{"blocks v1 of 2", `{"version":"v1","size":10,"length":2,"digest":"` + zeroes + `"}`, []string{zeroes[:32]}},
		{"blocks of an upload", `{"size":10,"length":10}`, []string{zeroes[:32]}},
		{"blocks of an upload", `{"size":0,"length":0}`, []string{}},
		{"blocks of an upload", `{"size":4194306,"length":4194306,"unfinished":[{"block":0,"bytes":4194303},{"block":1,"bytes":1}]}`, []string{zeroes}},
		{"put", `{"upload":"` + string(anUpload) + `","received":3,"end":3}`, nil},
		{"put 2 at 3", `{"upload":"` + string(anUpload) + `","received":10,"end":5}`, nil},
		{"put 2 at 3", `{"upload":"` + string(anUpload) + `","received":0,"end":5}`, nil},
		{"commit", `{"entry":` + fileA + `,"digest":"` + aDigest.String() + `"}`, nil},
		{"uploads", `{"uploads":[]}`, nil},
		{"uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","path":"/a","size":10,"received":3}]}`, nil},
		{"discard", `{}`, nil},
		{"usage", `{"used":3,"staged":2,"files":1,"quota":4,"free":0}`, nil},
		{"usage", `{"used":3,"staged":0,"files":1,"free":9007199254740991}`, nil},
	}
	asked := map[string]bool{}
	for _, tt := range tests {
		asked[tt.ask] = true
		t.Run(tt.ask, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`, tt.body...), trusting())
			if err := asking[tt.ask](t.Context(), c); err != nil {
				t.Error(err)
			}
			if err := c.Err(); err != nil {
				t.Errorf("the connection ended: %v", err)
			}
		})
	}
	for ask := range asking {
		if !asked[ask] {
			t.Errorf("nothing lawful answers %s", ask)
		}
	}
}

func TestHostileReplies(t *testing.T) {
	tests := []struct {
		name, ask, reply string
	}{
		{"no user", "register", `{}`},
		{"user with an escape code", "register", `{"user":"bob\u001b[2J"}`},
		{"user that is a path", "login", `{"user":"../bob","token":"` + aToken + `"}`},
		{"no token", "login", `{"user":"bob"}`},
		{"long token", "login", `{"user":"bob","token":"` + aToken + `0"}`},
		{"token of other letters", "login", `{"user":"bob","token":"` + strings.ToUpper(aToken) + `"}`},
		{"no user", "join", `{}`},
		{"a list", "logout", `[]`},
		{"null", "logout", `null`},
		{"a string", "password", `"done"`},
		{"a number", "discard", `1`},
		{"less than nothing", "usage", `{"used":-1}`},
		{"less than nothing in the trash", "usage", `{"trash":-1}`},
		{"a quota below nothing", "usage", `{"used":1,"quota":-1}`},
		{"more than a number may be", "usage", `{"free":9007199254740992}`},

		{"nothing", "stat", `{}`},
		{"another name", "stat", `{"entry":` + fileB + `}`},
		{"a name with a slash", "stat", `{"entry":{"name":"x/a","size":1,"version":"v"}}`},
		{"a name with an escape code", "stat", `{"entry":{"name":"\u001b[31ma","size":1,"version":"v"}}`},
		{"a name that is another folder", "stat", `{"entry":{"name":"..","size":0,"is_dir":true}}`},
		{"the root instead", "stat", `{"entry":` + root + `}`},
		{"null for a name", "stat", `{"entry":{"name":null,"size":1,"version":"v"}}`},
		{"a negative size", "stat", `{"entry":{"name":"a","size":-1,"version":"v"}}`},
		{"a size above 2⁵³−1", "stat", `{"entry":{"name":"a","size":9007199254740992,"version":"v"}}`},
		{"a size above 2⁶³−1", "stat", `{"entry":{"name":"a","size":9223372036854775808,"version":"v"}}`},
		{"a size with a point", "stat", `{"entry":{"name":"a","size":1.5,"version":"v"}}`},
		{"a file without a version", "stat", `{"entry":{"name":"a","size":1}}`},
		{"a folder with a version", "stat", `{"entry":{"name":"a","size":0,"is_dir":true,"version":"v"}}`},
		{"a version with a space", "stat", `{"entry":{"name":"a","size":1,"version":"v 1"}}`},
		{"an empty version", "stat", `{"entry":{"name":"a","size":1,"version":""}}`},
		{"a time that is none", "stat", `{"entry":{"name":"a","size":1,"version":"v","mtime":"yesterday"}}`},
		{"a short digest", "stat", `{"entry":` + fileA + `,"digest":"00"}`},
		{"a file", "stat /", `{"entry":{"name":"/","size":1,"version":"v"}}`},
		{"a folder in it", "stat /", `{"entry":` + folderA + `}`},
		{"a file", "mkdir", `{"entry":` + fileA + `}`},
		{"another folder", "mkdir", `{"entry":` + root + `}`},

		{"a name with a slash", "list", `{"entries":[{"name":"a/b","size":1,"version":"v"}]}`},
		{"a name that goes up", "list", `{"entries":[{"name":"..","size":0,"is_dir":true}]}`},
		{"a name that turns the text around", "list", `{"entries":[{"name":"a\u202eb","size":1,"version":"v"}]}`},
		{"a name not in form C", "list", `{"entries":[{"name":"e\u0301","size":1,"version":"v"}]}`},
		{"a name of 256 bytes", "list", `{"entries":[{"name":"` + strings.Repeat("n", 256) + `","size":1,"version":"v"}]}`},
		{"an entry without a name", "list", `{"entries":[{"size":1,"version":"v"}]}`},
		{"the root in a folder", "list", `{"entries":[` + root + `]}`},
		{"null for an entry", "list", `{"entries":[null]}`},
		{"out of order", "list", `{"entries":[` + fileB + `,` + fileA + `]}`},
		{"twice the same", "list", `{"entries":[` + fileA + `,` + fileA + `]}`},
		{"more behind nothing", "list", `{"entries":[],"more":true}`},
		{"less than nothing unlisted", "list", `{"entries":[],"unlisted":-1}`},
		{"more than a page", "list", `{"entries":[` + strings.TrimSuffix(pageOf(wire.MaxEntries+1), ",") + `]}`},
		{"not behind the name", "list 1 after a", `{"entries":[` + fileA + `]}`},
		{"more than were asked for", "list 1 after a", `{"entries":[` + fileB + `,{"name":"c","size":1,"version":"v"}]}`},

		{"another file", "get", `{"entry":` + fileB + `,"offset":0,"length":0}`},
		{"a folder", "get", `{"entry":` + folderA + `,"offset":0,"length":0}`},
		{"longer than the file", "get", `{"entry":` + fileA + `,"offset":0,"length":11}`},
		{"shorter than the file", "get", `{"entry":` + fileA + `,"offset":0,"length":9}`},
		{"a negative length", "get", `{"entry":` + fileA + `,"offset":0,"length":-1}`},
		{"a huge length", "get", `{"entry":` + fileA + `,"offset":0,"length":9223372036854775807}`},
		{"from elsewhere", "get", `{"entry":` + fileA + `,"offset":1,"length":9}`},
		{"from before the file", "get", `{"entry":` + fileA + `,"offset":-1,"length":11}`},
		{"from elsewhere", "get 2 from 3", `{"entry":` + fileA + `,"offset":0,"length":2}`},
		{"of another length", "get 2 from 3", `{"entry":` + fileA + `,"offset":3,"length":7}`},
		{"of another version", "get 2 from 3", `{"entry":{"name":"a","size":10,"version":"v2"},"offset":3,"length":2}`},
		{"past the end", "get 2 from 3", `{"entry":{"name":"a","size":4,"version":"v1"},"offset":3,"length":2}`},

		{"no version", "blocks", `{"size":10,"length":10}`},
		{"longer than the file", "blocks", `{"version":"v","size":10,"length":11}`},
		{"shorter than the file", "blocks", `{"version":"v","size":10,"length":9}`},
		{"a negative size", "blocks", `{"version":"v","size":-1,"length":-1}`},
		{"a huge size", "blocks", `{"version":"v","size":9223372036854775807,"length":9223372036854775807}`},
		{"more than memory holds", "blocks", `{"version":"v","size":9007199254740991,"length":9007199254740991}`},
		{"of another length", "blocks v1 of 2", `{"version":"v1","size":10,"length":10}`},
		{"of another version", "blocks v1 of 2", `{"version":"v2","size":10,"length":2}`},
		{"unfinished blocks", "blocks", `{"version":"v","size":10,"length":10,"unfinished":[{"block":0,"bytes":1}]}`},
		{"longer than the file", "blocks of an upload", `{"size":7,"length":10}`},
		{"shorter than the file", "blocks of an upload", `{"size":10,"length":7}`},
		{"a block that is not there", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":1,"bytes":1}]}`},
		{"a block before the first", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":-1,"bytes":1}]}`},
		{"a block of a huge index", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":9223372036854775807,"bytes":1}]}`},
		{"a block twice", "blocks of an upload", `{"size":5000000,"length":5000000,"unfinished":[{"block":1,"bytes":1},{"block":1,"bytes":1}]}`},
		{"blocks out of order", "blocks of an upload", `{"size":5000000,"length":5000000,"unfinished":[{"block":1,"bytes":1},{"block":0,"bytes":1}]}`},
		{"a block with nothing", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":0}]}`},
		{"a block with less than nothing", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":0,"bytes":-1}]}`},
		{"a block that is whole", "blocks of an upload", `{"size":5000000,"length":5000000,"unfinished":[{"block":0,"bytes":4194304}]}`},
		{"the last block whole", "blocks of an upload", `{"size":10,"length":10,"unfinished":[{"block":0,"bytes":10}]}`},

		{"another upload", "put", `{"upload":"` + anotherU + `","received":3,"end":3}`},
		{"no upload", "put", `{"received":3,"end":3}`},
		{"less than was sent", "put", `{"upload":"` + string(anUpload) + `","received":3,"end":2}`},
		{"more than was sent", "put", `{"upload":"` + string(anUpload) + `","received":3,"end":4}`},
		{"no end", "put", `{"upload":"` + string(anUpload) + `","received":3}`},
		{"less than nothing staged", "put", `{"upload":"` + string(anUpload) + `","received":-1,"end":3}`},
		{"more than its size staged", "put", `{"upload":"` + string(anUpload) + `","received":4,"end":3}`},
		{"an end of another range", "put 2 at 3", `{"upload":"` + string(anUpload) + `","received":2,"end":2}`},
		{"a folder", "commit", `{"entry":` + folderA + `,"digest":"` + aDigest.String() + `"}`},
		{"no digest", "commit", `{"entry":` + fileA + `}`},
		{"another digest", "commit", `{"entry":` + fileA + `,"digest":"` + aToken + `"}`},
		{"no name", "commit", `{"entry":{"size":1,"version":"v"},"digest":"` + aDigest.String() + `"}`},
		{"no upload", "uploads", `{"uploads":[{"path":"/a","size":10,"received":3}]}`},
		{"no path", "uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","size":10,"received":3}]}`},
		{"the root", "uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","path":"/","size":10,"received":3}]}`},
		{"a path that goes up", "uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","path":"/../a","size":10,"received":3}]}`},
		{"more than its size", "uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","path":"/a","size":10,"received":11}]}`},
		{"less than nothing", "uploads", `{"uploads":[{"upload":"` + string(anUpload) + `","path":"/a","size":10,"received":-1}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.ask+"/"+tt.name, func(t *testing.T) {
			o := trusting()
			o.Timeouts.Silence = 5 * time.Second // should a lie be believed, and a body be waited for
			c := login(t, answering(t, `{"id":%d,"reply":`+tt.reply+`}`), o)
			err := asking[tt.ask](t.Context(), c)
			wantBreach(t, c, err)
		})
	}
}

// wantBreach demands that a breach of the protocol was the end of the
// connection, and that it neither looks like a refusal nor tells the secret.
func wantBreach(t *testing.T, c *Client, err error) {
	t.Helper()
	if !errors.Is(err, ErrNotWangpan) || errors.Is(err, ErrLost) {
		t.Fatalf("got %v, want %v", err, ErrNotWangpan)
	}
	if _, refused := errors.AsType[*wire.Error](err); refused {
		t.Errorf("%v looks like a refusal", err)
	}
	if err != nil && (strings.Contains(err.Error(), aToken[:16]) || strings.ContainsAny(err.Error(), "\x1b\u202e")) {
		t.Errorf("%q repeats what the server sent", err)
	}
	<-c.Done()
	if !errors.Is(c.Err(), ErrNotWangpan) {
		t.Errorf("the connection ended with %v, want %v", c.Err(), ErrNotWangpan)
	}
}

// pageOf is n entries in order, each followed by a comma.
func pageOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"name":"n%05d","size":1,"mtime":"2026-01-01T00:00:00Z","version":"v"},`, i)
	}
	return b.String()
}

func TestHostileAnswers(t *testing.T) {
	tests := []struct{ name, answer string }{
		{"not JSON", `hello`},
		{"not UTF-8", "{\"id\":%d,\"reply\":{\"x\":\"\xff\"}}"},
		{"a list", `[]`},
		{"null", `null`},
		{"nothing", ``},
		{"two objects", `{"id":%d,"reply":{}}{}`},
		{"neither reply nor refusal", `{"id":%d}`},
		{"both", `{"id":%d,"reply":{},"error":{"code":"busy","text":"x"}}`},
		{"another id", `{"id":77,"reply":{}}`},
		{"a refusal of another id", `{"id":77,"error":{"code":"busy","text":"x"}}`},
		{"no id", `{"reply":{}}`},
		{"a negative id", `{"id":-1,"reply":{}}`},
		{"a huge id", `{"id":18446744073709551616,"reply":{}}`},
		{"an error that is none", `{"id":%d,"error":"no"}`},
		{"as deep as it goes", `{"id":%d,"reply":{"x":` + strings.Repeat("[", 100_000) + `}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := login(t, answering(t, tt.answer), trusting())
			wantBreach(t, c, c.Logout(t.Context()))
		})
	}
}

func TestHostileFrames(t *testing.T) {
	tests := []struct {
		name string
		send func(*peer)
	}{
		{"an answer to nothing", func(p *peer) { p.reply(77, `{}`) }},
		{"data that belongs nowhere", func(p *peer) { p.send(wire.KindData, "x") }},
		{"an end mark that belongs nowhere", func(p *peer) { p.send(wire.KindData, "") }},
		{"a pong to nothing", func(p *peer) { p.send(wire.KindPong, "12345678") }},
		{"a pong of another length", func(p *peer) { p.send(wire.KindPong, "") }},
		{"an event that is no object", func(p *peer) { p.send(wire.KindEvent, `[]`) }},
		{"an event that is not UTF-8", func(p *peer) { p.send(wire.KindEvent, "{\"event\":\"\xff\"}") }},
		{"a kind that is none", func(p *peer) { _, _ = p.raw.Write([]byte{0, 0, 0, 1, 9}) }},
		{"a length of nothing", func(p *peer) { _, _ = p.raw.Write([]byte{0, 0, 0, 0, 1}) }},
		{"a length of 4 GiB", func(p *peer) { _, _ = p.raw.Write([]byte{255, 255, 255, 255, 2}) }},
		{"a ping of 33 bytes", func(p *peer) { _, _ = p.raw.Write(append([]byte{0, 0, 0, 34, 4}, make([]byte, 33)...)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				p.admit()
				tt.send(p)
				p.hangUp()
			})
			c := login(t, addr, trusting())
			<-c.Done()
			wantBreach(t, c, c.Err())
		})
	}
}

// TestBodyWhereNoneBelongs answers a request that has no body with one.
func TestBodyWhereNoneBelongs(t *testing.T) {
	c := login(t, answering(t, `{"id":%d,"reply":{}}`, "body"), trusting())
	if err := c.Logout(t.Context()); err != nil && !errors.Is(err, ErrNotWangpan) {
		t.Error(err)
	}
	<-c.Done()
	wantBreach(t, c, c.Err())
}

// TestPingFlood pings without reading what comes back.
func TestPingFlood(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		for {
			p.must(p.WriteFrame(wire.KindPing, make([]byte, wire.MaxPing)))
		}
	})
	c := login(t, addr, trusting())
	<-c.Done()
	wantBreach(t, c, c.Err())
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("长", 1000)
	tests := []struct {
		name, answer string
		want         wire.Error
	}{
		{"known", `{"code":"not_found","text":"there is no /a"}`, wire.Error{Code: wire.NotFound, Text: "there is no /a"}},
		{"with an id", `{"code":"internal","text":"trouble","id":"7f"}`, wire.Error{Code: wire.Internal, Text: "trouble", ID: "7f"}},
		{"of a later version", `{"code":"teapot","text":"short and stout"}`, wire.Error{Code: wire.Internal, Text: "short and stout"}},
		{"without a code", `{"text":"no"}`, wire.Error{Code: wire.Internal, Text: "no"}},
		{"empty", `{}`, wire.Error{Code: wire.Internal}},
		{
			"with details", `{"code":"no_space","text":"full","details":{"unit":"bytes","needed":9,"available":0}}`,
			wire.Error{Code: wire.NoSpace, Text: "full", Details: &wire.Details{Unit: wire.UnitBytes, Needed: 9}},
		},
		{"with details of a later version", `{"code":"no_space","text":"full","details":{"unit":"spoons","needed":9,"available":0}}`, wire.Error{Code: wire.NoSpace, Text: "full"}},
		{"with impossible details", `{"code":"no_space","text":"full","details":{"unit":"pages","needed":9,"available":0}}`, wire.Error{Code: wire.NoSpace, Text: "full"}},
		{"endless", `{"code":"busy","text":"` + long + `"}`, wire.Error{Code: wire.Busy, Text: long[:498] + "…"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := login(t, answering(t, `{"id":%d,"error":`+tt.answer+`}`), trusting())
			_, err := c.Stat(t.Context(), "/a")
			refused, ok := errors.AsType[*wire.Error](err)
			if !ok || !reflect.DeepEqual(*refused, tt.want) {
				t.Errorf("got %#v, want %#v", refused, tt.want)
			}
			if want := "stat /a: " + tt.want.Error(); ok && err.Error() != want {
				t.Errorf("it reads %q, want %q", err, want)
			}
			if c.Err() != nil {
				t.Errorf("the connection ended: %v", c.Err())
			}
		})
	}
}

// TestTrickle sends a whole session a byte at a time.
func TestTrickle(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.Conn = wire.NewConn(trickling{p.raw}, wire.Timeouts{})
		p.admit()
		p.reply(p.request().ID, getReply(6))
		p.data("abc", "def")
		p.hangUp()
	})
	c := login(t, addr, trusting())
	var got strings.Builder
	_, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, func(wire.GetReply) (io.Writer, error) { return &got, nil })
	if err != nil || got.String() != "abcdef" {
		t.Errorf("got %q, %v", &got, err)
	}
}
