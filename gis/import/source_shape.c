/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files beside a .shp: .shx says where its shapes are, .dbf holds the columns, .cpg may say in
 * which encoding.  Mail and copying lose them easily.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "gis/import/source_internal.h"

/* Opens the file that has this ending, in small or capital letters, in the place of .shp. */
static FILE *open_beside(const struct source *source, const char *small, const char *capital)
{
	size_t stem = strlen(source->path) - 3;
	char *path = x_strdup(source->path);
	FILE *file;

	memcpy(path + stem, small, 3);
	file = fopen(path, "rb");
	if (!file) {
		memcpy(path + stem, capital, 3);
		file = fopen(path, "rb");
	}
	free(path);
	return file;
}

static int need(const struct source *source, const char *small, const char *capital,
		const char *what)
{
	FILE *file = open_beside(source, small, capital);

	if (!file)
		return refuse(source->import, EX_DATAERR,
			      "%s comes without its .%s file, which %s; put it beside it",
			      import_file_name(source->import), small, what);
	fclose(file);
	return 0;
}

int source_shape_check(const struct source *source)
{
	size_t length = strlen(source->path);
	int status;

	if (length < 4 || strcasecmp(source->path + length - 4, ".shp") != 0)
		return 0;
	status = need(source, "shx", "SHX", "says where its shapes are");
	return status ? status : need(source, "dbf", "DBF", "holds its columns");
}

bool source_shape_encoding(const struct source *source, char *out)
{
	FILE *file = open_beside(source, "cpg", "CPG");
	char line[32];
	bool known = false;

	if (!file)
		return false;
	if (fgets(line, sizeof(line), file)) {
		const char *name = strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;

		line[strcspn(line, "\r\n")] = '\0';
		known = encoding_find(name, out);
	}
	fclose(file);
	return known;
}
