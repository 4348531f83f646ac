// Package e2e tests the two real programs as a person uses them: wangpand
// serves a data folder, and wangpan runs on a pty whose emulated screen the
// test reads and whose keys it presses, or from a shell. Nothing in between is
// replaced; where the network has to be bad, package linetest stands between.
//
// With WANGPAN_SOAK set the tests that kill, cut and fill repeat themselves for
// an hour or two, with files of up to 8 GiB: `task soak`. What they draw by lot
// is the same again with the WANGPAN_SEED that the log tells.
package e2e
