/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/httpd_follow.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/accounts/lockout.h"

#define READERS 3

struct http {
	struct api api;
};

/* Who may call a route.  A route without is refused: nobody gets in by being forgotten here. */
#define ADMIN ACCESS_ADMIN
#define DISPATCH (ACCESS_ADMIN | ACCESS_DISPATCHER)
#define OVERSIGHT (ACCESS_ADMIN | ACCESS_AUDITOR)
#define STAFF (DISPATCH | ACCESS_AUDITOR)
#define SIGNED_IN (STAFF | ACCESS_CONTRACTOR)

static const struct httpd_route routes[] = {
	{"GET", "/api/v1/town", api_town, SIGNED_IN},
	{"GET", "/api/v1/snapshot", api_snapshot, SIGNED_IN},
	{"GET", "/api/v1/events", api_events, SIGNED_IN},
	{"GET", "/api/v1/links", api_links_in, SIGNED_IN},
	{"GET", "/api/v1/links/{}", api_link, SIGNED_IN},
	{"GET", "/api/v1/roads", api_roads, SIGNED_IN},
	{"GET", "/api/v1/roads/at", api_road_at, SIGNED_IN},
	{"GET", "/api/v1/roads/table", api_road_table, SIGNED_IN},
	{"GET", "/api/v1/areas", api_areas, SIGNED_IN},
	{"GET", "/api/v1/depots", api_depots, SIGNED_IN},
	{"GET", "/api/v1/water", api_water, SIGNED_IN},
	{"GET", "/api/v1/vehicles", api_vehicles, SIGNED_IN},
	{"GET", "/api/v1/vehicles/{}/track", api_track, SIGNED_IN},
	{"GET", "/api/v1/nights", api_nights, SIGNED_IN},
	{"GET", "/api/v1/vehicles/{}/night", api_vehicle_night, SIGNED_IN},
	{"GET", "/api/v1/roads/{}/night", api_road_night, SIGNED_IN},
	{"GET", "/api/v1/replay", api_replay, SIGNED_IN},
	{"GET", "/api/v1/replay/roads", api_replay_roads, SIGNED_IN},
	{"GET", "/api/v1/operations", api_operations, SIGNED_IN},
	{"POST", "/api/v1/operations", api_operation_open, DISPATCH},
	{"POST", "/api/v1/operations/{}/close", api_operation_close, DISPATCH},
	{"GET", "/api/v1/summary", api_summary, STAFF},
	{"GET", "/api/v1/remaining", api_remaining, SIGNED_IN},
	{"GET", "/api/v1/revisions", api_revisions, STAFF},
	{"GET", "/api/v1/snow", api_snow, SIGNED_IN},
	{"POST", "/api/v1/snow", api_snow_add, DISPATCH},
	{"GET", "/api/v1/corrections", api_corrections, STAFF},
	{"POST", "/api/v1/corrections", api_correction_add, DISPATCH},
	{"POST", "/api/v1/corrections/{}/withdraw", api_correction_withdraw, DISPATCH},
	{"GET", "/api/v1/alarms", api_alarms, STAFF},
	{"POST", "/api/v1/alarms/{}/acknowledge", api_alarm_acknowledge, DISPATCH},
	{"GET", "/api/v1/trouble", api_trouble, STAFF},
	{"GET", "/api/v1/fleet", api_fleet, STAFF},
	{"POST", "/api/v1/vehicles", api_vehicle_add, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/change", api_vehicle_change, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/remove", api_vehicle_remove, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/restore", api_vehicle_restore, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/rotate", api_vehicle_rotate, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/revoke", api_vehicle_revoke, DISPATCH},
	{"POST", "/api/v1/vehicles/{}/token", api_vehicle_token, DISPATCH},
	{"GET", "/api/v1/contractors", api_contractors, STAFF},
	{"POST", "/api/v1/contractors", api_contractor_add, DISPATCH},
	{"POST", "/api/v1/contractors/{}/change", api_contractor_change, DISPATCH},
	{"POST", "/api/v1/contractors/{}/remove", api_contractor_remove, DISPATCH},
	{"POST", "/api/v1/areas", api_area_add, DISPATCH},
	{"POST", "/api/v1/areas/{}/change", api_area_change, DISPATCH},
	{"POST", "/api/v1/areas/{}/remove", api_area_remove, DISPATCH},
	{"POST", "/api/v1/depots", api_depot_add, DISPATCH},
	{"POST", "/api/v1/depots/{}/change", api_depot_change, DISPATCH},
	{"POST", "/api/v1/depots/{}/remove", api_depot_remove, DISPATCH},
	{"GET", "/api/v1/routes", api_routes, STAFF},
	{"POST", "/api/v1/routes", api_route_add, DISPATCH},
	{"POST", "/api/v1/routes/{}/change", api_route_change, DISPATCH},
	{"POST", "/api/v1/routes/{}/remove", api_route_remove, DISPATCH},
	{"GET", "/api/v1/classes", api_classes, STAFF},
	{"POST", "/api/v1/classes", api_class_set, ADMIN},
	{"POST", "/api/v1/classes/remove", api_class_remove, ADMIN},
	{"GET", "/api/v1/closures", api_closures, SIGNED_IN},
	{"POST", "/api/v1/closures", api_closure_add, DISPATCH},
	{"POST", "/api/v1/closures/{}/change", api_closure_change, DISPATCH},
	{"POST", "/api/v1/closures/{}/withdraw", api_closure_withdraw, DISPATCH},
	{"GET", "/api/v1/coverage", api_coverage, STAFF},
	{"GET", "/api/v1/openapi.json", api_openapi, SIGNED_IN},
	{"GET", "/api/v1/session", api_session, SIGNED_IN},
	{"POST", "/api/v1/session", api_session_begin, HTTPD_ANYONE},
	{"POST", "/api/v1/session/end", api_session_end, SIGNED_IN},
	{"POST", "/api/v1/session/password", api_session_password, SIGNED_IN},
	{"POST", "/api/v1/setup", api_setup, HTTPD_ANYONE},
	{"GET", "/api/v1/users", api_users, OVERSIGHT},
	{"POST", "/api/v1/users", api_user_add, ADMIN},
	{"POST", "/api/v1/users/{}/remove", api_user_remove, ADMIN},
	{"POST", "/api/v1/users/{}/sign-out", api_user_sign_out, ADMIN},
	{"POST", "/api/v1/users/{}/password", api_user_password, ADMIN},
	{"GET", "/api/v1/audit", api_audit, OVERSIGHT},
	{"GET", "/tiles/roads/{}/{}/{}.mvt", api_tile, SIGNED_IN},
	{"*", "/osmand", api_osmand, HTTPD_ANYONE},
	{"*", "/osmand/", api_osmand, HTTPD_ANYONE},
	{"*", "/pub", api_owntracks, HTTPD_ANYONE},
	{"*", "/pub/", api_owntracks, HTTPD_ANYONE},
	{"GET", "/healthz", api_health, HTTPD_ANYONE},
	{"GET", "/metrics", api_metrics, STAFF | ACCESS_MACHINE},
};

static void on_log(const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "<6>http: %s\n", line);
}

