/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/feed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/rfc3339.h"
#include "common/httpd/httpd.h"
#include "server/plowd/base/now.h"
#include "server/plowd/accounts/sessions.h"
#include "server/plowd/base/stats.h"

#define HEAD_MAX 128 /* "id: N\nevent: NAME\ndata: " */

/* One event as the stream carries it, kept while the ring or a client in the middle of it needs it.
 */
struct event {
	unsigned holders;
	size_t size;
	bool is_owned; /* by the contractor; else it concerns everybody */
	char contractor[ACCOUNT_CONTRACTOR_BYTES];
	char text[];
};

struct client {
	struct feed *feed;
	struct httpd_stream *stream;
	uint64_t next;         /* the number of the event to send next */
	struct event *current; /* in the middle of it; held */
	size_t sent;           /* of it */
	bool now_due;          /* it is to be told the time */
	bool is_over;          /* the session has ended */
	struct caller caller;
	struct client *following, **link;
};

struct feed {
	uv_timer_t timer;
	struct stats *stats;
	const struct now *now;
	struct event *ring[FEED_EVENTS];
	uint64_t first, last; /* numbers in the ring; first == last + 1 while it is empty */
	size_t bytes;
	struct client *clients;
	size_t client_count, clients_max;
};

static const char greeting[] = ": michiake\nretry: 2000\n\n";

static void drop(struct event *event)
{
	if (event && --event->holders == 0)
		free(event);
}

static struct event *event_new(uint64_t number, const struct feed_event *what)
{
	char head[HEAD_MAX];
	int length =
		snprintf(head, sizeof(head), "id: %" PRIu64 "\nevent: %s\ndata: ", number, what->name);
	struct event *event = x_malloc(sizeof(*event) + (size_t)length + what->size + 2);

	event->holders = 1;
	event->size = (size_t)length + what->size + 2;
	event->is_owned = what->contractor != NULL;
	snprintf(event->contractor, sizeof(event->contractor), "%s",
		 what->contractor ? what->contractor : "");
	memcpy(event->text, head, (size_t)length);
	memcpy(event->text + length, what->json, what->size);
	memcpy(event->text + (size_t)length + what->size, "\n\n", 2);
	return event;
}

static struct event *plain_event(const char *text)
{
	struct event *event = x_malloc(sizeof(*event) + strlen(text));

	event->holders = 1;
	event->is_owned = false;
	event->size = strlen(text);
	memcpy(event->text, text, event->size);
	return event;
}

/*
 * Without a number, so that a page which comes back still names the last real event.  Writing it is
 * also how a page that went away is noticed.
 */
static struct event *now_event(const struct feed *feed)
{
	int64_t time_ms = now_ms(feed->now);
	char text[64 + RFC3339_BYTES], time[RFC3339_BYTES];

	rfc3339_format(time_ms ? time_ms : wall_clock_ms(), time);
	snprintf(text, sizeof(text), "event: now\ndata: {\"now\":\"%s\"}\n\n", time);
	return plain_event(text);
}

static void on_now(uv_timer_t *timer)
{
	struct feed *feed = timer->data;

	for (struct client *client = feed->clients; client; client = client->following) {
		client->now_due = true;
		httpd_stream_wake(client->stream);
	}
}

struct feed *feed_new(uv_loop_t *loop, struct stats *stats, const struct now *now, size_t clients)
{
	struct feed *feed = x_calloc(1, sizeof(*feed));

	feed->last = (uint64_t)wall_clock_us();
	feed->first = feed->last + 1;
	feed->stats = stats;
	feed->now = now;
	feed->clients_max = clients;
	uv_timer_init(loop, &feed->timer);
	feed->timer.data = feed;
	uv_timer_start(&feed->timer, on_now, FEED_NOW_MS, FEED_NOW_MS);
	uv_unref((uv_handle_t *)&feed->timer); /* nobody to tell keeps no loop running */
	return feed;
}

static void forget_oldest(struct feed *feed)
{
	struct event **place = &feed->ring[feed->first++ % FEED_EVENTS];

	feed->bytes -= (*place)->size;
	drop(*place);
	*place = NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct feed *feed = handle->data;

	while (feed->first <= feed->last)
		forget_oldest(feed);
	free(feed);
}

void feed_free(struct feed *feed)
{
	if (feed)
		uv_close((uv_handle_t *)&feed->timer, on_closed);
}

uint64_t feed_last(const struct feed *feed)
{
	return feed->last;
}

