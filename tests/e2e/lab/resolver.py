# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# resolver.py: an Unbound with the module, in a folder of its own
import os
import signal
import subprocess

from . import dig, process


class Unbound:
    """An installed Unbound: a prefix, a source tree, or a tree with inst/ in it."""

    def __init__(self, folder):
        for prefix in (folder, os.path.join(folder, "inst")):
            for sub in ("sbin", ""):
                daemon = os.path.join(prefix, sub, "unbound")
                if os.access(daemon, os.X_OK) and os.path.isfile(daemon):
                    self.daemon = daemon
                    self.control = os.path.join(prefix, sub, "unbound-control")
                    about = subprocess.run([daemon, "-V"], capture_output=True, text=True,
                                           check=True).stdout
                    self.version = about.split()[1]
                    self.modules = next(l for l in about.splitlines()
                                        if l.startswith("Linked modules")).split()
                    self.has_https = "nghttp2" in about
                    return
        raise SystemExit(f"{folder}: no Unbound there (sbin/unbound)")


class Lab:
    """What all tests of a run share: programs, and the upstream servers."""

    def __init__(self, unbound, module, build, foreign, nsd, odd, under):
        self.unbound = unbound
        self.module = module
        self.build = build
        self.command = os.path.join(build, "dnsward")
        self.foreign = foreign  # modules built for other Unbounds
        self.nsd = nsd
        self.odd = odd
        self.under = under      # words before the daemon's command line, for valgrind


class Resolver:
    """Files given as name -> text stand in its folder before it starts; `server` lines go
    into unbound.conf's server clause last, so that they win; `clauses` after it."""

    def __init__(self, lab, folder, files, modules="dynlib validator iterator", server="",
                 clauses="", module=None, settings="dnsward.yaml"):
        self.lab = lab
        self.folder = folder
        self.port = process.free_port()
        self.log = os.path.join(folder, "unbound.log")
        self.modules = modules
        self.server = server
        self.clauses = clauses
        self.module = module or lab.module
        self.settings = settings
        self.process = None
        os.makedirs(folder, exist_ok=True)
        for name, text in files.items():
            self.write(name, text)
        self.configure()

    def configure(self):
        stubs = "".join(f'stub-zone:\n  name: "{zone}"\n  stub-addr: 127.0.0.1@{self.lab.nsd.port}\n'
                        for zone in self.lab.nsd.zones if "inner" not in zone)
        anchors = "".join(f'  trust-anchor-file: "{path}"\n' for path in self.lab.nsd.anchors)
        dynlib = f"""dynlib:
  dynlib-file: "{self.module}"
  dynlib-file: "{os.path.join(self.folder, self.settings)}"
""" if "dynlib" in self.modules else ""
        self.write("unbound.conf", f"""server:
  interface: 127.0.0.1@{self.port}
  access-control: 127.0.0.0/8 allow
  directory: "{self.folder}"
  chroot: ""
  username: ""
  use-syslog: no
  logfile: "{self.log}"
  pidfile: "{self.folder}/unbound.pid"
  do-daemonize: no
  num-threads: 2
  verbosity: 1
  do-ip6: no
  do-not-query-localhost: no
  target-fetch-policy: "0 0 0 0 0"
  infra-cache-min-rtt: 3000
  discard-timeout: 10000
  module-config: "{self.modules}"
{anchors}{self.server}
{dynlib}remote-control:
  control-enable: yes
  control-interface: {self.folder}/control
  control-use-cert: no
{stubs}stub-zone:
  name: "inner.example"
  stub-host: "nshost.site.example@{self.lab.nsd.port}"
stub-zone:
  name: "inner2.example"
  stub-host: "d800.local.odd.example@{self.lab.nsd.port}"
stub-zone:
  name: "odd.example"
  stub-addr: 127.0.0.1@{self.lab.odd.port}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{self.lab.nsd.port}
{self.clauses}
""")

    # files: written whole or not at all, as an editor or a fetch does it
    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(text)
        os.replace(path + ".new", path)

    def read(self, name):
        with open(self.path(name), encoding="utf-8", errors="replace") as f:
            return f.read()

    def append(self, name, line):
        self.write(name, self.read(name).rstrip("\n") + "\n" + line + "\n")

    def remove(self, name, line):
        self.write(name, "".join(l for l in self.read(name).splitlines(True) if l.strip() != line))

    # the server
    def start(self, ready=True):
        before = self.starts()
        self.process = process.Server(
            self.lab.under + [self.lab.unbound.daemon, "-c", self.path("unbound.conf")],
            self.port, self.path("stderr"))
        if ready:
            self.process.wait_until("it serves", lambda: self.starts() > before, self.patience())
        return self

    def patience(self):
        return 120.0 if self.lab.under else 20.0

    def stop(self):
        return self.process.stop(self.patience()) if self.process else 0

    def starts(self):
        return sum("start of service" in line for line in self.said())

    def control(self, *args, stdin=None):
        """unbound-control; a reload is waited for."""
        before = self.starts()
        done = subprocess.run([self.lab.unbound.control, "-c", self.path("unbound.conf"), *args],
                              capture_output=True, text=True, check=False, input=stdin)
        if done.returncode != 0:
            raise RuntimeError(f"unbound-control {' '.join(args)}: {done.stdout}{done.stderr}")
        if args[0] in ("reload", "reload_keep_cache"):  # fast_reload is done when it returns
            self.process.wait_until("the reload", lambda: self.starts() > before, self.patience())
        return done.stdout

    def hup(self):
        before = self.starts()
        os.kill(self.process.child.pid, signal.SIGHUP)
        self.process.wait_until("the reload", lambda: self.starts() > before, self.patience())

    def dnsward(self, *args):
        return subprocess.run([self.lab.command, "-c", self.path(self.settings), *args],
                              capture_output=True, text=True, check=False)

    def ask(self, *args, stream=False, **more):
        return dig.ask(self.port, args, stream, **more)

    def said(self):
        """The resolver's log, a line each."""
        try:
            return self.read("unbound.log").splitlines()
        except FileNotFoundError:
            return []

    def log_has(self, text):
        return any(text in line for line in self.said())
