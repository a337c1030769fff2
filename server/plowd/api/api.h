/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handlers of plowd's routes, one file a resource (api_*.c), and what they share.  A handler
 * gets the struct api as its context; arguments that make no sense are answered with 400 and a
 * sentence. Loop thread, but for what is said to run on a reader thread.
 */
#ifndef PLOW_SERVER_PLOWD_API_API_H
#define PLOW_SERVER_PLOWD_API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/httpd/httpd.h"
#include "server/json.h"
#include "server/plowd/api/http.h"
#include "server/plowd/api/offload.h"

struct lockout;
struct network;
struct sqlite3_stmt;
struct snapshots;
struct tile_cache;

struct api {
	struct api_parts parts;
	struct offload *offload;
	struct offload *hashing; /* one thread for passwords, one after the other */
	size_t signing_in;       /* how many wait there */
	struct lockout *lockout;
	struct httpd *httpd;
	struct httpd_follow *follow; /* NULL without a public folder */
	struct snapshots *snapshots;
	struct tile_cache *tiles;
};

httpd_handler api_town, api_snapshot, api_events, api_openapi, api_health, api_metrics;
httpd_handler api_link, api_roads, api_road_at, api_road_table, api_areas, api_depots, api_water;
httpd_handler api_vehicles, api_track, api_coverage, api_tile;
httpd_handler api_operations, api_operation_open, api_operation_close;
httpd_handler api_corrections, api_correction_add, api_correction_withdraw, api_snow, api_snow_add;
httpd_handler api_fleet, api_vehicle_add, api_vehicle_change, api_vehicle_remove, api_vehicle_restore;
httpd_handler api_vehicle_rotate, api_vehicle_revoke, api_vehicle_token;
httpd_handler api_contractors, api_contractor_add, api_contractor_change, api_contractor_remove;
httpd_handler api_area_add, api_area_change, api_area_remove;
httpd_handler api_depot_add, api_depot_change, api_depot_remove;
httpd_handler api_routes, api_route_add, api_route_change, api_route_remove;
httpd_handler api_classes, api_class_set, api_class_remove;
httpd_handler api_closures, api_closure_add, api_closure_change, api_closure_withdraw;
httpd_handler api_summary, api_links_in, api_remaining, api_revisions;
httpd_handler api_nights, api_vehicle_night, api_road_night, api_replay, api_replay_roads;
httpd_handler api_alarms, api_alarm_acknowledge, api_trouble;
httpd_handler api_osmand, api_owntracks;
httpd_handler api_session, api_session_begin, api_session_end, api_session_password;
httpd_handler api_setup;
httpd_handler api_users, api_user_add, api_user_remove, api_user_sign_out, api_user_password;
httpd_handler api_audit;

#define SIGNING_IN_MAX 32 /* passwords that may wait to be hashed: three seconds' work */

/* The last answers of /snapshot, shared by the pages that ask in the same moment. */
struct snapshots *snapshots_new(void);
void snapshots_free(struct snapshots *snapshots);

/* Tiles that were encoded, for the network they were encoded from. */
struct tile_cache *tile_cache_new(void);
void tile_cache_free(struct tile_cache *cache);

/* Answers 200 with JSON that was written; the block is taken over. */
void api_reply_json(struct httpd_request *request, struct json *json);

/* Has it answered by a reader thread; input is one block from malloc(), freed afterwards. */
void api_offload(struct api *api, struct httpd_request *request, offload_work *work, void *input);

/*
 * For work: answers with an array of rows that were read, each written by show; a negative count is
 * the error of reading them.  The rows, a block from malloc(), are taken over.
 */
typedef void row_show(struct json *json, const void *row, const void *arg);
void answer_rows(struct answer *out, void *rows, size_t row_size, int count, row_show *show, const void *arg);

/* The parsed argument; answers 400 itself and returns false when it is missing or makes no sense.
 */
bool api_time(struct httpd_request *request, const char *name, int64_t *out_ms);
bool api_degrees(struct httpd_request *request, const char *name, double limit, double *out_deg);
/* A whole number of the path. */
bool api_number(const char *text, int64_t *out);

/* What the server means by now, in milliseconds. */
int64_t api_now_ms(const struct api *api);

/* The network, or 503 when none was loaded yet: then NULL. */
struct network *api_network(struct api *api, struct httpd_request *request);

#endif
