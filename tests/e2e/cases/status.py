# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# status.py: what monitoring is told of a resolver
import os
import subprocess
import threading
import time
import urllib.request

from lab import process
from lab.scene import resolver
from lab.upstream import need


def scrape(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
        return reply.read().decode().splitlines()


def ours(lines):
    return sorted(line for line in lines if line.startswith("dnsward_") and "timestamp" not in line)


class Writer(threading.Thread):
    """Writes the metrics again and again, as a timer does."""

    def __init__(self, subject, path):
        super().__init__()
        self.subject, self.path, self.stopped, self.count = subject, path, False, 0
        self.start()

    def run(self):
        while not self.stopped:
            self.subject.dnsward("status", "--prometheus", "-o", self.path)
            self.count += 1

    def stop(self):
        self.stopped = True
        self.join()


def case_textfile_collector(lab, folder, report):
    need("prometheus-node-exporter", "promtool")
    with resolver(lab, folder) as subject:
        for _ in range(3):
            subject.ask("ads.site.example", "A")
        subject.ask("plain.site.example", "A")
        process.wait_until("counters are told", lambda: 'dnsward_queries_total{verdict="sinkhole"} 3'
                           in subject.dnsward("status", "--prometheus").stdout)
        checked = subprocess.run(["promtool", "check", "metrics"], text=True, capture_output=True,
                                 input=subject.dnsward("status", "--prometheus").stdout, check=False)
        report.check("status: promtool has nothing to say", "0 ",
                     f"{checked.returncode} {checked.stdout}{checked.stderr}")
        textfiles = os.path.join(folder, "textfiles")
        os.mkdir(textfiles)
        port = process.free_port()
        exporter = process.Server(
            ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}",
             "--collector.disable-defaults", "--collector.textfile",
             f"--collector.textfile.directory={textfiles}"], port, os.path.join(folder, "exporter"))
        writer = Writer(subject, os.path.join(textfiles, "dnsward.prom"))
        try:
            exporter.wait_until("the exporter listens", lambda: process.listens(port))
            process.wait_until("the first file", lambda: writer.count > 0)
            torn, end = 0, time.monotonic() + 2
            while time.monotonic() < end:
                lines = scrape(port)
                torn += "node_textfile_scrape_error 0" not in lines or len(ours(lines)) < 15
            report.check("status: no scrape gets half a file", 0, torn)
            report.check("status: hits", True,
                         'dnsward_hits_total{category="ads",list="ads"} 3' in lines)
            report.check("status: enforcing", True, "dnsward_enforcing 1" in lines)
            subject.dnsward("pause", "--client", "127.0.0.9")
            process.wait_until("the pause is told", lambda: "dnsward_paused 1" in scrape(port))
            report.check("status: not enforcing in a pause", True,
                         "dnsward_enforcing 0" in scrape(port))
        finally:
            writer.stop()
            exporter.stop()
