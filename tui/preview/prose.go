package preview

import "strings"

// Bounds of texts, in bytes.
const (
	proseStep  = 64 << 10  // fetched at first; scrolling doubles it
	proseLimit = 2 << 20   // fetched at most
	markLimit  = 128 << 10 // of Markdown; the parser takes quadratic time for some texts
	sourceLine = 16 << 10  // shown per line
)

// prose shows a text: as Markdown, as a table, or line by line.
func (j *job) prose(ext, kind string) error {
	limit := int64(proseLimit)
	if ext == ".md" || ext == ".markdown" {
		limit = markLimit
	}
	for size := int64(proseStep); ; size *= 2 {
		content, err := j.file.reader(j.ctx, proseLimit+blockSize).head(size)
		if err != nil {
			return err
		}
		whole := int64(len(content)) == j.file.item.Entry.Size
		prose, ok := decode(content, !whole)
		if !ok {
			return errUnreadable
		}
		j.lines, j.facts, j.more = nil, nil, false
		name := string(j.file.item.Entry.Name)
		switch ext {
		case ".md", ".markdown":
			if !j.markdown(prose.text) {
				j.source(prose.text, name, kind)
			}
		case ".csv", ".tsv":
			j.csv(prose.text, ext, whole)
		default:
			j.source(prose.text, name, kind)
		}
		j.fact(prose.name)
		switch {
		case j.ctx.Err() != nil:
			return j.ctx.Err()
		case whole || j.full():
			j.more = j.more || !whole
			return nil
		case size >= limit:
			j.want = len(j.lines) + 1
			j.say(muted, j.locale.T("preview.first", "Size", j.locale.Size(size)))
			return nil
		}
	}
}

// source shows a text line by line, highlighted if its name or type is that of a
// known language. It wraps plain text between words.
func (j *job) source(content, name, kind string) {
	code := language(name, kind)
	lines := j.first(content)
	if code != nil {
		j.fact(code.Config().Name)
	}
	if code == nil {
		for _, l := range sanitize(lines) {
			if j.full() {
				j.more = true
				return
			}
			j.add(line{{l, plain}}, true)
		}
		return
	}
	j.code(code, sanitize(lines), 0)
}

// first returns the requested lines, and one more if there is one.
func (j *job) first(content string) []string {
	lines := strings.SplitN(strings.TrimSuffix(content, "\n"), "\n", j.want+2)
	if len(lines) > j.want+1 {
		lines = lines[:j.want+1]
	}
	for i, l := range lines {
		if len(l) > sourceLine {
			lines[i] = strings.ToValidUTF8(l[:sourceLine], "")
		}
	}
	return lines
}
