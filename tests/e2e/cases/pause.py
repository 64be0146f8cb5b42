# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# pause.py: enforcement off for a while, and nothing of it left in the cache
import json
import time

from lab.scene import SETTINGS, brief, resolver, within

CHILD = ("-b", "127.0.0.2")
BLOCKED = "NXDOMAIN EDE 15 ads"
PASSED = "NOERROR 192.0.2.1"


def told(subject, name):
    """Verdict, what would have been, and why, of the last event on a name."""
    for _ in range(50):
        lines = subject.read("state/query.jsonl").splitlines()
        events = [e for e in map(json.loads, lines) if e["dns"]["question"]["name"] == name]
        if events and "would" in events[-1]["dnsward"]:
            ours = events[-1]["dnsward"]
            return f"{ours['verdict']} {ours['would']} {ours['because']}"
        time.sleep(0.05)
    return "nothing"


def case_all(lab, folder, report):
    files = {"ads.txt": "plain.site.example\n"}
    with resolver(lab, folder, files=files) as subject:
        def ask(*more):
            return subject.ask("plain.site.example", "A", *more)
        report.check("pause: before", BLOCKED, brief(ask()))
        report.check("pause: the command", 0, subject.dnsward("pause", "--for", "5s").returncode)
        start = time.monotonic()
        report.check("pause: it passes within a second", PASSED, within(1, PASSED, ask))
        report.check("pause: and again", PASSED, brief(ask()))
        report.check("pause: the event", "log sinkhole pause", told(subject, "plain.site.example"))
        report.check("pause: status", 1, subject.dnsward("status").returncode)
        time.sleep(max(0, start + 4.2 - time.monotonic()))
        report.check("pause: it ends by itself, and nothing stays in the cache", BLOCKED,
                     within(2, BLOCKED, ask))
        report.check("pause: no reload", 1, subject.starts())
        subject.dnsward("pause")
        report.check("pause: until resumed", PASSED, within(1, PASSED, ask))
        subject.control("reload")
        report.check("pause: it outlives a reload", PASSED, brief(ask()))
        subject.dnsward("resume")
        report.check("pause: resumed within a second", BLOCKED, within(1, BLOCKED, ask))


def case_client(lab, folder, report):
    files = {"ads.txt": "plain.site.example\n"}
    with resolver(lab, folder, files=files) as subject:
        def ask(*more):
            return subject.ask("plain.site.example", "A", *more)
        subject.dnsward("pause", "--client", "127.0.0.2")
        report.check("pause: one client passes", PASSED, within(1, PASSED, lambda: ask(*CHILD)))
        report.check("pause: the other does not, right after", BLOCKED, brief(ask()))
        report.check("pause: the one again", PASSED, brief(ask(*CHILD)))
        subject.dnsward("resume", "--client", "127.0.0.2")
        report.check("pause: resumed", BLOCKED, within(1, BLOCKED, lambda: ask(*CHILD)))


def case_category(lab, folder, report):
    settings = SETTINGS.replace("{category: social, clients: children, action: sinkhole}",
                                "{category: social, action: sinkhole}")
    files = {"ads.txt": "plain.site.example\nboth.site.example\n",
             "social.txt": "both.site.example\nsocial.site.example\n"}
    with resolver(lab, folder, settings, files) as subject:
        subject.dnsward("pause", "--category", "ads")
        report.check("pause: the category passes", PASSED,
                     within(1, PASSED, lambda: subject.ask("plain.site.example", "A")))
        report.check("pause: another does not", "NXDOMAIN EDE 15 social",
                     brief(subject.ask("social.site.example", "A")))
        report.check("pause: nor what is in both", "NXDOMAIN EDE 15 social",
                     brief(subject.ask("both.site.example", "A")))
