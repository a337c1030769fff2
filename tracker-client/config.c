/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/exits.h"
#include "common/fix.h"
#include "common/utf8.h"
#include "tracker-client/key_file.h"
#include "tracker-client/receiver.h"
#include "tracker-client/spool.h"

#define SPOOL_SIZE_DEFAULT 500000 /* more than five days at 1 Hz */
#define RATE_LIMIT 1e6

const char config_usage[] =
	"usage: plow-tracker --server HOST:PORT --key-file FILE --source SOURCE --spool FILE\n"
	"                    [--spool-size FIXES] [--http HOST:PORT] [--web-dir DIR]\n"
	"                    [--map-url URL] [--map-dir DIR] [--area NAME]\n"
	"                    [--work-state CODE] [--blade INPUT] [--spreader INPUT]\n"
	"                    [--rate N|max] [--exit-when-sent]\n"
	"                    [--shift-only] [--config FILE] [--check-config]\n"
	"SOURCE is serial:/dev/ttyUSB0@9600 (or @auto), gpsd://HOST:PORT, udp://HOST:PORT,\n"
	"file:PATH (NMEA, GPX or CSV), or - for NMEA on stdin.  INPUT is gpio:CHIP/LINE or\n"
	"sentence:ADDRESS/FIELD.  The manual is plow-tracker(8).\n\n"
	EXITS_HELP;

static int copy(char *out, size_t room, const char *value)
{
	size_t length = strlen(value);

	if (length == 0 || length >= room)
		return -EINVAL;
	memcpy(out, value, length + 1);
	return 0;
}

/* ---- one function a setting; each takes the text and returns 0 or -EINVAL ---- */

static int set_server(struct config *config, const char *value)
{
	return endpoint_parse(value, &config->server);
}

static int set_source(struct config *config, const char *value)
{
	return source_parse(value, &config->source);
}

static int set_key_file(struct config *config, const char *value)
{
	return copy(config->key_file, sizeof(config->key_file), value);
}

static int set_spool(struct config *config, const char *value)
{
	return copy(config->spool, sizeof(config->spool), value);
}

static int set_spool_size(struct config *config, const char *value)
{
	char *end;

	if (*value < '0' || *value > '9')
		return -EINVAL;
	errno = 0;
	config->spool_size = strtoull(value, &end, 10);
	return errno != 0 || *end != '\0' || config->spool_size < SPOOL_CAPACITY_MIN ||
			       config->spool_size > SPOOL_CAPACITY_MAX
		       ? -EINVAL
		       : 0;
}

static int set_http(struct config *config, const char *value)
{
	return copy(config->http, sizeof(config->http), value);
}

static int set_web_dir(struct config *config, const char *value)
{
	return copy(config->web_dir, sizeof(config->web_dir), value);
}

static int set_map_url(struct config *config, const char *value)
{
	config->has_map = true;
	return fetch_folder_parse(value, &config->map);
}

static int set_map_dir(struct config *config, const char *value)
{
	return copy(config->map_dir, CONFIG_TEXT_BYTES, value);
}

static int set_area(struct config *config, const char *value)
{
	return utf8_is_clean(value) ? copy(config->area, sizeof(config->area), value) : -EINVAL;
}

static int set_work(struct config *config, const char *value)
{
	config->work = value[0];
	return work_is_known(value[0]) && value[1] == '\0' ? 0 : -EINVAL;
}

static int set_blade(struct config *config, const char *value)
{
	return sensor_parse(value, &config->blade);
}

static int set_spreader(struct config *config, const char *value)
{
	return sensor_parse(value, &config->spreader);
}

static int set_rate(struct config *config, const char *value)
{
	char *end;

	if (strcmp(value, "max") == 0) {
		config->rate = RATE_MAX;
		return 0;
	}
	if (*value < '0' || *value > '9')
		return -EINVAL;
	config->rate = strtod(value, &end);
	return *end == '\0' && config->rate > 0 && config->rate <= RATE_LIMIT ? 0 : -EINVAL;
}

static int set_flag(bool *flag, const char *value)
{
	*flag = strcmp(value, "yes") == 0;
	return *flag || strcmp(value, "no") == 0 ? 0 : -EINVAL;
}

static int set_exit_when_sent(struct config *config, const char *value)
{
	return set_flag(&config->exit_when_sent, value);
}

static int set_shift_only(struct config *config, const char *value)
{
	return set_flag(&config->shift_only, value);
}

