/* SPDX-License-Identifier: Apache-2.0 */
/* plowctl: one command a file; this one only finds it. */
#include <stdio.h>
#include <string.h>

#include "common/exits.h"
#include "common/seal.h"
#include "server/plowctl/commands.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
};

static const struct command commands[] = {
	{"init", cmd_init, "--db DB [--name TEXT] [--timezone Asia/Tokyo] [--day-start 12:00]"},
	{"vehicle", cmd_vehicle,
	 "add|rotate|revoke|token|list --db DB [--code CODE] [--name TEXT] [--class CLASS] [--contractor NAME] [--blade-width METRES]"},
	{"user", cmd_user,
	 "add|password|remove|sign-out|list --db DB [--name NAME] [--role admin|dispatcher|contractor|auditor] [--contractor NAME]"},
	{"decode", cmd_decode, "FILE|- [--allow-no-checksum]"},
	{"match", cmd_match, "--db DB --track FILE [--at-work]"},
	{"coverage", cmd_coverage, "--db DB --from T --to T [--format csv|geojson]"},
	{"import-log", cmd_import_log, "--db DB --vehicle CODE FILE"},
	{"correction", cmd_correction,
	 "add|list|withdraw --db DB [--link ID | --road SOURCE_ID [--layer NAME] [--from-m M] [--to-m M]] [--from T --to T --reason TEXT --name NAME] [--id N]"},
	{"snow", cmd_snow, "add|list --db DB [--station NAME --time T --depth-cm N]"},
	{"class", cmd_class,
	 "list|set|remove --db DB [--code CODE] [--name TEXT] [--priority N] [--required-share S] [--required-passes N] [--both-directions yes|no] [--required-width-m M] [--gap-m M] [--trim-m M] [--trigger-cm N] [--finish-by HH:MM]"},
	{"quarantine", cmd_quarantine, "list|release --db DB [ID ...]"},
	{"verify", cmd_verify, "--db DB"},
	{"backup", cmd_backup, "--db DB FILE"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *to)
{
	fprintf(to, "plowctl: commands on the database of a snow town\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  plowctl %s %s\n", commands[i].name, commands[i].usage);
	fputs("\n" EXITS_HELP "More in plowctl(1).\n", to);
}

/* plowctl COMMAND --help */
static int wants_help(int argc, char **argv)
{
	return argc > 2 && strcmp(argv[2], "--help") == 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_usage(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return EX_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("plowctl " PLOW_VERSION);
		return EX_OK;
	}
	if (seal_init())
		return fail(EX_SOFTWARE, "libsodium cannot start; check the installation");
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (wants_help(argc, argv)) {
			printf("plowctl %s %s\n", commands[i].name, commands[i].usage);
			return EX_OK;
		}
		return commands[i].run(argc - 1, argv + 1);
	}
	return fail(EX_USAGE, "there is no command \"%s\"; see plowctl --help", argv[1]);
}
