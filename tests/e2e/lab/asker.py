# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# asker.py: a client that asks one question after the other, where dig would take a process for each
import socket
import struct

TYPES = {"A": 1, "CNAME": 5, "NULL": 10, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "ANY": 255}
RCODES = {0: "NOERROR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED"}


class Client:
    """One address that asks one resolver over UDP."""

    def __init__(self, port, address="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(5)
        self.ident = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, name, qtype="A"):
        """The rcode of the answer, or TIMEOUT."""
        packet = self.exchange(name, qtype)
        return "TIMEOUT" if packet is None else RCODES.get(packet[3] & 15, str(packet[3] & 15))

    def exchange(self, name, qtype):
        """The answer's packet, or None."""
        self.ident = (self.ident + 1) & 0xffff
        wire = b"".join(bytes([len(l)]) + l.encode() for l in name.split("."))
        self.socket.send(struct.pack("!HHHHHH", self.ident, 0x0100, 1, 0, 0, 0) + wire + b"\0" +
                         struct.pack("!HH", TYPES[qtype], 1))
        try:
            while True:
                packet = self.socket.recv(4096)
                if struct.unpack_from("!H", packet)[0] == self.ident:
                    return packet
        except TimeoutError:
            return None