static const struct setting {
	const char *name;
	int (*set)(struct config *config, const char *value);
	const char *wanted;
	bool is_required;
} settings[] = {
	{"server", set_server, "HOST:PORT of the server", true},
	{"key-file", set_key_file, "the file with the line that plowctl printed", true},
	{"source", set_source,
	 "serial:PATH@BAUD, gpsd://HOST:PORT, udp://HOST:PORT, file:PATH or -", true},
	{"spool", set_spool, "the file where fixes wait", true},
	{"spool-size", set_spool_size, "a number of fixes from 1000 to 20000000", false},
	{"http", set_http, "HOST:PORT to listen at", false},
	{"web-dir", set_web_dir, "the folder with the driver's page", false},
	{"map-url", set_map_url, "the public files' address, such as http://HOST:PORT/data/", false},
	{"map-dir", set_map_dir, "the folder to keep them in", false},
	{"area", set_area, "the name of an area", false},
	{"work-state", set_work, "one letter such as N, W, T, S or P", false},
	{"blade", set_blade, "gpio:CHIP/LINE or sentence:ADDRESS/FIELD, perhaps active-low", false},
	{"spreader", set_spreader, "gpio:CHIP/LINE or sentence:ADDRESS/FIELD, perhaps active-low",
	 false},
	{"rate", set_rate, "a factor such as 1 or 20, or max", false},
	{"exit-when-sent", set_exit_when_sent, "yes or no", false},
	{"shift-only", set_shift_only, "yes or no", false},
};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

/* The settings on their way into a config. */
struct reading {
	struct config *config;
	const char *values[SETTINGS]; /* of the command line, applied after the file */
	bool is_set[SETTINGS];
	const char *config_file;
};

static int set_from_file(const char *name, const char *value, void *user, char why[CONF_WHY_BYTES])
{
	struct reading *reading = user;

	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].name, name) != 0)
			continue;
		reading->is_set[i] = true;
		if (settings[i].set(reading->config, value) == 0)
			return 0;
		snprintf(why, CONF_WHY_BYTES, "%s must be %s", name, settings[i].wanted);
		return -EINVAL;
	}
	snprintf(why, CONF_WHY_BYTES, "there is no setting `%.40s`", name);
	return -EINVAL;
}

enum { OPTION_CONFIG = SETTINGS, OPTION_CHECK, OPTION_HELP, OPTION_VERSION, OPTIONS };

static int read_options(int argc, char **argv, struct reading *reading)
{
	struct option options[OPTIONS + 1] = {
		[OPTION_CONFIG] = {"config", required_argument, NULL, OPTION_CONFIG},
		[OPTION_CHECK] = {"check-config", no_argument, NULL, OPTION_CHECK},
		[OPTION_HELP] = {"help", no_argument, NULL, OPTION_HELP},
		[OPTION_VERSION] = {"version", no_argument, NULL, OPTION_VERSION},
	};
	int found;

	for (int i = 0; i < (int)SETTINGS; i++) {
		bool is_flag = settings[i].set == set_exit_when_sent ||
			       settings[i].set == set_shift_only;

		options[i] = (struct option){settings[i].name,
					     is_flag ? no_argument : required_argument, NULL, i};
	}
	optind = 0;
	while ((found = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (found == OPTION_CONFIG)
			reading->config_file = optarg;
		else if (found == OPTION_CHECK)
			reading->config->mode = CONFIG_CHECK;
		else if (found == OPTION_HELP || found == OPTION_VERSION)
			reading->config->mode = found == OPTION_HELP ? CONFIG_HELP : CONFIG_VERSION;
		else if (found >= 0 && found < (int)SETTINGS)
			reading->values[found] = optarg != NULL ? optarg : "yes";
		else
			return EX_USAGE; /* getopt has said what is wrong */
	}
	if (optind < argc)
		return fail(EX_USAGE, "there is no operand `%s`: try --help", argv[optind]);
	return 0;
}

/* The file first, so that the command line has the last word. */
static int apply(struct reading *reading)
{
	char why[CONF_WHY_BYTES];

	if (reading->config_file != NULL) {
		int error = conf_read(reading->config_file, set_from_file, reading, why);

		if (error != 0)
			return fail(EX_CONFIG, "%s", why);
	}
	for (size_t i = 0; i < SETTINGS; i++) {
		const char *value = reading->values[i];

		if (value != NULL && settings[i].set(reading->config, value) != 0)
			return fail(EX_USAGE, "--%s must be %s, not `%s`", settings[i].name,
				    settings[i].wanted, value);
		reading->is_set[i] |= value != NULL;
	}
	for (size_t i = 0; i < SETTINGS; i++)
		if (settings[i].is_required && !reading->is_set[i])
			return fail(reading->config_file != NULL ? EX_CONFIG : EX_USAGE,
				    "--%s is missing: it must be %s", settings[i].name,
				    settings[i].wanted);
	return 0;
}

int config_read(int argc, char **argv, struct config *out)
{
	struct reading reading = {.config = out};
	int status;

	*out = (struct config){.spool_size = SPOOL_SIZE_DEFAULT, .work = 'U', .rate = 1};
	status = read_options(argc, argv, &reading);
	if (status != 0 || out->mode == CONFIG_HELP || out->mode == CONFIG_VERSION)
		return status;
	status = apply(&reading);
	if (out->map_dir[0] == '\0')
		snprintf(out->map_dir, sizeof(out->map_dir), "%s.map", out->spool);
	return status != 0 ? status : key_file_read(out->key_file, out->vehicle, &out->key);
}
