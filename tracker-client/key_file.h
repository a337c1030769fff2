/* SPDX-License-Identifier: Apache-2.0 */
/* The key file: the JSON line that `plowctl vehicle add` or `rotate` printed. */
#ifndef PLOW_TRACKER_KEY_FILE_H
#define PLOW_TRACKER_KEY_FILE_H

#include "common/attr.h"
#include "common/seal.h"

#define KEY_FILE_VEHICLE_BYTES 81

/* Returns 0, or the status to exit with after one sentence on stderr. */
int key_file_read(const char *path, char out_vehicle[KEY_FILE_VEHICLE_BYTES],
		  struct seal_key *out_key) PLOW_MUST_USE;

#endif
