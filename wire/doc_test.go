package wire

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// repliesOf has the reply of each request, beside argsOf.
var repliesOf = map[RequestName][]any{
	Hello: {Welcome{}}, Register: {RegisterReply{}}, Login: {SessionReply{}}, Join: {SessionReply{}}, Logout: {Empty{}},
	Password: {Empty{}}, Stat: {StatReply{}}, List: {Listing{}}, Get: {GetReply{}}, Blocks: {BlocksReply{}, BlocksReply{}},
	Put: {PutReply{}}, Commit: {StatReply{}}, Uploads: {UploadsReply{}}, Discard: {Empty{}}, Mkdir: {StatReply{}},
	Usage: {UsageReply{}}, Move: {StatReply{}}, Remove: {RemoveReply{}}, Trash: {TrashReply{}}, Restore: {RestoreReply{}},
	Purge: {PurgeReply{}}, Copy: {StatReply{}}, Search: {SearchReply{}}, Count: {CountReply{}}, Watch: {Empty{}},
}

// TestFieldsAreThoseOfTheSpecification compares the JSON fields of requests and
// replies, and which of them are optional, with the package documentation.
func TestFieldsAreThoseOfTheSpecification(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^//\t(\w+) +(\{[^→\n]*)(?:\n//\t +)?→ (\{.*)$`)
	seen := map[RequestName]bool{}
	for _, m := range line.FindAllStringSubmatch(string(doc), -1) {
		name := RequestName(m[1])
		seen[name] = true
		if argsOf[name] == nil {
			t.Errorf("%s is specified and unknown", name)
			continue
		}
		compareFields(t, m[1]+" takes", documented(m[2]), argsOf[name]())
		compareFields(t, m[1]+" answers", documented(m[3]), repliesOf[name][0])
	}
	for name := range argsOf {
		if !seen[name] {
			t.Errorf("%s is not specified", name)
		}
	}
	entry := regexp.MustCompile(`An entry is (\{.*?\})`).FindStringSubmatch(string(doc))
	compareFields(t, "an entry is", documented(entry[1]), Entry{})
}

// compareFields demands that each documented field is one of a message, and
// that only optional ones are left out when they are zero. A message that has
// several forms has fields that one of them lacks.
func compareFields(t *testing.T, what string, documented map[string]bool, message any) {
	t.Helper()
	fields := jsonFields(reflect.Indirect(reflect.ValueOf(message)).Type())
	for name, optional := range documented {
		omitted, ok := fields[name]
		switch {
		case !ok:
			t.Errorf("%s %s, which its type does not have", what, name)
		case omitted && !optional && !slices.Contains(alwaysSet, what+" "+name):
			t.Errorf("%s %s, which is not optional and left out when it is zero", what, name)
		}
	}
}

// alwaysSet are the fields that are left out in another form of the message
// and cannot be zero in this one.
var alwaysSet = []string{
	"hello takes versions", "login answers token", "blocks takes path", "blocks takes upload", "blocks answers version", "blocks answers digest",
	"commit answers digest",
}

// documented returns the fields of the first braces of text, and which of them
// are optional.
func documented(text string) map[string]bool {
	fields, depth, name := map[string]bool{}, 0, ""
	end := func() {
		name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
		if bare, optional := strings.CutSuffix(name, "?"); bare != "" {
			fields[bare] = optional
		}
		name = ""
	}
	for _, c := range text {
		switch {
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				end()
				return fields
			}
		case depth == 1 && c == ',':
			end()
		case depth == 1:
			name += string(c)
		}
	}
	return fields
}

// jsonFields returns the JSON names of the fields of a type, and which of them
// are left out when they are zero.
func jsonFields(of reflect.Type) map[string]bool {
	fields := map[string]bool{}
	for _, field := range reflect.VisibleFields(of) {
		if name, options, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			fields[name] = strings.Contains(options, "omitempty")
		}
	}
	return fields
}
