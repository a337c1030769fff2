/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who sent a line of plain NMEA: routers put their name before the '$', into a sentence of its own,
 * or into a line of its own (docs/ROUTERS.md).  Pure functions, any thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_NMEA_ID_H
#define PLOW_SERVER_PLOWD_INTAKE_NMEA_ID_H

#include <stdbool.h>
#include <stddef.h>

#define NMEA_ID_BYTES 33 /* a vehicle's code and its NUL */

/*
 * Whether the line, in which no second '$' stands, names its sender.  out is "" when that name can
 * be no vehicle's code, or its sentence was damaged.
 */
bool nmea_id_find(const char *line, size_t size, char out[NMEA_ID_BYTES]);

/*
 * Copies a name without the blanks around it and the '+' of a telephone number.  Returns false,
 * with
 * "" in out, when it can be no vehicle's code.
 */
bool nmea_id_take(const char *at, size_t size, char out[NMEA_ID_BYTES]);

/* The bytes before '*' have the checksum behind it, or there is no '*'. */
bool nmea_checksum_fits(const char *begin, const char *end);

#endif
