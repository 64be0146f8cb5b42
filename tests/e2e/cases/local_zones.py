# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# local_zones.py: local-zone and local-data, in Unbound's own settings and in a list
import os

from lab.resolver import Resolver
from lab.scene import resolver

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: zones, path: zones.conf, format: unbound, trust-answers: yes}
actions:
  - {category: zones, action: as-listed}
"""
ALWAYS = ["always_transparent", "always_nxdomain", "always_nodata", "always_refuse", "always_deny",
          "always_null"]
# for types that a name with data has none of, here it is NODATA in all of these
OTHERS = ["static", "transparent", "inform", "typetransparent", "deny", "inform_deny", "refuse",
          "redirect"]


def label(kind):
    return kind.replace("_", "-")


def lines():
    """A zone of each type, with data at its top and below, and a transparent one in it."""
    for kind in ALWAYS + OTHERS:
        zone = f"{label(kind)}.site.example"
        yield f'local-zone: "{zone}" {kind}'
        yield f'local-data: "{zone} 77 A 203.0.113.1"'
        if kind != "redirect":  # Unbound takes none below it
            yield f'local-data: "data.{zone} 77 A 203.0.113.2"'
        yield f'local-zone: "in.{zone}" transparent'
        yield f'local-data: "data.in.{zone} 77 A 203.0.113.3"'


def seen(answer):
    return " ".join([answer.status] + sorted(f"{owner} {rtype} {data}"
                                             for owner, _, rtype, data in answer.answer))


def case_as_unbound_does(lab, folder, report):
    settings = "".join(f"  {line}\n" for line in lines())
    theirs = Resolver(lab, os.path.join(folder, "theirs"), {}, modules="validator iterator",
                      server=settings)
    asked = [(f"{below}{label(kind)}.site.example", rtype)
             for kind in ALWAYS + OTHERS for below in ("", "data.", "none.", "data.in.")
             for rtype in (["A", "TXT"] if kind in ALWAYS else ["A"])]
    with resolver(lab, os.path.join(folder, "ours"), SETTINGS,
                  {"zones.conf": "server:\n" + settings}) as ours:
        theirs.start()
        try:
            for name, rtype in asked:
                expected, came = [seen(subject.ask(name, rtype, timeout=1))
                                  for subject in (theirs, ours)]
                report.check(f"{name} {rtype}", expected, came)
        finally:
            theirs.stop()
