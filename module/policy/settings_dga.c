/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * settings_dga.c: the scorer of generated names */
#include "dnsward-config.h"

#include <string.h>

#include "dnsward/dga.h"
#include "policy/settings_read.h"

static void read_category(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	if (dw_is_value(r, key, value, "a category"))
		(void)dw_read_given(r, key, value, NULL, field);
}

/* "0.98", "1", ".5": up to six digits behind the dot, in no locale. */
static bool parse_probability(const char *text, uint32_t *out)
{
	uint32_t unit = DW_DGA_ONE, sum = 0;
	bool digits = *text == '0' || *text == '1';

	if (digits)
		sum = *text++ == '1' ? unit : 0;
	if (*text == '.')
		text++;
	else if (*text != '\0')
		return false;
	for (; *text >= '0' && *text <= '9' && unit > 1; text++) {
		unit /= 10;
		sum += (uint32_t)(*text - '0') * unit;
		digits = true;
	}
	if (!digits || *text != '\0' || sum > DW_DGA_ONE)
		return false;
	*out = sum;
	return true;
}

/* A threshold of 0 would give the category to all names there are. */
static void read_threshold(struct dw_reading *r, const struct dw_key *key,
	const struct dw_yaml_node *value, void *field)
{
	uint32_t millionths;

	if (value->kind == DW_YAML_SCALAR && parse_probability(value->text, &millionths) &&
		millionths > 0)
		*(uint32_t *)field = millionths;
	else
		dw_expected(r, key, value, "a probability above 0, up to 1, such as 0.98");
}

#define AT(field) .offset = offsetof(struct dw_dga_settings, field)

static const struct dw_key dga_keys[] = {
	{.name = "category", .read = read_category, AT(category)},
	{.name = "threshold", .read = read_threshold, AT(threshold)},
	{.name = "model", .read = dw_read_path, AT(model)},
};
static const struct dw_keys keys = DW_KEYS(dga_keys);

void dw_read_dga(struct dw_reading *r, const struct dw_key *key, const struct dw_yaml_node *value,
	void *field)
{
	static const struct dw_yaml_node category = {
		.kind = DW_YAML_SCALAR, .text = "dga", .text_len = 3};
	struct dw_dga_settings *dga = field;

	if (dw_is_empty(value))
		return;
	dga->place = dw_reading_place(r, value);
	dga->on = dw_read_map(r, key->name, keys, value, "a map with category, threshold or model", dga);
	if (dga->on && dw_yaml_get(value, "category") == NULL)
		(void)dw_read_given(r, key, &category, NULL, &dga->category);
}
