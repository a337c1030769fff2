/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver's page and the routes it lives by (docs/API.md, The cab's own API), served by the
 * tracker itself so that it works without the network.  Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_PAGE_H
#define PLOW_TRACKER_PAGE_H

#include <stddef.h>

#include <uv.h>

#include "common/attr.h"

#define PAGE_WHY_BYTES 512

struct health;
struct page;
struct intake;
struct link;
struct recorder;
struct spool;

/* All must outlive the page. */
struct page_parts {
	const char *vehicle;
	const char *area;    /* its own; empty: not said */
	const char *map_dir; /* its files are served under /data/; NULL: none */
	struct spool *spool;
	struct recorder *recorder;
	struct intake *intake;
	struct link *link;
	const struct health *health;
};

/*
 * Listens at address, HOST:PORT.  An empty web_dir means the folder beside the program.  Returns 0,
 * or negative errno with a sentence in why.
 */
int page_start(uv_loop_t *loop, const char *address, const char *web_dir,
	       const struct page_parts *parts, struct page **out,
	       char why[PAGE_WHY_BYTES]) PLOW_MUST_USE;

/* The address it really has, as HOST:PORT. */
const char *page_address(const struct page *page);

/* The loop has to run on until it is closed, then page_free(). */
void page_stop(struct page *page);
void page_free(struct page *page);

#endif
