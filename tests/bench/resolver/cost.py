# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# cost.py: queries/s and processor time a query, with and without, in interleaved pairs
import contextlib
import itertools
import os
import statistics
import time

from .figures import Ratios
from .machine import Load, write_queries
from .subject import Subject, settings

CACHES = "  msg-cache-size: 64m\n  rrset-cache-size: 128m\n"
HOT = 10000


def rounds(subjects, loads, results=None):
    """Each load, a (queries, runs), on every subject, next to each other and in turning order;
    adds to `results`, a list a subject, and returns them."""
    results = results or [[] for _ in subjects]
    for queries, runs in loads:
        order = list(enumerate(subjects))
        for i, subject in order if len(results[0]) % 2 == 0 else reversed(order):
            results[i].append(Load(subject.port, subject.pid, queries, runs))
    return results


def launches(pairs):
    """How many of the pairs each launch of the subjects runs. Where the loader and the kernel
    happen to put a process makes it slower or faster by some percent for as long as it lives."""
    count = min(5, pairs)
    return [pairs // count + (i < pairs % count) for i in range(count)]


@contextlib.contextmanager
def running(subjects, ready):
    try:
        for subject in subjects:
            subject.launch()
        ready()
        yield
    finally:
        for subject in subjects:
            subject.stop()


def compare(figures, what, mine, other, goal=None):
    """Both figures of `mine` over `other`: 1 is no cost, 0.9 a tenth more."""
    speed = Ratios(m.rate / o.rate for m, o in zip(mine, other))
    work = Ratios(o.cpu_us / m.cpu_us for m, o in zip(mine, other))
    median = statistics.median
    told = (f"   [{median(o.cpu_us for o in other):.2f} -> "
            f"{median(m.cpu_us for m in mine):.2f} us a query]")
    for name, ratios, more in ((f"{what}: queries/s", speed, ""),
                               (f"{what}: processor time", work, told)):
        met = None if goal is None else ratios.median >= goal
        figures.add(name, f"{ratios}{more}", "" if goal is None else f">= {goal}", met)
    lost = sum(m.lost for m in mine), sum(o.lost for o in other)
    if any(lost):
        figures.add(f"{what}: queries lost, of {sum(m.sent for m in mine)}",
                    f"{lost[0]}; without {lost[1]}")


def bench_cost(bench):
    figures, pairs = bench.figures, bench.pairs
    figures.section(f"Cost of the module, {bench.about_lists}; ratios to the same Unbound without "
                    f"it, median (min .. max) of {pairs} pairs")
    folder = bench.folder("cost")
    with_module = Subject(bench.lab, os.path.join(folder, "with"), modules="dynlib validator iterator",
                          server=CACHES)
    bench.link_lists(with_module)
    with_module.write("dnsward.yaml", settings(bench.lists))
    without = Subject(bench.lab, os.path.join(folder, "without"), server=CACHES)
    subjects = [with_module, without]
    fresh = bench.pool.unlisted(bench.listed)

    def batch(name, count):
        return write_queries(os.path.join(folder, name), itertools.islice(fresh, count))
    hot = batch("hot", HOT)
    cached = upstream = None
    for share in launches(pairs):
        with running(subjects, lambda: with_module.blocks(bench.names[0])):
            rounds(subjects, [(hot, 1)] * 2)  # fill the caches
            cached = rounds(subjects, [(hot, bench.scale(10))] * share, cached)
            loads = ((batch("fresh", bench.scale(30000)), 1) for _ in range(share))
            upstream = rounds(subjects, loads, upstream)
    compare(figures, "cached names", *cached, 0.97)
    compare(figures, "names that go upstream", *upstream, 0.99)


SIGMA = ["{{query|endswith: '.bad{0}.example', record_type: A}}", "{{query|contains: '.stage{0}.'}}",
         "{{query|re: '^[0-9a-f]{{8}}\\.drop{0}\\.example$'}}",
         "{{record_type: TXT, answer|contains: 'payload{0}'}}"]


def sigma(count):
    return "---\n".join(f"title: Rule {i}\nlogsource: {{category: dns}}\ndetection:\n"
                        f"  s: {SIGMA[i % len(SIGMA)].format(i)}\n  condition: s\n" for i in range(count))


def bench_rules(bench):
    figures, pairs = bench.figures, bench.pairs
    figures.section("Rules: the pack, 1,000 Sigma rules and all detectors, cached names; ratios to the same "
                    f"Unbound without the module, median (min .. max) of {pairs} pairs")
    folder = bench.folder("rules")
    with_module = Subject(bench.lab, os.path.join(folder, "with"), modules="dynlib validator iterator",
                          server=CACHES)
    bench.link_lists(with_module)
    with_module.write("rules.yml", sigma(1000))
    with_module.write("dnsward.yaml", f"include: [{bench.packs}/detections/*.yaml, {bench.packs}/detectors.yaml]\n"
                      + settings(bench.lists).replace("actions:\n", "  - {name: sigma, path: rules.yml}\n"
                                                      "actions:\n  - {category: sigma, action: sinkhole}\n"))
    subjects = [with_module, Subject(bench.lab, os.path.join(folder, "without"), server=CACHES)]
    names = itertools.islice(bench.pool.unlisted(bench.listed), HOT)
    hot = write_queries(os.path.join(folder, "hot"), names)
    cached = None
    for share in launches(pairs):
        with running(subjects, lambda: with_module.blocks(bench.names[0])):
            rounds(subjects, [(hot, 1)] * 2)  # fill the caches
            cached = rounds(subjects, [(hot, bench.scale(10))] * share, cached)
    compare(figures, "cached names", *cached, 0.95)


def bench_log(bench):
    figures, pairs = bench.figures, bench.pairs
    figures.section("Query log, cached names; ratios to the same module with `queries: hits`, "
                    f"median (min .. max) of {pairs} pairs")
    folder = bench.folder("log")
    sides = []
    for queries in ("all", "hits"):
        side = Subject(bench.lab, os.path.join(folder, queries), modules="dynlib validator iterator",
                       server=CACHES)
        bench.link_lists(side)
        side.write("dnsward.yaml", settings(bench.lists, queries=queries))
        sides.append(side)
    sides.append(Subject(bench.lab, os.path.join(folder, "text"),
                         server=CACHES + "  log-queries: yes\n  log-replies: yes\n"))
    sides.append(Subject(bench.lab, os.path.join(folder, "none"), server=CACHES))
    hot = write_queries(os.path.join(folder, "hot"),
                        itertools.islice(bench.pool.unlisted(bench.listed), HOT))
    def ready():
        for side in sides[:2]:
            side.blocks(bench.names[0])

    cached = None
    for share in launches(pairs):
        with running(sides, ready):
            rounds(sides, [(hot, 1)])
            cached = rounds(sides, [(hot, bench.scale(10))] * share, cached)
    every, hits, text, none = cached
    compare(figures, "`queries: all`", every, hits, 0.93)
    compare(figures, "Unbound's log-queries and log-replies, to none", text, none)
    with running(sides[:1], lambda: sides[0].blocks(bench.names[0])):
        rounds(sides[:1], [(hot, 1)])
        _drops(bench, sides[0], hot)


def _lines(subject):
    with open(subject.path("state/query.jsonl"), "rb") as f:
        return sum(1 for _ in f)


def _drops(bench, subject, hot):
    """At a steady rate: what was answered and stands in the log, or does not."""
    rate = 30000
    time.sleep(1)
    before = _lines(subject)
    load = Load(subject.port, subject.pid, hot, runs=max(1, rate * bench.steady // HOT), rate=rate)
    time.sleep(2)
    missing = load.sent - load.lost - (_lines(subject) - before)
    bench.figures.add(f"events not in the log, of {load.sent} at {load.rate:.0f} queries/s",
                      missing, "0 at 30000/s", missing == 0 if load.rate > 0.95 * rate else None)
