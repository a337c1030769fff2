/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/spool.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "tracker-client/ranges.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool_file.h"

_Static_assert(SPOOL_WHY_BYTES == SPOOL_FILE_WHY_BYTES, "sentences of the file are ours");

/* Reserved at a time: a restart skips at most so many, and a commit for it comes that seldom. */
#define NUMBERS_RESERVED 65536
#define NUMBERS_A_MS 1024

struct spool {
	char *path, *vehicle;
	uint64_t wanted;         /* fixes it should hold */
	uint64_t reserved;       /* and those the disk has room for; 0: next to none */
	struct spool_file *file; /* NULL when even a new one could not be made */
	struct spool_row row;
	struct spool_extent extent;
	bool is_damaged;      /* found while reading; the next commit begins anew */
	uint64_t next_number; /* 0 before the first */
	struct fix *staged;
	size_t staged_count;
	uint64_t staged_dropped;
	struct ranges forgotten; /* acknowledged, still in the file */
	struct shift shift;
	bool shift_is_dirty;
	char why[SPOOL_WHY_BYTES];
	char note[SPOOL_WHY_BYTES];
};

static uint64_t capacity(const struct spool *spool)
{
	return spool->reserved > 0 ? spool->reserved : spool->wanted;
}

void spool_reserve(struct spool *spool)
{
	uint64_t reserved = 0;

	if (spool->file != NULL && spool->reserved < spool->wanted)
		reserved = spool_file_reserve(spool->file, spool->wanted, spool->extent.count);
	if (reserved > spool->reserved)
		spool->reserved = reserved;
}

static int open_file(struct spool *spool)
{
	int error = spool_file_open(spool->path, spool->vehicle, &spool->file, &spool->row,
				    &spool->extent, spool->why);

	spool->reserved = 0;
	if (error == 0)
		spool_reserve(spool);
	return error;
}

/* What there is of the newest shift, or none. */
static int load_shift(struct spool *spool)
{
	int64_t confirmed_ms;
	int error = spool_file_shift(spool->file, INT64_MAX, &spool->shift, &confirmed_ms);

	if (error == -ENOENT)
		shift_init(&spool->shift, 0, false);
	return error == -ENOENT ? 0 : error;
}

/* The shift as the next transaction saves it. */
static const struct shift *shift_to_save(const struct spool *spool)
{
	return spool->shift_is_dirty ? &spool->shift : NULL;
}

/* Renames what is damaged and begins anew; the button and the numbers go on where they were. */
static int start_over(struct spool *spool)
{
	struct spool_row before = spool->row;
	struct spool_write nothing = {0};
	int error;

	spool_file_close(spool->file);
	spool->file = NULL;
	spool->is_damaged = false;
	ranges_clear(&spool->forgotten);
	error = spool_file_set_aside(spool->path, spool->note, spool->why);
	if (error == 0)
		error = open_file(spool);
	if (error != 0) {
		spool->row = before;
		return error;
	}
	spool->row.button = before.button;
	spool->row.next_number = before.next_number;
	spool->shift_is_dirty = spool->shift.id != 0;
	nothing.capacity = capacity(spool);
	nothing.shift = shift_to_save(spool);
	return spool_file_write(spool->file, &nothing, &spool->row, &spool->extent, spool->why);
}

int spool_open(const char *path, const char *vehicle, uint64_t wanted, struct spool **out,
	       char why[SPOOL_WHY_BYTES])
{
	struct spool *spool = x_calloc(1, sizeof(*spool));
	int error;

	assert(wanted >= SPOOL_CAPACITY_MIN && wanted <= SPOOL_CAPACITY_MAX);
	spool->path = x_strdup(path);
	spool->vehicle = x_strdup(vehicle);
	spool->wanted = wanted;
	spool->staged = x_calloc(SPOOL_STAGED_MAX, sizeof(*spool->staged));
	spool->row.button = 'U';
	shift_init(&spool->shift, 0, false);
	error = open_file(spool);
	if (error == 0)
		error = load_shift(spool);
	if (error == -EBADMSG)
		error = start_over(spool);
	if (error != 0) {
		snprintf(why, SPOOL_WHY_BYTES, "%s", spool->why);
		spool_close(spool);
		return error;
	}
	*out = spool;
	return 0;
}

