# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# broken.py: bad input: the last good state serves, one error says what and where
import os
import time

from lab import process
from lab.scene import SETTINGS, brief, errors, resolver, settled_status, within

BLOCKED = "NXDOMAIN EDE 15 ads"
PLAIN = "NOERROR 192.0.2.1"


def spoil_and_mend(lab, folder, report, name, spoil, mend, reload_by, mentions, settings=SETTINGS):
    """`spoil` the input of a resolver that runs; it goes on, says so once, and `status` tells;
    `mend` it, and all is well."""
    with resolver(lab, folder, settings) as subject:
        report.check(f"{name}: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        report.check(f"{name}: status before", "exit status 0", settled_status(subject, 0))
        spoil(subject)
        if reload_by == "hup":
            subject.hup()
        elif reload_by:
            subject.control(reload_by)
        process.wait_until("an error", lambda: errors(subject), 5)
        time.sleep(0.5)
        report.check(f"{name}: the last good state serves", BLOCKED,
                     brief(subject.ask("ads.site.example", "A")))
        report.check(f"{name}: and passes what it passed", PLAIN,
                     brief(subject.ask("plain.site.example", "A")))
        said = [line for line in errors(subject) if all(m in line for m in mentions)]
        report.check(f"{name}: one error says what and where", "1 line", f"{len(said)} line"
                     if len(said) == 1 else "\n".join(errors(subject)))
        report.check(f"{name}: status", "exit status 1", settled_status(subject, 1))
        mend(subject)
        report.check(f"{name}: mended", "NXDOMAIN EDE 15 ads",
                     within(3, BLOCKED, lambda: subject.ask("mended.site.example", "A")))
        report.check(f"{name}: status mended", "exit status 0", settled_status(subject, 0))


def settings_of(reload_by):
    def spoil(subject):
        subject.write("dnsward.yaml", SETTINGS.replace("sinkhole", "sinkhoel", 1))

    def mend(subject):
        subject.append("ads.txt", "mended.site.example")
        subject.write("dnsward.yaml", SETTINGS)
    return spoil, mend


def case_settings(lab, folder, report):
    for by in (None, "reload", "reload_keep_cache", "hup"):
        name = f"broken settings, {by or 'live'}"
        spoil_and_mend(lab, f"{folder}-{by}", report, name, *settings_of(by), by,
                       ["dnsward.yaml:9:", "sinkhoel"])


def case_settings_not_readable(lab, folder, report):
    spoil_and_mend(lab, folder, report, "settings gone",
                   lambda s: os.unlink(s.path("dnsward.yaml")),
                   lambda s: (s.append("ads.txt", "mended.site.example"),
                              s.write("dnsward.yaml", SETTINGS)), "reload", ["dnsward.yaml"])


def case_list_gone(lab, folder, report):
    spoil_and_mend(lab, folder, report, "list gone", lambda s: os.unlink(s.path("ads.txt")),
                   lambda s: s.write("ads.txt", "ads.site.example\nmended.site.example\n"),
                   None, ["ads.txt"])


def case_list_empty(lab, folder, report):
    spoil_and_mend(lab, folder, report, "list empty", lambda s: s.write("ads.txt", ""),
                   lambda s: s.write("ads.txt", "ads.site.example\nmended.site.example\n"),
                   None, ["ads"])


def case_list_halved(lab, folder, report):
    """Under half of the last count: refused, whatever is in it."""
    rest = "".join(f"x{i}.site.example\n" for i in range(9))
    with resolver(lab, folder, files={"ads.txt": "ads.site.example\n" + rest}) as subject:
        report.check("list halved: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        subject.write("ads.txt", "other.site.example\n")
        process.wait_until("an error", lambda: errors(subject), 5)
        report.check("list halved: the last good copy serves", BLOCKED,
                     brief(subject.ask("ads.site.example", "A")))
        report.check("list halved: status", "exit status 1", settled_status(subject, 1))
        subject.write("ads.txt", rest)
        report.check("list halved: whole again", PLAIN,
                     within(3, PLAIN, lambda: subject.ask("ads.site.example", "A")))


def case_list_too_short(lab, folder, report):
    settings = SETTINGS.replace("path: ads.txt,", "path: ads.txt, min-rules: 2,")
    spoil_and_mend(lab, folder, report, "min-rules", lambda s: s.write("ads.txt", "x.site.example\n"),
                   lambda s: s.write("ads.txt", "ads.site.example\nmended.site.example\n"),
                   "reload_keep_cache", ["ads", "2"], settings)


def case_first_start(lab, folder, report):
    """Only a broken dnsward.yaml at the very first start stops Unbound."""
    with resolver(lab, folder, SETTINGS.replace("version: 1", "version: 1\nspeed: 9"),
                  start=False) as subject:
        subject.start(ready=False)
        code = subject.process.child.wait(20)
        report.check("first start: Unbound ends", "a non-zero status",
                     "a non-zero status" if code else "status 0")
        report.check("first start: file and line", True, subject.log_has("dnsward.yaml:2: "))


def case_second_start(lab, folder, report):
    """With a last good state, a broken dnsward.yaml does not stop a start."""
    with resolver(lab, folder) as subject:
        report.check("second start: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
    with resolver(lab, folder, SETTINGS.replace("version: 1", "version: 1\nspeed: 9")) as subject:
        report.check("second start: the last good state serves", BLOCKED,
                     brief(subject.ask("ads.site.example", "A")))
        report.check("second start: status", "exit status 1", settled_status(subject, 1))
