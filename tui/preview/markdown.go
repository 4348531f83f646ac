package preview

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	syntax "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"wangpan/tui/text"
)

// nesting bounds the depth of quotes and lists, and with it the marks at the start
// of a line: the parser takes the square of their number.
const nesting = 24

// document formats one Markdown text.
type document struct {
	*job
	source []byte
}

// markdown shows a text as Markdown. It reports false for a text that the parser
// would take very long for.
func (j *job) markdown(content string) bool {
	for l := range strings.Lines(content) {
		if marks := strings.TrimLeft(l, " \t>*-+[(!"); len(l)-len(marks) > 4*nesting && strings.Trim(l, " \t\r\n-*") != "" {
			return false
		}
	}
	j.fact("Markdown")
	d := &document{job: j, source: []byte(content)}
	tree := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList),
		goldmark.WithParserOptions(parser.WithAttribute()),
	).Parser().Parse(syntax.NewReader(d.source))
	d.blocks(tree, nil, 0)
	return true
}

// blocks shows the children of a node, each line after a margin.
func (d *document) blocks(parent ast.Node, margin line, depth int) {
	for n := parent.FirstChild(); n != nil && d.ctx.Err() == nil; n = n.NextSibling() {
		if d.full() {
			d.more = true
			return
		}
		if n.PreviousSibling() != nil && !tight(parent) {
			d.gap()
		}
		d.block(n, margin, depth)
	}
}

// tight reports whether the items of a list have no empty lines between them.
func tight(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.List:
		return n.IsTight
	case *ast.ListItem:
		list, ok := n.Parent().(*ast.List)
		return ok && list.IsTight
	}
	return false
}

func (d *document) block(n ast.Node, margin line, depth int) {
	switch n := n.(type) {
	case *ast.Heading:
		d.put(margin, append(line{{strings.Repeat("#", n.Level) + " ", muted}}, d.inlines(n, title)...))
	case *ast.Paragraph, *ast.TextBlock:
		for _, l := range d.broken(d.inlines(n, plain)) {
			d.put(margin, l)
		}
	case *ast.ThematicBreak:
		rest := max(d.look.width-margin.width(), 1)
		d.put(margin, line{{strings.Repeat(d.theme.Glyph.Border.Top, rest), muted}})
	case *ast.Blockquote:
		d.blocks(n, d.deeper(margin, span{d.theme.Glyph.Border.Left + " ", muted}, depth), depth+1)
	case *ast.List:
		d.list(n, margin, depth)
	case *ast.FencedCodeBlock:
		d.program(n, string(n.Language(d.source)), margin)
	case *ast.CodeBlock:
		d.program(n, "", margin)
	case *ast.HTMLBlock:
		for _, l := range sanitize(d.lines(n)) {
			d.put(margin, line{{l, muted}})
		}
	case *tables.Table:
		d.grid(n)
	default:
		d.blocks(n, margin, depth)
	}
}

// broken splits a line at its hard line breaks.
func (*document) broken(l line) []line {
	var lines []line
	from := 0
	for i, s := range l {
		if s.text == "\n" {
			lines, from = append(lines, l[from:i]), i+1
		}
	}
	return append(lines, l[from:])
}

// deeper adds to a margin if there is room.
func (d *document) deeper(margin line, s span, depth int) line {
	if depth >= nesting || margin.width()+text.Width(s.text) > d.look.width/2 {
		return margin
	}
	return append(slices.Clip(margin), s)
}

// put shows a line after a margin, wrapped between words.
func (d *document) put(margin, l line) {
	rows := flow(l, max(d.look.width-margin.width(), 2), true, d.want-len(d.job.lines)+1)
	for _, row := range rows {
		d.row(append(slices.Clip(margin), row...))
	}
}

