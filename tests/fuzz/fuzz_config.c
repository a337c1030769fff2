/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the configuration of plowd, of plow-tracker, or as a key file; the first byte
 * chooses.  What is accepted is within the limits that the programs rely on.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/fix.h"
#include "server/plowd/base/options.h"
#include "tests/fuzz/scratch.h"
#include "tracker-client/config.h"
#include "tracker-client/spool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 9

/* A command line as main() gets it: its words may be written to. */
static int copy_words(const char *const *words, size_t count, char *argv[WORDS_MAX + 1])
{
	assert(count <= WORDS_MAX);
	for (size_t i = 0; i < count; i++)
		argv[i] = x_strdup(words[i]);
	argv[count] = NULL;
	return (int)count;
}

static void free_words(char **argv)
{
	for (; *argv; argv++)
		free(*argv);
}

static void read_plowd(const uint8_t *data, size_t size)
{
	static struct plowd_options options;
	const char *words[] = {"plowd", "--config", scratch_file("plowd.conf", data, size),
			       "--db", "x", "--udp", "127.0.0.1:0", "--http", "127.0.0.1:0"};
	char *argv[WORDS_MAX + 1];
	int argc = copy_words(words, sizeof(words) / sizeof(words[0]), argv);
	int status = options_parse(argc, argv, &options);

	free_words(argv);
	assert(status >= 0);
	if (status != 0)
		return;
	assert(strcmp(options.db, "x") == 0 && options.has_udp && options.has_http);
	assert(options.nmea_allow.count <= OPTIONS_ALLOWED_MAX);
	assert(options.https_proxies.count <= OPTIONS_ALLOWED_MAX);
	assert(options.public_delay_s >= 0 &&
	       options.public_delay_s <= OPTIONS_PUBLIC_DELAY_MAX_S);
	for (size_t i = 0; i < options.nmea_allow.count; i++)
		(void)options_allow(&options.nmea_allow,
				    (const struct sockaddr *)&options.nmea_allow.list[i].address);
	assert(options_reload(&options) == 0);
}

static void read_tracker(const uint8_t *data, size_t size, const char *key_file)
{
	static struct config config;
	const char *words[] = {"plow-tracker", "--config", scratch_file("tracker.conf", data, size),
			       "--key-file", key_file, "--check-config"};
	char *argv[WORDS_MAX + 1];
	int argc = copy_words(words, sizeof(words) / sizeof(words[0]), argv);
	int status = config_read(argc, argv, &config);

	free_words(argv);
	if (status != 0)
		return;
	assert(config.rate >= 0 && isfinite(config.rate) && work_is_known(config.work));
	assert(config.spool_size >= SPOOL_CAPACITY_MIN && config.spool_size <= SPOOL_CAPACITY_MAX);
	assert(config.server.host[0] && config.server.port[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char good_key[] =
		"{\"vehicle\":\"R-12\",\"key\":"
		"\"mk1.AAECAwQFBgcgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pw\"}\n";
	static const char good_tracker[] =
		"server = 127.0.0.1:5540\nsource = -\nspool = x\nspool-size = 1000\n";

	if (size < 1)
		return 0;
	if (data[0] % 3 == 0)
		read_plowd(data + 1, size - 1);
	else if (data[0] % 3 == 1)
		read_tracker(data + 1, size - 1,
			     scratch_file("good.key", good_key, sizeof(good_key) - 1));
	else
		read_tracker((const uint8_t *)good_tracker, sizeof(good_tracker) - 1,
			     scratch_file("unit.key", data + 1, size - 1));
	return 0;
}
