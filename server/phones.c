/* SPDX-License-Identifier: Apache-2.0 */
#include "server/phones.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sodium.h>

#include "common/decimal.h"
#include "common/rfc3339.h"

#define VALUE_BYTES 256      /* of one argument; a longer one is cut, and then no name or number */
#define SPEED_MAX_CMPS 60000 /* as in NMEA */
#define SECONDS_BELOW_MS                                                                           \
	INT64_C(100000000000000) /* read as seconds, times are before the year 5138 */

struct phone_message phone_message_none(void)
{
	return (struct phone_message){.fix = fix_none()};
}

/* Too long for a name, it is none, but it was said. */
static void set_name(char out[PHONE_NAME_BYTES], const char *name, size_t size)
{
	snprintf(out, PHONE_NAME_BYTES, "%.*s", size < PHONE_NAME_BYTES ? (int)size : 0, name);
}

void phone_add_name(struct phone_message *message, const char *name, size_t size)
{
	if (size > 0 && message->name_count < PHONE_NAMES)
		set_name(message->names[message->name_count++], name, size);
}

/* ---- Values, whichever text they came in ---- */

/* A position being read; each of its numbers may be missing. */
struct reading {
	struct phone_message *message;
	bool has_lon, has_lat, is_void, is_malformed;
};

static struct reading begin(struct phone_message *message)
{
	message->fix = fix_none();
	message->verdict = PHONE_NOTHING;
	return (struct reading){.message = message};
}

/* Apps that know no position leave it out, or send zeros. */
static void finish(const struct reading *reading)
{
	struct fix *fix = &reading->message->fix;
	bool has_both = reading->has_lon && reading->has_lat;

	if (reading->is_malformed || reading->has_lon != reading->has_lat) {
		reading->message->verdict = PHONE_MALFORMED;
	} else if (has_both && !reading->is_void && (fix->lon_e7 != 0 || fix->lat_e7 != 0)) {
		reading->message->verdict = PHONE_FIX;
		fix->flags |= FIX_VALID;
	}
}

static void take_degrees(struct reading *reading, double degrees, double limit, int32_t *out_e7,
			 bool *has)
{
	*has = isfinite(degrees) && fabs(degrees) <= limit;
	if (*has)
		*out_e7 = (int32_t)lround(degrees * 1e7);
	else
		reading->is_malformed = true;
}

static void take_lon(struct reading *reading, double degrees)
{
	take_degrees(reading, degrees, 180, &reading->message->fix.lon_e7, &reading->has_lon);
}

static void take_lat(struct reading *reading, double degrees)
{
	take_degrees(reading, degrees, 90, &reading->message->fix.lat_e7, &reading->has_lat);
}

/* -1 is how phones say that they do not know. */
static void take_speed(struct reading *reading, double value, double mps_each)
{
	double cmps = value * mps_each * 100;

	if (cmps >= 0 && cmps <= SPEED_MAX_CMPS)
		reading->message->fix.speed_cmps = (int32_t)lround(cmps);
}

static void take_course(struct reading *reading, double degrees)
{
	if (degrees >= 0 && degrees <= 360)
		reading->message->fix.course_cdeg = (int32_t)lround(degrees * 100) % 36000;
}

static void take_hdop(struct reading *reading, double hdop)
{
	if (hdop > 0 && hdop < 1000)
		reading->message->fix.hdop_c = (int32_t)lround(hdop * 100);
}

static void take_unix_ms(struct reading *reading, int64_t time_ms)
{
	/* A number of seconds that would be a far year was of milliseconds. */
	reading->message->fix.time_ms = time_ms < SECONDS_BELOW_MS ? time_ms : time_ms / 1000;
}

/* Seconds, milliseconds, RFC 3339, or either of its halves' separators and no zone: then UTC. */
static void take_time(struct reading *reading, const char *text)
{
	char zoned[VALUE_BYTES + 1];
	int64_t value;

	if (decimal_parse(text, strlen(text), 3, &value) == 0) {
		take_unix_ms(reading, value);
	} else if (rfc3339_parse(text, &value) == 0) {
		reading->message->fix.time_ms = value;
	} else {
		snprintf(zoned, sizeof(zoned), "%.*sZ", VALUE_BYTES - 1, text);
		if (rfc3339_parse(zoned, &value) == 0)
			reading->message->fix.time_ms = value;
		else
			reading->is_malformed = true;
	}
}

