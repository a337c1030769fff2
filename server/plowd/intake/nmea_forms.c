/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/nmea_forms.h"

#include <string.h>

#include "common/nmea_fields.h"

#define DAY_MS INT64_C(86400000)
#define DAY_UNKNOWN INT64_MIN

static bool take_lon_lat(struct nmea_field lon, struct nmea_field lat, struct fix *fix)
{
	return nmea_read_number(lon, 7, -1800000000, 1800000000, &fix->lon_e7) == NMEA_READ &&
	       nmea_read_number(lat, 7, -900000000, 900000000, &fix->lat_e7) == NMEA_READ;
}

/* km/h and knots at a scale of 4 to cm/s; a speed or course that cannot be is unknown. */
static void take_speed(struct nmea_field field, int64_t numerator, int64_t denominator,
		       struct fix *fix)
{
	int32_t speed_e4;

	if (nmea_read_number(field, 4, 0, 10000000, &speed_e4) == NMEA_READ)
		fix->speed_cmps = (int32_t)((speed_e4 * numerator + denominator / 2) / denominator);
}

static void take_knots(struct nmea_field field, struct fix *fix)
{
	take_speed(field, 463, 90000, fix);
}

static void take_kmh(struct nmea_field field, struct fix *fix)
{
	take_speed(field, 1, 360, fix);
}

static void take_course(struct nmea_field field, struct fix *fix)
{
	int32_t course_cdeg;

	if (nmea_read_number(field, 2, 0, 36000, &course_cdeg) == NMEA_READ)
		fix->course_cdeg = course_cdeg % 36000;
}

static bool field_is(struct nmea_field field, const char *text)
{
	return field.size == strlen(text) && memcmp(field.at, text, field.size) == 0;
}

static struct nmea_field part(struct nmea_field field, size_t at, size_t size)
{
	return (struct nmea_field){field.at + at, size};
}

static enum nmea_form_verdict dated(int64_t day, struct nmea_field clock, struct nmea_form *out)
{
	if (nmea_read_clock(clock, &out->clock_ms) != NMEA_READ)
		return NMEA_FORM_MALFORMED;
	if (day != DAY_UNKNOWN)
		out->fix.time_ms = day * DAY_MS + out->clock_ms;
	return NMEA_FORM_FIX;
}

/* QZE,imei,event,ddmmyyyy,hhmmss,lat,lon,km/h,course,status,ignition */
static enum nmea_form_verdict read_qze(const struct nmea_field *f, struct nmea_form *out)
{
	struct nmea_field date[3];
	int64_t day;

	if (f[3].size != 8)
		return NMEA_FORM_MALFORMED;
	date[0] = part(f[3], 0, 2);
	date[1] = part(f[3], 2, 2);
	date[2] = part(f[3], 4, 4);
	if (!field_is(f[9], "A"))
		return NMEA_FORM_VOID;
	if (nmea_read_day(date, &day) != NMEA_READ || !take_lon_lat(f[6], f[5], &out->fix) ||
	    !nmea_id_take(f[1].at, f[1].size, out->id))
		return NMEA_FORM_MALFORMED;
	take_kmh(f[7], &out->fix);
	take_course(f[8], &out->fix);
	return dated(day, f[4], out);
}

/* $TRCCR,yyyymmddhhmmss.sss,status,lat,lon,knots,course,altitude,battery,*hh */
static enum nmea_form_verdict read_trccr(const struct nmea_field *f, struct nmea_form *out)
{
	struct nmea_field date[3];
	int64_t day;

	if (f[1].size < 14)
		return NMEA_FORM_MALFORMED;
	date[0] = part(f[1], 6, 2);
	date[1] = part(f[1], 4, 2);
	date[2] = part(f[1], 0, 4);
	if (!field_is(f[2], "A"))
		return NMEA_FORM_VOID;
	if (nmea_read_day(date, &day) != NMEA_READ || !take_lon_lat(f[4], f[3], &out->fix))
		return NMEA_FORM_MALFORMED;
	take_knots(f[5], &out->fix);
	take_course(f[6], &out->fix);
	return dated(day, part(f[1], 8, f[1].size - 8), out);
}

/* Degrees without a sign, and the hemisphere. */
static bool take_degrees(const struct nmea_field *value_letter, int32_t limit_e7,
			 const char letters[2], int32_t *out_e7)
{
	char letter = nmea_read_letter(value_letter[1]);

	if (nmea_read_number(value_letter[0], 7, 0, limit_e7, out_e7) != NMEA_READ ||
	    (letter != letters[0] && letter != letters[1]))
		return false;
	if (letter == letters[1])
		*out_e7 = -*out_e7;
	return true;
}

