/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * host.c: is this the Unbound we were built for, and where in it do we stand */
#include "glue.h"

#include <link.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include <host-build.h>

/* Unbound checks nothing of what it loads, and the layout of its structures changes with its
 * version and with its configure options. A module of another build loads, and then either
 * crashes or lets every query time out. So before any field is read:
 *
 *   1. the program's build-id (a digest the linker made) is the one of the daemon that stood
 *      in the tree we were built from: it is that very build;
 *   2. or else it is another build of the same tree, as far as can be seen: the version and
 *      the configure line stand in its read-only memory, and its structures have our sizes
 *      and keep the fields we can ask for where we look for them. The strings alone would
 *      not do: a distribution's patch can change a structure within a version. */

/* ---- the program in memory ---- */

struct program {
	const void *inside; /* an address in it */
	char build_id[2 * 64 + 1];
	bool is_the_one;       /* its build-id is ours: nothing else is looked at */
	const char *wanted[2]; /* texts to look for */
	bool found[2];
};

static void read_build_id(const uint8_t *note, size_t len, struct program *program)
{
	ElfW(Nhdr) header;

	while (len >= sizeof(header)) {
		memcpy(&header, note, sizeof(header));
		size_t name = (header.n_namesz + 3u) & ~3u, desc = (header.n_descsz + 3u) & ~3u;
		if (sizeof(header) + name + desc > len)
			return;
		const uint8_t *id = note + sizeof(header) + name;
		if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
			memcmp(note + sizeof(header), "GNU", 4) == 0 &&
			header.n_descsz * 2 < sizeof(program->build_id)) {
			for (size_t i = 0; i < header.n_descsz; i++)
				snprintf(program->build_id + 2 * i, 3, "%02x", id[i]);
			return;
		}
		note += sizeof(header) + name + desc;
		len -= sizeof(header) + name + desc;
	}
}

static bool holds(const struct dl_phdr_info *info, const void *address)
{
	uintptr_t at = (uintptr_t)address - info->dlpi_addr;

	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD && at >= segment->p_vaddr &&
			at - segment->p_vaddr < segment->p_memsz)
			return true;
	}
	return false;
}

/* A sanitizer in the host takes what lies between its texts for no man's land, and watches
 * memmem: so byte by byte, and not watched. */
static __attribute__((no_sanitize("address"))) bool has_text(
	const char *bytes, size_t len, const char *text)
{
	const size_t size = strlen(text) + 1;

	for (size_t at = 0; at + size <= len; at++) {
		size_t same = 0;

		while (same < size && bytes[at + same] == text[same])
			same++;
		if (same == size)
			return true;
	}
	return false;
}

static void look_for_texts(const struct dl_phdr_info *info, struct program *program)
{
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		const char *start = (const char *)(info->dlpi_addr + segment->p_vaddr);

		if (segment->p_type != PT_LOAD || (segment->p_flags & (PF_R | PF_W)) != PF_R)
			continue;
		for (size_t k = 0; k < 2; k++)
			program->found[k] |= has_text(start, segment->p_filesz, program->wanted[k]);
	}
}

static int look_at_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct program *program = arg;

	(void)size;
	if (!holds(info, program->inside))
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum && program->build_id[0] == '\0'; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_NOTE)
			read_build_id((const void *)(info->dlpi_addr + segment->p_vaddr),
				segment->p_filesz, program);
	}
	program->is_the_one =
		program->build_id[0] != '\0' && strcmp(program->build_id, DW_HOST_BUILD_ID) == 0;
	if (!program->is_the_one)
		look_for_texts(info, program);
	return 1;
}

/* ---- its structures ---- */

/* Whether the memory at `p`, made by malloc(3) there, has the size of one of ours. */
static bool same_size(void *p, size_t size)
{
	void *ours = malloc(size);
	bool same = ours != NULL && malloc_usable_size(p) == malloc_usable_size(ours);

	free(ours);
	return same;
}

static bool config_file_fits(void)
{
	struct config_file *cfg = config_create();
	bool fits = cfg != NULL && same_size(cfg, sizeof(*cfg));

	if (cfg != NULL)
		config_delete(cfg);
	return fits;
}

/* An empty message of zero bytes counts as the sizes of its structures. */
static bool reply_info_fits(void)
{
	static const union {
		struct reply_info rep;
		struct msgreply_entry entry;
		uint8_t room[4096];
	} nothing;

	return msgreply_sizefunc((void *)&nothing, (void *)&nothing) ==
	       sizeof(struct msgreply_entry) + sizeof(struct reply_info) - sizeof(struct rrset_ref);
}

/* Let the host make a query state, and look for two pointers in it that we know: to its
 * mesh_state, and to the module_env that it was made with. The latter is a copy in which all
 * pointers that are not set yet (at init: mesh and now, wherever they are) lead to zeroes. */
