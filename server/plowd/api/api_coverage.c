/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage of a time window as a file, the same as `plowctl coverage` prints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/bytes.h"
#include "server/plowd/api/api.h"
#include "server/recompute.h"

#define WINDOW_MAX_MS (INT64_C(7) * 86400000)

struct window {
	int64_t from_ms, to_ms;
	bool geojson;
};

static void coverage_work(struct db *db, void *input, struct answer *out)
{
	const struct window *window = input;
	struct recomputed recomputed;
	struct bytes text = {0};
	FILE *file;
	int error;

	if (recompute(db, window->from_ms, window->to_ms, &recomputed) != 0) {
		answer_db_error(out);
		return;
	}
	file = open_memstream((char **)&text.data, &text.size);
	if (!file)
		abort();
	error = window->geojson ? recomputed_write_geojson(&recomputed, file)
				: recomputed_write_csv(&recomputed, file);
	recomputed_free(&recomputed);
	if (fclose(file) != 0 || error)
		abort(); /* memory is all it writes to */
	answer_body(out, window->geojson ? TYPE_GEOJSON : TYPE_CSV, &text);
}

void api_coverage(struct httpd_request *request, void *context)
{
	const char *format = httpd_query(request, "format");
	struct window window, *input;

	if (!format)
		format = "csv";
	if (strcmp(format, "csv") != 0 && strcmp(format, "geojson") != 0) {
		httpd_error(request, 400, "The argument format is csv or geojson.");
		return;
	}
	if (!api_time(request, "from", &window.from_ms) || !api_time(request, "to", &window.to_ms))
		return;
	if (window.to_ms <= window.from_ms || window.to_ms - window.from_ms > WINDOW_MAX_MS) {
		httpd_error(request, 400, "The time to comes after from, by at most 7 days.");
		return;
	}
	window.geojson = strcmp(format, "geojson") == 0;
	input = x_malloc(sizeof(*input));
	*input = window;
	api_offload(context, request, coverage_work, input);
}
