#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# each public header compiles when nothing else is included before it

: "${build_cc:=cc}" "${top_srcdir:=.}" "${top_builddir:=.}" "${public_headers:?run by make check}"
failed=0
for header in $public_headers; do
	if echo "#include \"${header#include/}\"" |
		$build_cc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -x c \
			-I"$top_builddir" -I"$top_srcdir/include" -; then
		echo "ok $header"
	else
		echo "FAIL $header"
		failed=1
	fi
done
exit $failed
