/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/httpd_follow.h"
#include "server/plowd/api.h"

#define READERS 3

struct http {
	struct api api;
};

static const struct httpd_route routes[] = {
	{"GET", "/api/v1/town", api_town},
	{"GET", "/api/v1/snapshot", api_snapshot},
	{"GET", "/api/v1/events", api_events},
	{"GET", "/api/v1/links/{}", api_link},
	{"GET", "/api/v1/roads", api_roads},
	{"GET", "/api/v1/roads/at", api_road_at},
	{"GET", "/api/v1/roads/table", api_road_table},
	{"GET", "/api/v1/areas", api_areas},
	{"GET", "/api/v1/depots", api_depots},
	{"GET", "/api/v1/vehicles", api_vehicles},
	{"GET", "/api/v1/vehicles/{}/track", api_track},
	{"GET", "/api/v1/nights", api_nights},
	{"GET", "/api/v1/vehicles/{}/night", api_vehicle_night},
	{"GET", "/api/v1/roads/{}/night", api_road_night},
	{"GET", "/api/v1/replay", api_replay},
	{"GET", "/api/v1/replay/roads", api_replay_roads},
	{"GET", "/api/v1/operations", api_operations},
	{"POST", "/api/v1/operations", api_operation_open},
	{"POST", "/api/v1/operations/{}/close", api_operation_close},
	{"GET", "/api/v1/summary", api_summary},
	{"GET", "/api/v1/remaining", api_remaining},
	{"GET", "/api/v1/revisions", api_revisions},
	{"GET", "/api/v1/snow", api_snow},
	{"POST", "/api/v1/snow", api_snow_add},
	{"GET", "/api/v1/corrections", api_corrections},
	{"POST", "/api/v1/corrections", api_correction_add},
	{"POST", "/api/v1/corrections/{}/withdraw", api_correction_withdraw},
	{"GET", "/api/v1/coverage", api_coverage},
	{"GET", "/api/v1/openapi.json", api_openapi},
	{"GET", "/tiles/roads/{}/{}/{}.mvt", api_tile},
	{"*", "/osmand", api_osmand},
	{"*", "/osmand/", api_osmand},
	{"*", "/pub", api_owntracks},
	{"*", "/pub/", api_owntracks},
	{"GET", "/healthz", api_health},
	{"GET", "/metrics", api_metrics},
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
	api->offload = offload_new(parts->loop, parts->db_path, parts->stats, READERS);
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

	offload_stop(api->offload);
	if (api->follow)
		httpd_follow_stop(api->follow);
	httpd_stop(api->httpd);
	snapshots_free(api->snapshots);
	tile_cache_free(api->tiles);
	free(http);
}
