/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files for readers that want a path: written anew for each input, in memory where the system has
 * such a folder, gone when the program ends.
 */
#ifndef PLOW_TESTS_FUZZ_SCRATCH_H
#define PLOW_TESTS_FUZZ_SCRATCH_H

#include <stddef.h>

/* Puts bytes into the scratch file of this name ("x.geojson"); returns its path, good for ever. */
const char *scratch_file(const char *name, const void *bytes, size_t size);

#endif
