# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# log.py: what the query log says of replies of each kind
import os
import time

from lab.scene import LISTS, events, resolver

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: ads, path: ads.txt, format: domains}
  - {name: drop, path: drop.txt, format: domains}
  - {name: social, path: social.txt, format: domains}
actions:
  - {category: drop, action: sinkhole, answer: drop}
  - {category: social, action: sinkhole, answer: truncate}
  - {category: ads, action: sinkhole}
log: {queries: all}
"""
SERVER = """  local-zone: "local.site.example." static
  local-data: "here.local.site.example. 77 A 192.0.2.77"
"""


def told(event):
    """What the test below compares, as one line."""
    dns, ours = event["dns"], event["dnsward"]
    words = [dns["question"]["name"], dns["question"]["type"], event["event"]["action"],
             dns.get("response_code", "-"), "cached" if ours.get("cached") else "fresh",
             event["network"]["transport"], event["source"]["ip"],
             ",".join(dns.get("header_flags", [])), ",".join(dns.get("resolved_ip", [])),
             ours.get("because", "")]
    return " ".join(words).strip()


def case_each_kind(lab, folder, report):
    files = {**LISTS, "drop.txt": "drop.site.example\n"}
    with resolver(lab, folder, SETTINGS, files, server=SERVER) as subject:
        subject.ask("ads.site.example", "A")
        subject.ask("Plain.Site.Example", "A")
        subject.ask("plain.site.example", "A", "-b", "127.0.0.2", stream=True)
        subject.ask("cloak.site.example", "A")
        subject.ask("drop.site.example", "A", timeout=1)
        subject.ask("ok.signed.example", "A", "+dnssec")
        subject.ask("ok.bogus.example", "A")
        subject.ask("here.local.site.example", "A")
        subject.ask("social.site.example", "A")
        subject.ask("social.site.example", "A", stream=True)
        came = events(subject, 10)
        report.check("log: each kind of reply", [
            "ads.site.example A sinkhole NXDOMAIN fresh udp 127.0.0.1 RD,RA",
            "plain.site.example A allow NOERROR fresh udp 127.0.0.1 RD,RA 192.0.2.1",
            "plain.site.example A allow NOERROR cached tcp 127.0.0.2 RD,RA 192.0.2.1",
            "cloak.site.example A sinkhole NXDOMAIN fresh udp 127.0.0.1 RD,RA",
            "drop.site.example A sinkhole - fresh udp 127.0.0.1",
            "ok.signed.example A allow NOERROR fresh udp 127.0.0.1 RD,RA,AD 192.0.2.3",
            "ok.bogus.example A allow SERVFAIL fresh udp 127.0.0.1 RD,RA",
            "here.local.site.example A allow NOERROR fresh udp 127.0.0.1 AA,RD,RA 192.0.2.77",
            "social.site.example A sinkhole NOERROR fresh udp 127.0.0.1 TC,RD,RA",
            "social.site.example A allow NOERROR fresh tcp 127.0.0.1 RD,RA 192.0.2.1 tcp",
        ], [told(e) for e in came])
        report.check("log: the name as it was sent", "Plain.Site.Example",
                     came[1]["dnsward"].get("question_as_sent", ""))
        report.check("log: ports", True,
                     all(e["destination"]["port"] == subject.port and e["source"]["port"] > 0
                         for e in came))


def case_once_after_reloads(lab, folder, report):
    files = {"drop.txt": "drop.site.example\n"}
    with resolver(lab, folder, SETTINGS, files, server="  num-threads: 1\n") as subject:
        for _ in range(2):
            subject.control("reload")
        names = ["ads.site.example", "plain.site.example", "plain.site.example"]
        for name in names:
            subject.ask(name, "A")
        events(subject, len(names))
        time.sleep(0.5)  # for those that should not come
        report.check("log: each reply is told once after reloads", names,
                     [e["dns"]["question"]["name"] for e in events(subject, len(names))])


def case_logged_for_some_is_cached(lab, folder, report):
    """What hangs on the client but is no sinkhole for any of them may be cached."""
    settings = SETTINGS.replace("{category: ads, action: sinkhole}",
                                "{category: ads, clients: children, action: log}").replace(
        "actions:", "clients:\n  - {name: children, networks: [127.0.0.2]}\nactions:")
    with resolver(lab, folder, settings, {"drop.txt": "drop.site.example\n"},
                  server="  num-threads: 1\n") as subject:
        for source in ("127.0.0.2", "127.0.0.1", "127.0.0.2"):
            subject.ask("ads.site.example", "A", "-b", source)
        report.check("log: a row that logs for some clients", [
            "ads.site.example A log NOERROR fresh udp 127.0.0.2 RD,RA 192.0.2.1",
            "ads.site.example A allow NOERROR cached udp 127.0.0.1 RD,RA 192.0.2.1",
            "ads.site.example A log NOERROR cached udp 127.0.0.2 RD,RA 192.0.2.1",
        ], [told(e) for e in events(subject, 3)])


def case_bogus_is_an_error(lab, folder, report):
    """A rule for SERVFAIL fits what the validator refused, and it stays what it is."""
    settings = SETTINGS.replace("actions:", "rules:\n  - {name: failed, category: bad, any: [{rcode: SERVFAIL}]}\n"
                                            "actions:\n  - {category: bad, action: sinkhole}")
    with resolver(lab, folder, settings, {"drop.txt": "drop.site.example\n"}) as subject:
        subject.ask("ok.bogus.example", "A")
        report.check("log: bogus, and a rule for errors",
                     ["ok.bogus.example A allow SERVFAIL fresh udp 127.0.0.1 RD,RA  error"],
                     [told(e) for e in events(subject, 1)])


def case_cached_alike(lab, folder, report):
    """Cached replies that nothing can come of are not judged but for the first of 64, and the log
    says the same of all."""
    files = {**LISTS, "drop.txt": "drop.site.example\n"}
    with resolver(lab, folder, SETTINGS, files, server="  num-threads: 1\n") as subject:
        for _ in range(5):
            subject.ask("plain.site.example", "A")
        came = events(subject, 5)
        for event in came:
            for key in ("@timestamp", "event", "source"):
                event.pop(key)
            for answer in event["dns"]["answers"]:
                answer.pop("ttl")
        report.check("log: cached replies alike", [True, 4], [
            came[1]["dnsward"]["cached"], sum(e == came[1] for e in came)])


def case_ttls_as_sent(lab, folder, report):
    """Of answers past their time, and where Unbound counts no TTL down."""
    files = {**LISTS, "drop.txt": "drop.site.example\n"}
    for what, server in (("expired", "  serve-expired: yes\n  serve-expired-reply-ttl: 7\n"),
                         ("expired, of a second", "  serve-expired: yes\n"),
                         ("original", "  serve-original-ttl: yes\n"), ("counted down", "")):
        home = os.path.join(folder, what.replace(", ", "-").replace(" ", "-"))
        with resolver(lab, home, SETTINGS, files, server="  num-threads: 1\n" + server) as subject:
            sent = []
            for name in ("t1.free.odd.example", "plain.site.example") * 2:
                sent += [ttl for _, ttl, *_ in subject.ask(name, "A").answer]
                if len(sent) == 2:
                    time.sleep(2.1)
            told_ttls = [a["ttl"] for e in events(subject, 4) for a in e["dns"]["answers"]]
            report.check(f"log: TTLs as they were sent, {what}", [4, sent], [len(sent), told_ttls])


def case_of_the_server_itself(lab, folder, report):
    """Unbound answers these with no question at hand for its callbacks."""
    with resolver(lab, folder, SETTINGS, {**LISTS, "drop.txt": "drop.site.example\n"}) as subject:
        for stream in (False, True):
            report.check("log: class CH is answered", "NOERROR",
                         subject.ask("Version.Bind", "CH", "TXT", stream=stream).status)
        report.check("log: class CH, unknown", "REFUSED",
                     subject.ask("ads.site.example", "CH", "TXT").status)
        report.check("log: class CH", [
            "version.bind TXT allow NOERROR fresh udp 127.0.0.1 RD,RA",
            "version.bind TXT allow NOERROR fresh tcp 127.0.0.1 RD,RA",
        ], [told(e) for e in events(subject, 2)])


def case_pseudonyms(lab, folder, report):
    settings = SETTINGS.replace("log: {queries: all}", "log: {queries: all, clients: pseudonym}")
    with resolver(lab, folder, settings, {**LISTS, "drop.txt": "drop.site.example\n"}) as subject:
        for client in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
            subject.ask("ads.site.example", "A", "-b", client)
            subject.ask("plain.site.example", "A", "-b", client)
        came = [e["source"]["ip"] for e in events(subject, 6)]
        report.check("log: pseudonyms", True, all(ip.startswith("fd") for ip in came))
        report.check("log: one for each client", [2, True, True],
                     [len(set(came)), came[0] == came[1] == came[4] == came[5], came[2] == came[3]])
        for client, count in (("127.0.0.1", 4), ("127.0.0.2", 2), ("127.0.0.3", 0)):
            found = subject.dnsward("log", "--client", client, subject.path("state/query.jsonl"))
            report.check(f"log: those of {client} are found", [count, ""],
                         [found.stdout.count("dnsward.query"), found.stderr])
        keys = [f for f in os.listdir(subject.path("state")) if f.startswith("client-key.")]
        report.check("log: a key for its owner alone", ["0o600"],
                     [oct(os.stat(subject.path(f"state/{key}")).st_mode & 0o777) for key in keys])
