// SPDX-License-Identifier: Apache-2.0
/*
 * HTTP as clients, proxies and attackers see it: files, caches, limits, malformed requests, and the
 * stream of events.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { Events, statusOf, Wire } from "../support/rawhttp.mjs";
import { pages, smallTown } from "../support/smalltown.mjs";

let place, db, web, plowd, address, base, user;

const start = () => place.serve("plowd", ["--db", db, ...LOOPBACK], { env: { PLOW_WEB: web } });

async function restart() {
	assert.deepEqual(await plowd.stop(), { status: 0, signal: null });
	await serve();
}

async function serve() {
	plowd = await start();
	address = plowd.ready.http;
	base = `http://${address}`;
	user = user?.at(plowd) ?? await place.signIn(plowd, { db });
	await until("the roads are loaded", async () => (await (await user.fetch("/api/v1/town")).json()).bounds);
}

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	web = await pages(place);
	await serve();
});
after(() => place?.close());

/** A GET that neither unpacks nor follows anything: {status, headers, body}. */
function raw(path, headers = {}, method = "GET") {
	return new Promise((done, fail) => {
		const request = httpGet(`${base}${path}`, { headers: { Cookie: user.cookie, ...headers }, method, agent: false }, (answer) => {
			const chunks = [];
			answer.on("data", (chunk) => chunks.push(chunk));
			answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
		});
		request.on("error", fail);
	});
}

const snapshot = async () => (await user.fetch("/api/v1/snapshot")).json();

/** Opens and closes an operation, waiting each time until it is told: two events. */
async function makeEvents(count = 1) {
	for (let i = 0; i < count; i++) {
		const headers = { "Content-Type": "application/json" };
		const body = JSON.stringify({ name: `出動${i}` });
		const opened = await user.fetch("/api/v1/operations", { method: "POST", headers, body });
		assert.equal(opened.status, 201);
		const { id } = await opened.json();
		await until("the operation is on the board", async () => (await snapshot()).operation?.id === id);
		assert.equal((await user.post(`/api/v1/operations/${id}/close`)).status, 200);
		await until("the board is without it", async () => (await snapshot()).operation === null);
	}
}

const lastEvent = async () => (await snapshot()).event;

test("pages are found by their names, folders by their index", async () => {
	for (const [path, title] of [["/", "resident"], ["/index.html", "resident"], ["/dispatch", "dispatch"], ["/driver.html", "driver"]]) {
		const page = await raw(path);
		assert.equal(page.status, 200);
		assert.ok(page.body.toString().includes(title));
		assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
	}
});

