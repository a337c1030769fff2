/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/plowd/export/public_closures.h"
#include "server/plowd/export/public_dir.h"
#include "server/plowd/export/public_passes.h"
#include "server/plowd/export/public_plows.h"
#include "server/plowd/export/public_roads.h"
#include "server/plowd/export/public_table.h"
#include "server/plowd/live/show.h"

#define VERSION 1

struct file_name {
	char text[PUBLIC_NAME_BYTES];
};

struct public_files {
	struct public_dir *dir;
	char *db_path;
	struct db *db; /* opened with the first writing */
	struct public_past *past;
	struct public_passes *passes;
	struct public_roads *roads; /* those that were written, or NULL */
	struct file_name network;
	struct file_name *others; /* the tiles and the list it names */
	size_t other_count, other_capacity;
};

/* One writing. */
struct set {
	struct public_files *files;
	const struct board *board; /* of the moment */
	int64_t now_ms;
	struct json json;   /* one file after the other */
	struct json index;  /* the file that names them */
	struct json manifest;
	int error; /* the first; later steps do nothing */
};

int public_files_open(const char *folder, const char *db_path, struct public_files **out)
{
	struct public_dir *dir;
	int error = public_dir_open(folder, &dir);

	if (error)
		return error;
	*out = x_calloc(1, sizeof(**out));
	(*out)->dir = dir;
	(*out)->db_path = x_strdup(db_path);
	return 0;
}

void public_files_close(struct public_files *files)
{
	if (!files)
		return;
	public_passes_free(files->passes);
	public_past_free(files->past);
	public_roads_free(files->roads);
	db_close(files->db);
	public_dir_close(files->dir);
	free(files->db_path);
	free(files->others);
	free(files);
}

static int open_db(struct public_files *files)
{
	int error = db_open(files->db_path, DB_READ, &files->db);

	if (error) {
		db_close(files->db);
		files->db = NULL;
		return error;
	}
	files->past = public_past_new(files->db);
	files->passes = public_passes_new(files->db, files->dir);
	return 0;
}

static struct json *begin(struct json *json)
{
	json->out.size = 0;
	json->comma = false;
	return json;
}

/* Keeps the first error. */
static void note(struct set *set, int error)
{
	set->error = set->error ? set->error : error;
}

static struct file_name put(struct set *set, const char *stem, const struct json *json)
{
	struct file_name name = {""};

	if (!set->error)
		set->error = public_dir_put(set->files->dir, stem, ".json", json->out.data,
					    json->out.size, set->now_ms, name.text);
	return name;
}

/* Puts a file of the roads, which is kept as long as they are the same. */
static const char *put_other(struct set *set, const char *stem, const struct json *json)
{
	struct public_files *files = set->files;
	struct file_name *name;

	files->others = x_grow(files->others, files->other_count, &files->other_capacity,
			       sizeof(*files->others));
	name = &files->others[files->other_count++];
	*name = put(set, stem, json);
	return name->text;
}

static int put_tile(int x, int y, const struct public_placed *placed, size_t count, void *arg)
{
	struct set *set = arg;
	struct json *json = begin(&set->json);
	char stem[40], place[32];

	json_open(json, '{');
	json_key(json, "links"), json_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		json_open(json, '{');
		public_show_link(json, set->files->roads, placed[i].link);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
	snprintf(stem, sizeof(stem), "tile-%d-%d-%d", PUBLIC_ZOOM, x, y);
	snprintf(place, sizeof(place), "%d/%d", x, y);
	json_key(&set->index, place);
	json_text(&set->index, put_other(set, stem, json));
	return set->error;
}

static void put_network(struct set *set)
{
	struct public_files *files = set->files;
	struct json *index = begin(&set->index);

	files->other_count = 0;
	json_open(index, '{');
	json_key(index, "zoom"), json_integer(index, PUBLIC_ZOOM);
	json_key(index, "tiles"), json_open(index, '{');
	note(set, public_tiles(files->roads, put_tile, set));
	json_close(index, '}');
	public_show_list(begin(&set->json), files->roads);
	json_key(index, "roads"), json_text(index, put_other(set, "roads", &set->json));
	note(set, show_water(begin(&set->json), files->db));
	json_key(index, "water"), json_text(index, put_other(set, "water", &set->json));
	json_close(index, '}');
	files->network = put(set, "network", index);
}

