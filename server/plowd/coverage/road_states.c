/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/road_states.h"

#include <errno.h>

#include "gis/db.h"
#include "gis/network.h"
#include "server/plowd/live/board.h"

/* What its links' statuses say together: what all say, else partly when any was worked on. */
static enum link_status status_of_road(const struct link_state *states, const struct road *road, int64_t last_ms)
{
	enum link_status first = states[road->first_link].status;
	bool is_one = true, is_unknown = false;

	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		is_one = is_one && states[i].status == first;
		is_unknown = is_unknown || states[i].status == LINK_UNKNOWN;
	}
	if (is_one)
		return first;
	if (last_ms != 0)
		return LINK_PARTLY;
	return is_unknown ? LINK_UNKNOWN : LINK_NONE;
}

static struct link_state sum_up(const struct network *net, const struct link_state *states, const struct road *road)
{
	double forward = 0, backward = 0, length = 0;
	struct link_state sum = {.status = LINK_NONE};

	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		double length_m = network_link(net, i)->length_m;

		length += length_m;
		forward += length_m * states[i].share_forward_percent;
		backward += length_m * states[i].share_backward_percent;
		sum.passes = states[i].passes > sum.passes ? states[i].passes : sum.passes;
		sum.last_ms = states[i].last_ms > sum.last_ms ? states[i].last_ms : sum.last_ms;
	}
	sum.status = (uint8_t)status_of_road(states, road, sum.last_ms);
	sum.share_forward_percent = (uint8_t)(length > 0 ? forward / length : 0);
	sum.share_backward_percent = (uint8_t)(length > 0 ? backward / length : 0);
	return sum;
}

static void store(struct db_txn *txn, sqlite3_stmt *stmt, int64_t road_id, const struct link_state *sum)
{
	sqlite3_bind_int64(stmt, 1, road_id);
	sqlite3_bind_text(stmt, 2, link_status_name(sum->status), -1, SQLITE_STATIC);
	sqlite3_bind_double(stmt, 3, sum->share_forward_percent / 100.0);
	sqlite3_bind_double(stmt, 4, sum->share_backward_percent / 100.0);
	sqlite3_bind_int(stmt, 5, sum->passes);
	if (sum->last_ms)
		sqlite3_bind_int64(stmt, 6, sum->last_ms);
	else
		sqlite3_bind_null(stmt, 6);
	db_txn_step(txn, stmt);
}

void road_states_store(struct db_txn *txn, const struct network *net, const struct link_state *states,
		       const bool *is_marked)
{
	sqlite3_stmt *stmt = db_prepare(
		txn->db, "INSERT OR REPLACE INTO road_state (road_id, status, forward_share, "
			 "backward_share, passes, last_ms) VALUES (?, ?, ?, ?, ?, ?)");

	if (!stmt && !txn->error)
		txn->error = -EIO;
	for (uint32_t i = 0; stmt && i < network_roads(net) && !txn->error; i++) {
		const struct road *road = network_road(net, i);
		struct link_state sum;

		if (!is_marked[i])
			continue;
		sum = sum_up(net, states, road);
		store(txn, stmt, road->id, &sum);
	}
	sqlite3_finalize(stmt);
}

void road_states_clear(struct db_txn *txn)
{
	db_txn_run(txn, "DELETE FROM road_state");
}
