# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# siem.py: detection rules of others, as jq filters over the fields that they use, find in our log
# what they should
import json
import subprocess
import time

from lab import process
from lab.scene import resolver
from lab.upstream import need

SETTINGS = """version: 1
state-dir: state
lists:
  - {name: denylist, path: denylist.txt, format: domains}
dga: {category: dga, threshold: 0.98}
rules:
  - name: beacon
    category: c2
    technique: T1071.004
    level: critical
    any:
      - prefix: [aaa.stage., post.1]
      - contains: .stage.123456.
actions:
  - {category: denylist, action: sinkhole}
  - {category: c2, action: sinkhole}
  - {category: dga, action: log}
log: {queries: all}
"""

STAGERS = ["aaa.stage.12345.site.example", "x.stage.123456.site.example", "post.12ab.site.example"]
GENERATED = ["fqhdvyzkxjwtbnmc.info", "kq3v9z7xw1m4b8.net"]
TUNNEL = [f"{'deadbeefcafe0123' * 3}{i:04x}.t.site.example" for i in range(30)]
PLAIN = ["plain.site.example", "www.site.example", "mail.site.example"]
ASKED = [  # client, type, names
    ("127.0.0.1", "A", PLAIN + ["listed.site.example", "api.telegram.org", "ip-api.com", "evil.duckdns.org",
                                "x.top", "tracker.xyz", "10.0.0.1.nip.io",
                                "7sbvaemscs0mc925tb99.appsync-api.us-west-2.avsvmcloud.com"] + GENERATED),
    ("127.0.0.2", "TXT", STAGERS),
    ("127.0.0.3", "TXT", TUNNEL),
    ("127.0.0.4", "NULL", [f"n{i}.site.example" for i in range(60)]),
    ("127.0.0.5", "A", [f"gone{i}.local.site.example" for i in range(55)]),
    ("127.0.0.6", "A", ["srv1uwhrcaaaaaaaaaaaaaaaaaaaaaaaaaaaaaybaaaa.site.example"]),
    ("127.0.0.6", "HTTPS", ["plain.site.example"]),
]

# what the rule says, the filter for one event, and the names that it finds
EACH = [
    ("DNS request to denylisted domain (Panther)",
     '(.event.type | index("denied")) and .rule.ruleset == "denylist"', ["listed.site.example"]),
    ("Telegram bot API (Sigma, Splunk)", '.dns.question.name == "api.telegram.org"', ["api.telegram.org"]),
    ("public address discovery (Elastic)",
     '.dns.question.name | IN("ip-api.com", "checkip.dyndns.org", "api.ipify.org")', ["ip-api.com"]),
    ("dynamic DNS (Elastic)", '.dns.question.name | test("\\\\.(duckdns\\\\.org|ddns\\\\.net|zapto\\\\.org)$")',
     ["evil.duckdns.org"]),
    ("suspicious top level domain (Elastic)", '.dns.question.name | test(".*\\\\.(top|buzz|xyz|rest|ml|cf)$")',
     ["tracker.xyz", "x.top"]),
    ("the same by field", '.dns.question.top_level_domain | IN("top", "xyz")', ["tracker.xyz", "x.top"]),
    ("wildcard DNS services (Sigma)", '.dns.question.name | endswith(".nip.io")', ["10.0.0.1.nip.io"]),
    ("SUNBURST's domain (Elastic)", '.dns.question.registered_domain == "avsvmcloud.com"',
     ["7sbvaemscs0mc925tb99.appsync-api.us-west-2.avsvmcloud.com"]),
    ("high DGA probability (Elastic)", '.ml_is_dga.malicious_probability > 0.98', GENERATED),
    ("predicted to be a DGA domain (Elastic)",
     '.ml_is_dga.malicious_prediction == 1 and .dns.question.registered_domain != "avsvmcloud.com"',
     GENERATED),
    ("Cobalt Strike (Sigma)", '.dns.question.name | startswith("aaa.stage.") or startswith("post.1") or '
     'contains(".stage.123456.")',
     STAGERS),
    ("Kerberos coercion (Splunk)", '.dns.question.name | ascii_downcase | contains("1uwhrc") and '
     'contains("aaaaa") and contains("ybaaaa")', [ASKED[5][2][0]]),
    ("by technique", '.threat.technique.id // [] | index("T1071.004")', STAGERS),
    ("by severity", '.event.severity == 99 and .event.action == "sinkhole"', STAGERS),
    ("alerts alone", '.event.kind == "alert"', STAGERS + GENERATED),
]

# the same over all events: what is grouped, and what is found
ALL = [
    ("long and unique subdomains by client and domain (Elastic)",
     '[.[] | select((.dns.question.subdomain // "" | length) >= 50)] | '
     'group_by([.source.ip, .dns.question.registered_domain]) | map(select(length >= 25 and '
     '(map(.dns.question.name) | unique | length) >= 15) | .[0].source.ip)', ["127.0.0.3"]),
    ("TXT rate (Sigma)", '[.[] | select(.dns.question.type == "TXT")] | group_by(.source.ip) | '
     'map(select(length > 20) | .[0].source.ip)', ["127.0.0.3"]),
    ("NULL rate (Sigma)", '[.[] | select(.dns.question.type == "NULL")] | group_by(.source.ip) | '
     'map(select(length > 50) | .[0].source.ip)', ["127.0.0.4"]),
    ("excessive failures (Splunk)", '[.[] | select(.dns.response_code == "NXDOMAIN" and '
     '(.dns.question.name | contains(".")))] | group_by(.source.ip) | map(select(length > 50) | .[0].source.ip)',
     ["127.0.0.5"]),
    ("DGA activity by client (Elastic)", 'group_by(.source.ip) | map(select((map(.ml_is_dga.malicious_probability '
     '// 0) | add) > 1.5) | .[0].source.ip)', ["127.0.0.1"]),
    ("who asked whom", 'map([.destination.ip, .network.protocol, .event.dataset]) | unique | map(join(" "))',
     ["127.0.0.1 dns dnsward.query"]),
]


def jq(options, program, text):
    done = subprocess.run(["jq", "-c", *options, program], input=text, text=True, capture_output=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else [done.stderr.strip()]


def read_log(subject, count):
    def lines():
        try:
            return subject.read("state/query.jsonl").splitlines()
        except FileNotFoundError:
            return []
    process.wait_until("all events", lambda: len(lines()) >= count)
    time.sleep(0.1)
    return "\n".join(lines())


def case_filters(lab, folder, report):
    need("jq")
    files = {"denylist.txt": "listed.site.example\n"}
    server = '  local-zone: "local.site.example." static\n'
    with resolver(lab, folder, SETTINGS, files, server=server) as subject:
        count = 0
        for client, rtype, names in ASKED:
            batch = subject.path("batch")
            with open(batch, "w", encoding="ascii") as f:
                f.writelines(f"{name} {rtype}\n" for name in names)
            subprocess.run(["dig", "-r", "@127.0.0.1", "-p", str(subject.port), "-b", client, "+tries=1",
                            "+time=5", "-f", batch], check=False, capture_output=True)
            count += len(names)
        log = read_log(subject, count)
        for title, program, names in EACH:
            came = jq(["-s"], f"map(select({program}) | .dns.question.name) | unique | .[]", log)
            report.check(f"siem: {title}", [json.dumps(n) for n in sorted(names)], came)
        for title, program, names in ALL:
            report.check(f"siem: {title}", [json.dumps(n) for n in names], jq(["-s"], f"{program} | .[]", log))
