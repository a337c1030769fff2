/* SPDX-License-Identifier: Apache-2.0 */
#include "common/nmea_sentence.h"

#include <string.h>

/* A, and D of some receivers that mean differential, stand by the position. */
static bool read_status(struct nmea_field field, struct nmea_said *said)
{
	char status = nmea_read_letter(field);

	said->is_refusing = said->is_refusing || (status != 'A' && status != 'D');
	return status == 'A' || status == 'D' || status == 'V' || field.size == 0;
}

/* Receivers older than NMEA 2.3 have no mode; letters of later standards change nothing. */
static void take_mode(char mode, struct nmea_said *said)
{
	if (mode == 'N' || mode == 'S' || mode == 'M')
		said->is_refusing = true;
	if (mode == 'E')
		said->is_dead_reckoning = true;
}

static void take_quality(int32_t quality, struct nmea_said *said)
{
	said->fix.quality = quality;
	if (quality == 0 || quality >= 7)
		said->is_refusing = true;
	if (quality == 6)
		said->is_dead_reckoning = true;
}

static void read_optional(struct nmea_field field, int scale, int32_t low, int32_t high,
			  int32_t *out)
{
	if (nmea_read_number(field, scale, low, high, out) != NMEA_READ)
		*out = FIX_ABSENT;
}

/* 1 knot is 1852/3600 m/s: knots x 10^4 times 463/90000 are cm/s. */
static void read_knots(struct nmea_field field, int32_t *out_cmps)
{
	int32_t knots_e4;

	if (nmea_read_number(field, 4, 0, 10000000, &knots_e4) == NMEA_READ)
		*out_cmps = (int32_t)((knots_e4 * INT64_C(463) + 45000) / 90000);
}

static void read_kmh(struct nmea_field field, int32_t *out_cmps)
{
	int32_t kmh_e4;

	if (nmea_read_number(field, 4, 0, 20000000, &kmh_e4) == NMEA_READ)
		*out_cmps = (kmh_e4 + 180) / 360;
}

static void read_course(struct nmea_field field, int32_t *out_cdeg)
{
	int32_t course_cdeg;

	if (nmea_read_number(field, 2, 0, 36000, &course_cdeg) == NMEA_READ)
		*out_cdeg = course_cdeg % 36000;
}

/*
 * Before they know anything some receivers write zeros instead of nothing: that is no position,
 * while 0 N 0 E that the receiver stands by is one.
 */
static bool read_position(const struct nmea_field *fields, struct nmea_said *said)
{
	said->position = nmea_read_position(fields, &said->fix.lon_e7, &said->fix.lat_e7);
	if (said->is_refusing && said->fix.lon_e7 == 0 && said->fix.lat_e7 == 0)
		said->position = NMEA_EMPTY;
	return said->position != NMEA_WRONG;
}

static enum nmea_outcome outcome_of(const struct nmea_said *said)
{
	return said->position == NMEA_READ && !said->is_refusing ? NMEA_USED : NMEA_VOID;
}

/* RMC,time,status,lat,N,lon,E,knots,course,ddmmyy,variation,E,mode,navigational status */
static enum nmea_outcome read_rmc(const struct nmea_field *f, struct nmea_said *said)
{
	said->clock = nmea_read_clock(f[1], &said->clock_ms);
	if (said->clock == NMEA_WRONG || !read_status(f[2], said))
		return NMEA_MALFORMED;
	take_mode(nmea_read_letter(f[12]), said);
	if (!read_position(f + 3, said))
		return NMEA_MALFORMED;
	read_knots(f[7], &said->fix.speed_cmps);
	read_course(f[8], &said->fix.course_cdeg);
	if (nmea_read_date(f[9], &said->day) != NMEA_READ)
		said->day = NMEA_DAY_UNKNOWN;
	return outcome_of(said);
}

/* GGA,time,lat,N,lon,E,quality,satellites,hdop,altitude,M,geoid,M,age,station */
static enum nmea_outcome read_gga(const struct nmea_field *f, struct nmea_said *said)
{
	int32_t quality = 0;

	said->clock = nmea_read_clock(f[1], &said->clock_ms);
	if (said->clock == NMEA_WRONG || nmea_read_number(f[6], 0, 0, 8, &quality) == NMEA_WRONG)
		return NMEA_MALFORMED;
	take_quality(quality, said);
	if (!read_position(f + 2, said))
		return NMEA_MALFORMED;
	read_optional(f[7], 0, 0, 255, &said->fix.satellites);
	read_optional(f[8], 2, 0, 99999, &said->fix.hdop_c);
	read_optional(f[9], 1, -100000, 1000000, &said->fix.alt_dm);
	return outcome_of(said);
}

/* GNS has a mode for each constellation; the best of them is the solution's. */
static int32_t quality_of_modes(struct nmea_field modes)
{
	static const struct {
		char mode;
		int32_t quality;
	} best_first[] = {{'R', 4}, {'F', 5}, {'P', 3}, {'D', 2},
			  {'A', 1}, {'E', 6}, {'M', 7}, {'S', 8}};

	for (size_t i = 0; i < sizeof(best_first) / sizeof(best_first[0]); i++) {
		if (memchr(modes.at, best_first[i].mode, modes.size))
			return best_first[i].quality;
	}
	return 0;
}

