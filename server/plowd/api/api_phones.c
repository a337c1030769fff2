/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixes from contractors' phones: /osmand for OsmAnd and Traccar Client, /pub for OwnTracks
 * (docs/ROUTERS.md).  An app that is told of an error sends the same fix again for ever, or counts
 * it as delivered: so what cannot be used is counted, put aside and answered like all the others,
 * and what cannot be stored is not answered at all.
 */
#include <string.h>

#include "server/phones.h"
#include "common/clock.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/base/now.h"
#include "server/plowd/intake/registry.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/intake/waiting.h"

#define QUERY_BYTES 8192 /* libmicrohttpd has no room for more */

static const struct waiting_answer nothing_said = {"text/plain; charset=utf-8", ""};
static const struct waiting_answer empty_list = {"application/json; charset=utf-8", "[]"};

static void answer_at_once(struct httpd_request *request, const struct waiting_answer *answer)
{
	struct httpd_reply reply = {
		.status = 200, .type = answer->type, .body = httpd_body_text(answer->text)};

	httpd_reply(request, &reply);
}

/* Who sent it, and what that is worth. */
struct origin {
	const struct vehicle *vehicle; /* NULL: nobody we know */
	bool has_token;                /* and it is the vehicle's */
};

/* A token says who it is, whatever else the request says; some apps have no other field for it. */
static struct origin find_origin(const struct registry *registry,
				 const struct phone_message *message)
{
	struct origin origin = {NULL, false};

	if (message->token[0])
		origin.vehicle = registry_by_token(registry, message->token);
	for (size_t i = 0; i < message->name_count && !origin.vehicle; i++)
		origin.vehicle = registry_by_token(registry, message->names[i]);
	origin.has_token = origin.vehicle != NULL;
	for (size_t i = 0; i < message->name_count && !origin.vehicle; i++)
		origin.vehicle = registry_vehicle(registry, message->names[i]);
	return origin;
}

static enum fix_trust trust_of(const struct api *api, const struct httpd_request *request,
			       const struct phone_message *message, const struct origin *origin)
{
	bool is_proved = origin->has_token && !message->is_mock && access_is_https(api, request);

	return is_proved ? TRUST_TOKEN : TRUST_PLAIN;
}

static void count_stranger(struct api *api, const struct phone_message *message)
{
	bool is_named = message->name_count > 0 || message->token[0];

	stats_add(api->parts.stats, is_named ? STAT_PHONE_UNKNOWN_ID : STAT_PHONE_NO_ID, 1);
}

static void store(struct api *api, struct httpd_request *request, struct phone_message *message,
		  const struct origin *origin, const struct waiting_answer *answer)
{
	int64_t received_ms = wall_clock_ms(), judged_ms = received_ms;
	struct stats *stats = api->parts.stats;
	struct fix *fix = &message->fix;
	struct writer_job job = {.vehicle_id = origin->vehicle->id,
				 .received_ms = received_ms,
				 .trust = (uint8_t)trust_of(api, request, message, origin),
				 .count = 1};
	struct writer_item item = {0};

	if (fix->time_ms == FIX_TIME_UNKNOWN)
		fix->time_ms = api_now_ms(api);
	if (api->parts.now->by_fixes)
		judged_ms = fix->time_ms;
	stats_add(stats, STAT_TIMES_REPAIRED, fix_repair_weeks(fix, judged_ms));
	item.fix = *fix;
	item.doubt = fix_doubt(fix, judged_ms);
	if (message->token[0] && !origin->has_token) {
		stats_add(stats, STAT_PHONE_BAD_TOKEN, 1);
		item.doubt = "token";
	}
	stats_add(stats, STAT_PHONE_FIXES, 1);
	stats_add(stats, STAT_TOKEN_FIXES, job.trust == TRUST_TOKEN);
	waiting_submit(api->parts.waiting, request, answer, &job, &item);
}

static void take(struct api *api, struct httpd_request *request, struct phone_message *message,
		 const struct waiting_answer *answer)
{
	struct origin origin;

	if (message->verdict != PHONE_FIX) {
		stats_add(api->parts.stats,
			  message->verdict == PHONE_NOTHING ? STAT_PHONE_NO_POSITION
							    : STAT_PHONE_MALFORMED,
			  1);
		answer_at_once(request, answer);
		return;
	}
	origin = find_origin(api->parts.registry, message);
	if (origin.vehicle) {
		store(api, request, message, &origin, answer);
	} else {
		count_stranger(api, message);
		answer_at_once(request, answer);
	}
}

static void read_authorization(const struct httpd_request *request, struct phone_message *message)
{
	const char *header = httpd_header(request, "Authorization");

	if (header)
		phone_read_authorization(header, message);
}

static size_t skip_blanks(const char *text)
{
	return strspn(text, " \t\r\n");
}

/* The query; without one, what was posted; or a JSON that was posted. */
void api_osmand(struct httpd_request *request, void *context)
{
	struct phone_message message = phone_message_none();
	char query[QUERY_BYTES];
	size_t size, query_size = httpd_raw_query(request, query, sizeof(query));
	const char *content = httpd_content(request, &size);

	if (query_size > 0 || content[skip_blanks(content)] == '{')
		phone_read_query(query, query_size, &message);
	else
		phone_read_query(content, size, &message);
	if (content[skip_blanks(content)] == '{')
		phone_read_traccar(content, size, &message);
	/* A request that names nobody is none of these apps': the header alone does not make it
	 * one. */
	if (message.name_count > 0 || message.token[0])
		read_authorization(request, &message);
	take(context, request, &message, &nothing_said);
}

void api_owntracks(struct httpd_request *request, void *context)
{
	struct phone_message message = phone_message_none();
	const char *user = httpd_header(request, "X-Limit-U");
	char query[QUERY_BYTES];
	size_t size, query_size = httpd_raw_query(request, query, sizeof(query));
	const char *content = httpd_content(request, &size);

	read_authorization(request, &message);
	if (user)
		phone_add_name(&message, user, strlen(user));
	phone_read_query(query, query_size, &message);
	phone_read_owntracks(content, size, &message);
	take(context, request, &message, &empty_list);
}
