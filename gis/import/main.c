/* SPDX-License-Identifier: Apache-2.0 */
/* plow-import: puts the roads, areas and depots of a map file into the town's database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/exits.h"
#include "gis/db.h"
#include "gis/import/check.h"
#include "gis/import/import.h"
#include "gis/import/options.h"
#include "gis/import/read.h"
#include "gis/import/report.h"
#include "gis/import/snap.h"
#include "gis/import/source.h"
#include "gis/import/store.h"

static int check_features(struct import *import)
{
	int status = check_ids(import);

	if (status || import->options->kind != IMPORT_ROADS)
		return status;
	if (import->options->snap_m > 0)
		snap_lines(import);
	return check_network(import);
}

static int database_failed(struct import *import, struct db *db, int error)
{
	/* A database of a newer program is no input for this one. */
	return refuse(import, error == -EPROTO ? EX_DATAERR : exit_status_of(error), "%s",
		      db_why(db));
}

/* Both are opened before anything long begins, so that a mistyped name is told at once. */
static int open_both(struct import *import, struct source **source, struct db **db)
{
	int status = source_open(import, source), error;

	if (status)
		return status;
	error = db_open(import->options->db, DB_WRITE, db);
	return error ? database_failed(import, *db, error) : 0;
}

static int run(struct import *import)
{
	struct source *source = NULL;
	struct db *db = NULL;
	int status = open_both(import, &source, &db), error;

	if (!status)
		status = read_features(import, source);
	source_close(source);
	if (!status)
		status = check_features(import);
	if (!status) {
		error = store_layer(db, import);
		if (error)
			status = database_failed(import, db, error);
	}
	db_close(db);
	return status;
}

int main(int argc, char **argv)
{
	struct import_options options;
	struct import import = {.options = &options};
	int status = options_read(argc, argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	status = run(&import);
	if (status) {
		fail(status, "%s", import.why);
	} else {
		report_people(&import);
		report_json(&import);
	}
	free(import.features);
	arena_free(&import.memory);
	return fflush(stdout) == 0 ? status : EX_IOERR;
}
