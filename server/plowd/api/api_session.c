/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in and out, another password, and the first admin.  Hashing a password takes a tenth of a second and 64 MiB:
 * one thread of its own does it, one after the other, and a bounded number may wait.  A name that
 * is not known is answered like a wrong password, after the same work.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"
#include "server/plowd/api/change.h"
#include "server/plowd/accounts/lockout.h"

#define WRONG "The name or the password is wrong."
#define KEY_BYTES (ACCOUNT_NAME_BYTES + ADDRESS_BYTES + 8)

/*
 * What tries are counted under: a name from an address, an address, a name.  Whoever tries a name from
 * everywhere makes others wait for moments only, and where its owner has signed in before, for nothing.
 */
enum { HERE, ADDRESS, NAME, COUNTED };
static const struct lockout_rule rules[COUNTED] = {
	[HERE] = {5, LOCKOUT_LONGEST_MS}, [ADDRESS] = {30, LOCKOUT_LONGEST_MS}, [NAME] = {20, 30000}};

/* By which door: each ends with a new session. */
enum door { SIGN_IN, SET_UP, NEW_PASSWORD };

struct entrance {
	struct api *api;
	enum door door;
	bool is_https, is_wrong; /* the password */
	size_t counted;          /* under how many of the keys this try counts */
	char name[ACCOUNT_NAME_BYTES], password[PASSWORD_BYTES], setup_token[TOKEN_BYTES];
	char new_password[PASSWORD_BYTES];
	char keys[COUNTED][KEY_BYTES];
	char hash[PASSWORD_HASH_BYTES], token[TOKEN_BYTES], cookie[COOKIE_BYTES];
	struct account account;
	struct account_session session;
};

static void release_entrance(void *input)
{
	struct entrance *entrance = input;

	sodium_memzero(entrance, sizeof(*entrance));
	free(entrance);
}

static void show_account(struct json *json, const char *name, enum account_role role,
			 const char *contractor)
{
	json_open(json, '{');
	json_key(json, "name"), json_text(json, name);
	json_key(json, "role"), json_text(json, account_role_name(role));
	json_key(json, "contractor"), json_text(json, contractor[0] ? contractor : NULL);
	json_close(json, '}');
}

static void enter_task(struct db_txn *txn, void *arg)
{
	struct entrance *entrance = arg;

	if (entrance->door == SET_UP)
		setup_use(txn, entrance->setup_token, &entrance->account, entrance->hash);
	if (entrance->door == NEW_PASSWORD)
		account_set_password(txn, entrance->account.id, entrance->hash);
	entrance->session.user_id = entrance->account.id;
	session_begin(txn, &entrance->session);
}

static void enter(struct entrance *entrance, struct answer *out)
{
	static const char *const actions[] = {"session.begin", "user.setup", "user.password"};
	const struct change change = {.by = entrance->account.name,
				      .action = actions[entrance->door],
				      .object = entrance->account.name,
				      .task = enter_task,
				      .arg = entrance};
	struct json json = {0};
	int error;

	token_new(entrance->token);
	token_hash(entrance->token, entrance->session.token_hash);
	entrance->session.began_ms = entrance->session.seen_ms = wall_clock_ms();
	error = change_run(entrance->api->parts.writer, &change);
	if (error == -ENOENT || error == -EEXIST) {
		if (entrance->door == SET_UP)
			answer_error(out, 403, "This link was used already.");
		else
			answer_error(out, 401, WRONG);
		return;
	}
	if (error) {
		answer_error(out, 503, "Nobody can sign in at the moment: nothing can be stored.");
		return;
	}
	show_account(&json, entrance->account.name, entrance->account.role,
		     entrance->account.contractor);
	answer_body(out, TYPE_JSON, &json.out);
	access_cookie(entrance->token, entrance->is_https, entrance->cookie);
	out->reply.set_cookie = entrance->cookie;
	out->reply.status = entrance->door == SET_UP ? 201 : 200;
}

/* Whether the password is right; answers with a status and a sentence when it is not. */
static bool check(struct db *db, struct entrance *entrance, unsigned status, const char *why,
		  struct answer *out)
{
	int error = account_find(db, entrance->name, &entrance->account, entrance->hash);

	if (error && error != -ENOENT) {
		answer_db_error(out);
		return false;
	}
	entrance->is_wrong = !password_verify(error ? NULL : entrance->hash, entrance->password);
	if (entrance->is_wrong)
		answer_error(out, status, why);
	return !entrance->is_wrong;
}

static void sign_in_work(struct db *db, void *input, struct answer *out)
{
	struct entrance *entrance = input;

	if (check(db, entrance, 401, WRONG, out))
		enter(entrance, out);
}

static void password_work(struct db *db, void *input, struct answer *out)
{
	struct entrance *entrance = input;

	if (!check(db, entrance, 403, "The password is wrong.", out))
		return;
	if (password_hash(entrance->new_password, entrance->hash) != 0)
		answer_error(out, 503, "There is no memory for this at the moment.");
	else
		enter(entrance, out);
}