static bool qstate_fits(struct module_env *env)
{
	size_t size = malloc_usable_size(env), words = size / sizeof(void *);
	void **copy = malloc(size);
	void *zeroes = calloc(1, 65536);
	uint8_t root[1] = {0};
	struct query_info qinfo = {.qname = root, .qname_len = 1, .qtype = 1, .qclass = 1};
	struct mesh_state *state;
	bool fits = false;

	if (copy != NULL && zeroes != NULL) {
		memcpy(copy, env, size);
		for (size_t i = 0; i < words; i++) {
			if (copy[i] == NULL)
				copy[i] = zeroes;
		}
		state = mesh_state_create((struct module_env *)copy, &qinfo, NULL, 0, 0, 0);
		if (state != NULL) {
			fits = state->s.mesh_info == state &&
			       (void **)state->s.env == copy;
			mesh_state_cleanup(state);
		}
	}
	free(zeroes);
	free(copy);
	return fits;
}

/* Where dynlib keeps what it knows of us; it has looked our functions up by then. */
static bool modinfo_fits(const struct module_env *env, int id)
{
	const struct dynlibmod_env *dynlib = env->modinfo[id];

	return dynlib != NULL && dynlib->func_init == &init;
}

const char *dw_host_check(struct module_env *env, int id, char *text, size_t text_len)
{
	struct program program = {
		.inside = (const void *)&config_create,
		.wanted = {PACKAGE_STRING, CONFCMDLINE},
	};
	const char *what = NULL;

	(void)dl_iterate_phdr(look_at_program, &program);
	if (program.is_the_one)
		return NULL;
	if (!program.found[0])
		what = "it is another version";
	else if (!program.found[1])
		what = "it was configured with other options";
	else if (!same_size(env, sizeof(*env)) || !config_file_fits() || !reply_info_fits() ||
		 !qstate_fits(env) || !modinfo_fits(env, id))
		what = "its structures differ";
	if (what == NULL)
		return NULL;
	snprintf(text, text_len,
		"this module was built for another Unbound (%s, build-id %s), this one is not it: %s",
		PACKAGE_STRING, DW_HOST_BUILD_ID[0] != '\0' ? DW_HOST_BUILD_ID : "not known", what);
	return text;
}

/* ---- our place in it ---- */

/* An Unbound without threads forks into its workers after init: each would have a cache and an
 * engine of its own, and none the one that was made ready here. */
static bool forks(const struct module_env *env)
{
#ifdef THREADS_DISABLED
	return env->cfg->num_threads > 1;
#else
	(void)env;
	return false;
#endif
}

/* A module before us answers without asking us (validator, cachedb, subnetcache, dns64...);
 * python is the exception, since what stands there is the operator's own. */
const char *dw_host_place(const struct module_env *env, int id, char *text, size_t text_len)
{
	const char *at = env->cfg->module_conf;

	if (forks(env))
		return "Unbound was built without threads, and num-threads is above 1: expected 1";
	for (int i = 0; i < id; i++) {
		at += strspn(at, " \t");
		size_t len = strcspn(at, " \t");
		if (len != strlen("python") || strncmp(at, "python", len) != 0) {
			snprintf(text, text_len,
				"in module-config, \"%.*s\" stands before dynlib and would answer in "
				"its place: dynlib must be first",
				(int)len, at);
			return text;
		}
		at += len;
	}
	return NULL;
}

char *dw_host_settings_path(struct module_env *env)
{
	struct config_strlist *files = NULL;
	char *path;

	/* by name: cfg, the first field of module_env, is all that is taken as known */
	if (config_get_option_list(env->cfg, "dynlib-file", &files) != 0)
		files = NULL;
	path = strdup(files != NULL && files->next != NULL ? files->next->str : DW_CONF_PATH);
	config_delstrlist(files);
	return path;
}

struct dw_net dw_host_nat64(const struct module_env *env)
{
	const char *text = env->cfg->dns64_prefix;
	struct sockaddr_storage addr;
	socklen_t len;
	int bits;

	if (text == NULL || !netblockstrtoaddr(text, 0, &addr, &len, &bits) || bits < 32 ||
		bits > 96 || bits % 8 != 0)
		return (struct dw_net){.bits = 0};
	return (struct dw_net){
		.addr = dw_addr_from_sockaddr((const struct sockaddr *)&addr, NULL),
		.bits = (uint8_t)bits,
	};
}

/* ---- standing aside ---- */

/* Where the state of a query keeps what we would have to write is not known in a host of
 * another build. But the host has a module of its own that passes queries on, and knows: the
 * response-ip module, compiled in always. On the way back it is told of an error, for which
 * it does nothing but finish. */
void dw_host_pass(struct module_qstate *qstate, enum module_ev event, int id,
	struct outbound_entry *outbound)
{
	bool onwards = event == module_event_new || event == module_event_pass;

	respip_operate(qstate, onwards ? event : module_event_error, id, outbound);
}

void dw_host_pass_clear(struct module_qstate *qstate, int id)
{
	respip_clear(qstate, id);
}
