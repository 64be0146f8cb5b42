# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The dnsward authors
# compiler and linker flags, each probed, and the switches that change them

# DW_COMPILER_FLAGS: language, warnings, visibility, hardening -> DW_CFLAGS, DW_LDFLAGS.
# _FORTIFY_SOURCE goes through the config header: it may only be set where the compiler
# optimises, which CFLAGS decide as late as make, and not beside a sanitizer.
AC_DEFUN([DW_COMPILER_FLAGS], [
  AX_REQUIRE_DEFINED([AX_APPEND_COMPILE_FLAGS])
  AX_REQUIRE_DEFINED([AX_APPEND_LINK_FLAGS])
  AX_APPEND_COMPILE_FLAGS([-std=gnu11], [DW_CFLAGS])
  AX_APPEND_COMPILE_FLAGS([-Wall -Wextra -Wvla -Wshadow -Wstrict-prototypes dnl
    -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat-security], [DW_CFLAGS], [-Werror])
  AX_APPEND_COMPILE_FLAGS([-fvisibility=hidden -fno-common -fstack-protector-strong dnl
    -fstack-clash-protection], [DW_CFLAGS], [-Werror])
  AX_APPEND_LINK_FLAGS([-Wl,-z,relro -Wl,-z,now -Wl,--as-needed], [DW_LDFLAGS])
  AC_SUBST([DW_CFLAGS])
  AC_SUBST([DW_LDFLAGS])
  AH_BOTTOM([#if defined __OPTIMIZE__ && !defined DW_SANITIZED && !defined _FORTIFY_SOURCE
# define _FORTIFY_SOURCE 2
#endif])
])

# DW_LT_NO_SONAME: libtool gives each module a soname; one that is only ever opened by
# path needs none, and with one the link editor would offer it to others by that name.
AC_DEFUN([DW_LT_NO_SONAME], [
  archive_cmds=`AS_ECHO(["$archive_cmds"]) | $SED 's/ \$wl-soname \$wl\$soname//'`
  archive_expsym_cmds=`AS_ECHO(["$archive_expsym_cmds"]) | $SED 's/ \$wl-soname \$wl\$soname//'`
])

# DW_WERROR: --enable-werror
AC_DEFUN([DW_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [let compiler warnings end the build])],
    [], [enable_werror=no])
  AS_IF([test "x$enable_werror" = xyes], [DW_CFLAGS="$DW_CFLAGS -Werror"])
])

# DW_SANITIZERS: --enable-sanitizers=LIST
AC_DEFUN([DW_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
      [build with sanitizers: address,undefined (the default of the switch) or thread])],
    [], [enable_sanitizers=no])
  AS_CASE([$enable_sanitizers], [yes], [enable_sanitizers=address,undefined])
  AS_IF([test "x$enable_sanitizers" != xno], [
    dw_flags="-fsanitize=$enable_sanitizers -fno-sanitize-recover=all"
    AX_CHECK_LINK_FLAG([$dw_flags],
      [DW_CFLAGS="$DW_CFLAGS $dw_flags -fno-omit-frame-pointer"
       DW_LDFLAGS="$DW_LDFLAGS $dw_flags"],
      [AC_MSG_ERROR([$CC cannot build with -fsanitize=$enable_sanitizers])])
    AC_DEFINE([DW_SANITIZED], [1], [Define to 1 in a build with sanitizers])
  ])
])

# DW_FUZZING: --enable-fuzzing
AC_DEFUN([DW_FUZZING], [
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing],
      [build the fuzz targets with libFuzzer (needs clang); else they replay their corpus])],
    [], [enable_fuzzing=no])
  AS_IF([test "x$enable_fuzzing" = xyes], [
    AX_CHECK_LINK_FLAG([-fsanitize=fuzzer-no-link],
      [DW_CFLAGS="$DW_CFLAGS -fsanitize=fuzzer-no-link -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
       DW_LDFLAGS="$DW_LDFLAGS -fsanitize=fuzzer-no-link"],
      [AC_MSG_ERROR([--enable-fuzzing needs clang with libFuzzer: ./configure CC=clang])])
  ])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])

# DW_COVERAGE: --enable-coverage, for make coverage
AC_DEFUN([DW_COVERAGE], [
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage], [count which lines the tests reach; see make coverage])],
    [], [enable_coverage=no])
  AS_IF([test "x$enable_coverage" = xyes], [
    AC_CHECK_PROGS([LCOV], [lcov])
    AC_CHECK_PROGS([GENHTML], [genhtml])
    AS_IF([test "x$LCOV" = x || test "x$GENHTML" = x],
      [AC_MSG_ERROR([--enable-coverage needs lcov and genhtml (Debian: package lcov)])])
    DW_CFLAGS="$DW_CFLAGS --coverage -O0"
    DW_LDFLAGS="$DW_LDFLAGS --coverage"
  ])
  AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" = xyes])
])
