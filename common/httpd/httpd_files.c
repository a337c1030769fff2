/* SPDX-License-Identifier: Apache-2.0 */
#include "common/httpd/httpd_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"

#define DEPTH_MAX 8
#define NAME_MAX_BYTES 256
#define PACK_LEVEL 6 /* packed once, sent often */
#define FOR_EVER "public, max-age=31536000, immutable"
#define ASK_ANEW "no-cache"
#define MANIFEST "manifest.json"

struct file {
	char *name; /* "js/map.js" */
	const char *type, *cache;
	struct httpd_body *body;
	bool seen; /* while following a folder */
};

struct httpd_files {
	struct file *list; /* by name */
	size_t count, capacity;
	size_t bytes;
};

static const struct {
	const char *ending, *type;
	bool packable;
} types[] = {
	{".html", "text/html; charset=utf-8", true},
	{".js", "text/javascript; charset=utf-8", true},
	{".mjs", "text/javascript; charset=utf-8", true},
	{".css", "text/css; charset=utf-8", true},
	{".json", "application/json; charset=utf-8", true},
	{".geojson", "application/geo+json; charset=utf-8", true},
	{".webmanifest", "application/manifest+json; charset=utf-8", true},
	{".csv", "text/csv; charset=utf-8", true},
	{".txt", "text/plain; charset=utf-8", true},
	{".md", "text/plain; charset=utf-8", true},
	{".svg", "image/svg+xml", true},
	{".mvt", "application/vnd.mapbox-vector-tile", true},
	{".png", "image/png", false},
	{".webp", "image/webp", false},
	{".jpg", "image/jpeg", false},
	{".ico", "image/x-icon", false},
	{".woff2", "font/woff2", false},
};

struct httpd_files *httpd_files_new(void)
{
	return x_calloc(1, sizeof(struct httpd_files));
}

static void forget(struct httpd_files *files, struct file *file)
{
	size_t after = files->count - 1 - (size_t)(file - files->list);

	files->bytes -= file->body->size;
	httpd_body_drop(file->body);
	free(file->name);
	memmove(file, file + 1, after * sizeof(*file));
	files->count--;
}

void httpd_files_free(struct httpd_files *files)
{
	if (!files)
		return;
	while (files->count)
		forget(files, &files->list[files->count - 1]);
	free(files->list);
	free(files);
}

/* The place of a name, or where it would have to be. */
static size_t place_of(const struct httpd_files *files, const char *name)
{
	size_t low = 0, high = files->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(files->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct file *find(const struct httpd_files *files, const char *name)
{
	size_t place = place_of(files, name);

	if (place < files->count && strcmp(files->list[place].name, name) == 0)
		return &files->list[place];
	return NULL;
}

static void put(struct httpd_files *files, const char *name, const char *cache,
		struct httpd_body *body)
{
	const char *ending = strrchr(name, '.');
	struct file file = {.name = x_strdup(name),
			    .type = "application/octet-stream",
			    .cache = cache,
			    .body = body,
			    .seen = true};
	struct file *old = find(files, name);
	size_t place;

	for (size_t i = 0; ending && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(ending, types[i].ending) != 0)
			continue;
		file.type = types[i].type;
		if (types[i].packable && body->size >= HTTPD_PACK_FROM)
			httpd_body_pack(body, PACK_LEVEL);
	}
	httpd_body_tag(body);
	if (old)
		forget(files, old);
	files->list = x_grow(files->list, files->count, &files->capacity, sizeof(file));
	place = place_of(files, name);
	memmove(&files->list[place + 1], &files->list[place],
		(files->count - place) * sizeof(file));
	files->list[place] = file;
	files->count++;
	files->bytes += body->size;
}

struct httpd_files *httpd_files_copy(const struct httpd_files *files)
{
	struct httpd_files *copy = httpd_files_new();

	copy->count = copy->capacity = files->count;
	copy->bytes = files->bytes;
	copy->list = x_calloc(files->count, sizeof(*copy->list));
	for (size_t i = 0; i < files->count; i++) {
		copy->list[i] = files->list[i];
		copy->list[i].name = x_strdup(files->list[i].name);
		httpd_body_hold(files->list[i].body);
	}
	return copy;
}

/* Whether it is one of the names, or lies in a folder among them. */
static bool is_named(const char *file, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(names[i]);
		bool is_folder = length && names[i][length - 1] == '/';

		if (is_folder ? strncmp(file, names[i], length) == 0 : strcmp(file, names[i]) == 0)
			return true;
	}
	return false;
}

void httpd_files_keep(struct httpd_files *files, const char *const *names, size_t count)
{
	for (size_t i = files->count; i-- > 0;) {
		if (!is_named(files->list[i].name, names, count))
			forget(files, &files->list[i]);
	}
}

static int read_whole(int fd, void *bytes, size_t size)
{
	for (size_t used = 0; used < size;) {
		ssize_t got = read(fd, (char *)bytes + used, size - used);

		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		used += (size_t)got;
	}
	return 0;
}

