/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a post carries: one JSON object with texts of limited size, times and numbers.  Loop thread.
 */
#ifndef PLOW_SERVER_PLOWD_API_API_BODY_H
#define PLOW_SERVER_PLOWD_API_API_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "common/attr.h"

struct httpd_request;

/* The object, to be deleted; NULL: it was answered that there is none. */
cJSON *api_body(struct httpd_request *request);

/* The object in a text, to be deleted; NULL: there is none. */
cJSON *body_parse(const char *text, size_t size);

/* A text without control characters that fits; absent or null is good where it is not needed. */
bool body_text(const cJSON *body, const char *key, bool needed, char *out, size_t size);
/* A time; absent or null gives 0 where it is not needed. */
bool body_time(const cJSON *body, const char *key, bool needed, int64_t *out_ms);
bool body_real(const cJSON *body, const char *key, double *out);
/* A whole number from 0 to 2^53. */
bool body_integer(const cJSON *body, const char *key, int64_t *out);
/* Whether the object has the member and it is not null. */
bool body_has(const cJSON *body, const char *key);

#endif
