package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of the JSON of a message. They keep the check for duplicate fields
// cheap, whatever a peer sends.
const (
	maxFields = 64 // of one object
	maxDepth  = 16 // of objects and lists within one another
)

// DecodeMessage decodes one JSON object under the rules of the package
// documentation, which are stricter than those of encoding/json: no duplicate
// field, no field name other than lower-case letters, digits and underscores,
// no null, and no number other than an integer from 0 to 2⁵³−1. The error is
// an *Error of code Invalid and does not repeat what was sent.
func DecodeMessage(data []byte, into any) error {
	if err := checkMessage(data); err != nil {
		return err
	}
	return decodeChecked(data, into)
}

// DecodeRequest decodes a request. The arguments share the memory of data; only
// UnmarshalArgs checks what is in them.
func DecodeRequest(data []byte) (Request, error) {
	var r Request
	err := decodeEnvelope(data, func(field, value []byte) error {
		switch string(field) {
		case "id":
			return decodeChecked(value, &r.ID)
		case "request":
			return decodeChecked(value, &r.Request)
		case "key":
			return decodeChecked(value, &r.Key)
		case "args":
			r.Args = value
		}
		return nil
	})
	if err == nil && r.ID == 0 {
		err = Errorf(Invalid, "the id of a request is a number from 1 to 2⁵³−1")
	}
	return r, err
}

// DecodeReply decodes an answer. The reply shares the memory of data and is
// checked when it is decoded by DecodeMessage.
func DecodeReply(data []byte) (Reply, error) {
	var r Reply
	err := decodeEnvelope(data, func(field, value []byte) error {
		switch string(field) {
		case "id":
			return decodeChecked(value, &r.ID)
		case "reply":
			r.Reply = value
		case "error":
			r.Error = new(Error)
			return DecodeMessage(value, r.Error)
		}
		return nil
	})
	return r, err
}

// decodeChecked decodes what the scanner has accepted.
func decodeChecked(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		if CodeOf(err) == Invalid {
			return err
		}
		return Errorf(Invalid, "the message is not the JSON that this request takes")
	}
	return nil
}

// decodeEnvelope calls each for the fields of the outermost object. What lies
// deeper is only searched for its end.
func decodeEnvelope(data []byte, each func(field, value []byte) error) error {
	if !utf8.Valid(data) {
		return errNotUTF8()
	}
	s := scanner{data: data, each: each}
	return s.message()
}

func checkMessage(data []byte) error {
	if !utf8.Valid(data) {
		return errNotUTF8()
	}
	s := scanner{data: data, strict: true}
	return s.message()
}

func errNotUTF8() error { return Errorf(Invalid, "the message is not valid UTF-8") }

func errNotJSON() error { return Errorf(Invalid, "the message is not a JSON object") }

// scanner reads the tokens of one message without allocating memory.
type scanner struct {
	data   []byte
	at     int
	strict bool                            // the rules hold below the outermost object, too
	each   func(field, value []byte) error // gets the fields of the outermost object; may be nil
	names  [][]byte                        // of the fields of the objects that at lies in
}

// message reads one object. It fails if anything follows.
func (s *scanner) message() error {
	if s.space(); s.next() != '{' {
		return errNotJSON()
	}
	if err := s.object(1); err != nil {
		return err
	}
	if s.space(); s.at < len(s.data) {
		return errNotJSON()
	}
	return nil
}

// next returns the byte at hand, and 0, which no token begins with, at the end.
func (s *scanner) next() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// value reads a value that lies depth objects and lists deep.
func (s *scanner) value(depth int) error {
	switch c := s.next(); {
	case c == '"':
		return s.text()
	case c == '{':
		return s.object(depth + 1)
	case c == '[':
		return s.list(depth + 1)
	case c == '-' || c >= '0' && c <= '9':
		return s.number(depth)
	case s.literal("true"), s.literal("false"):
		return nil
	case s.literal("null"):
		if s.strict || depth == 1 {
			return Errorf(Invalid, "a field is null: leave it out instead")
		}
		return nil
	}
	return errNotJSON()
}

