# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# rpz.py: response policy zones as people have them: what works in Unbound's own RPZ works here,
# and a zone that a secondary keeps fresh is taken at each new serial
import os
import random
import subprocess

from lab import process
from lab.resolver import Resolver
from lab.scene import brief, resolver, within
from lab.upstream import need

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: feed, path: rpz.zone, format: rpz, trust-answers: yes}
actions:
  - {category: feed, action: as-listed}
"""
HEAD = """$TTL 300
$ORIGIN rpz.example.
@ SOA ns.rpz.example. host.rpz.example. %d 3600 600 86400 60
@ NS ns.rpz.example.
"""

# ---- the same zone in Unbound's own RPZ ----

# owner below the apex, without site.example; type and data. Not here, since Unbound takes it for
# data: the old way to write rpz-passthru, a CNAME to the name itself.
RULES = """
nx                CNAME .
*.nx              CNAME .
nodata            CNAME *.
*.nodata          CNAME *.
pass              CNAME rpz-passthru.
*.passed          CNAME .
fine.passed       CNAME rpz-passthru.
*.fine2.passed    CNAME rpz-passthru.
drop              CNAME rpz-drop.
*.drop            CNAME rpz-drop.
tcp               CNAME rpz-tcp-only.
*.tcp             CNAME rpz-tcp-only.
a                 A     192.0.2.101
two               A     192.0.2.102
two               A     192.0.2.103
both              A     192.0.2.104
both              AAAA  2001:db8::104
v6                AAAA  2001:db8::105
text              TXT   "told \\"so\\"" "twice"
mixed             A     192.0.2.106
mixed             TXT   "mixed"
mx                MX    5 mail.site.example.
*.data            A     192.0.2.107
*.data            TXT   "data"
to                CNAME walled.site.example.
*.to              CNAME walled.site.example.
only-sub          TXT   "not below"
*.star            CNAME .
exact.star        A     192.0.2.108
*.deep.star       CNAME *.
a.b.ent           CNAME .
*.c.ent           A     192.0.2.109
UPPER             CNAME .
under_score       CNAME .
x.y.mid           A     192.0.2.110
""".strip().splitlines()

# what is asked of each owner: itself, what stands below and above it, and names like it
BELOW = ["", "www.", "a.b.c.", "xn--bcher-kva."]


def zone(serial, rules=RULES):
    lines = []
    for rule in rules:
        owner, rtype, data = rule.split(None, 2)
        lines.append(f"{owner}.site.example {rtype} {data}\n")
    return HEAD % serial + "".join(lines)


def questions():
    names = set()
    for rule in RULES:
        owner = rule.split()[0].removeprefix("*.")
        names.update(below + owner for below in BELOW)
        names.add("not" + owner)
        while "." in owner:
            owner = owner.split(".", 1)[1]
            names.update(below + owner for below in BELOW)
    names.update(f"plain{i}" for i in range(10))
    asked = [(name, rtype) for name in sorted(names) for rtype in ("A", "AAAA", "TXT", "MX")]
    random.Random(1).shuffle(asked)
    # a name that is dropped costs a second each time: one type is enough
    return [(n, t) for n, t in asked if t == "A" or not f".{n}".endswith(".drop")]


def seen(answer):
    """What a client gets: status, truncation, and records without the time left of upstream's."""
    records = sorted(f"{owner} {rtype} {data}" for owner, _, rtype, data in answer.answer)
    return " ".join([answer.status] + ["tc"] * ("tc" in answer.flags) + records)


def own_rpz(lab, folder, files):
    """An Unbound without us, with the zones in its own RPZ."""
    clauses = "".join(f'rpz:\n  name: "{file.replace("zone", "example")}"\n  zonefile: "{file}"\n'
                      for file in files)
    return Resolver(lab, os.path.join(folder, "theirs"), files,
                    modules="respip validator iterator", clauses=clauses)


def case_as_unbound_does(lab, folder, report):
    theirs = own_rpz(lab, folder, {"rpz.zone": zone(1)})
    with resolver(lab, os.path.join(folder, "ours"), SETTINGS, {"rpz.zone": zone(1)}) as ours:
        theirs.start()
        try:
            for stream in (False, True):
                asked = questions()[:120 if stream else None]
                expected, came = [], []
                for name, rtype in asked:
                    args = (f"{name}.site.example", rtype)
                    for subject, out in ((theirs, expected), (ours, came)):
                        got = subject.ask(*args, stream=stream, timeout=1)
                        out.append(f"{' '.join(args)}: {seen(got)}")
                report.check(f"{len(asked)} questions ({'TCP' if stream else 'UDP'})", expected, came)
        finally:
            theirs.stop()


