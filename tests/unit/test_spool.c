/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "tracker-client/ranges.h"
#include "tests/support/folder.h"

/* A folder of its own for each test, which is a process of its own. */
static char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16];

static void make_folder(void)
{
	folder_make(folder);
	snprintf(path, sizeof(path), "%s/spool.db", folder);
}

static void remove_folder(void)
{
	folder_remove(folder);
}

TestSuite(spool, .init = make_folder, .fini = remove_folder);

static struct spool *reopen(struct spool *spool, uint64_t capacity)
{
	char why[SPOOL_WHY_BYTES] = "";

	spool_close(spool);
	cr_assert_eq(spool_open(path, "R-1", capacity, &spool, why), 0, "%s", why);
	return spool;
}

static struct fix fix_at(int64_t second)
{
	struct fix fix = fix_none();

	fix.time_ms = 1768500000000 + 1000 * second;
	fix.lon_e7 = 1404000000 + (int32_t)second;
	fix.lat_e7 = 386000000;
	fix.speed_cmps = 417;
	fix.flags = FIX_VALID;
	fix.blade = 1;
	fix.work = 'N';
	fix.work_source = WORK_FROM_BUTTON;
	return fix;
}

static void record(struct spool *spool, int64_t from, int64_t count)
{
	for (int64_t i = from; i < from + count; i++) {
		struct fix fix = fix_at(i);

		spool_stage(spool, &fix);
	}
	cr_assert_eq(spool_commit(spool), 0, "%s", spool_why(spool));
}

Test(spool, keeps_every_field_of_a_fix_over_a_restart)
{
	struct spool *spool = reopen(NULL, 1000);
	struct wire_fix read[3];
	struct fix fix = fix_at(2);

	record(spool, 0, 2);
	fix.alt_dm = -12;
	fix.course_cdeg = 35999;
	fix.hdop_c = 80;
	fix.satellites = 14;
	fix.quality = 0;
	fix.blade = -1;
	fix.work = 'U';
	fix.work_source = WORK_SOURCE_NONE;
	spool_stage(spool, &fix);
	cr_assert_eq(spool_commit(spool), 0);
	spool = reopen(spool, 1000);
	cr_assert_eq(spool_read(spool, 1, UINT64_MAX, read, 3), 3);
	for (int64_t i = 0; i < 2; i++) {
		struct fix same = fix_at(i);

		cr_assert_eq(read[i].seq, (uint64_t)i + 1);
		cr_assert_eq(fix_compare(&read[i].fix, &same), 0);
	}
	cr_assert_eq(fix_compare(&read[2].fix, &fix), 0);
	spool_close(spool);
}

Test(spool, forgets_what_it_is_told_to_and_nothing_else)
{
	struct spool *spool = reopen(NULL, 1000);
	struct ranges left = {0};

	record(spool, 0, 100);
	spool_forget(spool, 1, 20);
	spool_forget(spool, 50, 59);
	cr_assert_eq(spool_state(spool).stored, 70);
	cr_assert_eq(spool_commit(spool), 0);
	spool = reopen(spool, 1000);
	cr_assert_eq(spool_numbers(spool, &left), 0);
	cr_assert_eq(left.count, 2);
	cr_assert_eq(left.at[0].first, 21);
	cr_assert_eq(left.at[0].last, 49);
	cr_assert_eq(left.at[1].first, 60);
	cr_assert_eq(left.at[1].last, 100);
	cr_assert_eq(spool_state(spool).oldest_seq, 21);
	cr_assert_eq(spool_state(spool).newest_seq, 100);
	ranges_fini(&left);
	spool_close(spool);
}

Test(spool, never_gives_a_number_to_two_fixes_even_when_all_were_forgotten)
{
	struct spool *spool = reopen(NULL, 1000);

	record(spool, 0, 10);
	spool_forget(spool, 1, 10);
	cr_assert_eq(spool_commit(spool), 0);
	spool = reopen(spool, 1000);
	cr_assert_eq(spool_state(spool).stored, 0);
	cr_assert_eq(spool_state(spool).oldest_seq, 11);
	record(spool, 10, 1);
	cr_assert_eq(spool_state(spool).newest_seq, 11);
	spool_close(spool);
}

Test(spool, drops_the_oldest_when_it_is_full_and_counts_them)
{
	struct spool *spool = reopen(NULL, 1000);
	struct wire_fix read;

	record(spool, 0, 900);
	record(spool, 900, 350);
	cr_assert_eq(spool_state(spool).stored, 1000);
	cr_assert_eq(spool_state(spool).dropped, 250);
	cr_assert_eq(spool_state(spool).oldest_seq, 251);
	cr_assert_eq(spool_read(spool, 1, UINT64_MAX, &read, 1), 1);
	cr_assert_eq(read.seq, 251);
	spool = reopen(spool, 1000);
	cr_assert_eq(spool_state(spool).dropped, 250);
	spool_close(spool);
}

static struct stat about_part(const char *suffix)
{
	char name[104];
	struct stat about;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	cr_assert_eq(stat(name, &about), 0);
	return about;
}

