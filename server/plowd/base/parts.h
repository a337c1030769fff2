/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A span cut at the links of its road: it may be many minutes along a long road, and each link gets
 * its own part, with its own time.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_PARTS_H
#define PLOW_SERVER_PLOWD_BASE_PARTS_H

#include <stdint.h>

struct network;
struct span;

/* Takes the part of a span that lies on a link; its times are reckoned by the way. */
typedef void span_part_cb(uint32_t link, const struct span *part, void *arg);

/* Calls for each link the span touches, in the order of the road. */
void span_parts(const struct network *net, const struct span *span, span_part_cb *on_part, void *arg);

#endif