/* ---- Queries ---- */

static double number(const char *text, size_t size)
{
	int64_t value_e9;

	return decimal_parse(text, size, 9, &value_e9) == 0 ? (double)value_e9 / 1e9 : (double)NAN;
}

static bool is_true(const char *text)
{
	return strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

static void take_location(struct reading *reading, const char *text)
{
	const char *comma = strchr(text, ',');

	take_lat(reading, number(text, comma ? (size_t)(comma - text) : strlen(text)));
	take_lon(reading, comma ? number(comma + 1, strlen(comma + 1)) : (double)NAN);
}

static void take_name(struct reading *reading, const char *text)
{
	phone_add_name(reading->message, text, strlen(text));
}

static void take_token(struct reading *reading, const char *text)
{
	set_name(reading->message->token, text, strlen(text));
}

static void take_valid(struct reading *reading, const char *text)
{
	reading->is_void |= !is_true(text);
}

static void take_mock(struct reading *reading, const char *text)
{
	reading->message->is_mock |= is_true(text);
}

static void take_knots(struct reading *reading, double knots)
{
	take_speed(reading, knots, 1852.0 / 3600.0);
}

static void take_mps(struct reading *reading, double mps)
{
	take_speed(reading, mps, 1);
}

/* One of the two readers for each. */
static const struct argument {
	const char *key;
	void (*take_text)(struct reading *reading, const char *text);
	void (*take_number)(struct reading *reading, double value);
} arguments[] = {
	{"id", take_name, NULL},        {"deviceid", take_name, NULL},
	{"u", take_name, NULL},         {"token", take_token, NULL},
	{"timestamp", take_time, NULL}, {"location", take_location, NULL},
	{"valid", take_valid, NULL},    {"mock", take_mock, NULL},
	{"lat", NULL, take_lat},        {"lon", NULL, take_lon},
	{"speed", NULL, take_knots},    {"speed_mps", NULL, take_mps},
	{"bearing", NULL, take_course}, {"heading", NULL, take_course},
	{"hdop", NULL, take_hdop},
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Resolves %XX and '+'; what is no escape stays as it is, NUL ends the text. */
static void decode(const char *at, size_t size, char out[VALUE_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < size && used < VALUE_BYTES - 1; i++) {
		int high = at[i] == '%' && i + 2 < size ? hex_value(at[i + 1]) : -1;
		int low = high < 0 ? -1 : hex_value(at[i + 2]);

		if (low >= 0) {
			out[used++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[used++] = at[i] == '+' ? ' ' : at[i];
		}
	}
	out[used] = '\0';
}

static void take_argument(struct reading *reading, const char *at, size_t size)
{
	const char *equals = memchr(at, '=', size);
	size_t key_size = equals ? (size_t)(equals - at) : size;
	char text[VALUE_BYTES];

	for (size_t i = 0; equals && i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		const struct argument *argument = &arguments[i];

		if (strlen(argument->key) != key_size || memcmp(argument->key, at, key_size) != 0)
			continue;
		decode(equals + 1, size - key_size - 1, text);
		if (argument->take_text)
			argument->take_text(reading, text);
		else
			argument->take_number(reading, number(text, strlen(text)));
	}
}

void phone_read_query(const char *query, size_t size, struct phone_message *message)
{
	struct reading reading = begin(message);
	const char *end = query + size;

	while (query < end) {
		const char *stop = memchr(query, '&', (size_t)(end - query));

		if (!stop)
			stop = end;
		take_argument(&reading, query, (size_t)(stop - query));
		query = stop + 1;
	}
	finish(&reading);
}

/* ---- JSON ---- */

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* Not a number: absent, which every reader of numbers leaves alone. */
static double number_of(const cJSON *object, const char *key)
{
	const cJSON *item = member(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

static void add_name_of(struct phone_message *message, const cJSON *object, const char *key)
{
	const cJSON *item = member(object, key);
	char digits[32];

	if (cJSON_IsString(item)) {
		phone_add_name(message, item->valuestring, strlen(item->valuestring));
	} else if (cJSON_IsNumber(item)) {
		snprintf(digits, sizeof(digits), "%.0f",
			 fabs(item->valuedouble) < 1e18 ? item->valuedouble : 0);
		phone_add_name(message, digits, strlen(digits));
	}
}

static void take_json_time(struct reading *reading, const cJSON *item)
{
	if (cJSON_IsString(item))
		take_time(reading, item->valuestring);
	else if (cJSON_IsNumber(item) && fabs(item->valuedouble) < 1e14)
		take_unix_ms(reading, llround(item->valuedouble * 1000));
	else
		reading->is_malformed = true;
}

void phone_read_traccar(const char *json, size_t size, struct phone_message *message)
{
	struct reading reading = begin(message);
	cJSON *root = cJSON_ParseWithLength(json, size);
	const cJSON *location = member(root, "location"), *coords = member(location, "coords");

	reading.is_malformed = !cJSON_IsObject(root);
	add_name_of(message, root, "device_id");
	if (coords) {
		take_lon(&reading, number_of(coords, "longitude"));
		take_lat(&reading, number_of(coords, "latitude"));
		take_mps(&reading, number_of(coords, "speed"));
		take_course(&reading, number_of(coords, "heading"));
		take_json_time(&reading, member(location, "timestamp"));
		message->is_mock = cJSON_IsTrue(member(location, "mock"));
	}
	finish(&reading);
	cJSON_Delete(root);
}

/* "owntracks/USER/DEVICE" */
static void add_names_of_topic(struct phone_message *message, const cJSON *topic)
{
	const char *user = cJSON_IsString(topic) ? strchr(topic->valuestring, '/') : NULL;
	const char *device = user ? strchr(user + 1, '/') : NULL;

	if (!device)
		return;
	phone_add_name(message, user + 1, (size_t)(device - user - 1));
	phone_add_name(message, device + 1, strlen(device + 1));
}

static void read_owntracks_location(struct reading *reading, const cJSON *root)
{
	take_lon(reading, number_of(root, "lon"));
	take_lat(reading, number_of(root, "lat"));
	take_speed(reading, number_of(root, "vel"), 1 / 3.6);
	take_course(reading, number_of(root, "cog"));
	take_json_time(reading, member(root, "tst"));
}

void phone_read_owntracks(const char *json, size_t size, struct phone_message *message)
{
	struct reading reading = begin(message);
	cJSON *root = cJSON_ParseWithLength(json, size);
	const cJSON *type = member(root, "_type");

	add_names_of_topic(message, member(root, "topic"));
	add_name_of(message, root, "tid");
	if (cJSON_IsString(type) && strcmp(type->valuestring, "location") == 0)
		read_owntracks_location(&reading, root);
	else if (size > 0)
		/* Cards, way points and the like are no positions; what is encrypted may be one. */
		reading.is_malformed =
			!cJSON_IsString(type) || strcmp(type->valuestring, "encrypted") == 0;
	finish(&reading);
	cJSON_Delete(root);
}

/* ---- Authorization ---- */

static void read_basic(const char *base64, struct phone_message *message)
{
	char text[VALUE_BYTES];
	const char *colon;
	size_t size;

	if (sodium_base642bin((unsigned char *)text, sizeof(text) - 1, base64, strlen(base64), " ",
			      &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return;
	text[size] = '\0';
	colon = strchr(text, ':');
	if (!colon)
		return;
	phone_add_name(message, text, (size_t)(colon - text));
	set_name(message->token, colon + 1, strlen(colon + 1));
	sodium_memzero(text, sizeof(text));
}

void phone_read_authorization(const char *header, struct phone_message *message)
{
	if (strncasecmp(header, "Basic ", 6) == 0)
		read_basic(header + 6, message);
	else if (strncasecmp(header, "Bearer ", 7) == 0)
		set_name(message->token, header + 7, strlen(header + 7));
}
