package wire

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestNameOfRoot(t *testing.T) {
	const sent = `{"name":"/","size":0,"mtime":"2026-11-22T18:00:00Z","is_dir":true}`
	var e Entry
	if err := Unmarshal([]byte(sent), &e); err != nil {
		t.Fatalf("the entry of the root folder: %v", err)
	}
	if e.Name != RootName {
		t.Errorf("its name is %q, want %q", e.Name, RootName)
	}
	again, err := json.Marshal(e)
	if err != nil || string(again) != sent {
		t.Errorf("it encodes as %s, %v, want %s", again, err, sent)
	}
	if err := UnmarshalArgs(json.RawMessage(`{"path":"/a","after":"/"}`), new(ListArgs)); !errors.Is(err, Invalid) {
		t.Errorf("a listing after %q: %v, want invalid", "/", err)
	}
}
