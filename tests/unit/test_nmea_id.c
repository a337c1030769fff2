/* SPDX-License-Identifier: Apache-2.0 */
/* Who sent a line of plain NMEA, and the lines that are none but say where their unit is. */
#include "server/plowd/intake/nmea_id.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "common/decimal.h"
#include "common/rfc3339.h"
#include "server/plowd/intake/nmea_forms.h"

#define RMC "$GPRMC,133343,A,5308.56325,N,1029.12850,E,0.0,0.0,290316,,*2A"

Test(nmea_id, a_sender_is_named_before_the_sentence_in_one_of_its_own_or_alone)
{
	static const struct {
		const char *line,
			*id; /* NULL: the line names nobody; "": somebody who can be no vehicle */
	} rows[] = {
		{"123456789" RMC, "123456789"},
		{"990000561287964," RMC, "990000561287964"},
		{"4711/022789000688081/" RMC, "022789000688081"},
		{"R-12 " RMC, "R-12"},
		{"snow.plow_7: " RMC, "snow.plow_7"},
		{RMC, NULL},
		{", " RMC, NULL},
		{"E,A*27" RMC, NULL},
		{"123456789012345678901234567890123" RMC, ""},
		{"\\s:R-12,n:7*7A\\" RMC, "R-12"},
		{"\\n:7,s:R-12*7A\\" RMC, "R-12"},
		{"\\s:R-12,n:7*00\\" RMC, ""},
		{"\\c:1800041405*54\\" RMC, NULL},
		{"\\s:R-12" RMC, ""},
		{"$PGID,359853000144328*0F\r\n", "359853000144328"},
		{"$PGID,359853000144328*0E\r\n", ""},
		{"$PGID,359853000144328*F", ""},
		{"$GPFID,ID123456ABC", "ID123456ABC"},
		{"$DEVID,0x0103846677F21422*41", "0x0103846677F21422"},
		{"$IMEI=355797031609284", "355797031609284"},
		{"$PCPTI,CradlePoint Test,184453,184453.0,6F*57", ""},
		{"$PCPTI,R-12,184453,184453.0,6F", "R-12"},
		{"$GPSTN,1234567890", "1234567890"},
		{"$PSIWMDID,6Q5161694402B133*2F", "6Q5161694402B133"},
		{"$CONNECT,350030950116536,NETWORK,\"Ben NL\"", "350030950116536"},
		{"$ID,350030950116536,4", "350030950116536"},
		{"$PGID,", NULL},
		{"$GPTXT,R-12", NULL},
		{"086415031C20", "086415031C20"},
		{" 358244017671308\r\n", "358244017671308"},
		{"+14063964266", "14063964266"},
		{"IMEI 351467108700000\r\n", "351467108700000"},
		{"imei=351467108700000", "351467108700000"},
		{"two words", NULL},
		{"%n%n%s", NULL},
		{"", NULL},
		{"\r\n", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char id[NMEA_ID_BYTES] = "not written";
		bool found = nmea_id_find(rows[i].line, strlen(rows[i].line), id);

		cr_expect_eq(found, rows[i].id != NULL, "%s: %d", rows[i].line, found);
		if (found && rows[i].id)
			cr_expect_str_eq(id, rows[i].id, "%s: %s", rows[i].line, id);
	}
}

static const char *told(const char *line, char out[256])
{
	static const char *const verdicts[] = {"none", "void", "bad checksum", "malformed", "fix"};
	char time[RFC3339_BYTES], lon[DECIMAL_BYTES], lat[DECIMAL_BYTES];
	struct nmea_form form;
	enum nmea_form_verdict verdict = nmea_form_read(line, strlen(line), &form);

	snprintf(out, 256, "%s", verdicts[verdict]);
	if (verdict != NMEA_FORM_FIX)
		return out;
	snprintf(time, sizeof(time), "%d", form.clock_ms);
	if (form.fix.time_ms != FIX_TIME_UNKNOWN)
		rfc3339_format(form.fix.time_ms, time);
	snprintf(out, 256, "%s %s %s %d %d [%s]%s", time, decimal_format(form.fix.lon_e7, 7, lon),
		 decimal_format(form.fix.lat_e7, 7, lat),
		 form.fix.speed_cmps == FIX_ABSENT ? -1 : form.fix.speed_cmps,
		 form.fix.course_cdeg == FIX_ABSENT ? -1 : form.fix.course_cdeg, form.id,
		 form.is_unchecked ? "" : " checked");
	return out;
}

Test(nmea_id, lines_that_are_no_nmea_say_where_their_unit_is)
{
	static const struct {
		const char *line, *told;
	} rows[] = {
		{"QZE,868994033976700,35,28062020,113553,22.13673,114.57263,36,22,A,0",
		 "2020-06-28T11:35:53.000Z 114.57263 22.13673 1000 2200 [868994033976700]"},
		{"QZE,868994033976700,35,28062020,113553,22.13673,114.57263,0,22,V,0", "void"},
		{"QZE,868994033976700,35,31062020,113553,22.13673,114.57263,0,22,A,0", "malformed"},
		{"QZE,868994033976700,35,28062020,113553,91.0,114.57263,0,22,A,0", "malformed"},
		{"QZE,8689 94,35,28062020,113553,22.1,114.57263,0,22,A,0", "malformed"},
		{"QZE,", "none"},
		{"$TRCCR,20140111000000.000,A,60.000000,60.000000,10.00,45.5,0.00,50,*0F\r\n",
		 "2014-01-11T00:00:00.000Z 60 60 514 4550 [] checked"},
		{"$TRCCR,20140111000000.000,A,60.000000,60.000000,10.00,45.5,0.00,50,*00",
		 "bad checksum"},
		{"$TRCCR,20140101001122.333,V,60.0,-100.0,1.1,2.2,3.3,4.4,", "void"},
		{"$TRCCR,20140101001122.333,A,60.0,-100.0",
		 "2014-01-01T00:11:22.333Z -100 60 -1 -1 []"},
		{"$TRCCR,2014,A,60.0,-100.0", "malformed"},
		{"$ID,1,4,WMCS-34,0,IOP,O,0x01,I,0x00,GPSEX,A,D,050703,T,095121,S,9:5,La,51.89573,"
		 "N,Lo,5.89860,W,H,21.47,V,9.0,DD,0",
		 "2003-07-05T09:51:21.000Z -5.8986 51.89573 -1 2147 []"},
		{"$ID,1,GPSET,V,D,160517,T,161628,La,51.64175,N,Lo,2.21816,W", "void"},
		{"$ID,1,GPSET,A,D,160517,T,161628,La,51.64175,N", "malformed"},
		{"$ID,1,GPSET,A,D,160517,T,161628,La,51.64175,E,Lo,2.21816,W", "malformed"},
		{"$ID,1,GPSET,A,D,160517,La,51.64175,N,Lo,2.21816,W", "malformed"},
		{"$ID,1,4", "none"},
		{"356526070063940,1,4337.19009,N,11612.34705,W,10.0,277.2,AT&T,,,-79,,-14.0,",
		 "1000 -116.2057842 43.6198348 514 27720 [356526070063940]"},
		{"+14063964266,162658,4333.62404,N,11636.23469,W,0.0,,Verizon Wireless",
		 "59218000 -116.6039115 43.5604007 0 -1 [14063964266]"},
		{"a b,162658,4333.62404,N,11636.23469,W,0.0,", "malformed"},
		{"1,246060,4333.62404,N,11636.23469,W,0.0,", "none"},
		{"1,126060,4333.62404,N,11636.23469,W,0.0,", "malformed"},
		{"1,12.5,4333.62404,N,11636.23469,W,0.0,", "malformed"},
		{"1,1,9933.62404,N,11636.23469,W,0.0,", "malformed"},
		{"hello, world", "none"},
		{RMC, "none"},
		{"R-12," RMC, "none"},
		{"", "none"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];

		cr_expect_str_eq(told(rows[i].line, text), rows[i].told, "%s: %s", rows[i].line,
				 text);
	}
}
