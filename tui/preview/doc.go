// Package preview is the feature that shows the content of the entry under the
// cursor, beside the list or in its place.
//
// A [Preview] owns the state. The root calls [Preview.Look] after every message.
// When the cursor has rested on an entry for a moment, a command reads the entry
// and formats it as a page of lines. A move of the cursor cancels the command
// before, so holding a cursor key fetches nothing. The previous page stays, under
// its own name, until the next one is ready. Update and View do no I/O.
//
// # From a file to lines
//
//	preview.go   the feature: commands, layout, its Host
//	pane.go      the pane: what is shown, scrolling, its lines; load.go its commands
//	source.go    reads ranges of files: of the drive over its own connection, or of this computer
//	file.go      a file as an io.ReaderAt: fetches blocks on demand, within a budget
//	cache.go     the files and pages shown last
//	kind.go      selects a format, by content first and by name second; the hex dump
//	prose.go     text, with the colours of programs; encoding.go detects its encoding
//	markdown.go  Markdown
//	picture.go   pictures, as half blocks or drawn by the terminal
//	archive.go   the entries of zip files, tar files and folders
//	table.go     CSV as a table; workbook.go the first rows of an XLSX file
//
// A format makes spans of text with a tone (page.go); flow.go wraps them into
// lines and colours them.
//
// # Hostile files
//
// A file is hostile input. Each format bounds the bytes fetched, the bytes
// unpacked, pixels, rows, entries, lines and time. All text of a file passes
// text.Visible before it becomes a span, also text that Markdown entities or an
// archive's directory encode. A panic of a decoder results in a sentence and a
// hex dump.
package preview
