package preview

import (
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

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

// highlighting bounds the time for the colours of a text. The rest of the text
// has none.
const highlighting = 400 * time.Millisecond

// language returns the lexer for the name or MIME type of a file; nil for plain
// text.
func language(name, kind string) chroma.Lexer {
	lexer := lexers.Match(name)
	if bare, _, _ := strings.Cut(kind, ";"); lexer == nil && bare != "text/plain" {
		lexer = lexers.MatchMimeType(bare)
	}
	if lexer == nil || lexer.Config().Name == "plaintext" {
		return nil
	}
	return lexer
}

// code shows highlighted lines, indented by so many cells.
func (j *job) code(lexer chroma.Lexer, lines []string, indent int) {
	at := 0
	show := func(l line) {
		if indent > 0 {
			l = append(line{{strings.Repeat(" ", indent), plain}}, l...)
		}
		j.add(l, false)
		at++
	}
	if j.coloured() {
		j.tokens(lexer, lines, show)
	}
	for ; at < len(lines) && !j.full(); at++ {
		j.add(line{{strings.Repeat(" ", indent) + lines[at], plain}}, false)
	}
	j.more = j.more || at < len(lines)
}

// tokens shows whole lines until there are enough, the time is over, or the lexer
// fails.
func (j *job) tokens(lexer chroma.Lexer, lines []string, show func(line)) {
	deadline := time.Now().Add(highlighting)
	next, err := lexer.Tokenise(nil, strings.Join(lines, "\n")+"\n")
	if err != nil {
		return
	}
	var l line
	shown := 0
	for token := next(); token != chroma.EOF; token = next() {
		t := toneOf(token.Type)
		for {
			piece, rest, ended := strings.Cut(token.Value, "\n")
			if piece != "" {
				l = append(l, span{piece, t})
			}
			if !ended {
				break
			}
			if shown == len(lines) || j.full() || j.ctx.Err() != nil {
				return
			}
			show(l)
			l, token.Value = nil, rest
			shown++
		}
		if time.Now().After(deadline) {
			return
		}
	}
}

// toneOf maps the tokens of all languages to the tones of a theme.
func toneOf(t chroma.TokenType) tone {
	switch {
	case t == chroma.Error:
		return plain // the lexer may be wrong
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.KeywordConstant, t == chroma.NameConstant:
		return number
	case t.InSubCategory(chroma.LiteralString):
		return literal
	case t == chroma.CommentPreproc, t == chroma.CommentPreprocFile, t == chroma.NameTag, t == chroma.NameDecorator:
		return accent
	case t.InCategory(chroma.Comment):
		return muted
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord:
		return accent
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameNamespace:
		return declared
	case t == chroma.GenericDeleted:
		return failure
	case t == chroma.GenericInserted:
		return literal
	case t == chroma.GenericHeading, t == chroma.GenericSubheading:
		return title
	case t == chroma.GenericStrong:
		return strong
	}
	return plain
}
