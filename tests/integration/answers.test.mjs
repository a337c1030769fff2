// SPDX-License-Identifier: Apache-2.0
/*
 * What plowd says of a link when not everything went well: snow that fell again, a unit that fell
 * silent at work, a dispatcher who knows better, a window that begins anew.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { faults } from "../support/openapi.mjs";
import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { at, drive, drives, smallTown } from "../support/smalltown.mjs";

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
const WEST = at(-0.5, 0.0);
const EAST = at(0.5, 0.0);
const NORTH = at(0.0, 0.5);
const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
const time = (seconds) => new Date((START + seconds) * 1000).toISOString();

/** From one end of 本町通り to the other. */
const WHOLE = { from_km: -0.98, to_km: 0.98 };

/** A town with a plowd; link(), status() and post() ask it. */
async function atWork(t, options = {}) {
	const place = await workplace(t);
	const db = await smallTown(place);
	const serve = async () => {
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		town.user = town.user?.at(plowd) ?? await place.signIn(plowd, { db, name: "除雪係 甲" });
		return plowd;
	};
	const town = {
		place, db, serve,
		json: async (path) => (await town.user.fetch(path)).json(),
		link: ([lon, lat]) => town.json(`/api/v1/roads/at?lon=${lon}&lat=${lat}`),
		status: async (where) => (await town.link(where)).status,
		becomes: (where, status) => until(`a link is ${status}`, async () => (await town.status(where)) === status),
		post: (path, body) => town.user.post(path, body),
		log: async (code, name, text) =>
			place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, await place.file(name, text)]),
	};
	await drives(place, db, "R-12", [], options.course ?? WHOLE);
	town.plowd = await serve();
	return town;
}

test("snow that fell since makes a cleared road one to clear again, and a new pass clears it", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	const add = (seconds, depth) => town.place.ok("plowctl",
		["snow", "add", "--db", town.db, "--station", "市役所", "--time", time(seconds), "--depth-cm", String(depth)]);
	await add(-3600, 40);
	await add(600, 49.5);
	await add(1200, 50);
	await town.becomes(WEST, "snowed");
	assert.equal(await town.status(NORTH), "none", "a road nobody cleared stays one nobody cleared");
	assert.equal((await town.link(WEST)).passes.length, 1, "the pass itself is not forgotten");
	await add(1200, 49.9);
	await town.becomes(WEST, "done");

	const answer = await town.post("/api/v1/snow", { station: "市役所", time: time(1800), depth_cm: 60 });
	assert.equal(answer.status, 201);
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Snow" }, await answer.json())], []);
	await town.becomes(WEST, "snowed");
	await town.log("R-12", "again.csv", drive({ start: START + 2400, ...WHOLE }));
	await town.becomes(WEST, "done");
});

test("a station with an area's name speaks for that area alone", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	await town.becomes(EAST, "done");
	for (const [seconds, depth_cm] of [[-600, 10], [1200, 25]]) {
		assert.equal((await town.post("/api/v1/snow", { station: "東部", time: time(seconds), depth_cm })).status, 201);
	}
	await town.log("R-12", "north.csv", drive({ start: START + 1300, from_km: -0.05, to_km: -0.1, north_km: 1 }));
	await town.becomes(EAST, "snowed");
	assert.equal(await town.status(WEST), "done");
});

test("no snow depth is taken that makes no sense", async (t) => {
	const town = await atWork(t);
	for (const body of [
		{}, { station: "", time: time(0), depth_cm: 1 }, { station: "x", time: "now", depth_cm: 1 },
		{ station: "x", time: time(0), depth_cm: -1 }, { station: "x", time: time(0), depth_cm: "1" },
		{ station: "x", time: time(0), depth_cm: 2001 }, { station: "x", time: "2100-01-01T00:00:00Z", depth_cm: 1 },
		{ station: "x".repeat(64), time: time(0), depth_cm: 1 },
	]) {
		assert.equal((await town.post("/api/v1/snow", body)).status, 400, JSON.stringify(body));
	}
	assert.deepEqual(await town.json(`/api/v1/snow?from=${time(-86400)}&to=${time(86400)}`), []);
	const wrong = await town.place.run("plowctl", ["snow", "add", "--db", town.db, "--station", "x", "--time", "now", "--depth-cm", "3"]);
	assert.equal(wrong.status, 64);
});

