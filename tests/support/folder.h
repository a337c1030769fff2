/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder for the files of one unit test, below TMPDIR.  tests/run.mjs looks whether any was left
 * behind, so whoever makes one removes it, best in the suite's .fini.
 */
#ifndef PLOW_TESTS_SUPPORT_FOLDER_H
#define PLOW_TESTS_SUPPORT_FOLDER_H

#define FOLDER_BYTES 80

struct db;

/* A new empty folder; the test fails when there can be none. */
void folder_make(char out_folder[FOLDER_BYTES]);

/* Removes it with all that is in it. */
void folder_remove(const char *folder);

/* A new database, FOLDER/town.db, with every table and no row; the caller's to close. */
struct db *folder_db(const char *folder);

#endif
