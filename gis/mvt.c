/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mapbox Vector Tile Specification 2.1, vector_tile.proto:
 *	Tile    { layers = 3 }
 *	Layer   { name = 1, features = 2, keys = 3, values = 4, extent = 5, version = 15 }
 *	Feature { id = 1, tags = 2, type = 3, geometry = 4 }
 *	Value   { string_value = 1, sint_value = 6, bool_value = 7 }
 * Tags and geometry are packed; a line is MoveTo(1), its point, LineTo(n), n points, each point the
 * zigzag difference from the one before it (4.3).
 */
#include "gis/mvt.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/bytes.h"

#define KEYS_MAX 32
#define TYPE_LINESTRING 2
#define VERSION 2
#define VARINT_MAX 10

enum wire { WIRE_VARINT = 0, WIRE_BYTES = 2 };
enum command { MOVE_TO = 1, LINE_TO = 2 };

struct value {
	size_t at, size; /* of the encoded Value, within `values` */
	uint64_t hash;
};

struct mvt {
	const char *name;
	uint32_t extent;
	const char *keys[KEYS_MAX];
	size_t key_count;
	struct bytes values; /* Value messages, one after the other, without their lengths */
	struct value *list;
	size_t value_count, value_capacity;
	uint32_t *table; /* open addressing: number of a value + 1, or 0 */
	size_t table_size;
	struct bytes features;
	uint64_t id;
	struct bytes tags, geometry;
	struct mvt_point pen;
};

static void put_varint(struct bytes *out, uint64_t value)
{
	uint8_t *at = bytes_reserve(out, VARINT_MAX);
	size_t used = 0;

	for (; value >= 0x80; value >>= 7)
		at[used++] = (uint8_t)(value | 0x80);
	at[used++] = (uint8_t)value;
	out->size += used;
}

static void put_key(struct bytes *out, uint32_t field, enum wire wire)
{
	put_varint(out, field << 3 | (uint32_t)wire);
}

static void put_number(struct bytes *out, uint32_t field, uint64_t value)
{
	put_key(out, field, WIRE_VARINT);
	put_varint(out, value);
}

static void put_block(struct bytes *out, uint32_t field, const void *data, size_t size)
{
	put_key(out, field, WIRE_BYTES);
	put_varint(out, size);
	bytes_put(out, data, size);
}

static uint64_t zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

struct mvt *mvt_new(const char *layer, uint32_t extent)
{
	struct mvt *mvt = x_calloc(1, sizeof(*mvt));

	mvt->name = layer;
	mvt->extent = extent;
	mvt->table_size = 256;
	mvt->table = x_calloc(mvt->table_size, sizeof(*mvt->table));
	return mvt;
}

void mvt_free(struct mvt *mvt)
{
	if (!mvt)
		return;
	bytes_free(&mvt->values);
	bytes_free(&mvt->features);
	bytes_free(&mvt->tags);
	bytes_free(&mvt->geometry);
	free(mvt->list);
	free(mvt->table);
	free(mvt);
}

void mvt_feature(struct mvt *mvt, uint64_t id)
{
	mvt->id = id;
	mvt->tags.size = 0;
	mvt->geometry.size = 0;
	mvt->pen = (struct mvt_point){0, 0};
}

static uint32_t key_number(struct mvt *mvt, const char *key)
{
	uint32_t i = 0;

	while (i < mvt->key_count && strcmp(mvt->keys[i], key) != 0)
		i++;
	if (i == mvt->key_count) {
		if (i == KEYS_MAX)
			abort();
		mvt->keys[mvt->key_count++] = key;
	}
	return i;
}

/* FNV-1a. */
static uint64_t hash_of(const uint8_t *data, size_t size)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void grow_table(struct mvt *mvt)
{
	free(mvt->table);
	mvt->table_size *= 2;
	mvt->table = x_calloc(mvt->table_size, sizeof(*mvt->table));
	for (size_t i = 0; i < mvt->value_count; i++) {
		size_t place = mvt->list[i].hash & (mvt->table_size - 1);

		while (mvt->table[place])
			place = (place + 1) & (mvt->table_size - 1);
		mvt->table[place] = (uint32_t)i + 1;
	}
}

