# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# pack_sequences.py: for each detector a client that makes it fire, and one that comes close
import hashlib
import time

import yaml

from lab import pack
from lab.asker import Client


def several(count, name, rtype="A"):
    """count questions; `%d` in the name is the number, `%h` 30 digits that differ"""
    for n in range(count):
        digits = hashlib.sha256(str(n).encode()).hexdigest()[:30]
        yield name.replace("%d", str(n)).replace("%h", digits), rtype


LONG = "%h.%h.%h.%h.%h"
SEQUENCES = {
    "tunnel": (several(25, "%h.%h.t1.example"), several(24, "%h.%h.t1.example")),
    "chunks": (several(30, "%d-%h.t2.example"), several(29, "%d-%h.t2.example")),
    "information": (several(150, "%h.%h.t3.example"), several(150, "www.t3.example")),
    "volume": (several(1001, "www.t4.example"), several(1000, "www.t4.example")),
    "repeats": (several(1000, "www.t5.example"), several(999, "www.t5.example")),
    "rebinding": (several(1, "both.rebind.example"), several(1, "private.rebind.example")),
    "query-flood": (several(1001, "www.t6.example"), several(1000, "www.t6.example")),
    "txt-flood": (several(51, "www.t7.example", "TXT"), several(50, "www.t7.example", "TXT")),
    "null-flood": (several(51, "www.t8.example", "NULL"), several(50, "www.t8.example", "NULL")),
    "any-flood": (several(201, "www.t9.example", "ANY"), several(200, "www.t9.example", "ANY")),
    "failures": (several(51, "www.gone.example"), several(50, "www.gone.example")),
    # these count different names within a few percent
    "nxdomain-names": (several(120, "n%d.gone.example"), several(80, "n%d.gone.example")),
    "ptr-scan": (several(95, "%d.100.51.198.in-addr.arpa", "PTR"),
                 several(65, "%d.100.51.198.in-addr.arpa", "PTR")),
    "bytes-out": (several(1900, f"{LONG}.ta.example"), several(1700, f"{LONG}.ta.example")),
    "dga-client": (several(40, "%h.net"), several(40, "garden%d.net")),
}


# seconds at which a name is asked for
EVEN, UNEVEN = (0, 2, 4, 6, 8), (0, 2, 7, 13)


def beacons(port, even, uneven):
    asks = sorted([(when, even) for when in EVEN] + [(when, uneven) for when in UNEVEN])
    start = time.monotonic()
    with Client(port, even) as a, Client(port, uneven) as b:
        for when, address in asks:
            time.sleep(max(0, start + when - time.monotonic()))
            (a if address == even else b).ask("beacon.example")


# of MITRE ATT&CK, where it is not T1071.004
TECHNIQUES = {"chunks": "T1048.003", "rebinding": "T1189", "any-flood": "T1498.002",
              "nxdomain-names": "T1568.002", "ptr-scan": "T1018", "bytes-out": "T1048.003",
              "dga-client": "T1568.002"}


def is_told(event):
    """Whether an alert says which category and technique its detector has."""
    rule, technique = event["rule"], event["threat"]["technique"]
    return rule["category"] == rule["name"] and \
        technique["id"][-1] == TECHNIQUES.get(rule["name"], "T1071.004")


def alerts(subject, wanted):
    """(detector, client) of all alerts that are told as they should, once the wanted ones are there"""
    end = time.monotonic() + 10
    while True:
        came = {(e["rule"]["name"], e["source"]["ip"]) for e in pack.events(subject, 0)
                if e["event"]["kind"] == "alert" and is_told(e)}
        if wanted <= came or time.monotonic() > end:
            time.sleep(0.3)
            return came
        time.sleep(0.1)


def judge(report, came, pairs):
    """Which detectors fired for the first client of their pair and not for the second."""
    passed = []
    for detector, (fires, spares) in pairs.items():
        said = [(detector, fires) in came, (detector, spares) in came]
        if report.check(f"pack: detect {detector}", "[True, False]", str(said)):
            passed.append(f"detect {detector}")
    return passed


def case_detectors(lab, folder, report):
    """By the thresholds of the pack, but for a beacon, which would take an hour."""
    detect = {name: {k: v for k, v in detector.items() if k != "x-source"}
              for name, detector in pack.detectors().items() if name not in ("first-seen", "rare")}
    detect["beacon"].update({"queries": "4", "gap": "1s"})
    pairs = {name: (f"127.1.{i}.1", f"127.1.{i}.2") for i, name in enumerate(detect)}
    rows = [{"category": list(detect), "action": "log"}]
    settings = yaml.dump({"version": "1", "state-dir": "state", "detect": detect, "actions": rows})
    with pack.resolver(lab, folder, settings) as subject:
        for name, sequences in SEQUENCES.items():
            for address, sequence in zip(pairs[name], sequences):
                with Client(subject.port, address) as client:
                    for question in sequence:
                        client.ask(*question)
        beacons(subject.port, *pairs["beacon"])
        came = alerts(subject, {(name, fires) for name, (fires, _) in pairs.items()})
    passed = judge(report, came, pairs)
    pack.record(report, passed, lambda line: line.startswith("detect ") and line not in NEW_NAMES)


NEW_NAMES = {"detect first-seen", "detect rare"}


def case_new_names(lab, folder, report):
    """A name that a client, or nobody, has asked for; after a second in place of a day."""
    settings = ("version: 1\nstate-dir: state\n"
                "detect: {first-seen: {learn: 1s}, rare: {learn: 1s}}\n")
    pairs = {"first-seen": ("127.1.1.1", "127.1.1.2"), "rare": ("127.1.1.3", "127.1.1.1")}
    with pack.resolver(lab, folder, settings) as subject:
        with Client(subject.port, "127.1.1.2") as client:
            client.ask("old.example")
            time.sleep(2.5)
            client.ask("old.example")
        with Client(subject.port, "127.1.1.1") as client:
            client.ask("old.example")
        with Client(subject.port, "127.1.1.3") as client:
            client.ask("new.example")
        came = alerts(subject, {(name, fires) for name, (fires, _) in pairs.items()})
    pack.record(report, judge(report, came, pairs), lambda line: line in NEW_NAMES)
