// Package text makes untrusted text safe to print and fits it into terminal cells. Read
// visible.go first, then cells.go.
//
// Two rules hold everywhere on the screen:
//
//   - All text from users, servers and disks passes [Visible] before it is drawn:
//     file names, server sentences, error texts, window titles. Stripping escape
//     codes is not enough: it keeps carriage returns, C1 controls and bidi
//     overrides.
//   - Text is measured and cut in cells by grapheme cluster, never in bytes or
//     runes. [Width] measures as Lip Gloss and the renderer do. [TrustClusters]
//     covers the emoji for which terminals differ.
//
// Cut, Pad and Wrap take text without escape codes: add colours afterwards. Call
// Visible first: only then does every cluster have a width of at least one cell.
package text
