# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# scene.py: helpers for tests that are no tables: a resolver that is ended whatever happens,
# and questions asked at the same time
import contextlib
import json
import threading
import time

from .resolver import Resolver

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: ads, path: ads.txt, format: domains}
  - {name: social, path: social.txt, format: domains}
clients:
  - {name: children, networks: [127.0.0.2]}
actions:
  - {category: social, clients: children, action: sinkhole}
  - {category: ads, action: sinkhole}
"""
LISTS = {"ads.txt": "ads.site.example\nads2.site.example\n",
         "social.txt": "social.site.example\nsocial2.site.example\n"}


@contextlib.contextmanager
def resolver(lab, folder, settings=SETTINGS, files=None, start=True, **more):
    subject = Resolver(lab, folder, {"dnsward.yaml": settings, **LISTS, **(files or {})}, **more)
    if start:
        subject.start()
    try:
        yield subject
    finally:
        lab.odd.silent = False
        code = subject.stop()
    if start and code != 0:
        raise RuntimeError(f"Unbound ended with {code}")


class Asked(threading.Thread):
    """A question on its way."""

    def __init__(self, subject, *args, **more):
        super().__init__()
        self.subject, self.args, self.more = subject, args, more
        self.answer = None
        self.start()

    def run(self):
        self.answer = self.subject.ask(*self.args, **self.more)

    def get(self):
        self.join()
        return self.answer


def brief(answer):
    """Status, addresses and EDE: what most of these tests look at."""
    ede = "" if answer.ede is None else f" EDE {answer.ede[0]} {answer.ede[1]}"
    return " ".join([answer.status] + sorted(r[3] for r in answer.answer)) + ede


def within(seconds, wanted, ask):
    """Ask until the answer is as wanted, or time is up; returns the last one."""
    end = time.monotonic() + seconds
    while True:
        got = brief(ask())
        if got == wanted or time.monotonic() > end:
            return got
        time.sleep(0.05)


def events(subject, count):
    """All events in the order of time, once there are `count` or time is up. The log has those
    of one of Unbound's threads after those of another."""
    end = time.monotonic() + 5
    while True:
        try:
            lines = subject.read("state/query.jsonl").splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= count or time.monotonic() > end:
            return sorted((json.loads(line) for line in lines), key=lambda e: e["@timestamp"])
        time.sleep(0.05)


def errors(subject):
    """What was said to be wrong since the last (re)start."""
    said = subject.said()
    starts = [i for i, line in enumerate(said) if "init module 0" in line]
    return [line for line in said[starts[-1]:] if " error: dnsward" in line]


def settled_status(subject, wanted):
    end = time.monotonic() + 3
    while True:
        code = subject.dnsward("status").returncode
        if code == wanted or time.monotonic() > end:
            return f"exit status {code}"
        time.sleep(0.1)
