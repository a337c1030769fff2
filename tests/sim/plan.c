/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/plan.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/network.h"

#define VALLEY_BOX_M 400.0 /* around the middle of a link ... */
#define VALLEY_LINKS 9     /* ... lie fewer links than this */
#define DEPOT_REACH_M 500.0

struct middle {
	double x_m, y_m;
};

struct part {
	size_t first, count; /* in order[] */
	struct yard yard;
	bool is_main;
};

struct plan {
	const struct network *net;
	struct middle *middles; /* of every link */
	uint32_t *order;        /* the planned links, part by part */
	uint8_t *valley;        /* by link */
	bool *joined;           /* by link: a carriageway of the largest connected piece */
	struct part *parts;
	size_t vehicles;
};

static bool is_carriageway(const struct network *net, uint32_t link)
{
	return !(network_road(net, network_link(net, link)->road)->flags & ROAD_SIDEWALK);
}

static bool is_main_road(const struct network *net, uint32_t link)
{
	uint8_t admin = network_road(net, network_link(net, link)->road)->admin;

	return admin == ADMIN_NATION || admin == ADMIN_PREFECTURE || admin == ADMIN_EXPRESSWAY;
}

/* Marks the piece of carriageways a link belongs to in `piece`; returns its length. */
static double mark_piece(const struct network *net, uint32_t start, uint32_t *piece, uint32_t mark,
			 uint32_t *stack)
{
	double length_m = 0;
	size_t depth = 0;

	piece[start] = mark;
	stack[depth++] = start;
	while (depth) {
		const struct link *link = network_link(net, stack[--depth]);

		length_m += link->length_m;
		for (int end = 0; end < 2; end++) {
			size_t count;
			const struct leaving *leaving =
				network_leaving(net, end ? link->node_to : link->node_from, &count);

			for (size_t i = 0; i < count; i++) {
				uint32_t next = leaving[i].link;

				if (piece[next] || !is_carriageway(net, next))
					continue;
				piece[next] = mark;
				stack[depth++] = next;
			}
		}
	}
	return length_m;
}

static void find_joined(struct plan *plan)
{
	size_t links = network_links(plan->net);
	uint32_t *piece = x_calloc(links, sizeof(*piece));
	uint32_t *stack = x_calloc(links, sizeof(*stack));
	uint32_t best = 0, mark = 0;
	double best_m = -1;

	for (uint32_t i = 0; i < links; i++) {
		double length_m;

		if (piece[i] || !is_carriageway(plan->net, i))
			continue;
		length_m = mark_piece(plan->net, i, piece, ++mark, stack);
		if (length_m > best_m) {
			best_m = length_m;
			best = mark;
		}
	}
	for (uint32_t i = 0; i < links; i++)
		plan->joined[i] = best && piece[i] == best;
	free(piece);
	free(stack);
}

static void look_at_links(struct plan *plan)
{
	uint32_t found[VALLEY_LINKS];

	for (uint32_t i = 0; i < network_links(plan->net); i++) {
		struct middle *middle = &plan->middles[i];
		double course;

		network_point(plan->net, i, network_link(plan->net, i)->length_m / 2, &middle->x_m,
			      &middle->y_m, &course);
		plan->valley[i] =
			network_in_box(plan->net, middle->x_m - VALLEY_BOX_M,
				       middle->y_m - VALLEY_BOX_M, middle->x_m + VALLEY_BOX_M,
				       middle->y_m + VALLEY_BOX_M, found,
				       VALLEY_LINKS) < VALLEY_LINKS;
	}
}

struct axis {
	const struct plan *plan;
	bool is_east;
};

static int compare_along(const void *a, const void *b, void *arg)
{
	const struct axis *axis = arg;
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
	const struct middle *m = &axis->plan->middles[p], *n = &axis->plan->middles[q];
	double here = axis->is_east ? m->x_m : m->y_m, there = axis->is_east ? n->x_m : n->y_m;

	if (here != there)
		return here < there ? -1 : 1;
	return p < q ? -1 : p > q;
}

/* The longer side of what order[first..first + count) covers. */
static bool is_wide(const struct plan *plan, size_t first, size_t count)
{
	double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;

	for (size_t i = first; i < first + count; i++) {
		const struct middle *middle = &plan->middles[plan->order[i]];

		low_x = fmin(low_x, middle->x_m);
		high_x = fmax(high_x, middle->x_m);
		low_y = fmin(low_y, middle->y_m);
		high_y = fmax(high_y, middle->y_m);
	}
	return high_x - low_x > high_y - low_y;
}

/* Halves a group of links across its longer side, with the vehicles, until each has its own part.
 */
static void share_out(struct plan *plan, size_t first, size_t count, size_t vehicle,
		      size_t vehicles)
{
	struct axis axis = {plan, is_wide(plan, first, count)};
	size_t half = vehicles / 2, at = first;
	double total_m = 0, sum_m = 0;

	if (vehicles == 0)
		return;
	if (vehicles == 1) {
		plan->parts[vehicle].first = first;
		plan->parts[vehicle].count = count;
		return;
	}
	qsort_r(plan->order + first, count, sizeof(*plan->order), compare_along, &axis);
	for (size_t i = first; i < first + count; i++)
		total_m += network_link(plan->net, plan->order[i])->length_m;
	while (at < first + count && sum_m < total_m * (double)half / (double)vehicles)
		sum_m += network_link(plan->net, plan->order[at++])->length_m;
	share_out(plan, first, at - first, vehicle, half);
	share_out(plan, at, first + count - at, vehicle + half, vehicles - half);
}

