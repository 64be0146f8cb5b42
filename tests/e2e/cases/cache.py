# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# cache.py: the message cache beyond what the tables show
import subprocess
import time

from lab.scene import SETTINGS, brief, resolver, within
from lab.upstream import Skip

BLOCKED = "NXDOMAIN EDE 15 ads"
PLAIN = "NOERROR 192.0.2.1"
# no key fits it
UNTRUE = f'  trust-anchor: "untrue.odd.example. DS 1 13 2 {"ab" * 32}"\n'


def case_asked_once(lab, folder, report):
    """The sweep runs from the first question on, though nothing was answered from the cache yet."""
    with resolver(lab, folder) as subject:
        report.check("asked once: before", PLAIN, brief(subject.ask("once.site.example", "A")))
        subject.append("ads.txt", "once.site.example")
        time.sleep(1.5)
        report.check("asked once: swept before it is asked again", BLOCKED,
                     brief(subject.ask("once.site.example", "A")))


def case_load_cache(lab, folder, report):
    """An operator loads a dump that was made before a name was listed."""
    with resolver(lab, folder) as subject:
        report.check("load_cache: before", PLAIN, brief(subject.ask("old.site.example", "A")))
        dump = subject.control("dump_cache")
        subject.append("ads.txt", "old.site.example")
        report.check("load_cache: listed", BLOCKED,
                     within(2, BLOCKED, lambda: subject.ask("old.site.example", "A")))
        for when in ("right after that", "when nothing was swept for a while"):
            subject.control("load_cache", stdin=dump)
            # nobody asks meanwhile: the growth of the cache alone must tell
            within(1.5, "never", lambda: subject.ask("ads.site.example", "A"))
            report.check(f"load_cache: loaded {when}", BLOCKED,
                         brief(subject.ask("old.site.example", "A")))


def case_load_cache_unnoticed(lab, folder, report):
    """As above, but the cache has shrunk meanwhile by more than was loaded: the first cached
    answer for a listed name is heard of, and makes the sweep look again."""
    with resolver(lab, folder) as subject:
        subject.ask("old.site.example", "A")
        dump = subject.control("dump_cache")
        for i in range(20):
            subject.ask(f"f{i}.site.example", "A")
        subject.append("ads.txt", "old.site.example")
        report.check("load_cache unnoticed: listed", BLOCKED,
                     within(2, BLOCKED, lambda: subject.ask("old.site.example", "A")))
        for i in range(20):
            subject.control("flush", f"f{i}.site.example")
        subject.control("load_cache", stdin=dump)
        # of cached answers one in 64 is looked at
        fill(subject, ["old.site.example"] * 64)
        # one such sweep in five seconds (sweep.c), and the listing may have caused one
        report.check("load_cache unnoticed: swept", BLOCKED,
                     within(8, BLOCKED, lambda: subject.ask("old.site.example", "A")))


def case_many(lab, folder, report):
    """More messages than fit in many batches, some of which end for want of room; the sweep takes
    those listed and no other."""
    names = [f"n{i}.many.site.example" for i in range(3900)]
    with resolver(lab, folder) as subject:
        fill(subject, names)
        before = messages(subject)
        subject.write("ads.txt", "ads.site.example\n" + "\n".join(names[::3]) + "\n")
        report.check("many: the last one is blocked", BLOCKED,
                     within(3, BLOCKED, lambda: subject.ask(names[3897], "A")))
        report.check("many: what is left", f"{before - 1300} messages", f"{messages(subject)} messages")


def case_long_answer(lab, folder, report):
    """An answer of which the sweep does not copy all goes: what it did not copy could be listed."""
    with resolver(lab, folder) as subject:
        report.check("long answer: before", 80,
                     len(subject.ask("a80.odd.example", "A", stream=True).answer))
        subject.write("dnsward.yaml", SETTINGS + """  - {category: late, action: sinkhole}
rules:
  - {name: late, category: late, any: [{answer-ip: 203.0.113.80}]}
""")
        report.check("long answer: swept", "NXDOMAIN EDE 15 late",
                     within(2, "NXDOMAIN EDE 15 late", lambda: subject.ask("a80.odd.example", "A")))


