/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answering: headers that every answer has, the packed or the plain form, 304, and streams.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/httpd/httpd_internal.h"

#define QUICK 1 /* packing level: zlib's others cost more time than they save bytes */
#define STREAM_BLOCK 2048

static const struct {
	const char *name, *value;
} always[] = {
	{"Content-Security-Policy",
	 "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; "
	 "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
	 "form-action 'self'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Vary", "Accept-Encoding"},
};

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (MHD_add_response_header(response, name, value) != MHD_YES)
		abort();
}

static void add_common_headers(struct MHD_Response *response)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		add_header(response, always[i].name, always[i].value);
}

/* "gzip" is among the codings the client takes, and not with q=0. */
static bool accepts_gzip(const struct httpd_request *request)
{
	const char *accepted = httpd_header(request, "Accept-Encoding");
	const char *at = accepted ? strstr(accepted, "gzip") : NULL;
	const char *q;

	if (!at)
		return false;
	q = at + strlen("gzip");
	q += strspn(q, " \t");
	if (*q != ';')
		return true;
	q += 1 + strspn(q + 1, " \t");
	return strncmp(q, "q=0", 3) != 0 || strpbrk(q + 3, "123456789") != NULL;
}

static bool has_it_already(const struct httpd_request *request, const struct httpd_body *body)
{
	const char *known = httpd_header(request, "If-None-Match");

	return known && body && body->tag[0] &&
	       (strstr(known, body->tag) || strcmp(known, "*") == 0);
}

static void release_body(void *body)
{
	httpd_body_drop(body);
}

static struct MHD_Response *response_of(struct httpd_request *request, struct httpd_body *body)
{
	struct MHD_Response *response;
	bool packed = accepts_gzip(request) && (body->packed || body->size >= HTTPD_PACK_FROM);

	if (packed) {
		httpd_body_pack(body, QUICK);
	} else if (httpd_body_unpack(body) != 0) {
		httpd_body_drop(body);
		return NULL;
	}
	response = MHD_create_response_from_buffer_with_free_callback_cls(
		packed ? body->packed_size : body->size, packed ? body->packed : body->bytes,
		release_body, body);
	if (response && packed)
		add_header(response, "Content-Encoding", "gzip");
	return response;
}

static void wake_request(struct httpd_request *request)
{
	if (!request->asleep)
		return;
	request->asleep = false;
	MHD_resume_connection(request->connection);
	httpd_run_soon(request->httpd);
}

void httpd_reply(struct httpd_request *request, const struct httpd_reply *reply)
{
	bool unchanged = reply->status == 200 && has_it_already(request, reply->body);
	char tag[HTTPD_TAG_BYTES] = "", seconds[16];
	struct MHD_Response *response;

	if (reply->body)
		memcpy(tag, reply->body->tag, sizeof(tag));
	if (unchanged || !reply->body) {
		httpd_body_drop(reply->body);
		response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	} else {
		response = response_of(request, reply->body);
	}
	if (!response)
		abort();
	add_common_headers(response);
	if (reply->type && !unchanged)
		add_header(response, "Content-Type", reply->type);
	add_header(response, "Cache-Control", reply->cache ? reply->cache : "no-store");
	if (tag[0])
		add_header(response, "ETag", tag);
	if (reply->retry_after_s) {
		snprintf(seconds, sizeof(seconds), "%u", reply->retry_after_s);
		add_header(response, "Retry-After", seconds);
	}
	if (reply->set_cookie)
		add_header(response, "Set-Cookie", reply->set_cookie);
	request->response = response;
	request->status = unchanged ? 304 : reply->status;
	wake_request(request);
}

/* A sentence as a JSON string holds it: some quote a word or a heading. */
static void quote(const char *sentence, char *out, size_t size)
{
	size_t used = 0;

	for (; *sentence && used + 2 < size; sentence++) {
		if (*sentence == '"' || *sentence == '\\')
			out[used++] = '\\';
		out[used++] = *sentence;
	}
	out[used] = '\0';
}

void httpd_error(struct httpd_request *request, unsigned status, const char *sentence)
{
	struct httpd_reply reply = {
		.status = status,
		.type = "application/json; charset=utf-8",
		.retry_after_s = status == 503 ? 2 : 0,
	};
	char quoted[400], text[512];

	quote(sentence, quoted, sizeof(quoted));
	snprintf(text, sizeof(text), "{\"error\":\"%s\",\"status\":%u}", quoted, status);
	reply.body = httpd_body_text(text);
	request->httpd->refused++;
	httpd_reply(request, &reply);
	/* After a refused body or framing nothing that follows on the connection can be trusted. */
	if (status == 400 || status == 413 || status == 414)
		add_header(request->response, "Connection", "close");
	if (status == 405)
		add_header(request->response, "Allow", "GET, HEAD, POST");
}

void httpd_drop(struct httpd_request *request)
{
	request->dropped = true;
	wake_request(request);
}

enum MHD_Result httpd_reply_queue(struct httpd_request *request)
{
	struct MHD_Response *response = request->response;
	enum MHD_Result result = MHD_NO;

	request->response = NULL;
	if (response) {
		result = MHD_queue_response(request->connection, request->status, response);
		MHD_destroy_response(response);
	}
	return result;
}

static ssize_t pull(void *arg, uint64_t position, char *out, size_t room)
{
	struct httpd_stream *stream = arg;
	ssize_t got;

	(void)position;
	if (stream->httpd->stopping)
		return MHD_CONTENT_READER_END_OF_STREAM;
	got = stream->calls.pull(stream->arg, out, room);
	if (got < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (got == 0) {
		/* Returning 0 without sleeping would be asked again at once, for ever. */
		stream->asleep = true;
		MHD_suspend_connection(stream->connection);
	}
	return got;
}

static void free_stream(void *arg)
{
	struct httpd_stream *stream = arg;

	stream->calls.closed(stream->arg);
	*stream->link = stream->next;
	if (stream->next)
		stream->next->link = stream->link;
	free(stream);
}

struct httpd_stream *httpd_stream_start(struct httpd_request *request, const char *type,
					const struct httpd_stream_calls *calls, void *arg)
{
	struct httpd *httpd = request->httpd;
	struct httpd_stream *stream = x_calloc(1, sizeof(*stream));
	struct MHD_Response *response;

	stream->httpd = httpd;
	stream->connection = request->connection;
	stream->calls = *calls;
	stream->arg = arg;
	stream->next = httpd->streams;
	stream->link = &httpd->streams;
	if (stream->next)
		stream->next->link = &stream->next;
	httpd->streams = stream;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, pull, stream,
						     free_stream);
	if (!response)
		abort();
	add_common_headers(response);
	add_header(response, "Content-Type", type);
	add_header(response, "Cache-Control", "no-store");
	add_header(response, "X-Accel-Buffering", "no");
	request->response = response;
	request->status = 200;
	wake_request(request);
	return stream;
}

void httpd_stream_wake(struct httpd_stream *stream)
{
	if (!stream->asleep)
		return;
	stream->asleep = false;
	MHD_resume_connection(stream->connection);
	httpd_run_soon(stream->httpd);
}
