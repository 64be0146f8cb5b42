# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# machine.py: processor time, memory, load and holes, as the kernel and a client see them
import os
import re
import select
import socket
import struct
import subprocess
import threading
import time

MIB = 1024 * 1024


# ---- a process ----

def cpu_seconds(pid):
    """Time on a processor of all threads that live. From schedstat, in ns, where the kernel
    has it; else utime and stime in ticks."""
    total = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as f:
                total += int(f.read().split()[0])
        if total:
            return total / 1e9
    except FileNotFoundError:
        pass
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """Resident bytes: `Rss`, `Pss`, `Anonymous` and the others of smaps_rollup."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return {k: int(v) * 1024 for k, v in re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M)}


def mapped(pid, path):
    """Resident bytes of the mappings of one file."""
    total, ours = 0, False
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as f:
        for line in f:
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                ours = line.rstrip().endswith(path)
            elif ours and line.startswith("Rss:"):
                total += int(line.split()[1]) * 1024
    return total


# ---- a load ----

def write_queries(path, names, qtype="A"):
    with open(path, "w", encoding="ascii") as f:
        f.writelines(f"{name} {qtype}\n" for name in names)
    return path


class Load:
    """What one dnsperf did to a process."""

    def __init__(self, port, pid, queries, runs=1, rate=None):
        command = ["dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", queries, "-n", str(runs),
                   "-c", "4", "-q", "100"] + (["-Q", str(rate)] if rate else [])
        before = cpu_seconds(pid)
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        cpu = cpu_seconds(pid) - before
        self.sent = int(re.search(r"Queries sent:\s+(\d+)", text)[1])
        self.lost = int(re.search(r"Queries lost:\s+(\d+)", text)[1])
        self.rate = float(re.search(r"Queries per second:\s+([\d.]+)", text)[1])
        self.cpu_us = cpu * 1e6 / max(1, self.sent - self.lost)
        codes = re.search(r"Response codes:\s+(.*)", text)
        self.rcodes = {n: int(c) for n, c in re.findall(r"(\w+) (\d+) \(", codes[1])} if codes else {}


# ---- a client ----

def _query(name, ident):
    labels = b"".join(bytes([len(l)]) + l.encode() for l in name.split("."))
    return struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 0) + labels + b"\0" + b"\0\1\0\1"


class Client:
    """Asks for one name's A record over UDP."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.ident = 0

    def send(self, name):
        self.ident = (self.ident + 1) & 0xffff
        try:
            self.socket.send(_query(name, self.ident))
        except ConnectionRefusedError:  # nobody listens yet
            pass

    def rcode(self, seconds):
        """Of the next answer within `seconds`, else None. Questions not answered are none."""
        if not select.select([self.socket], [], [], max(0, seconds))[0]:
            return None
        try:
            return self.socket.recv(512)[3] & 15
        except ConnectionRefusedError:
            return None

    def wait(self, name, rcode, seconds=600, step=0.005, alive=lambda: True):
        """Ask every `step` until the answer has this rcode (None: any); returns the seconds."""
        start = time.monotonic()
        while time.monotonic() < start + seconds and alive():
            self.send(name)
            sent = time.monotonic()
            while (left := sent + step - time.monotonic()) > 0:
                got = self.rcode(left)
                if got is not None and rcode in (None, got):
                    return time.monotonic() - start
        raise RuntimeError(f"{name}: no answer with rcode {rcode} after {seconds} s")

    def close(self):
        self.socket.close()


class Pinger(threading.Thread):
    """Asks for a local name every 5 ms; `hole` is the longest time without an answer."""

    def __init__(self, port, name, step=0.005):
        super().__init__(daemon=True)
        self.client = Client(port)
        self.name = name
        self.step = step
        self.done = threading.Event()
        self.hole = 0.0

    def run(self):
        last = due = time.monotonic()
        while not self.done.is_set():
            now = time.monotonic()
            if now >= due:
                self.client.send(self.name)
                due = max(due + self.step, now)
            if self.client.rcode(due - now) is not None:
                answered = time.monotonic()
                self.hole = max(self.hole, answered - last)
                last = answered
        self.hole = max(self.hole, time.monotonic() - last)

    def __enter__(self):
        self.start()
        time.sleep(0.1)
        return self

    def __exit__(self, *_):
        time.sleep(0.1)
        self.done.set()
        self.join()
        self.client.close()
