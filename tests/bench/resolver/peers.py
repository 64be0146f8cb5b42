# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# peers.py: the same names as dnsward's lists, as local-zone, as RPZ and in dnsmasq: memory,
# start, change of a list
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

from .machine import MIB, Client, Load, Pinger, mapped, memory, write_queries
from .names import SEED
from .subject import PING, Dnsmasq, Subject, settings

SMALL_CACHES = "  msg-cache-size: 1m\n  rrset-cache-size: 1m\n"  # names weigh, not answers
NEW = "newly-listed.bench.example"
GOALS_FROM = 1000000
PARTS = 10  # lists that the names are spread over, one of which changes


class Way:
    """One way to list the names: `prepare` writes a list with NEW in it, before the clock
    starts; `change` puts it in force, and returns when it is."""

    starts_fast = False

    def __init__(self, bench, folder, names):
        self.bench, self.folder, self.names = bench, folder, names
        self.make()


class Dnsward(Way):
    title = "dnsward"
    starts_fast = True

    def make(self):
        self.subject = Subject(self.bench.lab, self.folder, modules="dynlib validator iterator",
                               server=SMALL_CACHES)
        for i in range(PARTS):
            self.subject.write(f"part{i}.txt", "\n".join(self.names[i::PARTS]) + "\n")
        lists = [(f"part{i}.txt", "domains") for i in range(PARTS)]
        self.subject.write("dnsward.yaml", settings(lists, match="subtree"))
        self.compiled = self._compile()

    # A process has for its peak what the one that forked it had, and ours holds all the names:
    # a small one in between measures.
    MEASURE = """
import json, resource, subprocess, sys, time
before = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
seconds = time.monotonic() - before
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"seconds": seconds, "cpu": used.ru_utime + used.ru_stime,
                  "peak": used.ru_maxrss * 1024, "file": json.loads(done.stdout)["bytes"]}))
"""

    def _compile(self):
        done = subprocess.run([sys.executable, "-c", self.MEASURE, self.bench.lab.command, "-c",
                               self.subject.path("dnsward.yaml"), "compile", "--json"],
                              stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def prepare(self):
        changed = self.subject.read("part0.txt") + NEW + "\n"
        with open(self.subject.path("changed"), "w", encoding="ascii") as f:
            f.write(changed)

    def change(self):
        os.replace(self.subject.path("changed"), self.subject.path("part0.txt"))
        self.subject.blocks(NEW)


class LocalZone(Way):
    title = "local-zone"

    def make(self):
        self.subject = Subject(self.bench.lab, self.folder, {"zones.conf": self._text(self.names)},
                               server=SMALL_CACHES + '  include: "zones.conf"\n')

    @staticmethod
    def _text(names):
        return "".join(f'local-zone: "{name}" always_nxdomain\n' for name in names)

    def prepare(self):
        with open(self.subject.path("zones.conf"), "a", encoding="ascii") as f:
            f.write(self._text([NEW]))

    def change(self):
        self.subject.control("reload")
        self.subject.blocks(NEW)


class Rpz(Way):
    title = "RPZ"

    def make(self):
        self.subject = Subject(self.bench.lab, self.folder, {"rpz.zone": self._text(1, self.names)},
                               modules="respip validator iterator", server=SMALL_CACHES,
                               clauses='rpz:\n  name: "rpz.bench"\n  zonefile: "rpz.zone"\n')

    @staticmethod
    def _text(serial, names):
        return (f"$ORIGIN rpz.bench.\n@ 60 SOA . . {serial} 3600 600 86400 60\n@ 60 NS .\n"
                + "".join(f"{name} 60 CNAME .\n*.{name} 60 CNAME .\n" for name in names))

    def prepare(self):
        self.subject.write("rpz.zone", self._text(2, [*self.names, NEW]))

    def change(self):
        self.subject.control("auth_zone_reload", "rpz.bench")
        self.subject.blocks(NEW)


# ---- look-ups of all kinds ----

def touch(bench, folder, names):
    """Questions that touch all parts of a look-up: listed, below a listed one, on no list."""
    r = random.Random(SEED)
    count = bench.scale(150000)
    listed = r.sample(names, min(count, len(names)))
    asked = listed + [f"sub.{n}" for n in r.sample(names, min(count // 3, len(names)))]
    asked += itertools.islice(bench.pool.unlisted(frozenset(names)), count // 3)
    r.shuffle(asked)
    return (write_queries(os.path.join(folder, "touch"), asked),
            write_queries(os.path.join(folder, "listed"), listed[:30000]))


def measure(way, queries, listed):
    """Start, look-ups, a change, a reload of one way; returns its figures."""
    subject = way.subject
    got = {"start": launch_some(subject) if way.starts_fast else subject.launch()}
    try:
        subject.blocks(way.names[0])
        Load(subject.port, subject.pid, queries)
        got["memory"] = memory(subject.pid)
        if way.title == "dnsward":
            got["mapped"] = mapped(subject.pid, "/policy.dwdb")
        got["blocked"] = Load(subject.port, subject.pid, listed)
        way.prepare()
        for word, step in (("change", way.change), ("reload", lambda: subject.control("reload"))):
            with Pinger(subject.port, PING) as pinger:
                start = time.monotonic()
                step()
                got[word] = time.monotonic() - start
            got[word + "-hole"] = pinger.hole
        Load(subject.port, subject.pid, queries)
        got["after"] = memory(subject.pid)
    finally:
        subject.stop()
        shutil.rmtree(way.folder)
    return got


def launch_some(subject, times=5):
    """The median of some starts; the last one stays."""
    took = []
    while True:
        took.append(subject.launch())
        if len(took) == times:
            return statistics.median(took)
        subject.stop()


def measure_plain(bench, folder, queries):
    """Unbound without lists, and its holes in a quiet second and in a reload."""
    subject = Subject(bench.lab, folder, server=SMALL_CACHES)
    got = {"start": launch_some(subject)}
    try:
        Load(subject.port, subject.pid, queries)
        got["memory"] = memory(subject.pid)
        for word, step in (("quiet", lambda: time.sleep(1)),
                           ("reload", lambda: subject.control("reload"))):
            with Pinger(subject.port, PING) as pinger:
                step()
            got[word + "-hole"] = pinger.hole
    finally:
        subject.stop()
    return got


# ---- telling ----

def tell(figures, title, got, plain, count):
    rss, base = got["memory"]["Rss"], plain["memory"]["Rss"]
    figures.add(f"{title}: start to first answer", f"{got['start']:.3f} s")
    figures.add(f"{title}: resident above Unbound without lists",
                f"{(rss - base) / MIB:.1f} MiB, {(rss - base) / count:.1f} bytes a name "
                f"(PSS {(got['memory']['Pss'] - plain['memory']['Pss']) / MIB:.1f} MiB)")
    figures.add(f"{title}: the same after a change and a reload",
                f"{(got['after']['Rss'] - base) / MIB:.1f} MiB")
    figures.add(f"{title}: listed names", f"{got['blocked'].cpu_us:.2f} us of processor a query, "
                f"{got['blocked'].rate:.0f} queries/s")
    for word, what in (("change", "list changed to enforced"), ("reload", "reload")):
        figures.add(f"{title}: {what}; longest hole",
                    f"{got[word]:.3f} s; {got[word + '-hole'] * 1000:.0f} ms")


def compare_ways(bench, names, ways):
    figures, count = bench.figures, len(names)
    folder = bench.folder("peers")
    queries, listed = touch(bench, folder, names)
    plain = measure_plain(bench, os.path.join(folder, "plain"), queries)
    figures.add("Unbound without lists: start to first answer; resident",
                f"{plain['start']:.3f} s; {plain['memory']['Rss'] / MIB:.1f} MiB")
    figures.add("Unbound without lists: longest hole in a quiet second; in a reload",
                f"{plain['quiet-hole'] * 1000:.0f} ms; {plain['reload-hole'] * 1000:.0f} ms")
    results = {}
    for kind in ways:
        way = kind(bench, os.path.join(folder, kind.title), names)
        results[kind] = measure(way, queries, listed)
        tell(figures, kind.title, results[kind], plain, count)
        if kind is Dnsward:
            results[kind]["compiled"] = way.compiled
    return plain, results


def bench_peers(bench):
    bench.figures.section(f"The same names in Unbound three ways: {bench.about_lists}")
    compare_ways(bench, bench.names, (Dnsward, LocalZone, Rpz))


def over(plain, got):
    return got["memory"]["Rss"] - plain["memory"]["Rss"]


def bench_scale(bench):
    figures, count = bench.figures, bench.count
    names = bench.pool.listed(count)
    average = sum(map(len, names)) / count
    figures.section(f"Scale: {count} names in {PARTS} lists, {average:.1f} characters on average")
    judged = count >= GOALS_FROM
    if not judged:
        print(f"   the goals are for {GOALS_FROM} names and more: what is fixed weighs too much here")
    plain, results = compare_ways(bench, names, (Dnsward, LocalZone, Rpz))
    mine = results[Dnsward]
    made = mine["compiled"]
    figures.at_most("compile, text to published file", made["seconds"], 0.4 * count / 1e6, "s", 2,
                    judged)
    figures.at_most("compile: peak memory a name", made["peak"] / count, 60, "B", judged=judged)
    figures.add("dnsward: file", f"{made['file'] / count:.1f} bytes a name")
    figures.at_most("dnsward: file resident after look-ups of all kinds, a name",
                    mine["mapped"] / count, 9, "B", judged=judged)
    figures.at_most("dnsward: one of ten lists changed to enforced", mine["change"], 0.3, "s", 2)
    figures.at_most("dnsward: longest hole beyond a quiet second's",
                    max(0, mine["change-hole"] - plain["quiet-hole"]) * 1000, 5, "ms")
    for kind, goal in ((LocalZone, 45), (Rpz, 120)):
        figures.times_less(f"memory against {kind.title}", over(plain, results[kind]),
                           over(plain, mine), goal, judged)
    dnsmasq(bench, names, plain, mine, judged)


def dnsmasq(bench, names, plain, mine, judged):
    figures, start = bench.figures, mine["start"]
    if shutil.which("dnsmasq") is None:
        figures.skip("dnsmasq", "not installed")
        return
    folder = os.path.join(bench.base, "dnsmasq")
    resident = []
    for some in ([], names):
        server = Dnsmasq(folder, some)
        took = server.launch()
        try:
            client = Client(server.port)
            for name in names[:1000]:
                client.send(name)
                client.rcode(1)
            client.close()
            resident.append(memory(server.pid)["Rss"])
        finally:
            server.stop()
    figures.add("dnsmasq address=/x/: start to first answer", f"{took:.3f} s")
    size = resident[1] - resident[0]
    figures.add("dnsmasq: resident above none",
                f"{size / MIB:.1f} MiB, {size / len(names):.1f} bytes a name")
    figures.times_less("memory against dnsmasq", size, over(plain, mine), 8, judged)
    figures.times_less("start against dnsmasq, Unbound's own included", took, start, 50, judged)
    figures.add("start against dnsmasq, what lists and module add",
                f"{max(0, start - plain['start']) * 1000:.0f} ms of {took * 1000:.0f} ms")
