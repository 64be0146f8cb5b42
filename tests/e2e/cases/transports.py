# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# transports.py: the log tells how a question came
import json
import subprocess

from lab import process
from lab.scene import LISTS, resolver
from lab.upstream import need

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: ads, path: ads.txt, format: domains}
actions:
  - {category: ads, action: sinkhole}
log: {queries: all}
"""


def certificate(folder):
    need("openssl")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                    "-days", "2", "-keyout", f"{folder}/tls.key", "-out", f"{folder}/tls.pem"],
                   check=True, capture_output=True)


def transports(subject, count):
    """Transport, protocol below and port, sorted, of all events once there are `count`."""
    def lines():
        try:
            return subject.read("state/query.jsonl").splitlines()
        except FileNotFoundError:
            return []
    process.wait_until(f"{count} events", lambda: len(lines()) >= count)
    return sorted(f"{e['dnsward']['transport']} over {e['network']['transport']} to "
                  f"{e['destination']['port']} {e['event']['action']}" for e in map(json.loads, lines()))


def case_told(lab, folder, report):
    tls, https = process.free_port(), process.free_port()
    with resolver(lab, folder, SETTINGS, start=False) as subject:
        certificate(folder)
        ways = {"udp over udp": ([], subject.port), "tcp over tcp": (["+tcp"], subject.port),
                "dot over tcp": (["+tls"], tls)}
        extra = f'  interface: 127.0.0.1@{tls}\n  tls-port: {tls}\n  tls-service-key: "{folder}/tls.key"\n' \
                f'  tls-service-pem: "{folder}/tls.pem"\n'
        if lab.unbound.has_https:
            ways["doh over tcp"] = (["+https"], https)
            extra += f"  interface: 127.0.0.1@{https}\n  https-port: {https}\n"
        else:
            report.skip("transports: doh", "this Unbound was built without nghttp2")
        subject.server = extra
        subject.configure()
        subject.start()
        for options, port in ways.values():
            for name in ("ads.site.example", "plain.site.example", "plain.site.example"):
                subprocess.run(["dig", "-r", "@127.0.0.1", "-p", str(port), *options, name],
                               check=True, capture_output=True)
        expected = sorted(f"{way} to {port} {action}" for way, (_, port) in ways.items()
                          for action in ("sinkhole", "allow", "allow"))
        report.check("transports: each is told", expected, transports(subject, 3 * len(ways)))
