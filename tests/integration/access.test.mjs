// SPDX-License-Identifier: Apache-2.0
/*
 * Who may do what, asked of the real server: every route of the description as every role and as
 * nobody, about one's own vehicle and about another contractor's; and what another site's page can do.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { Events } from "../support/rawhttp.mjs";
import { at, drive, drives, pages, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
const table = readFileSync(join(ROOT, "server/plowd/api/http.c"), "utf8");
const ROLES = ["admin", "dispatcher", "contractor", "auditor"];
const JSON_TYPE = { "Content-Type": "application/json" };
const OWN = "R-1"; // of 山形建設, whose user asks
const OTHERS = "R-2"; // of 最上土木
const OURS = "R-3"; // the town's own
const NONE = "R-77"; // nobody's: what is posted about it changes nothing

const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, roles: operation["x-roles"] })));

let place, db, plowd, base, link, user;

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	const web = await pages(place);
	const course = { from_km: -0.98, to_km: 0.98 };
	await drives(place, db, OWN, ["--contractor", "山形建設"], course);
	await drives(place, db, OTHERS, ["--contractor", "最上土木"], course);
	await drives(place, db, OURS, [], course);
	plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: web } });
	base = `http://${plowd.ready.http}`;
	user = { nobody: { fetch: (path, options) => fetch(base + path, options) } };
	for (const role of ROLES) {
		user[role] = await place.signIn(plowd, { db, role, ...(role === "contractor" ? { contractor: "山形建設" } : {}) });
	}
	const [lon, lat] = at(-0.5, 0);
	link = await until("three vehicles' passes are stored", async () => {
		const answer = await (await user.admin.fetch(`/api/v1/roads/at?lon=${lon}&lat=${lat}`)).json();
		return new Set(answer.passes?.map(({ vehicle }) => vehicle)).size === 3 && answer;
	});
});
after(() => place?.close());

const NIGHT = "from=2027-01-15T19:00:00Z&to=2027-01-15T20:00:00Z&bbox=140,38,141,39&day=2027-01-15";

/** The path with something in place of each hole, and arguments with which a GET has an answer. */
function example(path, vehicle) {
	const [lon, lat] = at(-0.5, 0);
	const filled = path
		.replace("{code}", vehicle)
		.replace("/links/{id}", `/links/${link.id}`)
		.replace("/roads/{id}", `/roads/${link.road.id}`)
		.replace("{z}/{x}/{y}", "14/14580/6265")
		.replace("{id}", "999999");
	return `${filled}?q=a&lon=${lon}&lat=${lat}&${NIGHT}`;
}

/** The status of one request; a stream is left at once. */
async function statusOf(who, method, path, options = {}) {
	const stop = new AbortController();
	const answer = await who.fetch(path, { method, signal: stop.signal, ...(method === "POST" ? { headers: JSON_TYPE, body: "{}" } : {}), ...options });
	stop.abort();
	return answer.status;
}

/** Who gets by the door: he is answered by the handler, whatever it then says of the empty body. */
const isLetIn = (status) => status !== 401 && status !== 403 && status < 500;

for (const { method, path, roles } of routes) {
	test(`${method} ${path} is for ${roles?.join(", ")}`, async () => {
		assert.ok(roles?.length > 0, "the description says for whom");
		const open = roles.includes("anyone");
		const asked = example(path, method === "POST" ? NONE : OWN);
		for (const role of ROLES) {
			if (path === "/api/v1/session/end") {
				continue; // asked with a session of its own, below
			}
			const status = await statusOf(user[role], method, asked);
			if (!open && !roles.includes(role) && !roles.includes("this machine")) {
				assert.equal(status, 403, `${role} is refused`);
			} else if (path !== "/api/v1/setup") {
				assert.ok(isLetIn(status) || (open && status === 401), `${role} is let in: ${status}`);
			}
		}
		const status = await statusOf(user.nobody, method, asked);
		if (roles.includes("this machine")) {
			assert.equal(status, 200);
			const proxied = { headers: { "X-Forwarded-For": "192.0.2.7" } };
			assert.equal(await statusOf(user.nobody, method, asked, proxied), 401, "not through a proxy");
			assert.equal(await statusOf(user.contractor, method, asked, { headers: { Cookie: user.contractor.cookie, ...proxied.headers } }), 403);
		} else if (!open) {
			assert.equal(status, 401, "nobody is asked to sign in");
		} else {
			assert.ok(status < 500 && status !== 403, `${status}`);
		}
	});
}