test("every answer carries the strict headers", async () => {
	for (const path of ["/", "/healthz", "/api/v1/snapshot", "/nothing", "/api/v1/links/0", "/js/page.js"]) {
		const { headers } = await raw(path);
		assert.match(headers["content-security-policy"], /^default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none';/);
		assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
		assert.equal(headers["x-content-type-options"], "nosniff");
		assert.equal(headers["referrer-policy"], "no-referrer");
		assert.equal(headers.vary, "Accept-Encoding");
	}
});

test("files are packed for those who can unpack them, and only those", async () => {
	const plain = await raw("/js/page.js");
	assert.equal(plain.headers["content-encoding"], undefined);
	for (const accepted of ["gzip", "deflate, gzip;q=0.5", "br, gzip"]) {
		const packed = await raw("/js/page.js", { "Accept-Encoding": accepted });
		assert.equal(packed.headers["content-encoding"], "gzip");
		assert.ok(packed.body.length < plain.body.length / 10);
		assert.deepEqual(gunzipSync(packed.body), plain.body);
	}
	for (const refused of ["gzip;q=0", "gzip; q=0.0", "br", "identity"]) {
		assert.equal((await raw("/js/page.js", { "Accept-Encoding": refused })).headers["content-encoding"], undefined);
	}
});

test("what a client has already is not sent again", async () => {
	const first = await raw("/js/page.js");
	assert.equal(first.headers["cache-control"], "no-cache");
	for (const known of [first.headers.etag, `"x", ${first.headers.etag}`, "*"]) {
		const again = await raw("/js/page.js", { "If-None-Match": known });
		assert.equal(again.status, 304);
		assert.equal(again.body.length, 0);
	}
	assert.equal((await raw("/js/page.js", { "If-None-Match": '"x"' })).status, 200);
	assert.match((await raw("/vendor/lib-1.0/lib.mjs")).headers["cache-control"], /immutable/);
});

test("HEAD answers as GET does, without the body", async () => {
	const head = await raw("/js/page.js", {}, "HEAD");
	assert.equal(head.status, 200);
	assert.equal(Number(head.headers["content-length"]), readFileSync(place.path("web/js/page.js")).length);
	assert.equal(head.body.length, 0);
});

/** Paths that must not lead anywhere. */
const paths = {
	"/../town.db": 404, "/../../etc/passwd": 404, "/%2e%2e/town.db": 404, "/..%2ftown.db": 404, "/js/../../town.db": 404,
	"/.secret": 404, "//etc/passwd": 404, "/js": 404, "/js/": 404, "/index.html%00.js": 400, "/%": 400, "/%zz": 400, "/%ff": 400,
	"/healthz/": 404, "/api/v1/links/1/2": 404, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n": 404, [`/${"a".repeat(600)}`]: 414,
	"/healthz?a=%00": 400, "/healthz?a=%ff": 400, [`/healthz?${"a=1&".repeat(20)}`]: 400,
};

for (const [path, status] of Object.entries(paths)) {
	test(`GET ${path.slice(0, 40)} is answered with ${status}`, async () => {
		assert.equal(await statusOf(address, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`), status);
	});
}

/** Requests no proper client sends, each with what they are. */
const malformed = {
	"two lengths": ["POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400],
	"a length and chunks": ["POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
	"two hosts": ["GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400],
	"no host": ["GET / HTTP/1.1\r\n\r\n", 400],
	"a negative length": ["POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400],
	"a length beyond the limit": ["POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413],
	"a length beyond all numbers": ["POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413],
	"chunks beyond the limit": [`POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`4000\r\n${"x".repeat(0x4000)}\r\n`.repeat(5)}0\r\n\r\n`, 413],
	"an unknown method": ["BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405],
	"a post where nothing is posted": ["POST /api/v1/town HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405],
	"a get where only posts go": ["GET /api/v1/operations/1/close HTTP/1.1\r\nHost: x\r\n\r\n", 405],
};

for (const [what, [request, status]] of Object.entries(malformed)) {
	test(`${what} is answered with ${status}`, async () => {
		const got = await statusOf(address, request);
		assert.ok(got === status || (status === 413 && got === 400), `${got}`);
	});
}

test("a header that never ends is refused", async () => {
	const wire = new Wire(address).send(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(40_000)}`);
	await wire.says(/^HTTP\/1\.1 (431|414|413) /);
	wire.close();
});

test("a body that never ends is cut off", async () => {
	const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
	const wire = new Wire(address).send("POST /api/v1/operations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	const pump = setInterval(() => wire.send(chunk), 1);
	await wire.ends();
	clearInterval(pump);
	assert.equal((await raw("/healthz")).status, 200);
});

test("two requests in one packet get two answers", async () => {
	const request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
	const wire = new Wire(address).send(request + request);
	await wire.says(/HTTP\/1\.1 200[^]*HTTP\/1\.1 200/);
	wire.close();
});

test("a slow answer does not hold up those behind it on other connections", async () => {
	const answers = await Promise.all(
		Array.from({ length: 60 }, (_, i) => raw(i % 2 ? "/api/v1/operations" : "/healthz")),
	);
	assert.ok(answers.every((answer) => answer.status === 200));
});

test("a client that leaves while its answer is prepared does no harm", async () => {
	for (let i = 0; i < 50; i++) {
		const wire = new Wire(address).send(`GET /api/v1/areas HTTP/1.1\r\nHost: x\r\nCookie: ${user.cookie}\r\n\r\n`);
		await new Promise((done) => wire.socket.once("connect", done));
		wire.close();
	}
	assert.equal((await raw("/api/v1/areas")).status, 200);
});

test("events follow from the number of the snapshot, none missing, none twice", async () => {
	const from = await lastEvent();
	const events = new Events(`${base}/api/v1/events?after=${from}`, { Cookie: user.cookie });
	assert.match((await events.answer).headers.get("content-type"), /^text\/event-stream/);
	await makeEvents(3);
	await until("six operations were told", () => events.list.filter(({ name }) => name === "operation").length === 6);
	const numbered = events.list.filter(({ id }) => id);
	assert.deepEqual(numbered.map(({ id }) => Number(id)), numbered.map((_, i) => from + 1 + i));
	assert.ok((await lastEvent()) >= Number(numbered.at(-1).id));
	await events.close();
	const again = new Events(`${base}/api/v1/events`, { Cookie: user.cookie, "Last-Event-ID": numbered[1].id });
	await again.sees("what was missed comes", ({ id }) => id === numbered.at(-1).id);
	const missed = numbered.slice(2).map(({ id }) => id);
	assert.deepEqual(again.list.filter(({ id }) => id).map(({ id }) => id).slice(0, missed.length), missed);
	await again.close();
});

test("who missed too much is told to begin anew, then gets what comes", async () => {
	for (const after of ["0", "1", String(Number.MAX_SAFE_INTEGER)]) {
		const events = new Events(`${base}/api/v1/events?after=${after}`, { Cookie: user.cookie });
		const before = await lastEvent();
		const reset = await events.sees("reset comes", ({ name }) => name === "reset");
		assert.ok(Number(reset.id) <= (await lastEvent()), "the reset is none of the future");
		await makeEvents();
		await events.sees("what comes next is told", ({ name, id }) => name === "operation" && Number(id) > before);
		const numbered = events.list.filter(({ id }) => id);
		assert.equal(numbered[0], reset);
		assert.deepEqual(numbered.map(({ id }) => Number(id)), numbered.map((_, i) => Number(reset.id) + i), "none is missing");
		await events.close();
	}
});

test("a number from before a restart leads to a reset, and the stream ends in order", async () => {
	await makeEvents();
	const from = await lastEvent();
	const events = new Events(`${base}/api/v1/events?after=${from}`, { Cookie: user.cookie });
	await events.answer;
	await restart();
	await until("the old stream has ended", () => events.ended);
	const again = new Events(`${base}/api/v1/events?after=${from}`, { Cookie: user.cookie });
	await again.sees("reset comes", ({ name }) => name === "reset");
	await again.close();
});

test("the server tells its time by itself, without a number", async () => {
	const events = new Events(`${base}/api/v1/events`, { Cookie: user.cookie });
	const event = await events.sees("the time comes", ({ name }) => name === "now");
	assert.equal(event.id, undefined);
	assert.ok(Math.abs(Date.parse(event.data.now) - Date.now()) < 60_000);
	await events.close();
});

test("streams that were left are noticed", async () => {
	const streams = Array.from({ length: 20 }, () => new Events(`${base}/api/v1/events`, { Cookie: user.cookie }));
	await Promise.all(streams.map((stream) => stream.answer));
	const clients = async () => Number((await (await fetch(`${base}/metrics`)).text()).match(/^plowd_event_clients (\d+)/m)[1]);
	assert.ok((await clients()) >= 20);
	await Promise.all(streams.map((stream) => stream.close()));
	await until("they are no longer counted", async () => (await clients()) === 0);
});

test("too many followers get 503 and a time to come back, and everybody else is served", async () => {
	const streams = [];
	const follow = () => new Wire(address).send(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: ${user.cookie}\r\n\r\n`);
	let refused;
	while (!refused && streams.length < 2100) {
		const some = Array.from({ length: 100 }, follow);
		streams.push(...some);
		await Promise.all(some.map((stream) => stream.says(/^HTTP\/1\.1 \d{3} [^]*\r\n\r\n/)));
		refused = some.find((stream) => stream.text.startsWith("HTTP/1.1 503 "));
	}
	assert.ok(refused, `${streams.length} streams were let in`);
	assert.match(refused.text, /\r\nRetry-After: [1-9]/);
	streams.forEach((stream) => stream.close());
	await until("there is room again", async () => (await raw("/healthz")).status === 200);
});

test("it goes away in order while requests and streams are open", async () => {
	const stream = new Events(`${base}/api/v1/events`, { Cookie: user.cookie });
	await stream.answer;
	const idle = new Wire(address).send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	await idle.says(/200 OK/);
	const requests = Array.from({ length: 30 }, () => raw("/api/v1/operations").catch(() => null));
	await restart();
	await stream.done;
	await idle.ends();
	for (const answer of await Promise.all(requests)) {
		assert.ok(answer === null || [200, 503].includes(answer.status));
	}
});
