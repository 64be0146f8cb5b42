/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * handover.h: what an engine leaves to the one after it in the same process */
#ifndef DNSWARD_POLICY_HANDOVER_H
#define DNSWARD_POLICY_HANDOVER_H

#include "dnsward/detect.h"
#include "dnsward/engine.h"
#include "policy/snapshot.h"
#include "policy/watch.h"

struct dw_handover {
	struct dw_shared_settings *settings; /* that were in force last; NULL: there were none */
	struct dw_detect *detect;   /* what detectors counted; NULL: none was on */
	struct dw_fingerprint seen; /* the files, as what is in force was made of them */
};

#endif
