# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# host.py: an Unbound that the module was not built for, and places in it where it must not be
import os
import re
import subprocess

from lab import process
from lab.scene import SETTINGS, brief, resolver
from lab.upstream import Skip

PLAIN = "NOERROR 192.0.2.1"
NO_FOREIGN = "make check builds the module for it, or give one with --foreign"


def aside(report, name, subject, sentence):
    """All is passed on, it is said once, and `status` tells."""
    report.check(f"{name}: a listed name passes", PLAIN, brief(subject.ask("ads.site.example", "A")))
    report.check(f"{name}: another, over TCP", PLAIN,
                 brief(subject.ask("plain.site.example", "A", stream=True)))
    report.check(f"{name}: secure answers stay secure", "ad",
                 "ad" if "ad" in subject.ask("ok.signed.example", "A").flags else "not ad")
    said = [l for l in subject.said() if sentence in l]
    report.check(f"{name}: it is said once", 1, len(said))
    report.check(f"{name}: status", "exit status 1",
                 f"exit status {subject.dnsward('status').returncode}")
    process.wait_until("status tells why", lambda: re.search(
        "every query is passed on: .*" + sentence, subject.dnsward("status").stdout))
    subject.control("reload_keep_cache")
    report.check(f"{name}: after a reload", PLAIN, brief(subject.ask("ads.site.example", "A")))


def case_foreign(lab, folder, report):
    if not lab.foreign:
        raise Skip(NO_FOREIGN)
    for i, module in enumerate(lab.foreign):
        with resolver(lab, f"{folder}{i}", module=module) as subject:
            aside(report, f"foreign {i + 1}", subject, "built for another Unbound")


def case_foreign_stop(lab, folder, report):
    if not lab.foreign:
        raise Skip(NO_FOREIGN)
    with resolver(lab, folder, SETTINGS + "on-mismatch: stop\n", module=lab.foreign[0],
                  start=False) as subject:
        subject.start(ready=False)
        code = subject.process.child.wait(20)
        report.check("foreign: on-mismatch stop ends Unbound", "a non-zero status",
                     "a non-zero status" if code else "status 0")
        report.check("foreign: and says so", True,
                     subject.log_has("stopping, as on-mismatch says"))


def case_order(lab, folder, report):
    """Modules before ours would answer without asking it."""
    for modules in ("dns64 dynlib validator iterator", "validator dynlib iterator"):
        name = modules.split()[0]
        with resolver(lab, f"{folder}-{name}", modules=modules) as subject:
            aside(report, f"after {name}", subject, "dynlib must be first")


def case_twin(lab, folder, report):
    """Built for this very Unbound, but without knowing its build-id: it goes by the rest."""
    twin = os.path.join(lab.build, "tests", "e2e", ".libs", "twin.so")
    if not os.path.exists(twin):
        raise Skip("make check builds the module for it")
    with resolver(lab, folder, module=twin) as subject:
        report.check("twin: acts", "NXDOMAIN EDE 15 ads", brief(subject.ask("ads.site.example", "A")))


def case_other_texts(lab, folder, report):
    """The twin again, for which nothing but a text tells the host from the one it was built for."""
    twin = os.path.join(lab.build, "tests", "e2e", ".libs", "twin.so")
    if not os.path.exists(twin):
        raise Skip("make check builds the module for it")
    with open(twin, "rb") as f:
        module = f.read()
    about = subprocess.run([lab.unbound.daemon, "-V"], check=True, capture_output=True, text=True).stdout
    texts = {"it is another version": f"unbound {lab.unbound.version}",
             "it was configured with other options": re.search("Configure line: (.*)", about)[1]}
    for i, (said, text) in enumerate(texts.items()):
        path = f"{folder}{i}.so"
        with open(path, "wb") as f:
            f.write(module.replace(text.encode() + b"\0", text[:-1].encode() + b"~\0"))
        with resolver(lab, f"{folder}{i}", module=path) as subject:
            report.check(f"{said}: a listed name passes", PLAIN, brief(subject.ask("ads.site.example", "A")))
            report.check(f"{said}: it is told", True, subject.log_has(said))


def case_reused(lab, folder, report):
    """The other way round: the right host is acted in, also after reloads, and its status is
    good."""
    with resolver(lab, folder) as subject:
        for i in range(3):
            report.check(f"host: acts, {i} reloads", "NXDOMAIN EDE 15 ads",
                         brief(subject.ask("ads.site.example", "A")))
            subject.control("reload")
        report.check("host: nothing is amiss", [],
                     [l for l in subject.said() if " error: " in l])
