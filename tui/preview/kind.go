package preview

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniffed is the number of bytes that determine the type of a file.
const sniffed = 3 << 10

// make formats the file as a page.
func (j *job) make() error {
	entry := j.file.item.Entry
	switch {
	case entry.IsDir:
		return j.folder()
	case entry.Size < 0: // not known yet; with its size it is another item
		return nil
	case entry.Size == 0:
		j.say(muted, j.locale.T("preview.empty"))
		return nil
	}
	head, err := j.file.reader(j.ctx, blockSize).head(blockSize)
	if err != nil {
		return err
	}
	kind := mimetype.Detect(head[:min(len(head), sniffed)])
	err = j.guard(func() error { return j.content(kind, head) })
	if err == nil || !errors.Is(err, errUnreadable) {
		return err
	}
	j.lines, j.more = nil, false
	j.say(muted, j.locale.T("preview.unreadable"))
	j.gap()
	j.hex(head)
	return nil
}

// errUnreadable reports that the content of a file does not match its type, or
// exceeds a bound.
var errUnreadable = errors.New("not readable")

// content shows a file in the format of its type.
func (j *job) content(kind *mimetype.MIME, head []byte) error {
	ext := strings.ToLower(path.Ext(string(j.file.item.Entry.Name)))
	is := func(names ...string) bool { return descends(kind, names...) }
	_, isText := decode(head, j.file.item.Entry.Size > int64(len(head)))
	isText = isText && !is("application/pdf")
	if isText {
		return j.prose(ext, kind.String())
	}
	j.fact(label(kind))
	switch {
	case is("image/png", "image/jpeg", "image/gif", "image/webp"):
		return j.picture()
	case is("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), is("application/zip") && ext == ".xlsx":
		return j.workbook()
	case is("application/zip"):
		return j.zip()
	case is("application/x-tar"):
		return j.tar(j.file.reader(j.ctx, tarBudget).section())
	case is("application/gzip", "application/x-bzip2"):
		return j.compressed(is("application/gzip"), ext)
	}
	j.hex(head)
	return nil
}

// label returns the name of a type, such as PNG or XLSX; blank for an unknown one.
func label(kind *mimetype.MIME) string {
	return strings.ToUpper(strings.TrimPrefix(kind.Extension(), "."))
}

// descends reports whether a type is one of those named or derived from one. For
// example, a DOCX file is a zip file.
func descends(kind *mimetype.MIME, names ...string) bool {
	for ; kind != nil; kind = kind.Parent() {
		if slices.ContainsFunc(names, kind.Is) {
			return true
		}
	}
	return false
}

// guard turns a panic of a decoder into errUnreadable.
func (j *job) guard(show func() error) (err error) {
	defer func() {
		if recover() != nil { // the file caused it
			err = errUnreadable
		}
	}()
	return show()
}

// broken returns errUnreadable for an error in the content of a file, and an error
// of the source or the context as it is.
func (j *job) broken(err error) error {
	var failed *sourceError
	switch {
	case err == nil:
		return nil
	case j.ctx.Err() != nil:
		return j.ctx.Err()
	case errors.As(err, &failed):
		return err
	}
	return errUnreadable
}

// sourceError marks the errors of a source while they pass through decoders.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// hexBytes is the length of a hex dump, in bytes of the file.
const hexBytes = 512

// hex shows the first bytes as a hex dump, with as many columns as fit: the offset
// takes 4 cells, each byte 3 cells as a number and 1 as a character.
func (j *job) hex(content []byte) {
	content = content[:min(len(content), hexBytes)]
	columns := 16
	for columns > 4 && 4+2+4*columns > j.look.width {
		columns /= 2
	}
	for at := 0; at < len(content); at += columns {
		chunk := content[at:min(at+columns, len(content))]
		var numbers, letters strings.Builder
		for _, b := range chunk {
			fmt.Fprintf(&numbers, " %02x", b)
			if b < ' ' || b > '~' {
				b = '.'
			}
			letters.WriteByte(b)
		}
		fill := strings.Repeat("   ", columns-len(chunk))
		j.row(line{{fmt.Sprintf("%04x", at), muted}, {numbers.String() + fill + "  ", plain}, {letters.String(), literal}})
	}
}
