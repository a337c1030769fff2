/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the unit does, in words for whoever is asked on the phone, and in numbers for machines.
 *
 * The journal gets one line when something has changed, at most one a minute, and one every ten
 * minutes when nothing has:
 *
 *	receiver ok, server answers, 0 fixes wait, 0 lost, 41.2 GB free on the disk
 *
 * Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_HEALTH_H
#define PLOW_TRACKER_HEALTH_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

struct health;
struct intake;
struct link;
struct recorder;
struct spool;

/* All must outlive it. */
struct health_parts {
	const char *vehicle, *spool_path;
	struct spool *spool;
	const struct recorder *recorder;
	const struct intake *intake;
	const struct link *link;
};

struct health *health_start(uv_loop_t *loop, const struct health_parts *parts);
void health_stop(struct health *health); /* the loop has to run on until it is closed */
void health_free(struct health *health);

/* The numbers, in Prometheus' text format; returns how long it is. */
#define HEALTH_METRICS_BYTES 8192
size_t health_metrics(const struct health *health, char out[HEALTH_METRICS_BYTES]);

#endif
