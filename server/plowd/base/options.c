/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/conf.h"
#include "common/exits.h"
#include "common/httpd/address.h"

static const char usage[] =
	"plowd --db DB --udp HOST:PORT --http HOST:PORT [--nmea HOST:PORT] [--public-dir DIR]\n"
	"      [--clock wall|fixes] [--config FILE]\n\n"
	"Receives the fixes of plows, computes which roads they cleared, serves the live map.\n"
	"  --db DB              the town's database, made by plowctl init\n"
	"  --udp HOST:PORT      where plow-tracker sends to; port 0 is any free one\n"
	"  --http HOST:PORT     pages and API for the dispatchers\n"
	"  --nmea HOST:PORT     plain NMEA from routers (off unless given; counts for nothing unless\n"
	"                       the configuration names its network: nmea-allow = 10.1.0.0/16)\n"
	"  --public-dir DIR     write the residents' files there, for plow-public\n"
	"  --public-delay S     how many seconds old what residents see is at least (120)\n"
	"  --public-every S     how many seconds lie between one writing of it and the next (15)\n"
	"  --session-idle S     a sign-in that is not used ends after so many seconds (28800)\n"
	"  --session-longest S  and every sign-in after so many (604800)\n"
	"  --clock fixes        \"now\" is the newest fix's time: replay and training\n"
	"  --config FILE        lines of name = value with the names above; SIGHUP reads nmea-allow and\n"
	"                       https-proxy anew: addresses, besides this machine's own, of the proxies\n"
	"                       believed when they say that a phone's request came over HTTPS\n\n"
	EXITS_HELP;

/* Everything that has a name and a text; NULL `copy` means an address. */
struct setting {
	const char *name;
	char *text;
	size_t size;
	struct sockaddr_storage *address;
	bool *has_address;
};

static int set_text(const struct setting *setting, const char *value, char *why)
{
	if (strlen(value) >= setting->size) {
		snprintf(why, CONF_WHY_BYTES, "%s is too long", setting->name);
		return -EINVAL;
	}
	snprintf(setting->text, setting->size, "%s", value);
	return 0;
}

static int set_address(const struct setting *setting, const char *value, char *why)
{
	if (address_parse(value, setting->address)) {
		snprintf(why, CONF_WHY_BYTES, "%s \"%.80s\" is no HOST:PORT, such as 127.0.0.1:5540", setting->name,
			 value);
		return -EINVAL;
	}
	*setting->has_address = true;
	return 0;
}

/* "10.1.0.0/16" or "2001:db8::/32"; without a slash, the one address. */
static int add_allowed(struct allowed_networks *networks, const char *name, const char *value,
		       char *why)
{
	struct allowed_network *network = &networks->list[networks->count];
	struct sockaddr_in *v4 = (struct sockaddr_in *)&network->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&network->address;
	char host[64], rest;
	int bits = -1, most;

	snprintf(why, CONF_WHY_BYTES, "%s \"%.60s\" is no network, such as 10.1.0.0/16, or more than %d are named",
		 name, value, OPTIONS_ALLOWED_MAX);
	if (networks->count == OPTIONS_ALLOWED_MAX || sscanf(value, "%63[^/]", host) != 1 ||
	    (strchr(value, '/') && sscanf(strchr(value, '/'), "/%3d%c", &bits, &rest) != 1))
		return -EINVAL;
	memset(network, 0, sizeof(*network));
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		most = 32;
	} else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		most = 128;
	} else {
		return -EINVAL;
	}
	network->bits = strchr(value, '/') ? bits : most;
	if (network->bits < 0 || network->bits > most)
		return -EINVAL;
	networks->count++;
	return 0;
}

static bool is_in(const struct allowed_network *network, int family, const uint8_t *bytes)
{
	const uint8_t *wanted = network->address.ss_family == AF_INET ?
		(const uint8_t *)&((const struct sockaddr_in *)&network->address)->sin_addr :
		(const uint8_t *)&((const struct sockaddr_in6 *)&network->address)->sin6_addr;

	if (network->address.ss_family != family)
		return false;
	for (int bit = 0; bit < network->bits; bit++) {
		if (((bytes[bit / 8] ^ wanted[bit / 8]) >> (7 - bit % 8)) & 1)
			return false;
	}
	return true;
}