static void assert_size(off_t file, off_t log)
{
	cr_assert_eq(about_part("").st_size, file);
	cr_assert_eq(about_part("-wal").st_size, log);
}

/* 20,000 fixes of which every second one was acknowledged, and as many again, with all that can be said. */
Test(spool, never_outgrows_the_room_it_took_at_the_start)
{
	struct spool *spool = reopen(NULL, 20000);
	off_t file = about_part("").st_size, log = about_part("-wal").st_size;

	cr_assert_not(spool_state(spool).is_short);
	cr_assert_gt(file, 20000 * 70);
	cr_assert_geq((off_t)about_part("").st_blocks * 512, file);
	cr_assert_geq((off_t)about_part("-wal").st_blocks * 512, log);
	for (int64_t from = 0; from < 60000; from += 10000) {
		record(spool, from, 10000);
		for (uint64_t seq = 1; seq <= 9999; seq += 2)
			spool_forget(spool, (uint64_t)from + seq, (uint64_t)from + seq);
		cr_assert_eq(spool_commit(spool), 0, "%s", spool_why(spool));
	}
	cr_assert_eq(spool_state(spool).stored, 15000);
	assert_size(file, log);
	spool = reopen(spool, 20000);
	assert_size(file, log);
	spool_forget(spool, 1, 60000);
	cr_assert_eq(spool_commit(spool), 0, "%s", spool_why(spool));
	cr_assert_eq(spool_state(spool).stored, 0);
	assert_size(file, log);
	spool_close(spool);
}

Test(spool, is_a_file_that_others_cannot_read)
{
	struct spool *spool = reopen(NULL, 1000);
	struct stat about;

	cr_assert_eq(stat(path, &about), 0);
	cr_assert_eq(about.st_mode & 0777, 0600);
	spool_close(spool);
}

Test(spool, counts_datagrams_up_whatever_the_clock_and_the_power_do)
{
	struct spool *spool = reopen(NULL, 1000);
	uint64_t before = 0;

	for (int start = 0; start < 5; start++) {
		/* The clock goes back a year at each start. */
		int64_t unix_ms = 1768500000000 - (int64_t)start * 365 * 86400000;

		for (int i = 0; i < 10; i++) {
			uint64_t number = spool_next_number(spool, unix_ms);

			cr_assert_gt(number, before);
			cr_assert(i == 0 || number == before + 1);
			before = number;
		}
		cr_assert_geq(before, UINT64_C(1768500000000) * 1024);
		spool = reopen(spool, 1000);
	}
	spool_close(spool);
}

Test(spool, begins_numbers_at_the_clock_when_an_earlier_spool_was_lost)
{
	struct spool *spool = reopen(NULL, 1000);
	uint64_t before = spool_next_number(spool, 1768500000000);

	spool_close(spool);
	cr_assert_eq(unlink(path), 0);
	spool = reopen(NULL, 1000);
	cr_assert_gt(spool_next_number(spool, 1768500001000), before + 1000);
	spool_close(spool);
}

Test(spool, keeps_the_button)
{
	struct spool *spool = reopen(NULL, 1000);

	cr_assert_eq(spool_button(spool), 'U');
	spool_set_button(spool, 'W');
	spool = reopen(spool, 1000);
	cr_assert_eq(spool_button(spool), 'W');
	spool_close(spool);
}

Test(spool, is_for_one_tracker_at_a_time)
{
	struct spool *spool = reopen(NULL, 1000), *second = NULL;
	char why[SPOOL_WHY_BYTES];
	int status;

	record(spool, 0, 1);
	/* SQLite's locks are between processes. */
	if (fork() == 0) {
		int error = spool_open(path, "R-1", 1000, &second, why);

		_exit(error == -EBUSY && strstr(why, "another plow-tracker") != NULL ? 0 : 1);
	}
	wait(&status);
	cr_assert_eq(status, 0);
	spool_close(spool);
}

Test(spool, belongs_to_one_vehicle)
{
	struct spool *spool = reopen(NULL, 1000), *second = NULL;
	char why[SPOOL_WHY_BYTES];

	record(spool, 0, 7);
	spool_close(spool);
	cr_assert_eq(spool_open(path, "R-2", 1000, &second, why), -EINVAL);
	cr_assert_not_null(strstr(why, "belongs to vehicle R-1 and holds 7 unsent fixes"));
}

Test(spool, leaves_databases_of_others_alone)
{
	struct spool *spool = NULL;
	char why[SPOOL_WHY_BYTES];
	sqlite3 *db;

	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, "CREATE TABLE precious (x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	cr_assert_eq(spool_open(path, "R-1", 1000, &spool, why), -EINVAL);
	cr_assert_not_null(strstr(why, "is a database, but no spool"));
}

static void overwrite(off_t at, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY);

	cr_assert_eq(pwrite(fd, text, size, at), (ssize_t)size);
	close(fd);
}

