package preview

import (
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

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
