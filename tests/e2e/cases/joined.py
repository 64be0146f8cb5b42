# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# joined.py: questions that are on their way at the same time
import time

from lab import client
from lab.scene import SETTINGS, Asked, brief, events, resolver

CHILD = ("-b", "127.0.0.2")
BLOCKED = "NXDOMAIN EDE 15 ads"
BLOCKED_CHILD = "NXDOMAIN EDE 15 social"
ODD = "NOERROR 192.0.2.50"


def listed_meanwhile(subject, question, listed, wait=0.2):
    """A name is listed `wait` seconds after a question was sent; the answer to that."""
    first = Asked(subject, *question)
    time.sleep(wait)
    subject.append("ads.txt", listed)
    return brief(first.get())


def check_together(report, first):
    """The others were asked a moment ago: without this, a slow machine would test nothing."""
    time.sleep(0.2)
    report.check("joined: the first still waits", True, first.is_alive())


def case_listed_on_its_way(lab, folder, report):
    """The list changes, and the cache is swept, while an answer is on its way into it."""
    question = ("d1500.way.odd.example", "A")
    with resolver(lab, folder) as subject:
        report.check("joined: who waits when a name is listed", BLOCKED,
                     listed_meanwhile(subject, question, "d1500.way.odd.example"))
        report.check("joined: the answer did not stay in the cache", BLOCKED, brief(subject.ask(*question)))


def case_target_listed_on_its_way(lab, folder, report):
    question = ("d1500.cname-plain.odd.example", "A")
    with resolver(lab, folder) as subject:
        report.check("joined: who waits when its target is listed", BLOCKED,
                     listed_meanwhile(subject, question, "plain.site.example"))
        report.check("joined: the alias did not stay in the cache", BLOCKED, brief(subject.ask(*question)))


def case_parent_listed_on_its_way(lab, folder, report):
    """What QNAME minimisation asks for on the way is listed when its answer is not here yet."""
    parent = "d1500.parent.odd.example"
    with resolver(lab, folder, modules="dynlib iterator", server="  qname-minimisation: yes\n") as subject:
        report.check("joined: who waits below a name that is listed", ODD,
                     listed_meanwhile(subject, (f"x.{parent}", "A"), parent))
        report.check("joined: that name did not come into the cache", BLOCKED, brief(subject.ask(parent, "A")))


def case_listed_while_dns64_asks(lab, folder, report):
    """All that is asked for the question itself has come, and a module after ours asks for more."""
    name = "d1500.v4.odd.example"
    with resolver(lab, folder, modules="dynlib dns64 validator iterator",
                  server="  qname-minimisation: no\n") as subject:
        report.check("joined: who waits for DNS64 when a name is listed", BLOCKED,
                     listed_meanwhile(subject, (name, "AAAA"), name, 1.7))


def case_two_clients(lab, folder, report):
    """One is blocked and one is not, and they ask while the first waits."""
    files = {"social.txt": "d700.social.odd.example\n"}
    with resolver(lab, folder, files=files) as subject:
        allowed = Asked(subject, "d700.social.odd.example", "A")
        time.sleep(0.2)
        child = Asked(subject, "d700.social.odd.example", "A", *CHILD)
        also = Asked(subject, "d700.social.odd.example", "A", stream=True)
        check_together(report, allowed)
        report.check("joined: the child", BLOCKED_CHILD, brief(child.get()))
        report.check("joined: the one who asked first", ODD, brief(allowed.get()))
        report.check("joined: a third, over TCP", ODD, brief(also.get()))


def case_dropped_for_some(lab, folder, report):
    """A drop cannot be given to one of those who wait together: so they must not."""
    settings = SETTINGS.replace("clients: children, action: sinkhole",
                                "clients: children, action: sinkhole, answer: drop")
    with resolver(lab, folder, settings, {"social.txt": "d700.social.odd.example\n"},
                  server="  num-threads: 1\n") as subject:
        allowed = Asked(subject, "d700.social.odd.example", "A")
        time.sleep(0.2)
        child = Asked(subject, "d700.social.odd.example", "A", *CHILD, timeout=2)
        check_together(report, allowed)
        report.check("joined: the child is dropped", "TIMEOUT", brief(child.get()))
        report.check("joined: the other is not", ODD, brief(allowed.get()))


