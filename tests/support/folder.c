/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/db.h"

void folder_make(char out_folder[FOLDER_BYTES])
{
	const char *below = getenv("TMPDIR");
	int length = snprintf(out_folder, FOLDER_BYTES, "%s/plow-unit-XXXXXX", below ? below : "/tmp");

	cr_assert_lt(length, FOLDER_BYTES, "TMPDIR is too long");
	cr_assert_not_null(mkdtemp(out_folder), "%s: %s", out_folder, strerror(errno));
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about, (void)kind, (void)where;
	return remove(path);
}

void folder_remove(const char *folder)
{
	cr_assert_eq(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0, "%s: %s", folder,
		     strerror(errno));
}

struct db *folder_db(const char *folder)
{
	char path[FOLDER_BYTES + 16];
	struct db *db;

	snprintf(path, sizeof(path), "%s/town.db", folder);
	cr_assert_eq(db_open(path, DB_CREATE, &db), 0, "%s", db_why(db));
	return db;
}
