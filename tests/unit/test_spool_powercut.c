/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts at any moment of a commit.  What a cut may do to a file: of the sectors written since
 * it was last made durable, each is the old one, the new one, or rubbish.  SQLite makes the log
 * durable before it touches the database, and the database before it begins the log anew, so in one
 * step only one of the two is at stake.
 */
#include "tracker-client/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tracker-client/shift.h"
#include "tests/support/folder.h"

#define SECTOR 4096
#define STEPS 150 /* enough that the log begins anew on the way */
#define FIXES_A_STEP 80
#define CUTS_A_STEP 1

static char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16], copy_path[FOLDER_BYTES + 16];

struct image {
	unsigned char *bytes;
	size_t size;
};

static void make_folder(void)
{
	/* In memory where there is such a place: what matters is what would be on a disk. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	folder_make(folder);
	snprintf(path, sizeof(path), "%s/sp?ol#1%%.db", folder);
	snprintf(copy_path, sizeof(copy_path), "%s/cut.db", folder);
}

static void remove_folder(void)
{
	folder_remove(folder);
}

TestSuite(spool_powercut, .init = make_folder, .fini = remove_folder, .timeout = 300);

static struct image read_image(const char *of, const char *suffix)
{
	char name[120];
	struct image image = {0};
	struct stat about;
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", of, suffix);
	file = fopen(name, "rb");
	if (file == NULL)
		return image;
	cr_assert_eq(fstat(fileno(file), &about), 0);
	image.bytes = malloc((size_t)about.st_size + 1);
	image.size = fread(image.bytes, 1, (size_t)about.st_size, file);
	fclose(file);
	return image;
}

static void write_image(const struct image *image, const char *suffix)
{
	char name[120];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", copy_path, suffix);
	file = fopen(name, "wb");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(image->bytes, 1, image->size, file), image->size);
	fclose(file);
}

/* What a cut between `before` and `after` may leave. */
static struct image cut(const struct image *before, const struct image *after)
{
	size_t most = before->size > after->size ? before->size : after->size;
	struct image result = {malloc(most + SECTOR), 0};

	/* The file may have grown to any length before its contents came. */
	result.size = after->size > before->size
			      ? before->size + (size_t)rand() % (after->size - before->size + 1)
			      : after->size;
	for (size_t at = 0; at < result.size; at += SECTOR) {
		size_t length = result.size - at < SECTOR ? result.size - at : SECTOR;
		bool is_old = at + length <= before->size;
		bool is_same = is_old && at + length <= after->size &&
			       memcmp(before->bytes + at, after->bytes + at, length) == 0;
		int fate = is_same ? 1 : rand() % 3;

		if (fate == 0 && is_old)
			memcpy(result.bytes + at, before->bytes + at, length);
		else if (fate <= 1)
			memcpy(result.bytes + at, after->bytes + at, length);
		else
			for (size_t i = 0; i < length; i++)
				result.bytes[at + i] = (unsigned char)(fate == 0 ? 0 : rand());
	}
	return result;
}

static bool is_same(const struct image *a, const struct image *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static void commit_more(struct spool *spool, int64_t from)
{
	struct shift_step step;

	for (int64_t i = from; i < from + FIXES_A_STEP; i++) {
		struct fix fix = fix_none();

		fix.time_ms = 1768500000000 + 1000 * i;
		fix.lon_e7 = 1404000000 + 500 * (int32_t)i;
		fix.lat_e7 = 386000000;
		fix.flags = FIX_VALID;
		fix.work = 'N';
		fix.work_source = WORK_FROM_BUTTON;
		spool_stage(spool, &fix);
		shift_take(spool_shift(spool), &fix, &step);
	}
	spool_shift_changed(spool);
	cr_assert_eq(spool_commit(spool), 0, "%s", spool_why(spool));
}

/* Everything up to the last commit is there, unharmed; the one that was cut is there whole, or not. */
static void assert_survives(int64_t committed)
{
	struct spool *spool;
	char why[SPOOL_WHY_BYTES] = "";
	struct wire_fix fixes[FIXES_A_STEP];
	struct spool_state state;

	cr_assert_eq(spool_open(copy_path, "R-1", 20000, &spool, why), 0, "%s", why);
	cr_assert_str_empty(spool_note(spool));
	state = spool_state(spool);
	cr_assert(state.newest_seq == (uint64_t)committed ||
			  state.newest_seq == (uint64_t)committed + FIXES_A_STEP,
		  "%llu fixes after %lld", (unsigned long long)state.newest_seq, (long long)committed);
	cr_assert_eq(state.stored, state.newest_seq);
	cr_assert_eq(spool_shift(spool)->fixes, state.newest_seq);
	for (uint64_t from = 1; from <= state.newest_seq; from += FIXES_A_STEP) {
		cr_assert_eq(spool_read(spool, from, state.newest_seq, fixes, FIXES_A_STEP), FIXES_A_STEP);
		for (int i = 0; i < FIXES_A_STEP; i++)
			cr_assert_eq(fixes[i].fix.time_ms,
				     1768500000000 + 1000 * ((int64_t)from - 1 + i));
	}
	spool_close(spool);
	remove(copy_path);
}

Test(spool_powercut, loses_nothing_that_was_committed_wherever_the_power_is_cut)
{
	struct spool *spool;
	char why[SPOOL_WHY_BYTES] = "";
	struct image db, wal;
	int cut_logs = 0, cut_databases = 0;

	srand(1);
	cr_assert_eq(spool_open(path, "R-1", 20000, &spool, why), 0, "%s", why);
	cr_assert_eq(spool_shift_begin(spool, 'M'), 0);
	db = read_image(path, ""), wal = read_image(path, "-wal");
	for (int64_t step = 0; step < STEPS; step++) {
		struct image new_db, new_wal;
		bool at_stake;

		commit_more(spool, step * FIXES_A_STEP);
		new_db = read_image(path, ""), new_wal = read_image(path, "-wal");
		at_stake = !is_same(&db, &new_db);
		for (int i = 0; i < CUTS_A_STEP; i++) {
			struct image left = at_stake ? cut(&db, &new_db) : cut(&wal, &new_wal);

			write_image(at_stake ? &left : &new_db, "");
			write_image(at_stake ? &new_wal : &left, "-wal");
			free(left.bytes);
			assert_survives(step * FIXES_A_STEP);
			cut_logs += !at_stake;
			cut_databases += at_stake;
		}
		free(db.bytes), free(wal.bytes);
		db = new_db, wal = new_wal;
	}
	free(db.bytes), free(wal.bytes);
	spool_close(spool);
	cr_assert_gt(cut_logs, 100);
	cr_assert_gt(cut_databases, 0, "the log never went into the database");
}
