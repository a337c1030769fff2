// SPDX-License-Identifier: Apache-2.0
/*
 * The one file everything is in: only one plowd works on it, the key beside it is not replaced
 * unseen, and damage to it is told and acknowledges nothing.
 */
import assert from "node:assert/strict";
import { copyFile, open, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import test from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { ROADS } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";
import { fixAt, metrics, startSealer, startUnit } from "../support/units.mjs";

async function town(t) {
	const place = await workplace(t);
	const db = await place.town({ roads: await place.file("roads.geojson", ROADS) });
	return { place, db, key: await place.vehicle(db, "R-1") };
}

test("a second plowd on one database is refused, by whatever name; plowctl and plow-import work beside the first", async (t) => {
	const { place, db } = await town(t);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	await symlink(db, place.path("other.db"));
	for (const name of [db, place.path("other.db"), "./town.db"]) {
		const { status, stdout, stderr } = await place.run("plowd", ["--db", name, ...LOOPBACK]);
		assert.deepEqual([status, stdout], [69, ""]);
		assert.equal(stderr, `plowd: another plowd with process id ${plowd.pid} already works on ${name}; ` +
			"end it first, or give this one a database of its own\n");
	}
	await place.vehicle(db, "R-2");
	await place.ok("plow-import", [place.path("roads.geojson"), "--db", db, "--layer", "more"]);
	await place.ok("plowctl", ["verify", "--db", db]);
	// However the first one ends, the next may begin.
	await plowd.stop("SIGKILL");
	const next = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	await next.stop();
	await place.serve("plowd", ["--db", db, ...LOOPBACK]);
});

test("with DB.key lost no new key is made unseen, and nothing is changed", async (t) => {
	const { place, db } = await town(t);
	await rename(`${db}.key`, place.path("put-away"));
	for (const [what, code] of [["add", "R-2"], ["rotate", "R-1"]]) {
		const { status, stdout, stderr } = await place.run("plowctl", ["vehicle", what, "--db", db, "--code", code]);
		assert.deepEqual([status, stdout], [66, ""]);
		assert.match(stderr, /^plowctl: there is no .*town\.db\.key, by which the keys .* put the town's copy there[^\n]*\n$/);
	}
	assert.ok(!existsSync(`${db}.key`));
	assert.equal(await sql(db, "SELECT count(*) FROM vehicle"), "1");
	await rename(place.path("put-away"), `${db}.key`);
	await place.vehicle(db, "R-2");
});

test("with DB.key lost for good, a new one is put there by hand and the vehicles get new keys", async (t) => {
	const { place, db } = await town(t);
	await rm(`${db}.key`);
	await place.ok("/bin/sh", ["-c", `umask 077; head -c 32 /dev/urandom > "${db}.key"`]);
	const renewed = await place.file("R-1.new", await place.ok("plowctl", ["vehicle", "rotate", "--db", db, "--code", "R-1"]));
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const unit = await startUnit(t, startSealer(place), plowd.ready.udp, renewed);
	assert.equal((await unit.report([[1, fixAt(Date.now())]])).cumulative, "1");
});

test("a DB.key that was cut off is refused by who needs it, and nothing is changed", async (t) => {
	const { place, db } = await town(t);
	const whole = await readFile(`${db}.key`);
	for (const bytes of [Buffer.alloc(0), whole.subarray(0, 31)]) {
		await writeFile(`${db}.key`, bytes);
		for (const [name, ...args] of [["plowctl", "vehicle", "add", "--code", "R-2"], ["plowctl", "vehicle", "rotate", "--code", "R-1"],
			["plowctl", "verify"], ["plowd", ...LOOPBACK]]) {
			const { status, stdout, stderr } = await place.run(name, [...args, "--db", db]);
			assert.deepEqual([status, stdout], [65, ""], `${args}: ${stderr}`);
			assert.match(stderr, /town\.db\.key cannot be used: it is damaged or cut off; put the town's copy there\n$/);
		}
		assert.deepEqual(await readFile(`${db}.key`), bytes);
	}
	assert.equal(await sql(db, "SELECT count(*) FROM vehicle_key"), "1");
	await writeFile(`${db}.key`, whole);
	await place.vehicle(db, "R-2");
});

test("plowd says at its start when keys of vehicles do not open with DB.key", async (t) => {
	const { place, db } = await town(t);
	const whole = await readFile(`${db}.key`);
	const said = async () => {
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
		await plowd.stop();
		return /1 good keys of vehicles do not open with .*town\.db\.key: their units are refused/.test(plowd.stderr());
	};
	assert.equal(await said(), false);
	await writeFile(`${db}.key`, Buffer.alloc(32, 7));
	assert.equal(await said(), true);
	await writeFile(`${db}.key`, whole);
	assert.equal(await said(), false);
});

/** Overwrites every page of a database but the first with what no page may be. */
async function damage(db) {
	const { size } = await stat(db);
	const file = await open(db, "r+");
	await file.write(Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
	await file.close();
}

test("a damaged database is refused at the start, by verify too, and is left as it is", async (t) => {
	const { place, db } = await town(t);
	await damage(db);
	const before = await readFile(db);
	for (const [name, ...args] of [["plowd", ...LOOPBACK], ["plowctl", "verify"], ["plowctl", "vehicle", "list"]]) {
		const { status, stdout, stderr } = await place.run(name, [...args, "--db", db]);
		assert.deepEqual([status, stdout], [65, ""], stderr);
		assert.match(stderr, /^[^\n]*town\.db[^\n]*\n$/);
	}
	assert.deepEqual(await readFile(db), before);
});

test("a database that is damaged while it is in use: nothing is acknowledged, the alarm is raised, and all comes again",
	async (t) => {
		const { place, db, key } = await town(t);
		const now_ms = Date.now() - 60_000;
		const serve = (udp) => place.serve("plowd", ["--db", db, "--udp", udp, "--http", "127.0.0.1:0"]);
		let plowd = await serve("127.0.0.1:0");
		const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
		assert.equal((await unit.report([[1, fixAt(now_ms)]])).cumulative, "1");
		await plowd.stop();
		await place.ok("plowctl", ["backup", "--db", db, place.path("good.db")]);

		plowd = await serve(plowd.ready.udp);
		await damage(db);
		const lost = await unit.seal([[2, fixAt(now_ms + 1000)]]);
		await unit.send(lost);
		await until("the alarm is raised", async () => (await metrics(plowd)).store_alarm !== 0);
		assert.equal((await fetch(`http://${plowd.ready.http}/healthz`)).status, 503);
		assert.equal((await metrics(plowd)).acks_sent_total, 0);
		await plowd.stop("SIGKILL");

		for (const end of ["-wal", "-shm"]) await rm(`${db}${end}`, { force: true });
		await copyFile(place.path("good.db"), db);
		plowd = await serve(plowd.ready.udp);
		assert.equal((await unit.report([[2, fixAt(now_ms + 1000)]])).cumulative, "2");
		assert.equal(await sql(db, "SELECT count(*) FROM fix"), "2");
	});