def case_below_a_listed_name(lab, folder, report):
    """What QNAME minimisation asks for on the way is kept out of the cache where it is listed;
    that ends with it, and the answer itself is cached."""
    files = {"ads.txt": "kept.out.odd.example\n"}
    question = ("a.b.kept.out.odd.example", "A")
    with resolver(lab, folder, files=files, server="  qname-minimisation: yes\n") as subject:
        answers = [brief(subject.ask(*question)) for _ in range(2)]
        report.check("below a listed name: the answers", ["NOERROR 192.0.2.50"] * 2, answers)
        asked = [name for name, _ in lab.odd.asked if name.endswith("kept.out.odd.example")]
        report.check("below a listed name: it was asked for on the way", True,
                     "kept.out.odd.example" in asked)
        report.check("below a listed name: the second answer is from the cache", 1,
                     asked.count(question[0]))


def case_by_way_of_a_listed_name(lab, folder, report):
    """An alias leads by a listed name into a third zone, which is signed and false: the answer is
    stored before it is found to be so, and who asks for it unchecked is given what is cached."""
    with resolver(lab, folder, files={"ads.txt": "far.site.example\n"}, server=UNTRUE) as subject:
        validated_and_not(subject, "by way of a listed name", report)


def case_false_and_of_a_rule(lab, folder, report):
    """As above, and what the rule hangs on is there when the whole of the answer is."""
    settings = """version: 1
state-dir: state
rules:
  - {name: ads, category: bad, all: [{prefix: cname-}, {answer-cname: far.site.example}, {answer-ip: 192.0.2.50}]}
actions:
  - {category: bad, action: sinkhole}
"""
    with resolver(lab, folder, settings, server=UNTRUE) as subject:
        validated_and_not(subject, "false and of a rule", report)


def validated_and_not(subject, what, report):
    report.check(f"{what}: validated", "SERVFAIL",
                 brief(subject.ask("cname-far.odd.example", "A", timeout=20)))
    report.check(f"{what}: unchecked", BLOCKED, brief(subject.ask("cname-far.odd.example", "A", "+cd")))


def fill(subject, names):
    subject.write("names", "".join(f"{n} A\n" for n in names))
    subprocess.run(["dnsperf", "-s", "127.0.0.1", "-p", str(subject.port), "-d",
                    subject.path("names"), "-n", "1", "-q", "50"], check=True, capture_output=True)


def messages(subject):
    return sum(line.startswith("msg ") and ".many." in line
               for line in subject.control("dump_cache").splitlines())


def case_resized_on_reload(lab, folder, report):
    """Unbound deletes its caches before it tells the module of a reload: nothing of ours may
    touch them in between."""
    with resolver(lab, folder) as subject:
        for i in range(12):
            subject.server = f"  msg-cache-size: {1 + i % 3}m\n  msg-cache-slabs: {2 << (i % 2)}\n"
            subject.configure()
            subject.append("ads.txt", f"r{i}.site.example")
            subject.control("reload_keep_cache" if i % 2 else "reload")
            report.check(f"resized: after reload {i + 1}", BLOCKED,
                         within(2, BLOCKED, lambda: subject.ask(f"r{i}.site.example", "A")))


def case_fast_reload(lab, folder, report):
    """From 1.23 on: it does not call the module; what changed on disk is taken up all the same."""
    if tuple(int(n) for n in lab.unbound.version.split(".")[:2]) < (1, 23):
        raise Skip("this Unbound has no fast_reload")
    with resolver(lab, folder) as subject:
        report.check("fast_reload: before", PLAIN, brief(subject.ask("fast.site.example", "A")))
        for i in range(5):
            subject.append("ads.txt", f"fast{i}.site.example")
            subject.control("fast_reload")
            report.check(f"fast_reload: {i + 1}", BLOCKED,
                         within(2, BLOCKED, lambda: subject.ask(f"fast{i}.site.example", "A")))
        subject.append("ads.txt", "fast.site.example")
        report.check("fast_reload: the cache is still swept", BLOCKED,
                     within(2, BLOCKED, lambda: subject.ask("fast.site.example", "A")))
