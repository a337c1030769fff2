/* SPDX-License-Identifier: Apache-2.0 */
#include "common/csvtrack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/decimal.h"

enum column {
	IGNORED,
	UNIX_TIME,
	LAT,
	LON,
	SPEED_MPS,
	HEADING_DEG,
	HDOP,
	BLADE,
	WORK_STATE,
	COLUMN_KINDS,
};

static const char *const column_names[COLUMN_KINDS] = {
	[UNIX_TIME] = "unix_time",
	[LAT] = "lat",
	[LON] = "lon",
	[SPEED_MPS] = "speed_mps",
	[HDOP] = "hdop",
	[BLADE] = "blade",
	[HEADING_DEG] = "heading_deg",
	[WORK_STATE] = "work_state",
};

struct cell {
	const char *at;
	size_t size;
};

void csvtrack_init(struct csvtrack *csv, void (*fix_cb)(const struct fix *fix, void *user),
		   void *user)
{
	memset(csv, 0, sizeof(*csv));
	csv->fix_cb = fix_cb;
	csv->user = user;
}

/* Blanks and quotation marks around a cell are how some programs write it, not what it says. */
static bool is_around(char c)
{
	return c == ' ' || c == '\t' || c == '"';
}

/* The next cell, and *at behind its comma; NULL in *at after the last. */
static struct cell next_cell(const char **at, const char *end)
{
	const char *comma = memchr(*at, ',', (size_t)(end - *at));
	struct cell cell = {.at = *at, .size = (size_t)((comma ? comma : end) - *at)};

	*at = comma ? comma + 1 : NULL;
	while (cell.size > 0 && is_around(cell.at[0])) {
		cell.at++;
		cell.size--;
	}
	while (cell.size > 0 && is_around(cell.at[cell.size - 1]))
		cell.size--;
	return cell;
}

/* ---- Header ---- */

static int refuse(struct csvtrack *csv, const char *sentence)
{
	snprintf(csv->why, sizeof(csv->why), "line %llu: %s", (unsigned long long)csv->line,
		 sentence);
	return -EBADMSG;
}

static enum column column_of(struct cell cell)
{
	for (int i = UNIX_TIME; i < COLUMN_KINDS; i++) {
		if (strlen(column_names[i]) == cell.size &&
		    memcmp(column_names[i], cell.at, cell.size) == 0)
			return (enum column)i;
	}
	return IGNORED;
}

/* The name is printed later: whatever could move a terminal's cursor becomes '?'. */
static void note_unknown(struct csvtrack *csv, struct cell cell)
{
	size_t used = strlen(csv->unknown);
	int written = snprintf(csv->unknown + used, sizeof(csv->unknown) - used, "%s%.*s",
			       used > 0 ? ", " : "", (int)cell.size, cell.at);

	if (written < 0 || (size_t)written >= sizeof(csv->unknown) - used)
		csv->unknown[used] = '\0';
	for (char *c = csv->unknown + used; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	}
}

static int read_header(struct csvtrack *csv, const char *at, const char *end)
{
	unsigned seen = 0;

	if (end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at) {
		struct cell cell = next_cell(&at, end);
		enum column column = column_of(cell);

		if (csv->column_count == CSVTRACK_COLUMNS_MAX)
			return refuse(csv, "the header has more than 64 columns");
		if (column == IGNORED)
			note_unknown(csv, cell);
		else if (seen & 1U << column)
			return refuse(csv, "the header names a column twice");
		seen |= 1U << column;
		csv->columns[csv->column_count++] = (uint8_t)column;
	}
	if (!(seen & 1U << UNIX_TIME) || !(seen & 1U << LAT) || !(seen & 1U << LON))
		return refuse(csv,
			      "no track: the header must name the columns unix_time, lat and lon");
	csv->has_header = true;
	return 0;
}

/* ---- Fixes ---- */

static bool read_number(struct cell cell, int scale, int64_t low, int64_t high, int64_t *out)
{
	return decimal_parse(cell.at, cell.size, scale, out) == 0 && *out >= low && *out <= high;
}

