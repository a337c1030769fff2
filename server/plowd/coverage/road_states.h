/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table road_state, by which other programs (QGIS) see the current window: what the states of a
 * road's links say together.  Writer thread.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_ROAD_STATES_H
#define PLOW_SERVER_PLOWD_COVERAGE_ROAD_STATES_H

#include <stdbool.h>

struct db_txn;
struct link_state;
struct network;

/* Writes the roads that are marked; states one a link, is_marked one a road.  Sticky. */
void road_states_store(struct db_txn *txn, const struct network *net, const struct link_state *states,
		       const bool *is_marked);
/* Empties the table: another window began. */
void road_states_clear(struct db_txn *txn);

#endif
