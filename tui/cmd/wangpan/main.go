// Command wangpan is the client of the wangpan cloud drive.
//
//	wangpan [[user@]host[:port]]     opens the full-screen client
//	wangpan ls, put, get, …          runs one command and ends; see wangpan --help
//
// Without a server it takes the last one used. If there is none, it takes the
// embedded drive: a private daemon on this computer, in one process that
// all clients share. drive.go finds or starts the process; embed.go is the
// process, and the only file of the client that imports the daemon.
//
// Rules for every command:
//
//   - Data goes to stdout. Everything else goes to stderr: "wangpan: …" and, if
//     there is a remedy, "hint: …". With --json, stdout is one object per line.
//   - Names from other people are made visible on a terminal and left as they are
//     in a pipe. The protocol allows no line breaks in them.
//   - A command asks questions only when stdin is a terminal.
//   - A password comes from a file, from stdin or from the terminal without echo,
//     never from the command line. It is never stored.
//   - Package tui/explain maps each error to a sentence, a hint and an exit code.
//
// Start with run in run.go. connect.go logs in to a server, and move.go transfers
// files with package tui/transfer. All words are in tui/locale, words/cli*.toml.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"wangpan/tui/suspend"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	ctx, stopInterrupt := suspend.NotifyInterrupt(ctx)
	context.AfterFunc(ctx, func() { stop(); stopInterrupt() }) // a second signal ends the process at once
	signal.Ignore(syscall.SIGPIPE)                             // a write to a closed pipe returns an error
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
