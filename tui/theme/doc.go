// Package theme defines the look of wangpan: colours, attributes, characters for
// borders and marks. It is the only package that defines colours. Read theme.go first,
// then styles.go.
//
// All panes share a pointer to one [Theme], made from the properties of the
// terminal. When the terminal reports more, such as its background, the root calls
// [Theme.Use], and all panes change with the next frame.
//
// The screen is readable without colours: the selected row is reversed, the focus
// has a mark, errors are sentences. On a terminal with 16 colours the theme uses the
// user's palette. With 256 or more it uses the colours of a [Scheme], which is built in or
// comes from a file that [Parse] reads. The characters need no icon font.
package theme
