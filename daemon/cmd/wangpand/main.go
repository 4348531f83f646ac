// Command wangpand is the wangpan daemon: it serves the drives of one data
// folder over the protocol of package wire.
//
//	wangpand [serve] --data DIR --listen ADDR
//
// DIR holds accounts.xlsx, drives/<user>/…, server.key and what else is needed;
// all of it is made at first start. SIGTERM and SIGINT end it cleanly.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
