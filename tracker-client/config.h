/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tracker was told: the command line, before the file named by --config, before the
 * defaults; and the key file.
 */
#ifndef PLOW_TRACKER_CONFIG_H
#define PLOW_TRACKER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"
#include "tracker-client/fetch.h"
#include "tracker-client/key_file.h"
#include "tracker-client/sensor.h"
#include "tracker-client/source.h"

#define CONFIG_TEXT_BYTES 1024
#define CONFIG_AREA_BYTES 81

enum config_mode { CONFIG_RUN, CONFIG_CHECK, CONFIG_HELP, CONFIG_VERSION };

struct config {
	enum config_mode mode;
	struct endpoint server;
	struct source source;
	char key_file[CONFIG_TEXT_BYTES];
	char spool[CONFIG_TEXT_BYTES];
	uint64_t spool_size;             /* fixes */
	char http[CONFIG_TEXT_BYTES];    /* empty: no page */
	char web_dir[CONFIG_TEXT_BYTES]; /* empty: found beside the program */
	bool has_map;
	struct fetch_folder map;            /* where the public files are */
	char map_dir[CONFIG_TEXT_BYTES + 5]; /* where they are kept; beside the spool unless given */
	char area[CONFIG_AREA_BYTES];        /* the vehicle's own; empty: the one it is in */
	char work;                       /* 'U': nothing said */
	double rate;                     /* RATE_MAX: as fast as it goes */
	bool exit_when_sent;
	struct sensor_config blade, spreader;
	bool shift_only; /* record between 出動 and 終了 alone */

	/* From the key file. */
	char vehicle[KEY_FILE_VEHICLE_BYTES];
	struct seal_key key;
};

extern const char config_usage[];

/*
 * Reads everything.  Returns 0, or the status to exit with after one sentence on stderr.
 */
int config_read(int argc, char **argv, struct config *out) PLOW_MUST_USE;

#endif
