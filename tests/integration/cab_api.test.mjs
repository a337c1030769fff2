// SPDX-License-Identifier: Apache-2.0
/*
 * The cab's own API: its part of docs/API.md, its description (web/openapi-cab.json), the tracker's table of
 * routes and a real plow-tracker say the same.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { faults } from "../support/openapi.mjs";
import { ROOT, until, workplace } from "../support/programs.mjs";

const text = (path) => readFileSync(join(ROOT, path), "utf8");
const description = JSON.parse(text("web/openapi-cab.json"));
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);
const routes = operations.map(({ method, path }) => `${method} ${path}`).sort();
const page = text("docs/API.md").split("## The cab's own API")[1].split("## Public files")[0];

let place, tracker;

before(async () => {
	place = await workplace();
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "雪国市"]);
	const key = await place.vehicle(db, "R-12");
	const lines = Array.from({ length: 20_000 }, (_, i) => `${1_768_500_000 + i},${(38.6 + i * 4e-5).toFixed(6)},140.4,5`);
	const track = await place.file("track.csv", `unix_time,lat,lon,speed_mps\n${lines.join("\n")}\n`);
	tracker = await place.serve("plow-tracker", ["--server", "127.0.0.1:9", "--key-file", key, "--source", `file:${track}`, "--rate", "100",
		"--spool", place.path("spool.db"), "--http", "127.0.0.1:0", "--map-url", "http://127.0.0.1:9/data/", "--area", "北部"]);
	await until("there is a fix", async () => (await (await ask("/api/v1/status")).json()).fix);
});
after(() => place?.close());

const ask = (path, options) => fetch(`http://${tracker.ready.http}${path}`, options);
const post = (path, body, type = "application/json") =>
	ask(path, { method: "POST", headers: { "Content-Type": type }, body: typeof body === "string" ? body : JSON.stringify(body) });

test("the page, the description and the table of routes name the same", () => {
	const named = [...page.matchAll(/`(GET|POST) (\/[^`…]*)`/g)].map(([, method, path]) => `${method} ${path}`);
	assert.deepEqual([...new Set(named)].sort(), routes);
	const table = [...text("tracker-client/page.c").matchAll(/\{"([A-Z]+)", "([^"]+)", \w+, HTTPD_\w+\}/g)].map(([, method, path]) => `${method} ${path}`);
	// The page itself, which is for no program.
	assert.deepEqual(table.sort(), ["GET /", ...routes].sort());
});

test("the page names every member of every shape", () => {
	for (const [name, schema] of Object.entries(description.components.schemas)) {
		for (const member of name === "Error" ? [] : Object.keys(schema.properties ?? {})) {
			assert.match(page, new RegExp(`["\`]${member}["\`]`), `${name}.${member} is not on the page`);
		}
	}
});

/** What is asked of each, in this order, and what of it is refused. */
const bodies = {
	"/api/v1/shift": {
		good: [{ action: "start", work: "N" }, { action: "end" }, { action: "confirm", id: 1 }, { action: "start" }],
		bad: [["{}", 400], [{ action: "start", work: "Z" }, 400], [{ action: "confirm", id: 9 }, 404]],
	},
	"/api/v1/work-state": {
		good: description.components.schemas.Work.enum.map((work) => ({ work })),
		bad: [[{ work: "Z" }, 400], ["no JSON", 400]],
	},
};

/** Holds an answer against its description. */
async function assertAnswers({ path, operation }, answer, status) {
	assert.equal(answer.status, status, path);
	const described = operation.responses[status];
	assert.ok(described, `${path}: ${status} is not described`);
	const { content } = described.$ref ? description.components.responses.Error : described;
	const type = answer.headers.get("content-type").split(";")[0];
	assert.ok(content[type], `${path}: ${type} is not described`);
	if (type.endsWith("json")) {
		const found = await answer.json();
		assert.deepEqual([...faults(description, content[type].schema, found)], []);
		return found;
	}
	return answer.text();
}

test("every press answers as it is described, and what is none is refused so", async () => {
	for (const [path, { good, bad }] of Object.entries(bodies)) {
		const [post_of] = operations.filter((each) => each.path === path && each.method === "POST");
		const { schema } = post_of.operation.requestBody.content["application/json"];
		for (const body of good) {
			assert.deepEqual([...faults(description, schema, body, "body")], []);
			await assertAnswers(post_of, await post(path, body), 200);
		}
		for (const [body, status] of bad) {
			await assertAnswers(post_of, await post(path, body), status);
		}
		await assertAnswers(post_of, await post(path, " ".repeat(1025)), 413);
		await assertAnswers(post_of, await post(path, good[0], "text/plain"), 415);
	}
});

test("every question is answered as it is described", async () => {
	for (const each of operations.filter(({ method }) => method === "GET")) {
		const found = await assertAnswers(each, await ask(each.path), 200);
		if (each.path === "/api/v1/status") {
			assert.deepEqual([found.vehicle, found.area, found.shift.open], ["R-12", "北部", true]);
		} else if (each.path === "/api/v1/shifts") {
			assert.equal(found.shifts.length, 2);
			assert.ok(found.shifts[1].confirmed);
		} else {
			assert.match(found, /^plow_tracker_\w+ /m);
		}
	}
});
