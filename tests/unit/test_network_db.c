/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network_db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "gis/db.h"
#include "gis/network.h"
#include "tests/support/folder.h"

static char folder[FOLDER_BYTES];
static struct db *db;

static void make_town(void)
{
	folder_make(folder);
	db = folder_db(folder);
}

static void remove_town(void)
{
	db_close(db);
	folder_remove(folder);
}

TestSuite(network_db, .init = make_town, .fini = remove_town);

static void run(const char *sql)
{
	cr_assert_eq(db_run(db, sql), 0, "%s", db_why(db));
}

Test(network_db, a_town_without_roads_has_an_empty_network)
{
	struct network *net;
	int64_t revision = 1;

	cr_assert_eq(network_load(db, &net), 0);
	cr_expect_eq(network_roads(net), 0);
	cr_expect_eq(network_revision(db, &revision), 0);
	cr_expect_eq(revision, 0);
	network_free(net);
}

Test(network_db, roads_come_in_the_order_of_layer_and_id_as_text_with_all_they_have)
{
	struct network *net;
	const struct road *road;

	run("INSERT INTO roads (layer, source_id, geom) VALUES ('b', '1', "
	    "GeomFromText('LINESTRING(140 38, 140.01 38)', 4326));"
	    "INSERT INTO roads (layer, source_id, name, class, admin, oneway, width_m, sidewalk, "
	    "bridge, tunnel, geom) VALUES "
	    "('a', '9', '中央線', '1', 'prefecture', -1, 6.5, 1, 0, 1, "
	    "GeomFromText('LINESTRING(140 38, 140 38.01)', 4326));"
	    "INSERT INTO roads (layer, source_id, geom) VALUES ('a', '10', "
	    "GeomFromText('LINESTRING(140 38, 139.99 38)', 4326));");
	cr_assert_eq(network_load(db, &net), 0, "%s", db_why(db));
	cr_assert_eq(network_roads(net), 3);
	cr_expect_str_eq(network_road(net, 0)->source_id, "10");
	cr_expect_str_eq(network_road(net, 2)->layer, "b");
	road = network_road(net, 1);
	cr_expect_eq(road->id, 2);
	cr_expect_str_eq(road->name, "中央線");
	cr_expect_str_eq(road->class_code, "1");
	cr_expect_eq(road->admin, ADMIN_PREFECTURE);
	cr_expect_eq(road->oneway, -1);
	cr_expect_float_eq(road->width_m, 6.5f, 1e-6);
	cr_expect_eq(road->flags, ROAD_SIDEWALK | ROAD_TUNNEL);
	cr_expect_float_eq(road->length_m, 1109.98, 0.05);
	cr_expect_eq(network_components(net), 1);
	network_free(net);
}

Test(network_db, a_geometry_compressed_by_spatialite_is_read_too)
{
	struct network *net;

	run("INSERT INTO roads (layer, source_id, geom) VALUES ('a', '1', "
	    "CompressGeometry(GeomFromText('LINESTRING(140 38, 140.005 38, 140.01 38)', 4326)))");
	cr_assert_eq(network_load(db, &net), 0, "%s", db_why(db));
	cr_expect_float_eq(network_road(net, 0)->length_m, 878.3, 0.5);
	network_free(net);
}

Test(network_db, a_road_without_a_readable_line_is_named)
{
	struct network *net;

	/* SpatiaLite's triggers would not let such a row in. */
	run("INSERT INTO roads (layer, source_id, geom) VALUES ('city', '77', "
	    "GeomFromText('LINESTRING(140 38, 141 38)', 4326));"
	    "DROP TRIGGER ggu_roads_geom; DROP TRIGGER giu_roads_geom; UPDATE roads SET geom = "
	    "substr(geom, 1, 60)");
	cr_expect_eq(network_load(db, &net), -EBADMSG);
	cr_expect_null(net);
	cr_expect_not_null(strstr(db_why(db), "road 77 of layer city"));
}

Test(network_db, a_position_out_of_range_is_refused)
{
	struct network *net;

	run("INSERT INTO roads (layer, source_id, geom) VALUES ('a', '1', "
	    "GeomFromText('LINESTRING(140 38, 500 38)', 4326))");
	cr_expect_eq(network_load(db, &net), -EINVAL);
	cr_expect_not_null(strstr(db_why(db), "out of range"));
}

Test(network_db, the_revision_is_the_one_that_import_counts)
{
	int64_t revision;

	run("INSERT INTO setting VALUES ('" NETWORK_REVISION_SETTING "', '41')");
	cr_expect_eq(network_revision(db, &revision), 0);
	cr_expect_eq(revision, 41);
}
