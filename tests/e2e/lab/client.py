# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# client.py: many questions over UDP and TCP, and their replies read to the last byte
import collections
import random
import select
import socket
import struct
import time

TYPES = {1: "A", 5: "CNAME", 15: "MX", 16: "TXT", 28: "AAAA", 39: "DNAME", 46: "RRSIG", 65: "HTTPS",
         257: "CAA"}
NUMBERS = {name: number for number, name in TYPES.items()}
FLAGS = (("AA", 0x0400), ("TC", 0x0200), ("RD", 0x0100), ("RA", 0x0080), ("AD", 0x0020), ("CD", 0x0010))
RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
OPT = 41

# `name` is a list of labels as bytes; `source` (address, port); `reply` None: there was none
Exchange = collections.namedtuple("Exchange", "name type source stream reply")
Reply = collections.namedtuple("Reply", "flags rcode answers")


# ---- names and data as the log writes them ----

def escaped(label):
    out = ""
    for byte in label:
        if byte in b".\\":
            out += "\\" + chr(byte)
        elif byte <= 0x20 or byte > 0x7e or byte == ord('"'):
            out += f"\\{byte:03d}"
        else:
            out += chr(byte)
    return out


def text(labels):
    return ".".join(escaped(label) for label in labels) or "."


def lower(labels):
    return [bytes(b + 32 if 65 <= b <= 90 else b for b in label) for label in labels]


def _read_name(packet, at):
    labels, end = [], None
    while packet[at]:
        if packet[at] >= 0xc0:
            end = end or at + 2
            at = struct.unpack_from("!H", packet, at)[0] & 0x3fff
            continue
        labels.append(packet[at + 1:at + 1 + packet[at]])
        at += 1 + packet[at]
    return labels, end or at + 1


def _data(packet, rtype, at, length):
    data = packet[at:at + length]
    if rtype == "A":
        return socket.inet_ntop(socket.AF_INET, data)
    if rtype == "AAAA":
        return socket.inet_ntop(socket.AF_INET6, data)
    if rtype in ("CNAME", "DNAME"):
        return text(_read_name(packet, at)[0])
    if rtype == "MX":
        return f"{struct.unpack_from('!H', data)[0]} {text(_read_name(packet, at + 2)[0])}"
    if rtype == "TXT":
        return '"' + data[1:1 + data[0]].decode() + '"'
    if rtype == "HTTPS":
        return "1 . alpn=h2" if data == b"\0\1\0\0\1\0\3\2h2" else data.hex()
    return ""  # signatures: only that they are there


def parse(packet):
    """(identifier, Reply) of a reply."""
    ident, flags, questions, answers = struct.unpack_from("!HHHH", packet)
    at, records = 12, []
    for _ in range(questions):
        at = _read_name(packet, at)[1] + 4
    for _ in range(answers):
        name, at = _read_name(packet, at)
        number, klass, ttl, length = struct.unpack_from("!HHIH", packet, at)
        rtype = TYPES.get(number, f"TYPE{number}")
        records.append((text(name), rtype, klass, ttl, _data(packet, rtype, at + 10, length)))
        at += 10 + length
    names = [name for name, bit in FLAGS if flags & bit]
    return ident, Reply(names, RCODES[flags & 15], records)


def question(ident, labels, rtype, dnssec):
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    opt = b"\0" + struct.pack("!HHIH", OPT, 1232, 0x8000 if dnssec else 0, 0)
    return struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 1) + name + \
        struct.pack("!HH", NUMBERS[rtype], 1) + opt


# ---- asking ----

class Way:
    """One socket with questions on their way, and what came of them."""

    def __init__(self, address, port, stream):
        self.stream = stream
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.connect(("127.0.0.1", port))
        self.source = self.socket.getsockname()
        self.waiting, self.ident, self.pending = {}, 0, b""

    def ask(self, labels, rtype, dnssec):
        while self.ident in self.waiting:
            self.ident = (self.ident + 1) & 0xffff
        packet = question(self.ident, labels, rtype, dnssec)
        self.waiting[self.ident] = (labels, rtype, time.monotonic())
        self.ident = (self.ident + 1) & 0xffff
        self.socket.sendall(struct.pack("!H", len(packet)) + packet if self.stream else packet)

    def _packets(self):
        if not self.stream:
            yield self.socket.recv(65535)
            return
        came = self.socket.recv(65535)
        if not came:
            raise RuntimeError("the resolver closed a connection")
        self.pending += came
        while len(self.pending) >= 2:
            length = struct.unpack_from("!H", self.pending)[0]
            if len(self.pending) < 2 + length:
                return
            yield self.pending[2:2 + length]
            self.pending = self.pending[2 + length:]

    def read(self):
        for packet in self._packets():
            ident, reply = parse(packet)
            labels, rtype, _ = self.waiting.pop(ident)
            yield Exchange(labels, rtype, self.source, self.stream, reply)

    def give_up(self, older_than):
        for ident, (labels, rtype, since) in list(self.waiting.items()):
            if since < older_than:
                del self.waiting[ident]
                yield Exchange(labels, rtype, self.source, self.stream, None)


def ask_all(port, addresses, questions, window=40, patience=3.0):
    """Ask all of `questions`, (labels, type, dnssec, stream) each, from random ones of the
    addresses; `window` at most are on their way on each socket. Returns an Exchange each."""
    ways = [Way(a, port, stream) for a in addresses for stream in (False, True)]
    by_socket = {w.socket: w for w in ways}
    todo, done = collections.deque(questions), []
    try:
        while todo or any(w.waiting for w in ways):
            free = [w for w in ways if len(w.waiting) < window]
            while todo and free:
                labels, rtype, dnssec, stream = todo[0]
                fits = [w for w in free if w.stream == stream]
                if not fits:
                    break
                todo.popleft()
                way = random.choice(fits)
                way.ask(labels, rtype, dnssec)
                free = [w for w in free if len(w.waiting) < window]
            for ready in select.select(list(by_socket), [], [], 0.05)[0]:
                done += by_socket[ready].read()
            for way in ways:
                done += way.give_up(time.monotonic() - patience)
    finally:
        for way in ways:
            way.socket.close()
    return done
