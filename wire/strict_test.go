package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDecodeMessage(t *testing.T) {
	many := func(n int) string {
		var fields []string
		for i := range n {
			fields = append(fields, fmt.Sprintf(`"f%d":%d`, i, i))
		}
		return "{" + strings.Join(fields, ",") + "}"
	}
	tests := []struct {
		name string
		json string
		want error
	}{
		{"an object", `{"path":"/a","limit":7}`, nil},
		{"blanks", " {\t\"path\" :\r\"/a\" , \"limit\": 7 }\n", nil},
		{"an unknown field", `{"path":"/a","new":{"a":[1,{"b":true}],"c":""}}`, nil},
		{"no fields", `{}`, nil},
		{"the largest number", `{"limit":9007199254740991}`, nil},
		{"an escape in a text", `{"path":"/\u0061\u00e9\ud83d\ude00\""}`, nil},
		{"deep", `{"x":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + `}`, nil},
		{"many fields", many(64), nil},
		{"a field twice", `{"path":"/a","path":"/b"}`, Invalid},
		{"an unknown field twice", `{"new":1,"path":"/a","new":1}`, Invalid},
		{"a field twice in a nested object", `{"new":[{"a":1,"b":2,"a":1}]}`, Invalid},
		{"a field in another case", `{"Path":"/a"}`, Invalid},
		{"a field with the long s", `{"ver` + "\u017f" + `ion":"v"}`, Invalid},
		{"a field with an escape", `{"p\u0061th":"/a"}`, Invalid},
		{"a field in another case in a nested object", `{"new":{"A":1}}`, Invalid},
		{"null", `{"path":null}`, Invalid},
		{"null in a list", `{"new":[null]}`, Invalid},
		{"2⁵³", `{"limit":9007199254740992}`, Invalid},
		{"a number of 17 digits", `{"limit":10000000000000000}`, Invalid},
		{"less than nothing", `{"limit":-1}`, Invalid},
		{"less than nothing in an unknown field", `{"new":-1}`, Invalid},
		{"a fraction", `{"limit":1.0}`, Invalid},
		{"an exponent", `{"limit":1e3}`, Invalid},
		{"a leading zero", `{"limit":01}`, Invalid},
		{"half a surrogate pair", `{"new":"\ud83d"}`, Invalid},
		{"the other half", `{"new":"\ude00"}`, Invalid},
		{"a pair of the same half", `{"new":"\ud83d\ud83d"}`, Invalid},
		{"an escape that is none", `{"new":"\x41"}`, Invalid},
		{"a control character", "{\"new\":\"\n\"}", Invalid},
		{"not UTF-8", "{\"new\":\"\xff\"}", Invalid},
		{"too deep", `{"x":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`, Invalid},
		{"too many fields", many(65), Invalid},
		{"two objects", `{}{}`, Invalid},
		{"a list", `[]`, Invalid},
		{"a text", `"a"`, Invalid},
		{"nothing", ``, Invalid},
		{"a comma at the end", `{"limit":1,}`, Invalid},
		{"an object without an end", `{"limit":1`, Invalid},
		{"a text without an end", `{"limit`, Invalid},
		{"no colon", `{"limit" 1}`, Invalid},
		{"half a word", `{"new":tru}`, Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var args struct {
				Path    string
				Version string
				Limit   int64
			}
			if err := DecodeMessage([]byte(tt.json), &args); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.json, err, tt.want)
			}
		})
	}
}

func TestDecodeRequest(t *testing.T) {
	tests := []struct {
		name string
		json string
		want error
	}{
		{"a request", `{"id":1,"request":"list","args":{"path":"/"}}`, nil},
		{"the largest id", `{"id":9007199254740991,"request":"list"}`, nil},
		{"arguments for UnmarshalArgs to refuse", `{"id":1,"request":"list","args":{"limit":-1,"limit":null}}`, nil},
		{"id 0", `{"id":0,"request":"list"}`, Invalid},
		{"no id", `{"request":"list"}`, Invalid},
		{"id 2⁵³", `{"id":9007199254740992,"request":"list"}`, Invalid},
		{"an id that is a text", `{"id":"1","request":"list"}`, Invalid},
		{"two ids", `{"id":1,"request":"list","id":2}`, Invalid},
		{"an id in another case", `{"ID":1,"request":"list"}`, Invalid},
		{"null", `{"id":1,"request":"list","args":null}`, Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := DecodeRequest([]byte(tt.json)); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.json, err, tt.want)
			}
		})
	}
	r, err := DecodeRequest([]byte(`{"args": {"path":"/"} ,"id":7,"new":0,"request":"list"}`))
	if want := (Request{ID: 7, Request: List, Args: json.RawMessage(`{"path":"/"}`)}); err != nil || !reflect.DeepEqual(r, want) {
		t.Errorf("the request is %+v, %v, want %+v", r, err, want)
	}
}

