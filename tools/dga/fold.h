/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * fold.h: choice of the families that are held out of training */
#ifndef DNSWARD_TOOLS_DGA_FOLD_H
#define DNSWARD_TOOLS_DGA_FOLD_H

#include <stdbool.h>

#include "data.h"

/* Cross-validation over families. Groups of related families are assigned to the folds in turn,
 * class by class and in the order of families.tsv, so that each fold holds out some families of
 * every class. */
enum { FOLDS = 4 };

/* Set held_out for each family of a fold; for none if `fold` is -1. */
void fold_families(const struct data *data, int fold, bool held_out[FAMILY_MAX]);

#endif