/* The number of the Value that was just encoded at the end of `values` from `at` on. */
static uint32_t value_number(struct mvt *mvt, size_t at)
{
	size_t size = mvt->values.size - at;
	uint64_t hash = hash_of(mvt->values.data + at, size);
	size_t place = hash & (mvt->table_size - 1);

	for (; mvt->table[place]; place = (place + 1) & (mvt->table_size - 1)) {
		const struct value *known = &mvt->list[mvt->table[place] - 1];

		if (known->hash == hash && known->size == size &&
		    memcmp(mvt->values.data + known->at, mvt->values.data + at, size) == 0) {
			mvt->values.size = at;
			return mvt->table[place] - 1;
		}
	}
	mvt->list = x_grow(mvt->list, mvt->value_count, &mvt->value_capacity, sizeof(*mvt->list));
	mvt->list[mvt->value_count] = (struct value){at, size, hash};
	mvt->table[place] = (uint32_t)++mvt->value_count;
	if (mvt->value_count * 2 > mvt->table_size)
		grow_table(mvt);
	return (uint32_t)mvt->value_count - 1;
}

static void tag(struct mvt *mvt, const char *key, size_t value_at)
{
	put_varint(&mvt->tags, key_number(mvt, key));
	put_varint(&mvt->tags, value_number(mvt, value_at));
}

void mvt_tag_text(struct mvt *mvt, const char *key, const char *value)
{
	size_t at = mvt->values.size;

	put_block(&mvt->values, 1, value, strlen(value));
	tag(mvt, key, at);
}

void mvt_tag_integer(struct mvt *mvt, const char *key, int64_t value)
{
	size_t at = mvt->values.size;

	put_number(&mvt->values, 6, zigzag(value));
	tag(mvt, key, at);
}

void mvt_tag_bool(struct mvt *mvt, const char *key, bool value)
{
	size_t at = mvt->values.size;

	put_number(&mvt->values, 7, value);
	tag(mvt, key, at);
}

static bool is_same(struct mvt_point a, struct mvt_point b)
{
	return a.x == b.x && a.y == b.y;
}

static void move_pen(struct mvt *mvt, struct mvt_point to)
{
	put_varint(&mvt->geometry, zigzag((int64_t)to.x - mvt->pen.x));
	put_varint(&mvt->geometry, zigzag((int64_t)to.y - mvt->pen.y));
	mvt->pen = to;
}

void mvt_line(struct mvt *mvt, const struct mvt_point *points, size_t count)
{
	uint64_t distinct = 0;

	for (size_t i = 1; i < count; i++)
		distinct += !is_same(points[i - 1], points[i]);
	if (distinct == 0)
		return;
	put_varint(&mvt->geometry, 1 << 3 | MOVE_TO);
	move_pen(mvt, points[0]);
	put_varint(&mvt->geometry, distinct << 3 | LINE_TO);
	for (size_t i = 1; i < count; i++) {
		if (!is_same(points[i - 1], points[i]))
			move_pen(mvt, points[i]);
	}
}

void mvt_feature_end(struct mvt *mvt)
{
	struct bytes feature = {0};

	if (mvt->geometry.size == 0)
		return;
	put_number(&feature, 1, mvt->id);
	put_block(&feature, 2, mvt->tags.data, mvt->tags.size);
	put_number(&feature, 3, TYPE_LINESTRING);
	put_block(&feature, 4, mvt->geometry.data, mvt->geometry.size);
	put_block(&mvt->features, 2, feature.data, feature.size);
	bytes_free(&feature);
}

void mvt_finish(struct mvt *mvt, struct bytes *out)
{
	struct bytes layer = {0};

	if (mvt->features.size > 0) {
		put_number(&layer, 15, VERSION);
		put_block(&layer, 1, mvt->name, strlen(mvt->name));
		bytes_put(&layer, mvt->features.data, mvt->features.size);
		for (size_t i = 0; i < mvt->key_count; i++)
			put_block(&layer, 3, mvt->keys[i], strlen(mvt->keys[i]));
		for (size_t i = 0; i < mvt->value_count; i++)
			put_block(&layer, 4, mvt->values.data + mvt->list[i].at, mvt->list[i].size);
		put_number(&layer, 5, mvt->extent);
		put_block(out, 3, layer.data, layer.size);
		bytes_free(&layer);
	}
	mvt_free(mvt);
}
