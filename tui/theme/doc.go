// Package theme decides how wangpan looks: colours, attributes, characters for
// borders and marks. It is the only package that names a colour.
//
// A Theme is made from what is known of the terminal and handed to every pane
// by pointer. When more becomes known (the terminal answers what its background
// is), the root calls [Theme.Use] and all panes follow with the next frame.
//
// Everything is readable with no colour at all: what is selected is reversed,
// what is focused has a mark, what is wrong says so in words. Sixteen colours
// come first, because they follow the person's own palette; with 256 or more,
// tokens get shades of their own, those of a [Scheme]: one of the program's, or
// one that a person has written and [Parse] has read. No icon font, ever.
package theme