void spool_discard(struct spool *spool)
{
	spool_file_discard(spool->file);
	spool->file = NULL;
	spool_close(spool);
}

void spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	spool_file_close(spool->file);
	ranges_fini(&spool->forgotten);
	free(spool->staged);
	free(spool->vehicle);
	free(spool->path);
	free(spool);
}

const char *spool_note(const struct spool *spool)
{
	return spool->note;
}

const char *spool_why(const struct spool *spool)
{
	return spool->why;
}

void spool_stage(struct spool *spool, const struct fix *fix)
{
	if (spool->staged_count == SPOOL_STAGED_MAX) {
		memmove(spool->staged, spool->staged + 1,
			(SPOOL_STAGED_MAX - 1) * sizeof(*spool->staged));
		spool->staged_count--;
		spool->staged_dropped++;
	}
	spool->staged[spool->staged_count++] = *fix;
}

size_t spool_staged(const struct spool *spool)
{
	return spool->staged_count;
}

bool spool_is_dirty(const struct spool *spool)
{
	return spool->staged_count > 0 || spool->forgotten.count > 0 || spool->is_damaged ||
	       spool->shift_is_dirty;
}

static int write_staged(struct spool *spool)
{
	struct spool_write what = {
		.forgotten = &spool->forgotten,
		.fixes = spool->staged,
		.count = spool->staged_count,
		.capacity = capacity(spool),
		.shift = shift_to_save(spool),
	};
	struct spool_row row = spool->row;
	int error;

	/* They had their numbers to come as well: what is gone and was not dropped, the server has. */
	row.newest_seq += spool->staged_dropped;
	row.dropped += spool->staged_dropped;
	error = spool_file_write(spool->file, &what, &row, &spool->extent, spool->why);
	if (error != 0)
		return error;
	spool->row = row;
	spool->staged_count = 0;
	spool->staged_dropped = 0;
	spool->shift_is_dirty = false;
	spool->why[0] = '\0';
	return 0;
}

/* As many transactions as what was forgotten takes. */
static int write_all(struct spool *spool)
{
	int error = 0;

	while (error == 0 && spool_is_dirty(spool))
		error = spool->is_damaged ? -EBADMSG : write_staged(spool);
	return error;
}

int spool_commit(struct spool *spool)
{
	uint64_t spool_id = spool->row.spool_id;
	/* Without a file: the last try to begin anew failed halfway, for want of room perhaps. */
	int error = spool->file != NULL ? 0 : open_file(spool);

	if (error == 0)
		error = write_all(spool);
	if (error == -EBADMSG)
		error = start_over(spool);
	if (error == 0)
		error = write_all(spool);
	return error == 0 && spool->row.spool_id != spool_id ? -ESTALE : error;
}

void spool_forget(struct spool *spool, uint64_t first, uint64_t last)
{
	ranges_add(&spool->forgotten, first, last);
}

int spool_read(struct spool *spool, uint64_t first, uint64_t last, struct wire_fix *out,
	       size_t most)
{
	int count =
		spool->file != NULL ? spool_file_read(spool->file, first, last, out, most) : -EIO;

	spool->is_damaged |= count == -EBADMSG;
	return count;
}

int spool_numbers(struct spool *spool, struct ranges *out)
{
	return spool->file != NULL ? spool_file_numbers(spool->file, out) : -EIO;
}

struct spool_state spool_state(const struct spool *spool)
{
	uint64_t forgotten = 0;

