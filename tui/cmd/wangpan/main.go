// Command wangpan is the client of the wangpan cloud drive.
//
//	wangpan [[user@]host[:port]]     opens the full-screen client
//	wangpan ls, put, get, …          runs one command and ends; see wangpan --help
//
// Without a server it takes the last one, and without that the embedded drive:
// a private daemon on this computer (embed.go, the only file that knows both
// sides).
//
// How it talks (every command keeps to it):
//
//   - data goes to stdout, everything else to stderr, as "wangpan: …" and, when
//     there is one, "hint: …". With --json, stdout is one object a line.
//   - names from outside are made visible on a terminal and left as they are in
//     a pipe; the protocol allows no line breaks in them.
//   - it asks only where somebody can answer: when stdin is a terminal.
//   - a password comes from a file, from stdin or from the terminal without
//     echo, never from the command line, and is never stored.
//   - the exit code says what happened; exit.go is the table.
//
// Start reading at run in run.go; connect.go gets onto a server, move.go moves
// files with package transfer. All words are in tui/locale, words/cli.*.toml.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE) // a write to nobody is an error like others
	context.AfterFunc(ctx, stop)   // a second ctrl+c ends what does not end by itself
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
