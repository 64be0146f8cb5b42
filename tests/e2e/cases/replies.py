# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# replies.py: the log says of each reply what its client got, field by field
import collections
import json
import random
import subprocess
import time

from lab import client
from lab.scene import resolver

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: drop, path: drop.txt, format: domains}
  - {name: tree, path: tree.txt, format: domains, match: subtree}
  - {name: ads, path: ads.txt, format: domains}
  - {name: null, path: null.txt, format: domains}
  - {name: walled, path: walled.txt, format: domains}
  - {name: addresses, path: addresses.txt, format: domains}
  - {name: refused, path: refused.txt, format: domains}
  - {name: social, path: social.txt, format: domains}
  - {name: watch, path: watch.txt, format: domains}
clients:
  - {name: children, networks: [127.0.0.2]}
actions:
  - {category: drop, action: sinkhole, answer: drop}
  - {category: tree, action: sinkhole, answer: nodata}
  - {category: ads, action: sinkhole}
  - {category: "null", action: sinkhole, answer: null-ip}
  - {category: walled, action: sinkhole, answer: cname walled.site.example}
  - {category: addresses, action: sinkhole, answer: [192.0.2.53, 192.0.2.54, "2001:db8::53"], ttl: 77}
  - {category: refused, action: sinkhole, answer: refused}
  - {category: social, clients: children, action: sinkhole}
  - {category: watch, action: log}
log: {queries: all}
"""
FILES = {f"{name}.txt": f"{name}.site.example\n{name}2.site.example\n"
         for name in ("drop", "ads", "null", "walled", "addresses", "refused", "social", "watch")}
FILES["tree.txt"] = "tree.site.example\n"
SERVER = """  local-zone: "local.site.example." static
  local-data: "here.local.site.example. 77 A 192.0.2.77"
  so-rcvbuf: 1m
