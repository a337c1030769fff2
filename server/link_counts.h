/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often links were cleared, first and last when, and by which vehicles: added up from stored
 * spans, less what corrections take out, and from the totals of whole nights.  A pass counts for a
 * link when it came over the link's middle, at that time.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_LINK_COUNTS_H
#define PLOW_SERVER_LINK_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct link_counts;
struct network;

/* One link in one direction. */
struct link_count {
	uint32_t passes; /* 0: the rest says nothing */
	int64_t first_ms, last_ms;
	const uint64_t *vehicles; /* a bit for each, by its place in link_counts_vehicles() */
};

/*
 * For the links given, ascending; net and links must outlive it.  NULL with db_why() set when the
 * database cannot be read.
 */
struct link_counts *link_counts_new(struct db *db, const struct network *net, const uint32_t *links,
				    size_t count);
void link_counts_free(struct link_counts *counts);

/* Adds the passes of from_ms <= time < to_ms, from spans.  Returns 0 or negative errno with db_why() set. */
int link_counts_add_spans(struct link_counts *counts, int64_t from_ms, int64_t to_ms) PLOW_MUST_USE;

/* Adds what another count came to for a link, if it is one of those asked for; vehicles by id. */
void link_counts_add(struct link_counts *counts, int64_t link_id, bool is_backward,
		     const struct link_count *sum, const int64_t *vehicle_ids, size_t vehicles);

/* The count of the i-th link, good until the next call that adds. */
const struct link_count *link_counts_at(const struct link_counts *counts, size_t i, bool is_backward);

struct vehicle;
/* The registered vehicles by id. */
const struct vehicle *link_counts_vehicles(const struct link_counts *counts, size_t *out_count);
bool link_count_has(const struct link_count *count, size_t vehicle);

#endif
