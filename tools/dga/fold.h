/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fold.h: which families are left out of training in turn */
#ifndef DNSWARD_TOOLS_DGA_FOLD_H
#define DNSWARD_TOOLS_DGA_FOLD_H

#include <stdbool.h>

#include "data.h"

/* Groups of kindred families are dealt to the folds class by class, in the
 * order of families.tsv, so that each fold lacks some of every class. */
enum { FOLDS = 4 };

/* Sets held_out for each family; none for fold -1. */
void fold_families(const struct data *data, int fold, bool held_out[FAMILY_MAX]);

#endif
