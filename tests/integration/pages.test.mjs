// SPDX-License-Identifier: Apache-2.0
/*
 * Which files of web/ are served where: residents and the cab get their pages with what those load, and
 * nothing else.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
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

/** What is served, and what should be. */
async function assertServes(program, pages) {
	const wanted = [...reached(WEB, pages), ...WORDS].sort();
	assert.ok(wanted.length > 20 && wanted.length < all.length / 2);
	const served = [];
	for (const name of all) {
		const { status } = await fetch(`http://${program.ready.http}/${name}`);
		assert.ok([200, 404].includes(status), `${name}: ${status}`);
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