test("the roads of an area whose only unit fell silent at work are unknown, until it is heard again", async (t) => {
	const town = await atWork(t, { course: { from_km: -0.98, to_km: -0.3 } });
	await until("the drive is on the board", async () => (await town.link(WEST)).last);
	assert.notEqual(await town.status(WEST), "unknown");
	// Another unit far away lets the time go on: R-12's blade was down when it was last heard.
	await town.place.vehicle(town.db, "R-13");
	await town.log("R-13", "east.csv", drive({ start: START + 120, from_km: 0.02, to_km: 0.98 }));
	await town.becomes(EAST, "done");
	assert.equal(await town.status(NORTH), "none", "silent for less than three minutes");
	await town.log("R-13", "later.csv", drive({ start: START + 290, from_km: 0.98, to_km: 0.02 }));
	const west = at(-0.5, 1.0);
	await town.becomes(west, "unknown");
	assert.equal(await town.status(EAST), "done", "the other area has a unit that is heard");
	await town.becomes(NORTH, "unknown");

	await town.plowd.stop();
	await town.serve();
	await town.becomes(west, "unknown");

	await town.log("R-12", "rest.csv", drive({ start: START + 121, from_km: -0.295, to_km: -0.05 }));
	await town.log("R-12", "alive.csv", drive({ start: START + 400, from_km: -0.05, to_km: -0.02 }));
	await town.becomes(west, "none");
	await town.becomes(WEST, "done");
});

test("each silence in a shift raises one alarm, which a restart keeps, somebody acknowledges and a fix ends", async (t) => {
	const town = await atWork(t, { course: { from_km: -0.98, to_km: -0.3 } });
	const alarms = () => town.json("/api/v1/alarms");
	const last = START + 135; // 680 m at 5 m/s
	await town.place.vehicle(town.db, "R-13");
	await town.log("R-13", "east.csv", drive({ start: START + 120, from_km: 0.02, to_km: 0.98 }));
	await town.becomes(EAST, "done");
	assert.deepEqual(await alarms(), [], "nobody was silent for three minutes");

	await town.log("R-13", "later.csv", drive({ start: START + 290, from_km: 0.98, to_km: 0.02 }));
	const [raised] = await until("the alarm is raised", async () => {
		const list = await alarms();
		return list.length > 0 && list;
	});
	assert.equal(raised.vehicle, "R-12");
	assert.equal(raised.since, new Date(last * 1000).toISOString());
	assert.ok(Date.parse(raised.raised) - Date.parse(raised.since) > 180_000);
	assert.deepEqual([raised.ended, raised.acknowledged, raised.acknowledged_by], [null, null, null]);

	await town.plowd.stop();
	town.plowd = await town.serve();
	await town.becomes(WEST, "unknown");
	// What is late but old does not end the silence, and raises no second alarm.
	await town.log("R-12", "late.csv", drive({ start: last + 1, from_km: -0.295, to_km: -0.2 }));
	await until("the late fixes are seen", async () => (await town.link(WEST)).passes.some(({ end }) => Date.parse(end) > (last + 10) * 1000));
	assert.deepEqual(await alarms(), [raised]);

	const acknowledge = (id) => town.post(`/api/v1/alarms/${id}/acknowledge`, {});
	assert.equal((await acknowledge(999)).status, 404);
	const seen = await (await acknowledge(raised.id)).json();
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Alarm" }, seen)], []);
	assert.equal(seen.acknowledged_by, "除雪係 甲");
	assert.equal((await acknowledge(raised.id)).status, 409);

	await town.log("R-12", "alive.csv", drive({ start: START + 400, from_km: -0.2, to_km: -0.1 }));
	await until("it is over", async () => (await alarms())[0].ended);
	await town.log("R-13", "again.csv", drive({ start: START + 700, from_km: 0.02, to_km: 0.98 }));
	await until("a new silence is a new alarm", async () => (await alarms()).length === 2);
	assert.deepEqual((await alarms()).map(({ vehicle, ended }) => [vehicle, ended !== null]), [["R-12", false], ["R-12", true]]);

	// Who takes the vehicle out of service knows that it works on nothing.
	const doubted = at(-0.5, 1.0);
	await town.becomes(doubted, "unknown");
	const { version } = (await town.json("/api/v1/fleet")).find(({ code }) => code === "R-12");
	assert.equal((await town.post("/api/v1/vehicles/R-12/remove", { version })).status, 200);
	await until("its alarm is over", async () => (await alarms()).every(({ ended }) => ended));
	await town.becomes(doubted, "none");
	await town.plowd.stop();
	town.plowd = await town.serve();
	await town.becomes(EAST, "done");
	await town.becomes(doubted, "none");
	assert.equal((await alarms()).length, 2, "and it raises none after a restart");
});

