/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/public_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/board.h"
#include "server/plowd/public_dir.h"
#include "server/plowd/public_roads.h"
#include "server/plowd/show.h"

#define VERSION 1

struct file_name {
	char text[PUBLIC_NAME_BYTES];
};

struct public_files {
	struct public_dir *dir;
	char *db_path;
	int64_t revision; /* of the roads written, -1: none */
	struct file_name network;
	struct file_name *others; /* the tiles and the list it names */
	size_t other_count, other_capacity;
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
	(*out)->revision = -1;
	return 0;
}

void public_files_close(struct public_files *files)
{
	if (!files)
		return;
	public_dir_close(files->dir);
	free(files->db_path);
	free(files->others);
	free(files);
}

/* What the writing of one set shares. */
struct set {
	struct public_files *files;
	int64_t now_ms;
	struct json network;
};

static int put_other(struct set *set, const char *stem, const struct json *json)
{
	struct public_files *files = set->files;
	struct file_name *name;

	files->others = x_grow(files->others, files->other_count, &files->other_capacity,
			       sizeof(*files->others));
	name = &files->others[files->other_count++];
	return public_dir_put(files->dir, stem, json->out.data, json->out.size, set->now_ms,
			      name->text);
}

static int put_tile(int x, int y, const struct json *tile, void *arg)
{
	struct set *set = arg;
	char stem[40], place[32];
	int error;

	snprintf(stem, sizeof(stem), "tile-%d-%d-%d", PUBLIC_ZOOM, x, y);
	snprintf(place, sizeof(place), "%d/%d", x, y);
	error = put_other(set, stem, tile);
	json_key(&set->network, place);
	json_text(&set->network, set->files->others[set->files->other_count - 1].text);
	return error;
}

static int put_list(struct set *set, const struct public_roads *roads)
{
	struct json list = {0};
	int error;

	public_list(roads, &list);
	error = put_other(set, "roads", &list);
	bytes_free(&list.out);
	json_key(&set->network, "roads");
	json_text(&set->network, set->files->others[set->files->other_count - 1].text);
	return error;
}

static int put_network(struct public_files *files, const struct public_roads *roads, int64_t now_ms)
{
	struct set set = {.files = files, .now_ms = now_ms};
	int error;

	files->other_count = 0;
	files->revision = -1;
	json_open(&set.network, '{');
	json_key(&set.network, "zoom"), json_integer(&set.network, PUBLIC_ZOOM);
	json_key(&set.network, "tiles"), json_open(&set.network, '{');
	error = public_tiles(roads, put_tile, &set);
	json_close(&set.network, '}');
	if (!error)
		error = put_list(&set, roads);
	json_close(&set.network, '}');
	if (!error)
		error = public_dir_put(files->dir, "network", set.network.out.data,
				       set.network.out.size, now_ms, files->network.text);
	bytes_free(&set.network.out);
	if (!error)
		files->revision = roads->revision;
	return error;
}

/* The files of these roads lie there already, and stay. */
static int keep_network(struct public_files *files, const struct public_roads *roads,
			int64_t now_ms)
{
	int error = files->revision == roads->revision ? 0 : -ENOENT;

	if (!error)
		error = public_dir_keep(files->dir, files->network.text, now_ms);
	for (size_t i = 0; !error && i < files->other_count; i++)
		error = public_dir_keep(files->dir, files->others[i].text, now_ms);
	return error;
}

/* Only of roads that are ours is it said what was done. */
static bool is_named(const struct public_link *link)
{
	return link->status != LINK_NOT_OURS && (link->status != LINK_NONE || link->last_round);
}

enum column { COLUMN_ID, COLUMN_STATUS, COLUMN_SHARE, COLUMN_LAST };

static void show_value(struct json *json, const struct public_view *view, uint32_t i,
		       enum column column)
{
	const struct public_link *link = &view->links[i];

	if (column == COLUMN_ID)
		json_integer(json, network_link_id(view->roads->net, i));
	else if (column == COLUMN_STATUS)
		json_text(json, link_status_name(link->status));
	else if (column == COLUMN_SHARE)
		json_real(json, link->share_percent / 100.0, 2);
	else if (link->last_round)
		json_integer(json, (int64_t)link->last_round * PUBLIC_ROUND_S);
	else
		json_null(json);
}

static int put_state(struct public_files *files, const struct public_view *view, int64_t now_ms,
		     struct file_name *out)
{
	static const char *const keys[] = {"id", "status", "share", "last"};
	struct json json = {0};
	int error;

	json_open(&json, '{');
	for (enum column column = COLUMN_ID; column <= COLUMN_LAST; column++) {
		json_key(&json, keys[column]), json_open(&json, '[');
		for (uint32_t i = 0; i < network_links(view->roads->net); i++) {
			if (is_named(&view->links[i]))
				show_value(&json, view, i, column);
		}
		json_close(&json, ']');
	}
	json_close(&json, '}');
	error = public_dir_put(files->dir, "state", json.out.data, json.out.size, now_ms,
			       out->text);
	bytes_free(&json.out);
	return error;
}

static int show_town_of(struct public_files *files, const struct public_view *view,
			struct json *json)
{
	struct db *db;
	int error = db_open(files->db_path, DB_READ, &db);

	json_key(json, "town"), json_open(json, '{');
	if (!error)
		error = show_town(json, db, view->roads->net);
	json_close(json, '}');
	db_close(db);
	return error;
}

static void show_file(struct json *json, const char *key, const struct file_name *name)
{
	json_key(json, key), json_open(json, '{');
	json_key(json, "file"), json_text(json, name->text);
	json_close(json, '}');
}

static int put_manifest(struct public_files *files, const struct public_view *view,
			const struct file_name *state, int64_t now_ms)
{
	struct json json = {0};
	int error;

	json_open(&json, '{');
	json_key(&json, "version"), json_integer(&json, VERSION);
	json_key(&json, "made"), json_time(&json, view->made_ms);
	error = show_town_of(files, view, &json);
	json_key(&json, "window"), json_open(&json, '{');
	json_key(&json, "from"), json_time(&json, view->window_ms);
	json_close(&json, '}');
	json_key(&json, "operation"), json_raw(&json, view->operation.data, view->operation.size);
	show_file(&json, "network", &files->network);
	show_file(&json, "state", state);
	json_key(&json, "progress"), json_raw(&json, view->progress.data, view->progress.size);
	json_close(&json, '}');
	if (!error)
		error = public_dir_publish(files->dir, json.out.data, json.out.size, now_ms);
	bytes_free(&json.out);
	return error;
}

int public_files_write(struct public_files *files, const struct public_view *view, int64_t now_ms)
{
	struct file_name state;
	int error = keep_network(files, view->roads, now_ms);

	if (error == -ENOENT)
		error = put_network(files, view->roads, now_ms);
	if (!error)
		error = put_state(files, view, now_ms, &state);
	return error ? error : put_manifest(files, view, &state, now_ms);
}
