# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# pack.py: each rule of the pack, as a client and the log's reader see it
from lab import pack
from lab.scene import brief


def told(event):
    """name, type, and what the log says of why"""
    question, rule = event["dns"]["question"], event.get("rule", {})
    technique = event.get("threat", {}).get("technique", {}).get("id", ["-"])[-1]
    name = rule.get("name", rule.get("ruleset"))  # the scorer is no rule
    why = f"{rule['category']} {technique} {name}" if "category" in rule else "-"
    return (question["name"], question["type"]), why


def expected(proof):
    if proof.what == "fires":
        return f"{proof.expected} {proof.rule}"
    return proof.expected


def case_proofs(lab, folder, report):
    """All of the table, by the rows of the example."""
    proofs = pack.proofs()
    settings = pack.settings(log={"queries": "all"})
    passed = {proof.rule for proof in proofs}
    with pack.resolver(lab, folder, settings) as subject:
        for proof in proofs:
            subject.ask(proof.name, proof.type)
        came = dict(told(event) for event in pack.events(subject, len(proofs)))
    for proof in proofs:
        why = came.get((proof.name.lower().rstrip("."), proof.type), "nothing in the log")
        if proof.what == "spares" and why != "-":
            why = why.split()[-1]
        if why != expected(proof):
            passed.discard(proof.rule)
            report.check(f"pack: {proof.rule} {proof.what} {proof.name}", expected(proof), why)
    pack.record(report, passed, lambda line: not line.startswith("detect "))


# one of each kind of condition, cut
KINDS = [
    ("exact", "api.telegram.org", "A", "telegram-bot-api"),
    ("suffix", "gate.twist2katz.com", "A", "katz-stealer"),
    ("prefix", "aaa.stage.1451918.ns1.example", "A", "cobalt-strike-stage"),
    ("contains", "aGVsbG8gd29ybGQhIQ==.t.example", "A", "base64-padding"),
    ("wildcard", "fs1.UWhRCxBAAAA.corp.example", "A", "kerberos-coercion-marshalled-target"),
    ("regex", "xyz.stage.14519188.ns1.example", "A", "cobalt-strike-stage-digits"),
    ("all", "YBAAAA.AAAAA.1uwhrc.corp.example", "A", "kerberos-coercion"),
    ("types", "zkadzx.t.example", "NULL", "null-query"),
    ("length", next(p.name for p in pack.proofs() if p.rule == "long-name"), "A", "long-name"),
    ("answer", "t1.txt.example", "TXT", "txt-execution-strings"),
]


def case_sinkholes(lab, folder, report):
    """The same rules with `action: sinkhole`, and the question beside each that still passes."""
    rows = "".join(f"  - {{rule: {rule}, action: sinkhole}}\n" for *_, rule in KINDS)
    settings = (f"version: 1\nstate-dir: state\ninclude: ['{pack.FOLDER}/*.yaml']\n"
                f"actions:\n{rows}")
    with pack.resolver(lab, folder, settings) as subject:
        for kind, name, rtype, rule in KINDS:
            for when in "", ", again":
                report.check(f"pack: {kind} is cut{when}", f"NXDOMAIN EDE 15 {rule}",
                             brief(subject.ask(name, rtype)))
        report.check("pack: what is beside it passes", "NOERROR 192.0.2.80",
                     brief(subject.ask("notkatz-panel.com", "A")))
        cut = [told(event)[1].split()[-1] for event in pack.events(subject, 2 * len(KINDS))
               if event["event"]["action"] == "sinkhole"]
        report.check("pack: the log has each", sorted(rule for *_, rule in KINDS for _ in range(2)),
                     sorted(cut))


def case_cached(lab, folder, report):
    """A rule about answers, of which the second comes from the cache."""
    with pack.resolver(lab, folder, pack.settings()) as subject:
        for _ in range(3):
            subject.ask("t1.txt.example", "TXT")
        came = pack.events(subject, 3)
        report.check("pack: logged each time", ["c2 T1071.004 txt-execution-strings"] * 3,
                     [told(event)[1] for event in came])
        report.check("pack: from the cache", True, any(e["dnsward"].get("cached") for e in came))


LOCAL = """  local-zone: "corp.example." static
  local-data: "fs1.1UWhRCAAAAAYBAAAA.corp.example. 60 A 192.0.2.9"
"""


def case_local(lab, folder, report):
    """Names of Unbound's own local data, as coercion is about: seen and logged."""
    with pack.resolver(lab, folder, pack.settings(), server=LOCAL) as subject:
        subject.ask("fs1.1UWhRCAAAAAYBAAAA.corp.example", "A")
        report.check("pack: local data is logged", ["coercion T1071.004 kerberos-coercion"],
                     [told(event)[1] for event in pack.events(subject, 1)])
