/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tiles are read back with a decoder of its own, written from vector_tile.proto.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "gis/bytes.h"
#include "gis/mvt.h"

struct reader {
	const uint8_t *at, *end;
};

static uint64_t read_varint(struct reader *in)
{
	uint64_t value = 0;

	for (int shift = 0;; shift += 7) {
		cr_assert(in->at < in->end && shift < 64);
		value |= (uint64_t)(*in->at & 0x7F) << shift;
		if (!(*in->at++ & 0x80))
			return value;
	}
}

static struct reader read_block(struct reader *in)
{
	uint64_t size = read_varint(in);
	struct reader block = {in->at, in->at + size};

	cr_assert(size <= (uint64_t)(in->end - in->at));
	in->at += size;
	return block;
}

static int64_t unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static void expect_text(struct reader block, const char *text)
{
	cr_assert_eq((size_t)(block.end - block.at), strlen(text));
	cr_assert_eq(memcmp(block.at, text, strlen(text)), 0);
}

static void expect_key(struct reader *in, unsigned field, unsigned wire)
{
	cr_assert_eq(read_varint(in), field << 3 | wire);
}

/* Opens the one layer of a tile, behind its version and name. */
static struct reader open_layer(const struct bytes *tile)
{
	struct reader in = {tile->data, tile->data + tile->size};
	struct reader layer;

	expect_key(&in, 3, 2);
	layer = read_block(&in);
	cr_assert_eq(in.at, in.end);
	expect_key(&layer, 15, 0);
	cr_assert_eq(read_varint(&layer), 2);
	expect_key(&layer, 1, 2);
	expect_text(read_block(&layer), "links");
	return layer;
}

static struct bytes two_features(void)
{
	static const struct mvt_point bend[] = {{2, 2}, {2, 10}, {2, 10}, {10, 10}};
	static const struct mvt_point back[] = {{0, 0}, {-64, 4160}};
	struct mvt *mvt = mvt_new("links", 4096);
	struct bytes tile = {0};

	mvt_feature(mvt, 7 << 16);
	mvt_tag_text(mvt, "name", "元町通り");
	mvt_tag_integer(mvt, "oneway", -1);
	mvt_line(mvt, bend, 4);
	mvt_feature_end(mvt);
	mvt_feature(mvt, UINT64_C(1) << 40);
	mvt_tag_text(mvt, "name", "元町通り");
	mvt_tag_bool(mvt, "bridge", true);
	mvt_line(mvt, back, 2);
	mvt_line(mvt, bend, 2);
	mvt_feature_end(mvt);
	mvt_finish(mvt, &tile);
	return tile;
}

static void expect_numbers(struct reader block, const uint64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(read_varint(&block), numbers[i]);
	cr_assert_eq(block.at, block.end);
}

Test(mvt, writes_a_line_as_the_specification_s_example_does)
{
	/* 4.3.5: MoveTo(+2,+2), LineTo(+0,+8), LineTo(+8,+0); the repeated point is left out. */
	static const uint64_t geometry[] = {9, 4, 4, 18, 0, 16, 16, 0}, tags[] = {0, 0, 1, 1};
	struct bytes tile = two_features();
	struct reader layer = open_layer(&tile), feature;

	expect_key(&layer, 2, 2);
	feature = read_block(&layer);
	expect_key(&feature, 1, 0);
	cr_assert_eq(read_varint(&feature), 7 << 16);
	expect_key(&feature, 2, 2);
	expect_numbers(read_block(&feature), tags, 4);
	expect_key(&feature, 3, 0);
	cr_assert_eq(read_varint(&feature), 2);
	expect_key(&feature, 4, 2);
	expect_numbers(read_block(&feature), geometry, 8);
	bytes_free(&tile);
}

Test(mvt, goes_on_from_the_last_point_in_a_second_line)
{
	struct bytes tile = two_features();
	struct reader layer = open_layer(&tile), feature, lines;

	expect_key(&layer, 2, 2);
	read_block(&layer);
	expect_key(&layer, 2, 2);
	feature = read_block(&layer);
	expect_key(&feature, 1, 0);
	cr_assert_eq(read_varint(&feature), UINT64_C(1) << 40);
	expect_key(&feature, 2, 2);
	read_block(&feature);
	expect_key(&feature, 3, 0);
	read_varint(&feature);
	expect_key(&feature, 4, 2);
	lines = read_block(&feature);
	cr_assert_eq(read_varint(&lines), 9);
	cr_assert_eq(unzigzag(read_varint(&lines)), 0);
	cr_assert_eq(unzigzag(read_varint(&lines)), 0);
	cr_assert_eq(read_varint(&lines), 10);
	cr_assert_eq(unzigzag(read_varint(&lines)), -64);
	cr_assert_eq(unzigzag(read_varint(&lines)), 4160);
	cr_assert_eq(read_varint(&lines), 9);
	cr_assert_eq(unzigzag(read_varint(&lines)), 2 + 64);
	cr_assert_eq(unzigzag(read_varint(&lines)), 2 - 4160);
	bytes_free(&tile);
}

Test(mvt, keeps_each_key_and_value_once)
{
	struct bytes tile = two_features();
	struct reader layer = open_layer(&tile), value;
	static const char *const keys[] = {"name", "oneway", "bridge"};

	for (int i = 0; i < 2; i++) {
		expect_key(&layer, 2, 2);
		read_block(&layer);
	}
	for (int i = 0; i < 3; i++) {
		expect_key(&layer, 3, 2);
		expect_text(read_block(&layer), keys[i]);
	}
	expect_key(&layer, 4, 2);
	value = read_block(&layer);
	expect_key(&value, 1, 2);
	expect_text(read_block(&value), "元町通り");
	expect_key(&layer, 4, 2);
	value = read_block(&layer);
	expect_key(&value, 6, 0);
	cr_assert_eq(unzigzag(read_varint(&value)), -1);
	expect_key(&layer, 4, 2);
	value = read_block(&layer);
	expect_key(&value, 7, 0);
	cr_assert_eq(read_varint(&value), 1);
	expect_key(&layer, 5, 0);
	cr_assert_eq(read_varint(&layer), 4096);
	cr_assert_eq(layer.at, layer.end);
	bytes_free(&tile);
}

Test(mvt, leaves_out_what_has_no_line)
{
	static const struct mvt_point dot[] = {{5, 5}, {5, 5}};
	struct mvt *mvt = mvt_new("links", 4096);
	struct bytes tile = {0};

	mvt_feature(mvt, 1);
	mvt_tag_text(mvt, "name", "x");
	mvt_line(mvt, dot, 2);
	mvt_feature_end(mvt);
	mvt_finish(mvt, &tile);
	cr_assert_eq(tile.size, 0);
}

Test(mvt, finds_the_same_value_again_among_thousands)
{
	static const struct mvt_point line[] = {{0, 0}, {1, 1}};
	struct mvt *mvt = mvt_new("links", 4096);
	struct bytes tile = {0};
	struct reader layer;
	size_t values = 0;

	for (int i = 0; i < 6000; i++) {
		mvt_feature(mvt, (uint64_t)i);
		mvt_tag_integer(mvt, "n", i % 2000);
		mvt_line(mvt, line, 2);
		mvt_feature_end(mvt);
	}
	mvt_finish(mvt, &tile);
	layer = open_layer(&tile);
	while (layer.at < layer.end) {
		uint64_t key = read_varint(&layer);

		values += key == (4 << 3 | 2);
		if ((key & 7) == 2)
			read_block(&layer);
		else
			read_varint(&layer);
	}
	cr_assert_eq(values, 2000);
	bytes_free(&tile);
}
