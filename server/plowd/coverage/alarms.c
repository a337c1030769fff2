/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/alarms.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/alarms.h"
#include "server/plowd/coverage/silence.h"
#include "server/plowd/intake/writer.h"

/* What differs between the units and the alarms. */
struct difference {
	struct alarm *raised;
	int64_t *ended; /* vehicle ids */
	size_t raised_count, ended_count;
	int64_t now_ms;
};

static void store(struct db_txn *txn, void *arg)
{
	const struct difference *difference = arg;

	for (size_t i = 0; i < difference->raised_count; i++)
		alarm_raise(txn, &difference->raised[i]);
	for (size_t i = 0; i < difference->ended_count; i++)
		alarm_end(txn, difference->ended[i], difference->now_ms);
}

static bool has_alarm(const struct alarm *open, size_t count, int64_t vehicle_id)
{
	for (size_t i = 0; i < count; i++) {
		if (open[i].vehicle_id == vehicle_id)
			return true;
	}
	return false;
}

static void compare(const struct silence_unit *units, size_t count, const struct alarm *open,
		    size_t open_count, struct difference *out)
{
	for (size_t i = 0; i < count; i++) {
		bool is_silent = silence_is(&units[i], out->now_ms);

		if (is_silent == has_alarm(open, open_count, units[i].vehicle_id))
			continue;
		if (is_silent)
			out->raised[out->raised_count++] =
				(struct alarm){.vehicle_id = units[i].vehicle_id,
					       .since_ms = units[i].newest_ms,
					       .raised_ms = out->now_ms};
		else
			out->ended[out->ended_count++] = units[i].vehicle_id;
	}
}

int alarms_look(struct db *db, struct writer *writer, const struct silence_unit *units,
		size_t count, int64_t now_ms, bool *out_changed)
{
	/* One is open for a vehicle at most. */
	struct alarm *open = x_calloc(count + 1, sizeof(*open));
	struct difference difference = {.raised = x_calloc(count + 1, sizeof(struct alarm)),
					.ended = x_calloc(count + 1, sizeof(int64_t)),
					.now_ms = now_ms};
	int found = alarm_list_open(db, open, count), error = found < 0 ? found : 0;

	*out_changed = false;
	if (!error)
		compare(units, count, open, (size_t)found, &difference);
	if (difference.raised_count + difference.ended_count > 0) {
		error = writer_run(writer, store, &difference);
		*out_changed = !error;
	}
	free(open);
	free(difference.raised);
	free(difference.ended);
	return error;
}
