/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/receiver.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "tracker-client/receiver_drivers.h"

struct receiver {
	const struct receiver_driver *driver;
	void *state;
};

static const struct receiver_driver *const drivers[] = {
	[SOURCE_SERIAL] = &receiver_serial, [SOURCE_GPSD] = &receiver_gpsd,
	[SOURCE_UDP] = &receiver_udp,       [SOURCE_FILE] = &receiver_replay,
	[SOURCE_STDIN] = &receiver_stdin,
};

int receiver_start(struct intake *intake, const struct source *source, double rate,
		   struct receiver **out, char why[RECEIVER_WHY_BYTES])
{
	const struct receiver_driver *driver = drivers[source->kind];
	int error = 0;
	void *state = driver->start(intake, source, rate, &error, why);

	if (state == NULL)
		return error;
	*out = x_calloc(1, sizeof(**out));
	**out = (struct receiver){driver, state};
	return 0;
}

void receiver_stop(struct receiver *receiver)
{
	receiver->driver->stop(receiver->state);
}

void receiver_free(struct receiver *receiver)
{
	if (receiver == NULL)
		return;
	receiver->driver->free(receiver->state);
	free(receiver);
}
