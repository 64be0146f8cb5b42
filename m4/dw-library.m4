# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# hard dependencies: all that are missing are told at once, with their Debian package

# DW_LIBRARY(VAR, PKG-CONFIG-SPEC, DEBIAN-PACKAGE)
AC_DEFUN([DW_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [dw_missing="$dw_missing
  $2 (Debian: $3)"])
])

# DW_LIBRARIES_DONE: stop if any was missing
AC_DEFUN([DW_LIBRARIES_DONE], [
  AS_IF([test "x$dw_missing" != x], [AC_MSG_ERROR([libraries not found:$dw_missing])])
])
