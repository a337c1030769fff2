/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words people write into the columns of road maps, in Japanese, English and OpenStreetMap's
 * way, and what they mean.  Pure; docs/IMPORT.md lists them.
 */
#ifndef PLOW_GIS_IMPORT_VALUES_H
#define PLOW_GIS_IMPORT_VALUES_H

#include <stdbool.h>

#include "common/attr.h"

/* 1 along the line, -1 against it, 0 both ways. Returns false for a word nobody understands. */
bool value_oneway(const char *text, int *out);

/* Metres, 0 when there is no sensible number: "6.5", "６．５ｍ", "4.0～5.5" (its least), "16'". */
double value_width_m(const char *text);

/* town, nation, prefecture, private or expressway; NULL for a word nobody understands. */
const char *value_admin(const char *text);

/* The administrator that a Japanese road's name gives away ("国道13号", "県道29号"), or NULL. */
const char *value_admin_of_name(const char *name);

bool value_yes(const char *text);

#endif
