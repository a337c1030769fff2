// SPDX-License-Identifier: Apache-2.0
/*
 * The server's disk is full, broken or slow, and its clock is wrong: fixes stay with the units and the
 * alarm is loud while nothing can be stored, and afterwards everything is there.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { faultsFor, noFaults } from "../support/faults.mjs";
import { until, workplace } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";
import { fixAt, metrics, startSealer, startUnit } from "../support/units.mjs";

const START = 1768500000;
const HOUR_MS = 3600 * 1000;
const [EIO, ENOSPC, EROFS] = [5, 28, 30];

async function town(t, clock = "wall") {
	const place = await workplace(t);
	const db = place.path("town.db");
	const faults = faultsFor(place, "town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const serve = (udp = "127.0.0.1:0") =>
		place.serve("plowd", ["--db", db, "--udp", udp, "--http", "127.0.0.1:0", "--clock", clock], { env: faults.env });
	return { place, db, key, faults, serve, plowd: await serve() };
}

const drive = (count) => `unix_time,lat,lon\n${Array.from({ length: count },
	(_, i) => `${START + i},${(38.6 + i * 1e-5).toFixed(6)},140.4\n`).join("")}`;

const health = async (plowd) => {
	const answer = await fetch(`http://${plowd.ready.http}/healthz`);
	return { ...await answer.json(), status: answer.status };
};

const trackerArgs = (place, server, key, source, more = []) => ["--server", server, "--key-file", key, "--source", source,
	"--spool", place.path("spool.db"), "--rate", "100", "--exit-when-sent", ...more];

const storedTimes = async (db) => (await sql(db, "SELECT time_ms FROM fix ORDER BY time_ms")).split("\n");

for (const [what, fault, error] of [
	["the disk is full", `write ${ENOSPC}`, ENOSPC],
	["the disk is read-only", `write ${EROFS}`, EIO],
	["commits fail with EIO", `sync ${EIO}`, EIO],
]) {
	test(`${what}: no acknowledgements and an alarm meanwhile, and all is stored afterwards`, { skip: noFaults }, async (t) => {
		const { place, db, key, faults, plowd } = await town(t, "fixes");
		const count = 600;
		const source = `file:${await place.file("track.csv", drive(count))}`;
		const tracker = place.start("plow-tracker", trackerArgs(place, plowd.ready.udp, key, source));
		await until("something is stored", async () => (await metrics(plowd)).fixes_stored_total > 0);
		await faults.begin(fault);
		await until("the alarm is raised", async () => (await metrics(plowd)).store_alarm === error);
		assert.equal((await health(plowd)).status, 503);
		assert.match((await health(plowd)).alarm, /fixes are not being stored and not acknowledged/);
		const before = await metrics(plowd);
		await until("two more tries fail", async () =>
			(await metrics(plowd)).commit_failures_total >= before.commit_failures_total + 2);
		const after = await metrics(plowd);
		assert.equal(after.acks_sent_total, before.acks_sent_total);
		assert.equal(after.fixes_stored_total, before.fixes_stored_total);
		// What the cab forgot is stored.
		const kept = new Set((await spoolTimes(place, plowd, tracker)));
		const stored = new Set(await storedTimes(db));
		for (let i = 0; i < count && kept.size > 0; i++) {
			const time = String((START + i) * 1000);
			if (time <= [...kept].at(-1)) assert.ok(kept.has(time) || stored.has(time), time);
		}
		await faults.end();
		const last = place.start("plow-tracker", trackerArgs(place, plowd.ready.udp, key, source));
		assert.deepEqual(await last.exited, { status: 0, signal: null }, last.stderr());
		assert.deepEqual(await storedTimes(db), Array.from({ length: count }, (_, i) => String((START + i) * 1000)));
		assert.deepEqual([(await health(plowd)).status, (await metrics(plowd)).store_alarm], [200, 0]);
		assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
		assert.equal(await sql(db, "PRAGMA integrity_check"), "ok");
	});
}

/** The cab's power is cut; the times in its spool. */
async function spoolTimes(place, plowd, tracker) {
	tracker.signal("SIGKILL");
	await tracker.exited;
	return (await sql(place.path("spool.db"), "SELECT time_ms FROM fix ORDER BY time_ms")).split("\n").filter(Boolean);
}

/** A dispatcher wants to write; how he is answered. */
async function openOperation(user) {
	const answer = await user.fetch("/api/v1/operations", { method: "POST",
		headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "第1回出動" }),
		signal: AbortSignal.timeout(120_000) });
	return answer.status;
}

/** A dispatcher and a unit whose fixes are being stored when the fault begins; another plowd gets all of them in the end. */
async function interrupted(t, fault) {
	const parts = await town(t, "fixes");
	const { place, db, key, faults, serve, plowd } = parts;
	const user = await place.signIn(plowd, { db });
	const count = 300;
	const source = `file:${await place.file("track.csv", drive(count))}`;
	const tracker = place.start("plow-tracker", trackerArgs(place, plowd.ready.udp, key, source));
	await until("something is stored", async () => (await metrics(plowd)).fixes_stored_total > 0);
	await faults.begin(fault);
	const allArrivesAtTheNext = async () => {
		await faults.end();
		await serve(plowd.ready.udp);
		assert.deepEqual(await tracker.exited, { status: 0, signal: null }, tracker.stderr());
		assert.deepEqual(await storedTimes(db), Array.from({ length: count }, (_, i) => String((START + i) * 1000)));
	};
	return { ...parts, user, allArrivesAtTheNext };
}

