/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * detectors.c: what detectors there are, and what can be set of them */
#include "dnsward-config.h"
#include "dnsward/detect.h"

#include "dnsward/settings.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 7 * DAY };

static const struct dw_detect_key_facts keys[DW_DETECT_KEYS] = {
	[DW_KEY_WINDOW] = {"window", true, 1, 4 * WEEK},
	[DW_KEY_QUERIES] = {"queries", false, 1, 1000000000},
	[DW_KEY_DISTINCT] = {"distinct", false, 1, 500},
	[DW_KEY_MIN_LENGTH] = {"min-length", false, 1, 250},
	[DW_KEY_BYTES] = {"bytes", false, 1, 2000000000},
	[DW_KEY_MEAN] = {"mean", false, 1, 250},
	[DW_KEY_GAP] = {"gap", true, 1, HOUR},
	[DW_KEY_SHARE] = {"share", false, 51, 100},
	[DW_KEY_TTL] = {"ttl", true, 0, DAY},
	[DW_KEY_LOG_ODDS] = {"log-odds", false, 1, 1000},
	[DW_KEY_LEARN] = {"learn", true, 0, 4 * WEEK},
	[DW_KEY_HOLD] = {"hold", true, 0, 4 * WEEK},
};

/* Defaults are the thresholds of public rules where there are any (docs/detect.md names them):
 * "more than 50" is 51 here. */
static const struct dw_detector_facts detectors[DW_DETECTORS] = {
	[DW_DETECT_TUNNEL] = {"tunnel", "T1071.004", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = 5 * MINUTE,
			[DW_KEY_QUERIES] = 25,
			[DW_KEY_DISTINCT] = 15,
			[DW_KEY_MIN_LENGTH] = 50,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_CHUNKS] = {"chunks", "T1048.003", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = 5 * MINUTE,
			[DW_KEY_QUERIES] = 30,
			[DW_KEY_DISTINCT] = 30,
			[DW_KEY_MEAN] = 20,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_VOLUME] = {"volume", "T1071.004", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_QUERIES] = 1001,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_REPEATS] = {"repeats", "T1071.004", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_QUERIES] = 1000,
			[DW_KEY_DISTINCT] = 2,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_INFORMATION] = {"information", "T1071.004", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = 15 * MINUTE,
			[DW_KEY_BYTES] = 3500,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_BEACON] = {"beacon", "T1071.004", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_QUERIES] = 16,
			[DW_KEY_GAP] = 10,
			[DW_KEY_SHARE] = 80,
			[DW_KEY_HOLD] = HOUR,
		}},
	[DW_DETECT_REBINDING] = {"rebinding", "T1189", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = 5 * MINUTE,
			[DW_KEY_TTL] = 60,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_FIRST_SEEN] = {"first-seen", "T1071.004", DW_LEVEL_INFORMATIONAL,
		{
			[DW_KEY_WINDOW] = WEEK,
			[DW_KEY_LEARN] = DAY,
		}},
	[DW_DETECT_RARE] = {"rare", "T1071.004", DW_LEVEL_INFORMATIONAL,
		{
			[DW_KEY_WINDOW] = WEEK,
			[DW_KEY_LEARN] = DAY,
		}},
	[DW_DETECT_QUERY_FLOOD] = {"query-flood", "T1071.004", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = MINUTE,
			[DW_KEY_QUERIES] = 1001,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_TXT_FLOOD] = {"txt-flood", "T1071.004", DW_LEVEL_MEDIUM,
		{
			[DW_KEY_WINDOW] = MINUTE,
			[DW_KEY_QUERIES] = 51,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_NULL_FLOOD] = {"null-flood", "T1071.004", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = MINUTE,
			[DW_KEY_QUERIES] = 51,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_ANY_FLOOD] = {"any-flood", "T1498.002", DW_LEVEL_MEDIUM,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_QUERIES] = 201,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_FAILURES] = {"failures", "T1071.004", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_QUERIES] = 51,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_NXDOMAIN_NAMES] = {"nxdomain-names", "T1568.002", DW_LEVEL_MEDIUM,
		{
			[DW_KEY_WINDOW] = DAY,
			[DW_KEY_DISTINCT] = 101,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_PTR_SCAN] = {"ptr-scan", "T1018", DW_LEVEL_LOW,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_DISTINCT] = 80,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_BYTES_OUT] = {"bytes-out", "T1048.003", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = MINUTE,
			[DW_KEY_BYTES] = 300001,
			[DW_KEY_HOLD] = 5 * MINUTE,
		}},
	[DW_DETECT_DGA_CLIENT] = {"dga-client", "T1568.002", DW_LEVEL_HIGH,
		{
			[DW_KEY_WINDOW] = HOUR,
			[DW_KEY_LOG_ODDS] = 15,
			[DW_KEY_HOLD] = HOUR,
		}},
};

const struct dw_detect_key_facts *dw_detect_key(enum dw_detect_key key)
{
	return &keys[key];
}

const struct dw_detector_facts *dw_detector(enum dw_detector detector)
{
	return &detectors[detector];
}

bool dw_detector_takes(enum dw_detector detector, enum dw_detect_key key)
{
	return key == DW_KEY_HOLD || detectors[detector].value[key] != 0;
}
