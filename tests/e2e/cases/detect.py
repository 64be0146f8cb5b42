# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# detect.py: detectors: what clients do that shows only in many queries
import hashlib
import json
import time

from lab.asker import Client
from lab.scene import resolver

SETTINGS = """version: 1
state-dir: state
detect:
{detect}
actions:
{rows}
"""


def settings(detect, rows):
    return SETTINGS.format(detect="".join(f"  {line}\n" for line in detect),
                           rows="".join(f"  - {{{row}}}\n" for row in rows))


def long_name(n, domain="odd.example"):
    digits = hashlib.sha256(str(n).encode()).hexdigest()
    return f"{digits[:40]}.{digits[:20]}.{domain}"


def events(subject):
    try:
        return [json.loads(line) for line in subject.read("state/query.jsonl").splitlines()]
    except FileNotFoundError:
        return []


def told(event):
    """Kind, detector, category, technique and verdict of an event."""
    rule = event.get("rule", {})
    technique = event.get("threat", {}).get("technique", {})
    ids = technique.get("subtechnique", {}).get("id") or technique.get("id") or ["-"]
    return " ".join([event["event"]["kind"], rule.get("name", "-"), rule.get("category", "-"), ids[0],
                     event["dnsward"]["verdict"]])


def wait_for(subject, count):
    """What is told of all events, once there are `count`, and a moment later."""
    end = time.monotonic() + 5
    while len(events(subject)) < count and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.3)
    return [told(e) for e in events(subject)]


def case_tunnel(lab, folder, report):
    conf = settings(["tunnel: {hold: 3s}"],
                    ["category: tunnel, action: sinkhole, answer: refused"])
    with resolver(lab, folder, conf) as subject, Client(subject.port) as client, \
            Client(subject.port, "127.0.0.2") as other:
        report.check("tunnel: cached before", "NOERROR", client.ask("poll.odd.example"))
        answers = [client.ask(long_name(n), "TXT") for n in range(100)]
        report.check("tunnel: cut after 25 queries", 25, answers.count("NOERROR"))
        report.check("tunnel: and stays cut", ["REFUSED"] * 75, answers[25:])
        # the first cached answer is seen, and the cache is swept
        client.ask("poll.odd.example")
        time.sleep(0.5)
        report.check("tunnel: nothing is cached any more", "REFUSED",
                     client.ask("poll.odd.example"))
        report.check("tunnel: other clients pass", "NOERROR", other.ask("poll.odd.example"))
        report.check("tunnel: and what they get is not kept", "REFUSED",
                     client.ask("poll.odd.example"))
        report.check("tunnel: other domains pass", "NOERROR", client.ask("plain.site.example"))
        report.check("tunnel: one alert, one event of the sinkhole", [
            "alert tunnel tunnel T1071.004 log", "alert tunnel tunnel T1071.004 sinkhole",
        ], wait_for(subject, 2))
        time.sleep(3.2)
        report.check("tunnel: the hold ends", "NOERROR", client.ask("poll.odd.example"))


def case_reload(lab, folder, report):
    conf = settings(["tunnel: {hold: 1m}"],
                    ["category: tunnel, action: sinkhole, answer: refused"])
    with resolver(lab, folder, conf) as subject:
        with Client(subject.port) as client:
            for n in range(20):
                client.ask(long_name(n), "TXT")
        subject.control("reload")
        with Client(subject.port) as client:
            answers = [client.ask(long_name(n), "TXT") for n in range(20, 40)]
        report.check("reload: what was counted before counts", ["NOERROR"] * 5 + ["REFUSED"] * 15,
                     answers)
        subject.control("reload_keep_cache")
        with Client(subject.port) as client:
            report.check("reload: and the hold goes on", "REFUSED",
                         client.ask("poll.odd.example"))


