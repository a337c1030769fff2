/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was done: for people on stderr, for scripts as one line of JSON on stdout.
 */
#ifndef PLOW_GIS_IMPORT_REPORT_H
#define PLOW_GIS_IMPORT_REPORT_H

struct import;

void report_people(const struct import *import);
void report_json(const struct import *import);

#endif
