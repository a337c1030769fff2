/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/post.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "tests/sim/fleet.h"

#define TICK_MS 20
#define BUSY_MS 15        /* of each tick at most are spent on driving */
#define BACKLOG_MOST 1500 /* fixes a vehicle may be ahead of the server at full speed */
#define LATE_LEAST_MS 40
#define LATE_TICKS 4

struct mailbox {
	struct post *post;
	struct radio *radio;
	uv_udp_t socket;
	uint8_t late[SEAL_DATAGRAM_MAX]; /* held back, to arrive after younger ones */
	size_t late_size;
	uint64_t late_until_ms;
};

struct post {
	struct fleet *fleet;
	struct post_settings settings;
	uv_loop_t loop;
	uv_timer_t tick;
	uv_signal_t signals[2];
	struct mailbox *boxes;
	uint64_t begun_ms, heard_ms;
	uint8_t room[65536]; /* what one receive may bring */
	int result;
	bool ending;
};

/* What the socket will not take now is lost, and sent again later as all that is lost. */
static void throw(struct mailbox * box, uint8_t *datagram, size_t size)
{
	union {
		uint8_t *bytes;
		char *text;
	} base = {.bytes = datagram};
	uv_buf_t buffer = uv_buf_init(base.text, (unsigned)size);

	(void)uv_udp_try_send(&box->socket, &buffer, 1, NULL);
}

static void send_late(struct mailbox *box, uint64_t now_ms)
{
	if (box->late_size && now_ms >= box->late_until_ms) {
		throw(box, box->late, box->late_size);
		box->late_size = 0;
	}
}

static void post_all(struct mailbox *box, uint64_t now_ms)
{
	uint8_t datagram[SEAL_DATAGRAM_MAX];
	size_t size;

	while ((size = radio_next(box->radio, now_ms, wall_clock_ms(), datagram)) > 0) {
		switch (radio_fate(box->radio)) {
		case RADIO_LOST:
			break;
		case RADIO_LATE:
			memcpy(box->late, datagram, size);
			box->late_size = size;
			box->late_until_ms = now_ms + LATE_LEAST_MS + now_ms % LATE_TICKS * TICK_MS;
			break;
		case RADIO_DOUBLED:
			throw(box, datagram, size);
			throw(box, datagram, size);
			break;
		case RADIO_ARRIVES:
			throw(box, datagram, size);
			break;
		}
	}
	send_late(box, now_ms);
}

static void on_close(uv_handle_t *handle)
{
	(void)handle;
}

static void end(struct post *post, int result)
{
	if (post->ending)
		return;
	post->ending = true;
	post->result = result;
	uv_close((uv_handle_t *)&post->tick, on_close);
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&post->signals[i], on_close);
	for (size_t i = 0; i < post->settings.vehicles; i++)
		uv_close((uv_handle_t *)&post->boxes[i].socket, on_close);
}

static bool is_all_acknowledged(const struct post *post)
{
	for (size_t i = 0; i < post->settings.vehicles; i++) {
		if (radio_kept(post->boxes[i].radio) > 0)
			return false;
	}
	return true;
}

/* The server is behind.  What a silent radio keeps is not its fault: that goes away with the night.
 */
static bool is_ahead(const struct post *post)
{
	for (size_t i = 0; i < post->settings.vehicles; i++) {
		const struct radio *radio = post->boxes[i].radio;

		if (radio_kept(radio) > BACKLOG_MOST && !radio_is_silent(radio))
			return true;
	}
	return false;
}

/* How far the night should be by now. */
static int64_t due_ms(const struct post *post, uint64_t now_ms)
{
	double passed_ms = (double)(now_ms - post->begun_ms);

	if (post->settings.speed == 0)
		return INT64_MAX;
	return (int64_t)(1000 * post->settings.head_start_s + post->settings.speed * passed_ms);
}

static void drive(struct post *post, uint64_t now_ms)
{
	uint64_t stop_ns = uv_hrtime() + BUSY_MS * UINT64_C(1000000);
	int64_t due = due_ms(post, now_ms);

	for (unsigned steps = 0; fleet_passed_ms(post->fleet) <= due; steps++) {
		if (fleet_is_over(post->fleet))
			return;
		if (steps % 16 == 15 && uv_hrtime() > stop_ns)
			return;
		if (post->settings.speed == 0 && steps % 64 == 0 && is_ahead(post))
			return;
		fleet_step(post->fleet);
	}
}

static void on_tick(uv_timer_t *timer)
{
	struct post *post = timer->data;
	uint64_t now_ms = uv_now(&post->loop);
	bool over;

	drive(post, now_ms);
	over = fleet_is_over(post->fleet);
	for (size_t i = 0; i < post->settings.vehicles; i++) {
		if (over)
			radio_calm(post->boxes[i].radio);
		post_all(&post->boxes[i], now_ms);
	}
	if (is_all_acknowledged(post)) {
		post->heard_ms = now_ms;
		if (over)
			end(post, 0);
	} else if ((double)(now_ms - post->heard_ms) > 1000 * post->settings.patience_s) {
		end(post, -ETIMEDOUT);
	}
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct mailbox *box = handle->data;
	union {
		uint8_t *bytes;
		char *text;
	} base = {.bytes = box->post->room};

	(void)suggested;
	*out = uv_buf_init(base.text, sizeof(box->post->room));
}

static void on_datagram(uv_udp_t *socket, ssize_t size, const uv_buf_t *buffer,
			const struct sockaddr *from, unsigned flags)
{
	struct mailbox *box = socket->data;
	union {
		const char *text;
		const uint8_t *bytes;
	} base = {.text = buffer->base};

	(void)flags;
	/* A negative size is a refused connection: the server is away for a moment. */
	if (size <= 0 || !from || box->post->ending)
		return;
	if (radio_hear(box->radio, uv_now(&box->post->loop), base.bytes, (size_t)size))
		box->post->heard_ms = uv_now(&box->post->loop);
	post_all(box, uv_now(&box->post->loop));
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	end(handle->data, -EINTR);
}

static int open_box(struct post *post, size_t i)
{
	struct mailbox *box = &post->boxes[i];
	int error = uv_udp_init(&post->loop, &box->socket);

	box->post = post;
	box->radio = fleet_radio(post->fleet, i);
	box->socket.data = box;
	if (!error)
		error = uv_udp_connect(&box->socket,
				       (const struct sockaddr *)&post->settings.server);
	if (!error)
		error = uv_udp_recv_start(&box->socket, on_room, on_datagram);
	return error;
}

static int start(struct post *post)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	int error = 0;

	uv_timer_init(&post->loop, &post->tick);
	post->tick.data = post;
	for (size_t i = 0; i < 2; i++) {
		uv_signal_init(&post->loop, &post->signals[i]);
		post->signals[i].data = post;
	}
	for (size_t i = 0; i < post->settings.vehicles; i++) {
		int failed = open_box(post, i);

		error = error ? error : failed;
	}
	for (size_t i = 0; i < 2 && !error; i++)
		error = uv_signal_start(&post->signals[i], on_signal, numbers[i]);
	post->begun_ms = uv_now(&post->loop);
	post->heard_ms = post->begun_ms;
	return error ? error : uv_timer_start(&post->tick, on_tick, 0, TICK_MS);
}

int post_run(struct fleet *fleet, const struct post_settings *settings)
{
	struct post *post = x_calloc(1, sizeof(*post));
	int error, result;

	post->fleet = fleet;
	post->settings = *settings;
	post->boxes = x_calloc(settings->vehicles, sizeof(*post->boxes));
	error = uv_loop_init(&post->loop);
	if (error)
		goto out;
	error = start(post);
	if (error)
		end(post, error);
	uv_run(&post->loop, UV_RUN_DEFAULT);
	uv_loop_close(&post->loop);
	error = post->result;
out:
	result = error;
	free(post->boxes);
	free(post);
	return result;
}
