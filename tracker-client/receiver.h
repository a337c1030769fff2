/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receiver: opens a source, opens it again when it breaks off, and puts what comes into an
 * intake. A port or a gpsd that is not there yet is no error, it is waited for; a file that is not
 * there is. Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_RECEIVER_H
#define PLOW_TRACKER_RECEIVER_H

#include <stddef.h>

#include "common/attr.h"
#include "tracker-client/source.h"

#define RECEIVER_WHY_BYTES 512
#define RATE_MAX 0.0 /* as fast as the fixes can be kept */

struct intake;
struct receiver;

/*
 * Starts reading; intake must outlive it.  rate is for files: how many times faster than their own
 * clock.  Returns 0, or negative errno with a sentence in why.
 */
int receiver_start(struct intake *intake, const struct source *source, double rate,
		   struct receiver **out, char why[RECEIVER_WHY_BYTES]) PLOW_MUST_USE;

/* Closes everything; the loop has to run until it is closed, and then receiver_free(). */
void receiver_stop(struct receiver *receiver);
void receiver_free(struct receiver *receiver);

#endif
