#!/usr/bin/env python3
"""A client of the wangpan protocol, written from its specification alone.

It uses the standard library only and proves that the package documentation of
wire is enough to write a client in another language. Run it against a daemon on
which anyone may register:

    scripts/protocol-client.py HOST:PORT SHA256:FINGERPRINT

It goes through the requests and their error cases, and ends with status 1 and a
line that says what is wrong as soon as an answer is not as specified.
"""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import sys

MESSAGE, DATA, EVENT, PING, PONG = 1, 2, 3, 4, 5
BLOCK = 4 << 20
MTIME = "2026-11-22T18:02:03.456789Z"


class Failed(Exception):
    """An answer is not as specified."""


class Refused(Exception):
    """The server refused a request."""

    def __init__(self, error):
        super().__init__(error["text"])
        self.code = error["code"]


def check(condition, what):
    if not condition:
        raise Failed(what)


# BLAKE3, as in the paper: chunks of 1,024 bytes are the leaves of a binary tree.

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
ROUND = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
MASK = 0xFFFFFFFF


def compress(chaining, block, counter, length, flags):
    words = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    v = [*chaining, *IV[:4], counter & MASK, counter >> 32, length, flags]
    for _ in range(7):
        for i, (a, b, c, d) in enumerate(ROUND):
            for word, left, right in ((words[2 * i], 16, 12), (words[2 * i + 1], 8, 7)):
                v[a] = (v[a] + v[b] + word) & MASK
                x = v[d] ^ v[a]
                v[d] = (x >> left | x << 32 - left) & MASK
                v[c] = (v[c] + v[d]) & MASK
                x = v[b] ^ v[c]
                v[b] = (x >> right | x << 32 - right) & MASK
        words = [words[i] for i in PERMUTATION]
    return tuple(v[i] ^ v[i + 8] for i in range(8))