// list shows items after their bullets or numbers.
func (d *document) list(list *ast.List, margin line, depth int) {
	number := list.Start
	for item := list.FirstChild(); item != nil && !d.full(); item = item.NextSibling() {
		bullet := "- "
		if list.IsOrdered() {
			bullet = strconv.Itoa(number) + ". "
			number++
		}
		if item.PreviousSibling() != nil && !list.IsTight {
			d.gap()
		}
		inner := d.deeper(margin, span{strings.Repeat(" ", len(bullet)), plain}, depth)
		at := len(d.job.lines)
		d.blocks(item, inner, depth+1)
		if at < len(d.job.lines) && len(inner) > len(margin) { // the bullet replaces the margin of the first line
			before := d.brush.draw(inner)
			first := strings.TrimPrefix(d.job.lines[at], before)
			d.job.lines[at] = d.brush.draw(append(slices.Clip(margin), span{bullet, accent})) + first
		}
	}
	d.more = d.more || d.full()
}

// program shows code with an indent.
func (d *document) program(n ast.Node, language string, margin line) {
	lines := sanitize(d.lines(n))
	indent := margin.width() + 2
	if lexer := lexers.Get(language); language != "" && lexer != nil {
		d.code(lexer, lines, indent)
		return
	}
	for _, l := range lines { // often drawings, so they are cut, not wrapped
		d.row(line{{strings.Repeat(" ", indent), plain}, {l, literal}})
	}
}

// lines returns the raw lines of a block.
func (d *document) lines(n ast.Node) []string {
	segments := n.Lines()
	lines := make([]string, segments.Len())
	for i := range lines {
		segment := segments.At(i)
		lines[i] = strings.TrimRight(string(segment.Value(d.source)), "\n")
	}
	return lines
}

// grid shows a table.
func (d *document) grid(n ast.Node) {
	var rows [][]string
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			var words strings.Builder
			for _, s := range d.inlines(cell, plain) {
				words.WriteString(s.text)
			}
			cells = append(cells, words.String())
		}
		rows = append(rows, cells)
	}
	d.table(rows)
}

// inlines returns the spans of a paragraph. A hard line break is a span "\n".
func (d *document) inlines(parent ast.Node, t tone) line {
	var l line
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		l = append(l, d.inline(n, t)...)
	}
	return l
}

func (d *document) inline(n ast.Node, t tone) line {
	switch n := n.(type) {
	case *ast.Text:
		l := line{{d.words(n.Value(d.source), n.IsRaw()), t}}
		switch {
		case n.HardLineBreak():
			l = append(l, span{"\n", t})
		case n.SoftLineBreak():
			l = append(l, span{" ", t})
		}
		return l
	case *ast.String:
		return line{{d.words(n.Value, n.IsRaw()), t}}
	case *ast.Emphasis:
		if t == plain {
			t = []tone{emphasis, strong}[min(n.Level, 2)-1]
		}
	case *ast.CodeSpan:
		t = literal
	case *ast.Link:
		return d.link(d.inlines(n, accent), string(n.Destination))
	case *ast.Image:
		return d.link(append(line{{"[", muted}}, append(d.inlines(n, muted), span{"]", muted})...), "")
	case *ast.AutoLink:
		return line{{d.words(n.URL(d.source), true), accent}}
	case *ast.RawHTML:
		return nil
	case *tables.TaskCheckBox:
		if n.IsChecked {
			return line{{"[x] ", accent}}
		}
		return line{{"[ ] ", accent}}
	}
	return d.inlines(n, t)
}

// link adds the target of a link unless it is the text of the link.
func (d *document) link(words line, to string) line {
	var label strings.Builder
	for _, s := range words {
		label.WriteString(s.text)
	}
	if to = text.Visible(to); to == "" || to == label.String() {
		return words
	}
	return append(words, span{" (" + to + ")", muted})
}

// words makes text safe to print. It resolves entities and escapes first, because
// they can encode control characters.
func (*document) words(value []byte, raw bool) string {
	if !raw {
		value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
	}
	return text.Visible(strings.ReplaceAll(string(value), "\t", " "))
}
