/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/api_body.h"

#include <math.h>
#include <string.h>

#include "common/rfc3339.h"
#include "common/httpd/httpd.h"
#include "common/utf8.h"

#define INTEGER_MAX 9007199254740992.0

cJSON *body_parse(const char *text, size_t size)
{
	cJSON *body = cJSON_ParseWithLength(text, size);

	if (cJSON_IsObject(body))
		return body;
	cJSON_Delete(body);
	return NULL;
}

cJSON *api_body(struct httpd_request *request)
{
	const char *type = httpd_header(request, "Content-Type"), *text;
	size_t size;
	cJSON *body;

	if (!type || strncmp(type, "application/json", strlen("application/json")) != 0) {
		httpd_error(request, 415,
			    "The body is to be JSON, with Content-Type application/json.");
		return NULL;
	}
	text = httpd_content(request, &size);
	if (memchr(text, 0, size) || memmem(text, size, "\\u0000", 6)) {
		/* cJSON would take the text to end there. */
		httpd_error(request, 400, "The body has a text with a NUL character.");
		return NULL;
	}
	body = body_parse(text, size);
	if (!body)
		httpd_error(request, 400, "The body is not a JSON object.");
	return body;
}

static const cJSON *member(const cJSON *body, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, key);

	return item && !cJSON_IsNull(item) ? item : NULL;
}

bool body_has(const cJSON *body, const char *key)
{
	return member(body, key) != NULL;
}

bool body_text(const cJSON *body, const char *key, bool needed, char *out, size_t size)
{
	const cJSON *item = member(body, key);

	if (!item)
		return !needed;
	if (!cJSON_IsString(item) || strlen(item->valuestring) >= size ||
	    (needed && !item->valuestring[0]) || !utf8_is_clean(item->valuestring))
		return false;
	memcpy(out, item->valuestring, strlen(item->valuestring) + 1);
	return true;
}

bool body_time(const cJSON *body, const char *key, bool needed, int64_t *out_ms)
{
	const cJSON *item = member(body, key);

	*out_ms = 0;
	if (!item)
		return !needed;
	return cJSON_IsString(item) && rfc3339_parse(item->valuestring, out_ms) == 0;
}

bool body_real(const cJSON *body, const char *key, double *out)
{
	const cJSON *item = member(body, key);

	*out = cJSON_IsNumber(item) ? item->valuedouble : NAN;
	return isfinite(*out);
}

bool body_integer(const cJSON *body, const char *key, int64_t *out)
{
	double value;

	if (!body_real(body, key, &value) || value < 0 || value > INTEGER_MAX ||
	    value != floor(value))
		return false;
	*out = (int64_t)value;
	return true;
}
