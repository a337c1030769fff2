/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/roads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tracker-client/map_files.h"
#include "tests/support/folder.h"

static char folder[FOLDER_BYTES];

static void make_folder(void)
{
	folder_make(folder);
}

static void remove_folder(void)
{
	folder_remove(folder);
}

TestSuite(roads, .init = make_folder, .fini = remove_folder);

static void put(const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static bool is_there(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* A street of a kilometre from west to east, one that crosses it, and one 60 m beside it. */
static void put_town(void)
{
	put("manifest.json", "{\"version\":1,\"network\":{\"file\":\"network-0123.json\"},"
			     "\"state\":{\"file\":\"state-4567.json\"}}");
	put("network-0123.json",
	    "{\"zoom\":13,\"tiles\":{\"7296/3151\":\"tile-13-7296-3151-89ab.json\"},"
	    "\"roads\":\"roads-cdef.json\"}");
	put("tile-13-7296-3151-89ab.json",
	    "{\"links\":["
	    "{\"id\":1,\"name\":\"本町通り\",\"coords\":[[140.400000,38.600000],[140.411500,38.600000]]},"
	    "{\"id\":2,\"name\":\"北線\",\"coords\":[[140.405000,38.595000],[140.405000,38.605000]]},"
	    "{\"id\":3,\"name\":\"\",\"coords\":[[140.400000,38.600540],[140.411500,38.600540]]},"
	    "{\"id\":4,\"coords\":[[999,38.6],[140.4,38.6]]},{\"id\":5,\"name\":7,\"coords\":3},17]}");
}

Test(roads, names_the_road_that_lies_there_and_runs_that_way)
{
	struct roads *roads;

	put_town();
	cr_assert_eq(roads_load(folder, &roads), 0);
	cr_assert_str_eq(roads_at(roads, 1404023000, 386000500, 90), "本町通り");
	cr_assert_str_eq(roads_at(roads, 1404023000, 386000500, 265), "本町通り");
	cr_assert_null(roads_at(roads, 1404023000, 386000500, 0), "nothing runs north there");
	/* On the crossing the direction tells. */
	cr_assert_str_eq(roads_at(roads, 1404050000, 386000000, 2), "北線");
	cr_assert_str_eq(roads_at(roads, 1404050000, 386000000, 88), "本町通り");
	cr_assert_str_eq(roads_at(roads, 1404023000, 386005000, 90), "", "one without a name");
	cr_assert_null(roads_at(roads, 1404023000, 386002700, 90), "30 m from either");
	cr_assert_null(roads_at(roads, 1354023000, 346002700, 90));
	roads_free(roads);
}

Test(roads, finds_long_lines_all_along)
{
	struct roads *roads;

	put_town();
	put("tile-13-7296-3151-89ab.json",
	    "{\"links\":[{\"id\":1,\"name\":\"長い道\",\"coords\":[[140.3,38.5],[140.5,38.7]]}]}");
	cr_assert_eq(roads_load(folder, &roads), 0);
	for (int i = 1; i < 2000; i++)
		cr_assert_not_null(roads_at(roads, 1403000000 + i * 1000, 385000000 + i * 1000, 38));
	roads_free(roads);
}

Test(roads, removes_a_damaged_file_so_that_it_comes_again)
{
	struct roads *roads;

	cr_assert_eq(roads_load(folder, &roads), -ENOENT);
	put_town();
	put("tile-13-7296-3151-89ab.json", "{\"links\":[{\"id\":1,\"na");
	cr_assert_eq(roads_load(folder, &roads), -EBADMSG);
	cr_assert_not(is_there("tile-13-7296-3151-89ab.json"));
	cr_assert(is_there("network-0123.json"));
	put("network-0123.json", "");
	cr_assert_eq(roads_load(folder, &roads), -EBADMSG);
	cr_assert_not(is_there("network-0123.json"));
	put_town();
	put("manifest.json", "{\"network\":{\"file\":\"../../etc/passwd\"},\"state\":{\"file\":\"x\"}}");
	cr_assert_eq(roads_load(folder, &roads), -EBADMSG);
}

Test(roads, lets_no_name_lead_out_of_the_folder)
{
	struct map_names names = {0};
	char many[64];

	cr_assert(map_names_add(&names, "tile-13-1-2-abc.json"));
	cr_assert(map_names_add(&names, "tile-13-1-2-abc.json"));
	cr_assert_eq(names.count, 1);
	cr_assert_not(map_names_add(&names, "../x.json"));
	cr_assert_not(map_names_add(&names, "/x.json"));
	cr_assert_not(map_names_add(&names, ".json"));
	cr_assert_not(map_names_add(&names, "x.html"));
	cr_assert_not(map_names_add(&names, "x.json/../y.json"));
	for (int i = 0; i < MAP_FILES_MAX - 1; i++) {
		snprintf(many, sizeof(many), "a-%d.json", i);
		cr_assert(map_names_add(&names, many));
	}
	cr_assert_not(map_names_add(&names, "one-more.json"));
	map_names_clear(&names);
}
