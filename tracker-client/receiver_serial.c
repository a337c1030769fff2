/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver at a serial port.  It may be unplugged and come back, so the port is opened anew
 * whenever it fails.  Without a given speed the usual ones are tried until sentences make sense; with
 * one, when it has said nothing that does for a while, since receivers forget their settings.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/alloc.h"
#include "tracker-client/receiver_drivers.h"

#define CHECK_MS 2500 /* two seconds of a 1 Hz receiver, and a bit */
#define CHECKS_AT_GIVEN 6 /* in vain, before other speeds than the given one are tried */

static const struct {
	unsigned baud;
	speed_t speed;
} speeds[] = {
	/* The first ones are tried in this order: what receivers are delivered with. */
	{9600, B9600},     {4800, B4800},   {38400, B38400},   {115200, B115200},
	{57600, B57600},   {19200, B19200}, {230400, B230400}, {460800, B460800},
	{921600, B921600}, {2400, B2400},   {1200, B1200},
};
#define SPEEDS_TRIED 7
#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))

struct serial {
	struct intake *intake;
	char path[SOURCE_PATH_BYTES];
	unsigned baud;       /* 0: find it out */
	size_t trying;       /* index of speeds */
	uint64_t understood; /* sentences, when last looked */
	unsigned in_vain;    /* looks since then */
	int fd;
	uv_poll_t poll;
	bool is_polling; /* the handle is not closed yet */
	uv_timer_t timer;
};

static void on_poll_closed(uv_handle_t *handle)
{
	struct serial *serial = handle->data;

	close(serial->fd);
	serial->fd = -1;
	serial->is_polling = false;
}

static void close_port(struct serial *serial)
{
	if (serial->is_polling && !uv_is_closing((uv_handle_t *)&serial->poll))
		uv_close((uv_handle_t *)&serial->poll, on_poll_closed);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct serial *serial = poll->data;
	char bytes[4096];
	ssize_t size = status == 0 ? read(serial->fd, bytes, sizeof(bytes)) : -1;

	(void)events;
	if (size > 0) {
		intake_bytes(serial->intake, bytes, (size_t)size);
	} else if (status != 0 || size == 0 || (errno != EAGAIN && errno != EINTR)) {
		intake_absent(serial->intake, serial->path, "it was unplugged");
		close_port(serial);
	}
}

static int set_speed(const struct serial *serial)
{
	struct termios mode;

	if (tcgetattr(serial->fd, &mode) != 0)
		return -errno;
	cfmakeraw(&mode);
	mode.c_cflag |= CLOCAL | CREAD;
	mode.c_cflag &= ~(tcflag_t)CRTSCTS;
	if (cfsetspeed(&mode, speeds[serial->trying].speed) != 0 ||
	    tcsetattr(serial->fd, TCSANOW, &mode) != 0)
		return -errno;
	tcflush(serial->fd, TCIFLUSH);
	return 0;
}

static int open_port(struct serial *serial)
{
	int error;

	serial->fd = open(serial->path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (serial->fd < 0)
		return -errno;
	error = set_speed(serial);
	if (error == 0)
		error = uv_poll_init(serial->intake->loop, &serial->poll, serial->fd);
	if (error != 0) {
		close(serial->fd);
		serial->fd = -1;
		return error;
	}
	serial->poll.data = serial;
	serial->is_polling = true;
	return uv_poll_start(&serial->poll, UV_READABLE | UV_DISCONNECT, on_readable);
}

static uint64_t understood(const struct serial *serial)
{
	const struct nmea_counts *counts = &serial->intake->nmea.counts;

	return counts->used + counts->voids + counts->unknown;
}

/* Tries the next speed, when the one at hand has had its chance. */
static void hunt(struct serial *serial)
{
	unsigned patience = serial->baud == 0 ? 1 : CHECKS_AT_GIVEN;

	if (++serial->in_vain < patience)
		return;
	serial->trying = serial->trying < SPEEDS_TRIED ? (serial->trying + 1) % SPEEDS_TRIED : 0;
	if (set_speed(serial) != 0)
		close_port(serial);
}

/* It speaks at the speed at hand. */
static void settle(struct serial *serial)
{
	unsigned baud = speeds[serial->trying].baud;

	if (serial->in_vain > 0 && serial->baud != baud && serial->baud != 0)
		fprintf(stderr,
			"plow-tracker: the receiver speaks at %u baud, not at the %u of the "
			"configuration; it is understood\n",
			baud, serial->baud);
	serial->in_vain = 0;
}

/* Every few seconds: is the port open, and do we understand what it says? */
static void on_check(uv_timer_t *timer)
{
	struct serial *serial = timer->data;
	int error;

	if (serial->is_polling && understood(serial) == serial->understood) {
		hunt(serial);
	} else if (serial->is_polling) {
		settle(serial);
	} else {
		error = open_port(serial);
		if (error != 0)
			intake_absent(serial->intake, serial->path, strerror(-error));
		else
			intake_opened(serial->intake);
	}
	serial->understood = understood(serial);
}

static void *start(struct intake *intake, const struct source *source, double rate, int *out_error,
		   char why[RECEIVER_WHY_BYTES])
{
	struct serial *serial = x_calloc(1, sizeof(*serial));

	(void)rate;
	while (source->baud != 0 && serial->trying < SPEEDS &&
	       speeds[serial->trying].baud != source->baud)
		serial->trying++;
	if (serial->trying == SPEEDS) {
		snprintf(why, RECEIVER_WHY_BYTES, "serial ports know no speed of %u baud",
			 source->baud);
		*out_error = -EINVAL;
		free(serial);
		return NULL;
	}
	serial->intake = intake;
	serial->baud = source->baud;
	serial->fd = -1;
	memcpy(serial->path, source->path, sizeof(serial->path));
	uv_timer_init(intake->loop, &serial->timer);
	serial->timer.data = serial;
	uv_timer_start(&serial->timer, on_check, 0, CHECK_MS);
	return serial;
}

static void stop(void *driver)
{
	struct serial *serial = driver;

	close_port(serial);
	uv_close((uv_handle_t *)&serial->timer, NULL);
}

const struct receiver_driver receiver_serial = {start, stop, free};
