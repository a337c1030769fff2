/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/thin.h"

#include <math.h>

#include "gis/geo.h"

/* So much on each axis keeps within THIN_M on the diagonal. */
#define AXIS_M (THIN_M / M_SQRT2)

void thin_init(struct thin *thin, const struct work_class *class_of_vehicle)
{
	*thin = (struct thin){.class_of_vehicle = class_of_vehicle};
}

/* Keeps the last fix: from here on every speed is possible again. */
static void keep(struct thin *thin, struct doing doing, thin_cb *on_point, void *arg)
{
	thin->kept = (struct thin_point){
		.time_ms = thin->last.time_ms,
		.lon_e7 = thin->last.lon_e7,
		.lat_e7 = thin->last.lat_e7,
		.doing = doing,
	};
	thin->has_kept = true;
	thin->lon_least = thin->lat_least = -HUGE_VAL;
	thin->lon_most = thin->lat_most = HUGE_VAL;
	on_point(&thin->kept, arg);
}

/* Whether the even way from the kept fix to this one passes by all those between. */
static bool passes_by(const struct thin *thin, const struct fix *fix)
{
	double took_ms = (double)(fix->time_ms - thin->kept.time_ms);
	double lon = (fix->lon_e7 - (double)thin->kept.lon_e7) / took_ms;
	double lat = (fix->lat_e7 - (double)thin->kept.lat_e7) / took_ms;

	return lon >= thin->lon_least && lon <= thin->lon_most && lat >= thin->lat_least &&
	       lat <= thin->lat_most;
}

/* From now on the way must pass by this fix too. */
static void narrow(struct thin *thin, const struct fix *fix)
{
	struct geo_scale scale = geo_scale_at(fix->lat_e7 / 1e7);
	double took_ms = (double)(fix->time_ms - thin->kept.time_ms);
	double lon = (fix->lon_e7 - (double)thin->kept.lon_e7) / took_ms;
	double lat = (fix->lat_e7 - (double)thin->kept.lat_e7) / took_ms;
	double lon_room = AXIS_M / scale.x_m_per_deg * 1e7 / took_ms;
	double lat_room = AXIS_M / scale.y_m_per_deg * 1e7 / took_ms;

	thin->lon_least = fmax(thin->lon_least, lon - lon_room);
	thin->lon_most = fmin(thin->lon_most, lon + lon_room);
	thin->lat_least = fmax(thin->lat_least, lat - lat_room);
	thin->lat_most = fmin(thin->lat_most, lat + lat_room);
}

void thin_add(struct thin *thin, const struct fix *fix, thin_cb *on_point, void *arg)
{
	if (thin->has_last) {
		struct doing doing = doing_between(thin->class_of_vehicle, &thin->last, fix);

		if (!thin->has_kept || !doing_is_same(&doing, &thin->kept.doing) ||
		    fix->time_ms - thin->kept.time_ms > THIN_JOIN_MS || !passes_by(thin, fix))
			keep(thin, doing, on_point, arg);
		narrow(thin, fix);
	}
	thin->last = *fix;
	thin->has_last = true;
}

void thin_end(struct thin *thin, thin_cb *on_point, void *arg)
{
	if (thin->has_last)
		keep(thin, doing_between(thin->class_of_vehicle, &thin->last, &thin->last),
		     on_point, arg);
	thin->has_last = thin->has_kept = false;
}
