/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/follows.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "server/plowd/coverage/follow.h"
#include "server/vehicles.h"

void follows_forget(struct follows *follows)
{
	for (size_t i = 0; i < follows->count; i++)
		follow_free(follows->list[i]);
	free(follows->list);
	*follows = (struct follows){0};
}

struct follow *follows_find(const struct follows *follows, int64_t vehicle_id)
{
	for (size_t i = 0; i < follows->count; i++) {
		if (follow_vehicle_id(follows->list[i]) == vehicle_id)
			return follows->list[i];
	}
	return NULL;
}

/* Who was taken out of service, or brought back, is so at once. */
static void tell(struct follows *follows, const struct vehicle *vehicles, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct follow *follow = follows_find(follows, vehicles[i].id);

		if (follow)
			follow_retire(follow, vehicles[i].is_retired);
	}
}

static int add(struct follows *follows, const struct vehicle *vehicle, const struct follow_parts *parts)
{
	struct follow *follow = follow_new(vehicle, parts);
	int error = follow_load(follow);

	if (!error)
		error = follow_online(follow);
	if (error) /* in the next round again, from the start */
		follow_free(follow);
	else
		follows->list[follows->count++] = follow;
	return error;
}

/*
 * Their numbers only grow, so the last one tells whether any is new.  One that was removed never sent
 * anything, and stays here until the next window.
 */
int follows_take_in(struct follows *follows, const struct follow_parts *parts)
{
	struct vehicle *vehicles;
	size_t count;
	int error = vehicle_list(parts->db, &vehicles, &count);

	if (error)
		return error;
	tell(follows, vehicles, count);
	if (count > 0 && !follows_find(follows, vehicles[count - 1].id)) {
		follows->list = x_realloc(follows->list, follows->count + count, sizeof(struct follow *));
		for (size_t i = 0; i < count && !error; i++) {
			if (!follows_find(follows, vehicles[i].id))
				error = add(follows, &vehicles[i], parts);
		}
	}
	free(vehicles);
	return error;
}
