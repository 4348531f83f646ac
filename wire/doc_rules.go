// Package wire (continued): the rules that hold for several requests.
//
// # Preconditions
//
// put, commit and restore name what may be replaced, so that two clients cannot lose
// one another's work in silence:
//
//	"if":"absent"                   nothing is there (else exists)
//	"if":"version","version":"…"    that version is there (else conflict)
//	"if":"any"                      whatever is there, or nothing
//
// put checks to save a useless transfer; commit decides. Creating under
// "absent" is one atomic step, not a look before.
//
// # Keys
//
// A client that loses the connection before an answer cannot know whether the
// server carried out the request. With a key it can send the request again:
//
//	{"id":7,"request":"mkdir","key":"0f5a…","args":{"path":"/photos"}}
//
// A key is 32 lower-case hexadecimal digits, chosen at random for one request.
// mkdir, move, copy, remove, restore, purge, commit and discard may carry one;
// others with a key are invalid. A put needs none: it may be repeated as it is.
// A key belongs to the account, not to the connection or session. A server with
// the feature keys keeps this promise; others ignore keys:
//
//   - A request repeated with the same key within 24 hours gets the same answer,
//     a reply or an error, and is carried out once.
//   - A request repeated while the first one is at work waits for its answer.
//   - The same key with another request or other arguments is invalid.
//   - busy, rate_limited, unavailable, unauthenticated and internal are not kept:
//     the request may then be repeated with the same key, and is carried out if
//     it was not.
//   - The server keeps at least the last 2,048 keys of an account, or those of 4
//     MiB of answers, and at most twice as many. An older key is unknown.
//
// Answers survive a restart of the server. The server writes the intent of a
// request before it carries it out. If the server is killed before it has written
// the answer, it decides at the repetition from the state of the drive whether
// the request was carried out: the folder is there and was not before, the target
// of a move or copy is there and was not before, the removed file is in the trash
// since, the item or upload is gone, or the file has the digest of the commit.
// The reply then describes the present state. A repeated purge of all drops only
// what was in the trash at first. After a power cut the same holds, except for
// commit, whose intent may be lost: its repetition can get not_found, and the
// client compares the digest of the file (stat).
//
// register, login, logout and password take no key. After a lost answer, a client
// logs in: with the new password first, then with the old one.
//
// # Events
//
//	{"event":"going_down","text":"…"}    the server stops; connect again later
//	{"event":"changed","path":"…"}       something in this watched folder, or the folder itself, is not as it was
//	{"event":"progress","id":7,"done":…,"size":…}   so many bytes of so many are done of this request
//
// Progress is told only of the request at work that asked for it, five times a
// second at most, and not behind its answer. done never falls and is at most
// size, which stays the same; how far it was last need not be all.
//
// The server reports a change by any client at once, also by the one that
// watches, and a change made on the server's disk by other means within 2 seconds. Of many changes in one folder
// a client hears five times a second at most, and once more at their end; one that reads slowly
// hears of each folder once. So an event says "look again" and no more.
// A file that is written to in a watched folder is a change of the folder, one
// deeper is not.
//
// # User names and passwords
//
// The server brings a user name to one spelling: PRECIS UsernameCaseMapped (RFC
// 8265), which maps width and case and composes. Then it has 2 to 32 characters:
// letters and decimal digits of any script, combining marks, and . _ -; it begins
// with a letter or digit and does not end with a dot. It is not the name of a
// Windows device (con, nul, com1, …), also not before a dot, and does not hold
// _x, four hexadecimal digits and _. A name that case folding or compatibility
// normalisation makes equal to that of another account exists.
//
// A password has 8 to 256 bytes of UTF-8. Before it is compared, every space
// character becomes U+0020, and then the normalisation form becomes C; it has 8
// bytes at least also after that.
//
// # Throttling
//
// rate_limited answers a login after 10 failures per minute from one address.
// After 100 failures per hour into one account it answers logins into that account
// from all addresses but the last 16 from which a login succeeded. The allowance
// comes back evenly. Only failures count. The server checks two passwords at once;
// the others wait, and the addresses take turns. A wrong old
// password counts as a failed login, a wrong invitation as a failure of its
// address. One address can make 500 accounts per hour. An IPv6 address counts by
// its /64.
//
// # Errors
//
// The [Code] says what the caller may do next, the text is one English
// sentence for a person. No host path, address or stack ever crosses the wire;
// an internal error carries an id that the server's log explains. Codes may be
// added; an unknown one is to be treated as internal.
//
// The denied of a login, and the unauthenticated of a session that has ended, may
// carry a reason, so that a client can state it in its own words:
//
//	"error":{"code":"unauthenticated","text":"…","reason":"password_changed"}
//
// The reasons are disabled and removed (by the administrator), password_changed (by
// another session or the administrator), logged_out (by another connection),
// logged_out_everywhere (by another session), expired, and replaced (by a later
// login). The server keeps those of the last 8 sessions of an account that ended,
// for 30 days; without a reason the session has ended too. More may be added; a
// client treats one that it does not know as absent.
//
// A quota_exceeded or no_space may carry details, so that a client can state the
// amounts in its own words:
//
//	"error":{"code":"quota_exceeded","text":"…","details":{"unit":"bytes","needed":5000,"available":120,"limit":10000}}
//
// unit is bytes, entries (see usage) or uploads (staged uploads). needed is what the
// request adds, available what was free when the server refused it, and limit that
// of the account; limit is absent when the server's disk is the limit. A client
// ignores details with a unit that it does not know.
//
// # Limits
//
// welcome.limits says what the server allows. The defaults are 64 requests
// ahead, 10 s for the TLS handshake, 30 s from its end to a successful login
// whatever arrives, 15 minutes without a frame (pings count), 30 s without a
// byte within a frame and 10 minutes for all of it, and 60 s without data
// within a body (pings do not count) or for a reply to be read. Nothing that a
// peer sends prolongs these. A peer whose host answers no keep-alive probe and
// acknowledges no data, or takes none, is given up after 55 s.
//
// A server has 2,000 connections. A quarter of them is for connections whose TLS
// handshake is not complete, an eighth for those without a login. When half of
// such a part is in use, each new connection may drop an old one of the address
// that has the most in it, with a probability that rises to 1. A dropped
// connection has one second for its next step, and goes on if it takes it.
//
// After a login an address has at most a quarter of all connections (many
// people share the address of one SSH host) and an account 64. The last eighth
// of an address's share is for accounts with fewer than 4 connections. The last
// eighth of all connections is for these accounts at addresses that have
// less than a quarter of their share.
//
// A login or join beyond these shares is [Busy]. A connection that is refused
// before, or dropped, gets busy with id 0 before its end if TLS is complete;
// after it, the server reads and drops what the client has sent, for a second at
// most.
//
// A client closes the connection when the oldest unanswered request makes no
// progress for too long, whatever else arrives: 1 minute; 10 minutes for put,
// mkdir, remove and discard, which wait for the server's disk; 6 hours for
// blocks, commit, copy, count, move, restore and purge, for which the server may
// read whole files or trees. Progress is a part of the reply or of its body, a
// progress event whose done has grown, or, for put, a part of the body that the
// server takes. Other events, pings and pongs are not. A server that needs
// longer refuses with busy or unavailable. A client also closes the connection,
// and does not try again, when a server violates this protocol, for example with
// a body longer than announced, or with pages that repeat entries or are out of order.
//
// The fields of welcome.limits: frame, the bytes of the longest frame after a
// login; ahead, the requests sent and not yet answered; block, the bytes of a
// block; idle_seconds, after which a silent connection is closed; and numbers of
// connections, which may be absent: connections, all; handshakes, without TLS;
// unauthenticated, with TLS and without a login; per_address and per_account,
// after a login; reserved, the last ones.
package wire