static int keep_network(struct public_files *files, int64_t now_ms)
{
	int error = public_dir_keep(files->dir, files->network.text, now_ms);

	for (size_t i = 0; !error && i < files->other_count; i++)
		error = public_dir_keep(files->dir, files->others[i].text, now_ms);
	return error;
}

/* The files of the roads: those that lie there already, or new ones. */
static void follow_network(struct set *set, const struct network *net, int64_t revision)
{
	struct public_files *files = set->files;

	if (files->roads && files->roads->net == net && files->roads->revision == revision &&
	    keep_network(files, set->now_ms) == 0)
		return;
	public_roads_free(files->roads);
	files->roads = public_roads_new(set->board);
	put_network(set);
	if (set->error) {
		public_roads_free(files->roads);
		files->roads = NULL;
	}
}

/* Only of roads that are ours is it said what was done. */
static bool is_named(const struct link_state *state)
{
	return state->status != LINK_NOT_OURS && (state->status != LINK_NONE || state->last_ms);
}

enum column { COLUMN_ID, COLUMN_STATUS, COLUMN_SHARE, COLUMN_LAST };

static void show_value(struct json *json, const struct network *net, uint32_t link,
		       const struct link_state *state, enum column column)
{
	uint8_t share = state->share_forward_percent > state->share_backward_percent
				? state->share_forward_percent
				: state->share_backward_percent;

	if (column == COLUMN_ID)
		json_integer(json, network_link_id(net, link));
	else if (column == COLUMN_STATUS)
		json_text(json, link_status_name(state->status));
	else if (column == COLUMN_SHARE)
		json_real(json, share / 100.0, 2);
	else if (state->last_ms)
		json_integer(json, state->last_ms / 1000 / PUBLIC_ROUND_S * PUBLIC_ROUND_S);
	else
		json_null(json);
}

/* Returns how many links of the tile are named. */
static size_t show_states(struct json *json, const struct set *set,
			  const struct public_placed *placed, size_t count)
{
	static const char *const keys[] = {"id", "status", "share", "last"};
	size_t known, named = 0;
	const struct link_state *states = board_links(set->board, &known);

	json_open(json, '{');
	for (enum column column = COLUMN_ID; column <= COLUMN_LAST; column++) {
		json_key(json, keys[column]), json_open(json, '[');
		for (size_t i = 0; i < count; i++) {
			const struct link_state *state = &states[placed[i].link];

			if (!is_named(state))
				continue;
			show_value(json, set->files->roads->net, placed[i].link, state, column);
			named += column == COLUMN_ID;
		}
		json_close(json, ']');
	}
	json_close(json, '}');
	return named;
}

static int put_states(int x, int y, const struct public_placed *placed, size_t count, void *arg)
{
	struct set *set = arg;
	char stem[40], place[32];

	if (show_states(begin(&set->json), set, placed, count) == 0)
		return 0;
	snprintf(stem, sizeof(stem), "states-%d-%d-%d", PUBLIC_ZOOM, x, y);
	snprintf(place, sizeof(place), "%d/%d", x, y);
	json_key(&set->index, place);
	json_text(&set->index, put(set, stem, &set->json).text);
	return set->error;
}

/* "key":{"file":name} */
static void name_file(struct set *set, const char *key, struct file_name name)
{
	struct json *json = &set->manifest;

	json_key(json, key), json_open(json, '{');
	json_key(json, "file"), json_text(json, name.text);
	json_close(json, '}');
}

static void put_state(struct set *set)
{
	struct json *index = begin(&set->index);

	json_open(index, '{');
	json_key(index, "tiles"), json_open(index, '{');
	note(set, public_tiles(set->files->roads, put_states, set));
	json_close(index, '}');
	json_close(index, '}');
	name_file(set, "state", put(set, "state", index));
}

