/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_table.h"

#include <string.h>

#include "common/rfc3339.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/plowd/export/public_roads.h"

/* What is known of a group's links together. */
struct answer {
	enum link_status status;
	size_t done;       /* links that are */
	int64_t last_s;    /* rounded; 0: never */
};

size_t public_district_size(const struct public_roads *roads, size_t first)
{
	const char *area = public_group_area(roads, &roads->groups[first]);
	size_t end = first + 1;

	while (end < roads->group_count &&
	       strcmp(public_group_area(roads, &roads->groups[end]), area) == 0)
		end++;
	return end - first;
}

/* The one word for several links: a status all agree on; else what is going on; else partly. */
static enum link_status status_of(const size_t counts[LINK_UNKNOWN + 1], size_t total)
{
	for (enum link_status status = LINK_NOT_OURS; status <= LINK_UNKNOWN; status++) {
		if (counts[status] == total)
			return status;
	}
	if (counts[LINK_WORKING])
		return LINK_WORKING;
	if (counts[LINK_DONE] || counts[LINK_PARTLY])
		return LINK_PARTLY;
	return counts[LINK_UNKNOWN] ? LINK_UNKNOWN : LINK_NONE;
}

static struct answer answer_of(const struct public_group *group, const struct board *board)
{
	size_t known, counts[LINK_UNKNOWN + 1] = {0};
	const struct link_state *states = board_links(board, &known);
	struct answer answer = {.status = LINK_NONE};
	int64_t last_ms = 0;

	for (size_t i = 0; i < group->count; i++) {
		const struct link_state *state = &states[group->links[i]];

		counts[state->status]++;
		if (state->status != LINK_NOT_OURS && state->last_ms > last_ms)
			last_ms = state->last_ms;
	}
	answer.status = status_of(counts, group->count);
	answer.done = counts[LINK_DONE];
	answer.last_s = last_ms / 1000 / PUBLIC_ROUND_S * PUBLIC_ROUND_S;
	return answer;
}

static void show_row(struct json *json, const struct public_roads *roads, const struct board *board,
		     const struct public_group *group)
{
	struct answer answer = answer_of(group, board);

	json_open(json, '{');
	public_show_group(json, roads, group);
	json_key(json, "status"), json_text(json, link_status_name(answer.status));
	json_key(json, "done"), json_integer(json, (int64_t)answer.done);
	json_key(json, "last");
	if (answer.last_s)
		json_integer(json, answer.last_s);
	else
		json_null(json);
	json_close(json, '}');
}

void public_show_district(struct json *json, const struct public_roads *roads,
			  const struct board *board, size_t first, size_t count)
{
	json_open(json, '{');
	json_key(json, "area");
	json_text(json, public_group_area(roads, &roads->groups[first]));
	json_key(json, "roads"), json_open(json, '[');
	for (size_t i = first; i < first + count; i++)
		show_row(json, roads, board, &roads->groups[i]);
	json_close(json, ']');
	json_close(json, '}');
}

/* A field in quotes.  What a spreadsheet would take for a formula gets an apostrophe before it. */
static void put_field(struct bytes *out, const char *text)
{
	bytes_text(out, "\"");
	if (*text && strchr("=+-@\t\r", *text))
		bytes_text(out, "'");
	for (; *text; text++) {
		if (*text == '"')
			bytes_text(out, "\"");
		bytes_put(out, text, 1);
	}
	bytes_text(out, "\"");
}

static void put_row(struct bytes *out, const struct public_roads *roads, const struct board *board,
		    const struct public_group *group)
{
	const struct road *road =
		network_road(roads->net, network_link(roads->net, group->longest)->road);
	struct answer answer = answer_of(group, board);
	char last[RFC3339_BYTES] = "";

	if (answer.last_s)
		rfc3339_format(answer.last_s * 1000, last);
	put_field(out, public_group_area(roads, group));
	bytes_text(out, ",");
	put_field(out, road->name);
	bytes_text(out, ",");
	put_field(out, road->class_code);
	bytes_format(out, ",%s,%.1f,%s,%s,%zu,%zu\r\n",
		     public_admin_name(roads->net, group->longest), group->length_m,
		     link_status_name(answer.status), last, group->count, answer.done);
}

void public_write_csv(struct bytes *out, const struct public_roads *roads, const struct board *board)
{
	/* The mark by which spreadsheets know UTF-8. */
	bytes_text(out, "\xef\xbb\xbf"
			"area,name,class,admin,length_m,status,last,sections,done\r\n");
	for (size_t i = 0; i < roads->group_count; i++)
		put_row(out, roads, board, &roads->groups[i]);
}