def case_sent_for_some(lab, folder, report):
    """One is sent to a name whose address comes late, and another asks while it is waited for."""
    settings = SETTINGS.replace("clients: children, action: sinkhole",
                                "clients: children, action: sinkhole, answer: cname d700.odd.example")
    with resolver(lab, folder, settings, server="  num-threads: 1\n") as subject:
        child = Asked(subject, "social.site.example", "A", *CHILD)
        time.sleep(0.2)
        allowed = Asked(subject, "social.site.example", "A")
        check_together(report, child)
        report.check("joined: the child is sent", "NOERROR 192.0.2.50 d700.odd.example. EDE 15 social",
                     brief(child.get()))
        report.check("joined: the other is not", "NOERROR 192.0.2.1", brief(allowed.get()))


def case_dropped_streams(lab, folder, report):
    """One connection has asked twice, and another in between, for what is to be dropped: closing
    the first a second time would upset Unbound's list of free connections."""
    settings = SETTINGS.replace("{category: ads, action: sinkhole}",
                                "{category: ads, action: sinkhole, answer: drop}")
    name = [label.encode() for label in "d700.cname-ads.odd.example".split(".")]
    with resolver(lab, folder, settings, server="  num-threads: 1\n") as subject:
        ways = [client.Way("127.0.0.1", subject.port, True) for _ in range(2)]
        for way in (ways[0], ways[1], ways[0]):
            way.ask(name, "A", False)
            time.sleep(0.1)
        report.check("joined: streams that wait together for a drop", ["closed"] * 2,
                     [end_of(way) for way in ways])
        report.check("joined: the resolver answers", "NOERROR 192.0.2.1",
                     brief(subject.ask("x.site.example", "A", stream=True)))


def end_of(way):
    way.socket.settimeout(3)
    try:
        return "closed" if not way.socket.recv(4096) else "answered"
    finally:
        way.socket.close()


def case_joined_after_drops(lab, folder, report):
    """What was dropped does not count as waiting: then nobody could join a query any more."""
    settings = SETTINGS.replace("{category: ads, action: sinkhole}",
                                "{category: ads, action: sinkhole, answer: drop}")
    name = [b"ads", b"site", b"example"]
    with resolver(lab, folder, settings,
                  server="  num-threads: 1\n  num-queries-per-thread: 4\n") as subject:
        way = client.Way("127.0.0.1", subject.port, False)
        for _ in range(200):
            way.ask(name, "A", False)
            time.sleep(0.002)
        way.socket.close()
        both = [Asked(subject, "d700.way.odd.example", "A", timeout=2)]
        time.sleep(0.2)
        both.append(Asked(subject, "d700.way.odd.example", "A", timeout=2))
        check_together(report, both[0])
        report.check("joined: after many drops", [ODD] * 2, [brief(b.get()) for b in both])


def case_listed_for_some_on_its_way(lab, folder, report):
    """They wait for one answer together when the name is listed for one of them."""
    with resolver(lab, folder, server="  num-threads: 1\n") as subject:
        name = "d1500.together.odd.example"
        parties = [Asked(subject, name, "A"), Asked(subject, name, "A", *CHILD),
                   Asked(subject, name, "A", stream=True),
                   Asked(subject, name, "A", *CHILD, stream=True)]
        time.sleep(0.2)
        subject.append("social.txt", name)
        got = [brief(p.get()) for p in parties]
        report.check("joined: each gets its own answer",
                     [ODD, BLOCKED_CHILD, ODD, BLOCKED_CHILD], got)
        report.check("joined: and the next does", BLOCKED_CHILD, brief(subject.ask(name, "A", *CHILD)))