test("the description has every route of the server's table, and the table names somebody in each", () => {
	const rows = [...table.matchAll(/^\t\{"(\S+)", "(\S+)", (\w+)(?:, ([A-Z_ |]+))?\},$/gm)];
	assert.ok(rows.length >= routes.length - 3, `${rows.length} rows`);
	const hole = (path) => path.replace(/\{\w*\}/g, "{}");
	for (const [, method, pattern, handler, access] of rows) {
		assert.ok(access, `${handler} names who may call it`);
		const described = routes.some((route) => hole(route.path) === pattern.replace(/\/$/, "") && (method === "*" || route.method === method));
		assert.ok(described, `${method} ${pattern} is described`);
	}
});

test("no handler stores anything but with its line in the audit log", () => {
	const folder = join(ROOT, "server/plowd/api");
	// The masters' orders are logged by server/masters.c, in their own transaction.
	const handlers = readdirSync(folder).filter((name) => /^api_.*\.c$/.test(name) && name !== "api_masters.c");
	assert.ok(handlers.length > 10);
	for (const name of handlers) {
		assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /\bwriter_run\(/, `${name} stores by change_run()`);
	}
});

test("a cookie that is no session's lets nobody in", async () => {
	const [name, token] = user.admin.cookie.split("=");
	for (const cookie of [
		`${name}=`, `${name}=${"A".repeat(43)}`, `${name}=${token}x`, `${name}=${token.slice(1)}`, `x${name}=${token}`, `${name}=' OR 1=1 --`,
		`${name}=${token.slice(0, -1)}${token.at(-1) === "A" ? "B" : "C"}`, `a=b; ${"x".repeat(3000)}`,
	]) {
		const answer = await fetch(`${base}/api/v1/town`, { headers: { Cookie: cookie } });
		assert.equal(answer.status, 401, cookie.slice(0, 60));
	}
	const among = await fetch(`${base}/api/v1/town`, { headers: { Cookie: `a=b; ${user.admin.cookie}; c=d` } });
	assert.equal(among.status, 200);
});

// Own and others' vehicles.

const codesOf = (vehicles) => vehicles.map(({ code }) => code).sort();

test("a contractor sees his own vehicles alone, wherever vehicles are told", async () => {
	for (const role of ROLES) {
		const wanted = role === "contractor" ? [OWN] : [OWN, OTHERS, OURS];
		assert.deepEqual(codesOf(await (await user[role].fetch("/api/v1/vehicles")).json()), wanted, role);
		assert.deepEqual(codesOf((await (await user[role].fetch("/api/v1/snapshot")).json()).vehicles), wanted, role);
	}
});

test("everything in a path that belongs to another is not there for a contractor", async () => {
	const withCodes = routes.filter(({ path, roles }) => path.includes("{code}") && roles.includes("contractor"));
	assert.ok(withCodes.length >= 2);
	for (const { method, path } of withCodes) {
		assert.equal(await statusOf(user.contractor, method, example(path, OWN)), 200, path);
		for (const code of [OTHERS, OURS]) {
			const answer = await user.contractor.fetch(example(path, code));
			assert.equal(answer.status, 404, `${path} of ${code}`);
			const nothing = await user.contractor.fetch(example(path, NONE));
			assert.deepEqual(await answer.json(), await nothing.json(), "as if there were no such vehicle");
			assert.equal(await statusOf(user.auditor, method, example(path, code)), 200);
		}
	}
});

test("no answer to a contractor holds another's code or name", async () => {
	for (const { method, path, roles } of routes) {
		if (method !== "GET" || !roles.includes("contractor") || path === "/api/v1/events" || path === "/api/v1/openapi.json") {
			continue;
		}
		const text = await (await user.contractor.fetch(example(path, OWN))).text();
		for (const secret of [`"${OTHERS}"`, `"${OURS}"`, "最上土木"]) {
			assert.ok(!text.includes(secret), `${path} tells ${secret}`);
		}
	}
	const { passes } = await (await user.contractor.fetch(`/api/v1/links/${link.id}`)).json();
	assert.deepEqual(new Set(passes.map(({ vehicle }) => vehicle)), new Set([OWN, null]), "the work is told, not whose it was");
});

test("the stream of events passes a contractor by where it is about others, also when it is resumed", async () => {
	const { event } = await (await user.admin.fetch("/api/v1/snapshot")).json();
	const [all, own] = ["admin", "contractor"].map((role) => new Events(`${base}/api/v1/events?after=${event}`, { Cookie: user[role].cookie }));
	const start = Date.UTC(2027, 0, 15, 21) / 1000;
	for (const [i, code] of [OTHERS, OURS, OWN].entries()) {
		const source = await place.file(`${code}-late.csv`, drive({ start: start + i, from_km: -0.5, to_km: -0.4 }));
		await place.ok("plow-tracker", ["--server", plowd.ready.udp, "--key-file", place.path(`${code}.key`), "--source", `file:${source}`,
			"--spool", place.path(`${code}.spool`), "--rate", "max", "--exit-when-sent"]);
	}
	const isOf = (code) => ({ name, data }) => name === "vehicles" && data.some((one) => one.code === code && Date.parse(one.time) >= start * 1000);
	for (const code of [OTHERS, OURS, OWN]) {
		await all.sees(`everybody else hears of ${code}`, isOf(code));
	}
	await own.sees("his own vehicle", isOf(OWN));
	const again = new Events(`${base}/api/v1/events?after=${event}`, { Cookie: user.contractor.cookie });
	await again.sees("his own vehicle again", isOf(OWN));
	for (const stream of [own, again]) {
		assert.deepEqual(stream.list.filter(({ name, data }) => name === "vehicles" && data.some(({ code }) => code !== OWN)), []);
	}
	await Promise.all([all, own, again].map((stream) => stream.close()));
});

