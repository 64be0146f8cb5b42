# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# hostile.py: what stands where a list, the settings, the log or the state-dir was, while Unbound runs
import contextlib
import json
import os
import shutil
import subprocess
import time

from lab import process
from lab.scene import SETTINGS, brief, errors, resolver, settled_status, within
from lab.upstream import Skip

BLOCKED = "NXDOMAIN EDE 15 ads"
PLAIN = "NOERROR 192.0.2.1"
LIST = "ads.site.example\nmended.site.example\n"


def clear(path):
    """Whatever stands there goes."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def sparse(path):
    with open(path, "wb") as f:
        f.truncate(10 << 30)


# kind -> (what makes it, what is said of it)
KINDS = {
    "an empty folder": (os.mkdir, "no file there"),
    "a fifo": (os.mkfifo, "not a regular file"),
    "a device": (lambda p: os.symlink("/dev/zero", p), "not a regular file"),
    "a link to itself": (lambda p: os.symlink(p, p), "symbolic links"),
    "10 GiB of nothing": (sparse, "larger than"),
    "bytes that are no text": (lambda p: open(p, "wb").write(bytes(range(256)) * 100), "ads"),
}


def errors_of(subject, path, make):
    """What is told when that which `make` makes stands at `path`."""
    before = len(errors(subject))
    clear(path)
    make(path)
    process.wait_until("an error", lambda: len(errors(subject)) > before, 10)
    return errors(subject)[before:]


def case_in_place_of_the_settings(lab, folder, report):
    with resolver(lab, folder) as subject:
        path = subject.path("dnsward.yaml")
        for kind, (make, _) in KINDS.items():
            report.check(f"settings: {kind} is told", True,
                         any("dnsward.yaml" in l for l in errors_of(subject, path, make)))
            for way in ("live", "reload"):
                if way == "reload":
                    subject.control("reload")
                report.check(f"settings: {kind}, {way}: the last good ones serve", [BLOCKED, PLAIN],
                             [brief(subject.ask(f"{n}.site.example", "A")) for n in ("ads", "plain")])
                report.check(f"settings: {kind}, {way}: status", "exit status 1", settled_status(subject, 1))
            clear(path)
            subject.write("dnsward.yaml", SETTINGS)
            report.check(f"settings: {kind}, mended", "exit status 0", settled_status(subject, 0))


def case_in_place_of_the_log(lab, folder, report):
    """Answers and reloads go on; what is not written is counted."""
    kinds = {kind: KINDS[kind][0] for kind in ("an empty folder", "a link to itself")}
    kinds["a full device"] = lambda p: os.symlink("/dev/full", p)
    with resolver(lab, folder) as subject:
        path = subject.path("state/query.jsonl")
        for kind, make in kinds.items():
            clear(path)
            make(path)
            dropped = log_counters(subject)["dropped"]["write"]
            time.sleep(1.2)  # in which the log is opened anew
            report.check(f"log: {kind}, answers", BLOCKED, brief(subject.ask("ads.site.example", "A")))
            process.wait_until("a drop", lambda d=dropped: log_counters(subject)["dropped"]["write"] > d)
            start = time.monotonic()
            subject.control("reload_keep_cache")
            report.check(f"log: {kind} holds up no reload", True, time.monotonic() - start < 5)
            clear(path)
            time.sleep(1.2)
            written = log_counters(subject)["written"]
            subject.ask("ads.site.example", "A")
            process.wait_until("a line", lambda w=written: log_counters(subject)["written"] > w)
            report.check(f"log: {kind}, mended", True, subject.read("state/query.jsonl").endswith("}}\n"))


def log_counters(subject):
    return json.loads(subject.dnsward("status", "--json").stdout)["instances"][0]["log"]


def case_in_place_of_a_list(lab, folder, report):
    with resolver(lab, folder) as subject:
        path = subject.path("ads.txt")
        report.check("hostile: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        for kind, (make, said) in KINDS.items():
            report.check(f"hostile: {kind} is told", True,
                         any("ads.txt" in l and said in l for l in errors_of(subject, path, make)))
            report.check(f"hostile: {kind}, the last good copy serves", [BLOCKED, PLAIN],
                         [brief(subject.ask(f"{n}.site.example", "A")) for n in ("ads", "plain")])
            report.check(f"hostile: {kind}, status", "exit status 1", settled_status(subject, 1))
            start = time.monotonic()
            subject.control("reload_keep_cache")
            report.check(f"hostile: {kind} holds up no reload", True, time.monotonic() - start < 5)
            report.check(f"hostile: {kind}, after a reload", BLOCKED,
                         within(2, BLOCKED, lambda: subject.ask("ads.site.example", "A")))
            clear(path)
            subject.write("ads.txt", LIST)
            report.check(f"hostile: {kind}, mended", "exit status 0", settled_status(subject, 0))


def case_one_state_dir(lab, folder, report):
    """Two Unbounds share a state-dir; when one is killed, the other goes on and compiles."""
    shared = os.path.join(folder, "shared")
    os.makedirs(shared)
    settings = f"""version: 1
