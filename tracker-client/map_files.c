/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/map_files.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "common/alloc.h"

#define MANIFEST "manifest.json"
#define LINE_MOST 20000
#define READ_MOST (16 * MAP_FILE_BYTES_MAX)

bool map_name_is_sound(const char *name)
{
	size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return stem > 0 && stem + 6 <= MAP_NAME_BYTES && strcmp(name + stem, ".json") == 0;
}

void map_names_clear(struct map_names *names)
{
	free(names->list);
	*names = (struct map_names){0};
}

bool map_names_add(struct map_names *names, const char *name)
{
	if (!map_name_is_sound(name))
		return false;
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return true;
	if (names->count == MAP_FILES_MAX)
		return false;
	names->list = x_grow(names->list, names->count, &names->capacity, sizeof(*names->list));
	strcpy(names->list[names->count++], name);
	return true;
}

/* ---- what leads where ---- */

static bool add_item(const cJSON *item, struct map_names *out)
{
	const char *name = cJSON_GetStringValue(item);

	return name != NULL && map_names_add(out, name);
}

/* The file an object of the manifest names. */
static bool add_part(const cJSON *manifest, const char *part, struct map_names *out)
{
	const cJSON *object = cJSON_GetObjectItemCaseSensitive(manifest, part);

	return add_item(cJSON_GetObjectItemCaseSensitive(object, "file"), out);
}

static bool add_tiles(const cJSON *root, struct map_names *out)
{
	const cJSON *tile, *roads = cJSON_GetObjectItemCaseSensitive(root, "roads");
	bool good = true;

	cJSON_ArrayForEach(tile, cJSON_GetObjectItemCaseSensitive(root, "tiles"))
		good = good && add_item(tile, out);
	/* The list's name; a list itself leads nowhere. */
	if (cJSON_IsString(roads))
		good = good && add_item(roads, out);
	return good;
}

int map_files_named(const char *text, struct map_names *out)
{
	cJSON *root = cJSON_Parse(text);
	bool good = root != NULL;

	if (good && cJSON_HasObjectItem(root, "network"))
		good = add_part(root, "network", out) && add_part(root, "state", out);
	else if (good)
		good = add_tiles(root, out);
	cJSON_Delete(root);
	return good ? 0 : -EBADMSG;
}

/* ---- the folder ---- */

int map_file_read(const char *folder, const char *name, char **out)
{
	char path[PATH_MAX];
	size_t size = 0, room = 65536;
	FILE *file;
	char *text;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	text = x_malloc(room);
	while (size < READ_MOST) {
		size_t got = fread(text + size, 1, room - 1 - size, file);

		size += got;
		if (got == 0)
			break;
		if (size == room - 1) {
			room *= 2;
			text = x_realloc(text, room, 1);
		}
	}
	fclose(file);
	if (size >= READ_MOST) {
		free(text);
		return -EFBIG;
	}
	text[size] = '\0';
	*out = text;
	return 0;
}

static void remove_damaged(const char *folder, const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path))
		unlink(path);
}

/* Degrees as they stand in a file to units of 1e-7; false when they cannot be. */
static bool to_e7(const cJSON *number, double most, int32_t *out)
{
	if (!cJSON_IsNumber(number) || !(fabs(number->valuedouble) <= most))
		return false;
	*out = (int32_t)lround(number->valuedouble * 1e7);
	return true;
}

static void read_link(const cJSON *link, struct map_place *line, map_link_cb *on_link, void *user)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(link, "name"));
	const cJSON *place;
	size_t count = 0;

	cJSON_ArrayForEach(place, cJSON_GetObjectItemCaseSensitive(link, "coords"))
	{
		if (count == LINE_MOST || !to_e7(cJSON_GetArrayItem(place, 0), 180, &line[count].lon_e7) ||
		    !to_e7(cJSON_GetArrayItem(place, 1), 90, &line[count].lat_e7))
			return;
		count++;
	}
	if (count >= 2)
		on_link(name != NULL ? name : "", line, count, user);
}

static int read_tile(const char *text, struct map_place *line, map_link_cb *on_link, void *user)
{
	cJSON *root = cJSON_Parse(text);
	const cJSON *link, *links = cJSON_GetObjectItemCaseSensitive(root, "links");
	bool good = cJSON_IsArray(links);

	cJSON_ArrayForEach(link, links)
		read_link(link, line, on_link, user);
	cJSON_Delete(root);
	return good ? 0 : -EBADMSG;
}

/* The names a file of the folder leads to; a damaged one is removed. */
static int follow(const char *folder, const char *name, struct map_names *out)
{
	char *text;
	int error = map_file_read(folder, name, &text);

	if (error != 0)
		return error;
	error = map_files_named(text, out);
	free(text);
	if (error != 0)
		remove_damaged(folder, name);
	return error;
}

static int read_tiles(const char *folder, const struct map_names *names, map_link_cb *on_link,
		      void *user)
{
	struct map_place *line = x_malloc(LINE_MOST * sizeof(*line));
	int error = 0, fault;
	char *text;

	for (size_t i = 0; i < names->count; i++) {
		if (strncmp(names->list[i], "tile-", 5) != 0)
			continue;
		fault = map_file_read(folder, names->list[i], &text);
		if (fault == 0) {
			fault = read_tile(text, line, on_link, user);
			free(text);
			if (fault != 0)
				remove_damaged(folder, names->list[i]);
		}
		error = fault != 0 ? fault : error;
	}
	free(line);
	return error;
}

int map_files_read_links(const char *folder, map_link_cb *on_link, void *user)
{
	struct map_names manifest = {0}, names = {0};
	int error = follow(folder, MANIFEST, &manifest);

	if (error == 0 && manifest.count > 0) /* the network is named first */
		error = follow(folder, manifest.list[0], &names);
	if (error == 0)
		error = read_tiles(folder, &names, on_link, user);
	map_names_clear(&manifest);
	map_names_clear(&names);
	return error;
}