test("a link says by when its class is to be done, and how much it snowed since its last pass", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	const link = async () => {
		const { area, finish_by, snow_since_cm } = await town.link(WEST);
		return { area, finish_by, snow_since_cm };
	};
	assert.deepEqual(await link(), { area: "西部", finish_by: "07:30", snow_since_cm: null });
	const add = (seconds, depth_cm, station = "市役所") =>
		town.post("/api/v1/snow", { station, time: time(seconds), depth_cm });
	await add(-3600, 40);
	assert.equal((await link()).snow_since_cm, null, "nobody has looked since");
	await add(600, 38.5);
	await add(1200, 43);
	assert.equal((await link()).snow_since_cm, 4.5, "it had settled before it rose");
	await add(-60, 10, "西部");
	await add(1300, 11, "西部");
	assert.equal((await link()).snow_since_cm, 1, "the area's own station speaks for it alone");
	assert.equal((await town.link(NORTH)).snow_since_cm, null, "where nothing was cleared there is no since");
});

test("a correction takes the passes out at once, and its withdrawal brings them back", async (t) => {
	const town = await atWork(t);
	const coverage = () => town.place.ok("plowctl", ["coverage", "--db", town.db, "--from", time(-3600), "--to", time(3600)]);
	await town.becomes(WEST, "done");
	await town.becomes(EAST, "done");
	const before = await coverage();
	const { id, length_m } = await town.link(WEST);
	const both_m = length_m + (await town.link(EAST)).length_m;
	const done = async () => (await town.json("/api/v1/snapshot")).progress.total.done_m;
	await until("progress counts both", async () => (await done()) >= both_m - 1);

	const order = { link: id, from: time(0), to: time(3600), reason: "雪が残っているとの電話" };
	const answer = await town.post("/api/v1/corrections", order);
	assert.equal(answer.status, 201);
	const correction = await answer.json();
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Correction" }, correction)], []);
	assert.deepEqual(correction.links, [id]);
	assert.equal(correction.name, "除雪係 甲", "who is signed in says so");
	assert.equal(correction.road_name, "本町通り");
	await town.becomes(WEST, "none");
	assert.equal(await town.status(EAST), "done");
	await until("progress takes it out", async () => (await done()) < both_m - 500);
	assert.notEqual(await coverage(), before);
	assert.deepEqual(await town.json("/api/v1/corrections"), [correction]);

	const other = await town.place.signIn(town.plowd, { db: town.db, name: "除雪係 乙", role: "admin" });
	const back = await other.post(`/api/v1/corrections/${correction.id}/withdraw`, { name: "somebody else" });
	assert.equal(back.status, 200);
	assert.equal((await back.json()).withdrawn_by, "除雪係 乙");
	await town.becomes(WEST, "done");
	assert.equal(await coverage(), before);
	assert.equal((await town.post(`/api/v1/corrections/${correction.id}/withdraw`)).status, 409);
	assert.equal((await town.post("/api/v1/corrections/999/withdraw")).status, 404);
});

test("plowctl corrects as the API does, and plowd takes notice", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	const correct = (...args) => town.place.ok("plowctl", ["correction", args[0], "--db", town.db, ...args.slice(1)]);
	const where = ["--road", "1", "--from-m", "0", "--to-m", "900", "--from", time(0), "--to", time(3600)];
	const { correction } = JSON.parse(await correct("add", ...where, "--reason", "not seen, \"sorry\"", "--name", "A"));
	await town.becomes(WEST, "partly");
	assert.match(await correct("list"), /,"not seen, ""sorry""",A,/);
	await correct("withdraw", "--id", String(correction), "--name", "B");
	await town.becomes(WEST, "done");
	for (const [args, status] of [
		[["withdraw", "--id", String(correction), "--name", "B"], 65], [["withdraw", "--id", "77", "--name", "B"], 65],
		[["add", ...where, "--reason", "r"], 64], [["add", "--road", "no", ...where.slice(2), "--reason", "r", "--name", "n"], 65],
		[["add", ...where.slice(0, 4), "--to-m", "0", ...where.slice(6), "--reason", "r", "--name", "n"], 64], [["mend"], 64],
	]) {
		const { status: got } = await town.place.run("plowctl", ["correction", args[0], "--db", town.db, ...args.slice(1)]);
		assert.equal(got, status, args.join(" "));
	}
});

