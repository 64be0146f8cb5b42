/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * dnsward: options that all subcommands share, and the way to each of them
 */
#include "dnsward-config.h"
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd.h"

struct cmd {
	const char *name;
	cmd_fn *run;
	const char *help;
};

static const struct cmd cmds[] = {
	{"check", cmd_check, "check settings, lists and database, and say what they would do"},
	{"compile", cmd_compile, "compile the lists into a database"},
	{"explain", cmd_explain, "the verdict on a name, and why"},
	{"version", cmd_version, "print the version"},
};

enum { N_CMDS = sizeof(cmds) / sizeof(cmds[0]) };

int cmd_misuse(const char *fmt, ...)
{
	va_list ap;

	fputs("dnsward: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nTry 'dnsward --help'.\n", stderr);
	return CMD_MISUSE;
}

static int help(void)
{
	printf("Usage: dnsward [-c CONF] [--chroot DIR] SUBCOMMAND ...\n\n"
	       "  -c, --conf CONF   settings (default " DW_CONF_PATH ")\n"
	       "      --chroot DIR  the resolver's chroot: settings and all paths in them are inside it\n"
	       "  -h, --help        this text\n"
	       "  -V, --version     the version\n\n"
	       "Subcommands:\n");
	for (int i = 0; i < N_CMDS; i++)
		printf("  %-10s %s\n", cmds[i].name, cmds[i].help);
	printf("\nExit status: 0 fine, 1 found wanting or refused, 2 misuse.\n");
	return CMD_OK;
}

static const struct cmd *find(const char *name)
{
	for (int i = 0; i < N_CMDS; i++) {
		if (strcmp(cmds[i].name, name) == 0)
			return &cmds[i];
	}
	return NULL;
}

static int dispatch(const struct cmd_context *ctx, int argc, char **argv)
{
	const struct cmd *cmd;

	if (argc == 0)
		return cmd_misuse("a subcommand is expected");
	cmd = find(argv[0]);
	if (cmd == NULL)
		return cmd_misuse("there is no subcommand '%s'", argv[0]);
	optind = 0; /* getopt starts anew in the subcommand */
	return cmd->run(ctx, argc, argv);
}

/* A result that could not be written, to a full disk or a closed pipe, was not given. */
static int flushed(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	perror("dnsward: stdout");
	return status == CMD_OK ? CMD_WANTING : status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"conf", required_argument, NULL, 'c'},
		{"chroot", required_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	struct cmd_context ctx = {.conf = DW_CONF_PATH};
	char version[] = "version";
	int opt;

	while ((opt = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1) {
		switch (opt) {
		case 'c':
			ctx.conf = optarg;
			break;
		case 'r':
			ctx.chroot = optarg;
			break;
		case 'h':
			return flushed(help());
		case 'V':
			return flushed(cmd_version(&ctx, 1, (char *[]){version, NULL}));
		default:
			fputs("Try 'dnsward --help'.\n", stderr);
			return CMD_MISUSE;
		}
	}
	return flushed(dispatch(&ctx, argc - optind, argv + optind));
}
