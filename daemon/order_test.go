package daemon_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// rest returns the messages that come until the connection ends.
func (p *peer) rest() (messages []string) {
	p.t.Helper()
	p.flush()
	for {
		f, err := p.conn.ReadFrame()
		if wire.TimedOut(err) {
			p.t.Fatal("the connection goes on")
		}
		if err != nil {
			return messages
		}
		messages = append(messages, string(f.Payload))
	}
}

// TestNothingFollowsTheLastError pipelines requests, and then what ends the
// connection: the error with id 0 is the last frame, and each request before it
// is answered before it or not at all.
func TestNothingFollowsTheLastError(t *testing.T) {
	s := daemontest.Start(t)
	tests := []struct {
		name string
		json string
		want string
	}{
		{"id 0", `{"id":0,"request":"usage"}`, `"code":"invalid"`},
		{"no id", `{"request":"usage"}`, `"code":"invalid"`},
		{"an id of 2⁵³", `{"id":9007199254740992,"request":"usage"}`, `"code":"invalid"`},
		{"two ids", `{"id":1,"request":"usage","id":2}`, `"code":"invalid"`},
		{"an id in another case", `{"Id":1,"request":"usage"}`, `"code":"invalid"`},
		{"too long", `{"id":1,"request":"` + strings.Repeat("x", wire.MaxRequest) + `"}`, `"code":"too_large"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := member(t, s, "alice")
			for range 40 {
				p.send(wire.List, wire.ListArgs{Path: wire.Root})
			}
			if err := p.conn.WriteFrame(wire.KindMessage, []byte(tt.json)); err != nil {
				t.Fatal(err)
			}
			messages := p.rest()
			if len(messages) == 0 {
				t.Fatal("the connection ends without a word")
			}
			for i, message := range messages {
				if last := strings.HasPrefix(message, `{"id":0,"error"`); last != (i == len(messages)-1) {
					t.Errorf("message %d of %d is %s", i+1, len(messages), message)
				}
			}
			if last := messages[len(messages)-1]; !strings.Contains(last, tt.want) {
				t.Errorf("the last message is %s, want %s in it", last, tt.want)
			}
		})
	}
}

// TestArgumentsAreStrict sends arguments that break a rule of the JSON of
// messages: they are refused, and the connection goes on.
func TestArgumentsAreStrict(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	for _, args := range []string{
		`{"path":"/a","path":"/b"}`, `{"Path":"/a"}`, `{"path":null}`, `{"path":"/a","new":-1}`, `{"path":"/a","new":{"a":1,"a":2}}`,
	} {
		if err := p.try(wire.Mkdir, json.RawMessage(args), nil); !errors.Is(err, wire.Invalid) {
			t.Errorf("mkdir %s: %v, want %v", args, err, wire.Invalid)
		}
	}
	digest := strings.ToUpper(strings.Repeat("ab", 32))
	args := fmt.Sprintf(`{"upload":"%032x","digest":%q,"if":"any"}`, 7, digest)
	if err := p.try(wire.Commit, json.RawMessage(args), nil); !errors.Is(err, wire.Invalid) {
		t.Errorf("commit with a digest in upper case: %v, want %v", err, wire.Invalid)
	}
	p.ask(wire.Mkdir, json.RawMessage(`{"path":"/a","new":{"b":[1]}}`), nil)
}

// TestLogoutIsTheLastAnswer: what is pipelined behind a logout is neither done
// nor answered.
func TestLogoutIsTheLastAnswer(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.send(wire.Logout, wire.LogoutArgs{})
	p.send(wire.Mkdir, wire.MkdirArgs{Path: "/late"})
	if messages := p.rest(); len(messages) != 1 || !strings.Contains(messages[0], `"reply":{}`) {
		t.Errorf("after the logout came %q, want its reply alone", messages)
	}
	if err := member(t, s, "alice").try(wire.Stat, wire.StatArgs{Path: "/late"}, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("the folder of a request after the logout: %v, want %v", err, wire.NotFound)
	}
}

// TestZeroFieldsAreThere looks at the raw JSON of replies whose fields are zero.
func TestZeroFieldsAreThere(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	tests := []struct {
		request wire.RequestName
		args    any
		want    string
	}{
		{wire.List, wire.ListArgs{Path: "/"}, `{"entries":[],"more":false,"unlisted":0}`},
		{wire.Trash, wire.TrashArgs{}, `{"items":[],"more":false}`},
		{wire.Uploads, wire.UploadsArgs{}, `{"uploads":[]}`},
		{wire.Purge, wire.PurgeArgs{}, `{"items":0,"size":0}`},
		{wire.Count, wire.CountArgs{Path: "/"}, `{"size":0,"files":0,"folders":0}`},
	}
	for _, tt := range tests {
		var got json.RawMessage
		if p.ask(tt.request, tt.args, &got); string(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.request, got, tt.want)
		}
	}
}

// TestUploadsInPages goes through uploads from each one to the next.
func TestUploadsInPages(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	for i := range 5 {
		id := p.send(wire.Put, wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%032x", i)), Path: "/a", Size: 9, ModTime: time.Unix(1700000000, 0),
			Precondition: wire.Precondition{If: wire.IfAny},
		})
		p.data([]byte("x"))
		if err := p.answer(id, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		var page wire.UploadsReply
		p.ask(wire.Uploads, wire.UploadsArgs{After: wire.UploadID(fmt.Sprintf("%032x", i))}, &page)
		if len(page.Uploads) != 4-i || page.More {
			t.Errorf("%d uploads after number %d, more: %v, want %d", len(page.Uploads), i, page.More, 4-i)
		}
	}
}

// TestTheLongestWatchFits sends the longest list of folders in one request.
func TestTheLongestWatchFits(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	name := strings.Repeat(`"`, 255)
	var paths []wire.Path
	path, bytes := wire.Path(""), 0
	for range 3 {
		path += wire.Path("/" + name)
		p.ask(wire.Mkdir, wire.MkdirArgs{Path: path}, nil)
	}
	for i := 0; bytes+len(path)+4 <= wire.MaxWatchedBytes; i++ {
		sub := path + wire.Path(fmt.Sprintf("/%d", i))
		p.ask(wire.Mkdir, wire.MkdirArgs{Path: sub}, nil)
		paths, bytes = append(paths, sub), bytes+len(sub)
	}
	args, err := wire.Marshal(wire.WatchArgs{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	p.ask(wire.Watch, json.RawMessage(args), nil)
	if err := p.try(wire.Watch, wire.WatchArgs{Paths: append(paths, path)}, nil); !errors.Is(err, wire.Invalid) {
		t.Errorf("a longer list: %v, want %v", err, wire.Invalid)
	}
}