/*
 * $ID,id,…,GPSEX,status,D,ddmmyy,T,hhmmss,S,9:5,La,lat,N,Lo,lon,E,H,course,V,speed,DD,0: names and
 * values, of which some have none or two.  No document of it was found: D is read as RMC's date,
 * and the speed, whose unit is unknown, is left out.
 */
static enum nmea_form_verdict read_tagged(const struct nmea_field *f, struct nmea_form *out)
{
	struct nmea_field clock = {0};
	int64_t day = DAY_UNKNOWN;
	bool has_lon = false, has_lat = false;

	if (!field_is(f[2], "A"))
		return NMEA_FORM_VOID;
	for (size_t i = 3; i + 1 < NMEA_FIELDS_MAX; i++) {
		if (field_is(f[i], "D") && nmea_read_date(f[i + 1], &day) != NMEA_READ)
			return NMEA_FORM_MALFORMED;
		if (field_is(f[i], "T"))
			clock = f[i + 1];
		if (field_is(f[i], "H"))
			take_course(f[i + 1], &out->fix);
		if (i + 2 < NMEA_FIELDS_MAX && field_is(f[i], "La"))
			has_lat = take_degrees(f + i + 1, 900000000, "NS", &out->fix.lat_e7);
		if (i + 2 < NMEA_FIELDS_MAX && field_is(f[i], "Lo"))
			has_lon = take_degrees(f + i + 1, 1800000000, "EW", &out->fix.lon_e7);
	}
	if (!has_lon || !has_lat)
		return NMEA_FORM_MALFORMED;
	return dated(day, clock, out);
}

/* id,hhmmss,ddmm.mm,N,dddmm.mm,W,knots,course,carrier,…: Cradlepoint; the time without leading
 * zeros. */
static enum nmea_form_verdict read_cradlepoint(const struct nmea_field *f, struct nmea_form *out)
{
	char digits[8] = "000000";
	int32_t clock;

	if (f[1].size == 0 || f[1].size > 6 || f[3].size != 1 || f[5].size != 1 ||
	    nmea_read_number(f[1], 0, 0, 235960, &clock) != NMEA_READ)
		return NMEA_FORM_NONE;
	if (nmea_read_position(f + 2, &out->fix.lon_e7, &out->fix.lat_e7) != NMEA_READ ||
	    !nmea_id_take(f[0].at, f[0].size, out->id))
		return NMEA_FORM_MALFORMED;
	memcpy(digits + 6 - f[1].size, f[1].at, f[1].size);
	take_knots(f[6], &out->fix);
	take_course(f[7], &out->fix);
	return dated(DAY_UNKNOWN, (struct nmea_field){digits, 6}, out);
}

static const struct form {
	const char *head;
	const char *begin; /* where its fields begin */
	enum nmea_form_verdict (*read)(const struct nmea_field *fields, struct nmea_form *out);
} forms[] = {
	{"QZE,", "QZE,", read_qze},
	{"$TRCCR,", "$TRCCR,", read_trccr},
	{"$ID,", ",GPS", read_tagged},
};

static const struct form *form_of(const char *line, size_t size)
{
	static const struct form cradlepoint = {"", "", read_cradlepoint};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t head = strlen(forms[i].head);

		if (size > head && memcmp(line, forms[i].head, head) == 0)
			return &forms[i];
	}
	return memchr(line, '$', size) || !memchr(line, ',', size) ? NULL : &cradlepoint;
}

enum nmea_form_verdict nmea_form_read(const char *line, size_t size, struct nmea_form *out)
{
	const struct form *form = form_of(line, size);
	struct nmea_fields split;
	const char *star, *begin;

	if (!form)
		return NMEA_FORM_NONE;
	while (size > 0 &&
	       (line[size - 1] == '\r' || line[size - 1] == '\n' || line[size - 1] == ' '))
		size--;
	*out = (struct nmea_form){.fix = fix_none()};
	star = line[0] == '$' ? memchr(line, '*', size) : NULL;
	if (star && !nmea_checksum_fits(line + 1, line + size))
		return NMEA_FORM_BAD_CHECKSUM;
	out->is_unchecked = !star;
	size = star ? (size_t)(star - line) : size;
	begin = memmem(line, size, form->begin, strlen(form->begin));
	if (!begin)
		return NMEA_FORM_NONE;
	nmea_split(begin, size - (size_t)(begin - line), &split);
	out->fix.flags = FIX_VALID;
	return form->read(split.fields, out);
}
