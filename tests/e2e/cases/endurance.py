# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# endurance.py: the log under load, while what it is written to comes and goes
import glob
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

from lab import process
from lab.scene import resolver
from lab.upstream import need

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: ads, path: ads.txt, format: domains}
actions:
  - {category: ads, action: sinkhole}
log: {path: %s, queries: all}
"""


class Load(threading.Thread):
    """dnsperf over names that are in the cache or listed; `sent` and `completed` afterwards."""

    def __init__(self, subject, seconds, rate=20000):
        super().__init__()
        need("dnsperf")
        with open(subject.path("queries"), "w", encoding="ascii") as f:
            f.writelines(f"n{i}.site.example A\nads.site.example A\n" for i in range(50))
        self.command = ["dnsperf", "-s", "127.0.0.1", "-p", str(subject.port), "-d",
                        subject.path("queries"), "-l", str(seconds), "-Q", str(rate), "-q", "200"]
        self.sent = self.completed = 0
        self.start()

    def run(self):
        text = subprocess.run(self.command, capture_output=True, text=True, check=False).stdout
        sent, completed = (re.search(rf"Queries {w}:\s+(\d+)", text) for w in ("sent", "completed"))
        self.sent, self.completed = int(sent[1]) if sent else 0, int(completed[1]) if completed else 0


def count_lines(paths):
    """(events, lines that are no JSON) of files."""
    good = bad = 0
    for path in paths:
        with open(path, "rb") as f:
            for line in f.read().split(b"\n"):
                if line == b"":
                    continue
                try:
                    good += json.loads(line)["event"]["dataset"] == "dnsward.query"
                except ValueError:
                    bad += 1
    return good, bad


def counters(subject):
    """The log's counters, once all that was noted is written or dropped."""
    end = time.monotonic() + 10
    while True:
        told = json.loads(subject.dnsward("status", "--json").stdout)["instances"][0]
        log = told["log"]
        settled = log["events"] == log["written"] + sum(log["dropped"].values())
        if (settled and sum(told["queries"].values()) == log["events"]) or time.monotonic() > end:
            return log, sum(told["queries"].values())
        time.sleep(0.5)


def balance(log, replies):
    return f"{log['events'] - replies} unseen, " \
           f"{log['events'] - log['written'] - sum(log['dropped'].values())} neither written nor dropped"


def case_rotated_each_second(lab, folder, report):
    with resolver(lab, folder, SETTINGS % "query.jsonl") as subject:
        load = Load(subject, 5)
        log, n = subject.path("state/query.jsonl"), 0
        while load.is_alive():
            time.sleep(1)
            if os.path.exists(log):
                n += 1
                os.rename(log, f"{log}.{n}")
        load.join()
        told, replies = counters(subject)
        good, bad = count_lines(glob.glob(log + "*"))
        report.check("endurance: rotated several times", True, n >= 4)
        report.check("endurance: each reply has its event, each event its line",
                     "0 unseen, 0 neither written nor dropped, 0 missing, 0 broken, True",
                     f"{balance(told, replies)}, {told['written'] - good} missing, {bad} broken, "
                     f"{replies >= load.completed > 1000}")


def case_killed(lab, folder, report):
    """SIGKILL: no line but the last may be cut, and the next start ends it."""
    with resolver(lab, folder, SETTINGS % "query.jsonl", start=False) as subject:
        broken = []
        for _ in range(3):
            subject.start(ready=False)
            process.wait_until("it serves", lambda: process.listens(subject.port), subject.patience())
            load = Load(subject, 2)
            time.sleep(1.2)
            os.kill(subject.process.child.pid, signal.SIGKILL)
            subject.process.child.wait()
            load.join()
            with open(subject.path("state/query.jsonl"), "rb") as f:
                lines = f.read().split(b"\n")
            broken.append(sum(not line.endswith(b"}}") for line in lines[:-1]))
        report.check("endurance: killed, at most one broken line a kill", True,
                     all(count <= i for i, count in enumerate(broken)))
        report.check("endurance: killed, there is a log", True, len(lines) > 3000)
        subject.start(ready=False)
        process.wait_until("it serves", lambda: process.listens(subject.port), subject.patience())


class Reader(threading.Thread):
    """Takes what comes over a stream socket; keeps the lines."""

    def __init__(self, path, slow=0.0):
        super().__init__(daemon=True)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen(4)
        self.server.settimeout(0.1)
        self.slow, self.data, self.stopped = slow, b"", False
        self.start()

    def run(self):
        connection = None
        while not self.stopped:
            try:
                connection = connection or self.server.accept()[0]
                connection.settimeout(0.1)
                came = connection.recv(65536)
                self.data += came
                if came == b"":
                    connection = None
                time.sleep(self.slow)
            except TimeoutError:
                pass
        if connection:
            connection.close()
        self.server.close()

    def rest(self):
        """Wait until nothing more comes."""
        before = -1
        while len(self.data) != before:
            before = len(self.data)
            time.sleep(0.5)

    def stop(self):
        self.stopped = True
        self.join()


def case_socket_reader_goes(lab, folder, report):
    """A reader that goes and comes back, under load; what it did not take was counted."""
    path = os.path.join(folder, "reader.sock")
    with resolver(lab, folder, SETTINGS % f'"unix:{path}"') as subject:
        first = Reader(path)
        load = Load(subject, 6, 2000)
        time.sleep(2)
        first.stop()
        os.unlink(path)
        time.sleep(1.5)
        second = Reader(path)
        load.join()
        told, replies = counters(subject)
        second.rest()
        second.stop()
        lines = first.data.split(b"\n") + second.data.split(b"\n")
        got = sum(b'"dnsward.query"' in line and line.endswith(b"}}") for line in lines)
        report.check("endurance: a reader that went", "0 unseen, 0 neither written nor dropped, True, True",
                     f"{balance(told, replies)}, {told['dropped']['write'] > 0}, {len(second.data) > 0}")
        # what was in the socket when the reader went was written, and is gone with it
        report.check("endurance: it got what was written", True, 0 <= told["written"] - got < 400)


def case_socket_reader_is_slow(lab, folder, report):
    """At a rate that a reader cannot hold, what is lost is counted to the last one."""
    path = os.path.join(folder, "reader.sock")
    with resolver(lab, folder, SETTINGS % f'"unix:{path}"') as subject:
        reader = Reader(path, slow=0.5)
        load = Load(subject, 3)
        load.join()
        reader.slow = 0
        told, replies = counters(subject)
        process.wait_until("all that was written", lambda: reader.data.count(b'"dnsward.query"') >=
                           told["written"])
        reader.stop()
        got = sum(b'"dnsward.query"' in line and line.endswith(b"}}") for line in reader.data.split(b"\n"))
        report.check("endurance: a reader too slow, sent = logged + dropped",
                     "0 unseen, 0 neither written nor dropped, 0 missing, True",
                     f"{balance(told, replies)}, {told['written'] - got} missing, "
                     f"{sum(told['dropped'].values()) > 0}")
