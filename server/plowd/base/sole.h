/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One plowd to a database: two would match the same fixes twice and hold each other up.  Other
 * programs (plowctl, plow-import) work beside it and do not ask.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_SOLE_H
#define PLOW_SERVER_PLOWD_BASE_SOLE_H

#include <stddef.h>

#include "common/attr.h"

/*
 * Takes the lock beside the database (DB.lock), by whatever path it is named, until the descriptor
 * is closed or the process ends, however it ends.  Returns the descriptor; -EBUSY with the sentence
 * when another plowd has it, or negative errno with one.
 */
int sole_take(const char *db_path, char *why, size_t why_size) PLOW_MUST_USE;

/* Takes the file away again: it turned out that there is no database. */
void sole_forget(const char *db_path);

#endif
