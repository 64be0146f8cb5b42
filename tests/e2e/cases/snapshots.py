# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# snapshots.py: what was in force goes when no query needs it any more
from lab import process
from lab.scene import resolver, within

BLOCKED = "NXDOMAIN EDE 15 ads"


def databases(subject):
    """How many files of the state-dir are mapped, those that were replaced among them."""
    with open(f"/proc/{subject.process.child.pid}/maps", encoding="utf-8") as f:
        return len({line.split()[4] for line in f if subject.path("state/") in line})


def case_go(lab, folder, report):
    with resolver(lab, folder) as subject:
        before = databases(subject)
        for i in range(4):
            name = f"new{i}.site.example"
            subject.append("ads.txt", name)
            within(2, BLOCKED, lambda n=name: subject.ask(n, "A"))
        process.wait_until("no more databases than at first", lambda: databases(subject) <= before)
        report.check("snapshots: there is a database", True, before > 0)
