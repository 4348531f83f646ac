// Package control lets an administrator's command reach the daemon that runs
// on a data folder. One process only may own an account book, so while a
// daemon runs, `wangpand account …` asks it instead of opening the book.
//
//	command                               daemon
//	connect to DIR/control.sock     →
//	request {command, name, …}      →
//	                                ←     reply {accounts, more}   as many as are needed
//	                                ←     reply {accounts, report, error}   the last one
//
// The frames are those of package wire, each one message; requests on a
// connection are answered in order. [Listen] and [Serve] are the daemon's
// side, [Dial] and [Client.Do] the command's. What a request does is decided by
// a [Handler], which both sides can be given: [Client.Do] is one, too.
//
// Who may connect is decided by the file system: the socket is 0600 in a
// folder that is 0700. It is no part of the protocol between clients and
// server, never leaves the machine, and may change with every version: command
// and daemon are one program.
package control
