/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/gnss.h"

#include <math.h>

#include "gis/network.h"

#define WHITE_SHARE 0.12 /* of sigma, from fix to fix */
#define VALLEY_SCALE 1.8
#define SKY_CHANGE_S 20.0 /* the sky's influence does not jump */
#define OUTAGE_EVERY_S 2700.0
#define OUTAGE_MEAN_S 14.0
#define SILENCE_LEAST_S 30.0
#define SILENCE_MOST_S 200.0
#define REFLECTION_EVERY_S 3600.0
#define ALTITUDE_M 118.0
#define SPEED_ERROR_MPS 0.07
#define COURSE_LEAST_MPS 0.6 /* slower, and a receiver knows no course */

struct gnss gnss_of(struct sim_random random, double sigma_m, double silences_s)
{
	struct gnss gnss = {.random = random,
			    .sigma_m = sigma_m,
			    .scale = 1,
			    .silent_until_s = -1,
			    .silences_s = silences_s,
			    .next_silence_s = INFINITY};

	gnss.memory_s = sim_range(&gnss.random, 30, 60);
	gnss.east_m = sim_normal(&gnss.random);
	gnss.north_m = sim_normal(&gnss.random);
	gnss.up_m = sim_normal(&gnss.random);
	gnss.next_outage_s = sim_exponential(&gnss.random, OUTAGE_EVERY_S);
	if (silences_s > 0)
		gnss.next_silence_s = sim_exponential(&gnss.random, silences_s);
	return gnss;
}

static void wander(struct gnss *gnss, struct sky sky, double since_s)
{
	double keep = exp(-since_s / gnss->memory_s);
	double stir = sqrt(1 - keep * keep);
	double wanted = sky.is_valley ? VALLEY_SCALE : 1;

	gnss->east_m = keep * gnss->east_m + stir * sim_normal(&gnss->random);
	gnss->north_m = keep * gnss->north_m + stir * sim_normal(&gnss->random);
	gnss->up_m = keep * gnss->up_m + stir * sim_normal(&gnss->random);
	gnss->scale += (wanted - gnss->scale) * (1 - exp(-since_s / SKY_CHANGE_S));
	if (sim_chance(&gnss->random, since_s / REFLECTION_EVERY_S * (sky.is_valley ? 2 : 1))) {
		gnss->east_m += sim_normal(&gnss->random) * 2.5;
		gnss->north_m += sim_normal(&gnss->random) * 2.5;
	}
}

/* No fix in tunnels, some seconds after them, and now and then for no reason anybody finds. */
static bool is_silent(struct gnss *gnss, struct sky sky, double now_s)
{
	if (sky.is_tunnel)
		gnss->silent_until_s = now_s + sim_range(&gnss->random, 1, 6);
	if (now_s >= gnss->next_outage_s) {
		gnss->silent_until_s = now_s + sim_exponential(&gnss->random, OUTAGE_MEAN_S);
		gnss->next_outage_s = now_s + sim_exponential(&gnss->random, OUTAGE_EVERY_S);
	}
	if (now_s >= gnss->next_silence_s) {
		gnss->silent_until_s =
			now_s + sim_range(&gnss->random, SILENCE_LEAST_S, SILENCE_MOST_S);
		gnss->next_silence_s =
			gnss->silent_until_s + sim_exponential(&gnss->random, gnss->silences_s);
	}
	return now_s < gnss->silent_until_s;
}

static void measure_movement(struct gnss *gnss, const struct place *place, struct fix *out)
{
	double speed =
		fabs(place->speed_mps + SPEED_ERROR_MPS * gnss->scale * sim_normal(&gnss->random));
	double course;

	out->speed_cmps = (int32_t)lround(100 * speed);
	if (place->speed_mps < COURSE_LEAST_MPS)
		return;
	course = place->course_deg + 180 / M_PI * SPEED_ERROR_MPS * gnss->scale / place->speed_mps *
					     sim_normal(&gnss->random);
	out->course_cdeg = (int32_t)((lround(100 * course) % 36000 + 36000) % 36000);
}

bool gnss_measure(struct gnss *gnss, const struct network *net, const struct place *place,
		  struct sky sky, double now_s, double since_s, struct fix *out)
{
	double scale, lon_deg, lat_deg, white_m = WHITE_SHARE * gnss->sigma_m;

	wander(gnss, sky, since_s);
	if (is_silent(gnss, sky, now_s))
		return false;
	scale = gnss->scale * gnss->sigma_m;
	network_to_degrees(net,
			   place->x_m + scale * gnss->east_m + white_m * sim_normal(&gnss->random),
			   place->y_m + scale * gnss->north_m + white_m * sim_normal(&gnss->random),
			   &lon_deg, &lat_deg);
	*out = fix_none();
	out->flags = FIX_VALID;
	out->quality = 1;
	out->lon_e7 = (int32_t)lround(1e7 * lon_deg);
	out->lat_e7 = (int32_t)lround(1e7 * lat_deg);
	out->alt_dm = (int32_t)lround(10 * (ALTITUDE_M + 1.6 * scale * gnss->up_m));
	out->hdop_c = (int32_t)lround(100 * (0.75 + 0.9 * (gnss->scale - 1)) *
				      (1 + 0.05 * fabs(sim_normal(&gnss->random))));
	out->satellites = (int32_t)fmax(4, 15 - 8 * (gnss->scale - 1) + sim_normal(&gnss->random));
	measure_movement(gnss, place, out);
	return true;
}
