/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * export.h: the trained network as a model file of whole numbers */
#ifndef DNSWARD_TOOLS_DGA_EXPORT_H
#define DNSWARD_TOOLS_DGA_EXPORT_H

#include "data.h"
#include "net.h"
#include "suffix_rows.h"

/* What calibration found, for the header; zeros before it. */
struct calibration {
	double slope, offset; /* log-odds = slope * network score + offset */
	double threshold;     /* log-odds */
	double base_rate;
};

/* Write the file's bytes to memory of the caller's. `text` is lines of "key: value". */
uint8_t *export_model(const struct net *net, const struct data *data,
	const struct suffix_rows *rows, const struct calibration *calibration, const char *text,
	size_t *len);

#endif
