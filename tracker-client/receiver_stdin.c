/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NMEA on stdin: a pipe, a terminal, or a file, which epoll does not know and a timer reads
 * instead. Whoever writes can wait, so nothing is read while the spool has no room.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/alloc.h"
#include "tracker-client/receiver_drivers.h"

#define ROOM_RETRY_MS 20

struct input {
	struct intake *intake;
	bool is_file;
	uv_poll_t poll;
	uv_timer_t timer;
};

static void on_timer(uv_timer_t *timer);
static void on_readable(uv_poll_t *poll, int status, int events);

static void pause_reading(struct input *input, uint64_t ms)
{
	if (!input->is_file)
		uv_poll_stop(&input->poll);
	uv_timer_start(&input->timer, on_timer, ms, 0);
}

/* Returns false when there is no more. */
static bool read_once(struct input *input)
{
	char bytes[4096];
	ssize_t size = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (size > 0)
		intake_bytes(input->intake, bytes, (size_t)size);
	return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

static void step(struct input *input)
{
	if (!intake_has_room(input->intake)) {
		pause_reading(input, ROOM_RETRY_MS);
	} else if (!read_once(input)) {
		if (!input->is_file)
			uv_poll_stop(&input->poll);
		intake_ended(input->intake);
	} else if (input->is_file) {
		pause_reading(input, 0);
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	step(poll->data);
}

static void on_timer(uv_timer_t *timer)
{
	struct input *input = timer->data;

	if (input->is_file)
		step(input);
	else
		uv_poll_start(&input->poll, UV_READABLE | UV_DISCONNECT, on_readable);
}

static void *start(struct intake *intake, const struct source *source, double rate, int *out_error,
		   char why[RECEIVER_WHY_BYTES])
{
	struct input *input = x_calloc(1, sizeof(*input));

	(void)source;
	(void)rate;
	(void)out_error;
	(void)why;
	input->intake = intake;
	input->is_file = uv_guess_handle(STDIN_FILENO) == UV_FILE ||
			 uv_poll_init(intake->loop, &input->poll, STDIN_FILENO) != 0;
	uv_timer_init(intake->loop, &input->timer);
	input->timer.data = input;
	if (!input->is_file)
		input->poll.data = input;
	uv_timer_start(&input->timer, on_timer, 0, 0);
	return input;
}

static void stop(void *driver)
{
	struct input *input = driver;

	if (!input->is_file)
		uv_close((uv_handle_t *)&input->poll, NULL);
	uv_close((uv_handle_t *)&input->timer, NULL);
}

const struct receiver_driver receiver_stdin = {start, stop, free};