state-dir: {shared}/state
lists:
  - {{name: ads, path: {shared}/ads.txt, format: domains}}
actions:
  - {{category: ads, action: sinkhole}}
"""
    with open(f"{shared}/ads.txt", "w", encoding="ascii") as f:
        f.write("ads.site.example\n")

    def change(subject, name):
        subject.append(f"{shared}/ads.txt", f"{name}.site.example")

    def asked(subjects, name):
        return [within(3, BLOCKED, lambda s=s: s.ask(f"{name}.site.example", "A")) for s in subjects]

    with resolver(lab, f"{folder}/one", settings, start=False) as one, \
            resolver(lab, f"{folder}/two", settings) as two:
        one.start()
        both = [one, two]
        report.check("shared: both enforce", [BLOCKED] * 2, asked(both, "ads"))
        for i in range(3):
            change(one, f"new{i}")
            report.check(f"shared: change {i + 1} reaches both", [BLOCKED] * 2, asked(both, f"new{i}"))
        report.check("shared: nothing is wrong", [], errors(one) + errors(two))
        report.check("shared: status", "exit status 0", settled_status(one, 0))
        one.process.child.kill()
        one.process.child.wait()
        change(two, "later")
        report.check("shared: the other goes on", [BLOCKED], asked([two], "later"))
        report.check("shared: status of the other", "exit status 0", settled_status(two, 0))
        one.start()
        report.check("shared: and the first comes back", [BLOCKED] * 2, asked(both, "later"))


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 1 MiB at `folder`."""
    os.makedirs(folder)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "none", folder], check=False,
                      capture_output=True).returncode != 0:
        raise Skip("no tmpfs can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(folder, how):
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def case_full_disk(lab, folder, report):
    """The state-dir's disk fills up while Unbound runs."""
    with small_disk(f"{folder}/state"), resolver(lab, folder) as subject:
        report.check("full disk: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        with contextlib.suppress(OSError), open(subject.path("state/fill"), "wb", 0) as f:
            while True:
                f.write(bytes(4096))
        lasts(subject, report, "full disk")
        os.unlink(subject.path("state/fill"))
        mends(subject, report, "full disk")


def case_disk_that_cannot_be_written(lab, folder, report):
    """What is on it serves, and without anything on it the lists as they are. Unbound starts all the same."""
    with small_disk(f"{folder}/state"):
        remount(f"{folder}/state", "ro")
        with resolver(lab, folder) as subject:
            report.check("read-only: a first start", BLOCKED, brief(subject.ask("ads.site.example", "A")))
            report.check("read-only: a first start is told", True, any("state" in l for l in errors(subject)))
            report.check("read-only: a first start, status", "exit status 1", settled_status(subject, 1))
        remount(f"{folder}/state", "rw")
        with resolver(lab, folder) as subject:
            report.check("read-only: before", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        remount(f"{folder}/state", "ro")
        with resolver(lab, folder) as subject:
            report.check("read-only: a later start", BLOCKED, brief(subject.ask("ads.site.example", "A")))
            lasts(subject, report, "read-only")
            remount(f"{folder}/state", "rw")
            mends(subject, report, "read-only")


def lasts(subject, report, what):
    """A list that changes now cannot be compiled: that is told, and what there was serves."""
    before = len(errors(subject))
    subject.write("ads.txt", LIST + "".join(f"n{i}.site.example\n" for i in range(90000)))
    process.wait_until("an error", lambda: len(errors(subject)) > before, 10)
    report.check(f"{what}, the last good state serves", [BLOCKED, PLAIN],
                 [brief(subject.ask(f"{n}.site.example", "A")) for n in ("ads", "plain")])
    report.check(f"{what}, status", "exit status 1", settled_status(subject, 1))
    subject.control("reload")
    report.check(f"{what}, after a reload", BLOCKED,
                 within(2, BLOCKED, lambda: subject.ask("ads.site.example", "A")))


def mends(subject, report, what):
    subject.write("ads.txt", LIST)
    report.check(f"{what}, mended", BLOCKED,
                 within(5, BLOCKED, lambda: subject.ask("mended.site.example", "A")))
    report.check(f"{what}, status mended", "exit status 0", settled_status(subject, 0))
