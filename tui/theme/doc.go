// Package theme defines the look of wangpan: colours, attributes, characters for
// borders and marks. It is the only package that defines colours.
//
// All panes share a pointer to one [Theme], made from the properties of the
// terminal. When the terminal reports more, such as its background, the root calls
// [Theme.Use], and all panes change with the next frame.
//
// The screen is readable without colours: the selected row is reversed, the focus
// has a mark, errors are sentences. With 16 colours the theme uses the palette of
// the user. With 256 or more it uses the shades of a [Scheme]: a built-in one, or a
// file that [Parse] reads. It needs no icon font.
package theme
