# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# names.py: names to list and names to ask, from real lists and rankings where those are present
import lzma
import os
import random
import re

SEED = 20261
LISTS = (("easylist.hosts.txt", "hosts"), ("easylist.wildcard.txt", "wildcard"),
         ("light.wildcard.txt", "wildcard"), ("stevenblack.domains.txt", "domains"),
         ("stevenblack.dnsmasq.txt", "dnsmasq"), ("adguarddns.hosts.txt", "hosts"))
AVERAGE = 26  # characters of a name on real lists of host names

NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+$")
SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo za ad clo net pix trac sta lin mor".split()
TLDS = "com com com com net org de ru info io co.uk com.br xyz fr nl".split()
HOSTS = "www ads cdn t pixel metrics static img api stats s1 m track collect".split()


def data_folder(top):
    """$DNSWARD_DATA, else ../shared/data beside the source; None where there is none."""
    for folder in (os.environ.get("DNSWARD_DATA"), os.path.join(top, "..", "shared", "data")):
        if folder and os.path.isdir(os.path.join(folder, "lists")):
            return folder
    return None


def _lines(path):
    with lzma.open(path, "rt", encoding="utf-8", errors="replace") as f:
        yield from f


def _entry(line):
    """The name in a line of a list, whichever of LISTS' formats it has, or None."""
    fields = line.removeprefix("address=/").partition("/#")[0].partition("#")[0].split()
    if not fields:
        return None
    name = fields[-1].lower().removeprefix("*.").rstrip(".")
    return name if len(fields) <= 2 and NAME.match(name) and len(name) < 250 else None


def unpack_lists(data, folder):
    """Decompress the real lists; returns [(file name, format)] and the distinct names."""
    found, names = [], set()
    for name, form in LISTS:
        path = os.path.join(data, "lists", name + ".xz")
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            for line in _lines(path):
                out.write(line)
                entry = _entry(line)
                if entry is not None:
                    names.add(entry)
        found.append((name, form))
    return found, sorted(names)


def covered(name, listed):
    """The name or one of its parents is listed."""
    while name:
        if name in listed:
            return True
        name = name.partition(".")[2]
    return False


class Pool:
    """Registered domains and left-hand labels to put names together from: of the data where
    it is present, else made of syllables. The same seed gives the same names."""

    def __init__(self, data):
        self.random = random.Random(SEED)
        if data is None:
            self.bases = self._made_up(200000)
            self.labels = HOSTS + [f"{h}{i}" for h in HOSTS for i in range(60)]
        else:
            ranking = _lines(os.path.join(data, "dga", "benign.tsv.xz"))
            names = (line.split("\t", 1)[0] for line in ranking)
            self.bases = [n for n in names if NAME.match(n)]
            hosts = (_entry(l) for l in _lines(os.path.join(data, "lists", LISTS[0][0] + ".xz")))
            self.labels = sorted({n.split(".")[0] for n in hosts if n and n.count(".") > 2})
        self.random.shuffle(self.bases)
        self.random.shuffle(self.labels)

    def _made_up(self, count):
        r = self.random
        made = {"".join(r.choices(SYLLABLES, k=r.randint(2, 6))) + "." + r.choice(TLDS)
                for _ in range(count)}
        return sorted(made)

    def listed(self, count):
        """Distinct names, 26 characters long on average, many below the same domains."""
        names, total = set(), 0
        while len(names) < count:
            parts = [self.random.choice(self.bases)]
            if total < AVERAGE * len(names):
                parts.insert(0, self.random.choice(self.labels))
            if total < AVERAGE * len(names) or self.random.random() < 0.3:
                parts.insert(0, self.random.choice(self.labels))
            name = ".".join(parts)
            if len(name) < 250 and name not in names:
                names.add(name)
                total += len(name)
        return sorted(names)

    def unlisted(self, listed):
        """An endless row of distinct names of three labels or more that are on no list."""
        number = 0
        while True:
            name = f"{self.random.choice(self.labels)}{number}.{self.random.choice(self.bases)}"
            number += 1
            if not covered(name, listed):
                yield name
