/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/api_links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/shape.h"
#include "server/stretches.h"

#define INTEGER_MAX 9007199254740992.0

const char *links_read(const cJSON *list, struct link_choice *out)
{
	int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	const cJSON *item;

	if (count < 1 || count > STRETCHES_MAX)
		return "The links are a list of 1 to 2,000 numbers.";
	out->links = x_calloc((size_t)count, sizeof(*out->links));
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= INTEGER_MAX) ||
		    item->valuedouble != floor(item->valuedouble))
			return "The links are a list of 1 to 2,000 numbers.";
		out->links[out->count++] = (int64_t)item->valuedouble;
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static bool has_twice(const struct link_choice *choice)
{
	size_t size = choice->count * sizeof(*choice->links);
	int64_t *sorted = memcpy(x_malloc(size), choice->links, size);
	bool twice = false;

	qsort(sorted, choice->count, sizeof(*sorted), compare);
	for (size_t i = 1; i < choice->count; i++)
		twice = twice || sorted[i] == sorted[i - 1];
	free(sorted);
	return twice;
}

const char *links_to_stretches(const struct network *net, const struct link_choice *choice,
			       struct stretch_list *out, struct shape *out_shape)
{
	out_shape->kind = SHAPE_LINES;
	if (has_twice(choice))
		return "A link is named twice.";
	if (!net || stretches_of_links(net, choice->links, choice->count, out, out_shape))
		return "There is no link of one of these numbers.";
	return NULL;
}
