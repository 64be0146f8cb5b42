# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# upstream.py: the authorities that the resolver asks: NSD for what stands still, and a
# server of our own for answers that come late or depend on who asks
import os
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time

from . import process

HERE = os.path.dirname(os.path.abspath(__file__))
ZONES = os.path.join(HERE, "..", "zones")


class Skip(Exception):
    """The test cannot be run here; the text says why."""


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Skip(f"{program} is not installed")


# ---- NSD ----

def _sign(folder, zone):
    """Sign a zone with a fresh key; returns the trust anchor's file."""
    key = subprocess.run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone], cwd=folder,
                         check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["ldns-signzone", "-f", f"{zone}.zone.signed", f"{zone}.zone", key],
                   cwd=folder, check=True, capture_output=True)
    os.replace(os.path.join(folder, f"{zone}.zone.signed"), os.path.join(folder, f"{zone}.zone"))
    return os.path.join(folder, f"{key}.key")


def _spoil(folder, zone):
    """Make every signature of the zone's A and CNAME records a wrong one."""
    path = os.path.join(folder, f"{zone}.zone")
    with open(path, encoding="ascii") as f:
        lines = f.readlines()
    with open(path, "w", encoding="ascii") as f:
        for line in lines:
            fields = line.split()
            if len(fields) > 5 and fields[3] == "RRSIG" and fields[4] in ("A", "CNAME"):
                signature = fields[12]
                other = "B" if signature[9] == "A" else "A"
                line = line.replace(signature, signature[:9] + other + signature[10:])
            f.write(line)