# What a zone says of addresses, and of names whose addresses it says it of. Aliases of theirs,
# which stay in the answer, and names that it sends to either.
NETWORKS = """
32.1.2.0.192.rpz-ip         CNAME .
128.1.zz.db8.2001.rpz-ip    CNAME .
32.44.2.0.192.rpz-ip        CNAME *.
32.45.2.0.192.rpz-ip        A     203.0.113.5
32.45.2.0.192.rpz-ip        A     203.0.113.6
32.46.2.0.192.rpz-ip        CNAME v4free.site.example.
32.47.2.0.192.rpz-ip        CNAME rpz-tcp-only.
32.48.2.0.192.rpz-ip        CNAME rpz-passthru.
32.50.2.0.192.rpz-ip        CNAME rpz-drop.
32.80.2.0.192.rpz-ip        CNAME v4ads.site.example.
128.80.zz.db8.2001.rpz-ip   AAAA  2001:db8::99
"""
NAMES = """
pass          CNAME rpz-passthru.
plain         CNAME rpz-passthru.
named         CNAME .
to-named      CNAME named.site.example.
to-nx         CNAME other.site.example.
to-nx-alias   CNAME alias-nx.site.example.
to-nodata     CNAME v4only.site.example.
to-data       CNAME v4ads.site.example.
to-data-alias CNAME alias-data.site.example.
to-name       CNAME v4social.site.example.
to-name-alias CNAME alias-name.site.example.
to-tcp        CNAME v4addr.site.example.
to-pass       CNAME v4rule.site.example.
to-passed     CNAME pass.site.example.
to-walled     CNAME walled.site.example.
to-chain      CNAME long1.site.example.
to-drop       CNAME v4drop.site.example.
to-free       CNAME v4free.site.example.
*.to-wild     CNAME *.site.example.
""".strip().splitlines()
ADDRESSES = """
pass plain clean other alias-nx x.moved v4only alias-nodata v4ads alias-data v4social alias-name
v4addr alias-tcp v4rule alias-pass v4drop alias-drop alias-named v4free walled long1
""".split()
SENT = [rule.split()[0] for rule in NAMES if rule.startswith("to-")] + ["x.to-wild"]


# where 1.17 neither looks at the name that it was sent to nor sends on from there
NEWER = ["alias-named", "walled", "long1", "to-named", "to-passed", "to-walled", "to-chain"]


def compare_fresh(lab, theirs, ours, names, report):
    """From its cache Unbound gives other answers than afresh."""
    old = lab.unbound.version.startswith("1.17.")
    for name in names:
        if old and name in NEWER:
            continue
        for rtype, stream in (("A", False), ("A", True), ("AAAA", False), ("TXT", False)):
            theirs.control("flush_zone", "site.example")
            expected, came = [seen(subject.ask(f"{name}.site.example", rtype, stream=stream,
                                               timeout=1)) for subject in (theirs, ours)]
            report.check(f"{name} {rtype} ({'TCP' if stream else 'UDP'})", expected, came)


def case_addresses_as_unbound_does(lab, folder, report):
    """Networks of a zone hold for all answers but of names that it lets pass, and for those of the
    names that it sends to. What they give replaces the addresses alone."""
    files = {"rpz.zone": zone(1, NAMES) + NETWORKS}
    theirs = own_rpz(lab, folder, files)
    with resolver(lab, os.path.join(folder, "ours"), SETTINGS, files) as ours:
        theirs.start()
        try:
            compare_fresh(lab, theirs, ours, ADDRESSES + SENT, report)
        finally:
            theirs.stop()


def case_two_zones_as_unbound_does(lab, folder, report):
    """One zone sends to names whose addresses the other one names."""
    names = [rule for rule in NAMES if "pass" not in rule]
    files = {"rpz.zone": zone(1, names),
             "rpz2.zone": zone(1, []).replace("rpz.", "rpz2.") + NETWORKS}
    settings = SETTINGS.replace("actions:\n", """  - {name: nets, path: rpz2.zone, format: rpz, trust-answers: yes}
actions:
  - {category: nets, action: as-listed}
""")
    theirs = own_rpz(lab, folder, files)
    with resolver(lab, os.path.join(folder, "ours"), settings, files) as ours:
        theirs.start()
        try:
            compare_fresh(lab, theirs, ours,
                          [name for name in ADDRESSES + SENT if name not in ("pass", "to-pass")],
                          report)
        finally:
            theirs.stop()


def case_sent_around(lab, folder, report):
    """Names that a zone sends to each other, and ones that it makes longer each time."""
    text = zone(1, ["one CNAME two.site.example.", "two CNAME one.site.example."]) + \
        "32.80.2.0.192.rpz-ip CNAME long1.site.example.\n*.f.example CNAME *.g.f.example.\n"
    with resolver(lab, folder, SETTINGS, {"rpz.zone": text}) as subject:
        report.check("to each other", "NOERROR one.site.example. CNAME two.site.example. "
                     "two.site.example. A 192.0.2.1", seen(subject.ask("one.site.example", "A")))
        report.check("back to an alias", "NOERROR long1.site.example. CNAME long2.site.example. "
                     "long2.site.example. CNAME walled.site.example. "
                     "walled.site.example. A 192.0.2.80", seen(subject.ask("long1.site.example", "A")))
        got = subject.ask("x.f.example", "A", stream=True)
        report.check("ever longer", ("NOERROR", 17),
                     (got.status, sum(rtype == "CNAME" for _, _, rtype, _ in got.answer)))