// Another site's page.

const posts = () => routes.filter(({ method, roles }) => method === "POST" && !roles.includes("anyone"));

test("no post is taken from another site's page, nor as a form sends it", async () => {
	for (const { path } of posts()) {
		const asked = example(path, NONE);
		const as = (headers) => statusOf(user.admin, "POST", asked, { headers: { Cookie: user.admin.cookie, ...headers } });
		for (const origin of ["https://elsewhere.example", "null", "http://127.0.0.1.elsewhere.example", "file://"]) {
			assert.equal(await as({ ...JSON_TYPE, Origin: origin }), 403, `${path} from ${origin}`);
		}
		for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]) {
			assert.equal(await as({ "Content-Type": type }), 415, `${path} as ${type}`);
		}
	}
	assert.equal(await statusOf(user.admin, "GET", "/api/v1/session"), 200, "and the session is still there");
});

test("the cookie goes to no other site and no script, and over a proxy's HTTPS to nobody in clear", async () => {
	const signIn = async (headers) => {
		const { name, password } = user.dispatcher;
		const answer = await fetch(`${base}/api/v1/session`, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ name, password }) });
		assert.equal(answer.status, 200);
		return answer.headers.get("set-cookie");
	};
	assert.match(await signIn({}), /^michiake=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
	assert.match(await signIn({ "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7" }), /; Secure$/);
});

// The audit log.

test("every change is in the audit log, with who did it", async () => {
	const dispatcher = user.dispatcher;
	const count = async () => Number(await sql(db, "SELECT count(*) FROM audit"));
	const logged = async (who, path, body, action) => {
		const entries = await count();
		const answer = await who.post(path, body);
		assert.ok(answer.ok, `${path}: ${answer.status}`);
		const [entry] = await (await user.auditor.fetch("/api/v1/audit")).json();
		assert.equal(await count(), entries + 1, path);
		assert.deepEqual([entry.name, entry.action], [who.name, action]);
		assert.ok(Math.abs(Date.parse(entry.time) - Date.now()) < 600_000);
		return { entry, made: await answer.json() };
	};
	const { made: operation, entry } = await logged(dispatcher, "/api/v1/operations", { name: "第1回" }, "operation.open");
	assert.equal(entry.object, String(operation.id));
	assert.equal(operation.opened_by, dispatcher.name);
	const { made: closed } = await logged(user.admin, `/api/v1/operations/${operation.id}/close`, {}, "operation.close");
	assert.deepEqual([closed.opened_by, closed.closed_by], [dispatcher.name, user.admin.name]);
	const time = { from: "2027-01-15T19:00:00Z", to: "2027-01-15T20:00:00Z" };
	const { made: correction } = await logged(dispatcher, "/api/v1/corrections", { link: link.id, ...time, reason: "残雪", name: "偽名" }, "correction.add");
	assert.equal(correction.name, dispatcher.name, "a name in the body is nobody's");
	await logged(dispatcher, `/api/v1/corrections/${correction.id}/withdraw`, {}, "correction.withdraw");
	const { made: snow } = await logged(dispatcher, "/api/v1/snow", { station: "市役所", time: time.from, depth_cm: 3 }, "snow.add");
	assert.equal(snow.name, dispatcher.name);
	const order = { name: "臨時", role: "contractor", contractor: "最上土木", password: "四つの季節の雪道" };
	const { made: added } = await logged(user.admin, "/api/v1/users", order, "user.add");
	await logged(user.admin, `/api/v1/users/${added.id}/password`, { password: "もう一つの合言葉" }, "user.password");
	await logged(user.admin, `/api/v1/users/${added.id}/sign-out`, {}, "user.sign-out");
	await logged(user.admin, `/api/v1/users/${added.id}/remove`, {}, "user.remove");
	const entries = await count();
	assert.equal((await dispatcher.post("/api/v1/operations/999999/close")).status, 404);
	assert.equal((await user.admin.post(`/api/v1/users/${added.id}/remove`)).status, 404);
	assert.equal(await count(), entries, "what was refused changed nothing");
});
