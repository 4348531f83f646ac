// Package wire is the wangpan protocol, version 1: frames, messages, codes,
// names and paths. This documentation, in doc.go and doc_rules.go, is the whole
// specification; a client in another language needs nothing else.
//
// # Why frames
//
// TCP is a stream of bytes. Two writes may arrive as one read and one write as
// two reads (粘包, "sticky packets"), so a reader never knows where a message
// ends. Therefore everything that crosses the connection is a frame:
//
//	length   4 bytes, big endian: the number of bytes that follow (kind and payload)
//	kind     1 byte
//	payload  length − 1 bytes
//
// A length of 0, or one above the limit, ends the connection before any memory
// is taken for it: 4 KiB ([MaxFrameBeforeLogin]) until a login or join has
// succeeded, 1 MiB ([MaxFrame]) after, in both directions. A request is at most
// 16 KiB ([MaxRequest]) all the same, since a server keeps many waiting.
//
//	kind 1  message  one UTF-8 JSON object: a request, a reply or an error
//	kind 2  data     raw bytes of a body; with no bytes it is the end mark
//	kind 3  event    one UTF-8 JSON object that nobody asked for
//	kind 4  ping     0 to 32 bytes, answered by a pong
//	kind 5  pong     the ping's bytes again
//
// Any other kind ends the connection.
//
// # JSON
//
// The payload of a message or event is one JSON object in valid UTF-8. Both
// sides ignore fields that they do not know, so that fields can be added. The
// other rules are stricter than those of JSON:
//
//   - The name of a field consists of a to z, 0 to 9 and _, without escapes. It
//     occurs once in its object. Names that differ in case are different names.
//   - A number is an integer from 0 to 2⁵³−1, without fraction or exponent.
//   - null is not allowed. A field that has no value is left out.
//   - A text has no escape that stands for half a surrogate pair.
//   - An object has at most 64 fields. Objects and lists are nested at most 16 deep.
//
// A message whose outermost object breaks a rule ends the connection; arguments
// that break one are refused with [Invalid]. Both sides check this: a client
// ends the connection to a server whose reply breaks a rule.
//
// Fields marked with ? below are optional: an absent one is false, 0 or empty
// unless the text says otherwise. All other fields are always present, also
// when they are zero. Times are RFC 3339 in UTC with up to nine digits of a
// second.
//
// # Transport
//
// TLS 1.3 and nothing older, ALPN "wangpan/1". The server's certificate is
// self-signed; no name in it is checked. Instead the client pins the key: the
// SHA-256 of the certificate's SubjectPublicKeyInfo, shown as "SHA256:" and
// unpadded base64 ([Fingerprint]), as ssh does. At first contact the user is
// asked; a changed key ends the handshake before one byte of this protocol is
// sent. Plain TCP carries the same frames, for tests and loopback only.
//
// # Order
//
//	client                                   server
//	hello {magic, versions}           →
//	                                  ←      welcome {version, limits}
//	register | login | join           →
//	                                  ←      reply
//	list, get, put+data, commit, …    →      (up to limits.ahead not yet answered)
//	                                  ←      replies, in the order of the requests
//
// The first message is hello. Before a login or join only hello, register,
// login and join are answered; everything else is [Unauthenticated].
// The server answers the requests of one connection strictly in order, so a
// client may send many without waiting. Parallelism is more connections: [Join]
// puts another connection into the session that a login began.
//
// limits.ahead is not a rule for the client but a bound of the server's memory:
// while so many requests of a connection have no answer, the server stops
// reading from it, pings included. A client that sends more is slowed down and
// not refused. A client that waits for answers only after it has sent more than
// that, and does not read meanwhile, can block itself.
//
// Heavy requests take turns: search, count, remove, restore and purge always,
// and blocks, copy, move and commit when they read a file or go through folders.
// At most two of one account do their work at the same time, and at most as many
// of all accounts as the server has processors, but two at least. The others
// wait; the accounts take turns, and the requests of one account are served in
// the order in which they came. A long one lets those that wait go first after
// every 100 ms of work. A client that closes the connection leaves the queue.
//
// The bodies that are being sent share the server's memory. When it is used up,
// the server reads and sends them in small pieces, and refuses none.
//
// Pings, pongs and events may stand between any two frames, also inside a
// body. Either side may ping; a pong comes back although a request is still
// being worked on, and so tells a slow server from a dead link. While a server
// takes no more of a body because its disk is slow, it reads no pings either,
// but sends one itself every few seconds.
//
// # Messages
//
// A request, its reply, and its refusal:
//
//	{"id":7,"request":"list","args":{"path":"/photos"}}
//	{"id":7,"reply":{"entries":[…],"more":false}}
//	{"id":7,"error":{"code":"not_found","text":"there is no /photos"}}
//
// A request may also have a key, beside id and request; see Keys. The client
// chooses the id, a number from 1 to 2⁵³−1, and the answer repeats it. Ids need
// not ascend. An error is {code, text, reason?, id?, details?}; see Errors.
//
// An error with id 0 is not an answer: it says why the server ends the
// connection. It is the last frame that the server sends and may stand within
// the body of a reply. The requests that have no answer by then get none; the
// server may have carried them out or not. The server ends the connection so
// when a frame or the outermost object of a message breaks a rule (also for a
// request with id 0 or without an id), when a request is too long, when a time
// limit has passed, and when the session of the connection has ended
// (unauthenticated, with a reason).
//
// # Bodies
//
// Some messages are followed by a body: data frames of any size within the
// limit (256 KiB, [ChunkSize], is a good one) and then the end mark, an empty
// data frame. put is a request with a body; the replies to get and blocks have
// one. There is nothing but pings, pongs and events between the frames of a
// body. A server that cannot go on in the middle of a body (the disk fails)
// sends an error message with the request's id in place of the end mark; what
// came before it is good. A client that cannot go on sends the end mark early.
// When a request with a body is refused, the server reads and drops the body
// up to the end mark and the connection goes on. A server that stops answers a
// put whose body is not whole with unavailable, and keeps what has arrived.
//
// # Names and paths
//
// A path is absolute, "/"-separated and clean: "/" or "/a/b", no empty
// element, no "." or "..", no trailing slash. It is valid UTF-8 in
// normalisation form C, at most 1,024 bytes and 64 elements; an element (a
// name) is 1 to 255 bytes and has no "/", control character (C0, DEL, C1),
// line or paragraph separator (U+2028, U+2029), bidirectional control
// (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069) or U+FFFD (which says
// that something was lost before). Everything else is [Invalid], on every
// request, with the same words ([ParsePath], [ParseName]); nothing is repaired
// in silence. Names are compared byte by byte.
//
// A client checks what a server says just as hard: [Entry] names that break
// these rules end the call, and a file goes only where its user said.
//
// # Versions, digests and blocks
//
// A [Version] is an opaque string of 1 to 64 printable ASCII characters that
// names one content of one path; when the file is replaced or written to, the
// version is another one. A file may get a new version without a change of
// content (it was moved, or restored from a backup). Folders have none.
//
// A [Digest] is the plain BLAKE3-256 of the whole file (what b3sum prints), in
// JSON as 64 lower-case hexadecimal digits.
//
// A block is 4 MiB ([BlockSize]) of a file, counted from its start; the last
// one may be shorter. A block's digest is the 32-byte chaining value of the
// BLAKE3 subtree over the block, not finalised as a root, with the chunk
// counter starting at 4,096 × the block's index. So one pass over a file gives
// its block digests and, by joining them pairwise as BLAKE3 does, the digest
// of the whole; and a block that stands in the wrong place has another digest.
//
// The digest of a block never has BLAKE3's ROOT flag, also when the file has one
// block only. The digest of such a file is the same compression with the flag,
// so it cannot be computed from the digest of its block. An empty file has no
// blocks; its digest is that of no bytes.
//
// # Requests
//
// Field names below are those of the JSON. "version?" is optional. Any request
// may also be refused with unauthenticated, invalid, rate_limited,
// busy, unavailable or internal.
//
//	hello     {magic:"wangpan", versions:[1], client?}
//	          → {magic, version, server, registration:"open"|"closed"|"invitation", limits, features?}
//	          features are the requests that not every server of this version
//	          has, of those that this one has: copy, search, count, watch;
//	          progress, see copy; keys, see Keys; and executable, see commit.
//	          errors: invalid (not this protocol), unavailable (no version in common)
//	register  {user, password, invitation?}  → {user}
//	          Makes an account and its folder; it does not log in. user comes
//	          back as the server keeps it. See User names and passwords.
//	          errors: exists (the name is taken), invalid (name or password break a rule), denied (registration is closed, or the invitation is wrong)
//	login     {user, password}  → {user, token, expires}
//	          Begins a session. An unknown user and a wrong password get the
//	          same answer, unauthenticated, after the same time. A request
//	          waits for its password check; addresses are served in rotation,
//	          and those that the account was used from before wait least.
//	          The token, 64 lower-case hexadecimal digits, is valid until
//	          expires, 30 days after the login; neither join nor other
//	          requests prolong it. An account has 32 sessions at most: another
//	          login ends the oldest.
//	          errors: invalid (this connection is logged in already), denied
//	          (the password is right, but the account is disabled), busy (too
//	          many requests wait), rate_limited (too many failed logins from
//	          this address, or into this account)
//	join      {token}  → {user, expires}
//	          Puts this connection into the session of token. After that
//	          session has ended, every join and every request is
//	          unauthenticated, with the reason as long as the server keeps it.
//	          errors: invalid (this connection is logged in already)
//	logout    {everywhere?}  → {}
//	          Ends the session: the token is void and the session's
//	          connections are closed, this one after the reply. The server
//	          drops the requests that follow on this connection, unanswered.
//	          With everywhere, every session of the account ends in this way.
//	password  {old, new}  → {}
//	          Changes the password and ends every other session of the account.
//	          errors: denied (old is wrong), invalid (new breaks a rule)
//	stat      {path}  → {entry, digest?}
//	          digest is there when the server knows it without reading the file.
//	          errors: not_found
//	list      {path, after?, limit?}  → {entries, more, unlisted}
//	          The folder's entries in the byte order of their names, those
//	          after the name after, at most limit (default and maximum 4,096) and
//	          at most as many as fit into a frame. more says that others follow.
//	          unlisted counts the entries that this protocol cannot name or
//	          move: links, devices, names that break the rules.
//	          errors: not_found, invalid (path is a file)
//	get       {path, version?, offset?, length?}  → {entry, offset, length, digest?} and a body of length bytes
//	          Bytes from offset (default 0), length of them or up to the end.
//	          The body is of one version throughout, also when the path is
//	          replaced meanwhile. digest is that of the whole file, whatever
//	          the range; it is present when the server knows it without
//	          reading the file.
//	          errors: not_found, conflict (the version is another one), invalid (a folder; offset + length past the end), damaged
//	blocks    {path, version?, length?}  → {version, size, length, digest} and a body of 32 bytes a block
//	          The digests of the blocks of the first length bytes (default:
//	          all; the last block is cut there), and the digest of the whole.
//	          The server may have to read the file first.
//	          errors: not_found, conflict, invalid, damaged
//	blocks    {upload}  → {size, length, unfinished?} and a body of 32 bytes a block
//	          The digests of what is staged of an upload; size is that of the
//	          whole file, and length the same. The digest of a block of which
//	          nothing is there is 32 zeros. unfinished lists {block, bytes} of
//	          those of which only the beginning is there, so many bytes of
//	          it: their digest is that of the beginning. It names 4,096 at
//	          most; others of that kind are told as if nothing were there.
//	          errors: not_found, busy (a range of it is being written)
//	put       {upload, path, size, mtime, offset?, length?, if, version?} and a body  → {upload, received, end}
//	          Writes the body into the staged upload that the client named: 32
//	          lower-case hexadecimal digits, its own choice, unique within the
//	          account. offset (default 0) is where in the file the body begins,
//	          length how many bytes it has (default: all up to size). Nothing is
//	          visible under path before commit. The year of mtime is 1678 to 2261.
//
//	          A put with offset 0 begins an unknown upload, whose whole size
//	          counts in the account's quota from then on. A put of a known
//	          upload must have its path, size and mtime. To begin an upload
//	          that several connections will write, send a put with offset 0,
//	          length 0 and an empty body, and wait for its reply: with another
//	          offset the upload must exist.
//
//	          Several connections may write one upload, each a range of its
//	          own. Ranges that share a block get busy. A connection that
//	          writes a range and sends nothing for 10 s is closed when another
//	          one needs the upload, so that its client can go on over that.
//
//	          A range begins where a block begins, or where the staged bytes
//	          of a block end; it replaces the bytes that are staged there, and
//	          no others. A body that ends early, or a range that ends within a
//	          block, leaves the bytes after it staged. So a file is sent in
//	          pieces, continued, or repaired. Only when the server's disk fails
//	          within a block that is being replaced, the bytes of that block
//	          after the new ones are discarded. A body of more than length
//	          bytes: invalid. received counts the bytes of the upload that are
//	          staged now, and end is the offset after the last byte of the body.
//	          errors: conflict (offset is not where it can go on, the upload is
//	          of another file, or the precondition fails already), exists,
//	          not_found (the folder, or the upload), invalid, no_space,
//	          quota_exceeded, busy
//	commit    {upload, digest, if, version?, executable?}  → {entry, digest}
//	          Makes the staged upload the file at its path, at once and whole:
//	          it is on the disk when the reply is sent. executable says
//	          whether its owner may run it as a program. Without it a file that is
//	          replaced keeps its bit, and a new one is not executable; the feature
//	          executable says that a server stores it. Readers see the old
//	          file or the new one, never a mixture. A file that it replaces
//	          goes to the trash.
//	          errors: not_found (the upload, or the folder), conflict, exists,
//	          damaged (digest differs from what arrived; the upload stays, and
//	          blocks tells which blocks to send again), invalid (bytes are
//	          missing; path is a folder), no_space, busy
//	uploads   {path?, after?}  → {uploads:[{upload, path, size, mtime, received, begun, expires}], more?}
//	          The account's staged uploads, of all paths or of one, in the
//	          order of their ids, those after the upload after; as many as fit
//	          into a frame. more says that others follow.
//	discard   {upload}  → {}
//	          Drops a staged upload.
//	          errors: not_found, busy
//	usage     {}  → {used, staged, trash, files, quota?, free, entries?, entry_limit?}
//	          What the account takes, in bytes: used by its files, of which
//	          there are so many, staged as its uploads announced, whatever
//	          has arrived of them, and trash by what is in the trash. All
//	          together may not exceed quota, which is absent when there is
//	          none. free is what another upload may take: what the quota
//	          leaves, and at most what the server's disk has for files.
//	          entries counts files and folders, items of the trash and their
//	          contents, and staged uploads; at most entry_limit are allowed. A
//	          server may limit neither or one of bytes and entries.
//	          errors: busy (the server still counts: ask again soon)
//	mkdir     {path}  → {entry}
//	          Makes one folder.
//	          errors: exists, not_found (the folder above), no_space, quota_exceeded, busy
//	move      {from, to, version?}  → {entry}
//	          Gives a file, or a folder with all that is in it, another path,
//	          at once. It never replaces anything. version names the file that
//	          is meant.
//	          errors: not_found (from, or the folder of to), exists, conflict,
//	          invalid (to lies within from, or something would lie deeper
//	          than paths go), no_space
//	copy      {from, to, version?, progress?}  → {entry}
//	          Makes a copy of a file, or of a folder with all that is in it,
//	          under another path. It never replaces anything, and there is
//	          nothing at to before it is whole. What this protocol cannot name
//	          is left out. Its bytes count in the quota from its beginning.
//	          With progress, events tell how far it is; the feature progress
//	          says that a server does so, and others take no notice.
//	          It may take long: a client asks on a connection of its own, and
//	          gives the copy up by closing that.
//	          errors: not_found (from, or the folder of to), exists, conflict
//	          (another version; or a file was written to, or the folder was
//	          moved or removed, while it was copied), invalid (to lies within
//	          from, or something would lie deeper than paths go), no_space,
//	          quota_exceeded, busy, damaged (a file is not any more what was
//	          uploaded: nothing is copied)
//	remove    {path, version?}  → {item}
//	          Moves a file, or a folder with all that is in it, to the trash,
//	          at once. What is in a large folder is counted afterwards.
//	          errors: not_found, conflict
//	trash     {after?, limit?}  → {items, more}
//	          What is in the trash, the newest first, those behind the item
//	          after, at most limit (default and maximum 1,024) and at most what
//	          fits into a frame. An item is {item, path, size, files, is_dir?,
//	          replaced?, uncounted?, since, expires}: size and files count what
//	          is in a folder, and are 0 as long as it is uncounted: until then
//	          these bytes count as used. replaced says that another content took its place, and
//	          at expires the server drops it. Of one path no more than the 10
//	          contents that were replaced last are kept.
//	          errors: conflict (after is gone)
//	restore   {item, path?, if, version?}  → {path, entry}
//	          Takes an item out of the trash, back to where it was or to path.
//	          Folders that are missing above it are made. What it replaces, as
//	          the precondition allows, goes to the trash; a folder is never
//	          replaced, nor does one replace anything.
//	          errors: not_found, exists, conflict, invalid (something would
//	          lie deeper than paths go, or no file can be at path), no_space,
//	          quota_exceeded (folders above are missing and entries are limited)
//	search    {path, text, after?, limit?}  → {found:[{path, entry}], more, after?}
//	          Finds entries below the folder path whose names match text, at
//	          most 256 bytes. text is a list of words between blanks, and a name
//	          matches when it matches every word, whatever the case of the
//	          letters. A word without * ? [ occurs anywhere in the name. A word
//	          with one of them is a pattern for the whole name: * is any
//	          characters, ? is one, [abc] one of these, [a-z] one of a range,
//	          [^a-z] one that is none of them; a \ before a character means the
//	          character itself, within a pattern. A word cannot have a blank: ?
//	          stands for one. The search goes depth first and by
//	          the bytes of the names, everything in a folder behind the folder
//	          itself. A reply comes as soon as there are limit hits (default
//	          and maximum 256) or after 300 ms, with those found until then,
//	          often none; more says that the same request with after goes on
//	          behind that path. So a search shows its hits while it runs, ends
//	          when nobody asks on, and keeps no state at the server.
//	          errors: not_found, invalid (path is a file)
//	count     {path}  → {size, files, folders}
//	          The bytes of all files below path and how many they are, and how many
//	          folders. It goes through all of them, which may take long.
//	          errors: not_found
//	watch     {paths?}  → {}
//	          From now on this connection gets an event when something in one
//	          of these folders changes, and in no others: 16 at most, whose
//	          paths have 7,168 bytes together at most. Each folder must exist
//	          at first. The client receives the events of its own changes,
//	          too. A client looks at a folder after it has begun to watch it,
//	          so that no change is lost in between.
//	          errors: not_found, invalid (a path is a file, or too many)
//	purge     {item?}  → {items, size}
//	          Drops one item of the trash for good, or all; says how many
//	          they were and how many bytes that frees.
//	          errors: not_found
//
// An entry is {name, size, mtime, is_dir?, version?, executable?}: the version is absent for
// folders, and the name of "/" is "/". executable is the bit that a commit has
// set; move, copy, remove and restore keep it. It is not part of the content: a file
// with another bit may have another version, and has the same digest.
package wire
