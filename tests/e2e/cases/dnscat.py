# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# dnscat.py: a session in the manner of dnscat2 through the resolver, found and cut
import contextlib
import json
import os
import random
import socketserver
import struct
import threading
import time

from lab import process
from lab.asker import Client
from lab.scene import resolver

DOMAIN = "cat.example"
TYPES = {5: "CNAME", 15: "MX", 16: "TXT"}
SYN, MSG, FIN, ENC = 0, 1, 2, 3
LABEL, NAME = 60, 250

SETTINGS = """version: 1
state-dir: state
detect: {{{detect}}}
actions:
  - {{category: [{cut}], action: sinkhole}}
log: {{queries: all}}
"""


def encode(data, room):
    """Hexadecimal in labels of 60, with the domain behind it."""
    digits = data.hex()
    labels = [digits[i:i + LABEL] for i in range(0, len(digits), LABEL)]
    name = ".".join(labels + [DOMAIN])
    assert len(name) <= room, len(name)
    return name


def wire(name):
    return b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0"


class Server:
    """The authority for the domain: what it says travels in answers."""

    def __init__(self):
        self.port = process.free_port()
        self.heard = []  # session and kind of each packet
        lab = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                packet, sock = self.request
                sock.sendto(lab.reply(packet), self.client_address)

        self.udp = socketserver.UDPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.udp.serve_forever, args=(0.05,), daemon=True).start()

    def reply(self, packet):
        ident, flags = struct.unpack_from("!HH", packet)
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii").lower())
            at += 1 + packet[at]
        qtype, = struct.unpack_from("!H", packet, at + 1)
        answer = self.answer(bytes.fromhex("".join(labels[:-2])), qtype)
        head = struct.pack("!HHHHHH", ident, 0x8400 | (flags & 0x0100), 1, bool(answer), 0, 0)
        return head + packet[12:at + 5] + answer

    def answer(self, said, qtype):
        if len(said) < 5 or qtype not in TYPES:
            return b""
        number, kind, session = struct.unpack_from("!HBH", said)
        self.heard.append((session, kind))
        back = struct.pack("!HBH", number, kind, session) + os.urandom(8)
        rdata = {5: lambda: wire(encode(back, NAME)),
                 15: lambda: struct.pack("!H", 10) + wire(encode(back, NAME)),
                 16: lambda: bytes([2 * len(back)]) + back.hex().encode()}[qtype]()
        return b"\xc0\x0c" + struct.pack("!HHIH", qtype, 1, 60, len(rdata)) + rdata

    def stop(self):
        self.udp.shutdown()
        self.udp.server_close()


class Session:
    """The client: each packet is one query, of a type at random."""

    def __init__(self, client, seed):
        self.client = client
        self.random = random.Random(seed)
        self.id = self.random.randrange(0x10000)
        self.cut_after = None  # so many queries
        self.passed = 0        # after that
        self.sent = 0

    def send(self, kind, payload):
        """One packet; in the encrypted manner: signature and nonce stand before what is said."""
        head = struct.pack("!HBH", self.random.randrange(0x10000), kind, self.id)
        said = head + self.random.randbytes(8 + payload)
        packet = self.client.exchange(encode(said, NAME), self.random.choice(list(TYPES.values())))
        answered = packet is not None and packet[3] & 15 == 0 and packet[7] > 0
        self.sent += 1
        if not answered and self.cut_after is None:
            self.cut_after = self.sent - 1
        elif answered and self.cut_after is not None:
            self.passed += 1

    def shake_hands(self):
        self.send(ENC, 66)  # keys
        self.send(ENC, 34)
        self.send(SYN, 20)  # its name, options


@contextlib.contextmanager
def session(lab, folder, detect, cut, seed):
    server = Server()
    stub = f'stub-zone:\n  name: "{DOMAIN}"\n  stub-addr: 127.0.0.1@{server.port}\n'
    conf = SETTINGS.format(detect=detect, cut=cut)
    try:
        with resolver(lab, folder, conf, server="  qname-minimisation: no\n", clauses=stub) as subject, \
                Client(subject.port) as client:
            yield subject, server, Session(client, seed)
    finally:
        server.stop()


def alerts(subject):
    time.sleep(0.3)
    events = [json.loads(line) for line in subject.read("state/query.jsonl").splitlines()]
    return sorted({(e["rule"]["name"], e["threat"]["technique"]["subtechnique"]["id"][0])
                   for e in events if e["event"]["kind"] == "alert"})


# a file is fetched: whatever the queries have room for
def case_transfer(lab, folder, report):
    with session(lab, folder, "tunnel: on", "tunnel", 1) as (subject, server, s):
        start = time.monotonic()
        s.shake_hands()
        while s.sent < 150:
            s.send(MSG, 60)
        took = time.monotonic() - start
        print(f"    dnscat: a transfer is cut after {s.cut_after} queries; 150 in {took:.1f} s")
        report.check("dnscat: a transfer is cut within 100 queries", True,
                     s.cut_after is not None and s.cut_after <= 100)
        report.check("dnscat: nothing passes after that", 0, s.passed)
        report.check("dnscat: the server hears nothing more", s.cut_after, len(server.heard))
        report.check("dnscat: told as", [("tunnel", "T1071.004")], alerts(subject))


# a session that waits polls with short packets, too short for `tunnel`
def case_idle(lab, folder, report):
    with session(lab, folder, "information: on", "information", 2) as (subject, _, s):
        s.shake_hands()
        while s.sent < 300:
            s.send(MSG, 4)
        print(f"    dnscat: a session that waits is cut after {s.cut_after} queries")
        report.check("dnscat: a session that waits is cut", True,
                     s.cut_after is not None and s.cut_after <= 300)
        report.check("dnscat: nothing passes after that either", 0, s.passed)
        report.check("dnscat: which is told as", [("information", "T1071.004")], alerts(subject))
