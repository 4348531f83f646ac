package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Parts of messages.
var (
	aTime    = time.Date(2026, 11, 22, 18, 2, 3, 456789000, time.UTC)
	aDigest  = Digest{0: 0xab, 31: 0x01}
	aLength  = int64(4096)
	noLength = int64(0)
	aFile    = Entry{Name: "论文.pdf", Size: 12, ModTime: aTime, Version: "v1"}
	aFolder  = Entry{Name: "raw", ModTime: aTime, IsDir: true}
	inTrash  = Item{Item: anItem, Path: "/a/论文.pdf", Size: 12, Files: 1, Since: aTime, Expires: aTime}
)

const (
	fileJSON   = `{"name":"论文.pdf","size":12,"mtime":"2026-11-22T18:02:03.456789Z","version":"v1"}`
	folderJSON = `{"name":"raw","size":0,"mtime":"2026-11-22T18:02:03.456789Z","is_dir":true}`
	digestJSON = `"ab00000000000000000000000000000000000000000000000000000000000001"`
	uploadJSON = `"00112233445566778899aabbccddeeff"`
	itemJSON   = `{"item":` + uploadJSON + `,"path":"/a/论文.pdf","size":12,"files":1,"since":"2026-11-22T18:02:03.456789Z","expires":"2026-11-22T18:02:03.456789Z"}`
	anUpload   = UploadID("00112233445566778899aabbccddeeff")
	anItem     = ItemID("00112233445566778899aabbccddeeff")
	aToken     = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

// TestMessages compares every message with its bytes, as the package
// documentation has them, both ways.
func TestMessages(t *testing.T) {
	tests := []struct {
		name    string
		message any
		want    string
	}{
		{"request", Request{ID: 7, Request: List, Args: json.RawMessage(`{"path":"/photos"}`)}, `{"id":7,"request":"list","args":{"path":"/photos"}}`},
		{"request without arguments", Request{ID: 1<<64 - 1, Request: Uploads}, `{"id":18446744073709551615,"request":"uploads"}`},
		{"reply", Reply{ID: 7, Reply: json.RawMessage(`{"user":"bob"}`)}, `{"id":7,"reply":{"user":"bob"}}`},
		{"refusal", Reply{ID: 7, Error: &Error{Code: NotFound, Text: "there is no /photos"}}, `{"id":7,"error":{"code":"not_found","text":"there is no /photos"}}`},
		{"internal refusal", Reply{ID: 7, Error: &Error{Code: Internal, Text: "trouble", ID: "7f"}}, `{"id":7,"error":{"code":"internal","text":"trouble","id":"7f"}}`},
		{"farewell", Reply{Error: &Error{Code: Busy, Text: "too many connections"}}, `{"id":0,"error":{"code":"busy","text":"too many connections"}}`},
		{"event", Event{Event: GoingDown, Text: "back at noon"}, `{"event":"going_down","text":"back at noon"}`},
		{"nothing", Empty{}, `{}`},

		{"hello", HelloArgs{Magic: Magic, Versions: []int{1}, Client: "wangpan 1.0"}, `{"magic":"wangpan","versions":[1],"client":"wangpan 1.0"}`},
		{
			"welcome",
			Welcome{
				Magic: Magic, Version: 1, Server: "wangpand 1.0", Registration: RegistrationOpen,
				Limits: Limits{Frame: MaxFrame, Ahead: 64, Block: BlockSize, IdleSeconds: 900}, Features: []string{"x"},
			},
			`{"magic":"wangpan","version":1,"server":"wangpand 1.0","registration":"open",` +
				`"limits":{"frame":1048576,"ahead":64,"block":4194304,"idle_seconds":900},"features":["x"]}`,
		},
		{"register", RegisterArgs{User: "bob", Password: "correct horse"}, `{"user":"bob","password":"correct horse"}`},
		{"register by invitation", RegisterArgs{User: "bob", Password: "x", Invitation: "y"}, `{"user":"bob","password":"x","invitation":"y"}`},
		{"registered", RegisterReply{User: "bob"}, `{"user":"bob"}`},
		{"login", LoginArgs{User: "bob", Password: "correct horse"}, `{"user":"bob","password":"correct horse"}`},
		{"logged in", SessionReply{User: "bob", Token: aToken, Expires: aTime}, `{"user":"bob","token":"` + aToken + `","expires":"2026-11-22T18:02:03.456789Z"}`},
		{"join", JoinArgs{Token: aToken}, `{"token":"` + aToken + `"}`},
		{"joined", SessionReply{User: "bob", Expires: aTime}, `{"user":"bob","expires":"2026-11-22T18:02:03.456789Z"}`},
		{"usage", UsageReply{Used: 9, Staged: 4, Trash: 3, Files: 2, Quota: 100, Free: 84}, `{"used":9,"staged":4,"trash":3,"files":2,"quota":100,"free":84}`},
		{"usage without a quota", UsageReply{Free: 87}, `{"used":0,"staged":0,"trash":0,"files":0,"free":87}`},
		{"logout", LogoutArgs{}, `{}`},
		{"logout everywhere", LogoutArgs{Everywhere: true}, `{"everywhere":true}`},
		{"password", PasswordArgs{Old: "a", New: "b"}, `{"old":"a","new":"b"}`},

		{"stat", StatArgs{Path: "/照片/a b"}, `{"path":"/照片/a b"}`},
		{"stat of a file", StatReply{Entry: aFile, Digest: &aDigest}, `{"entry":` + fileJSON + `,"digest":` + digestJSON + `}`},
		{"stat of a folder", StatReply{Entry: aFolder}, `{"entry":` + folderJSON + `}`},
		{"list", ListArgs{Path: Root}, `{"path":"/"}`},
		{"next page", ListArgs{Path: "/a", After: "b", Limit: 100}, `{"path":"/a","after":"b","limit":100}`},
		{"listing", Listing{Entries: []Entry{aFolder, aFile}, More: true, Unlisted: 2}, `{"entries":[` + folderJSON + `,` + fileJSON + `],"more":true,"unlisted":2}`},
		{"empty listing", Listing{Entries: []Entry{}}, `{"entries":[],"more":false,"unlisted":0}`},
		{"get", GetArgs{Path: "/a"}, `{"path":"/a"}`},
		{"get of a range", GetArgs{Path: "/a", Version: "v1", Offset: 9, Length: &aLength}, `{"path":"/a","version":"v1","offset":9,"length":4096}`},
		{"get of nothing", GetArgs{Path: "/a", Length: &noLength}, `{"path":"/a","length":0}`},
		{"got", GetReply{Entry: aFile, Offset: 9, Length: 3, Digest: &aDigest}, `{"entry":` + fileJSON + `,"offset":9,"length":3,"digest":` + digestJSON + `}`},
		{"blocks", BlocksArgs{Path: "/a", Version: "v1", Length: &aLength}, `{"path":"/a","version":"v1","length":4096}`},
		{"blocks of an upload", BlocksArgs{Upload: anUpload}, `{"upload":` + uploadJSON + `}`},
		{"digested", BlocksReply{Version: "v1", Size: 9, Length: 9, Digest: &aDigest}, `{"version":"v1","size":9,"length":9,"digest":` + digestJSON + `}`},
		{"upload digested", BlocksReply{Size: 9, Length: 9}, `{"size":9,"length":9}`},
		{
			"upload digested in part",
			BlocksReply{Size: 9, Length: 9, Unfinished: []Unfinished{{Block: 0, Bytes: 4}, {Block: 7, Bytes: 1}}},
			`{"size":9,"length":9,"unfinished":[{"block":0,"bytes":4},{"block":7,"bytes":1}]}`,
		},
		{"mkdir", MkdirArgs{Path: "/a"}, `{"path":"/a"}`},

		{
			"put",
			PutArgs{Upload: anUpload, Path: "/a", Size: 9, ModTime: aTime, Precondition: Precondition{If: IfAbsent}},
			`{"upload":` + uploadJSON + `,"path":"/a","size":9,"mtime":"2026-11-22T18:02:03.456789Z","if":"absent"}`,
		},
		{
			"put that goes on",
			PutArgs{Upload: anUpload, Path: "/a", Size: 9, ModTime: aTime, Offset: 4, Precondition: Precondition{If: IfVersion, Version: "v1"}},
			`{"upload":` + uploadJSON + `,"path":"/a","size":9,"mtime":"2026-11-22T18:02:03.456789Z","offset":4,"if":"version","version":"v1"}`,
		},
		{
			"put of a range",
			PutArgs{Upload: anUpload, Path: "/a", Size: 9000, ModTime: aTime, Offset: 4, Length: &aLength, Precondition: Precondition{If: IfAny}},
			`{"upload":` + uploadJSON + `,"path":"/a","size":9000,"mtime":"2026-11-22T18:02:03.456789Z","offset":4,"length":4096,"if":"any"}`,
		},
		{
			"put of nothing, to begin",
			PutArgs{Upload: anUpload, Path: "/a", Size: 9000, ModTime: aTime, Length: &noLength, Precondition: Precondition{If: IfAny}},
			`{"upload":` + uploadJSON + `,"path":"/a","size":9000,"mtime":"2026-11-22T18:02:03.456789Z","length":0,"if":"any"}`,
		},
		{"staged", PutReply{Upload: anUpload, Received: 9, End: 7}, `{"upload":` + uploadJSON + `,"received":9,"end":7}`},
		{"commit", CommitArgs{Upload: anUpload, Digest: aDigest, Precondition: Precondition{If: IfAny}}, `{"upload":` + uploadJSON + `,"digest":` + digestJSON + `,"if":"any"}`},
		{
			"uploads",
			UploadsReply{Uploads: []Upload{{Upload: anUpload, Path: "/a", Size: 9, ModTime: aTime, Received: 4, Begun: aTime, Expires: aTime}}},
			`{"uploads":[{"upload":` + uploadJSON + `,"path":"/a","size":9,"mtime":"2026-11-22T18:02:03.456789Z","received":4,` +
				`"begun":"2026-11-22T18:02:03.456789Z","expires":"2026-11-22T18:02:03.456789Z"}]}`,
		},
		{"discard", DiscardArgs{Upload: anUpload}, `{"upload":` + uploadJSON + `}`},

		{"move", MoveArgs{From: "/a", To: "/照片/b"}, `{"from":"/a","to":"/照片/b"}`},
		{"copy", CopyArgs{From: "/a", To: "/照片/b", Version: "v1"}, `{"from":"/a","to":"/照片/b","version":"v1"}`},
		{"search", SearchArgs{Path: Root, Text: "夏 <1>"}, `{"path":"/","text":"夏 \u003c1\u003e"}`},
		{"more of a search", SearchArgs{Path: "/a", Text: "b", After: "/a/c", Limit: 9}, `{"path":"/a","text":"b","after":"/a/c","limit":9}`},
		{
			"found",
			SearchReply{Found: []Found{{"/a/论文.pdf", aFile}}, More: true, After: "/a/x"},
			`{"found":[{"path":"/a/论文.pdf","entry":` + fileJSON + `}],"more":true,"after":"/a/x"}`,
		},
		{"found nothing", SearchReply{Found: []Found{}}, `{"found":[],"more":false}`},
		{"count", CountArgs{Path: "/a"}, `{"path":"/a"}`},
		{"counted", CountReply{Size: 9, Files: 2, Folders: 1}, `{"size":9,"files":2,"folders":1}`},
		{"watch", WatchArgs{Paths: []Path{"/", "/照片"}}, `{"paths":["/","/照片"]}`},
		{"watch nothing", WatchArgs{}, `{}`},
		{
			"an uncounted folder",
			Item{Item: "00112233445566778899aabbccddeeff", Path: "/d", IsDir: true, Uncounted: true, Since: time.Unix(0, 0).UTC(), Expires: time.Unix(1, 0).UTC()},
			`{"item":"00112233445566778899aabbccddeeff","path":"/d","size":0,"files":0,"is_dir":true,"uncounted":true,"since":"1970-01-01T00:00:00Z","expires":"1970-01-01T00:00:01Z"}`,
		},
		{"progress", Event{Event: Progress, ID: 7, Done: 1, Size: 2}, `{"event":"progress","id":7,"done":1,"size":2}`},
		{"copy, and how far it is", CopyArgs{From: "/a", To: "/b", Progress: true}, `{"from":"/a","to":"/b","progress":true}`},
		{"changed", Event{Event: Changed, Path: "/照片"}, `{"event":"changed","path":"/照片"}`},
		{"move of a version", MoveArgs{From: "/a", To: "/b", Version: "v1"}, `{"from":"/a","to":"/b","version":"v1"}`},
		{"remove", RemoveArgs{Path: "/a"}, `{"path":"/a"}`},
		{"remove of a version", RemoveArgs{Path: "/a", Version: "v1"}, `{"path":"/a","version":"v1"}`},
		{"removed", RemoveReply{Item: inTrash}, `{"item":` + itemJSON + `}`},
		{"trash", TrashArgs{}, `{}`},
		{"more of the trash", TrashArgs{After: anItem, Limit: 10}, `{"after":` + uploadJSON + `,"limit":10}`},
		{"in the trash", TrashReply{Items: []Item{inTrash}, More: true}, `{"items":[` + itemJSON + `],"more":true}`},
		{"empty trash", TrashReply{Items: []Item{}}, `{"items":[],"more":false}`},
		{
			"a folder in the trash",
			Item{Item: anItem, Path: "/a", Size: 12, Files: 3, IsDir: true, Since: aTime, Expires: aTime},
			`{"item":` + uploadJSON + `,"path":"/a","size":12,"files":3,"is_dir":true,"since":"2026-11-22T18:02:03.456789Z","expires":"2026-11-22T18:02:03.456789Z"}`,
		},
		{
			"replaced",
			Item{Item: anItem, Path: "/a", Size: 12, Files: 1, Replaced: true, Since: aTime, Expires: aTime},
			`{"item":` + uploadJSON + `,"path":"/a","size":12,"files":1,"replaced":true,"since":"2026-11-22T18:02:03.456789Z","expires":"2026-11-22T18:02:03.456789Z"}`,
		},
		{"restore", RestoreArgs{Item: anItem, Precondition: Precondition{If: IfAbsent}}, `{"item":` + uploadJSON + `,"if":"absent"}`},
		{
			"restore elsewhere",
			RestoreArgs{Item: anItem, Path: "/b", Precondition: Precondition{If: IfVersion, Version: "v1"}},
			`{"item":` + uploadJSON + `,"path":"/b","if":"version","version":"v1"}`,
		},
		{"restored", RestoreReply{Path: "/a/论文.pdf", Entry: aFile}, `{"path":"/a/论文.pdf","entry":` + fileJSON + `}`},
		{"purge", PurgeArgs{Item: anItem}, `{"item":` + uploadJSON + `}`},
		{"purge of all", PurgeArgs{}, `{}`},
		{"purged", PurgeReply{Items: 3, Size: 12}, `{"items":3,"size":12}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(tt.message)
			if err != nil || string(got) != tt.want {
				t.Errorf("encoded as %s, %v, want %s", got, err, tt.want)
			}
			into := reflect.New(reflect.TypeOf(tt.message))
			if err := Unmarshal([]byte(tt.want), into.Interface()); err != nil {
				t.Fatalf("%s: %v", tt.want, err)
			}
			if !reflect.DeepEqual(into.Elem().Interface(), tt.message) {
				t.Errorf("decoded as %+v, want %+v", into.Elem(), tt.message)
			}
			later := strings.TrimSuffix(tt.want, "}") + `,"later":[1]}`
			if tt.want == `{}` {
				later = `{"later":[1]}`
			}
			if err := Unmarshal([]byte(later), into.Interface()); err != nil {
				t.Errorf("with a field that is not known yet: %v", err)
			}
		})
	}
}

// argsOf makes the arguments of each request.
var argsOf = map[RequestName]func() any{
	Hello: func() any { return new(HelloArgs) }, Register: func() any { return new(RegisterArgs) },
	Login: func() any { return new(LoginArgs) }, Join: func() any { return new(JoinArgs) },
	Logout: func() any { return new(LogoutArgs) }, Password: func() any { return new(PasswordArgs) },
	Stat: func() any { return new(StatArgs) }, List: func() any { return new(ListArgs) },
	Get: func() any { return new(GetArgs) }, Blocks: func() any { return new(BlocksArgs) },
	Put: func() any { return new(PutArgs) }, Commit: func() any { return new(CommitArgs) },
	Uploads: func() any { return new(UploadsArgs) }, Discard: func() any { return new(DiscardArgs) },
	Mkdir: func() any { return new(MkdirArgs) }, Usage: func() any { return new(Empty) },
	Move: func() any { return new(MoveArgs) }, Remove: func() any { return new(RemoveArgs) },
	Trash: func() any { return new(TrashArgs) }, Restore: func() any { return new(RestoreArgs) },
	Purge: func() any { return new(PurgeArgs) }, Copy: func() any { return new(CopyArgs) },
	Search: func() any { return new(SearchArgs) }, Count: func() any { return new(CountArgs) },
	Watch: func() any { return new(WatchArgs) },
}

func TestArgsAreChecked(t *testing.T) {
	const put = `"upload":` + uploadJSON + `,"path":"/a","mtime":"2026-11-22T18:02:03Z"`
	tests := []struct {
		name    string
		request RequestName
		args    string
		want    error
	}{
		{"stat", Stat, `{"path":"/"}`, nil},
		{"stat without a path", Stat, `{}`, Invalid},
		{"stat without arguments", Stat, ``, Invalid},
		{"stat of null", Stat, `{"path":null}`, Invalid},
		{"stat of nothing", Stat, `{"path":""}`, Invalid},
		{"stat of a number", Stat, `{"path":1}`, Invalid},
		{"stat of a relative path", Stat, `{"path":"a"}`, Invalid},
		{"stat of a path that goes up", Stat, `{"path":"/../a"}`, Invalid},
		{"stat of NUL", Stat, `{"path":"/a\u0000"}`, Invalid},
		{"stat of half a surrogate", Stat, `{"path":"/a\ud800"}`, Invalid},
		{"stat, not UTF-8", Stat, "{\"path\":\"/a\xff\"}", Invalid},
		{"not UTF-8 where nobody looks", Stat, "{\"path\":\"/a\",\"x\":\"\xff\"}", Invalid},
		{"a list", Stat, `["/a"]`, Invalid},
		{"two objects", Stat, `{"path":"/a"}{}`, Invalid},
		{"no object", Logout, `7`, Invalid},
		{"none where none are needed", Logout, ``, nil},
		{"mkdir without a path", Mkdir, `{}`, Invalid},
		{"list without a path", List, `{"limit":1}`, Invalid},
		{"a whole page", List, `{"path":"/","limit":4096}`, nil},
		{"more than a page", List, `{"path":"/","limit":4097}`, Invalid},
		{"less than nothing", List, `{"path":"/","limit":-1}`, Invalid},
		{"after no name", List, `{"path":"/","after":"a/b"}`, Invalid},
		{"get", Get, `{"path":"/a","offset":9007199254740991,"length":9007199254740991}`, nil},
		{"get without a path", Get, `{"offset":1}`, Invalid},
		{"get from a negative offset", Get, `{"path":"/a","offset":-1}`, Invalid},
		{"get from too far", Get, `{"path":"/a","offset":9007199254740992}`, Invalid},
		{"get from farther than numbers go", Get, `{"path":"/a","offset":9223372036854775808}`, Invalid},
		{"blocks of an upload with a length", Blocks, `{"upload":` + uploadJSON + `,"length":1}`, Invalid},
		{"blocks of an upload with a version", Blocks, `{"upload":` + uploadJSON + `,"version":"v1"}`, Invalid},
		{"get of a negative length", Get, `{"path":"/a","length":-1}`, Invalid},
		{"get of too much", Get, `{"path":"/a","length":9007199254740992}`, Invalid},
		{"get of a half", Get, `{"path":"/a","length":0.5}`, Invalid},
		{"get of a version with a space", Get, `{"path":"/a","version":"v 1"}`, Invalid},
		{"get of a version of 64 characters", Get, `{"path":"/a","version":"` + strings.Repeat("v", 64) + `"}`, nil},
		{"get of a version of 65 characters", Get, `{"path":"/a","version":"` + strings.Repeat("v", 65) + `"}`, Invalid},
		{"get of a version that is empty", Get, `{"path":"/a","version":""}`, Invalid},
		{"get of a version beyond ASCII", Get, `{"path":"/a","version":"é"}`, Invalid},
		{"blocks of a path", Blocks, `{"path":"/a"}`, nil},
		{"blocks of an upload", Blocks, `{"upload":` + uploadJSON + `}`, nil},
		{"blocks of both", Blocks, `{"path":"/a","upload":` + uploadJSON + `}`, Invalid},
		{"blocks of neither", Blocks, `{}`, Invalid},
		{"blocks of a negative length", Blocks, `{"path":"/a","length":-1}`, Invalid},
		{"put", Put, `{` + put + `,"size":9,"if":"absent"}`, nil},
		{"put that goes on", Put, `{` + put + `,"size":9,"offset":9,"if":"version","version":"v"}`, nil},
		{"put past the end", Put, `{` + put + `,"size":9,"offset":10,"if":"any"}`, Invalid},
		{"put of a negative size", Put, `{` + put + `,"size":-1,"if":"any"}`, Invalid},
		{"put of too much", Put, `{` + put + `,"size":9007199254740992,"if":"any"}`, Invalid},
		{"put without a condition", Put, `{` + put + `,"size":9}`, Invalid},
		{"put under an unknown condition", Put, `{` + put + `,"size":9,"if":"sunny"}`, Invalid},
		{"put over a version that is not named", Put, `{` + put + `,"size":9,"if":"version"}`, Invalid},
		{"put over a version that does not matter", Put, `{` + put + `,"size":9,"if":"any","version":"v"}`, Invalid},
		{"put over the root", Put, `{"upload":` + uploadJSON + `,"path":"/","mtime":"2026-11-22T18:02:03Z","size":9,"if":"any"}`, Invalid},
		{"put without a path", Put, `{"upload":` + uploadJSON + `,"size":9,"if":"any"}`, Invalid},
		{"put without an upload", Put, `{"path":"/a","size":9,"if":"any"}`, Invalid},
		{"put of the year 0", Put, `{"upload":` + uploadJSON + `,"path":"/a","mtime":"0000-11-22T18:02:03Z","size":9,"if":"any"}`, Invalid},
		{"put of an upload in upper case", Put, `{"upload":"00112233445566778899AABBCCDDEEFF","path":"/a","size":9,"if":"any"}`, Invalid},
		{"put of an upload that is too short", Put, `{"upload":"0011","path":"/a","size":9,"if":"any"}`, Invalid},
		{"put of an upload that is a path", Put, `{"upload":"../../../../../../../../../../etc","path":"/a","size":9,"if":"any"}`, Invalid},
		{"commit", Commit, `{"upload":` + uploadJSON + `,"digest":` + digestJSON + `,"if":"any"}`, nil},
		{"commit without an upload", Commit, `{"digest":` + digestJSON + `,"if":"any"}`, Invalid},
		{"commit without a condition", Commit, `{"upload":` + uploadJSON + `,"digest":` + digestJSON + `}`, Invalid},
		{"commit with a short digest", Commit, `{"upload":` + uploadJSON + `,"digest":"ab","if":"any"}`, Invalid},
		{"commit with a digest of other letters", Commit, `{"upload":` + uploadJSON + `,"digest":"` + strings.Repeat("x", 64) + `","if":"any"}`, Invalid},
		{"discard without an upload", Discard, `{}`, Invalid},
		{"put of a range", Put, `{` + put + `,"size":9,"offset":4,"length":5,"if":"any"}`, nil},
		{"put of nothing at the end", Put, `{` + put + `,"size":9,"offset":9,"length":0,"if":"any"}`, nil},
		{"put of a range past the end", Put, `{` + put + `,"size":9,"offset":4,"length":6,"if":"any"}`, Invalid},
		{"put of a range longer than the file", Put, `{` + put + `,"size":9,"length":10,"if":"any"}`, Invalid},
		{"put of a range of a negative length", Put, `{` + put + `,"size":9,"offset":9,"length":-1,"if":"any"}`, Invalid},
		{"put of a range longer than numbers go", Put, `{` + put + `,"size":9,"offset":9,"length":9223372036854775807,"if":"any"}`, Invalid},
		{"put from a negative offset", Put, `{` + put + `,"size":9,"offset":-1,"if":"any"}`, Invalid},
		{"uploads of a path that is none", Uploads, `{"path":"a"}`, Invalid},
		{"move", Move, `{"from":"/a","to":"/b","version":"v"}`, nil},
		{"move to where it is", Move, `{"from":"/a","to":"/a"}`, Invalid},
		{"move into itself", Move, `{"from":"/a","to":"/a/b/c"}`, Invalid},
		{"move to a name that begins alike", Move, `{"from":"/a","to":"/ab"}`, nil},
		{"move to where something like it is", Move, `{"from":"/a/b","to":"/a/b2/b"}`, nil},
		{"move up", Move, `{"from":"/a/b","to":"/a2"}`, nil},
		{"move of the root", Move, `{"from":"/","to":"/a"}`, Invalid},
		{"move to the root", Move, `{"from":"/a","to":"/"}`, Invalid},
		{"move of nothing", Move, `{"to":"/a"}`, Invalid},
		{"move to nowhere", Move, `{"from":"/a"}`, Invalid},
		{"move to a path that goes up", Move, `{"from":"/a","to":"/b/.."}`, Invalid},
		{"remove", Remove, `{"path":"/a"}`, nil},
		{"remove of the root", Remove, `{"path":"/"}`, Invalid},
		{"remove of nothing", Remove, `{}`, Invalid},
		{"copy", Copy, `{"from":"/a","to":"/b","version":"v"}`, nil},
		{"copy into itself", Copy, `{"from":"/a","to":"/a/b"}`, Invalid},
		{"copy onto itself", Copy, `{"from":"/a","to":"/a"}`, Invalid},
		{"copy of the root", Copy, `{"from":"/","to":"/a"}`, Invalid},
		{"copy to nowhere", Copy, `{"from":"/a"}`, Invalid},
		{"search", Search, `{"path":"/","text":"夏 *.jpg","after":"/a/b","limit":256}`, nil},
		{"search for nothing", Search, `{"path":"/","text":" \t"}`, Invalid},
		{"search nowhere", Search, `{"text":"a"}`, Invalid},
		{"search for too much", Search, `{"path":"/","text":"` + strings.Repeat("a", 257) + `"}`, Invalid},
		{"search for more than a page", Search, `{"path":"/","text":"a","limit":257}`, Invalid},
		{"search behind another folder", Search, `{"path":"/a","text":"a","after":"/ab/c"}`, Invalid},
		{"count", Count, `{"path":"/"}`, nil},
		{"count of nothing", Count, `{}`, Invalid},
		{"watch", Watch, `{"paths":["/","/a"]}`, nil},
		{"watch nothing", Watch, `{}`, nil},
		{"watch what is no path", Watch, `{"paths":[""]}`, Invalid},
		{"watch too much", Watch, `{"paths":["/"` + strings.Repeat(`,"/"`, MaxWatched) + `]}`, Invalid},
		{"trash", Trash, ``, nil},
		{"a whole page of the trash", Trash, `{"limit":1024}`, nil},
		{"more than a page of the trash", Trash, `{"limit":1025}`, Invalid},
		{"less than nothing of the trash", Trash, `{"limit":-1}`, Invalid},
		{"trash after no item", Trash, `{"after":"x"}`, Invalid},
		{"trash after an item that is empty", Trash, `{"after":""}`, Invalid},
		{"restore", Restore, `{"item":` + uploadJSON + `,"if":"absent"}`, nil},
		{"restore of nothing", Restore, `{"if":"absent"}`, Invalid},
		{"restore without a condition", Restore, `{"item":` + uploadJSON + `}`, Invalid},
		{"restore as the root", Restore, `{"item":` + uploadJSON + `,"path":"/","if":"any"}`, Invalid},
		{"restore of an item in upper case", Restore, `{"item":"00112233445566778899AABBCCDDEEFF","if":"any"}`, Invalid},
		{"restore of an item that is a path", Restore, `{"item":"../../../../../../../../../../etc","if":"any"}`, Invalid},
		{"purge", Purge, `{"item":` + uploadJSON + `}`, nil},
		{"purge of all", Purge, `{}`, nil},
		{"purge of an item that is empty", Purge, `{"item":""}`, Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := UnmarshalArgs(json.RawMessage(tt.args), argsOf[tt.request]())
			if !errors.Is(err, tt.want) {
				t.Errorf("%s %s: %v, want %v", tt.request, tt.args, err, tt.want)
			}
		})
	}
}

func TestHasBody(t *testing.T) {
	for name := range argsOf {
		if name.HasBody() != (name == Put) {
			t.Errorf("%s has a body: %v", name, name.HasBody())
		}
	}
}

// FuzzArgs feeds the decoder of every request. What passes is within the
// rules, and survives another trip.
func FuzzArgs(f *testing.F) {
	for _, seed := range []string{
		`{"path":"/照片/a","after":"b","limit":7}`,
		`{"path":"/a","version":"v1","offset":9,"length":4096}`,
		`{"upload":` + uploadJSON + `,"path":"/a","size":9,"mtime":"2026-11-22T18:02:03.456789Z","offset":4,"if":"version","version":"v1"}`,
		`{"upload":` + uploadJSON + `,"digest":` + digestJSON + `,"if":"any"}`,
		`{"magic":"wangpan","versions":[1],"client":"x"}`,
		`{"user":"bob","password":"p","invitation":"i"}`, `{"old":"a","new":"b"}`, `{"token":"` + aToken + `"}`,
		`{"upload":` + uploadJSON + `,"path":"/a","size":9000,"mtime":"2026-11-22T18:02:03.456789Z","offset":4,"length":4096,"if":"any"}`,
		`{"path":"/","text":"夏 *.jpg","after":"/a/b","limit":256}`, `{"paths":["/","/a"]}`,
		`{"everywhere":true}`, `{"from":"/a","to":"/b","version":"v1"}`, `{"from":"/a","to":"/a/b"}`,
		`{"after":` + uploadJSON + `,"limit":10}`, `{"item":` + uploadJSON + `,"path":"/b","if":"version","version":"v1"}`,
		`{"path":"/a\ud800"}`, `{"path":null}`, `null`, ``, "{\"path\":\"/\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, makeArgs := range argsOf {
			args := makeArgs()
			if err := UnmarshalArgs(data, args); err != nil {
				if !errors.Is(err, Invalid) {
					t.Fatalf("%s %q: %v is not invalid", name, data, err)
				}
				continue
			}
			first, err := json.Marshal(args)
			if err != nil {
				t.Fatalf("%s %q can not be sent on: %v", name, data, err)
			}
			again := makeArgs()
			if err := UnmarshalArgs(first, again); err != nil {
				t.Fatalf("%s %q became %s: %v", name, data, first, err)
			}
			if second, _ := json.Marshal(again); string(second) != string(first) {
				t.Fatalf("%s %q became %s and then %s", name, data, first, second)
			}
			for _, field := range []string{"Path", "From", "To"} {
				path := reflect.ValueOf(args).Elem().FieldByName(field)
				if !path.IsValid() || path.String() == "" {
					continue
				}
				if _, err := ParsePath(path.String()); err != nil {
					t.Fatalf("%s %q has the path %q: %v", name, data, path, err)
				}
			}
		}
	})
}
