// SPDX-License-Identifier: Apache-2.0
/*
 * The driver's shift in a real plow-tracker: it begins and ends with a press, adds up the fixes that
 * are on disk, survives what a cab does to it, and waits for the driver's word.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { until, workplace } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";

const START = 1768500000;
const NOBODY = "127.0.0.1:9";

/** A drive north at 5 m/s, one fix a second. */
function drive(seconds, from = START) {
	const lines = ["unix_time,lat,lon,speed_mps"];
	for (let i = 0; i < seconds; i++) {
		lines.push(`${from + i},${(38.6 + (i * 5) / 111320).toFixed(7)},140.4,5`);
	}
	return `${lines.join("\n")}\n`;
}

async function cab(t, { seconds = 20000, rate = "100", more = [] } = {}) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const spool = place.path("spool.db");
	const track = await place.file("track.csv", drive(seconds));
	const unit = {
		place, spool, tracker: null,
		async start(from = 0) {
			if (from > 0) {
				await place.file("track.csv", drive(seconds, START + from));
			}
			unit.tracker = await place.serve("plow-tracker", ["--server", NOBODY, "--key-file", key, "--source", `file:${track}`,
				"--spool", spool, "--rate", rate, "--http", "127.0.0.1:0", ...more]);
		},
		ask: (path, init) => fetch(`http://${unit.tracker.ready.http}/api/v1/${path}`, init),
		status: async () => (await unit.ask("status")).json(),
		shifts: async () => (await (await unit.ask("shifts")).json()).shifts,
		post: (path, body) => unit.ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
		press: async (path, body) => (await unit.post(path, body)).json(),
		recorded: (count) => until(`${count} fixes are recorded`, async () => (await unit.status()).unsent >= count),
	};
	await unit.start();
	return unit;
}

const seconds = (shift) => Object.values(shift.states).reduce((sum, s) => sum + s, 0) + shift.gap_s;

test("the state stands in the very next fix after the press, in none before", async (t) => {
	const unit = await cab(t);
	const after = [];
	for (const work of ["N", "W", "T", "S", "B", "R", "M"]) {
		const { unsent } = await unit.status();
		await unit.recorded(unsent + 30);
		const { fix } = await unit.press("work-state", { work });
		after.push([work, Date.parse(fix.time)]);
	}
	const { unsent } = await unit.status();
	await unit.recorded(unsent + 5);
	await unit.tracker.stop();
	for (const [i, [work, time]] of after.entries()) {
		const until_ms = after[i + 1]?.[1] ?? Number.MAX_SAFE_INTEGER;
		assert.equal(await sql(unit.spool, `SELECT DISTINCT work || work_source FROM fix WHERE time_ms > ${time} AND time_ms <= ${until_ms}`), `${work}1`);
	}
});

