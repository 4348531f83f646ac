package client

import (
	"testing"

	"wangpan/wire"
)

func TestSession(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		if r.Request != wire.List || string(r.Args) != `{"path":"/photos","limit":2}` {
			t.Errorf("the client asks %s %s", r.Request, r.Args)
		}
		p.reply(r.ID, `{"entries":[
			{"name":"raw","size":0,"mtime":"2026-03-02T00:00:00Z","is_dir":true},
			{"name":"论文.pdf","size":12,"mtime":"2026-03-02T00:00:00.123456789Z","version":"v1"}],"more":false}`)
		p.reply(p.request().ID, `{}`)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	listing, err := c.List(t.Context(), wire.ListArgs{Path: "/photos", Limit: 2})
	if err != nil || len(listing.Entries) != 2 || listing.Entries[1].Name != "论文.pdf" {
		t.Errorf("got %+v, %v", listing, err)
	}
	if _, err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Logout(t.Context()); err != nil {
		t.Error(err)
	}
}
