/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV tracks into fixes: a header with unix_time, lat and lon, and optionally speed_mps,
 * heading_deg, hdop, blade and work_state, in any order; then one fix a line (contracts.md, Track
 * file).  Fed in pieces, allocates nothing; any thread.
 */
#ifndef PLOW_COMMON_CSVTRACK_H
#define PLOW_COMMON_CSVTRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"

#define CSVTRACK_LINE_MAX 4096
#define CSVTRACK_COLUMNS_MAX 64

struct csvtrack {
	void (*fix_cb)(const struct fix *fix, void *user);
	void *user;
	bool has_header;
	bool is_too_long; /* the line at hand is skipped up to its end */
	size_t column_count;
	uint8_t columns[CSVTRACK_COLUMNS_MAX];
	uint64_t line;
	uint64_t skipped;  /* lines that gave no fix */
	char unknown[256]; /* columns that are ignored, joined by ", " */
	char why[160];
	size_t text_size;
	char text[CSVTRACK_LINE_MAX];
};

void csvtrack_init(struct csvtrack *csv, void (*fix_cb)(const struct fix *fix, void *user),
		   void *user);

/* Returns 0, or -EBADMSG when this is no track, with a sentence naming the line in why. */
int csvtrack_feed(struct csvtrack *csv, const char *bytes, size_t size, bool is_last) PLOW_MUST_USE;

#endif
