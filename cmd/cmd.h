/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The dnsward authors
 * what the subcommands of dnsward share
 */
#ifndef DNSWARD_CMD_H
#define DNSWARD_CMD_H

/* Exit status of dnsward and of each subcommand. */
enum cmd_exit {
	CMD_OK = 0,      /* fine */
	CMD_WANTING = 1, /* found wanting, refused, or failed */
	CMD_MISUSE = 2,  /* the command line is wrong */
};

/* The options that stand before the subcommand. Strings live as long as the program. */
struct cmd_context {
	const char *conf;   /* settings file, as seen inside chroot; never NULL */
	const char *chroot; /* the resolver's chroot, or NULL */
};

/*
 * One subcommand, cmd/NAME.c, has a row in the table of main.c. argv[0] is its own name, so that
 * getopt_long works as in any main(); getopt has been reset. It prints results on stdout, errors
 * on stderr, and returns an enum cmd_exit.
 */
typedef int cmd_fn(const struct cmd_context *ctx, int argc, char **argv);

cmd_fn cmd_version;

/* Say on stderr what is wrong with the command line, and where help is. Returns CMD_MISUSE. */
int cmd_misuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