static void put_districts(struct set *set)
{
	const struct public_roads *roads = set->files->roads;
	struct json *json = &set->manifest;

	json_key(json, "districts"), json_open(json, '[');
	for (size_t i = 0, count; i < roads->group_count; i += count) {
		count = public_district_size(roads, i);
		public_show_district(begin(&set->json), roads, set->board, i, count);
		json_open(json, '{');
		json_key(json, "area");
		json_text(json, public_group_area(roads, &roads->groups[i]));
		json_key(json, "roads"), json_integer(json, (int64_t)count);
		json_key(json, "file"), json_text(json, put(set, "district", &set->json).text);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_table(struct set *set)
{
	struct bytes csv = {0};
	struct file_name name = {""};

	public_write_csv(&csv, set->files->roads, set->board);
	if (!set->error)
		set->error = public_dir_put(set->files->dir, "table", ".csv", csv.data, csv.size,
					    set->now_ms, name.text);
	bytes_free(&csv);
	name_file(set, "table", name);
}

static void put_plows(struct set *set, int64_t at_ms)
{
	const struct public_files *files = set->files;

	if (!set->error)
		set->error = public_show_plows(begin(&set->json), files->db, files->roads->net,
					       public_past_near(files->past), at_ms);
	name_file(set, "plows", put(set, "plows", &set->json));
}

static void put_passes(struct set *set, int64_t at_ms)
{
	const struct public_files *files = set->files;

	if (!set->error)
		set->error = public_passes_put(files->passes, files->past, files->roads, at_ms,
					       set->now_ms, begin(&set->json));
	name_file(set, "passes", put(set, "passes", &set->json));
}

static void put_closures(struct set *set, struct public_moment moment)
{
	note(set, public_show_closures(begin(&set->json), set->files->db, moment.at_ms, moment.wall_ms));
	name_file(set, "closures", put(set, "closures", &set->json));
}

static void show_town_of(struct set *set)
{
	struct json *json = &set->manifest;

	json_key(json, "town"), json_open(json, '{');
	if (!set->error)
		set->error = show_town(json, set->files->db, set->files->roads->net);
	json_close(json, '}');
}

/* What the classes of roads are called, and by when each is to be done. */
static void show_classes(struct set *set)
{
	sqlite3_stmt *stmt = db_prepare(
		set->files->db, "SELECT code, name, finish_by FROM road_class ORDER BY priority, code");
	static const char *const keys[] = {"code", "name", "finish_by"};
	struct json *json = &set->manifest;
	int step = SQLITE_ERROR;

	json_key(json, "classes"), json_open(json, '[');
	while (stmt && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		json_open(json, '{');
		for (int i = 0; i < 3; i++)
			json_key(json, keys[i]),
				json_text(json, (const char *)sqlite3_column_text(stmt, i));
		json_close(json, '}');
	}
	json_close(json, ']');
	sqlite3_finalize(stmt);
	note(set, stmt ? db_error(step) : -EIO);
}

static void show_operation_of(struct json *json, const struct operation *operation)
{
	json_key(json, "operation");
	if (!operation->id) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	json_key(json, "name"), json_text(json, operation->name);
	json_key(json, "start"), json_time(json, operation->start_ms);
	json_key(json, "target"), json_time_or_null(json, operation->target_ms);
	json_close(json, '}');
}

static int put_set(struct set *set, struct board *board, struct public_moment moment)
{
	int64_t at_ms = moment.at_ms;
	struct json *json = begin(&set->manifest);

	json_open(json, '{');
	json_key(json, "version"), json_integer(json, VERSION);
	json_key(json, "made"), json_time(json, at_ms);
	show_town_of(set);
	json_key(json, "window"), json_open(json, '{');
	json_key(json, "from"), json_time(json, board_window_ms(board));
	json_close(json, '}');
	show_operation_of(json, board_operation(board));
	show_classes(set);
	name_file(set, "network", set->files->network);
	put_state(set);
	put_districts(set);
	put_table(set);
	put_plows(set, at_ms);
	put_passes(set, at_ms);
	put_closures(set, moment);
	json_key(json, "progress"), show_progress(json, board);
	json_close(json, '}');
	if (!set->error)
		set->error = public_dir_publish(set->files->dir, json->out.data, json->out.size,
						set->now_ms);
	return set->error;
}

int public_files_write(struct public_files *files, struct network *net, int64_t revision,
		       struct public_moment moment, int64_t now_ms)
{
	struct set set = {.files = files, .now_ms = now_ms};
	int error = files->db ? 0 : open_db(files);

	if (!error)
		error = public_past_move(files->past, net, revision, moment);
	if (error)
		return error;
	set.board = public_past_board(files->past);
	follow_network(&set, net, revision);
	if (!set.error)
		(void)put_set(&set, public_past_board(files->past), moment);
	bytes_free(&set.json.out);
	bytes_free(&set.index.out);
	bytes_free(&set.manifest.out);
	return set.error;
}

const char *public_files_why(const struct public_files *files)
{
	return files->db ? db_why(files->db) : "";
}