def tree(data, first=0, root=0):
    """The chaining value of data, whose first chunk has the number first."""
    if len(data) <= 1024:
        value, blocks = IV, [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
        for i, block in enumerate(blocks):
            flags = CHUNK_START if i == 0 else 0
            if i == len(blocks) - 1:
                flags |= CHUNK_END | root
            value = compress(value, block, first, len(block), flags)
        return value
    left = 1024 << ((len(data) - 1) // 1024).bit_length() - 1  # the largest full tree that leaves a byte
    pair = tree(data[:left], first) + tree(data[left:], first + left // 1024)
    return compress(IV, struct.pack("<16I", *pair), 0, 64, PARENT | root)


def digest(data):
    """The digest of a whole file."""
    return struct.pack("<8I", *tree(data, root=ROOT)).hex()


def block_digest(data, index=0):
    """The digest of a block: a chaining value without the ROOT flag."""
    return struct.pack("<8I", *tree(data, first=index * BLOCK // 1024))


class Connection:
    """One connection. Requests may be sent ahead of their answers."""

    def __init__(self, address, fingerprint):
        host, port = address.rsplit(":", 1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the key is pinned below
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["wangpan/1"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), 30))
        check(self.socket.selected_alpn_protocol() == "wangpan/1", "the server does not offer ALPN wangpan/1")
        check(fingerprint_of(self.socket.getpeercert(True)) == fingerprint, "the server has another key")
        self.input, self.last, self.events = self.socket.makefile("rb"), 0, []

    def close(self):
        self.input.close()
        self.socket.close()

    def frame(self, kind, payload):
        self.socket.sendall(struct.pack(">IB", len(payload) + 1, kind) + payload)

    def send(self, request, args=None, body=None, key=None):
        self.last += 1
        message = {"id": self.last, "request": request, "args": args or {}}
        if key:
            message["key"] = key
        self.frame(MESSAGE, json.dumps(message, ensure_ascii=False).encode())
        if body is not None:
            for at in range(0, len(body), 256 << 10):
                self.frame(DATA, body[at:at + (256 << 10)])
            self.frame(DATA, b"")
        return self.last

    def read(self):
        """The next message or data frame; pings are answered, events kept."""
        while True:
            header = self.input.read(5)
            if len(header) < 5:
                raise EOFError
            length, kind = struct.unpack(">IB", header)
            payload = self.input.read(length - 1)
            if kind in (MESSAGE, DATA):
                return kind, payload
            if kind == PING:
                self.frame(PONG, payload)
            elif kind == EVENT:
                self.events.append(json.loads(payload))
            else:
                check(kind == PONG, f"a frame has the kind {kind}")

    def answer(self, number):
        kind, payload = self.read()
        check(kind == MESSAGE, "a body came instead of an answer")
        message = json.loads(payload)
        check(message["id"] == number, f"the answer has the id {message['id']}, want {number}")
        if "error" in message:
            raise Refused(message["error"])
        return message["reply"]

    def ask(self, request, args=None, body=None, key=None):
        return self.answer(self.send(request, args, body, key))

    def refused(self, code, request, args=None, **more):
        try:
            self.ask(request, args, **more)
        except Refused as refusal:
            check(refusal.code == code, f"{request} {args} is refused with {refusal.code}, want {code}")
            return
        raise Failed(f"{request} {args} is accepted, want {code}")

    def body(self):
        whole = b""
        while True:
            kind, payload = self.read()
            check(kind == DATA, "a message stands within a body")
            if not payload:
                return whole
            whole += payload

    def ping(self):
        self.frame(PING, b"hello")

    def ends(self, code):
        """The next message is an error with id 0, and nothing follows it."""
        message = json.loads(self.read()[1])
        check(message["id"] == 0 and message["error"]["code"] == code, f"{message} came, want an error {code} with id 0")
        try:
            self.read()
        except (EOFError, OSError):
            return
        raise Failed("a frame follows an error with id 0")


def fingerprint_of(certificate):
    """The name of the public key: the sixth field of a certificate's body, behind
    the version, in DER."""
    def field(data, at):
        """Where the content of the element at this offset begins and ends."""
        length, begin = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, begin = int.from_bytes(data[begin:begin + count], "big"), begin + count
        return begin, begin + length

    at, _ = field(certificate, 0)
    at, _ = field(certificate, at)
    for _ in range(6):  # version, serial number, algorithm, issuer, validity, subject
        _, at = field(certificate, at)
    key = certificate[at:field(certificate, at)[1]]
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def random_id():
    return os.urandom(16).hex()


def enter(dial):
    """hello, register, login and join, and what is refused before."""
    c = dial()
    c.refused("invalid", "usage")  # hello is the first request
    welcome = c.ask("hello", {"magic": "wangpan", "versions": [1], "client": "protocol-client.py"})
    check(welcome["magic"] == "wangpan" and welcome["version"] == 1, "the welcome is another protocol's")
    check(welcome["limits"]["block"] == BLOCK and welcome["limits"]["ahead"] > 0, "the limits are not there")
    check("keys" in welcome["features"], "the server keeps no answers")
    c.refused("unauthenticated", "usage")
    user, password = "py" + os.urandom(4).hex(), "correct horse 马"
    check(c.ask("register", {"user": user, "password": password}) == {"user": user}, "register does not name the user")
    c.refused("exists", "register", {"user": user.upper(), "password": password})
    c.refused("invalid", "register", {"user": "x", "password": password})
    c.refused("invalid", "register", {"user": user + "2", "password": "short"})
    c.refused("unauthenticated", "login", {"user": user, "password": "wrong horse"})
    session = c.ask("login", {"user": user, "password": password})
    check(len(session["token"]) == 64 and session["user"] == user, "login gives no token")
    other = dial()
    other.ask("hello", {"magic": "wangpan", "versions": [1]})
    other.refused("unauthenticated", "join", {"token": "0" * 64})
    check(other.ask("join", {"token": session["token"]})["user"] == user, "join enters another account")
    return c, other, session["token"]


def joined(dial, token):
    c = dial()
    c.ask("hello", {"magic": "wangpan", "versions": [1]})
    c.ask("join", {"token": token})
    return c


def put(c, path, content, upload=None, condition=None, **more):
    upload = upload or random_id()
    args = {"upload": upload, "path": path, "size": len(content), "mtime": MTIME, "if": condition or "absent", **more}
    begin = args.get("offset", 0)
    end = begin + args["length"] if "length" in args else len(content)
    return upload, c.ask("put", args, body=content[begin:end])


def store(c, path, content, condition="absent"):
    upload, _ = put(c, path, content, condition=condition)
    return c.ask("commit", {"upload": upload, "digest": digest(content), "if": condition})


def folders_and_pages(c):
    check(c.ask("mkdir", {"path": "/照片"})["entry"]["is_dir"], "mkdir makes no folder")
    c.refused("exists", "mkdir", {"path": "/照片"})
    c.refused("not_found", "mkdir", {"path": "/a/b"})
    for bad in ("a", "/a/", "/a//b", "/..", "/a\u202eb", "/e\u0301", "/" + "x" * 256):
        c.refused("invalid", "mkdir", {"path": bad})
    numbers = [c.send("mkdir", {"path": f"/照片/{n:02}"}) for n in range(20)]  # without waiting
    for number in numbers:
        c.answer(number)
    names, after, more = [], None, True
    while more:
        page = c.ask("list", {"path": "/照片", "limit": 7} | ({"after": after} if after else {}))
        check(page["unlisted"] == 0 and len(page["entries"]) <= 7, "a page is not as asked for")
        names += [entry["name"] for entry in page["entries"]]
        after, more = names[-1], page["more"]
    check(names == [f"{n:02}" for n in range(20)], f"the listing has {names}")


def files(c):
    content = bytes(range(256)) * 13
    stored = store(c, "/a", content)
    check(stored["digest"] == digest(content) and stored["entry"]["size"] == len(content), "commit describes another file")
    version = stored["entry"]["version"]
    reply = c.ask("get", {"path": "/a", "version": version, "offset": 300, "length": 1000})
    check(reply["length"] == 1000 and c.body() == content[300:1300], "get sends another range")
    check(reply.get("digest") in (None, digest(content)), "the digest of a range is not that of the whole file")
    c.refused("invalid", "get", {"path": "/a", "offset": len(content) + 1})
    c.refused("conflict", "get", {"path": "/a", "version": "another"})
    reply = c.ask("blocks", {"path": "/a"})
    check(c.body() == block_digest(content) and reply["digest"] == digest(content), "a single block has another digest")
    check(digest(content) != block_digest(content).hex(), "the digest of a block has the ROOT flag")
    c.refused("exists", "put", {"upload": random_id(), "path": "/a", "size": 1, "mtime": MTIME, "if": "absent"}, body=b"x")
    check(store(c, "/empty", b"")["digest"] == digest(b""), "an empty file has another digest")
    c.refused("conflict", "remove", {"path": "/a", "version": "another"})
    usage = c.ask("usage")
    check(usage["used"] == len(content) and usage["files"] == 2, f"the usage is {usage}")


def uploads(c, other):
    content = os.urandom(1) * (BLOCK + 10)
    size = len(content)
    upload, reply = put(c, "/large", content, length=0)
    check(reply == {"upload": upload, "received": 0, "end": 0}, "an empty range does not begin an upload")
    put(other, "/large", content, upload, offset=BLOCK)  # the second block first
    put(c, "/large", content, upload, length=1000)
    c.refused("conflict", "put", {"upload": upload, "path": "/large", "size": size, "mtime": MTIME, "offset": 5, "if": "absent"}, body=b"x")
    _, reply = put(c, "/large", content, upload, length=10)  # over its beginning
    check(reply["received"] == 1010 and reply["end"] == 10, f"after a put within a block the server has {reply}")
    reply = c.ask("blocks", {"upload": upload})
    digests = c.body()
    check(reply["unfinished"] == [{"block": 0, "bytes": 1000}], f"blocks tells {reply}")
    check(digests == block_digest(content[:1000]) + block_digest(content[BLOCK:], 1), "a staged block has another digest")
    c.refused("invalid", "commit", {"upload": upload, "digest": "0" * 63 + "1", "if": "absent"})
    listed = c.ask("uploads", {"path": "/large"})["uploads"]
    check([u["upload"] for u in listed] == [upload] and listed[0]["received"] == 1010, f"uploads lists {listed}")
    check(c.ask("uploads", {"after": upload})["uploads"] == [], "uploads lists what is not after")
    c.ask("discard", {"upload": upload})
    c.refused("not_found", "discard", {"upload": upload})
    upload, _ = put(c, "/b", b"content")
    c.refused("damaged", "commit", {"upload": upload, "digest": digest(b"another"), "if": "absent"})
    c.refused("invalid", "commit", {"upload": upload, "digest": digest(b"content").upper(), "if": "absent"})
    c.ask("commit", {"upload": upload, "digest": digest(b"content"), "if": "absent"})


def trash(c):
    check(c.ask("move", {"from": "/b", "to": "/c"})["entry"]["name"] == "c", "move tells another name")
    c.refused("exists", "move", {"from": "/c", "to": "/a"})
    item = c.ask("remove", {"path": "/c"})["item"]
    check(item["path"] == "/c" and item["files"] == 1, f"remove tells {item}")
    check(c.ask("trash")["items"][0]["item"] == item["item"], "the trash does not begin with what came last")
    restored = c.ask("restore", {"item": item["item"], "path": "/d/e", "if": "absent"})
    check(restored["path"] == "/d/e", "restore tells another path")
    c.refused("not_found", "restore", {"item": item["item"], "if": "absent"})
    found = c.ask("search", {"path": "/", "text": "[d-f]"})["found"]
    check([hit["path"] for hit in found] == ["/d", "/d/e"], f"search finds {found}")


def keys(c, other):
    """Repeats writes as after a lost answer."""
    key, args = random_id(), {"path": "/once"}
    first = c.ask("mkdir", args, key=key)
    check(other.ask("mkdir", args, key=key) == first, "a repeated mkdir is answered in another way")
    c.refused("invalid", "mkdir", {"path": "/twice"}, key=key)
    c.refused("invalid", "stat", args, key=random_id())
    key = random_id()
    first = c.ask("remove", args, key=key)
    check(other.ask("remove", args, key=key) == first, "a repeated remove is answered in another way")
    c.refused("not_found", "remove", args)
    key, (upload, _) = random_id(), put(c, "/once", b"once")
    args = {"upload": upload, "digest": digest(b"once"), "if": "absent"}
    first = c.ask("commit", args, key=key)
    check(other.ask("commit", args, key=key) == first, "a repeated commit is answered in another way")


def events(c, other):
    c.ask("watch", {"paths": ["/照片"]})
    other.ask("mkdir", {"path": "/照片/new"})
    while not c.events:  # the server sends it by itself; each answer may come behind it
        c.ask("stat", {"path": "/"})
    check(c.events[0] == {"event": "changed", "path": "/照片"}, f"the event is {c.events[0]}")
    c.ask("watch", {"paths": []})


def rules(dial, token):
    """What breaks the rules of messages."""
    c = joined(dial, token)
    c.ask("stat", {"path": "/", "unknown": {"field": [1, True]}})
    for args in ('{"path":"/","path":"/a"}', '{"Path":"/"}', '{"path":null}', '{"path":"/","n":-1}', '{"path":"/","n":1.5}'):
        c.frame(MESSAGE, b'{"id":77,"request":"stat","args":%s}' % args.encode())
        try:
            c.answer(77)
        except Refused as refusal:
            check(refusal.code == "invalid", f"{args} is refused with {refusal.code}")
        else:
            raise Failed(f"{args} is accepted")
    c.ping()
    c.ask("stat", {"path": "/"})
    c.close()
    cases = (
        (MESSAGE, b'{"id":0,"request":"usage"}', "invalid"),
        (MESSAGE, b'{"id":9007199254740992,"request":"usage"}', "invalid"),
        (MESSAGE, b'{"id":1,"id":1,"request":"usage"}', "invalid"),
        (MESSAGE, b'{"id":1,"request":"\xff"}', "invalid"),
        (MESSAGE, b'{"id":1,"request":"%s"}' % (b"x" * (16 << 10)), "too_large"),
        (EVENT, b"{}", "invalid"),
        (DATA, b"x", "invalid"),
        (9, b"", "invalid"),
    )
    for kind, payload, code in cases:
        c = joined(dial, token)
        c.frame(kind, payload)
        c.ends(code)
        c.close()


def leave(c, other):
    c.send("logout")
    late = c.send("stat", {"path": "/"})
    check(c.answer(late - 1) == {}, "logout is refused")
    other.ends("unauthenticated")
    try:
        frame = c.read()
    except (EOFError, OSError):
        return
    raise Failed(f"the frame {frame} follows the logout")


def main(address, fingerprint):
    check(digest(b"") == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262", "BLAKE3 of nothing is wrong")

    def dial():
        return Connection(address, fingerprint)

    c, other, token = enter(dial)
    folders_and_pages(c)
    files(c)
    uploads(c, other)
    trash(c)
    keys(c, other)
    events(c, other)
    rules(dial, token)
    leave(c, other)
    print("protocol-client: everything is as specified")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Failed, Refused, EOFError, OSError) as problem:
        sys.exit(f"protocol-client: {problem or 'the server ended the connection'}")
