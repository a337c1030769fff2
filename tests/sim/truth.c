/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/truth.h"

#include <inttypes.h>
#include <string.h>

#include "gis/network.h"

void truth_begin(FILE *file)
{
	fputs("vehicle,unix_time,layer,source_id,offset_m,direction,at_work\n", file);
}

/* RFC 4180: quoted only where it must be. */
static void put_text(FILE *file, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, file);
		return;
	}
	fputc('"', file);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

void truth_row(FILE *file, const struct network *net, const char *vehicle, int64_t unix_s,
	       const struct place *place, bool at_work)
{
	const struct link *link = network_link(net, place->link);
	const struct road *road = network_road(net, link->road);

	fprintf(file, "%s,%" PRId64 ",", vehicle, unix_s);
	put_text(file, road->layer);
	fputc(',', file);
	put_text(file, road->source_id);
	fprintf(file, ",%.2f,%s,%d\n", link->from_m + place->along_m,
		place->direction > 0 ? "forward" : "backward", at_work);
}