func (s *scanner) literal(word string) bool {
	if !bytes.HasPrefix(s.data[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}

// object reads an object, from its opening brace.
func (s *scanner) object(depth int) error {
	if depth > maxDepth {
		return Errorf(Invalid, "the message is nested more than %d deep", maxDepth)
	}
	s.at++
	if s.space(); s.next() == '}' {
		s.at++
		return nil
	}
	seen := fields{first: len(s.names)}
	defer func() { s.names = s.names[:seen.first] }()
	for {
		name, err := s.field(depth, &seen)
		if err != nil {
			return err
		}
		begin := s.at
		if err := s.value(depth); err != nil {
			return err
		}
		if depth == 1 && s.each != nil {
			if err := s.each(name, s.data[begin:s.at]); err != nil {
				return err
			}
		}
		if more, err := s.separator('}'); !more {
			return err
		}
	}
}

// field reads the name of a field and the colon after it.
func (s *scanner) field(depth int, seen *fields) ([]byte, error) {
	begin := s.at + 1
	if s.next() != '"' {
		return nil, errNotJSON()
	}
	if err := s.text(); err != nil {
		return nil, err
	}
	name := s.data[begin : s.at-1]
	if s.strict || depth == 1 {
		if err := s.add(seen, name); err != nil {
			return nil, err
		}
	}
	if s.space(); s.next() != ':' {
		return nil, errNotJSON()
	}
	s.at++
	s.space()
	return name, nil
}

// list reads a list, from its opening bracket.
func (s *scanner) list(depth int) error {
	if depth > maxDepth {
		return Errorf(Invalid, "the message is nested more than %d deep", maxDepth)
	}
	s.at++
	if s.space(); s.next() == ']' {
		s.at++
		return nil
	}
	for {
		if err := s.value(depth); err != nil {
			return err
		}
		if more, err := s.separator(']'); !more {
			return err
		}
	}
}

// separator reads what follows a member, and reports whether another one does.
func (s *scanner) separator(end byte) (more bool, err error) {
	s.space()
	switch s.next() {
	case ',':
		s.at++
		s.space()
		return true, nil
	case end:
		s.at++
		return false, nil
	}
	return false, errNotJSON()
}

// number reads a number. Below the outermost object one that breaks the rules
// is accepted unless the scanner is strict, since UnmarshalArgs refuses it.
func (s *scanner) number(depth int) error {
	begin := s.at
	for s.at < len(s.data) && strings.IndexByte("0123456789+-.eE", s.data[s.at]) >= 0 {
		s.at++
	}
	if !s.strict && depth > 1 {
		return nil
	}
	digits := s.data[begin:s.at]
	if len(digits) > 1 && digits[0] == '0' || len(digits) > 16 {
		return errNumber()
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return errNumber()
		}
	}
	if len(digits) < 16 {
		return nil
	}
	if n, err := strconv.ParseUint(string(digits), 10, 64); err != nil || n > MaxSize {
		return errNumber()
	}
	return nil
}

func errNumber() error {
	return Errorf(Invalid, "a number is not an integer from 0 to 2⁵³−1")
}

// plainText has the bytes that stand for themselves in a JSON string.
var plainText = func() (plain [256]bool) {
	for c := ' '; c < 256; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// text reads a string, from its opening quote.
func (s *scanner) text() error {
	data, at := s.data, s.at+1
	for at < len(data) {
		c := data[at]
		switch {
		case plainText[c]:
			at++
		case c == '"':
			s.at = at + 1
			return nil
		case c == '\\':
			n := escape(data[at:])
			if n == 0 {
				return Errorf(Invalid, "a text holds an escape that stands for no character")
			}
			at += n
		default:
			return errNotJSON()
		}
	}
	return errNotJSON()
}

// escape returns the length of the escape that text begins with, and 0 for one
// that is none, or half a surrogate pair, which encoding/json would replace.
func escape(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	if text[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, text[1]) < 0 {
			return 0
		}
		return 2
	}
	unit, ok := hexUnit(text)
	switch {
	case !ok || unit >= 0xdc00 && unit < 0xe000:
		return 0
	case unit < 0xd800 || unit >= 0xe000:
		return 6
	}
	if low, ok := hexUnit(text[6:]); ok && low >= 0xdc00 && low < 0xe000 {
		return 12
	}
	return 0
}

// hexUnit returns the number of the \uXXXX that text begins with.
func hexUnit(text []byte) (unit uint64, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return unit, err == nil
}

// fields describes the names of the fields of one object, which are those of
// the scanner from first on. A name is compared only when another one shares
// its bit of the mask.
type fields struct {
	first int
	mask  uint64
}

// add adds a name. It fails if the name is malformed or was added before.
func (s *scanner) add(seen *fields, name []byte) error {
	hash := uint64(len(name))
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return Errorf(Invalid, "the name of a field has other characters than a to z, 0 to 9 and _")
		}
		hash = hash*31 + uint64(c)
	}
	bit := uint64(1) << (hash & 63)
	others := s.names[seen.first:]
	if seen.mask&bit != 0 && slices.ContainsFunc(others, func(other []byte) bool { return bytes.Equal(other, name) }) {
		return Errorf(Invalid, "a field occurs twice")
	}
	if len(others) == maxFields {
		return Errorf(Invalid, "an object has more than %d fields", maxFields)
	}
	seen.mask |= bit
	s.names = append(s.names, name)
	return nil
}