class Nsd:
    """All of tests/e2e/zones/. A zone whose name starts with `signed` or `bogus` is signed;
    the latter is spoilt afterwards."""

    def __init__(self, folder):
        need("nsd", "ldns-signzone", "ldns-keygen")
        self.folder = os.path.join(folder, "nsd")
        self.port = process.free_port()
        self.anchors = []
        shutil.copytree(ZONES, self.folder)
        self.zones = sorted(name[:-5] for name in os.listdir(self.folder) if name.endswith(".zone"))
        for zone in self.zones:
            if zone.startswith(("signed.", "bogus.")):
                self.anchors.append(_sign(self.folder, zone))
            if zone.startswith("bogus."):
                _spoil(self.folder, zone)
        conf = os.path.join(self.folder, "nsd.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(f"""server:
    ip-address: 127.0.0.1@{self.port}
    zonesdir: "{self.folder}"
    database: ""
    pidfile: "{self.folder}/nsd.pid"
    xfrdfile: "{self.folder}/xfrd.state"
    zonelistfile: "{self.folder}/zone.list"
    username: ""
    rrl-ratelimit: 0
    server-count: 1
    tcp-count: 100
remote-control:
    control-enable: no
""")
            for zone in self.zones:
                f.write(f'zone:\n    name: "{zone}"\n    zonefile: "{zone}.zone"\n')
        self.server = process.Server(["nsd", "-d", "-c", conf], self.port,
                                     os.path.join(self.folder, "nsd.log"))
        self.server.wait_ready()

    def stop(self):
        self.server.stop()


# ---- answers that come late, or depend on who asks ----

OPT, ECS = 41, 8
TYPES = {"A": 1, "NS": 2, "SOA": 6, "TXT": 16, "AAAA": 28}


def _read_name(packet, at):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii").lower())
        at += 1 + packet[at]
    return labels, at + 1


def _wire(name):
    return b"".join(bytes([len(l)]) + l.encode() for l in name.rstrip(".").split(".") if l) + b"\0"


def _ecs_of(packet, at, count):
    """The client subnet option's data in the additional section, or None."""
    for _ in range(count):
        _, at = _read_name(packet, at)
        rtype, _, _, length = struct.unpack_from("!HHIH", packet, at)
        at += 10
        end = at + length
        while rtype == OPT and at + 4 <= end:
            code, size = struct.unpack_from("!HH", packet, at)
            if code == ECS:
                return packet[at + 4:at + 4 + size]
            at += 4 + size
        at = end
    return None


class Odd:
    """Serves odd.example. The labels of a name say what is odd about it:
    dN (the answer comes N milliseconds late), tN (TTL), cname-X (an alias of X.site.example), caps (the
    alias's target is in capitals),
    ecs (the address ends in the third byte of the client's subnet, and the answer is for that
    /24 only), aN (N addresses, from 203.0.113.1 on), local (the address is 127.0.0.1), flip (the address is
    192.168.1.1 when it is asked for again), gone (no such name), v4 (no AAAA). Other names have
    A 192.0.2.50 and AAAA 2001:db8::50."""

    zone = "odd.example"

    def __init__(self):
        self.port = process.free_port()
        self.asked = []
        self.silent = False
        lab = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                packet, sock = self.request
                reply = lab.reply(packet)
                if reply is not None:
                    sock.sendto(reply, self.client_address)

        class Udp(socketserver.ThreadingUDPServer):
            daemon_threads = True
            request_queue_size = 100

        self.udp = Udp(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.udp.serve_forever, args=(0.05,), daemon=True).start()

    def reply(self, packet):
        ident, flags, _, _, _, additional = struct.unpack_from("!HHHHHH", packet)
        labels, at = _read_name(packet, 12)
        qtype, _ = struct.unpack_from("!HH", packet, at)
        question = packet[12:at + 4]
        self.asked.append((".".join(labels), qtype))
        if self.silent:
            return None
        words = {label[0]: label[1:] for label in labels if label[1:].isdigit()}
        time.sleep(int(words.get("d", 0)) / 1000)
        ecs = _ecs_of(packet, at + 4, additional)
        answers, rcode = self.records(labels, qtype, words, ecs)
        head = struct.pack("!HHHHHH", ident, 0x8400 | (flags & 0x0100) | rcode, 1, len(answers),
                           0 if answers else 1, 1 if additional else 0)
        body = b"".join(answers)
        if not answers:
            body = b"".join([_wire(self.zone), struct.pack("!HHIH", 6, 1, 60, 0)])
            rdata = _wire("ns." + self.zone) + _wire("host." + self.zone) + \
                struct.pack("!IIIII", 1, 3600, 600, 86400, 60)
            body = body[:-2] + struct.pack("!H", len(rdata)) + rdata
        opt = b""
        if additional:
            data = b""
            if ecs is not None and "ecs" in labels:
                echoed = ecs[:3] + bytes([24]) + ecs[4:]
                data = struct.pack("!HH", ECS, len(echoed)) + echoed
            opt = b"\0" + struct.pack("!HHIH", OPT, 1232, 0, len(data)) + data
        return head + question + body + opt

    def records(self, labels, qtype, words, ecs):
        ttl = int(words.get("t", 300))

        def record(rtype, rdata):
            return b"\xc0\x0c" + struct.pack("!HHIH", rtype, 1, ttl, len(rdata)) + rdata
        if "gone" in labels:
            return [], 3
        alias = next((l[6:] for l in labels if l.startswith("cname-")), None)
        if alias is not None:
            target = alias + ".site.example"
            return [record(5, _wire(target.upper() if "caps" in labels else target))], 0
        if qtype == TYPES["A"]:
            if "a" in words:
                return [record(1, bytes([203, 0, 113, i + 1])) for i in range(int(words["a"]))], 0
            if "local" in labels:
                return [record(1, bytes([127, 0, 0, 1]))], 0
            if "flip" in labels and self.asked.count((".".join(labels), qtype)) > 1:
                return [record(1, bytes([192, 168, 1, 1]))], 0
            last = ecs[6] if ecs is not None and "ecs" in labels and len(ecs) > 6 else 50
            return [record(1, bytes([192, 0, 2, last]))], 0
        if qtype == TYPES["AAAA"] and "v4" not in labels:
            return [record(28, socket.inet_pton(socket.AF_INET6, "2001:db8::50"))], 0
        return [], 0

    def stop(self):
        self.udp.shutdown()
        self.udp.server_close()
