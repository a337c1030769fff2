/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What contractors' phones send over HTTP: the query of OsmAnd and of Traccar Client before 9, the
 * JSON of Traccar Client from 9 on, the JSON of OwnTracks (docs/ROUTERS.md).  Bytes in, one fix and
 * a verdict out.  Pure functions, any thread.
 */
#ifndef PLOW_SERVER_PHONES_H
#define PLOW_SERVER_PHONES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/fix.h"

#define PHONE_NAMES 6
#define PHONE_NAME_BYTES 65 /* codes and tokens are shorter: what is longer is no name */

enum phone_verdict {
	PHONE_NOTHING,   /* no position in it: an app says more than where it is */
	PHONE_MALFORMED, /* a position or a time that makes no sense */
	PHONE_FIX,
};

/* A fix is FIX_VALID, its time FIX_TIME_UNKNOWN where the phone named none. */
struct phone_message {
	enum phone_verdict verdict;
	struct fix fix;
	bool is_mock; /* the phone itself says that the position is made up */
	size_t name_count;
	char names[PHONE_NAMES][PHONE_NAME_BYTES]; /* who it says it is, the likeliest first */
	char token[PHONE_NAME_BYTES];              /* "" when it has none */
};

struct phone_message phone_message_none(void);

/*
 * Each adds to *message what it finds; the verdict and the fix are those of the last one that was
 * asked.  The text of a JSON must be followed by a NUL.
 */
void phone_read_query(const char *query, size_t size, struct phone_message *message);
void phone_read_traccar(const char *json, size_t size, struct phone_message *message);
void phone_read_owntracks(const char *json, size_t size, struct phone_message *message);

/* The header Authorization, "Basic base64(name:token)" or "Bearer token". */
void phone_read_authorization(const char *header, struct phone_message *message);

/* One more name. */
void phone_add_name(struct phone_message *message, const char *name, size_t size);

#endif