/* GNS,time,lat,N,lon,E,modes,satellites,hdop,altitude,geoid,age,station,navigational status */
static enum nmea_outcome read_gns(const struct nmea_field *f, struct nmea_said *said)
{
	said->clock = nmea_read_clock(f[1], &said->clock_ms);
	if (said->clock == NMEA_WRONG)
		return NMEA_MALFORMED;
	take_quality(quality_of_modes(f[6]), said);
	if (!read_position(f + 2, said))
		return NMEA_MALFORMED;
	read_optional(f[7], 0, 0, 255, &said->fix.satellites);
	read_optional(f[8], 2, 0, 99999, &said->fix.hdop_c);
	read_optional(f[9], 1, -100000, 1000000, &said->fix.alt_dm);
	return outcome_of(said);
}

/* GLL,lat,N,lon,E,time,status,mode; the oldest end after E and vouch for nothing. */
static enum nmea_outcome read_gll(const struct nmea_field *f, struct nmea_said *said)
{
	said->clock = nmea_read_clock(f[5], &said->clock_ms);
	if (f[6].size == 0 && f[1].size > 0)
		return NMEA_MALFORMED;
	if (said->clock == NMEA_WRONG || !read_status(f[6], said))
		return NMEA_MALFORMED;
	take_mode(nmea_read_letter(f[7]), said);
	return read_position(f + 1, said) ? outcome_of(said) : NMEA_MALFORMED;
}

/* VTG,course,T,magnetic course,M,knots,N,km/h,K,mode */
static enum nmea_outcome read_vtg(const struct nmea_field *f, struct nmea_said *said)
{
	if (nmea_read_letter(f[9]) == 'N' || (f[1].size == 0 && f[5].size == 0 && f[7].size == 0))
		return NMEA_VOID;
	if ((f[1].size > 0 && nmea_read_letter(f[2]) != 'T') ||
	    (f[5].size > 0 && nmea_read_letter(f[6]) != 'N'))
		return NMEA_MALFORMED;
	read_course(f[1], &said->fix.course_cdeg);
	read_knots(f[5], &said->fix.speed_cmps);
	if (said->fix.speed_cmps == FIX_ABSENT && nmea_read_letter(f[8]) == 'K')
		read_kmh(f[7], &said->fix.speed_cmps);
	return NMEA_USED;
}

/* GSA,choice,fix,12 satellites,pdop,hdop,vdop,system; fix is 1 for none, 2 and 3 for 2D and 3D */
static enum nmea_outcome read_gsa(const struct nmea_field *f, struct nmea_said *said)
{
	if (nmea_read_letter(f[2]) == '1')
		return NMEA_VOID;
	read_optional(f[16], 2, 0, 99999, &said->fix.hdop_c);
	return said->fix.hdop_c == FIX_ABSENT ? NMEA_VOID : NMEA_USED;
}

/* GST,time,rms,...: standard errors, of which a fix has none; its time must make sense. */
static enum nmea_outcome read_gst(const struct nmea_field *f, struct nmea_said *said)
{
	said->clock = nmea_read_clock(f[1], &said->clock_ms);
	if (said->clock == NMEA_WRONG)
		return NMEA_MALFORMED;
	return said->clock == NMEA_READ ? NMEA_USED : NMEA_VOID;
}

/* ZDA,time,day,month,year,zone hours,zone minutes */
static enum nmea_outcome read_zda(const struct nmea_field *f, struct nmea_said *said)
{
	enum nmea_reading day = nmea_read_day(f + 2, &said->day);

	said->clock = nmea_read_clock(f[1], &said->clock_ms);
	if (day == NMEA_WRONG || said->clock == NMEA_WRONG)
		return NMEA_MALFORMED;
	return day == NMEA_READ && said->clock == NMEA_READ ? NMEA_USED : NMEA_VOID;
}

static const struct sentence {
	char type[4];
	enum nmea_kind kind;
	enum nmea_outcome (*read)(const struct nmea_field *fields, struct nmea_said *said);
} sentences[] = {
	{"RMC", NMEA_RMC, read_rmc}, {"GGA", NMEA_GGA, read_gga}, {"GSA", NMEA_GSA, read_gsa},
	{"VTG", NMEA_VTG, read_vtg}, {"GLL", NMEA_GLL, read_gll}, {"GNS", NMEA_GNS, read_gns},
	{"GST", NMEA_GST, read_gst}, {"ZDA", NMEA_ZDA, read_zda},
};

/* Any talker of two letters; those that begin with P are makers' own, like Garmin's PGRMC. */
static const struct sentence *sentence_of(struct nmea_field address)
{
	if (address.size != 5 || address.at[0] == 'P')
		return NULL;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (memcmp(address.at + 2, sentences[i].type, 3) == 0)
			return &sentences[i];
	}
	return NULL;
}

enum nmea_outcome nmea_read_sentence(const char *body, size_t size, struct nmea_said *out)
{
	const struct sentence *sentence;
	struct nmea_fields split;

	nmea_split(body, size, &split);
	sentence = sentence_of(split.fields[0]);
	if (!sentence)
		return NMEA_UNKNOWN;
	*out = (struct nmea_said){
		.kind = sentence->kind,
		.day = NMEA_DAY_UNKNOWN,
		.fix = fix_none(),
	};
	return sentence->read(split.fields, out);
}