test("no correction is taken that makes no sense", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	const { id, road } = await town.link(WEST);
	const good = { link: id, from: time(0), to: time(60), reason: "r" };
	for (const change of [
		{ link: 1e15 }, { link: "x" }, { link: null }, { road: road.id }, { from: time(60) }, { to: "soon" }, { reason: "" },
		{ reason: "r".repeat(512) }, { link: null, road: road.id },
		{ link: null, road: road.id, from_m: 5, to_m: 5 }, { link: null, road: -1, from_m: 0, to_m: 5 },
		{ link: null, road: road.id, from_m: -1, to_m: 5 }, { link: null, road: road.id, from_m: 5000, to_m: 6000 },
	]) {
		const answer = await town.post("/api/v1/corrections", { ...good, ...change });
		assert.equal(answer.status, 400, JSON.stringify(change));
	}
	assert.deepEqual(await town.json("/api/v1/corrections"), []);
});

test("with another window the roads begin anew, also on a board that showed them done", async (t) => {
	const town = await atWork(t);
	await town.becomes(WEST, "done");
	const opened = await (await town.post("/api/v1/operations", { name: "第2回" })).json();
	await town.becomes(WEST, "none");
	await town.post(`/api/v1/operations/${opened.id}/close`, {});
	await town.becomes(WEST, "done");
});

test("a pass shows the fixes it rests on, and the summary counts it", async (t) => {
	const town = await atWork(t);
	await town.becomes(EAST, "done");
	const link = await town.link(EAST);
	const [pass] = link.passes;
	assert.ok(pass.fixes > 150 && pass.fixes < 210, `${pass.fixes} fixes at 5 m/s on a kilometre`);
	assert.ok(pass.start <= pass.first_fix && pass.last_fix <= pass.end, "its own time, not that of the whole road");
	assert.ok(Date.parse(pass.end) - Date.parse(pass.start) < 210_000);
	assert.equal(pass.corrected, false);

	const bbox = `bbox=${at(-2, -2)},${at(2, 2)}`;
	const summary = (from, to) => town.json(`/api/v1/summary?${bbox}&from=${time(from)}&to=${time(to)}`);
	const all = await summary(-100 * 86400, 86400);
	assert.deepEqual(all.map((row) => [row.direction, row.passes, row.vehicles]), [["forward", 1, ["R-12"]], ["forward", 1, ["R-12"]]]);
	const east = all.find((row) => row.link === link.id);
	assert.ok(pass.start < east.first && east.first < pass.end && east.first === east.last);
	const middle = (Date.parse(east.first) - START * 1000) / 1000;
	assert.equal((await summary(0, middle)).length, 1, "the pass at that time is not before it");
	assert.equal((await summary(middle, 86400)).length, 1);

	const order = { link: link.id, from: time(0), to: time(3600), reason: "残雪", name: "甲" };
	await (await town.post("/api/v1/corrections", order)).json();
	assert.equal((await town.link(EAST)).passes[0].corrected, true);
	assert.equal((await summary(-86400, 86400)).length, 1);
	const outside = await town.json(`/api/v1/roads/at?lon=${EAST[0]}&lat=${EAST[1]}&from=${time(7200)}&to=${time(9000)}`);
	assert.deepEqual(outside.passes, []);
});

test("what remains is listed by class, and no finish is told without a pace", async (t) => {
	const town = await atWork(t);
	execFileSync("sqlite3", ["-cmd", ".timeout 10000", town.db, "INSERT INTO road_class (code, name, priority, required_share, required_passes, both_directions, finish_by) " +
		"VALUES ('side', '生活道路', 3, 0.9, 1, 0, '07:30'), ('main', '幹線', 1, 0.9, 1, 1, '06:30')"]);
	await town.plowd.stop();
	await town.serve();
	await until("the drive is on the board", async () => (await town.link(WEST)).share_forward > 0.9);
	assert.equal(await town.status(WEST), "partly", "a class that asks for both directions is not done by one");
	const left = await town.json("/api/v1/remaining");
	assert.equal(left.count, 5);
	assert.deepEqual(left.links.map((link) => link.class), ["main", "main", "side", "side", "side"]);
	assert.ok(left.links[0].todo_m < 50 && left.links[2].todo_m > 900);
	const west = await town.json(`/api/v1/remaining?area=${encodeURIComponent("東部")}&limit=1`);
	assert.equal(west.count, 1);
	const { progress } = await town.json("/api/v1/snapshot");
	assert.equal(progress.total.finish, null);
	assert.equal(progress.total.finish_why, "too_soon");
	assert.ok(Math.abs(progress.total.todo_m - left.todo_m) < 1);
	await town.log("R-12", "back.csv", drive({ start: START + 500, from_km: 0.98, to_km: -0.98 }));
	await town.becomes(WEST, "done");
});
