# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# process.py: servers that are started, waited for, and ended
import os
import random
import signal
import socket
import subprocess
import time


def first_of_clients():
    """Where the ports begin that the kernel gives to sockets which ask for any."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as f:
        return int(f.read().split()[0])


def free_port():
    """A port of 127.0.0.1 that is free over UDP and TCP, and that no client is given: dig shares
    ports, and with the server's own as its own it would read its question as the answer."""
    for _ in range(100):
        port = random.randrange(10000, max(first_of_clients(), 10001))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port on 127.0.0.1")


def wait_until(what, condition, seconds=10.0, step=0.02):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(step)


def listens(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A child process. Ended by its own pid, and waited for."""

    def __init__(self, command, port, output, env=None):
        self.port = port
        self.command = command
        with open(output, "ab") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=out, env=env)

    def wait_until(self, what, condition, seconds=20.0):
        """wait_until, that fails at once when the server ends."""
        def met():
            if condition():
                return True
            if not self.running():
                raise RuntimeError(f"{self.command[0]} ended with {self.child.returncode}")
            return False
        wait_until(f"{self.command[0]}: {what}", met, seconds)

    def wait_ready(self):
        self.wait_until("it listens", lambda: listens(self.port))

    def running(self):
        return self.child.poll() is None

    def stop(self, seconds=20.0):
        if self.running():
            os.kill(self.child.pid, signal.SIGTERM)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode
