/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the routes of the masters (api_fleet.c, api_contractors.c, api_places.c, api_routes.c,
 * api_closures.c, api_classes.c) share.  A change is read on the loop, checked by a reader thread, carried out and
 * recorded by the writer, and answered with how it is now.
 */
#ifndef PLOW_SERVER_PLOWD_API_API_MASTERS_H
#define PLOW_SERVER_PLOWD_API_API_MASTERS_H

#include <stdbool.h>

#include "server/masters.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"

struct db_txn;
struct network;
struct shape;

/* What is answered when something cannot be done; NULL where it cannot happen. */
struct master_words {
	const char *missing; /* 404, -ENOENT */
	const char *taken;   /* 409, -EEXIST */
	const char *used;    /* 409, -EBUSY */
	const char *fixed;   /* 409, -EPERM */
	const char *full;    /* 409, -EMFILE */
};

/* A kind of change.  The subject is the resource's own struct. */
struct master_order {
	const struct master_words *words;
	/* Reader thread: fills in what needs roads or database; a sentence when it makes no sense.  May be NULL. */
	const char *(*check)(struct db *db, const struct network *net, void *subject);
	/* Writer thread: sticky steps. */
	void (*carry_out)(struct db_txn *txn, void *subject, const struct master_by *by);
	/* Reader thread: writes the answer.  Returns 0 or negative errno. */
	int (*show)(struct json *json, struct db *db, const struct network *net, void *subject);
	void (*release)(void *subject);
	const char *type; /* of the answer; NULL: JSON */
	unsigned status;  /* when all went well */
};

/* For `show`: what is gone is answered with {}. */
int master_show_nothing(struct json *json, struct db *db, const struct network *net, void *subject);

/* Has it done and answered.  The subject, a block from malloc(), is taken over. */
void master_do(struct api *api, struct httpd_request *request, const struct master_order *order, void *subject);

/*
 * Reads a change and has it done.  id: where the number of the path goes; NULL for one that is new, or
 * is named otherwise.  read fills the subject from the body; what it says is wrong is answered with 400.
 * The subject, a block from malloc(), is taken over.
 */
typedef const char *master_read(const cJSON *body, const struct master_order *order, void *subject);
void master_take(struct api *api, struct httpd_request *request, const struct master_order *order, void *subject,
		 int64_t *id, master_read *read);

/* Has a list answered. */
typedef int master_list(struct json *json, struct db *db, const struct network *net, int64_t argument);
void master_show_list(struct api *api, struct httpd_request *request, master_list *show, int64_t argument);

/* The number in the path; answers 404 with the sentence and returns false when it is none. */
bool master_id(struct httpd_request *request, const struct master_words *words, int64_t *out_id);
/* The version that was seen; why is set to a sentence when it is not said. */
const char *master_version(const cJSON *body, int64_t *out_version);

/*
 * A drawing: {"type","coordinates"} of GeoJSON.  Returns NULL, or a sentence for what is none of the
 * kinds that are good here.  Whether it makes sense as a drawing is for shape_fault().
 */
const char *master_shape(const cJSON *geometry, bool point, bool line, bool area, struct shape *out);

#endif
