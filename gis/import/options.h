/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of plow-import.
 */
#ifndef PLOW_GIS_IMPORT_OPTIONS_H
#define PLOW_GIS_IMPORT_OPTIONS_H

#include "common/attr.h"
#include "gis/import/import.h"

#define OPTIONS_GO_ON (-1)

/*
 * Reads the command line, whose texts stay in argv.  Returns OPTIONS_GO_ON, or the status to end
 * with: help or the version was printed, or the usage is wrong and was explained.
 */
int options_read(int argc, char **argv, struct import_options *out) PLOW_MUST_USE;

#endif
