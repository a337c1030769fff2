// SPDX-License-Identifier: Apache-2.0
/*
 * Which files of web/ are served where: residents and the cab get their pages with what those load, and
 * nothing else; and what the pages ask for is described.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ROOT, workplace } from "../support/programs.mjs";
import { reached } from "../support/reached.mjs";
import { smallTown } from "../support/smalltown.mjs";

const WEB = join(ROOT, "web");
/** Put together when they are asked for: every language's words. */
const WORDS = readdirSync(join(WEB, "locales")).map((name) => `locales/${name}`);

const walk = (folder) =>
	readdirSync(join(WEB, folder), { withFileTypes: true }).flatMap((entry) => {
		const name = join(folder, entry.name);
		return entry.isDirectory() ? walk(name) : [name];
	});
const all = walk(".").filter((name) => !/node_modules|^package|^jsconfig|\.d\.ts$|^\./.test(name));

let place;
before(async () => {
	place = await workplace();
});
after(() => place?.close());

/** Whatever is answered: a page of it runs what its own host serves, and nothing that stands in the page. @param {Headers} headers */
function assertStrict(headers) {
	const policy = new Map(String(headers.get("content-security-policy")).split("; ").map((each) => {
		const [name, ...sources] = each.split(" ");
		return [name, sources.join(" ")];
	}));
	for (const name of ["default-src", "script-src", "worker-src", "style-src", "connect-src", "form-action"]) {
		assert.equal(policy.get(name), "'self'", name);
	}
	for (const name of ["object-src", "base-uri", "frame-ancestors"]) {
		assert.equal(policy.get(name), "'none'", name);
	}
	assert.equal(policy.get("img-src"), "'self' data: blob:");
	assert.equal(policy.size, 10, "a source that nobody looked at");
	assert.equal(headers.get("x-content-type-options"), "nosniff");
	assert.equal(headers.get("referrer-policy"), "no-referrer");
}

/** What is served, and what should be. */
async function assertServes(program, pages) {
	const wanted = [...reached(WEB, pages), ...WORDS].sort();
	assert.ok(wanted.length > 20 && wanted.length < all.length / 2);
	const served = [];
	for (const name of all) {
		const { status, headers } = await fetch(`http://${program.ready.http}/${name}`);
		assert.ok([200, 404].includes(status), `${name}: ${status}`);
		assertStrict(headers);
		if (status === 200) {
			served.push(name);
		}
	}
	assert.deepEqual(served.sort(), wanted);
}

test("residents get their pages, what those load, and nothing of the staff's", async () => {
	mkdirSync(place.path("public"));
	const site = await place.serve("plow-public", ["--dir", place.path("public"), "--http", "127.0.0.1:0"], { env: { PLOW_WEB: WEB } });
	await assertServes(site, ["index.html", "list.html"]);
});

test("the cab gets the driver's page, what that loads, and nothing of the office's", async () => {
	const db = await smallTown(place);
	const key = await place.vehicle(db, "R-12");
	const unit = place.start("plow-tracker",
		["--server", "127.0.0.1:9", "--key-file", key, "--source", "-", "--spool", place.path("spool.db"), "--http", "127.0.0.1:0"], { env: { PLOW_WEB: WEB } });
	await unit.becomesReady();
	await assertServes(unit, ["driver.html"]);
});

/** An address with its parameters taken out: /api/v1/links/{}. */
const shapeOf = (address) => address.replace(/\$?\{[^}]*\}/g, "{}").replace(/\?.*$/s, "");

test("every address the pages ask for is in a description", () => {
	const described = new Set(["openapi", "openapi-cab", "openapi-public"]
		.flatMap((name) => Object.keys(JSON.parse(readFileSync(join(WEB, `${name}.json`), "utf8")).paths)).map(shapeOf));
	const masters = ["areas", "classes", "closures", "contractors", "depots", "routes", "vehicles"];
	const asked = new Map();
	for (const name of all.filter((each) => each.endsWith(".js"))) {
		const source = readFileSync(join(WEB, name), "utf8").replaceAll("${BASE}", "/api/v1");
		for (const [, address] of source.matchAll(/["`](\/(?:api|data|tiles|osmand|pub)\/[^"`]+)/g)) {
			asked.set(shapeOf(address), name);
		}
	}
	// The base itself, the masters, whose addresses are put together, and public files, whose names the manifest gives.
	assert.ok(["/api/v1", "/api/v1/{}", "/data/{}"].every((address) => asked.delete(address)), [...asked.keys()].join(" "));
	assert.ok(asked.size > 35, `${asked.size} addresses`);
	for (const [address, name] of asked) {
		assert.ok(described.has(address), `${name} asks for ${address}`);
	}
	for (const kind of masters) {
		assert.ok(described.has(`/api/v1/${kind}`), kind);
	}
});
