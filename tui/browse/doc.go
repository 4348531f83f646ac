// Package browse is the list pane: one folder, its entries, a cursor and marks.
//
// A [Pane] does no I/O. Its [Source] makes a command from a [Request] for a page
// of a folder, and the [Page] that the command returns goes to [Pane.Update].
// The same pane therefore shows a folder of a server or of this computer. A page
// carries the request that it answers, so that the pane drops a late page of
// another folder.
//
// A folder arrives in pages of a few thousand entries. The pane shows the first
// page at once, and the user can move while the others arrive; the cursor stays
// on its entry. Commands sort the entries outside the event loop, and the pane
// draws only the visible rows, so that 100,000 entries are as fast as ten.
//
// The pane caches folders: when the user returns to a folder, it shows the cached
// entries, cursor and marks at once and then refreshes them. It also shows them
// while the server is unreachable.
//
// Start reading at [Pane] in pane.go. load.go receives entries, order.go sorts
// them, filter.go selects the visible ones, keys.go lists the commands, move.go
// moves the cursor, marks.go holds the marks, mouse.go handles clicks, and
// view.go draws.
package browse