static int load_pages(const struct api *api, struct httpd_files *files, char *why, size_t why_size)
{
	int error;

	if (!api->parts.web_dir)
		return 0;
	error = httpd_files_add(files, api->parts.web_dir, "");
	if (error)
		snprintf(why, why_size, "the pages in %s cannot be read: %s", api->parts.web_dir,
			 strerror(-error));
	return error;
}

static int listen_to(struct api *api, const struct sockaddr_storage *address,
		     struct httpd_files *files, char *why, size_t why_size)
{
	const struct httpd_config config = {
		.loop = api->parts.loop,
		.address = address,
		.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.files = files,
		.context = api,
		.admit = access_admit,
		.log = on_log,
	};
	int error = httpd_start(&config, &api->httpd);

	if (error)
		snprintf(why, why_size, "cannot serve HTTP there: %s", strerror(-error));
	return error;
}

int http_start(const struct api_parts *parts, const struct sockaddr_storage *address,
	       struct http **out, char *why, size_t why_size)
{
	struct http *http = x_calloc(1, sizeof(*http));
	struct httpd_files *files = httpd_files_new();
	struct api *api = &http->api;
	int error;

	api->parts = *parts;
	error = load_pages(api, files, why, why_size);
	if (!error)
		error = listen_to(api, address, files, why, why_size);
	if (error) {
		httpd_files_free(files);
		free(http);
		return error;
	}
	if (parts->public_dir)
		api->follow =
			httpd_follow_start(parts->loop, api->httpd, parts->public_dir, "data/");
	api->offload = offload_new(parts->loop, parts->db_path, parts->stats, READERS, OFFLOAD_LIMIT_MS);
	api->hashing = offload_new(parts->loop, parts->db_path, NULL, 1, OFFLOAD_LIMIT_MS);
	api->lockout = lockout_new();
	api->snapshots = snapshots_new();
	api->tiles = tile_cache_new();
	*out = http;
	return 0;
}

const char *http_address(const struct http *http)
{
	return httpd_address(http->api.httpd);
}

void http_stop(struct http *http)
{
	struct api *api = &http->api;

	offload_stop(api->hashing);
	offload_stop(api->offload);
	if (api->follow)
		httpd_follow_stop(api->follow);
	httpd_stop(api->httpd);
	lockout_free(api->lockout);
	snapshots_free(api->snapshots);
	tile_cache_free(api->tiles);
	free(http);
}
