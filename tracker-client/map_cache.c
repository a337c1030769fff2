/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/map_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"
#include "tracker-client/map_files.h"
#include "tracker-client/roads.h"

#define EVERY_MS 60000
#define INDEXES 2 /* network and state, which lead to others */
#define FOLDER_BYTES_MAX ((size_t)48 << 20) /* the page serves them from memory */

struct map_cache {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct fetch *fetch;
	char *folder;
	bool is_busy, is_failing;

	/* The set being fetched. */
	char *manifest;
	struct map_names names;
	size_t at;
	size_t bytes;

	/* The roads, and what is read on the worker. */
	struct roads *roads, *read;
	char network[MAP_NAME_BYTES]; /* of roads */
	char reading[MAP_NAME_BYTES];
	uv_work_t work;
	bool is_reading;
};

static void next_file(struct map_cache *cache);

/* ---- the folder ---- */

static bool path_of(const struct map_cache *cache, const char *name, char out[PATH_MAX])
{
	return snprintf(out, PATH_MAX, "%s/%s", cache->folder, name) < PATH_MAX;
}

/* Under another name first, so that nobody sees half of it. */
static int write_file(const struct map_cache *cache, const char *name, const void *bytes, size_t size)
{
	char path[PATH_MAX], part[PATH_MAX];
	FILE *file;
	bool good;

	if (!path_of(cache, name, path) || !path_of(cache, ".part", part))
		return -ENAMETOOLONG;
	file = fopen(part, "we");
	if (file == NULL)
		return -errno;
	good = fwrite(bytes, 1, size, file) == size && fflush(file) == 0 && fsync(fileno(file)) == 0;
	good = fclose(file) == 0 && good;
	return good && rename(part, path) == 0 ? 0 : errno > 0 ? -errno : -EIO;
}

static bool is_named(const struct map_cache *cache, const char *name)
{
	for (size_t i = 0; i < cache->names.count; i++)
		if (strcmp(cache->names.list[i], name) == 0)
			return true;
	return strcmp(name, "manifest.json") == 0;
}

