package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of names and paths, in bytes but for MaxDepth.
const (
	MaxName  = 255
	MaxPath  = 1024
	MaxDepth = 64 // names in a path
)

// Path is an absolute, clean path on the server that keeps the rules of the
// package documentation. The zero Path is none and not valid.
type Path string

// Root is the top folder of a drive.
const Root Path = "/"

// Name is one element of a Path. The zero Name is none and not valid.
type Name string

// ParsePath checks s against the rules and returns it as a Path. The error is
// an *Error of code Invalid that says which rule is broken.
func ParsePath(s string) (Path, error) {
	switch {
	case s == "":
		return "", Errorf(Invalid, "the path is empty")
	case len(s) > MaxPath:
		return "", Errorf(Invalid, "the path is longer than %d bytes", MaxPath)
	case s[0] != '/':
		return "", Errorf(Invalid, "the path does not begin with a slash")
	case s == "/":
		return Root, nil
	}
	names := strings.Split(s[1:], "/")
	if len(names) > MaxDepth {
		return "", Errorf(Invalid, "the path is deeper than %d folders", MaxDepth)
	}
	for _, name := range names {
		if _, err := ParseName(name); err != nil {
			return "", err
		}
	}
	return Path(s), nil
}

// ParseName checks s against the rules for one element of a path. The error is
// an *Error of code Invalid that says which rule is broken, without the name.
func ParseName(s string) (Name, error) {
	switch {
	case s == "":
		return "", Errorf(Invalid, "a name in the path is empty")
	case s == "." || s == "..":
		return "", Errorf(Invalid, "a name is %q, which stands for a folder", s)
	case len(s) > MaxName:
		return "", Errorf(Invalid, "a name is longer than %d bytes", MaxName)
	case !utf8.ValidString(s):
		return "", Errorf(Invalid, "a name is not valid UTF-8")
	case strings.ContainsFunc(s, forbidden):
		return "", Errorf(Invalid, "a name holds a character that is not allowed (slash, control, line break or text direction)")
	case !norm.NFC.IsNormalString(s):
		return "", Errorf(Invalid, "a name is not in Unicode normalisation form C")
	}
	return Name(s), nil
}

// forbidden reports whether a name must not contain r. It checks common characters without
// a table, because folders have many names.
func forbidden(r rune) bool {
	const firstBidi, lastBidi = 0x061c, 0x2069 // the line and paragraph separators are between them
	switch {
	case r == '/', r == utf8.RuneError, r < ' ', 0x7f <= r && r < 0xa0:
		return true
	case r < firstBidi, r > lastBidi:
		return false
	}
	return unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// UnmarshalText makes every path in a message pass ParsePath.
func (p *Path) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePath(string(text))
	return err
}

// UnmarshalText makes every name in a message pass ParseName, but for RootName:
// where that may stand is for the messages to check.
func (n *Name) UnmarshalText(text []byte) (err error) {
	if string(text) == string(RootName) {
		*n = RootName
		return nil
	}
	*n, err = ParseName(string(text))
	return err
}

// Base returns the last name of p, and "" for Root.
func (p Path) Base() Name {
	return Name(p[strings.LastIndexByte(string(p), '/')+1:])
}

// Dir returns the folder that p is in; Root is in Root.
func (p Path) Dir() Path {
	if i := strings.LastIndexByte(string(p), '/'); i > 0 {
		return p[:i]
	}
	return Root
}

// Within reports whether p is folder or lies in it, however deep.
func (p Path) Within(folder Path) bool {
	rest, ok := strings.CutPrefix(string(p), strings.TrimSuffix(string(folder), "/"))
	return ok && p != "" && folder != "" && (rest == "" || rest[0] == '/')
}

// Names returns the elements of p, none for Root.
func (p Path) Names() []Name {
	if p == Root || p == "" {
		return nil
	}
	parts := strings.Split(string(p[1:]), "/")
	names := make([]Name, len(parts))
	for i, part := range parts {
		names[i] = Name(part)
	}
	return names
}

// Join returns the path of name within p. The error is that of ParsePath.
func (p Path) Join(name string) (Path, error) {
	if _, err := ParseName(name); err != nil {
		return "", err
	}
	return ParsePath(strings.TrimSuffix(string(p), "/") + "/" + name)
}