static int read_file(struct httpd_files *files, int folder, const char *entry, const char *name,
		     const char *cache, int flags)
{
	struct stat about;
	int fd = openat(folder, entry, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
	int error;
	void *bytes;

	if (fd < 0)
		return -errno;
	error = fstat(fd, &about) != 0 ? -errno : 0;
	if (error || !S_ISREG(about.st_mode)) {
		close(fd);
		return error;
	}
	if ((size_t)about.st_size > HTTPD_FILES_BYTES_MAX - files->bytes) {
		close(fd);
		return -EFBIG;
	}
	bytes = x_malloc((size_t)about.st_size);
	error = read_whole(fd, bytes, (size_t)about.st_size);
	close(fd);
	if (error)
		free(bytes);
	else
		put(files, name, cache, httpd_body_take(bytes, (size_t)about.st_size));
	return error;
}

static int add_folder(struct httpd_files *files, int fd, const char *prefix, int depth);

static int add_entry(struct httpd_files *files, int folder, const char *entry, const char *prefix,
		     int depth)
{
	char name[NAME_MAX_BYTES];
	struct stat about;
	int length = snprintf(name, sizeof(name) - 1, "%s%s", prefix, entry);
	int fd;

	if (length < 0 || (size_t)length >= sizeof(name) - 1)
		return -ENAMETOOLONG;
	if (fstatat(folder, entry, &about, 0) != 0)
		return -errno;
	if (!S_ISDIR(about.st_mode))
		return read_file(files, folder, entry, name,
				 strstr(name, "vendor/") ? FOR_EVER : ASK_ANEW, 0);
	if (depth == DEPTH_MAX)
		return -ELOOP;
	fd = openat(folder, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	memcpy(name + length, "/", 2);
	return add_folder(files, fd, name, depth + 1);
}

/* Takes over fd. */
static int add_folder(struct httpd_files *files, int fd, const char *prefix, int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int error = 0;

	if (!dir) {
		error = -errno;
		close(fd);
		return error;
	}
	while (!error && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			error = add_entry(files, fd, entry->d_name, prefix, depth);
	}
	closedir(dir);
	return error;
}

int httpd_files_add(struct httpd_files *files, const char *folder, const char *prefix)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : add_folder(files, fd, prefix, 0);
}

/* A copy on its way to another machine may have been read when half of it was there. */
static bool is_whole(int folder, const char *entry, const struct file *known)
{
	struct stat about;

	return fstatat(folder, entry, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
	       (size_t)about.st_size == known->body->size;
}

static int follow_entry(struct httpd_files *files, int folder, const char *entry,
			const char *prefix)
{
	char name[NAME_MAX_BYTES];
	int length = snprintf(name, sizeof(name), "%s%s", prefix, entry);
	bool changes = strcmp(entry, MANIFEST) == 0;
	struct file *known;
	int error;

	if (entry[0] == '.' || length < 0 || (size_t)length >= sizeof(name))
		return 0;
	known = find(files, name);
	if (known)
		known->seen = true;
	if (known && !changes && is_whole(folder, entry, known))
		return 0;
	/* Whoever may write here still cannot point at what lies elsewhere. */
	error = read_file(files, folder, entry, name, changes ? ASK_ANEW : FOR_EVER, O_NOFOLLOW);
	/* A file removed since the folder was read is no failure: the manifest does not name it. */
	return error == -ENOENT || error == -ELOOP ? 0 : error;
}

int httpd_files_follow(struct httpd_files *files, const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int error = 0;

	if (!dir)
		return -errno;
	for (size_t i = 0; i < files->count; i++)
		files->list[i].seen = strncmp(files->list[i].name, prefix, strlen(prefix)) != 0;
	/* The manifest first: what it names was there before it, so the list read after it is
	 * whole. */
	error = follow_entry(files, dirfd(dir), MANIFEST, prefix);
	while (!error && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, MANIFEST) != 0)
			error = follow_entry(files, dirfd(dir), entry->d_name, prefix);
	}
	closedir(dir);
	for (size_t i = files->count; !error && i-- > 0;) {
		if (!files->list[i].seen)
			forget(files, &files->list[i]);
	}
	return error;
}

bool httpd_files_find(const struct httpd_files *files, char *const *segments, size_t count,
		      struct httpd_reply *out)
{
	char name[NAME_MAX_BYTES + sizeof("index.html")] = "";
	const struct file *file;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		int wrote = snprintf(name + used, NAME_MAX_BYTES - used, "%s%s", i ? "/" : "",
				     segments[i]);

		if (wrote < 0 || (size_t)wrote >= NAME_MAX_BYTES - used)
			return false;
		used += (size_t)wrote;
	}
	if (used == 0 || name[used - 1] == '/')
		memcpy(name + used, "index.html", sizeof("index.html"));
	file = find(files, name);
	if (!file && used) {
		memcpy(name + used, ".html", sizeof(".html"));
		file = find(files, name);
	}
	if (!file)
		return false;
	*out = (struct httpd_reply){.status = 200,
				    .type = file->type,
				    .cache = file->cache,
				    .body = httpd_body_hold(file->body)};
	return true;
}

struct httpd_body *httpd_files_get(const struct httpd_files *files, const char *name)
{
	const struct file *file = find(files, name);

	return file ? httpd_body_hold(file->body) : NULL;
}
