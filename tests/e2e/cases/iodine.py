# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# iodine.py: a real tunnel through the resolver, found and cut
import contextlib
import copy
import json
import os
import subprocess
import time

from lab import process
from lab.scene import resolver
from lab.upstream import Skip, need

SETTINGS = """version: 1
state-dir: state
detect: {tunnel: on}
actions:
  - {category: tunnel, action: sinkhole}
log: {queries: all}
"""
SERVER = """  interface: 192.0.2.1@53
  access-control: 192.0.2.0/24 allow
  qname-minimisation: no
"""
STUB = """stub-zone:
  name: "tunnel.example"
  stub-addr: 127.0.0.1@5353
"""
# to the far end of the tunnel, what no compression makes shorter
SENDER = """
import os, socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(400):
    try:
        s.sendto(os.urandom(300), ("10.99.0.1", 9))
    except OSError:
        pass  # the tunnel is not up yet
    time.sleep(0.05)
"""


class Namespaces:
    """Two networks of their own with a wire between them: the resolver and the tunnel's server at
    192.0.2.1, the client at 192.0.2.2."""

    def __init__(self):
        need("unshare", "nsenter", "ip", "iodine", "iodined")
        if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
            raise Skip("needs root and /dev/net/tun")
        self.holders = [subprocess.Popen(["unshare", "-n", "sleep", "300"]) for _ in range(2)]
        try:
            self._connect()
        except (subprocess.CalledProcessError, RuntimeError) as why:
            self.stop()
            raise Skip(f"no network namespaces here: {why}") from why

    def enter(self, side):
        return ["nsenter", "-t", str(self.holders[side].pid), "-n"]

    def _run(self, side, *command):
        subprocess.run(self.enter(side) + list(command), check=True, capture_output=True)

    def _connect(self):
        own = os.readlink("/proc/self/ns/net")
        for holder in self.holders:
            process.wait_until("a namespace",
                               lambda h=holder: os.readlink(f"/proc/{h.pid}/ns/net") != own, 5)
        self._run(0, "ip", "link", "add", "wire0", "type", "veth", "peer", "name", "wire1",
                  "netns", str(self.holders[1].pid))
        for side in (0, 1):
            self._run(side, "ip", "address", "add", f"192.0.2.{side + 1}/24", "dev", f"wire{side}")
            self._run(side, "ip", "link", "set", f"wire{side}", "up")
            self._run(side, "ip", "link", "set", "lo", "up")

    def stop(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()


@contextlib.contextmanager
def running(command, output):
    server = process.Server(command, 0, output)
    try:
        yield server
    finally:
        server.stop(5)


def when(event):
    """When the query came, in seconds."""
    text = event["@timestamp"]
    replied = time.mktime(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) + float("0" + text[19:26])
    return replied - event["event"].get("duration", 0) / 1e9


def asked(subject):
    """Seconds since the first query, and the verdict, of each query of the tunnel."""
    try:
        events = [json.loads(line) for line in subject.read("state/query.jsonl").splitlines()]
    except FileNotFoundError:
        return []
    queries = sorted((when(e), e["dnsward"]["verdict"]) for e in events
                     if e["dns"]["question"]["name"].endswith("tunnel.example") and
                     (e["event"]["kind"], e["dnsward"]["verdict"]) != ("alert", "log"))
    return [(t - queries[0][0], verdict) for t, verdict in queries]


def case_tunnel(lab, folder, report):
    names = Namespaces()
    inside = copy.copy(lab)
    inside.under = names.enter(0) + lab.under
    try:
        with resolver(inside, folder, SETTINGS, server=SERVER, clauses=STUB) as subject, \
                running(names.enter(0) + ["iodined", "-f", "-c", "-P", "secret", "-p", "5353", "-l",
                                          "127.0.0.1", "10.99.0.1/24", "tunnel.example"],
                        os.path.join(folder, "iodined.out")), \
                running(names.enter(1) + ["iodine", "-f", "-r", "-P", "secret", "192.0.2.1",
                                          "tunnel.example"], os.path.join(folder, "iodine.out")), \
                running(names.enter(1) + ["python3", "-c", SENDER],
                        os.path.join(folder, "sender.out")):
            end = time.monotonic() + 20
            while time.monotonic() < end and \
                    not any(verdict == "sinkhole" for _, verdict in asked(subject)):
                time.sleep(0.2)
            time.sleep(2)
            queries = asked(subject)
        cut = next((i for i, (_, verdict) in enumerate(queries) if verdict == "sinkhole"), None)
        report.check("iodine: found and cut", True, cut is not None)
        if cut is None:
            return
        print(f"    iodine: cut after {cut} queries and {queries[cut][0]:.1f} s")
        report.check("iodine: within 100 queries or 10 s", True, cut <= 100 or queries[cut][0] <= 10)
        report.check("iodine: nothing passes after that", {"sinkhole"},
                     {verdict for _, verdict in queries[cut:]})
    finally:
        names.stop()