test("a shift adds up to its fixes, over kill -9 too, and waits for the driver's word", async (t) => {
	const unit = await cab(t);
	assert.deepEqual((await unit.status()).shift, { open: false, from: null, unconfirmed: 0, tracks_shifts_only: false });
	assert.deepEqual(await unit.shifts(), []);
	const begun = await unit.press("shift", { action: "start" });
	assert.equal(begun.shift.open, true);
	assert.deepEqual([begun.work_state, begun.work_source], ["M", "button"]);
	const before = begun.fix ? Date.parse(begun.fix.time) : 0;
	await unit.recorded(300);
	await unit.press("work-state", { work: "N" });
	await unit.recorded(800);

	unit.tracker.signal("SIGKILL");
	await unit.tracker.exited;
	const newest = Number(await sql(unit.spool, "SELECT max(time_ms) FROM fix")) / 1000 - START;
	await unit.start(newest + 60);
	assert.equal((await unit.status()).shift.open, true);
	assert.equal((await unit.status()).work_state, "N");
	const { unsent } = await unit.status();
	await unit.recorded(unsent + 500);
	// Twice 出動 is one shift, and names the work.
	await unit.press("shift", { action: "start", work: "W" });
	assert.equal((await unit.shifts()).length, 1);
	await unit.recorded((await unit.status()).unsent + 100);
	const ended = await unit.press("shift", { action: "end" });
	assert.deepEqual([ended.shift.open, ended.shift.unconfirmed, ended.work_state], [false, 1, "U"]);
	const after = Date.parse(ended.fix.time);

	unit.tracker.signal("SIGKILL");
	await unit.tracker.exited;
	const inside = `FROM fix WHERE time_ms > ${before} AND time_ms <= ${after}`;
	const [count, from, to] = (await sql(unit.spool, `SELECT count(*), min(time_ms), max(time_ms) ${inside}`)).split("|").map(Number);
	const fixesOf = {};
	for (const code of ["M", "N", "W"]) {
		fixesOf[code] = Number(await sql(unit.spool, `SELECT count(*) ${inside} AND work = '${code}'`));
	}
	await unit.start(1_000_000);
	const [shift] = await unit.shifts();
	assert.equal(shift.fixes, count);
	assert.deepEqual([Date.parse(shift.from), Date.parse(shift.to)], [from, to]);
	assert.equal(Math.round(seconds(shift)), (to - from) / 1000);
	for (const [code, fixes] of Object.entries(fixesOf)) {
		assert.ok(Math.abs(shift.states[code] - fixes) <= 61, `${code}: ${shift.states[code]} s of ${fixes} fixes`);
	}
	const driven = 5 * (count - 1);
	assert.ok(Math.abs(shift.distance_m - driven) < 0.03 * driven, `${shift.distance_m} m of ${driven}`);
	assert.equal(shift.roads, null);
	assert.equal(shift.confirmed, null);

	assert.equal((await unit.post("shift", { action: "confirm", id: 7 })).status, 404);
	assert.equal((await unit.press("shift", { action: "confirm", id: shift.id })).shift.unconfirmed, 0);
	assert.equal((await unit.post("shift", { action: "confirm", id: shift.id })).status, 404);
	assert.ok((await unit.shifts())[0].confirmed);
	assert.equal((await unit.post("shift", { action: "dance" })).status, 400);
	assert.equal((await unit.post("shift", { action: "start", work: "Z" })).status, 400);
	assert.equal((await unit.ask("shift", { method: "POST", body: '{"action":"start"}' })).status, 415);
});

test("where the town wants it so, nothing is recorded between 終了 and 出動", async (t) => {
	const unit = await cab(t, { more: ["--shift-only"] });
	await until("the page knows the speed all the same", async () => (await unit.status()).fix?.speed_mps === 5);
	assert.equal((await unit.status()).shift.tracks_shifts_only, true);
	const first = await unit.status();
	await until("time goes on", async () => (await unit.status()).fix.time > first.fix.time);
	assert.equal((await unit.status()).unsent, 0);
	const begun = await unit.press("shift", { action: "start", work: "N" });
	await unit.recorded(50);
	const ended = await unit.press("shift", { action: "end" });
	await until("time goes on", async () => Date.parse((await unit.status()).fix.time) > Date.parse(ended.fix.time) + 100_000);
	await unit.tracker.stop();
	const [from, to] = (await sql(unit.spool, "SELECT min(time_ms), max(time_ms) FROM fix")).split("|").map(Number);
	assert.ok(from > Date.parse(begun.fix.time), "nothing before");
	assert.equal(to, Date.parse(ended.fix.time), "nothing after");
});

test("three days at one fix a second fit, and none is dropped", async (t) => {
	const unit = await cab(t, { seconds: 72 * 3600, rate: "1000000" });
	await until("all is recorded", async () => (await unit.status()).receiver === "ended");
	await unit.recorded(72 * 3600);
	const { unsent, dropped } = await unit.status();
	assert.deepEqual([unsent, dropped], [259_200, 0]);
	await unit.tracker.stop();
	const size = Number(await sql(unit.spool, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"));
	assert.ok(size < 20e6, `${size} bytes`);
});
