// Package preview shows what is in the file under the cursor, beside the list.
//
// A [Pane] does no I/O. It is told what the cursor stands on ([Pane.Show]) as
// often as one likes; when the cursor has rested there for a moment it returns
// a command that reads through the item's [Source] and makes lines of what it
// read. So holding a cursor key fetches nothing, and what is on its way when the
// cursor moves on is cancelled. Until the next preview is there the last one
// stays, under its own name: a move of the cursor writes nothing here.
//
// # From a file to lines
//
//	file.go      a file as an io.ReaderAt: blocks fetched on demand, within a budget
//	kind.go      what it is, by content first and by name then
//	prose.go     text: its encoding in encoding.go, its colours in highlight.go
//	markdown.go  Markdown as it is meant to be read
//	picture.go   pictures as half blocks; graphics.go for a terminal that draws them
//	archive.go   what is in a zip or tar
//	table.go     csv as a table; workbook.go the first rows of an xlsx
//	hex.go       the first bytes of anything else
//	folder.go    the first entries of a folder
//
// Each of these makes spans of text with a tone; flow.go breaks them into lines
// and colours them. All of it runs in commands, off the loop.
//
// # What is trusted
//
// Nothing. Bytes fetched, bytes inflated, pixels, rows, entries, lines and time
// are bounded for each kind. Whatever a file says passes text.Visible before it
// becomes a span, also what Markdown entities or an archive's index spell; a
// decoder that panics makes a sentence and a hex head.
package preview