bool options_allow(const struct allowed_networks *networks, const struct sockaddr *address)
{
	const uint8_t *bytes = (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
	int family = address->sa_family;

	if (family == AF_INET6) {
		const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
		bool is_mapped = IN6_IS_ADDR_V4MAPPED(v6);

		bytes = v6->s6_addr + (is_mapped ? 12 : 0);
		family = is_mapped ? AF_INET : AF_INET6;
	}
	for (size_t i = 0; i < networks->count; i++) {
		if (is_in(&networks->list[i], family, bytes))
			return true;
	}
	return false;
}

struct seconds {
	const char *name;
	int *value, least, most;
};

static int set_seconds(const struct seconds *seconds, const char *value, char *why)
{
	char rest;

	if (sscanf(value, "%7d%c", seconds->value, &rest) == 1 && *seconds->value >= seconds->least &&
	    *seconds->value <= seconds->most)
		return 0;
	snprintf(why, CONF_WHY_BYTES, "%s \"%.40s\" is no number of seconds from %d to %d", seconds->name, value,
		 seconds->least, seconds->most);
	return -EINVAL;
}

static int set(const char *name, const char *value, void *user, char why[CONF_WHY_BYTES])
{
	struct plowd_options *options = user;
	const struct setting settings[] = {
		{"db", options->db, sizeof(options->db), NULL, NULL},
		{"public-dir", options->public_dir, sizeof(options->public_dir), NULL, NULL},
		{"clock", options->clock, sizeof(options->clock), NULL, NULL},
		{"udp", NULL, 0, &options->udp, &options->has_udp},
		{"http", NULL, 0, &options->http, &options->has_http},
		{"nmea", NULL, 0, &options->nmea, &options->has_nmea},
	};
	const struct seconds times[] = {
		{"public-delay", &options->public_delay_s, 0, OPTIONS_PUBLIC_DELAY_MAX_S},
		{"public-every", &options->public_every_s, 1, OPTIONS_PUBLIC_EVERY_MAX_S},
		{"session-idle", &options->session_idle_s, 1, OPTIONS_SESSION_MAX_S},
		{"session-longest", &options->session_longest_s, 1, OPTIONS_SESSION_MAX_S},
	};

	if (strcmp(name, "nmea-allow") == 0)
		return add_allowed(&options->nmea_allow, name, value, why);
	if (strcmp(name, "https-proxy") == 0)
		return add_allowed(&options->https_proxies, name, value, why);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if (strcmp(name, times[i].name) == 0)
			return set_seconds(&times[i], value, why);
	}
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (strcmp(name, settings[i].name) == 0)
			return settings[i].text ? set_text(&settings[i], value, why) :
						  set_address(&settings[i], value, why);
	}
	snprintf(why, CONF_WHY_BYTES, "there is no setting \"%.40s\"; see plowd --help", name);
	return -EINVAL;
}

/* Splits --name=value or --name value; returns the value or NULL. */
static const char *split(int argc, char **argv, int *index, char name[64])
{
	const char *equals = strchr(argv[*index], '=');

	if (strncmp(argv[*index], "--", 2) != 0)
		return NULL;
	snprintf(name, 64, "%.*s", equals ? (int)(equals - argv[*index] - 2) : 63, argv[*index] + 2);
	if (equals)
		return equals + 1;
	return *index + 1 < argc ? argv[++*index] : NULL;
}

static int read_arguments(int argc, char **argv, struct plowd_options *options, bool only_config)
{
	for (int i = 1; i < argc; i++) {
		char name[64] = "", why[CONF_WHY_BYTES];
		const char *argument = argv[i], *value = split(argc, argv, &i, name);
		bool is_config = strcmp(name, "config") == 0;

		if (!value)
			return fail(EX_USAGE, "%s is no option with a value; see plowd --help", argument);
		if (is_config != only_config)
			continue;
		if (is_config)
			snprintf(options->config, sizeof(options->config), "%s", value);
		else if (strcmp(name, "nmea-allow") == 0 || strcmp(name, "https-proxy") == 0)
			return fail(EX_USAGE, "--%s belongs into the configuration, which SIGHUP reads again", name);
		else if (set(name, value, options, why))
			return fail(EX_USAGE, "%s", why);
	}
	return 0;
}

static int check(const struct plowd_options *options)
{
	if (!options->db[0] || !options->has_udp || !options->has_http)
		return fail(EX_USAGE, "plowd needs --db, --udp and --http; see plowd --help");
	if (strcmp(options->clock, "wall") != 0 && strcmp(options->clock, "fixes") != 0)
		return fail(EX_USAGE, "--clock %s is not known; it is wall or fixes", options->clock);
	return 0;
}

int options_parse(int argc, char **argv, struct plowd_options *out)
{
	char why[CONF_WHY_BYTES];
	int status;

	memset(out, 0, sizeof(*out));
	snprintf(out->clock, sizeof(out->clock), "wall");
	out->public_delay_s = OPTIONS_PUBLIC_DELAY_S;
	out->public_every_s = OPTIONS_PUBLIC_EVERY_S;
	out->session_idle_s = OPTIONS_SESSION_IDLE_S;
	out->session_longest_s = OPTIONS_SESSION_LONGEST_S;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0 ? EX_IOERR : -1;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("plowd " PLOW_VERSION) < 0 ? EX_IOERR : -1;
	status = read_arguments(argc, argv, out, true);
	if (!status && out->config[0] && conf_read(out->config, set, out, why))
		status = fail(EX_CONFIG, "%s", why);
	if (!status)
		status = read_arguments(argc, argv, out, false);
	return status ? status : check(out);
}

int options_reload(struct plowd_options *options)
{
	struct plowd_options again = {0};
	char why[CONF_WHY_BYTES];

	if (!options->config[0])
		return 0;
	if (conf_read(options->config, set, &again, why))
		return fail(EX_CONFIG, "%s; the configuration stays as it was", why);
	options->nmea_allow = again.nmea_allow;
	options->https_proxies = again.https_proxies;
	return 0;
}
