/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/nightly.h"

#include <stdlib.h>

#include <uv.h>

#include "gis/db.h"
#include "server/night_totals.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/intake/writer.h"

#define REST_NS (UINT64_C(20) * 1000000000)
/* Units that come out of a valley add to the night just past: it is counted a little later. */
#define AFTER_MS INT64_C(3600000)

static void put(struct db_txn *txn, void *arg)
{
	night_total_put(txn, arg);
}

int nightly_step(struct nightly *nightly, const struct nightly_parts *parts)
{
	int64_t until_ms = parts->now_ms - AFTER_MS;
	struct night_total total;
	struct night night;
	int found = 0, error;

	if (nightly->cursor_ms == 0 && uv_hrtime() - nightly->rested_ns < REST_NS)
		return 0;
	if (nightly->cursor_ms == 0)
		found = nights_without_total(parts->db, parts->day, parts->network_revision, until_ms,
					     &nightly->left);
	stats_set(parts->stats, STAT_NIGHTS_PENDING, nightly->left);
	if (!found)
		found = night_without_total(parts->db, parts->day, parts->network_revision,
					    nightly->cursor_ms, until_ms, &night);
	if (found <= 0) {
		nightly->cursor_ms = 0;
		nightly->rested_ns = uv_hrtime();
		return found;
	}
	nightly->cursor_ms = night.to_ms;
	error = night_total_count(parts->db, parts->net, parts->network_revision, &night, &total);
	if (!error)
		error = writer_run(parts->writer, put, &total);
	free(total.counts);
	nightly->left -= nightly->left > 0;
	return error;
}
