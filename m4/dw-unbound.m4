# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# the Unbound that the module is built for

# DW_UNBOUND: --with-unbound-src=DIR. The layout of Unbound's structures is decided by its
# config.h, so the module belongs to one configured tree; the tag in its folder's name is a
# digest of that file and keeps modules for different builds of one version apart.
AC_DEFUN([DW_UNBOUND], [
  AC_ARG_WITH([unbound-src],
    [AS_HELP_STRING([--with-unbound-src=DIR],
      [configured Unbound source tree to build the module for])],
    [], [with_unbound_src=no])
  dw_unbound_src=
  AS_IF([test "x$with_unbound_src" != xno], [
    AC_MSG_CHECKING([for the Unbound tree])
    AS_IF([test "x$with_unbound_src" = xyes],
      [AC_MSG_ERROR([--with-unbound-src needs a folder: --with-unbound-src=DIR])])
    AS_IF([test ! -f "$with_unbound_src/util/module.h"],
      [AC_MSG_ERROR([$with_unbound_src is no Unbound source tree (it has no util/module.h)])])
    AS_IF([test ! -f "$with_unbound_src/config.h"],
      [AC_MSG_ERROR([$with_unbound_src is not configured (it has no config.h); try tools/unbound-src])])
    AS_IF([$GREP -q '^#define WITH_DYNLIBMODULE 1' "$with_unbound_src/config.h"], [],
      [AC_MSG_ERROR([$with_unbound_src was configured without --with-dynlibmodule])])
    dw_unbound_src=`cd "$with_unbound_src" && pwd`
    UNBOUND_VERSION=`$SED -n 's/^#define PACKAGE_VERSION "\(.*\)"$/\1/p' "$dw_unbound_src/config.h"`
    AS_IF([test "x$UNBOUND_VERSION" = x],
      [AC_MSG_ERROR([$dw_unbound_src/config.h tells no PACKAGE_VERSION])])
    dw_tag=`sha256sum < "$dw_unbound_src/config.h" | cut -c 1-8`
    UNBOUND_MODDIR="unbound-$UNBOUND_VERSION-$dw_tag"
    AC_MSG_RESULT([$UNBOUND_VERSION in $dw_unbound_src])
    # a tree that is configured anew gives another module
    CONFIG_STATUS_DEPENDENCIES="$dw_unbound_src/config.h"
  ])
  UNBOUND_SRC=$dw_unbound_src
  AC_SUBST([UNBOUND_SRC])
  AC_SUBST([UNBOUND_VERSION])
  AC_SUBST([UNBOUND_MODDIR])
  AC_SUBST([CONFIG_STATUS_DEPENDENCIES])
  AM_CONDITIONAL([UNBOUND], [test "x$dw_unbound_src" != x])
])
