package preview

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/encoding/simplifiedchinese"

	"wangpan/tui/text"
	"wangpan/wire"
)

// Bounds of archives.
const (
	zipBudget      = 6 << 20 // bytes fetched of a zip: its directory has about 100 bytes per file
	tarBudget      = 2 << 20 // bytes fetched of a tar: one block per large file
	packedBudget   = 1 << 20 // compressed bytes fetched of a stream
	unpackedBudget = 8 << 20 // bytes unpacked of a stream
	archiveEntries = 2000    // entries shown
)

// zip shows the entries of a zip file. It fetches only the directory at its end.
func (j *job) zip() error {
	r, err := zip.NewReader(j.file.reader(j.ctx, zipBudget), j.file.item.Entry.Size)
	if errors.Is(err, errTooMuch) {
		j.say(muted, j.locale.T("preview.long_directory"))
		return nil
	}
	if r == nil || err != nil && !errors.Is(err, zip.ErrInsecurePath) { // the names are only shown
		return j.broken(err)
	}
	j.fact(j.locale.N("preview.items", len(r.File)))
	for i, f := range r.File {
		if i == archiveEntries {
			j.row(line{{text.Ellipsis, muted}})
			break
		}
		size := int64(min(f.UncompressedSize64, 1<<62))
		j.entry(strings.TrimSuffix(zipName(f), "/"), size, strings.HasSuffix(f.Name, "/"))
	}
	return nil
}

// zipName returns the name of a file in a zip. Many Chinese programs write names
// in GBK and do not mark them.
func zipName(f *zip.File) string {
	if f.NonUTF8 && !utf8.ValidString(f.Name) {
		if name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name); err == nil {
			return name
		}
	}
	return f.Name
}

// tar shows the entries of a tar file. It skips the contents of a stream that can seek.
func (j *job) tar(stream io.Reader) error {
	r := tar.NewReader(stream)
	for n := 0; ; n++ {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case n == archiveEntries, errors.Is(err, errTooMuch), errors.Is(err, errUnpacked):
			j.row(line{{text.Ellipsis, muted}})
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath): // the names are only shown
			if err = j.broken(err); n == 0 || !errors.Is(err, errUnreadable) {
				return err
			}
			j.say(failure, j.locale.T("preview.damaged"))
			return nil
		}
		if j.full() {
			j.more = true
			return nil
		}
		j.entry(strings.TrimSuffix(h.Name, "/"), h.Size, h.Typeflag == tar.TypeDir)
	}
}

// compressed shows the content of a compressed stream: the entries of a tar file, a
// text, or a hex dump.
func (j *job) compressed(gzipped bool, ext string) error {
	packed := j.file.reader(j.ctx, packedBudget).section()
	var stream io.Reader
	if gzipped {
		unpacker, err := gzip.NewReader(packed)
		if err != nil {
			return j.broken(err)
		}
		stream = unpacker
	} else {
		stream = bzip2.NewReader(packed)
	}
	stream = &bounded{ctx: j.ctx, from: stream, left: unpackedBudget}
	head, err := io.ReadAll(io.LimitReader(stream, proseStep))
	if err != nil && (len(head) == 0 || !errors.Is(j.broken(err), errUnreadable)) {
		return j.broken(err)
	}
	inner := mimetype.Detect(head[:min(len(head), sniffed)])
	if descends(inner, "application/x-tar") {
		return j.tar(io.MultiReader(strings.NewReader(string(head)), stream))
	}
	prose, ok := decode(head, true)
	if !ok {
		j.fact(label(inner))
		j.hex(head)
		return nil
	}
	if len(head) == 0 {
		j.say(muted, j.locale.T("preview.empty"))
		return nil
	}
	name := strings.TrimSuffix(string(j.file.item.Entry.Name), ext)
	j.source(prose.text, name, inner.String())
	switch {
	case j.more || j.full():
	case err != nil:
		j.say(failure, j.locale.T("preview.damaged"))
	case len(head) == proseStep:
		j.say(muted, j.locale.T("preview.first", "Size", j.locale.Size(proseStep)))
	}
	return nil
}

// errUnpacked reports that a stream unpacks to more bytes than its bound.
var errUnpacked = errors.New("unpack: too many bytes for a preview")

// bounded returns an error after so many bytes and when its context has ended,
// because a small file can unpack to any size.
type bounded struct {
	ctx  context.Context //nolint:containedctx // io.Reader takes none
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.left <= 0 {
		return 0, errUnpacked
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// folderEntries is the number of entries requested.
const folderEntries = 500

// folder shows the first entries of a folder in the order of the list.
func (j *job) folder() error {
	item := j.file.item
	listing, err := item.Source.List(j.ctx, item.Path, folderEntries)
	if err != nil {
		return &sourceError{err}
	}
	count := j.locale.N("preview.items", len(listing.Entries))
	if listing.More {
		count = j.locale.N("preview.items_more", len(listing.Entries))
	}
	j.fact(count)
	if len(listing.Entries) == 0 {
		sentence := j.locale.T("preview.nothing")
		if listing.Unlisted > 0 {
			sentence = j.locale.N("browse.unlisted", listing.Unlisted)
		}
		j.say(muted, sentence)
		return nil
	}
	sorted(listing.Entries)
	for _, e := range listing.Entries {
		j.entry(string(e.Name), e.Size, e.IsDir)
	}
	if listing.More {
		j.row(line{{text.Ellipsis, muted}})
	}
	return nil
}

// sorted sorts entries as the list does: folders first, then by name, with numbers
// in names by value.
func sorted(entries []wire.Entry) {
	keys := make(map[wire.Name]string, len(entries))
	for _, e := range entries {
		keys[e.Name] = text.NaturalKey(text.Fold(string(e.Name)))
	}
	slices.SortFunc(entries, func(a, b wire.Entry) int {
		switch {
		case a.IsDir && !b.IsDir:
			return -1
		case b.IsDir && !a.IsDir:
			return 1
		}
		return cmp.Or(cmp.Compare(keys[a.Name], keys[b.Name]), cmp.Compare(a.Name, b.Name))
	})
}

// sizeWidth is the width of the size column, for example of "654.1 MB".
const sizeWidth = 8

// entry shows one entry of a folder or an archive.
func (j *job) entry(name string, size int64, isDir bool) {
	name = text.Visible(name)
	label, t := j.locale.Size(size), plain
	if isDir {
		name, label, t = j.theme.Glyph.Folder+" "+name+"/", "", folder
	}
	room := max(j.look.width-sizeWidth-1, 1)
	j.row(line{{text.Pad(text.CutMiddle(name, room), room), t}, {" " + text.PadLeft(label, sizeWidth), muted}})
}
