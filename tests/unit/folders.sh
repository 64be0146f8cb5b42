#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# each folder of the module uses only those that docs/architecture.md lets it use

: "${top_srcdir:=.}" "${top_builddir:=.}" "${NM:=nm}"
page=$top_srcdir/docs/architecture.md

# folder D|U symbol, of all objects: those of shared libraries where there are any
for folder in "$top_builddir"/module/*/; do
	name=${folder#"$top_builddir"/module/}
	objects=$folder.libs
	[ -d "$objects" ] || objects=$folder
	find "$objects" -name '*.o' -exec "$NM" -g {} + |
		awk -v folder="${name%/}" 'NF == 2 && $1 == "U" { print folder, "U", $2 }
			NF == 3 && $2 ~ /[A-TV-Z]/ { print folder, "D", $3 }'
done >folders.symbols

# a row of the table: | `module/X/` | what | Y, Z |
awk '
	FNR == NR {
		if (split($0, cell, "|") < 4 || cell[2] !~ /`module\//)
			next
		gsub(/[` ]|module|\//, "", cell[2])
		gsub(/[`;,]/, " ", cell[4])
		count = split(cell[4], words, " ")
		for (i = 1; i <= count; i++)
			may[cell[2], words[i]] = 1
		if (cell[4] ~ /all above/)
			for (folder in known)
				may[cell[2], folder] = 1
		known[cell[2]] = 1
		next
	}
	$2 == "D" { home[$3] = $1 }
	$2 == "U" { uses[$1, $3] = 1 }
	END {
		for (pair in uses) {
			split(pair, part, SUBSEP)
			to = home[part[2]]
			if (to == "" || to == part[1])
				continue
			found++
			if (!((part[1], to) in may)) {
				print "FAIL module/" part[1] " uses " part[2] " of module/" to
				failed = 1
			}
		}
		print found + 0 " uses of one folder by another"
		exit failed || found == 0
	}' "$page" folders.symbols
result=$?
rm -f folders.symbols
exit $result
