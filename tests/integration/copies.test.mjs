// SPDX-License-Identifier: Apache-2.0
/*
 * Two copies of one unit's disk at work at once, under one key, over a bad radio: neither loses a fix,
 * and the alarm says that there are two.
 */
import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import test from "node:test";

import { until, workplace } from "../support/programs.mjs";
import { startRelay } from "../support/relay.mjs";
import { sql } from "../support/tables.mjs";
import { metrics } from "../support/units.mjs";

const START = 1768500000;
const COUNT = 300;

/** A drive's seconds from `from` on, at a latitude by which it is known. */
const drive = (from, count, lat) => `unix_time,lat,lon\n${Array.from({ length: count },
	(_, i) => `${START + from + i},${lat},${(140.4 + i * 1e-5).toFixed(6)}\n`).join("")}`;

test("two copies of a unit's disk: all that either measured arrives, over a bad radio, and the alarm is raised", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const key = await place.vehicle(db, "R-1");
	const plowd = await place.serve("plowd", ["--db", db, "--udp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--clock", "fixes"]);
	const relay = await startRelay(t, plowd.ready.udp, { loss: 0.3, repeats: 0.1, jitter_ms: 100, seed: 9 });
	const tracker = async (spool, lat, from, count, more) => place.start("plow-tracker", ["--server", relay.address, "--key-file", key,
		"--source", `file:${await place.file(`${lat}.csv`, drive(from, count, lat))}`, "--spool", place.path(spool), ...more]);
	const stored = async (lat) => Number(await sql(db, `SELECT count(*) FROM fix WHERE lat_e7 = ${Math.round(lat * 1e7)}`));
	const unsent = async (program) => (await (await fetch(`http://${program.ready.http}/api/v1/status`)).json()).unsent;

	// What both have in common, unsent when the disk is copied.
	relay.silent = true;
	const common = await (await tracker("a.spool", 38.6, 0, COUNT, ["--rate", "max", "--http", "127.0.0.1:0"])).becomesReady();
	await until("all of it is in the spool", async () => await unsent(common) === COUNT);
	await common.stop();
	await copyFile(place.path("a.spool"), place.path("b.spool"));
	relay.silent = false;

	// The one drives on for 45 seconds; the other comes with higher numbers, so that the first is refused until it overtakes.
	const first = await tracker("a.spool", 38.61, COUNT, 3 * COUNT, ["--rate", "20", "--exit-when-sent"]);
	await until("the first one is heard", async () => await stored(38.61) > 0);
	const second = await tracker("b.spool", 38.62, COUNT + 0.5, COUNT, ["--rate", "max", "--exit-when-sent"]);
	assert.deepEqual(await second.exited, { status: 0, signal: null }, second.stderr());
	assert.deepEqual([await stored(38.6), await stored(38.62)], [COUNT, COUNT]);
	assert.deepEqual(await first.exited, { status: 0, signal: null }, first.stderr());
	assert.equal(await stored(38.61), 3 * COUNT);
	assert.ok((await metrics(plowd)).clones_total > 0);
	await until("the log names the vehicle", () => /two units report as "R-1"/.test(plowd.stderr()));
});
