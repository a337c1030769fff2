/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users: listed with their sessions, added, removed, signed out, given another password; and the
 * audit log.  Every change is known to the loop at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/audit.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"
#include "server/plowd/api/change.h"

#define AUDIT_MAX 200

static void show_sessions(struct json *json, const struct account_session *sessions, size_t count,
			  int64_t user_id)
{
	json_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		if (sessions[i].user_id != user_id)
			continue;
		json_open(json, '{');
		json_key(json, "id"), json_integer(json, sessions[i].id);
		json_key(json, "began"), json_time(json, sessions[i].began_ms);
		json_key(json, "seen"), json_time(json, sessions[i].seen_ms);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void show_user(struct json *json, const struct account *account,
		      const struct account_session *sessions, size_t count)
{
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, account->id);
	json_key(json, "name"), json_text(json, account->name);
	json_key(json, "role"), json_text(json, account_role_name(account->role));
	json_key(json, "contractor");
	json_text(json, account->contractor[0] ? account->contractor : NULL);
	json_key(json, "created"), json_time(json, account->created_ms);
	json_key(json, "sessions"), show_sessions(json, sessions, count, account->id);
	json_close(json, '}');
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	struct account *accounts = NULL;
	struct account_session *sessions = NULL;
	size_t count = 0, session_count = 0;
	struct json json = {0};

	(void)input;
	if (account_list(db, &accounts, &count) != 0 ||
	    session_list(db, &sessions, &session_count) != 0) {
		answer_db_error(out);
	} else {
		json_open(&json, '[');
		for (size_t i = 0; i < count; i++)
			show_user(&json, &accounts[i], sessions, session_count);
		json_close(&json, ']');
		answer_body(out, TYPE_JSON, &json.out);
	}
	free(accounts);
	free(sessions);
}

void api_users(struct httpd_request *request, void *context)
{
	api_offload(context, request, list_work, NULL);
}

/* An order about a user. */
struct order {
	struct api *api;
	struct caller caller;
	struct account account; /* id 0: a new one */
	char password[PASSWORD_BYTES], hash[PASSWORD_HASH_BYTES];
};

static void release_order(void *input)
{
	struct order *order = input;

	sodium_memzero(order, sizeof(*order));
	free(order);
}

/* Stores it; returns false after answering why not. */
static bool store(struct order *order, const char *action, writer_task *task, struct answer *out)
{
	const struct change change = {.by = order->caller.name,
				      .action = action,
				      .object = order->account.name,
				      .task = task,
				      .arg = order};
	int error = change_run(order->api->parts.writer, &change);

	if (error == -ENOENT)
		answer_error(out, 404, "There is no user of this number.");
	else if (error == -EEXIST)
		answer_error(out, 409, "There is a user of this name already.");
	else if (error == -EPERM)
		answer_error(out, 409, "This is the last admin: make another one first.");
	else if (error == -EDQUOT)
		answer_error(out, 409, "There are 1000 users: remove one first.");
	else if (error)
		answer_error(out, 503, "The change could not be stored at the moment.");
	return error == 0;
}

static void answer_user(const struct order *order, unsigned status, struct answer *out)
{
	struct json json = {0};

	show_user(&json, &order->account, NULL, 0);
	answer_body(out, TYPE_JSON, &json.out);
	out->reply.status = status;
}

/* ---- a new one ---- */

static void add_task(struct db_txn *txn, void *arg)
{
	struct order *order = arg;

	account_add(txn, &order->account, order->hash);
}

static void add_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;

	(void)db;
	if (password_hash(order->password, order->hash) != 0)
		answer_error(out, 503, "There is no memory for this at the moment.");
	else if (store(order, "user.add", add_task, out))
		answer_user(order, 201, out);
}

static void add_done(void *input, const struct answer *answer)
{
	struct order *order = input;

	(void)answer;
	order->api->signing_in--;
}

/* Why the body does not say who is to be added, or NULL. */
static const char *read_user(const cJSON *body, struct order *out)
{
	struct account *account = &out->account;
	char role[16];
	const char *why;

	if (!body_text(body, "name", true, account->name, sizeof(account->name)))
		return "A user's name is 1 to 63 bytes of text, without spaces around it.";
	if (!body_text(body, "role", true, role, sizeof(role)) ||
	    !account_role_parse(role, &account->role))
		return "The role is one of admin, dispatcher, contractor, auditor.";
	if (!body_text(body, "contractor", false, account->contractor,
		       sizeof(account->contractor)))
		return "The contractor is at most 63 bytes of text.";
	if (!body_text(body, "password", true, out->password, sizeof(out->password)))
		return "A password is text of at most 256 bytes.";
	why = account_fault(account);
	return why ? why : password_fault(out->password, account->name);
}

static struct order *order_new(struct api *api, const struct caller *caller)
{
	struct order *order = x_calloc(1, sizeof(*order));

	order->api = api;
	order->caller = *caller;
	return order;
}

/* Orders that hash a password wait with those who sign in. */
static void hash_aside(struct api *api, struct httpd_request *request, struct order *order,
		       offload_work *work, offload_done *done)
{
	const struct offload_job job = {.request = request,
					.work = work,
					.done = done,
					.release = release_order,
					.input = order,
					.needs_db = true};

	if (api->signing_in >= SIGNING_IN_MAX) {
		release_order(order);
		httpd_error(request, 503, "Too many sign in at once: try again in a moment.");
		return;
	}
	api->signing_in++;
	if (!offload_run(api->hashing, &job))
		api->signing_in--;
}

