/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * thread_ns.h: what the calling thread has had of processors
 */
#ifndef DNSWARD_BENCH_THREAD_NS_H
#define DNSWARD_BENCH_THREAD_NS_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds, in user space and the kernel: what others do meanwhile does not count, though it
 * makes memory slower. */
static inline uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline double thread_seconds(void)
{
	return (double)thread_ns() / 1e9;
}

#endif