test("while the disk is full nobody hangs: who wants to write is told so, SIGTERM ends it, the next one gets everything", { skip: noFaults }, async (t) => {
	const { plowd, user, allArrivesAtTheNext } = await interrupted(t, `write ${ENOSPC}`);
	await until("the alarm is raised", async () => (await metrics(plowd)).store_alarm === ENOSPC);
	assert.ok(await openOperation(user) >= 500);
	assert.deepEqual(await plowd.stop(), { status: 0, signal: null });
	await allArrivesAtTheNext();
});

test("the writer dies: no acknowledgements, an alarm in health and log, nobody hangs, and the next plowd gets everything", { skip: noFaults },
	async (t) => {
		const { plowd, user, faults, allArrivesAtTheNext } = await interrupted(t, "dead 1");
		await until("the alarm is raised", async () => (await health(plowd)).status === 503);
		assert.match((await health(plowd)).alarm, /fixes are not being stored and not acknowledged/);
		await until("the log says so", () =>
			/fixes are not being stored and not acknowledged: .*start plowd again\n/.test(plowd.stderr()));
		await faults.end();
		const dead = await metrics(plowd);
		assert.ok(await openOperation(user) >= 500);
		await until("the unit goes on asking", async () => (await metrics(plowd)).datagrams_total > dead.datagrams_total + 3);
		const after = await metrics(plowd);
		assert.deepEqual([after.acks_sent_total, after.fixes_stored_total], [dead.acks_sent_total, dead.fixes_stored_total]);
		assert.deepEqual(await plowd.stop(), { status: 74, signal: null });
		await allArrivesAtTheNext();
	});

test("the writer dies with a change in hand: who asked for it is told, and plowd can be ended", { skip: noFaults }, async (t) => {
	const { place, db, faults, plowd } = await town(t);
	const user = await place.signIn(plowd, { db });
	await faults.begin("dead 1");
	assert.ok(await openOperation(user) >= 500);
	assert.deepEqual(await plowd.stop(), { status: 74, signal: null });
});

test("the disk begins to hang right before SIGTERM: plowd waits for it a while, and not for ever", { skip: noFaults }, async (t) => {
	const { place, db, faults, plowd } = await town(t);
	const user = await place.signIn(plowd, { db });
	await faults.begin("slow 1000000");
	const opened = openOperation(user).catch(() => "not answered");
	await until("the disk hangs", () => faults.struck());
	assert.deepEqual(await plowd.stop(), { status: 74, signal: null });
	assert.equal(await opened, "not answered");
});

test("an acknowledgement waits for the disk, not for the system's memory", { skip: noFaults }, async (t) => {
	const { place, key, faults, plowd } = await town(t);
	const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
	const now_ms = Date.now() - 60_000;
	await unit.report([[1, fixAt(now_ms)]]);
	await faults.begin("slow 700");
	const began = performance.now();
	assert.equal((await unit.report([[2, fixAt(now_ms + 1000)]])).cumulative, "2");
	const took_ms = performance.now() - began;
	assert.ok(took_ms >= 700, `${took_ms} ms`);
});

test("the clock is an hour ahead and is set back while nothing can be stored: storing goes on at once", { skip: noFaults },
	async (t) => {
		const { place, db, key, faults, plowd } = await town(t);
		const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
		const now_ms = Date.now() - 60_000;
		await faults.begin("clock 3600", `sync ${EIO}`);
		await unit.send(await unit.seal([[1, fixAt(now_ms)]]));
		await until("the alarm is raised", async () => (await metrics(plowd)).store_alarm === EIO);
		await faults.end();
		assert.equal((await unit.answer()).cumulative, "1");
		assert.equal((await unit.report([[2, fixAt(now_ms + 1000)]])).cumulative, "2");
		assert.equal(await sql(db, "SELECT count(*) FROM fix"), "2");
	});

test("the clock is an hour behind: what seems to come from the future is kept aside and can be released", { skip: noFaults },
	async (t) => {
		const { place, db, key, faults, plowd } = await town(t);
		const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
		const now_ms = Date.now();
		await faults.begin("clock -3600");
		assert.equal((await unit.report([[1, fixAt(now_ms - HOUR_MS)], [2, fixAt(now_ms)]])).cumulative, "2");
		assert.equal((await metrics(plowd)).fixes_quarantined_total, 1);
		await faults.end();
		// The same fix again, under the right clock: it is stored, and nobody cries clone.
		assert.equal((await unit.report([[2, fixAt(now_ms)], [3, fixAt(now_ms + 1000)]])).cumulative, "3");
		assert.equal((await metrics(plowd)).clones_total, 0);
		assert.equal(await place.ok("plowctl", ["quarantine", "list", "--db", db]), "");
		assert.equal(await sql(db, "SELECT count(*) FROM fix"), "3");
		assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
	});

test("another program holds the database for longer than anybody waits: the alarm is raised, nothing is lost",
	async (t) => {
		const { place, db, key, plowd } = await town(t, "fixes");
		const count = 300;
		const holder = place.start("/usr/bin/sqlite3", [db], { input: null });
		holder.child.stdin.write("BEGIN IMMEDIATE; SELECT 'held';\n");
		await until("the lock is held", () => holder.stdout().includes("held"));
		const source = `file:${await place.file("track.csv", drive(count))}`;
		const tracker = place.start("plow-tracker", trackerArgs(place, plowd.ready.udp, key, source));
		const adding = place.vehicle(db, "R-2");
		await until("a commit fails for the lock", async () => (await metrics(plowd)).commit_failures_total > 0);
		assert.equal((await health(plowd)).status, 503);
		assert.equal((await metrics(plowd)).acks_sent_total, 0);
		await delay(1000);
		holder.child.stdin.end("COMMIT;\n");
		await adding; // plowctl waits longer than that
		assert.deepEqual(await tracker.exited, { status: 0, signal: null }, tracker.stderr());
		assert.equal((await storedTimes(db)).length, count);
		assert.equal((await health(plowd)).status, 200);
	});
