# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# clock.py: rows that hang on the clock: no answer outlives the minute in which it was right
import time

from lab.scene import brief, resolver

SETTINGS = """version: 1
state-dir: state
timezone: UTC
lists:
  - {{name: opens, path: opens.txt, format: domains}}
  - {{name: ends, path: ends.txt, format: domains}}
actions:
  - {{category: opens, when: "{turn}-{later}", action: sinkhole}}
  - {{category: ends, when: "{before}-{turn}", action: sinkhole}}
"""
FILES = {"opens.txt": "opens.site.example\nplain.site.example\n", "ends.txt": "ends.site.example\n"}
QUESTIONS = [("opens.site.example", "A"), ("opens.site.example", "AAAA"),
             ("clean.site.example", "A"),  # an alias of plain.site.example
             ("ends.site.example", "A"), ("ends.site.example", "TXT")]
OPENED = ["NXDOMAIN EDE 15 opens"] * 3
CLOSED = ["NOERROR 192.0.2.1", "NOERROR 2001:db8::1", "NOERROR 192.0.2.1 plain.site.example."]
SINKHOLED, FREE = ["NXDOMAIN EDE 15 ends"] * 2, ["NOERROR 192.0.2.1", 'NOERROR "plain"']


def case_window(lab, folder, report):
    """A window opens and another ends at the next full minute."""
    if time.time() % 60 > 50:  # time to start and to ask before it
        time.sleep(60 - time.time() % 60)
    turn = int(time.time()) // 60 * 60 + 60

    def hour(minutes):
        return time.strftime("%H:%M", time.gmtime(turn + minutes * 60))
    settings = SETTINGS.format(before=hour(-5), turn=hour(0), later=hour(5))
    with resolver(lab, folder, settings, FILES) as subject:
        def all_of_them():
            return [brief(subject.ask(*question)) for question in QUESTIONS]
        report.check("clock: before", CLOSED + SINKHOLED, all_of_them())
        report.check("clock: and again", CLOSED + SINKHOLED, all_of_them())
        report.check("clock: all before the turn", True, time.time() < turn)
        time.sleep(max(0.0, turn - time.time()) + 0.05)
        report.check("clock: after", OPENED + FREE, all_of_them())
        report.check("clock: by one generation", 1, sum("is in force" in l for l in subject.said()))
