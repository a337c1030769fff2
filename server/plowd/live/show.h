/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of docs/API.md as JSON: vehicles, links, roads, progress, operations.  Used alike by
 * answers and events, so that a page reads one language.  Loop thread, where nothing else is said.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_SHOW_H
#define PLOW_SERVER_PLOWD_LIVE_SHOW_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct board;
struct db;
struct json;
struct live_vehicle;
struct network;
struct operation;
struct progress_bar;
struct road;

/* Each writes one value. */
void show_vehicle(struct json *json, const struct live_vehicle *entry); /* VEHICLE */
void show_links(struct json *json, const struct board *board, const uint32_t *links,
		size_t count); /* LINKS, of these */
void show_all_links(struct json *json,
		    const struct board *board);                   /* LINKS, of all that are named */
void show_bar(struct json *json, const struct progress_bar *bar); /* BAR */
void show_progress(struct json *json, struct board *board);       /* PROGRESS */
void show_operation(struct json *json, const struct operation *operation); /* OPERATION or null */
void show_revision(struct json *json, int64_t revision);                   /* REVISION */

const char *road_admin_name(const struct road *road);

/* Any thread that holds the network: ROAD, and the box around links that follow one another. */
void show_road(struct json *json, const struct network *net, uint32_t road);
void show_bounds(struct json *json, const struct network *net, uint32_t first_link, size_t links);

/*
 * The members of /town but for `network`, into an open object.  On the thread of the connection;
 * net may be NULL.  Returns 0 or negative errno.
 */
int show_town(struct json *json, struct db *db, const struct network *net) PLOW_MUST_USE;

/* All water as a GeoJSON FeatureCollection, simplified for drawing.  The same thread and errors. */
int show_water(struct json *json, struct db *db) PLOW_MUST_USE;

#endif
