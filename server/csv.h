/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV fields as RFC 4180 writes them.
 */
#ifndef PLOW_SERVER_CSV_H
#define PLOW_SERVER_CSV_H

#include <stdio.h>

/* Writes one field, quoted when it holds a comma, a quote or a line break. */
void csv_field(FILE *to, const char *text);

#endif
