# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# pack.py: the rule pack, its proofs, and the rows that the example settings have for it
import collections
import contextlib
import glob
import json
import os
import re
import time

import yaml

from . import scene

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FOLDER = os.path.join(TOP, "packs", "detections")
PROOFS = os.path.join(TOP, "tests", "data", "pack", "proofs.table")

Proof = collections.namedtuple("Proof", "rule what name type answer expected")


def load(path):
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"@(\w+)@", r"/\1", f.read())  # configure's folders in the example
    return yaml.load(text, Loader=yaml.BaseLoader)  # every scalar is text, as in the settings


def rules():
    return [rule for path in sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))
            for rule in load(path).get("rules", [])]


def detectors():
    return load(os.path.join(FOLDER, "..", "detectors.yaml"))["detect"]


def proofs():
    with open(PROOFS, encoding="utf-8") as f:
        return [Proof(*line.rstrip("\n").split(" | ")) for line in f
                if line.strip() and not line.startswith("#")]


def settings(**more):
    """dnsward.yaml with the pack and, of the example's rows, those for its categories; `more`
    are further sections."""
    given = {rule["category"] for rule in rules()} | {"dga"}
    rows = [row for row in load(os.path.join(TOP, "dnsward.yaml.example.in"))["actions"]
            if given.intersection([row["category"]] if isinstance(row.get("category"), str)
                                  else row.get("category", []))]
    return yaml.dump({"version": "1", "state-dir": "state", "include": [f"{FOLDER}/*.yaml"],
                      "dga": {"threshold": "0.98"}, "actions": rows, **more}, sort_keys=False, width=200)


# ---- a resolver ----

# every name exists; those with an answer of their own are added
ZONE = """$TTL 60
@ SOA ns. root. 1 3600 600 86400 60
@ NS ns.
ns. A 192.0.2.53
gone.example. A 192.0.2.80
both.rebind.example. A 192.0.2.80
both.rebind.example. A 10.0.0.1
private.rebind.example. A 10.0.0.1
* A 192.0.2.80
* AAAA 2001:db8::80
* TXT "plain"
"""
UPSTREAM = 'auth-zone:\n  name: "."\n  zonefile: "root.zone"\n  for-downstream: no\n'


@contextlib.contextmanager
def resolver(lab, folder, settings, **more):
    """A resolver for which one zone in its own memory is the whole Internet."""
    texts = "".join(f"{p.name}. TXT {p.answer}\n" for p in proofs() if p.answer != "-")
    with scene.resolver(lab, folder, settings, {"root.zone": ZONE + texts}, start=False,
                        **more) as subject:
        conf = subject.read("unbound.conf")
        head, _, rest = conf.partition('forward-zone:\n  name: "."\n')
        subject.write("unbound.conf", head + UPSTREAM + rest.partition("\n")[2])
        yield subject.start()


def events(subject, count):
    end = time.monotonic() + 10
    while True:
        lines = subject.read("state/query.jsonl").splitlines() if os.path.exists(
            subject.path("state/query.jsonl")) else []
        if len(lines) >= count or time.monotonic() > end:
            return [json.loads(line) for line in lines]
        time.sleep(0.05)


def record(report, passed, of):
    """That what passed is what tests/data/pack/passed says, from which the page of the
    detections is made; `of`: the lines that are this test's. With DNSWARD_RECORD in the
    environment the file is written instead."""
    path = os.path.join(os.path.dirname(PROOFS), "passed")
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    if os.environ.get("DNSWARD_RECORD"):
        lines = [line for line in lines if not of(line)] + list(passed)
        with open(path, "w", encoding="utf-8") as f:
            f.write("".join(f"{line}\n" for line in sorted(lines)))
    else:
        report.check("pack: as tests/data/pack/passed says", [line for line in lines if of(line)],
                     sorted(passed))