/* The tries were none of a guesser. */
static void take_back_tries(const struct entrance *entrance)
{
	struct api *api = entrance->api;

	lockout_forgive(api->lockout, entrance->keys[HERE]);
	for (size_t i = HERE + 1; i < entrance->counted; i++)
		lockout_take_back(api->lockout, entrance->keys[i]);
	lockout_settle(api->lockout, entrance->keys[HERE], (int64_t)uv_now(api->parts.loop));
}

static void enter_done(void *input, const struct answer *answer)
{
	struct entrance *entrance = input;
	struct sessions *sessions = entrance->api->parts.sessions;

	entrance->api->signing_in--;
	if (entrance->door != SET_UP && !entrance->is_wrong)
		take_back_tries(entrance);
	if (answer->why)
		return;
	if (entrance->door == NEW_PASSWORD)
		sessions_ended_all(sessions, entrance->account.id);
	sessions_began(sessions, &entrance->account, &entrance->session);
}

/* Too many tries: answers and returns false.  The same for every name, whether there is one. */
static bool may_try(const struct api *api, struct httpd_request *request,
		    const struct entrance *entrance, int64_t now_ms)
{
	int64_t longest_ms = 0;
	struct httpd_reply reply = {.status = 429, .type = TYPE_JSON};

	for (size_t i = 0; i < entrance->counted; i++) {
		int64_t wait_ms = lockout_wait_ms(api->lockout, entrance->keys[i], now_ms);

		longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
	}
	if (longest_ms == 0)
		return true;
	reply.retry_after_s = (unsigned)((longest_ms + 999) / 1000);
	reply.body = httpd_body_text(
		"{\"error\":\"Too many wrong passwords: wait a while.\",\"status\":429}");
	httpd_reply(request, &reply);
	return false;
}

static void offload_entrance(struct httpd_request *request, struct entrance *entrance,
			     offload_work *work)
{
	struct api *api = entrance->api;
	const struct offload_job job = {.request = request,
					.work = work,
					.done = enter_done,
					.release = release_entrance,
					.input = entrance,
					.needs_db = true};

	api->signing_in++;
	if (!offload_run(api->hashing, &job))
		api->signing_in--;
}

static struct entrance *entrance_new(struct api *api, struct httpd_request *request)
{
	struct entrance *entrance;

	if (api->signing_in >= SIGNING_IN_MAX) {
		httpd_error(request, 503, "Too many sign in at once: try again in a moment.");
		return NULL;
	}
	entrance = x_calloc(1, sizeof(*entrance));
	entrance->api = api;
	entrance->is_https = access_is_https(api, request);
	return entrance;
}

static void name_keys(const struct api *api, const struct httpd_request *request,
		      struct entrance *entrance)
{
	char address[ADDRESS_BYTES];

	access_address(api, request, address);
	snprintf(entrance->keys[HERE], KEY_BYTES, "here %s %s", address, entrance->name);
	snprintf(entrance->keys[ADDRESS], KEY_BYTES, "address %s", address);
	snprintf(entrance->keys[NAME], KEY_BYTES, "name %s", entrance->name);
}

/* Has the password tried, unless one has to wait; every try counts until it was right. */
static void try_password(struct httpd_request *request, struct entrance *entrance,
			 offload_work *work)
{
	struct api *api = entrance->api;
	int64_t now_ms = (int64_t)uv_now(api->parts.loop);

	name_keys(api, request, entrance);
	entrance->counted = lockout_is_home(api->lockout, entrance->keys[HERE], now_ms) ? HERE + 1 : COUNTED;
	if (!may_try(api, request, entrance, now_ms)) {
		release_entrance(entrance);
		return;
	}
	for (size_t i = 0; i < entrance->counted; i++)
		lockout_charge(api->lockout, entrance->keys[i], &rules[i], now_ms);
	offload_entrance(request, entrance, work);
}

void api_session_begin(struct httpd_request *request, void *context)
{
	struct entrance *entrance = entrance_new(context, request);
	cJSON *body = entrance ? api_body(request) : NULL;
	bool is_good;

	if (!body) {
		free(entrance);
		return;
	}
	is_good = body_text(body, "name", true, entrance->name, sizeof(entrance->name)) &&
		  body_text(body, "password", true, entrance->password, sizeof(entrance->password));
	cJSON_Delete(body);
	if (is_good) {
		try_password(request, entrance, sign_in_work);
		return;
	}
	release_entrance(entrance);
	httpd_error(request, 400, "It needs a name and a password.");
}

/* Why the body does not say which password is to be which, or NULL. */
static const char *read_passwords(const cJSON *body, struct entrance *out)
{
	if (!body_text(body, "password", true, out->password, sizeof(out->password)) ||
	    !body_text(body, "new_password", true, out->new_password, sizeof(out->new_password)))
		return "It needs the password and a new_password, each of at most 256 bytes.";
	return password_fault(out->new_password, out->name);
}

