/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * module.c: Unbound's six entry points */
#include "glue.h"

#include "entry.h"

static struct dw_instance *instance;

/* Whether this call is for us: dynlib may load the library at two places of the list. */
static bool acts(int id)
{
	return instance != NULL && instance->id == id && !instance->passes;
}

int init(struct module_env *env, int id)
{
	if (instance != NULL) {
		log_err("dnsward: loaded twice by module-config; the second one passes queries on");
		return 1;
	}
	instance = dw_instance_open(env, id);
	return instance != NULL;
}

void deinit(struct module_env *env, int id)
{
	if (instance != NULL && instance->id == id)
		dw_instance_close(env, &instance);
}

void operate(struct module_qstate *qstate, enum module_ev event, int id,
	struct outbound_entry *outbound)
{
	if (acts(id))
		dw_operate(instance, qstate, event);
	else
		dw_host_pass(qstate, event, id, outbound);
}

void inform_super(struct module_qstate *qstate, int id, struct module_qstate *super)
{
	if (acts(id))
		dw_target_told(qstate, id, super);
}

void clear(struct module_qstate *qstate, int id)
{
	if (acts(id))
		dw_query_clear(qstate, id);
	else
		dw_host_pass_clear(qstate, id);
}

size_t get_mem(struct module_env *env, int id)
{
	(void)env;
	return acts(id) ? dw_instance_memory(instance) : 0;
}