# ---- a zone that is kept fresh by AXFR and IXFR ----

class Nsd:
    """An NSD of its own, for one zone."""

    def __init__(self, folder, zone_lines, port):
        need("nsd", "nsd-control")
        self.folder, self.port = folder, port
        os.makedirs(folder, exist_ok=True)
        self.conf = os.path.join(folder, "nsd.conf")
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(f"""server:
    ip-address: 127.0.0.1@{port}
    zonesdir: "{folder}"
    database: ""
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    zonelistfile: "{folder}/zone.list"
    xfrdir: "{folder}"
    username: ""
    verbosity: 2
    zonefiles-write: 1
remote-control:
    control-enable: yes
    control-interface: "{folder}/control"
zone:
    name: "rpz.example"
    zonefile: "rpz.zone"
{zone_lines}
""")

    def start(self):
        self.server = process.Server(["nsd", "-d", "-c", self.conf], self.port,
                                     os.path.join(self.folder, "nsd.log"))
        self.server.wait_ready()
        return self

    def control(self, *args):
        return subprocess.run(["nsd-control", "-c", self.conf, *args], check=True,
                              capture_output=True, text=True).stdout

    def said(self):
        with open(os.path.join(self.folder, "nsd.log"), encoding="utf-8") as f:
            return f.read()

    def stop(self):
        self.server.stop()


def case_kept_fresh_by_a_secondary(lab, folder, report):
    ports = [process.free_port(), process.free_port()]
    primary = Nsd(os.path.join(folder, "primary"), f"""    notify: 127.0.0.1@{ports[1]} NOKEY
    provide-xfr: 127.0.0.1 NOKEY
    store-ixfr: yes
    create-ixfr: yes""", ports[0])
    secondary = Nsd(os.path.join(folder, "secondary"), f"""    allow-notify: 127.0.0.1 NOKEY
    request-xfr: 127.0.0.1@{ports[0]} NOKEY""", ports[1])
    there = os.path.join(secondary.folder, "rpz.zone")
    settings = SETTINGS.replace("rpz.zone", there)
    rules = [f"bad{i} CNAME ." for i in range(40)]

    def publish(serial):
        path = os.path.join(primary.folder, "rpz.zone")
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(zone(serial, rules))
        os.replace(path + ".new", path)

    publish(1)
    with resolver(lab, os.path.join(folder, "resolver"), settings, start=False) as subject:
        try:
            primary.start()
            secondary.start()
            process.wait_until("the first transfer", lambda: os.path.exists(there))
            subject.start()
            report.check("transferred whole", "NXDOMAIN EDE 15 feed",
                         within(5, "NXDOMAIN EDE 15 feed",
                                lambda: subject.ask("bad7.site.example", "A")))
            for serial in range(2, 5):
                rules[serial] = f"fresh{serial} A 192.0.2.{serial}"
                publish(serial)
                primary.control("reload", "rpz.example")
                wanted = f"NOERROR 192.0.2.{serial} EDE 15 feed"
                report.check(f"serial {serial} is taken", wanted,
                             within(20, wanted, lambda: subject.ask(f"fresh{serial}.site.example", "A")))
                report.check(f"serial {serial}: and what it left out", "NOERROR 192.0.2.1",
                             within(5, "NOERROR 192.0.2.1",
                                    lambda: subject.ask(f"bad{serial}.site.example", "A")))
            report.check("all by one start", 1, subject.starts())
            report.check("by IXFR", True, "IXFR" in primary.said() + secondary.said())
        finally:
            primary.stop()
            secondary.stop()


def case_half_written(lab, folder, report):
    """A file that is written over in place is not taken before it is whole."""
    old = [f"old{i} CNAME ." for i in range(100)]
    new = [f"old{i} CNAME ." for i in range(100)] + [f"new{i} CNAME ." for i in range(100)]
    text = zone(2, new)
    with resolver(lab, folder, SETTINGS, {"rpz.zone": zone(1, old)}) as subject:
        blocked = "NXDOMAIN EDE 15 feed"
        report.check("before", blocked, brief(subject.ask("old99.site.example", "A")))
        asked = set()
        with open(subject.path("rpz.zone"), "w", encoding="utf-8") as f:
            size = len(text) // 8
            for start in range(0, len(text), size):
                f.write(text[start:start + size])
                f.flush()
                end = process.time.monotonic() + 0.4
                while process.time.monotonic() < end:
                    asked.add(brief(subject.ask("old99.site.example", "A")))
        report.check("while it is written", [blocked], sorted(asked))
        report.check("afterwards", blocked,
                     within(5, blocked, lambda: subject.ask("new99.site.example", "A")))
        report.check("nothing was wrong with it", "", "\n".join(l for l in subject.said() if " error: dnsward" in l))
