/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_detect.c: which detectors are on, and their thresholds */
#include "dnsward-config.h"

#include <string.h>

#include "policy/settings_read.h"

static void read_number(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	const struct dw_detect_key_facts *facts = key->of;
	const struct dw_range range = {facts->min, facts->max};
	struct dw_key in_range = *key;
	uint64_t seconds;
	size_t number;

	in_range.of = &range;
	if (facts->duration) {
		seconds = *(uint32_t *)field;
		dw_read_duration(r, &in_range, value, &seconds);
		*(uint32_t *)field = (uint32_t)seconds;
	} else {
		number = *(uint32_t *)field;
		dw_read_size(r, &in_range, value, &number);
		*(uint32_t *)field = (uint32_t)number;
	}
}

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	size_t number;

	if (dw_is_value(r, key, value, "a category") && dw_read_given(r, key, value, NULL, &number))
		*(uint16_t *)field = (uint16_t)number;
}

/* Those keys that this detector takes. */
static struct dw_keys keys_of(enum dw_detector detector, struct dw_key keys[DW_DETECT_KEYS + 1])
{
	size_t count = 0;

	for (enum dw_detect_key key = 0; key < DW_DETECT_KEYS; key++) {
		if (!dw_detector_takes(detector, key))
			continue;
		keys[count++] = (struct dw_key){
			.name = dw_detect_key(key)->name,
			.read = read_number,
			.offset = offsetof(struct dw_detect_rule, value) + key * sizeof(uint32_t),
			.of = dw_detect_key(key),
		};
	}
	keys[count++] = (struct dw_key){
		.name = "category",
		.read = read_category,
		.offset = offsetof(struct dw_detect_rule, category),
	};
	return (struct dw_keys){keys, count};
}

/* A detector: on, off, or a map of what is other than by default. */
static void read_detector(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	enum dw_detector detector = *(const enum dw_detector *)key->of;
	struct dw_detect_settings *detect = field;
	struct dw_detect_rule *rule = &detect->rule[detector];
	struct dw_yaml_node category = {
		.kind = DW_YAML_SCALAR, .text = key->name, .text_len = strlen(key->name)};
	struct dw_key keys[DW_DETECT_KEYS + 1];
	const char *section = dw_reading_join(r, "detect.", key->name);
	bool on = true;

	if (section == NULL)
		return;
	if (!dw_is_yes_no(value, &on) && !dw_read_map(r, section, keys_of(detector, keys), value,
						 "on, off, or a map of thresholds", rule))
		return;
	if (!on)
		return;
	detect->on |= UINT32_C(1) << detector;
	if (value->kind != DW_YAML_MAP || dw_yaml_get(value, "category") == NULL)
		read_category(r, key, &category, &rule->category);
}

static void set_defaults(struct dw_detect_settings *detect)
{
	for (enum dw_detector d = 0; d < DW_DETECTORS; d++)
		memcpy(detect->rule[d].value, dw_detector(d)->value, sizeof(detect->rule[d].value));
}

/* Each may stand in another file, but once. */
void dw_read_detect(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	struct dw_detect_settings *detect = field;
	struct dw_key *keys = r->detectors;

	if (dw_is_empty(value))
		return;
	if (keys == NULL) {
		enum dw_detector *number = dw_reading_alloc(r, DW_DETECTORS, sizeof(*number));

		keys = dw_reading_alloc(r, DW_DETECTORS, sizeof(*keys));
		if (number == NULL || keys == NULL)
			return;
		for (enum dw_detector d = 0; d < DW_DETECTORS; d++) {
			number[d] = d;
			keys[d] = (struct dw_key){.name = dw_detector(d)->name,
				.read = read_detector,
				.of = &number[d],
				.once = true};
		}
		r->detectors = keys;
		set_defaults(detect);
	}
	(void)dw_read_map(r, key->name, (struct dw_keys){keys, DW_DETECTORS}, value,
		"a map of detectors", detect);
}
