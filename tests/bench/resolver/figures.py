# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# figures.py: what was measured, beside what was aimed at
import statistics


class Ratios:
    """One ratio a pair."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)

    def __str__(self):
        return f"{self.median:.3f} ({min(self.values):.3f} .. {max(self.values):.3f})"


class Figures:
    def __init__(self):
        self.rows = []

    def section(self, title):
        print(f"\n== {title}", flush=True)
        self.rows.append((title,))

    def add(self, what, value, goal="", met=None):
        """`met`: whether the goal was reached, where there is one."""
        word = "" if met is None else ("met" if met else "MISSED")
        self.rows.append((what, str(value), goal, word))
        print(f"   {what}: {value}" + (f"   goal {goal}: {word}" if goal else ""), flush=True)

    def at_most(self, what, value, goal, unit, digits=1, judged=True):
        self.add(what, f"{value:.{digits}f} {unit}", f"<= {goal} {unit}",
                 value <= goal if judged else None)

    def times_less(self, what, theirs, mine, goal, judged=True):
        times = theirs / max(mine, 1e-9)
        self.add(what, f"1/{times:.1f}", f"1/{goal}", times >= goal if judged else None)

    def skip(self, what, why):
        self.rows.append((what, f"skipped: {why}", "", ""))
        print(f"   skip {what}: {why}", flush=True)

    def print(self):
        full = [row for row in self.rows if len(row) == 4]
        widths = [max((len(row[i]) for row in full), default=0) for i in range(4)]
        for row in self.rows:
            if len(row) == 1:
                print(f"\n{row[0]}")
            else:
                print("  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip())
