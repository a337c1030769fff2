/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct stats *stats_new(void)
{
	struct stats *stats = calloc(1, sizeof(*stats));

	if (!stats)
		abort();
	return stats;
}

void stats_free(struct stats *stats)
{
	free(stats);
}

size_t stats_print(struct stats *stats, char *out, size_t size)
{
	static const struct {
		const char *name, *kind, *help;
	} rows[STATS_COUNT] = {
#define STATS_ROW(name, kind, text, help) {text, #kind, help},
		STATS_LIST(STATS_ROW)
#undef STATS_ROW
	};
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < STATS_COUNT; i++) {
		int wrote =
			snprintf(out + used, size - used,
				 "# HELP plowd_%s %s.\n# TYPE plowd_%s %s\nplowd_%s %" PRIu64 "\n",
				 rows[i].name, rows[i].help, rows[i].name, rows[i].kind,
				 rows[i].name, stats_get(stats, (enum stats_item)i));

		if (wrote < 0 || (size_t)wrote >= size - used) {
			out[used] = '\0';
			break;
		}
		used += (size_t)wrote;
	}
	return used;
}