/* A measurement beside the position that makes no sense is unknown: the position still counts. */
static int32_t optional(struct cell cell, int scale, int32_t high)
{
	int64_t value;

	return read_number(cell, scale, 0, high, &value) ? (int32_t)value : FIX_ABSENT;
}

/* The work state of a file is what the driver said, as by the button. */
static void take_work(struct cell cell, struct fix *fix)
{
	if (cell.size != 1 || !work_is_known(*cell.at) || *cell.at == 'U')
		return;
	fix->work = *cell.at;
	fix->work_source = WORK_FROM_BUTTON;
}

/* False when the cell is one that must make sense, and does not. */
static bool take_cell(enum column column, struct cell cell, struct fix *fix)
{
	int64_t value;

	switch (column) {
	case UNIX_TIME:
		return read_number(cell, 3, INT64_MIN, INT64_MAX, &fix->time_ms);
	case LAT:
		if (!read_number(cell, 7, -900000000, 900000000, &value))
			return false;
		fix->lat_e7 = (int32_t)value;
		return true;
	case LON:
		if (!read_number(cell, 7, -1800000000, 1800000000, &value))
			return false;
		fix->lon_e7 = (int32_t)value;
		return true;
	case SPEED_MPS:
		fix->speed_cmps = optional(cell, 2, 100000);
		return true;
	case HEADING_DEG:
		fix->course_cdeg = optional(cell, 2, 36000);
		if (fix->course_cdeg == 36000)
			fix->course_cdeg = 0;
		return true;
	case HDOP:
		fix->hdop_c = optional(cell, 2, 99999);
		return true;
	case BLADE:
		fix->blade = cell.size == 1 && (*cell.at == '0' || *cell.at == '1')
				     ? (int8_t)(*cell.at - '0')
				     : (int8_t)-1;
		return true;
	case WORK_STATE:
		take_work(cell, fix);
		return true;
	default:
		return true;
	}
}

static bool read_fix(const struct csvtrack *csv, const char *at, const char *end, struct fix *out)
{
	size_t column = 0;

	*out = fix_none();
	out->flags = FIX_VALID;
	for (; at; column++) {
		struct cell cell = next_cell(&at, end);

		if (column >= csv->column_count || !take_cell(csv->columns[column], cell, out))
			return false;
	}
	return column == csv->column_count && fix_is_plausible(out);
}

/* ---- Lines ---- */

static int take_line(struct csvtrack *csv, const char *at, const char *end)
{
	struct fix fix;

	csv->line++;
	if (end > at && end[-1] == '\r')
		end--;
	if (!csv->has_header)
		return read_header(csv, at, end);
	if (at == end)
		return 0;
	if (read_fix(csv, at, end, &fix))
		csv->fix_cb(&fix, csv->user);
	else
		csv->skipped++;
	return 0;
}

static int take_too_long(struct csvtrack *csv)
{
	csv->line++;
	csv->is_too_long = false;
	csv->skipped++;
	return csv->has_header ? 0 : refuse(csv, "no track: the line is longer than 4,096 bytes");
}

static int end_line(struct csvtrack *csv)
{
	size_t size = csv->text_size;

	csv->text_size = 0;
	return csv->is_too_long ? take_too_long(csv) : take_line(csv, csv->text, csv->text + size);
}

int csvtrack_feed(struct csvtrack *csv, const char *bytes, size_t size, bool is_last)
{
	const char *end = bytes + size;

	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t part = (size_t)((newline ? newline : end) - bytes);
		int error;

		if (part > sizeof(csv->text) - csv->text_size) {
			csv->is_too_long = true;
			csv->text_size = 0;
		}
		if (!csv->is_too_long) {
			memcpy(csv->text + csv->text_size, bytes, part);
			csv->text_size += part;
		}
		bytes += part + (newline ? 1 : 0);
		error = newline ? end_line(csv) : 0;
		if (error != 0)
			return error;
	}
	if (is_last && (csv->text_size > 0 || csv->is_too_long || !csv->has_header))
		return end_line(csv);
	return 0;
}