def case_counting(lab, folder, report):
    conf = settings(["txt-flood: {queries: 20, category: floods}", "null-flood: on",
                     "failures: {queries: 30}", "ptr-scan: {distinct: 20}",
                     "query-flood: {queries: 400}"],
                    ["category: floods, types: [TXT], action: sinkhole"])
    with resolver(lab, folder, conf) as subject:
        with Client(subject.port) as client:
            got = [client.ask(f"n{n}.odd.example", "TXT") for n in range(30)]
            report.check("counting: TXT is cut, but for what is cached",
                         ["NOERROR"] * 20 + ["NXDOMAIN"] * 10, got)
            report.check("counting: other types pass", "NOERROR", client.ask("n1.odd.example"))
        with Client(subject.port, "127.0.0.3") as client:
            for n in range(60):
                client.ask(f"n{n}.gone.odd.example")
        with Client(subject.port, "127.0.0.4") as client:
            for n in range(60):
                client.ask("n.odd.example", "NULL")
        with Client(subject.port, "127.0.0.5") as client:
            for n in range(60):
                client.ask(f"{n}.2.0.192.in-addr.arpa", "PTR")
        with Client(subject.port, "127.0.0.6") as client:
            for n in range(500):
                client.ask("plain.site.example")  # from the cache, nearly all
        with Client(subject.port, "127.0.0.7") as client:
            for n in range(19):
                client.ask("n.odd.example", "TXT")
            for n in range(29):
                client.ask(f"n{n}.gone.odd.example")
        report.check("counting: an alert each", [
            "alert failures failures T1071.004 log",
            "alert null-flood null-flood T1071.004 log",
            "alert ptr-scan ptr-scan T1018 log",
            "alert query-flood query-flood T1071.004 log",
            "alert txt-flood floods T1071.004 log",
            "alert txt-flood floods T1071.004 sinkhole",
        ], sorted(wait_for(subject, 6)))


def case_names(lab, folder, report):
    conf = settings(["beacon: {queries: 4, gap: 1s, window: 1m}", "rebinding: on",
                     "first-seen: {learn: 5s}", "chunks: on", "dga-client: on"],
                    ["category: rebinding, action: sinkhole", "category: dga-client, action: sinkhole"])
    with resolver(lab, folder, conf) as subject:
        with Client(subject.port) as client:
            client.ask("plain.site.example")
            client.ask("t1.flip.odd.example")
        with Client(subject.port, "127.0.0.2") as client:
            for _ in range(5):
                client.ask("c2.site.example")
                client.ask("c2.site.example", "AAAA")
                time.sleep(2)
        with Client(subject.port) as client:
            client.ask("plain.site.example")  # seen before
            client.ask("new.site.example")
            report.check("names: the first private address is kept back", "NXDOMAIN",
                         client.ask("t1.flip.odd.example"))
            with Client(subject.port, "127.0.0.9") as other:
                report.check("names: who was not misled gets it", "NOERROR",
                             other.ask("t1.flip.odd.example"))
            report.check("names: and it is not cached for who was", "NXDOMAIN",
                         client.ask("t1.flip.odd.example"))
        with Client(subject.port, "127.0.0.3") as client:
            for n in range(40):
                client.ask(f"{n}-{hashlib.sha256(str(n).encode()).hexdigest()[:30]}.odd.example")
        with Client(subject.port, "127.0.0.4") as client:
            for name in ("x4f9z2kq8wv7rtnb6m.net", "vbkqjxwzmthp.biz", "qzjwxkvbp3ht.info",
                         "kq3v9fhe2xw.net", "wqzkxjvhpgfd.com", "zxqjkvwbnmht.org"):
                client.ask(name)
            report.check("names: a client full of generated names is cut", "NXDOMAIN",
                         client.ask("fresh.site.example"))
        came = wait_for(subject, 8)
        report.check("names: alerts", [
            "alert beacon beacon T1071.004 log",
            "alert chunks chunks T1048.003 log",
            "alert dga-client dga-client T1568.002 log",
            "alert dga-client dga-client T1568.002 sinkhole",
            "alert rebinding rebinding T1189 sinkhole",
        ], sorted(line for line in came if "first-seen" not in line))
        new = [e["dns"]["question"]["name"] for e in events(subject)
               if told(e) == "alert first-seen first-seen T1071.004 log" and
               e["source"]["ip"] == "127.0.0.1"]
        report.check("names: seen for the first time", ["new.site.example"], new)
