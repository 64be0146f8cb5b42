# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# roots.py: an Unbound that gives up root, as packages run it: a user of its own, and a root of its own
import os
import pwd
import re
import shutil
import subprocess

from lab.scene import SETTINGS, brief, errors, resolver, settled_status, within
from lab.upstream import Skip

BLOCKED = "NXDOMAIN EDE 15 ads"
PLAIN = "NOERROR 192.0.2.1"
USER = "nobody"


def copy_of_module(lab, folder):
    """The module where Unbound's user can read it: what was built may lie in a home that is closed to others."""
    os.makedirs(folder)
    return shutil.copy(os.path.realpath(lab.module), folder)


def hand_over(folder):
    """All of the folder to Unbound's user, and the way to it open."""
    if os.geteuid() != 0:
        raise Skip("only root can give root up")
    user = pwd.getpwnam(USER)
    for path in (os.path.dirname(folder), folder):
        os.chmod(path, 0o755)
    for parent, _, names in os.walk(folder):
        for path in [parent] + [os.path.join(parent, name) for name in names]:
            os.chown(path, user.pw_uid, user.pw_gid)


def owners(folder):
    return sorted({pwd.getpwuid(os.stat(os.path.join(parent, name)).st_uid).pw_name
                   for parent, _, names in os.walk(folder) for name in names})


def case_user(lab, folder, report):
    """Commands that root calls and a resolver that is another user share the state-dir."""
    module = copy_of_module(lab, folder)
    with resolver(lab, folder, server=f'  username: "{USER}"\n', module=module, start=False) as subject:
        hand_over(folder)
        report.check("user: compiled by root before the first start", 0, subject.dnsward("compile").returncode)
        subject.start()
        report.check("user: blocked", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        for name, command in (("new1", None), ("new2", "compile"), ("new3", None)):
            subject.append("ads.txt", f"{name}.site.example")
            if command:
                subject.dnsward(command)
            report.check(f"user: {name}, after {command or 'a change'}", BLOCKED,
                         within(3, BLOCKED, lambda n=name: subject.ask(f"{n}.site.example", "A")))
        subject.dnsward("pause")
        report.check("user: paused by root", "NOERROR 192.0.2.1",
                     within(2, PLAIN, lambda: subject.ask("ads.site.example", "A")))
        subject.dnsward("resume")
        report.check("user: resumed", BLOCKED, within(2, BLOCKED, lambda: subject.ask("ads.site.example", "A")))
        report.check("user: nothing is amiss", [], errors(subject))
        report.check("user: all in the state-dir is the resolver's", [USER], owners(subject.path("state")))


def case_state_dir_of_another(lab, folder, report):
    """A state-dir that Unbound may not write to is told, and stops nobody."""
    module = copy_of_module(lab, folder)
    with resolver(lab, folder, server=f'  username: "{USER}"\n', module=module, start=False) as subject:
        hand_over(folder)
        os.mkdir(subject.path("state"))
        subject.start()
        report.check("another's: the lists serve", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        report.check("another's: it is told", True, any("/state/" in l and "Permission denied" in l
                                                        for l in errors(subject)))
        report.check("another's: status", "exit status 1", settled_status(subject, 1))
        os.chown(subject.path("state"), pwd.getpwnam(USER).pw_uid, 0)
        subject.append("ads.txt", "more.site.example")
        report.check("another's: mended without a restart", BLOCKED,
                     within(5, BLOCKED, lambda: subject.ask("more.site.example", "A")))


def bring(folder, module):
    """The module and its libraries, at the same paths below a new root."""
    libraries = re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", module], capture_output=True, text=True,
                                                          check=True).stdout)
    for path in [module, *libraries]:
        os.makedirs(os.path.dirname(folder + path), exist_ok=True)
        shutil.copy(os.path.realpath(path), folder + path)


def case_chroot(lab, folder, report):
    """What docs/operations.md says must be inside is there, and the command is told where."""
    settings = SETTINGS.replace("state-dir: state", "state-dir: /var/dnsward").replace(
        "clients: children,", 'clients: children, when: "00:00-24:00",')
    os.makedirs(f"{folder}/var")
    bring(folder, os.path.realpath(lab.module))
    shutil.copytree("/usr/share/zoneinfo/Etc", f"{folder}/usr/share/zoneinfo/Etc")
    server = f'  chroot: "{folder}"\n  username: "{USER}"\n'
    with resolver(lab, folder, settings + "timezone: Etc/UTC\n", modules="dynlib iterator", server=server,
                  module=os.path.realpath(lab.module), start=False) as subject:
        subject.settings = "/dnsward.yaml"  # as seen inside
        subject.configure()
        hand_over(folder)

        def dnsward(*args):
            return subject.dnsward("--chroot", folder, *args)
        report.check("chroot: checked from outside", "0 ", "{0.returncode} {0.stderr}".format(dnsward("check")))
        subject.start()
        report.check("chroot: blocked", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        report.check("chroot: blocked at this hour", "NXDOMAIN EDE 15 social",
                     brief(subject.ask("social.site.example", "A", "-b", "127.0.0.2")))
        subject.append("ads.txt", "later.site.example")
        report.check("chroot: a change", BLOCKED,
                     within(3, BLOCKED, lambda: subject.ask("later.site.example", "A")))
        subject.hup()
        report.check("chroot: after a reload", BLOCKED, brief(subject.ask("ads.site.example", "A")))
        report.check("chroot: nothing is amiss", [], errors(subject))
        report.check("chroot: status from outside", 0, dnsward("status").returncode)
        told = dnsward("explain", "ads.site.example").stdout
        report.check("chroot: explained from outside", True, "sinkhole" in told and "ads.txt:1" in told)
        report.check("chroot: the log is inside", True, '"ads.site.example"' in subject.read("var/dnsward/query.jsonl"))
