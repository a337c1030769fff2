/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/trouble.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "server/json.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/live/feed.h"
#include "server/vehicles.h"

struct clone {
	char code[VEHICLE_CODE_BYTES];
	int64_t since_ms;
	int64_t steady_ms; /* of the last sign, by a clock nobody sets */
};

struct trouble {
	struct stats *stats;
	struct feed *feed;
	int store_error; /* as it was told; 0: fixes are being stored */
	int64_t store_since_ms;
	struct clone clones[TROUBLE_CLONES_MAX]; /* by their first sign */
	size_t clone_count;
	char sentence[256];
};

struct trouble *trouble_new(struct stats *stats, struct feed *feed)
{
	struct trouble *trouble = x_calloc(1, sizeof(*trouble));

	trouble->stats = stats;
	trouble->feed = feed;
	return trouble;
}

void trouble_free(struct trouble *trouble)
{
	free(trouble);
}

static int64_t steady_ms(void)
{
	return (int64_t)(uv_hrtime() / 1000000);
}

static void tell(struct trouble *trouble)
{
	feed_publish(trouble->feed, &(struct feed_event){.name = "trouble", .json = "{}", .size = 2});
}

/* The clone of a code, a new one when there is room for it, or NULL. */
static struct clone *clone_of(struct trouble *trouble, const char *code)
{
	struct clone *clone = trouble->clones;

	while (clone < trouble->clones + trouble->clone_count && strcmp(clone->code, code) != 0)
		clone++;
	if (clone < trouble->clones + trouble->clone_count)
		return clone;
	if (trouble->clone_count == TROUBLE_CLONES_MAX)
		return NULL;
	trouble->clone_count++;
	*clone = (struct clone){.since_ms = wall_clock_ms()};
	snprintf(clone->code, sizeof(clone->code), "%s", code);
	return clone;
}

void trouble_clone(const char *code, void *arg)
{
	struct trouble *trouble = arg;
	size_t known = trouble->clone_count;
	struct clone *clone = clone_of(trouble, code);

	if (!clone)
		return;
	clone->steady_ms = steady_ms();
	if (trouble->clone_count > known)
		tell(trouble);
}

/* Returns whether one was over. */
static bool drop_old_clones(struct trouble *trouble)
{
	size_t kept = 0, known = trouble->clone_count;

	for (size_t i = 0; i < known; i++) {
		if (steady_ms() - trouble->clones[i].steady_ms < TROUBLE_CLONE_MS)
			trouble->clones[kept++] = trouble->clones[i];
	}
	trouble->clone_count = kept;
	return kept < known;
}

void trouble_look(struct trouble *trouble)
{
	int error = (int)stats_get(trouble->stats, STAT_STORE_ALARM);
	bool is_new = drop_old_clones(trouble);

	if (error != trouble->store_error) {
		if (trouble->store_error == 0)
			trouble->store_since_ms = wall_clock_ms();
		trouble->store_error = error;
		is_new = true;
	}
	if (is_new)
		tell(trouble);
}

const char *trouble_sentence(struct trouble *trouble)
{
	uint64_t error = stats_get(trouble->stats, STAT_STORE_ALARM);

	if (!error)
		return NULL;
	snprintf(trouble->sentence, sizeof(trouble->sentence),
		 "fixes are not being stored and not acknowledged: %s", strerror((int)error));
	return trouble->sentence;
}

static const char *cause_of(int error)
{
	switch (error) {
	case ENOSPC:
		return "full";
	case EROFS:
		return "read_only";
	case EBADMSG:
		return "damaged";
	case EBUSY:
		return "stuck";
	default:
		return "failing";
	}
}

static void show_store(struct json *json, const struct trouble *trouble)
{
	if (trouble->store_error == 0) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	json_key(json, "cause"), json_text(json, cause_of(trouble->store_error));
	json_key(json, "since"), json_time(json, trouble->store_since_ms);
	json_close(json, '}');
}

void trouble_show(struct json *json, const struct trouble *trouble)
{
	json_open(json, '{');
	json_key(json, "store"), show_store(json, trouble);
	json_key(json, "clones"), json_open(json, '[');
	for (size_t i = 0; i < trouble->clone_count; i++) {
		const struct clone *clone = &trouble->clones[i];

		json_open(json, '{');
		json_key(json, "vehicle"), json_text(json, clone->code);
		json_key(json, "since"), json_time(json, clone->since_ms);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}
