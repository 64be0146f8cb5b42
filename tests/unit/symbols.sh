#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# the module exports the six names that Unbound asks for and no other, has no soname, and fetches nothing

: "${top_srcdir:=.}" "${top_builddir:=.}" "${NM:=nm}" "${READELF:=readelf}"
so=$top_builddir/.libs/dnsward.so
failed=0

expected=$(sort "$top_srcdir/module/unbound/dnsward.sym" | tr '\n' ' ')
found=$($NM -D --defined-only "$so" | awk '{print $3}' | sort | tr '\n' ' ')
if [ "$found" = "$expected" ]; then
	echo "ok exports"
else
	echo "FAIL exports: expected $expected found $found"
	failed=1
fi
if $READELF -d "$so" | grep -q SONAME; then
	echo "FAIL soname: it has one"
	failed=1
else
	echo "ok no soname"
fi
if $READELF -d "$so" | grep -q curl; then
	echo "FAIL no curl: it is linked with libcurl"
	failed=1
else
	echo "ok no curl"
fi
if $READELF -d "$so" | grep -q NODELETE; then
	echo "ok nodelete"
else
	echo "FAIL nodelete: not set"
	failed=1
fi
exit $failed