/* Removes what the manifest leads to no longer; files that are not of this kind are let alone. */
static void prune(const struct map_cache *cache)
{
	DIR *dir = opendir(cache->folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (map_name_is_sound(entry->d_name) && !is_named(cache, entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}

/* ---- the roads ---- */

static void on_work(uv_work_t *work)
{
	struct map_cache *cache = work->data;

	if (roads_load(cache->folder, &cache->read) != 0)
		cache->read = NULL;
}

static void on_worked(uv_work_t *work, int status)
{
	struct map_cache *cache = work->data;

	(void)status;
	cache->is_reading = false;
	if (cache->read == NULL)
		return;
	roads_free(cache->roads);
	cache->roads = cache->read;
	cache->read = NULL;
	memcpy(cache->network, cache->reading, sizeof(cache->network));
}

static void read_roads(struct map_cache *cache, const char *network)
{
	if (cache->is_reading || strcmp(cache->network, network) == 0)
		return;
	snprintf(cache->reading, sizeof(cache->reading), "%s", network);
	cache->read = NULL;
	cache->work.data = cache;
	cache->is_reading = uv_queue_work(cache->loop, &cache->work, on_work, on_worked) == 0;
}

/* ---- fetching ---- */

static void end_round(struct map_cache *cache, int error)
{
	if (error != 0 && !cache->is_failing)
		fprintf(stderr,
			"plow-tracker: the map cannot be fetched: %s; what is here is shown, and it "
			"is tried again\n",
			strerror(-error));
	if (error == 0 && cache->is_failing)
		fprintf(stderr, "plow-tracker: the map is fetched again\n");
	cache->is_failing = error != 0;
	cache->is_busy = false;
	free(cache->manifest);
	cache->manifest = NULL;
	map_names_clear(&cache->names);
}

/* Everything is here: now the manifest may name it. */
static void publish(struct map_cache *cache)
{
	int error = write_file(cache, "manifest.json", cache->manifest, strlen(cache->manifest));

	if (error == 0) {
		prune(cache);
		read_roads(cache, cache->names.list[0]);
	}
	end_round(cache, error);
}

/* A file is here: where does it lead to, and what comes next? */
static int take_file(struct map_cache *cache)
{
	char *text;
	int error = 0;

	if (cache->at < INDEXES) {
		error = map_file_read(cache->folder, cache->names.list[cache->at], &text);
		if (error == 0) {
			error = map_files_named(text, &cache->names);
			free(text);
		}
	}
	cache->at++;
	return error;
}

static void on_fetched(int error, const void *bytes, size_t size, void *user)
{
	struct map_cache *cache = user;

	if (error == 0 && memchr(bytes, '\0', size) != NULL)
		error = -EBADMSG;
	if (error == 0 && cache->manifest == NULL) {
		cache->manifest = x_malloc(size + 1);
		memcpy(cache->manifest, bytes, size);
		cache->manifest[size] = '\0';
		error = map_files_named(cache->manifest, &cache->names);
		if (error == 0 && cache->names.count != INDEXES)
			error = -EBADMSG;
	} else if (error == 0) {
		error = write_file(cache, cache->names.list[cache->at], bytes, size);
	}
	if (error != 0)
		end_round(cache, error);
	else
		next_file(cache);
}

/* Steps over the files that are here, and asks for the first that is not. */
static void next_file(struct map_cache *cache)
{
	while (cache->at < cache->names.count) {
		char path[PATH_MAX];
		struct stat about;
		int error = 0;

		if (!path_of(cache, cache->names.list[cache->at], path) || stat(path, &about) != 0 ||
		    about.st_size == 0) {
			fetch_get(cache->fetch, cache->names.list[cache->at]);
			return;
		}
		cache->bytes += (size_t)about.st_size;
		error = cache->bytes > FOLDER_BYTES_MAX ? -EFBIG : take_file(cache);
		if (error != 0) {
			if (error == -EBADMSG)
				unlink(path);
			end_round(cache, error);
			return;
		}
	}
	publish(cache);
}

static void on_timer(uv_timer_t *timer)
{
	struct map_cache *cache = timer->data;

	if (cache->is_busy)
		return;
	cache->is_busy = true;
	cache->at = cache->bytes = 0;
	fetch_get(cache->fetch, "manifest.json");
}

/* ---- life ---- */

/* What an earlier run has left is good until there is something newer. */
static void begin_with_what_is_here(struct map_cache *cache)
{
	struct map_names names = {0};
	char *text;

	if (map_file_read(cache->folder, "manifest.json", &text) != 0)
		return;
	if (map_files_named(text, &names) == 0 && names.count > 0)
		read_roads(cache, names.list[0]);
	map_names_clear(&names);
	free(text);
}

int map_cache_start(uv_loop_t *loop, const struct fetch_folder *from, const char *folder,
		    struct map_cache **out, char why[MAP_CACHE_WHY_BYTES])
{
	struct map_cache *cache;

	if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
		int error = -errno;

		snprintf(why, MAP_CACHE_WHY_BYTES, "the folder %.300s for the map cannot be made: %s",
			 folder, strerror(-error));
		return error;
	}
	cache = x_calloc(1, sizeof(*cache));
	cache->loop = loop;
	cache->folder = x_strdup(folder);
	cache->fetch = fetch_new(loop, from, MAP_FILE_BYTES_MAX, on_fetched, cache);
	uv_timer_init(loop, &cache->timer);
	cache->timer.data = cache;
	begin_with_what_is_here(cache);
	uv_timer_start(&cache->timer, on_timer, 0, EVERY_MS);
	*out = cache;
	return 0;
}

void map_cache_stop(struct map_cache *cache)
{
	if (cache == NULL)
		return;
	fetch_stop(cache->fetch);
	uv_close((uv_handle_t *)&cache->timer, NULL);
}

void map_cache_free(struct map_cache *cache)
{
	if (cache == NULL)
		return;
	fetch_free(cache->fetch);
	roads_free(cache->roads);
	map_names_clear(&cache->names);
	free(cache->manifest);
	free(cache->folder);
	free(cache);
}

bool map_cache_has_roads(const struct map_cache *cache)
{
	return cache != NULL && cache->roads != NULL;
}

const char *map_cache_road(const struct map_cache *cache, int32_t lon_e7, int32_t lat_e7,
			   double course_deg)
{
	return roads_at(cache->roads, lon_e7, lat_e7, course_deg);
}
