# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# subject.py: the resolvers that are compared: one worker thread, the same but for what is measured
import os
import time
from types import SimpleNamespace

from lab.process import Server, free_port
from lab.resolver import Lab, Resolver

from .machine import Client

PING = "ping.bench.test"  # a local name, on no list
NXDOMAIN = 3
SERVER = f"""  num-threads: 1
  so-rcvbuf: 1m
  outgoing-range: 4096
  num-queries-per-thread: 2048
  local-zone: "{PING}." static
  local-data: "{PING}. 60 A 127.0.0.1"
"""


class Subject(Resolver):
    def __init__(self, lab, folder, files=None, modules="validator iterator", server="", **more):
        super().__init__(lab, folder, files or {}, modules, SERVER + server, **more)

    def patience(self):
        return 300.0  # a million names as RPZ

    def launch(self):
        """Start; returns the seconds from there to the first answer to a client."""
        client = Client(self.port)
        start = time.monotonic()
        self.start(ready=False)
        client.wait(PING, None, alive=self.process.running)
        took = time.monotonic() - start
        client.close()
        return took

    @property
    def pid(self):
        return self.process.child.pid

    def blocks(self, name):
        """Wait until the name is answered with NXDOMAIN; returns the seconds."""
        client = Client(self.port)
        took = client.wait(name, NXDOMAIN, step=0.002, alive=self.process.running)
        client.close()
        return took


class Upstream(Resolver):
    """An Unbound that has an address for every name."""

    def __init__(self, unbound, folder):
        nowhere = SimpleNamespace(port=9, zones=[], anchors=[])
        lab = Lab(unbound, "", "", [], nowhere, nowhere, [])
        super().__init__(lab, folder, {}, "iterator", '  num-threads: 1\n  so-rcvbuf: 1m\n'
                         '  local-zone: "." redirect\n  local-data: ". 3600 A 192.0.2.1"\n')
        self.zones, self.anchors = [], []
        self.start()


class Dnsmasq:
    """dnsmasq with one `address=/x/` a name: the subtree has no address."""

    def __init__(self, folder, names):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.port = free_port()
        self.conf = os.path.join(folder, "dnsmasq.conf")
        with open(self.conf, "w", encoding="ascii") as f:
            f.write(f"port={self.port}\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\n"
                    f"no-hosts\ncache-size=0\nuser=\ngroup=\naddress=/{PING}/127.0.0.1\n")
            f.writelines(f"address=/{name}/\n" for name in names)
        self.process = None

    def launch(self):
        client = Client(self.port)
        start = time.monotonic()
        self.process = Server(["dnsmasq", "--keep-in-foreground", f"--conf-file={self.conf}",
                               "--pid-file="], self.port, os.path.join(self.folder, "stderr"))
        client.wait(PING, None, alive=self.process.running)
        took = time.monotonic() - start
        client.close()
        return took

    @property
    def pid(self):
        return self.process.child.pid

    def stop(self):
        self.process.stop()


def settings(lists, match="exact", queries="hits", more=""):
    """dnsward.yaml for lists given as (file name, format)."""
    entries = "".join(f"  - {{name: list{i}, path: {name}, format: {form}, category: ads"
                      + (f", match: {match}" if form == "domains" else "") + "}\n"
                      for i, (name, form) in enumerate(lists))
    return f"""version: 1
state-dir: state
lists:
{entries}actions:
  - {{category: ads, action: sinkhole}}
log: {{queries: {queries}}}
{more}"""
