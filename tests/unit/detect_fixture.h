/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detect_fixture.h: detectors, and replies for them to see
 */
#ifndef DNSWARD_TESTS_DETECT_FIXTURE_H
#define DNSWARD_TESTS_DETECT_FIXTURE_H

#include "dnsward/detect.h"

enum { NOW = 1767312245, NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3 };
enum { A = 1, NULL_TYPE = 10, PTR = 12, TXT = 16, AAAA = 28, ANY = 255 };

/* Detectors with one of them on, or all (DW_DETECTORS), at their defaults; nothing to learn. */
struct detect_fixture {
	struct dw_detect *detect;
	struct dw_detect_settings settings;
};
void detect_open(struct detect_fixture *f, enum dw_detector detector);
void detect_close(struct detect_fixture *f);

/* One reply. What is not set is a query of client 192.0.2.7 for A with NOERROR at NOW. */
struct seen {
	const char *name; /* text */
	unsigned labels;  /* of the registered domain; 0: two */
	const char *client;
	uint16_t type;
	uint8_t rcode;
	int at; /* seconds after NOW */
	bool sinkholed;
	uint8_t addresses;
	uint32_t private_ttl;
	int32_t evidence; /* 0: not scored */
	uint32_t carries;
};
struct dw_detected detect_see(struct detect_fixture *f, const struct seen *seen);
#define SEE(f, ...) detect_see(f, &(struct seen){__VA_ARGS__})

/* What is held when the question comes. */
struct dw_held detect_held(struct detect_fixture *f, const struct seen *seen);
#define HELD(f, ...) detect_held(f, &(struct seen){__VA_ARGS__})

/* Whether such addresses would be a rebinding. */
bool detect_rebinds(struct detect_fixture *f, const struct seen *seen);
#define REBINDS(f, ...) detect_rebinds(f, &(struct seen){__VA_ARGS__})

#define BIT(detector) (UINT32_C(1) << (detector))

/* Who asks for what; `domain` is where the registered domain of the name starts. */
void detect_set(const struct detect_fixture *f, struct dw_detect_subject *subject,
	const uint8_t *name, size_t len, size_t domain, const struct dw_addr *client);

#endif