"""
ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]

# what a log, a terminal, a page or a parser could stumble over
HOSTILE = [b'quo"te', b"back\\slash", b"new\nline", b"nul\0byte", b"\xff\xfe\x80", b"a.dot", b"tab\tspace ",
           b"\x1b[31mred\x1b[0m", b"</script><script>", b"'%s%n{}$(id)`", b"\xe2\x80\xae", b"\r\x7f\x9b",
           bytes(range(1, 64)), bytes(range(192, 255))]


def hostile_name(suffix):
    labels, left = [], 255 - 1 - sum(len(label) + 1 for label in suffix)
    for _ in range(random.randint(1, 4)):
        label = random.choice(HOSTILE)
        if len(label) + 1 > left:
            break
        labels.append(label)
        left -= len(label) + 1
    if random.random() < 0.2:  # as long as a name can be
        while left > 1:
            labels.append(bytes(random.choice(b'x"\\\n') for _ in range(min(63, left - 1))))
            left -= len(labels[-1]) + 1
    return labels + suffix


def some_case(labels):
    return [bytes(b ^ 0x20 if (65 <= b <= 90 or 97 <= b <= 122) and random.random() < 0.5 else b
                  for b in label) for label in labels]


SITE = [b"site", b"example"]
LISTED = ["ads", "ads2", "null", "walled", "addresses", "refused", "social", "watch", "social2"]
OTHERS = [[b"ok", b"signed", b"example"], [b"ok", b"bogus", b"example"], [b"here", b"local"] + SITE,
          [b"no", b"local"] + SITE, [b"cloak"] + SITE, [b"clean"] + SITE, [b"chain1"] + SITE,
          [b"x", b"moved"] + SITE, [b"none"] + SITE, [b"v4only"] + SITE, []]


def one_name():
    lot = random.random()
    if lot < 0.25:
        return [f"n{random.randrange(300)}".encode()] + SITE
    if lot < 0.35:
        return [f"fresh{random.getrandbits(40)}".encode()] + SITE
    if lot < 0.60:
        return [random.choice(LISTED).encode()] + SITE
    if lot < 0.70:
        return hostile_name(SITE)
    if lot < 0.80:
        return hostile_name([b"tree"] + SITE)
    return random.choice(OTHERS)


def one_question():
    labels = one_name()
    if random.random() < 0.3:
        labels = some_case(labels)
    return (labels, random.choice(["A", "A", "A", "AAAA", "TXT", "MX", "HTTPS", "CAA"]),
            random.random() < 0.2, random.random() < 0.3)


# ---- both sides, told alike ----

# Unbound turns a set's records round as it writes them, and an owner that is the question's name is
# written as a pointer to it, in whichever case that is: order and case are left out. Signatures are
# not in the log.
def records(rows):
    return sorted(f"{name.lower()} {rtype} {klass} {ttl} {data.lower()}"
                  for name, rtype, klass, ttl, data in rows if rtype != "RRSIG")


def told_by_client(exchange, port):
    labels, reply = exchange.name, exchange.reply
    lowered = client.text(client.lower(labels))
    sent = client.text(labels)
    out = [lowered, sent if client.lower(labels) != labels else "-", exchange.type,
           exchange.source[0], str(exchange.source[1]), f"127.0.0.1 {port}",
           "tcp" if exchange.stream else "udp"]
    if reply is None:
        return "|".join(out + ["dropped"])
    answers = records((n, t, "IN" if klass == 1 else klass, ttl, data)
                      for n, t, klass, ttl, data in reply.answers)
    return "|".join(out + [",".join(reply.flags), reply.rcode, *answers])


def told_by_log(event):
    dns, ours = event["dns"], event["dnsward"]
    out = [dns["question"]["name"], ours.get("question_as_sent", "-"), dns["question"]["type"],
           event["source"]["ip"], str(event["source"]["port"]),
           f"{event['destination']['ip']} {event['destination']['port']}", event["network"]["transport"]]
    if ours.get("dropped"):
        return "|".join(out + ["dropped"])
    answers = records((a["name"], a["type"], a["class"], a["ttl"], a["data"])
                      for a in dns.get("answers", []))
    return "|".join(out + [",".join(dns.get("header_flags", [])), dns["response_code"], *answers])


def inconsistent(event):
    """What a line says twice must be the same; None: it is."""
    dns, ours = event["dns"], event["dnsward"]
    addresses = [a["data"] for a in dns.get("answers", []) if a["type"] in ("A", "AAAA")]
    sinkhole = ours["verdict"] == "sinkhole"
    for what, holds in {
            "resolved_ip": dns.get("resolved_ip", []) == addresses,
            "related.ip": event["related"]["ip"] == [event["source"]["ip"]] + addresses,
            "related.hosts": event["related"]["hosts"][0] == dns["question"]["name"],
            "client.ip": event["client"]["ip"] == event["source"]["ip"],
            "event.action": event["event"]["action"] == ours["verdict"],
            "event.type": event["event"]["type"] == ["protocol", "denied" if sinkhole else "allowed"],
            "rule": ("rule" in event) == ("row" in ours),
            "transport": ours["transport"] == event["network"]["transport"],
            "duration": 0 <= event["event"]["duration"] < 30e9}.items():
        if not holds:
            return f"{what} in {json.dumps(event)}"
    return None


def read_log(subject, count, seconds):
    end = time.monotonic() + seconds
    while True:
        with open(subject.path("state/query.jsonl"), "rb") as f:
            lines = f.read().split(b"\n")[:-1]
        if len(lines) >= count or time.monotonic() > end:
            return lines
        time.sleep(0.1)


def differences(ours, theirs):
    only = list((ours - theirs).elements())[:5], list((theirs - ours).elements())[:5]
    return [f"only in {where}: {line}" for where, lines in zip(("replies", "the log"), only)
            for line in lines]


def case_equal_the_log(lab, folder, report, count=3000):
    seed = random.randrange(1 << 32)
    random.seed(seed)
    with resolver(lab, folder, SETTINGS, FILES, server=SERVER) as subject:
        questions = [one_question() for _ in range(count)]
        # those that are never answered hold up their window: few of them
        questions += [([b"drop"] + SITE, "A", False, False)] * (count // 300)
        random.shuffle(questions)
        exchanges = client.ask_all(subject.port, ADDRESSES, questions)
        lines = read_log(subject, len(questions), 10)
        events = [json.loads(line) for line in lines]
        of_clients = collections.Counter(told_by_client(e, subject.port) for e in exchanges)
        of_log = collections.Counter(told_by_log(e) for e in events)
        report.check(f"replies: each of {len(questions)} has its event, field by field (seed {seed})",
                     [], differences(of_clients, of_log))
        report.check("replies: as many events as replies", len(questions), len(lines))
        report.check("replies: no line contradicts itself", [],
                     [w for w in map(inconsistent, events) if w][:3])
        report.check("replies: no byte of a line but printable ASCII", 0,
                     sum(any(b < 0x20 or b > 0x7e for b in line) for line in lines))
        jq = subprocess.run(["jq", "-c", "."], input=b"\n".join(lines), capture_output=True, check=False)
        report.check("replies: jq reads every line", f"0 {len(lines)}",
                     f"{jq.returncode} {jq.stdout.count(bytes([10]))}")


def case_equal_the_log_100000(lab, folder, report):
    case_equal_the_log(lab, folder, report, 100000)
