# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# table.py: files of questions and the answers they must get; see tests/e2e/README.md
import os
import re
import shlex
import time

from . import dig
from .resolver import Resolver
from .upstream import Skip

SOA = "SOA localhost. nobody.invalid. 1 3600 1200 604800"


class Row:
    def __init__(self, where, columns):
        self.where = where
        name, args, status, answer, authority, ede = columns
        limit = re.search(r"<(\d+)s$", name)
        self.within = int(limit[1]) if limit else 0
        self.name = name[:limit.start()].strip() if limit else name
        self.args = args.split()
        self.status, *self.flags = status.split()
        self.answer = answer
        self.authority = authority
        self.ede = ede

    def question(self):
        name = next(a for a in self.args if "." in a and a[0] not in "-+@" and not a[0].isdigit())
        return name if name.endswith(".") else name + "."

    def streams(self):
        if "+tcp" in self.args:
            return [True]
        return [False] if "+notcp" in self.args else [False, True]


class Table:
    """A topic: files, configuration, then rows and commands in their order."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[:-len(".table")]
        self.files, self.server, self.clauses = {}, "", ""
        self.modules = "dynlib validator iterator"
        self.needs = []
        self.steps = []
        self._read()

    def _read(self):
        with open(self.path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        at = 0
        while at < len(lines):
            line, number = lines[at], at + 1
            at += 1
            if not line.strip() or line.startswith("#"):
                continue
            block = []
            if line.endswith(":"):
                while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                    block.append(lines[at][4:])
                    at += 1
            self._line(line, "\n".join(block).rstrip() + "\n", f"{self.path}:{number}")

    def _line(self, line, block, where):
        word = line.split()[0]
        if word == "file":
            self.files[line.split()[1].rstrip(":")] = block
        elif word == "server:":
            self.server += "".join("  " + l + "\n" for l in block.splitlines())
        elif word == "clauses:":
            self.clauses += block
        elif word == "modules":
            self.modules = line.split(None, 1)[1]
        elif word == "needs":
            self.needs += line.split()[1:]
        elif line.startswith("!"):
            self.steps.append((where, line[1:].rstrip(":").split(None, 1), block))
        else:
            columns = [c.strip() for c in line.split("|")]
            if len(columns) != 6:
                raise SystemExit(f"{where}: {len(columns)} columns, expected 6")
            self.steps.append(Row(where, columns))

    def run(self, lab, folder, report):
        for module in self.needs:
            if module not in lab.unbound.modules:
                raise Skip(f"this Unbound has no {module}")
        resolver = Resolver(lab, folder, self.files, self.modules, self.server, self.clauses).start()
        try:
            for step in self.steps:
                if isinstance(step, Row):
                    check_row(resolver, step, f"{self.name}: {step.name}", report)
                else:
                    command(resolver, *step)
        finally:
            lab.odd.silent = False
            code = resolver.stop()
        report.check(f"{self.name}: Unbound ends as it should", "exit status 0",
                     f"exit status {code}")


def command(resolver, where, words, block):
    name, rest = words[0], words[1] if len(words) > 1 else ""
    if name == "append":
        resolver.append(*rest.split(None, 1))
    elif name == "remove":
        resolver.remove(*rest.split(None, 1))
    elif name == "write":
        resolver.write(rest, block)
    elif name == "control":
        resolver.control(*shlex.split(rest))
    elif name == "hup":
        resolver.hup()
    elif name == "sleep":
        time.sleep(float(rest))
    elif name == "silent":
        resolver.lab.odd.silent = rest == "on"
    else:
        raise SystemExit(f"{where}: no such command: {name}")


# ---- comparing ----

def _records(column, question):
    """A column of records, one a `;`: [OWNER.] TTL TYPE RDATA. The owner is the question's
    where it is left out. A TTL <=N stands for any up to N, and M-N for one between."""
    records = []
    for text in column.split(";"):
        text = text.strip()
        if text in ("", "-"):
            continue
        soa = re.fullmatch(r"SOA (\d+)", text)
        if soa:
            text = f"{soa[1]} {SOA} {soa[1]}"
        first, rest = text.split(None, 1)
        owner = question
        if first.endswith("."):
            owner = first
            first, rest = rest.split(None, 1)
        rtype, _, rdata = rest.partition(" ")
        records.append((owner, first, rtype, rdata.strip()))
    return records


def _show(records):
    return sorted(f"{owner} {ttl} {rtype} {rdata}" for owner, ttl, rtype, rdata in records)


def _level(expected, got):
    """Write expected TTLs of <=N and M-N as the TTL that came, where it fits."""
    levelled = []
    for owner, ttl, rtype, rdata in expected:
        limits = re.fullmatch(r"(?:<=|(\d+)-)(\d+)", ttl)
        if limits:
            fits = [r for r in got if (r[0], r[2], r[3]) == (owner, rtype, rdata) and
                    int(limits[1] or 0) <= r[1] <= int(limits[2])]
            ttl = str(fits[0][1]) if fits else ttl
        levelled.append((owner, ttl, rtype, rdata))
    return levelled


def _strip_signatures(records):
    return [r for r in records if r[2] not in ("RRSIG", "NSEC")]


def lines_expected(row, got):
    question = row.question()
    out = [f"status {row.status}"]
    if row.status in ("TIMEOUT", "CLOSED"):
        return out
    out.append("flags " + " ".join(sorted(row.flags)))
    out += ["answer " + r for r in _show(_level(_records(row.answer, question), got.answer))]
    out += ["authority " + r for r in _show(_level(_records(row.authority, question), got.authority))]
    out.append("ede " + row.ede)
    return out


def lines_got(row, got):
    out = [f"status {got.status}"]
    if got.status in ("TIMEOUT", "CLOSED"):
        return out
    out.append("flags " + " ".join(sorted(got.flags)))
    keep = (lambda r: r) if "+dnssec" not in row.args else _strip_signatures
    out += ["answer " + r for r in _show(keep(got.answer))]
    out += ["authority " + r for r in _show(keep(got.authority))]
    out.append("ede " + ("-" if got.ede is None else f"{got.ede[0]} {got.ede[1]}".strip()))
    return out


def check_row(resolver, row, name, report):
    for stream in row.streams():
        end = time.monotonic() + row.within
        timeout = 1 if row.status in ("TIMEOUT", "CLOSED") else 5
        while True:
            got = dig.ask(resolver.port, row.args, stream, timeout=timeout)
            expected, came = lines_expected(row, got), lines_got(row, got)
            if expected == came or time.monotonic() > end:
                break
            time.sleep(0.05)
        report.check(f"{name} ({'TCP' if stream else 'UDP'})", expected, came, row.where)