void api_user_add(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct caller caller;
	struct order *order;
	const char *why;
	cJSON *body;

	if (!access_caller(api, request, &caller))
		return;
	body = api_body(request);
	if (!body)
		return;
	order = order_new(api, &caller);
	why = read_user(body, order);
	cJSON_Delete(body);
	if (!why) {
		hash_aside(api, request, order, add_work, add_done);
		return;
	}
	release_order(order);
	httpd_error(request, 400, why);
}

/* ---- one that is there ---- */

/* Finds whom it is about; answers 404 itself. */
static bool find_user(struct db *db, struct order *order, struct answer *out)
{
	int error = account_find_id(db, order->account.id, &order->account);

	if (error == -ENOENT)
		answer_error(out, 404, "There is no user of this number.");
	else if (error)
		answer_db_error(out);
	return error == 0;
}

static void remove_task(struct db_txn *txn, void *arg)
{
	account_remove(txn, ((const struct order *)arg)->account.id);
}

static void remove_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;

	if (find_user(db, order, out) && store(order, "user.remove", remove_task, out))
		answer_user(order, 200, out);
}

static void sign_out_task(struct db_txn *txn, void *arg)
{
	session_end_all(txn, ((const struct order *)arg)->account.id);
}

static void sign_out_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;

	if (find_user(db, order, out) && store(order, "user.sign-out", sign_out_task, out))
		answer_user(order, 200, out);
}

/* His sessions are over. */
static void ended_done(void *input, const struct answer *answer)
{
	const struct order *order = input;

	if (!answer->why)
		sessions_ended_all(order->api->parts.sessions, order->account.id);
}

static void password_task(struct db_txn *txn, void *arg)
{
	const struct order *order = arg;

	account_set_password(txn, order->account.id, order->hash);
}

static void password_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const char *why;

	if (!find_user(db, order, out))
		return;
	why = password_fault(order->password, order->account.name);
	if (why)
		answer_error(out, 400, why);
	else if (password_hash(order->password, order->hash) != 0)
		answer_error(out, 503, "There is no memory for this at the moment.");
	else if (store(order, "user.password", password_task, out))
		answer_user(order, 200, out);
}

static void password_done(void *input, const struct answer *answer)
{
	add_done(input, answer);
	ended_done(input, answer);
}

/* The order about the user of the path; NULL after answering why not. */
static struct order *order_about(struct api *api, struct httpd_request *request)
{
	struct caller caller;
	struct order *order;
	int64_t id;

	if (!access_caller(api, request, &caller))
		return NULL;
	if (!api_number(httpd_part(request, 0), &id)) {
		httpd_error(request, 404, "There is no user of this number.");
		return NULL;
	}
	order = order_new(api, &caller);
	order->account.id = id;
	return order;
}

static void end_sessions(struct api *api, struct httpd_request *request, offload_work *work)
{
	struct offload_job job = {.request = request,
				  .work = work,
				  .done = ended_done,
				  .release = release_order,
				  .needs_db = true};

	job.input = order_about(api, request);
	if (job.input)
		offload_run(api->offload, &job);
}

void api_user_remove(struct httpd_request *request, void *context)
{
	end_sessions(context, request, remove_work);
}

void api_user_sign_out(struct httpd_request *request, void *context)
{
	end_sessions(context, request, sign_out_work);
}

void api_user_password(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct order *order = order_about(api, request);
	cJSON *body = order ? api_body(request) : NULL;
	bool is_good;

	if (!body) {
		free(order);
		return;
	}
	is_good = body_text(body, "password", true, order->password, sizeof(order->password));
	cJSON_Delete(body);
	if (is_good) {
		hash_aside(api, request, order, password_work, password_done);
		return;
	}
	release_order(order);
	httpd_error(request, 400, "A password is text of at most 256 bytes.");
}

/* ---- the audit log ---- */

static void audit_work(struct db *db, void *input, struct answer *out)
{
	const int64_t *before_id = input;
	struct audit_entry *list = x_calloc(AUDIT_MAX, sizeof(*list));
	int count = audit_list(db, *before_id, list, AUDIT_MAX);
	struct json json = {0};

	if (count < 0)
		answer_db_error(out);
	else
		json_open(&json, '[');
	for (int i = 0; i < count; i++) {
		json_open(&json, '{');
		json_key(&json, "id"), json_integer(&json, list[i].id);
		json_key(&json, "time"), json_time(&json, list[i].time_ms);
		json_key(&json, "name"), json_text(&json, list[i].name);
		json_key(&json, "action"), json_text(&json, list[i].action);
		json_key(&json, "object"), json_text(&json, list[i].object);
		json_close(&json, '}');
	}
	if (count >= 0) {
		json_close(&json, ']');
		answer_body(out, TYPE_JSON, &json.out);
	}
	free(list);
}

void api_audit(struct httpd_request *request, void *context)
{
	const char *before = httpd_query(request, "before");
	int64_t before_id = INT64_MAX, *input;

	if (before && !api_number(before, &before_id)) {
		httpd_error(request, 400, "The argument before is the number of an entry.");
		return;
	}
	input = x_malloc(sizeof(*input));
	*input = before_id;
	api_offload(context, request, audit_work, input);
}
