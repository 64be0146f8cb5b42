/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * export.h: quantization of the trained network, and its file format */
#ifndef DNSWARD_TOOLS_DGA_EXPORT_H
#define DNSWARD_TOOLS_DGA_EXPORT_H

#include "data.h"
#include "net.h"
#include "suffix_rows.h"

/* The result of calibration, for the file's header; slope 1 and offset 0 before calibration. */
struct calibration {
	double slope, offset; /* log-odds = slope * network score + offset */
	double threshold;     /* log-odds */
	double base_rate;
};

/* Return the bytes of the model file, which the caller frees. `text` consists of lines "key:
 * value". Exits with a message if the model is too large. */
uint8_t *export_model(const struct net *net, const struct data *data,
	const struct suffix_rows *rows, const struct calibration *calibration, const char *text,
	size_t *len);

#endif