void feed_publish(struct feed *feed, const struct feed_event *what)
{
	struct event *event = event_new(feed->last + 1, what);

	while (feed->first <= feed->last && (feed->last + 1 - feed->first == FEED_EVENTS ||
					     feed->bytes + event->size > FEED_BYTES_MAX))
		forget_oldest(feed);
	feed->ring[++feed->last % FEED_EVENTS] = event;
	feed->bytes += event->size;
	stats_add(feed->stats, STAT_EVENTS, 1);
	for (struct client *client = feed->clients; client; client = client->following)
		httpd_stream_wake(client->stream);
}

/* The one place that keeps contractors' events apart. */
static bool is_for(const struct event *event, const struct caller *caller)
{
	return !event->is_owned ||
	       account_sees(caller->role, caller->contractor, event->contractor);
}

/* What the client gets next, held for it; NULL: nothing now. */
static struct event *take_next(struct client *client)
{
	static const struct feed_event reset = {"reset", "{}", 2, NULL};
	struct feed *feed = client->feed;
	struct event *event;

	if (client->next < feed->first || client->next > feed->last + 1) {
		client->next = feed->last + 1;
		stats_add(feed->stats, STAT_EVENT_RESETS, 1);
		return event_new(feed->last, &reset);
	}
	while (client->next <= feed->last) {
		event = feed->ring[client->next++ % FEED_EVENTS];
		if (!is_for(event, &client->caller))
			continue;
		event->holders++;
		return event;
	}
	if (!client->now_due)
		return NULL;
	client->now_due = false;
	return now_event(feed);
}

static ssize_t pull(void *arg, char *out, size_t room)
{
	struct client *client = arg;
	size_t used = 0;

	if (client->is_over)
		return -1;
	while (used < room) {
		size_t part;

		if (!client->current) {
			client->current = take_next(client);
			client->sent = 0;
			if (!client->current)
				break;
		}
		part = client->current->size - client->sent;
		part = part < room - used ? part : room - used;
		memcpy(out + used, client->current->text + client->sent, part);
		used += part;
		client->sent += part;
		if (client->sent == client->current->size) {
			drop(client->current);
			client->current = NULL;
		}
	}
	return (ssize_t)used;
}

static void on_gone(void *arg)
{
	struct client *client = arg;

	client->feed->client_count--;
	stats_set(client->feed->stats, STAT_EVENT_CLIENTS, client->feed->client_count);
	*client->link = client->following;
	if (client->following)
		client->following->link = client->link;
	drop(client->current);
	free(client);
}

/* Where to begin: after the event the page had last, else with what comes. */
static int first_wanted(const struct feed *feed, struct httpd_request *request, uint64_t *out_next)
{
	const char *after = httpd_header(request, "Last-Event-ID");
	char *end;

	if (!after || !*after)
		after = httpd_query(request, "after");
	*out_next = feed->last + 1;
	if (!after)
		return 0;
	errno = 0;
	if (*after < '0' || *after > '9')
		return -EINVAL;
	*out_next = strtoull(after, &end, 10);
	if (errno || *end || *out_next == UINT64_MAX)
		return -EINVAL;
	(*out_next)++;
	return 0;
}

void feed_end_unless(struct feed *feed, bool (*may_go_on)(const struct caller *caller, void *arg),
		     void *arg)
{
	for (struct client *client = feed->clients; client; client = client->following) {
		client->is_over |= !may_go_on(&client->caller, arg);
		if (client->is_over)
			httpd_stream_wake(client->stream);
	}
}

void feed_follow(struct feed *feed, struct httpd_request *request, const struct caller *caller)
{
	static const struct httpd_stream_calls calls = {pull, on_gone};
	struct client *client;
	uint64_t next;

	if (first_wanted(feed, request, &next) != 0) {
		httpd_error(request, 400, "Last-Event-ID and after are the number of an event.");
		return;
	}
	if (feed->client_count == feed->clients_max) {
		httpd_error(request, 503,
			    "Too many pages follow the events: try again in a moment.");
		return;
	}
	client = x_calloc(1, sizeof(*client));
	client->feed = feed;
	client->next = next;
	client->caller = *caller;
	client->current = plain_event(greeting);
	client->following = feed->clients;
	client->link = &feed->clients;
	if (client->following)
		client->following->link = &client->following;
	feed->clients = client;
	stats_set(feed->stats, STAT_EVENT_CLIENTS, ++feed->client_count);
	client->stream =
		httpd_stream_start(request, "text/event-stream; charset=utf-8", &calls, client);
}
