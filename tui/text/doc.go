// Package text shows foreign text safely and fits it into terminal cells.
//
// Two rules hold everywhere on the screen:
//
//   - Whatever a person, a peer or a disk named passes through [Visible] before
//     it is drawn: file names, server sentences, error texts, window titles.
//     Stripping escape codes is not enough, since carriage returns, C1 controls
//     and bidi overrides survive it.
//   - Text is measured and cut in cells by grapheme cluster, never in bytes or
//     runes. [Width] is the measure that Lip Gloss and the renderer use, so a
//     padded row is as wide for them as it is for us; [TrustClusters] says for
//     which emoji that needs care.
//
// Cut, Pad and Wrap take plain text without escape codes; colour comes after.
// Call Visible first: only then has every cluster a width of its own.
package text
