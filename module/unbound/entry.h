/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * the six names that Unbound's dynlib module looks up in the library; see util/module.h there
 */
#ifndef DNSWARD_UNBOUND_ENTRY_H
#define DNSWARD_UNBOUND_ENTRY_H

#include <stddef.h>

struct module_env;
struct module_qstate;
struct outbound_entry;

#pragma GCC visibility push(default)
int init(struct module_env *env, int id);
void deinit(struct module_env *env, int id);
void operate(struct module_qstate *qstate, enum module_ev event, int id,
	struct outbound_entry *entry);
void inform_super(struct module_qstate *qstate, int id, struct module_qstate *super);
void clear(struct module_qstate *qstate, int id);
size_t get_mem(struct module_env *env, int id);
#pragma GCC visibility pop

#endif
