/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with the server and its units, as somebody at a desk has to know it: fixes are not
 * being stored, and for what cause; two units report under one vehicle's key.  Pages are told when it
 * becomes another trouble than before.  Nothing of it is kept over a restart: what is still wrong then
 * shows again.  Loop thread only.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_TROUBLE_H
#define PLOW_SERVER_PLOWD_LIVE_TROUBLE_H

#include <stdint.h>

struct feed;
struct json;
struct stats;
struct trouble;

/* Two copies take turns in being heard, with minutes between: so long after the last sign of them it is over. */
#define TROUBLE_CLONE_MS INT64_C(3600000)
#define TROUBLE_CLONES_MAX 16 /* vehicles named at a time */

/* stats and feed must outlive it. */
struct trouble *trouble_new(struct stats *stats, struct feed *feed);
void trouble_free(struct trouble *trouble);

/* Another sign that two units report as the vehicle of this code; arg is the trouble. */
void trouble_clone(const char *code, void *arg);

/* Looks whether fixes are being stored, and what is over; about once a second. */
void trouble_look(struct trouble *trouble);

/* Why fixes are not being stored, in a sentence that is good until the next call; NULL: they are. */
const char *trouble_sentence(struct trouble *trouble);

/* TROUBLE of docs/API.md. */
void trouble_show(struct json *json, const struct trouble *trouble);

#endif