func TestDecodeReply(t *testing.T) {
	r, err := DecodeReply([]byte(`{"id":7,"error":{"code":"busy","text":"wait"}}`))
	if err != nil || r.ID != 7 || r.Reply != nil || r.Error == nil || r.Error.Code != Busy {
		t.Errorf("the answer is %+v, %v", r, err)
	}
	if _, err := DecodeReply([]byte(`{"id":7,"error":{"code":"busy","Code":"denied"}}`)); !errors.Is(err, Invalid) {
		t.Errorf("an error with two codes: %v, want %v", err, Invalid)
	}
}

// FuzzDecodeMessage compares the scanner with encoding/json: what it accepts is
// JSON, and has the same fields for both.
func FuzzDecodeMessage(f *testing.F) {
	for _, seed := range []string{
		`{"path":"/照片/a","after":"b","limit":7}`, `{"a":[{"b":1},{"b":true}],"c":{}}`, `{"a":1,"a":2}`, `{"A":1}`,
		`{"a":null}`, `{"a":"\ud83d\ude00\\\""}`, `{"a":"\ud83d"}`, `{"a":9007199254740992}`, `{"a":-1.5e3}`, "{\"a\":\"\xff\"}",
		`{"id":7,"request":"list","args":{"path":"/"}}`, `{"id":7,"reply":{"entries":[],"more":false,"unlisted":0}}`,
		`{"id":0,"error":{"code":"invalid","text":"","id":"a"}}`, ` { } `, `[`, `{"a":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := checkMessage(data); err == nil {
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(data, &fields); err != nil {
				t.Fatalf("%q is accepted: %v", data, err)
			}
			for name := range fields {
				if name != strings.ToLower(name) {
					t.Fatalf("%q is accepted with the field %q", data, name)
				}
			}
		}
		if r, err := DecodeRequest(data); err == nil && (r.ID == 0 || r.ID > MaxSize) {
			t.Fatalf("%q is accepted with the id %d", data, r.ID)
		}
		_, _ = DecodeReply(data)
	})
}

// listingOf is the answer to a list of so many entries.
func listingOf(tb testing.TB, n int) []byte {
	tb.Helper()
	listing := Listing{Entries: make([]Entry, n)}
	for i := range listing.Entries {
		listing.Entries[i] = Entry{
			Name: Name(fmt.Sprintf("夏天的照片-%05d.jpeg", i)), Size: int64(i) * 1234,
			ModTime: time.Unix(1_700_000_000, int64(i)).UTC(), Version: Version(fmt.Sprintf("%032x", i)),
		}
	}
	raw, err := Marshal(listing)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := Marshal(Reply{ID: 7, Reply: raw})
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// BenchmarkDecodeListing compares the strict decoder with encoding/json alone.
func BenchmarkDecodeListing(b *testing.B) {
	data := listingOf(b, MaxEntries)
	b.Run("strict", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var listing Listing
			r, err := DecodeReply(data)
			if err == nil {
				err = DecodeMessage(r.Reply, &listing)
			}
			if err != nil || len(listing.Entries) != MaxEntries {
				b.Fatal(err)
			}
		}
	})
	b.Run("lax", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var r Reply
			var listing Listing
			err := Unmarshal(data, &r)
			if err == nil {
				err = Unmarshal(r.Reply, &listing)
			}
			if err != nil || len(listing.Entries) != MaxEntries {
				b.Fatal(err)
			}
		}
	})
}
