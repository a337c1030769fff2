/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzzers' readers as a list, for replaying inputs without a fuzzer.
 */
#ifndef PLOW_TESTS_FUZZ_REPLAY_H
#define PLOW_TESTS_FUZZ_REPLAY_H

#include <stddef.h>
#include <stdint.h>

struct replay_target {
	const char *name; /* of tests/fuzz/corpus/NAME and regressions/NAME */
	int (*run)(const uint8_t *data, size_t size);
};

/* Made by the Makefile, one for each fuzz_NAME.c; ends with a NULL. */
extern const struct replay_target replay_targets[];

#endif
