/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files to serve, all in memory: read from a folder at start, packed and tagged once.  A request's
 * path is only ever compared with the names in the list, never given to the file system.
 *
 * Names beginning with a dot are left out.  "/" is index.html, "/name" also finds name.html.  Under
 * vendor/ paths carry their version, so those may be kept for ever; everything else is asked for
 * anew with its tag.
 *
 * A list belongs to one thread at a time, but several may read it while nobody changes it.
 */
#ifndef PLOW_COMMON_HTTPD_HTTPD_FILES_H
#define PLOW_COMMON_HTTPD_HTTPD_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"
#include "common/httpd/httpd.h"

#define HTTPD_FILES_BYTES_MAX ((size_t)512 << 20) /* of one folder, in memory */

struct httpd_files;

struct httpd_files *httpd_files_new(void);
void httpd_files_free(struct httpd_files *files);

/*
 * Reads a folder and its folders in under a prefix ("" or "data/").  Returns 0, -ENOENT, -ENOTDIR,
 * -EFBIG when it is too much, or another negative errno; what could be read so far stays.
 */
int httpd_files_add(struct httpd_files *files, const char *folder,
		    const char *prefix) PLOW_MUST_USE;

/*
 * Reads a folder of files named by their content, and manifest.json, which changes: names known
 * already are not read again unless their size has changed, names that are gone are forgotten.  The hashed ones may be kept for
 * ever, the manifest never without asking.
 */
int httpd_files_follow(struct httpd_files *files, const char *folder,
		       const char *prefix) PLOW_MUST_USE;

/* Another list of the same files; the bodies are shared.  For reading new ones on another thread.
 */
struct httpd_files *httpd_files_copy(const struct httpd_files *files);

/*
 * Forgets every file but those named, a whole folder by its name with a '/' at its end: what is new is
 * served when somebody names it, not when nobody thought of it.
 */
void httpd_files_keep(struct httpd_files *files, const char *const *names, size_t count);

/* The answer for a path cut into decoded parts; false: there is no such file. */
bool httpd_files_find(const struct httpd_files *files, char *const *segments, size_t count,
		      struct httpd_reply *out);

/* The file of a name, held for the caller; NULL: there is none. */
struct httpd_body *httpd_files_get(const struct httpd_files *files, const char *name);

#endif
