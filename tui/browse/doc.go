// Package browse is the list pane: one folder, its entries, a cursor, marks.
//
// A [Pane] does no I/O. It is given a [Source], a function that makes a command
// out of a [Request] for a page of a folder; the command's [Page] comes back
// through [Pane.Update]. So the same pane shows a server's folder or a local
// one. A page carries the request that it answers, and one that is late, since
// the person went elsewhere meanwhile, is dropped.
//
// A folder comes in pages of a few thousand entries. The first is shown as soon
// as it is there, the rest follow while one already moves about; the cursor
// stays on its entry as others arrive above it. Sorting runs in commands, off
// the loop, and only the rows on the screen are ever drawn, so that 100,000
// entries feel like ten.
//
// What was seen stays: going back to a folder shows at once what it held the
// last time, with the cursor and the marks where they were, and is then
// refreshed. That is also what one sees while the server cannot be reached.
//
// Start reading at [Pane] in pane.go; load.go is how entries arrive, order.go
// how they are sorted, filter.go which of them are shown, keys.go the table of
// all that the pane does, move.go the cursor, marks.go the marks, mouse.go the
// clicks, view.go the drawing.
package browse
