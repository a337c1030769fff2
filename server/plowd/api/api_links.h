/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roads chosen as a list of links, for routes and closures: read from a body on the loop, turned into
 * stretches of roads by a reader thread.
 */
#ifndef PLOW_SERVER_PLOWD_API_API_LINKS_H
#define PLOW_SERVER_PLOWD_API_API_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct network;
struct shape;
struct stretch_list;

struct link_choice {
	int64_t *links; /* to be freed */
	size_t count;
};

/* A list of 1 to STRETCHES_MAX numbers; a sentence for anything else, or NULL. */
const char *links_read(const cJSON *list, struct link_choice *out);

/* Where they run; a sentence when they are no links, or twice the same, or NULL. */
const char *links_to_stretches(const struct network *net, const struct link_choice *choice,
			       struct stretch_list *out, struct shape *out_shape);

#endif