def case_logged_for_some(lab, folder, report):
    """They wait together for what is only logged for one of them, and is given to both."""
    settings = SETTINGS.replace("clients: children, action: sinkhole", "clients: children, action: log")
    orders = {"d700.social.odd.example": ((), CHILD), "d701.social.odd.example": (CHILD, ()),
              "d702.gone.odd.example": (CHILD, ()), "d703.cname-plain.odd.example": (CHILD, ())}
    files = {"social.txt": "".join(f"{name}\n" for name in list(orders)[:3]) + "plain.site.example\n"}
    with resolver(lab, folder, settings + "log: {queries: all}\n", files,
                  server="  num-threads: 1\n") as subject:
        for name, order in orders.items():
            parties = []
            for source in order:
                parties.append(Asked(subject, name, "A", *source))
                check_together(report, parties[0])
            for party in parties:
                party.get()
        report.check("joined: each is logged by its own rows",
                     [f"{name} {address} {verdict}" for name in orders
                      for address, verdict in (("127.0.0.1", "allow"), ("127.0.0.2", "log"))],
                     sorted(f"{e['dns']['question']['name']} {e['client']['ip']} {e['dnsward']['verdict']}"
                            for e in events(subject, 2 * len(orders))))


def case_target_for_some(lab, folder, report):
    """They wait together for an alias whose target is listed for one of them."""
    files = {"social.txt": "plain.site.example\n"}
    with resolver(lab, folder, files=files, server="  num-threads: 1\n") as subject:
        name = "d700.cname-plain.odd.example"
        parties = [Asked(subject, name, "A"), Asked(subject, name, "A", *CHILD)]
        check_together(report, parties[0])
        got = [brief(p.get()) for p in parties]
        report.check("joined: an alias, each gets its own answer",
                     ["NOERROR 192.0.2.1 plain.site.example.", BLOCKED_CHILD], got)
        report.check("joined: the alias is not in the cache", BLOCKED_CHILD,
                     brief(subject.ask(name, "A", *CHILD)))


def case_signed_target_for_some(lab, folder, report):
    """As above, and all of the chain is signed: what Unbound has validated is not what we say."""
    files = {"social.txt": "listed.signed.inner2.example\n"}
    with resolver(lab, folder, files=files, server="  num-threads: 1\n") as subject:
        question = ("alias.signed.inner2.example", "A", "+dnssec")
        first = Asked(subject, *question, *CHILD)
        time.sleep(0.2)  # Unbound answers those first who came last
        second = Asked(subject, *question)
        child, allowed = first.get(), second.get()
        report.check("joined: a signed alias, the child", [BLOCKED_CHILD, "qr rd ra"],
                     [brief(child), " ".join(child.flags)])
        report.check("joined: a signed alias, the other", ["NOERROR", "qr rd ra", "192.0.2.5"],
                     [allowed.status, " ".join(allowed.flags),
                      *(r[3] for r in allowed.answer if r[2] == "A")])
        alone = subject.ask("alias.signed.inner2.example", "A", "+dnssec")
        report.check("joined: it is signed indeed", "qr rd ra ad", " ".join(alone.flags))


def case_own_lookup(lab, folder, report):
    """A client asks for a listed name just while Unbound looks it up for itself."""
    files = {"ads.txt": "d800.local.odd.example\nads.site.example\n"}
    with resolver(lab, folder, files=files, server="  num-threads: 1\n") as subject:
        behind = Asked(subject, "x.inner2.example", "A")
        time.sleep(0.3)
        client = Asked(subject, "d800.local.odd.example", "A")
        check_together(report, behind)
        report.check("joined: the client of an own look-up", BLOCKED, brief(client.get()))
        report.check("joined: the own look-up itself", "NOERROR 192.0.2.2", brief(behind.get()))
        report.check("joined: its answer is not in the cache", BLOCKED,
                     brief(subject.ask("d800.local.odd.example", "A")))


def case_own_task(lab, folder, report):
    """As above, and a task of Unbound's own waits with the client: where a zone's primary is."""
    zone = 'auth-zone:\n  name: "zone.example"\n  primary: "d1500.local.odd.example"\n  for-downstream: no\n'
    files = {"ads.txt": "d1500.local.odd.example\n"}
    with resolver(lab, folder, files=files, clauses=zone,
                  server="  num-threads: 1\n  verbosity: 4\n") as subject:
        client = Asked(subject, "d1500.local.odd.example", "A")
        report.check("joined: the client of an own task", BLOCKED, brief(client.get()))
        report.check("joined: the own task looks for it", True, subject.log_has("master lookup for task_probe"))
        report.check("joined: the own task has it", False, subject.log_has("lookup has no address"))
