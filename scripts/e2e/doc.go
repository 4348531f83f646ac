// Package e2e tests the two real programs as a person uses them: wangpand
// serves a data folder, and wangpan runs on a pty whose emulated screen the
// test reads and whose keys it presses. Nothing in between is replaced.
package e2e
