/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * attributes.h: what the compiler can check for us */
#ifndef DNSWARD_ATTRIBUTES_H
#define DNSWARD_ATTRIBUTES_H

/* All of these are understood by gcc and clang, the two compilers we build
 * with. DW_API marks what the shared library exports: the six entry points
 * of the module, and nothing else. */
#define DW_API __attribute__((visibility("default")))
#define DW_MUST_CHECK __attribute__((warn_unused_result))
#define DW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define DW_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define DW_UNUSED __attribute__((unused))
#define DW_CACHE_LINE 64

#endif
