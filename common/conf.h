/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration files: lines of `name = value`, the names being those of the command line's options
 * without their dashes.  Empty lines and lines that begin with '#' say nothing.  A value is
 * everything up to the end of the line, without the blanks around it; nothing is quoted.
 */
#ifndef PLOW_COMMON_CONF_H
#define PLOW_COMMON_CONF_H

#include <stddef.h>

#include "common/attr.h"

#define CONF_WHY_BYTES 256

/*
 * Takes one setting.  Returns 0, or -EINVAL with a sentence in why that needs no file or line.  The
 * texts are valid during the call only.
 */
typedef int (*conf_set_cb)(const char *name, const char *value, void *user,
			   char why[CONF_WHY_BYTES]);

/*
 * Reads a file line by line.  Returns 0; -ENOENT, -EACCES, -EIO, or -EINVAL, each with a sentence
 * in why that names the file and, for -EINVAL, the line.
 */
int conf_read(const char *path, conf_set_cb set, void *user,
	      char why[CONF_WHY_BYTES]) PLOW_MUST_USE;

#endif