void api_session_password(struct httpd_request *request, void *context)
{
	struct caller caller;
	struct entrance *entrance;
	const char *why;
	cJSON *body;

	if (!access_caller(context, request, &caller))
		return;
	entrance = entrance_new(context, request);
	body = entrance ? api_body(request) : NULL;
	if (!body) {
		free(entrance);
		return;
	}
	entrance->door = NEW_PASSWORD;
	memcpy(entrance->name, caller.name, sizeof(caller.name));
	why = read_passwords(body, entrance);
	cJSON_Delete(body);
	if (!why) {
		try_password(request, entrance, password_work);
		return;
	}
	release_entrance(entrance);
	httpd_error(request, 400, why);
}

void api_session(struct httpd_request *request, void *context)
{
	struct caller caller;
	struct json json = {0};

	if (!access_caller(context, request, &caller))
		return;
	show_account(&json, caller.name, caller.role, caller.contractor);
	api_reply_json(request, &json);
}

/* ---- signing out ---- */

struct leaving {
	struct api *api;
	struct caller caller;
	char cookie[COOKIE_BYTES];
};

static void leave_task(struct db_txn *txn, void *arg)
{
	session_end(txn, *(const int64_t *)arg);
}

static void leave_work(struct db *db, void *input, struct answer *out)
{
	struct leaving *leaving = input;
	const struct change change = {.by = leaving->caller.name,
				      .action = "session.end",
				      .object = leaving->caller.name,
				      .task = leave_task,
				      .arg = &leaving->caller.session_id};

	(void)db;
	if (change_run(leaving->api->parts.writer, &change) != 0) {
		/* The browser is rid of it all the same. */
		out->reply = (struct httpd_reply){
			.status = 503,
			.type = TYPE_JSON,
			.retry_after_s = 2,
			.body = httpd_body_text("{\"error\":\"You are signed out, but that could not be stored "
						"yet: it is tried again.\",\"status\":503}"),
			.set_cookie = leaving->cookie};
		return;
	}
	out->reply = (struct httpd_reply){.status = 200,
					  .type = TYPE_JSON,
					  .body = httpd_body_text("{}"),
					  .set_cookie = leaving->cookie};
}

/* It is over here even when that could not be stored. */
static void leave_done(void *input, const struct answer *answer)
{
	const struct leaving *leaving = input;

	if (answer->reply.status != 200)
		sessions_end_later(leaving->api->parts.sessions, &leaving->caller);
	else
		sessions_ended(leaving->api->parts.sessions, leaving->caller.session_id);
}

void api_session_end(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct caller caller;
	struct leaving *leaving;
	struct offload_job job = {
		.request = request, .work = leave_work, .done = leave_done, .release = free};

	if (!access_caller(api, request, &caller))
		return;
	leaving = x_calloc(1, sizeof(*leaving));
	leaving->api = api;
	leaving->caller = caller;
	access_cookie(NULL, access_is_https(api, request), leaving->cookie);
	job.input = leaving;
	if (!offload_run(api->offload, &job))
		sessions_end_later(api->parts.sessions, &caller);
}

/* ---- the first admin ---- */

static void setup_work(struct db *db, void *input, struct answer *out)
{
	struct entrance *entrance = input;
	int error = setup_check(db, entrance->setup_token, wall_clock_ms());

	if (error == -ENOENT)
		answer_error(out, 403,
			     "This link was used, or is too old: start plowd again for another.");
	else if (error || password_hash(entrance->password, entrance->hash) != 0)
		answer_db_error(out);
	else
		enter(entrance, out);
}

/* Why the body does not say who the admin is to be, or NULL. */
static const char *read_setup(const cJSON *body, struct entrance *out)
{
	const char *why;

	out->account.role = ROLE_ADMIN;
	if (!body_text(body, "token", true, out->setup_token, sizeof(out->setup_token)))
		return "It needs the token of the set-up link.";
	if (!body_text(body, "name", true, out->account.name, sizeof(out->account.name)))
		return "A user's name is 1 to 63 bytes of text, without spaces around it.";
	if (!body_text(body, "password", true, out->password, sizeof(out->password)))
		return "A password is text of at most 256 bytes.";
	why = account_fault(&out->account);
	return why ? why : password_fault(out->password, out->account.name);
}

void api_setup(struct httpd_request *request, void *context)
{
	struct entrance *entrance = entrance_new(context, request);
	cJSON *body = entrance ? api_body(request) : NULL;
	const char *why;

	if (!body) {
		free(entrance);
		return;
	}
	entrance->door = SET_UP;
	why = read_setup(body, entrance);
	cJSON_Delete(body);
	if (why) {
		release_entrance(entrance);
		httpd_error(request, 400, why);
		return;
	}
	offload_entrance(request, entrance, setup_work);
}
