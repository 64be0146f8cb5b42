/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_fixture.h: a folder with settings in it, read and compared
 */
#ifndef DNSWARD_TESTS_SETTINGS_FIXTURE_H
#define DNSWARD_TESTS_SETTINGS_FIXTURE_H

#include "dnsward/settings.h"

/* A fresh folder for each test, gone after it: for tcase_add_checked_fixture. */
extern char settings_folder[64];
void settings_setup(void);
void settings_teardown(void);

/* Write FOLDER/name; `name` may have one folder before it, which is made. */
void settings_write(const char *name, const char *text);

/* Open FOLDER/dnsward.yaml; what was complained of, a line each, as
 * "dnsward.yaml:2: key: ...", paths without the folder. "" when it could be read. */
const char *settings_complaints(struct dw_settings **out, const char *chroot);

/* The same for dw_settings_warn. */
const char *settings_warnings(const struct dw_settings *settings);

/* What many settings begin with: a line each. */
#define LISTS "lists: [{name: ads, path: ads.txt}, {name: c2, path: /l/c2}]\n"
#define CLIENTS \
	"clients: [{name: guests, networks: 192.0.2.0/24}, {name: kids, networks: \"::/0\"}]\n"

/* Fail the test unless dnsward.yaml, holding "version: 1", a line feed and `text`, ... */
void settings_expect_bad(const char *text, const char *complaints); /* gives just these */
void settings_expect_good(const char *text, const char *part);      /* reads, and shows as that */
void settings_expect_warnings(const char *text, const char *warnings); /* reads, and warns */

#endif
