# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# dig.py: ask with dig, and read the whole of what it prints
import re
import subprocess

HEADER = re.compile(r"^;; ->>HEADER<<- opcode: \w+, status: (\w+), id: \d+")
FLAGS = re.compile(r"^;; flags: ([a-z ]*);")
EDE = re.compile(r"^; EDE: (\d+)(?: \([^)]*\))?(?:: \((.*)\))?$")
SECTION = re.compile(r"^;; (ANSWER|AUTHORITY|ADDITIONAL) SECTION:")


class Answer:
    """What a client got. `status` is an rcode, TIMEOUT or CLOSED."""

    def __init__(self):
        self.status = "TIMEOUT"
        self.flags = []
        self.answer = []
        self.authority = []
        self.additional = []
        self.ede = None
        self.text = ""


def _record(line):
    owner, ttl, _klass, rtype, rdata = (line.split(None, 4) + [""])[:5]
    return owner, int(ttl), rtype, rdata


def parse(text):
    got = Answer()
    got.text = text
    section = None
    for line in text.splitlines():
        if m := HEADER.match(line):
            got.status = m[1]
        elif m := FLAGS.match(line):
            got.flags = m[1].split()
        elif m := EDE.match(line):
            got.ede = (int(m[1]), m[2] or "")
        elif m := SECTION.match(line):
            section = getattr(got, m[1].lower())
        elif line.startswith(";") or not line.strip():
            if not line.strip():
                section = None
        elif section is not None:
            section.append(_record(line))
    if got.status == "TIMEOUT" and "end of file" in text:
        got.status = "CLOSED"
    return got


def ask(port, args, stream, timeout=5, tries=1):
    """`args` as on dig's command line, without server and port."""
    command = ["dig", "-r", "@127.0.0.1", "-p", str(port), "+nocmd", "+nostats",
               "+tcp" if stream else "+notcp", "+ignore", f"+time={timeout}", f"+tries={tries}",
               "+nocookie"] + list(args)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return parse(done.stdout + done.stderr)
