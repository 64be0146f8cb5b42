/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * Unbound's six entry points: passes every query on
 */
#include "config.h"
#include "util/module.h"
#include "entry.h"

int init(struct module_env *env, int id)
{
	(void)env, (void)id;
	return 1;
}

void deinit(struct module_env *env, int id)
{
	(void)env, (void)id;
}

void operate(struct module_qstate *qstate, enum module_ev event, int id,
	struct outbound_entry *entry)
{
	(void)entry;
	if (event == module_event_new || event == module_event_pass)
		qstate->ext_state[id] = module_wait_module;
	else
		qstate->ext_state[id] = event == module_event_moddone ? module_finished : module_error;
}

void inform_super(struct module_qstate *qstate, int id, struct module_qstate *super)
{
	(void)qstate, (void)id, (void)super;
}

void clear(struct module_qstate *qstate, int id)
{
	qstate->minfo[id] = NULL;
}

size_t get_mem(struct module_env *env, int id)
{
	(void)env, (void)id;
	return 0;
}
