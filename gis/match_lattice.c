/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_lattice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

void lattice_init(struct lattice *lattice, const struct network *net,
		  const struct match_params *params)
{
	*lattice = (struct lattice){
		.net = net,
		.params = *params,
		.sigma_m = params->gps_sigma_m,
		.motion_trust = MODEL_TRUST,
		.route = route_new(net),
	};
}

void lattice_fini(struct lattice *lattice)
{
	route_free(lattice->route);
	free(lattice->anchors);
	free(lattice->states);
	free(lattice->arcs);
}

void lattice_clear(struct lattice *lattice)
{
	lattice->anchor_count = 0;
	lattice->state_count = 0;
	lattice->arc_count = 0;
	lattice->sigma_m = lattice->params.gps_sigma_m;
	lattice->motion_trust = MODEL_TRUST;
}

uint32_t lattice_best(const struct lattice *lattice)
{
	const struct anchor *last = &lattice->anchors[lattice->anchor_count - 1];
	uint32_t best = last->first;

	for (uint32_t s = last->first; s < last->first + last->states; s++)
		if (lattice->states[s].cost < lattice->states[best].cost)
			best = s;
	return best;
}

uint32_t lattice_ancestor(const struct lattice *lattice, uint32_t state, size_t anchor)
{
	for (size_t i = lattice->anchor_count - 1; i > anchor; i--)
		state = lattice->states[state].before;
	return state;
}

size_t lattice_agreed(const struct lattice *lattice)
{
	uint32_t alive[LATTICE_STATES_MOST];
	size_t count;
	const struct anchor *last;

	if (lattice->anchor_count == 0)
		return SIZE_MAX;
	last = &lattice->anchors[lattice->anchor_count - 1];
	count = last->states;
	for (uint32_t i = 0; i < count; i++)
		alive[i] = last->first + i;
	for (size_t anchor = lattice->anchor_count; anchor-- > 0;) {
		size_t kept = 0;

		if (count == 1)
			return anchor;
		if (anchor == 0)
			break;
		/* Histories in the order of their ends seldom cross: most repeats are neighbours.
		 */
		for (size_t i = 0; i < count; i++) {
			uint32_t before = lattice->states[alive[i]].before;
			size_t j = kept;

			while (j > 0 && alive[j - 1] != before)
				j--;
			if (j == 0)
				alive[kept++] = before;
		}
		count = kept;
	}
	return SIZE_MAX;
}

void lattice_decide(struct lattice *lattice, size_t anchor, uint32_t state)
{
	struct anchor *last = &lattice->anchors[lattice->anchor_count - 1];
	uint32_t kept = last->first;

	for (uint32_t s = last->first; s < last->first + last->states; s++)
		if (lattice_ancestor(lattice, s, anchor) == state)
			lattice->states[kept++] = lattice->states[s];
	assert(kept > last->first);
	lattice->state_count = kept;
	last->states = kept - last->first;
}

void lattice_drop(struct lattice *lattice, size_t anchor, uint32_t state)
{
	uint32_t first = lattice->anchors[anchor].first;
	bool is_last = anchor + 1 == lattice->anchor_count;
	uint32_t next = is_last ? first + 1 : lattice->anchors[anchor + 1].first;
	uint32_t next_end = is_last ? next : next + lattice->anchors[anchor + 1].states;
	uint32_t first_arc = (uint32_t)lattice->arc_count;

	lattice->states[first] = lattice->states[state];
	lattice->states[first].between_count = 0;
	lattice->anchors[anchor].states = 1;
	if (is_last)
		lattice->state_count = next;
	for (size_t s = next; s < lattice->state_count; s++)
		if (lattice->states[s].between_count > 0 && lattice->states[s].between < first_arc)
			first_arc = lattice->states[s].between;
	for (size_t s = next; s < lattice->state_count; s++) {
		lattice->states[s].before = s < next_end ? 0 : lattice->states[s].before - first;
		lattice->states[s].rival = s < next_end || lattice->states[s].rival == STATE_NONE
						   ? STATE_NONE
						   : lattice->states[s].rival - first;
		lattice->states[s].between -= lattice->states[s].between_count ? first_arc : 0;
	}
	lattice->anchor_count -= anchor;
	memmove(lattice->anchors, lattice->anchors + anchor,
		lattice->anchor_count * sizeof(*lattice->anchors));
	for (size_t i = 0; i < lattice->anchor_count; i++)
		lattice->anchors[i].first -= first;
	lattice->state_count -= first;
	memmove(lattice->states, lattice->states + first,
		lattice->state_count * sizeof(*lattice->states));
	lattice->arc_count -= first_arc;
	if (lattice->arc_count > 0)
		memmove(lattice->arcs, lattice->arcs + first_arc,
			lattice->arc_count * sizeof(*lattice->arcs));
}
