package preview

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniffed is how many bytes tell what a file is.
const sniffed = 3 << 10

// make fills the page.
func (j *job) make() error {
	entry := j.file.item.Entry
	switch {
	case entry.IsDir:
		return j.folder()
	case entry.Size < 0: // not known yet; when it is, this is another item
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
	err = j.content(kind, head)
	if err == nil || !errors.Is(err, errUnreadable) {
		return err
	}
	j.lines, j.more = nil, false
	j.say(muted, j.locale.T("preview.unreadable"))
	j.gap()
	j.hex(head)
	return nil
}

// errUnreadable says that a file is not what its first bytes promise, or that
// it would take too much to show it.
var errUnreadable = errors.New("not readable")

// content shows a file as what it is.
func (j *job) content(kind *mimetype.MIME, head []byte) error {
	ext := strings.ToLower(path.Ext(string(j.file.item.Entry.Name)))
	is := func(names ...string) bool { return descends(kind, names...) }
	guarded := func(show func() error) error { return j.guard(show) }
	_, isText := decode(head, j.file.item.Entry.Size > int64(len(head)))
	isText = isText && !is("application/pdf")
	if isText {
		return guarded(func() error { return j.prose(ext, kind.String()) })
	}
	j.fact(label(kind))
	switch {
	case is("image/png", "image/jpeg", "image/gif", "image/webp"):
		return guarded(j.picture)
	case is("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), is("application/zip") && ext == ".xlsx":
		return guarded(j.workbook)
	case is("application/zip"):
		return guarded(j.zip)
	case is("application/x-tar"):
		return guarded(func() error { return j.tar(j.file.reader(j.ctx, tarBudget).section()) })
	case is("application/gzip", "application/x-bzip2"):
		return guarded(func() error { return j.compressed(is("application/gzip"), ext) })
	}
	j.hex(head)
	return nil
}

// label names a kind by the extension that its files have: PNG, XLSX. It is
// blank where nothing is known.
func label(kind *mimetype.MIME) string {
	return strings.ToUpper(strings.TrimPrefix(kind.Extension(), "."))
}

// descends reports whether a kind is one of those named, or a special case of
// one: a document of a word processor is a zip.
func descends(kind *mimetype.MIME, names ...string) bool {
	for ; kind != nil; kind = kind.Parent() {
		if slices.ContainsFunc(names, kind.Is) {
			return true
		}
	}
	return false
}

// guard turns a panic of a decoder, and what it says of a broken file, into
// errUnreadable. What the source says passes as it is.
func (j *job) guard(show func() error) (err error) {
	defer func() {
		if recover() != nil { // of whatever kind: the file made it happen
			err = errUnreadable
		}
	}()
	return show()
}

// broken tells an error of the file's content from one of its source.
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

// sourceError marks the errors of a source on their way through decoders.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// hexBytes is how many bytes of a file the hex head shows.
const hexBytes = 512

// hex shows the first bytes as numbers and as the ASCII that is in them, in as
// many columns as there is room for: 0000 followed by 3 cells for a number and
// one for a character.
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
