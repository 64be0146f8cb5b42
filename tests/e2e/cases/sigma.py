# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# sigma.py: a folder of Sigma rules, from the file to the log
from lab import pack
from lab.scene import brief, resolver, within

SETTINGS = """version: 1
state-dir: state
log: {{queries: hits}}
lists:
  - {{name: sigma, path: sigma, format: sigma, category: sigma, host-fields: ignore}}
disable: [{disable}]
actions:
  - {{category: sigma, level: [high, critical], action: sinkhole}}
  - {{category: sigma, action: log}}
"""

NAMED = """title: A named host
id: 0a5f5b0e-95b3-4d3c-9b3e-3c6c2f4f0001
logsource: {category: dns}
tags: [attack.command-and-control, attack.t1071.004]
level: high
detection:
  selection:
    query|endswith: [named.site.example]
  condition: selection
"""
TEXT = """title: Commands in a text
id: 0a5f5b0e-95b3-4d3c-9b3e-3c6c2f4f0002
logsource: {product: zeek, service: dns}
tags: [attack.t1059.001]
level: critical
detection:
  selection:
    record_type: TXT
    answer|contains: PLAIN
  names:
    query|startswith: text
  condition: selection and names
"""
HOST = """title: A tool asks
id: 0a5f5b0e-95b3-4d3c-9b3e-3c6c2f4f0003
logsource: {category: dns_query, product: windows}
level: medium
detection:
  selection:
    QueryName|contains: tool
    Image|endswith: '.exe'
  condition: selection
"""
OFF = NAMED.replace("A named host", "Switched off").replace("0001", "0004").replace(
    "named.site", "off.site")
FILES = {"sigma/named.yml": NAMED, "sigma/windows/dns/text.yaml": TEXT, "sigma/windows/host.yml": HOST,
         "sigma/off.yml": OFF, "sigma/README.md": "# not {a rule\n", "sigma/.git/x.yml": "{"}


def told(event):
    """The question, what was done, and what is said of the rule."""
    rule, threat = event["rule"], event.get("threat", {}).get("technique", {}).get("id", ["-"])
    return (event["dns"]["question"]["name"], event["dnsward"]["verdict"], rule["name"], rule["id"][-4:],
            rule["ruleset"], rule["category"], threat[-1], event["dnsward"].get("partial", False))


def case_folder(lab, folder, report):
    conf = SETTINGS.format(disable="0a5f5b0e-95b3-4d3c-9b3e-3c6c2f4f0004")
    with resolver(lab, folder, conf, FILES) as subject:
        cut = "NXDOMAIN EDE 15 "
        for what, name, kind, want in [
                ("a name", "www.named.site.example", "A", cut + "A named host"),
                ("a text in the answer", "text.site.example", "TXT", cut + "Commands in a text"),
                ("again", "text.site.example", "TXT", cut + "Commands in a text"),
                ("another type", "text.site.example", "A", "NOERROR 192.0.2.1"),
                ("for its DNS part", "tool.site.example", "A", "NOERROR 192.0.2.1"),
                ("switched off by its id", "off.site.example", "A", "NOERROR 192.0.2.1"),
        ]:
            report.check(f"sigma: {what}", want, brief(subject.ask(name, kind)))
        report.check("sigma: the log", [
            ("text.site.example", "sinkhole", "Commands in a text", "0002", "sigma", "sigma",
             "T1059.001", False),
            ("text.site.example", "sinkhole", "Commands in a text", "0002", "sigma", "sigma",
             "T1059.001", False),
            ("tool.site.example", "log", "A tool asks", "0003", "sigma", "sigma", "-", True),
            ("www.named.site.example", "sinkhole", "A named host", "0001", "sigma", "sigma",
             "T1071.004", False),
        ], sorted(told(event) for event in pack.events(subject, 4)))


def case_change(lab, folder, report):
    """Rules come and go while the resolver runs; a broken file leaves the last good ones."""
    conf = SETTINGS.format(disable="")
    free, cut = "NOERROR 192.0.2.1", "NXDOMAIN EDE 15 A named host"
    with resolver(lab, folder, conf, FILES) as subject:
        def asks(name):
            return lambda: subject.ask(name, "A")
        report.check("sigma: cached before", free, brief(subject.ask("late.site.example", "A")))
        subject.write("sigma/new/late.yml", NAMED.replace("named.site", "late.site"))
        report.check("sigma: a rule in a new folder", cut, within(10, cut, asks("late.site.example")))
        subject.write("sigma/new/late.yml", "title: {broken\n")
        subject.process.wait_until("a broken file is told", lambda: subject.log_has("late.yml"), 10)
        report.check("sigma: the last good rules stay", cut, brief(subject.ask("late.site.example", "A")))
        subject.write("sigma/new/late.yml", NAMED.replace("named.site", "other.site"))
        report.check("sigma: mended", free, within(10, free, asks("late.site.example")))
        report.check("sigma: and in force", cut, brief(subject.ask("other.site.example", "A")))
