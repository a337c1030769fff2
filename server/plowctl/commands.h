/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of plowctl, one file each (cmd_NAME.c).  A command gets argv from its own name on,
 * reads its options with getopt_long(), prints its answer to stdout and everything else to stderr,
 * and returns a sysexits status (common/exits.h).
 */
#ifndef PLOW_SERVER_PLOWCTL_COMMANDS_H
#define PLOW_SERVER_PLOWCTL_COMMANDS_H

int cmd_init(int argc, char **argv);
int cmd_vehicle(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_coverage(int argc, char **argv);
int cmd_import_log(int argc, char **argv);
int cmd_correction(int argc, char **argv);
int cmd_snow(int argc, char **argv);
int cmd_class(int argc, char **argv);
int cmd_quarantine(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_backup(int argc, char **argv);

#endif