/* Else what the log still holds of a page would mend it. */
static void remove_log(void)
{
	char log[104];

	snprintf(log, sizeof(log), "%s-wal", path);
	cr_assert_eq(unlink(log), 0);
}

Test(spool, has_another_id_after_each_opening_and_the_same_fixes)
{
	struct spool *spool = reopen(NULL, 1000);
	struct spool_state before;
	struct wire_fix read[10];

	record(spool, 0, 5);
	before = spool_state(spool);
	spool = reopen(spool, 1000);
	cr_assert_neq(spool_state(spool).spool_id, before.spool_id);
	cr_assert_eq(spool_state(spool).newest_seq, before.newest_seq);
	cr_assert_eq(spool_read(spool, 1, 10, read, 10), 5);
	spool_close(spool);
}

Test(spool, renewed_numbers_begin_at_the_clock_and_never_repeat)
{
	struct spool *spool = reopen(NULL, 1000);
	uint64_t first = spool_next_number(spool, 1768500000000), second;

	cr_assert_eq(first, UINT64_C(1768500000000) * 1024);
	spool_renew_numbers(spool);
	second = spool_next_number(spool, 1768500030000);
	cr_assert_eq(second, UINT64_C(1768500030000) * 1024);
	spool_renew_numbers(spool); /* the clock was set back */
	cr_assert_eq(spool_next_number(spool, 1768500000000), second + 1);
	spool_renew_numbers(spool);
	spool = reopen(spool, 1000);
	cr_assert_gt(spool_next_number(spool, 1768500000000), second + 1);
	spool_close(spool);
}

Test(spool, sets_a_damaged_file_aside_and_begins_anew)
{
	struct spool *spool = reopen(NULL, 1000);
	char garbage[4096], aside[128];
	uint64_t spool_id = spool_state(spool).spool_id, number;

	record(spool, 0, 500);
	number = spool_next_number(spool, 1768500000000);
	spool_close(spool);
	remove_log();
	memset(garbage, 'x', sizeof(garbage));
	overwrite(4096, garbage, sizeof(garbage));
	spool = reopen(NULL, 1000);
	cr_assert_not_null(strstr(spool_note(spool), "spool.db.damaged, and a new one takes over"));
	snprintf(aside, sizeof(aside), "%s.damaged", path);
	cr_assert_eq(access(aside, F_OK), 0);
	cr_assert_neq(spool_state(spool).spool_id, spool_id);
	cr_assert_gt(spool_next_number(spool, 1768500001000), number);
	record(spool, 0, 1);
	spool_close(spool);
	remove_log();
	overwrite(0, garbage, 100);
	spool = reopen(NULL, 1000);
	cr_assert_not_null(strstr(spool_note(spool), "spool.db.damaged.2"));
	spool_close(spool);
}

Test(spool, goes_on_when_the_file_is_damaged_while_it_is_open)
{
	struct spool *spool = reopen(NULL, 100000);
	struct spool_state before;
	char garbage[4096];
	struct fix fix = fix_at(9);
	struct wire_fix read[2];
	uint64_t number;
	int result;

	/* More than SQLite keeps in its cache. */
	for (int64_t i = 0; i < 80000; i += 10000)
		record(spool, i, 10000);
	spool_set_button(spool, 'N');
	spool_close(spool);
	remove_log();
	spool = reopen(NULL, 100000);
	number = spool_next_number(spool, 1768500000000);
	before = spool_state(spool);
	memset(garbage, 'x', sizeof(garbage));
	for (off_t at = 4096; at < 800 * 4096; at += 4096)
		overwrite(at, garbage, sizeof(garbage));
	spool_stage(spool, &fix);
	/* Writing need not touch the damage; reading does at the latest. */
	result = spool_commit(spool);
	for (uint64_t seq = 1; result == 0 && seq < 80000; seq += 50)
		if (spool_read(spool, seq, seq, read, 1) < 0)
			break;
	if (result == 0)
		result = spool_commit(spool);
	cr_assert_eq(result, -ESTALE, "%d: %s", result, spool_why(spool));
	cr_assert_neq(spool_state(spool).spool_id, before.spool_id);
	cr_assert_eq(spool_button(spool), 'N');
	cr_assert_gt(spool_next_number(spool, 0), number);
	record(spool, 1, 1);
	spool_close(spool);
}

Test(spool, keeps_fixes_in_memory_while_the_disk_is_full)
{
	struct spool *spool = reopen(NULL, 100000);
	struct rlimit limit = {.rlim_cur = 65536, .rlim_max = RLIM_INFINITY};
	int error = 0;

	record(spool, 0, 10);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int64_t i = 10; i < 5000; i++) {
		struct fix fix = fix_at(i);

		spool_stage(spool, &fix);
		if (error == 0)
			error = spool_commit(spool);
	}
	cr_assert_lt(error, 0);
	cr_assert_neq(spool_why(spool)[0], '\0');
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(spool_commit(spool), 0, "%s", spool_why(spool));
	cr_assert_eq(spool_state(spool).stored, 5000);
	spool_close(spool);
}
