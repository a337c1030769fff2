/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines by which routers and trackers say where they are in forms of their own, among the NMEA they
 * send (docs/ROUTERS.md has each with an example).  Pure functions, any thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_NMEA_FORMS_H
#define PLOW_SERVER_PLOWD_INTAKE_NMEA_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "server/plowd/intake/nmea_id.h"

enum nmea_form_verdict {
	NMEA_FORM_NONE,         /* not one of these forms */
	NMEA_FORM_VOID,         /* one, but the receiver knows no position */
	NMEA_FORM_BAD_CHECKSUM, /* one, and it was damaged on its way */
	NMEA_FORM_MALFORMED,    /* one, with a field that cannot be */
	NMEA_FORM_FIX,
};

struct nmea_form {
	char id[NMEA_ID_BYTES]; /* who sent it; "" when that is not part of the form */
	struct fix fix;         /* its time is FIX_TIME_UNKNOWN when the form has no date */
	int32_t clock_ms;       /* then this is the time of day */
	bool is_unchecked;      /* it came without a checksum */
};

/* Reads one line, with or without its end.  Fills in *out when the verdict is NMEA_FORM_FIX. */
enum nmea_form_verdict nmea_form_read(const char *line, size_t size, struct nmea_form *out);

#endif