/* Puts the main roads first; returns how many there are, and what share of the metres they have. */
static size_t order_links(struct plan *plan, size_t *out_count, double *out_main_share)
{
	size_t count = 0, mains = 0;
	double main_m = 0, other_m = 0;

	for (int wanted = 1; wanted >= 0; wanted--) {
		for (uint32_t i = 0; i < network_links(plan->net); i++) {
			if (!plan->joined[i] || is_main_road(plan->net, i) != (wanted == 1))
				continue;
			plan->order[count++] = i;
			mains += wanted == 1;
			*(wanted ? &main_m : &other_m) += network_link(plan->net, i)->length_m;
		}
	}
	*out_count = count;
	*out_main_share = main_m + other_m > 0 ? main_m / (main_m + other_m) : 0;
	return mains;
}

static struct middle middle_of_part(const struct plan *plan, const struct part *part)
{
	struct middle sum = {0, 0};

	for (size_t i = 0; i < part->count; i++) {
		const struct middle *middle = &plan->middles[plan->order[part->first + i]];

		sum.x_m += middle->x_m / (double)part->count;
		sum.y_m += middle->y_m / (double)part->count;
	}
	return sum;
}

/* The joined carriageway nearest to a place; false when none is in reach. */
static bool find_yard(const struct plan *plan, double x_m, double y_m, struct yard *out)
{
	struct nearby near[64];
	size_t count = network_near(plan->net, x_m, y_m, DEPOT_REACH_M, near, 64);

	for (size_t i = 0; i < count; i++) {
		if (plan->joined[near[i].link]) {
			*out = (struct yard){near[i].link, (double)near[i].along_m};
			return true;
		}
	}
	return false;
}

/* From the nearest depot, or, where there is none, from the first street of its part. */
static void place_yard(const struct plan *plan, struct part *part, const double *depots,
		       size_t count)
{
	struct middle at = middle_of_part(plan, part);
	uint32_t first = plan->order[part->count ? part->first : 0];
	double best_m = INFINITY;

	part->yard = (struct yard){first, network_link(plan->net, first)->length_m / 2};
	for (size_t i = 0; i < count; i++) {
		double x_m, y_m, away_m;
		struct yard yard;

		network_to_local(plan->net, depots[2 * i], depots[2 * i + 1], &x_m, &y_m);
		away_m = hypot(x_m - at.x_m, y_m - at.y_m);
		if (away_m < best_m && find_yard(plan, x_m, y_m, &yard)) {
			best_m = away_m;
			part->yard = yard;
		}
	}
}

static void fill(struct plan *plan, const double *depots, size_t depot_count)
{
	double main_share;
	size_t count, mains = order_links(plan, &count, &main_share);
	size_t main_vehicles = (size_t)lround(main_share * (double)plan->vehicles * 0.8);

	/* Few vehicles, or few main roads, or nothing else: then everybody clears everything. */
	if (main_vehicles == 0 || main_vehicles >= plan->vehicles || mains == count) {
		main_vehicles = 0;
		mains = 0;
	}
	share_out(plan, 0, mains, 0, main_vehicles);
	share_out(plan, mains, count - mains, main_vehicles, plan->vehicles - main_vehicles);
	for (size_t i = 0; i < plan->vehicles; i++) {
		plan->parts[i].is_main = i < main_vehicles;
		place_yard(plan, &plan->parts[i], depots, depot_count);
	}
}

struct plan *plan_new(const struct network *net, size_t vehicles, const double *depots,
		      size_t count)
{
	size_t links = network_links(net), joined = 0;
	struct plan *plan = x_calloc(1, sizeof(*plan));

	plan->net = net;
	plan->vehicles = vehicles;
	plan->middles = x_calloc(links + 1, sizeof(*plan->middles));
	plan->order = x_calloc(links + 1, sizeof(*plan->order));
	plan->valley = x_calloc(links + 1, sizeof(*plan->valley));
	plan->joined = x_calloc(links + 1, sizeof(*plan->joined));
	plan->parts = x_calloc(vehicles + 1, sizeof(*plan->parts));
	find_joined(plan);
	look_at_links(plan);
	for (size_t i = 0; i < links; i++)
		joined += plan->joined[i];
	if (!joined) {
		plan_free(plan);
		return NULL;
	}
	fill(plan, depots, count);
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->middles);
	free(plan->order);
	free(plan->valley);
	free(plan->joined);
	free(plan->parts);
	free(plan);
}

const uint32_t *plan_links(const struct plan *plan, size_t vehicle, size_t *out_count)
{
	*out_count = plan->parts[vehicle].count;
	return plan->order + plan->parts[vehicle].first;
}

struct yard plan_yard(const struct plan *plan, size_t vehicle)
{
	return plan->parts[vehicle].yard;
}

bool plan_is_main(const struct plan *plan, size_t vehicle)
{
	return plan->parts[vehicle].is_main;
}

bool plan_is_valley(const struct plan *plan, uint32_t link)
{
	return plan->valley[link];
}
