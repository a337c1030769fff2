/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/summary.h"

#include <errno.h>

#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/link_counts.h"
#include "server/night_totals.h"
#include "server/vehicles.h"

static void show_vehicles(struct json *json, const struct link_counts *counts,
			  const struct link_count *count)
{
	size_t vehicle_count;
	const struct vehicle *vehicles = link_counts_vehicles(counts, &vehicle_count);

	json_open(json, '[');
	for (size_t i = 0; i < vehicle_count; i++) {
		if (link_count_has(count, i))
			json_text(json, vehicles[i].code);
	}
	json_close(json, ']');
}

static void show_row(struct json *json, const struct link_counts *counts, int64_t link_id,
		     bool is_backward, const struct link_count *count)
{
	json_open(json, '{');
	json_key(json, "link"), json_integer(json, link_id);
	json_key(json, "direction"), json_text(json, is_backward ? "backward" : "forward");
	json_key(json, "passes"), json_integer(json, count->passes);
	json_key(json, "first"), json_time(json, count->first_ms);
	json_key(json, "last"), json_time(json, count->last_ms);
	json_key(json, "vehicles"), show_vehicles(json, counts, count);
	json_close(json, '}');
}

static void show_rows(struct json *json, const struct summary_question *question,
		      const struct link_counts *counts)
{
	json_open(json, '[');
	for (size_t i = 0; i < question->count; i++) {
		int64_t link_id = network_link_id(question->net, question->links[i]);

		for (int backward = 0; backward < 2; backward++) {
			const struct link_count *count = link_counts_at(counts, i, backward == 1);

			if (count->passes > 0)
				show_row(json, counts, link_id, backward == 1, count);
		}
	}
	json_close(json, ']');
}

int summary_show(struct db *db, struct json *json, const struct summary_question *question)
{
	struct link_counts *counts = NULL;
	int ended, error = db_run(db, "BEGIN"); /* totals and spans as of one moment */

	if (error)
		return error;
	counts = link_counts_new(db, question->net, question->links, question->count);
	error = counts ? night_totals_add(db, counts, question->network_revision, question->from_ms,
					  question->to_ms)
		       : -EIO;
	ended = db_run(db, "COMMIT");
	if (!error && !ended)
		show_rows(json, question, counts);
	link_counts_free(counts);
	return error ? error : ended;
}
