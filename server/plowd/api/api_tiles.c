/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector tiles of the roads.  A tile depends on nothing but the network, so it is encoded once and
 * kept, packed, until the roads are replaced.  A page that names the network in its address
 * (?network=REVISION) may keep the tile for ever.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/tile.h"
#include "common/httpd/gzip.h"
#include "server/plowd/api/api.h"
#include "server/plowd/live/board.h"
#include "server/plowd/base/stats.h"

#define PLACES 4096 /* a tile's place follows from its number: newer ones win */
#define CACHE_BYTES_MAX ((size_t)64 << 20)
#define PACK_LEVEL 1

struct kept_tile {
	struct tile tile;
	struct httpd_body *body; /* NULL: empty place */
};

struct tile_cache {
	int64_t revision;
	size_t bytes;
	struct kept_tile places[PLACES];
};

struct tile_cache *tile_cache_new(void)
{
	return x_calloc(1, sizeof(struct tile_cache));
}

static void empty(struct tile_cache *cache)
{
	for (size_t i = 0; i < PLACES; i++) {
		httpd_body_drop(cache->places[i].body);
		cache->places[i].body = NULL;
	}
	cache->bytes = 0;
}

void tile_cache_free(struct tile_cache *cache)
{
	empty(cache);
	free(cache);
}

/* Neighbouring tiles lie in neighbouring places. */
static struct kept_tile *place_of(struct tile_cache *cache, struct tile tile)
{
	uint32_t place = (uint32_t)tile.x + (uint32_t)tile.y * 64U + (uint32_t)tile.z * 1031U;

	return &cache->places[place % PLACES];
}

static struct httpd_body *kept(struct tile_cache *cache, int64_t revision, struct tile tile)
{
	struct kept_tile *place = place_of(cache, tile);

	if (cache->revision != revision) {
		empty(cache);
		cache->revision = revision;
	}
	if (!place->body || place->tile.z != tile.z || place->tile.x != tile.x ||
	    place->tile.y != tile.y)
		return NULL;
	return httpd_body_hold(place->body);
}

static void keep(struct tile_cache *cache, struct tile tile, struct httpd_body *body)
{
	struct kept_tile *place = place_of(cache, tile);

	if (cache->bytes + body->packed_size > CACHE_BYTES_MAX)
		empty(cache);
	if (place->body) {
		cache->bytes -= place->body->packed_size;
		httpd_body_drop(place->body);
	}
	place->tile = tile;
	place->body = httpd_body_hold(body);
	cache->bytes += body->packed_size;
}

struct tile_question {
	struct api *api;
	struct network *net;
	int64_t revision;
	struct tile tile;
	bool for_ever;
};

static void release_tile(void *input)
{
	struct tile_question *question = input;

	network_free(question->net);
	free(question);
}

static struct httpd_reply reply_of(struct httpd_body *body, bool for_ever)
{
	return (struct httpd_reply){
		.status = 200,
		.type = "application/vnd.mapbox-vector-tile",
		.cache = for_ever ? "public, max-age=31536000, immutable" : "no-cache",
		.body = body,
	};
}

static void tile_work(struct db *db, void *input, struct answer *out)
{
	const struct tile_question *question = input;
	struct bytes tile = {0};
	struct httpd_body *body;
	void *packed;
	size_t size;

	(void)db;
	tile_roads(question->net, question->tile, &tile);
	gzip_pack(tile.size ? (const void *)tile.data : "", tile.size, PACK_LEVEL, &packed, &size);
	bytes_free(&tile);
	body = httpd_body_take_packed(packed, size);
	httpd_body_tag(body);
	out->reply = reply_of(body, question->for_ever);
}

static void tile_done(void *input, const struct answer *answer)
{
	const struct tile_question *question = input;
	struct tile_cache *cache = question->api->tiles;

	if (answer->why)
		return;
	stats_add(question->api->parts.stats, STAT_TILES_ENCODED, 1);
	if (cache->revision == question->revision)
		keep(cache, question->tile, answer->reply.body);
}

static bool read_tile(const struct httpd_request *request, struct tile *out)
{
	int64_t z, x, y;

	if (!api_number(httpd_part(request, 0), &z) || !api_number(httpd_part(request, 1), &x) ||
	    !api_number(httpd_part(request, 2), &y) || z > TILE_ZOOM_MAX || x > INT32_MAX ||
	    y > INT32_MAX)
		return false;
	*out = (struct tile){(int)z, (int)x, (int)y};
	return tile_is_valid(*out);
}

static bool names_revision(const struct httpd_request *request, int64_t revision)
{
	const char *named = httpd_query(request, "network");
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, revision);
	return named && strcmp(named, text) == 0;
}

void api_tile(struct httpd_request *request, void *context)
{
	struct api *api = context;
	int64_t revision = board_revision(api->parts.board);
	bool for_ever = names_revision(request, revision);
	struct offload_job job = {
		.request = request, .work = tile_work, .done = tile_done, .release = release_tile};
	struct tile_question *question;
	struct httpd_reply reply;
	struct tile tile;
	struct network *net;

	if (!read_tile(request, &tile)) {
		httpd_error(request, 404, "There are tiles of the zooms 8 to 16 only.");
		return;
	}
	net = api_network(api, request);
	if (!net)
		return;
	reply = reply_of(kept(api->tiles, revision, tile), for_ever);
	if (reply.body) {
		stats_add(api->parts.stats, STAT_TILES_CACHED, 1);
		httpd_reply(request, &reply);
		return;
	}
	question = x_calloc(1, sizeof(*question));
	*question = (struct tile_question){api, network_hold(net), revision, tile, for_ever};
	job.input = question;
	offload_run(api->offload, &job);
}