	for (size_t i = 0; i < spool->forgotten.count; i++)
		forgotten += spool->forgotten.at[i].last - spool->forgotten.at[i].first + 1;
	return (struct spool_state){
		.spool_id = spool->row.spool_id,
		.oldest_seq = spool->extent.oldest_seq,
		.newest_seq = spool->row.newest_seq,
		.stored = spool->extent.count > forgotten ? spool->extent.count - forgotten : 0,
		.dropped = spool->row.dropped + spool->staged_dropped,
		.capacity = capacity(spool),
		.is_short = spool->reserved < spool->wanted,
	};
}

/* Writes the row alone, and the shift if it is given, durably. */
static int save(struct spool *spool, const struct spool_row *row, const struct shift *shift)
{
	struct spool_write nothing = {.capacity = capacity(spool), .shift = shift};
	struct spool_row saved = *row;
	int error = -EIO;

	if (spool->file != NULL)
		error = spool_file_write(spool->file, &nothing, &saved, &spool->extent, spool->why);
	if (error == 0) {
		spool->row = saved;
		spool->shift_is_dirty &= shift == NULL;
	}
	return error;
}

uint64_t spool_next_number(struct spool *spool, int64_t unix_ms)
{
	struct spool_row row = spool->row;
	uint64_t clock = unix_ms > 0 ? (uint64_t)unix_ms * NUMBERS_A_MS : 1;

	if (spool->next_number == 0)
		spool->next_number = row.next_number > clock ? row.next_number : clock;
	if (spool->next_number >= row.next_number) {
		row.next_number = spool->next_number + NUMBERS_RESERVED;
		if (save(spool, &row, NULL) != 0)
			return 0;
	}
	return spool->next_number++;
}

void spool_renew_numbers(struct spool *spool)
{
	/* What is reserved was not used: it need not be skipped. */
	if (spool->next_number != 0)
		spool->row.next_number = spool->next_number;
	spool->next_number = 0;
}

char spool_button(const struct spool *spool)
{
	return spool->row.button;
}

void spool_set_button(struct spool *spool, char work)
{
	spool->row.button = work;
	if (save(spool, &spool->row, NULL) != 0)
		return; /* it holds all the same, and the next commit keeps it */
}

/* ---- shifts ---- */

struct shift *spool_shift(struct spool *spool)
{
	return &spool->shift;
}

void spool_shift_changed(struct spool *spool)
{
	spool->shift_is_dirty = true;
}

int spool_shift_begin(struct spool *spool, char button)
{
	struct spool_row row = spool->row;
	struct shift before = spool->shift;
	int error = 0;

	row.button = button;
	if (spool->shift.is_open)
		return save(spool, &row, NULL);
	/* Only the newest is in memory: the one before has to be on disk first. */
	if (spool->shift_is_dirty)
		error = save(spool, &spool->row, &spool->shift);
	if (error != 0)
		return error;
	shift_init(&spool->shift, before.id + 1, true);
	error = save(spool, &row, &spool->shift);
	if (error != 0)
		spool->shift = before;
	return error;
}

int spool_shift_end(struct spool *spool, char button)
{
	spool->shift_is_dirty |= spool->shift.is_open;
	spool->shift.is_open = false;
	spool->row.button = button;
	return save(spool, &spool->row, shift_to_save(spool));
}

int spool_shift_confirm(struct spool *spool, int64_t id, int64_t now_ms)
{
	return spool->file != NULL ? spool_file_confirm(spool->file, id, now_ms, spool->why) : -EIO;
}

int spool_unconfirmed(struct spool *spool)
{
	return spool->file != NULL ? spool_file_unconfirmed(spool->file) : -EIO;
}

int spool_shift_read(struct spool *spool, int64_t below, struct shift *out,
		     int64_t *out_confirmed_ms)
{
	return spool->file != NULL ? spool_file_shift(spool->file, below, out, out_confirmed_ms) : -EIO;
}
