// Command wangpand is the wangpan daemon: it serves the drives of one data
// folder over the protocol of package wire, and looks after its accounts.
//
//	wangpand [serve] --data DIR --listen ADDR
//	wangpand account list|add|passwd|disable|enable|quota|entries|remove|check|restore --data DIR
//
// DIR holds accounts.xlsx, drives/<user>/…, server.key and what else is needed;
// all of it is made at first start. SIGTERM and SIGINT end the daemon cleanly,
// SIGHUP opens its log file anew and reads the workbook.
//
// Where to find what: run.go has the flags common to all and the table of exit
// codes, serve.go the daemon. The account commands are in account.go; package desk
// does what they want with an open book, in the daemon that owns it or, when
// none runs, in the command itself: reach.go finds out which.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP) // from here on it does not end the program
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, reload: reload}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
