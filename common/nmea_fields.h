/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of one NMEA sentence: where each begins and ends, and the readers for what stands in
 * them.  Nothing is copied and nothing behind a field's end is read.  Only for nmea.c, plowd's
 * port for plain NMEA, and their tests.
 */
#ifndef PLOW_COMMON_NMEA_FIELDS_H
#define PLOW_COMMON_NMEA_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NMEA_FIELDS_MAX 24 /* GSA has most: 19 */

struct nmea_field {
	const char *at;
	size_t size;
};

/* fields[0] is talker and type, "GNRMC".  Fields behind the count are empty. */
struct nmea_fields {
	size_t count;
	struct nmea_field fields[NMEA_FIELDS_MAX];
};

/* An empty field is not wrong: the receiver does not know. */
enum nmea_reading { NMEA_EMPTY, NMEA_READ, NMEA_WRONG };

/* Splits what stands between '$' and '*'; fields beyond the 24th are left out. */
void nmea_split(const char *body, size_t size, struct nmea_fields *out);

/* The XOR of all bytes: an NMEA checksum. */
uint8_t nmea_xor(const char *body, size_t size);

/* "hhmmss" or "hhmmss.sss..." to milliseconds of the day; 60 seconds are read. */
enum nmea_reading nmea_read_clock(struct nmea_field field, int32_t *out_ms);

/* "ddmmyy" to days since 1970; years 80..99 are of the last century. */
enum nmea_reading nmea_read_date(struct nmea_field field, int64_t *out_day);

/* Day, month and four-digit year in three fields, as in ZDA. */
enum nmea_reading nmea_read_day(const struct nmea_field day_month_year[3], int64_t *out_day);

/* "4719.9737","N","00749.2639","E" to degrees x 1e7, rounded. Zeros in front may be missing. */
enum nmea_reading nmea_read_position(const struct nmea_field lat_ns_lon_ew[4], int32_t *out_lon_e7,
				     int32_t *out_lat_e7);

/* A decimal number at 10^-scale within [low, high]; one that is outside reads as NMEA_WRONG. */
enum nmea_reading nmea_read_number(struct nmea_field field, int scale, int32_t low, int32_t high,
				   int32_t *out);

/* The only character of a field, or '\0' if the field is empty or longer. */
char nmea_read_letter(struct nmea_field field);

#endif
