/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the pages lie: $PLOW_WEB, else web/ beside the program (a build), else share/michiake/web
 * of the prefix it is installed under.
 */
#ifndef PLOW_COMMON_HTTPD_WEBDIR_H
#define PLOW_COMMON_HTTPD_WEBDIR_H

#include <stddef.h>

#include "common/attr.h"

/* Returns 0, or -ENOENT when there is no such folder; out then names the last place looked at. */
int webdir_find(char *out, size_t size) PLOW_MUST_USE;

#endif
