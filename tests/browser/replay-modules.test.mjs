// SPDX-License-Identifier: Apache-2.0
// The modules of the record that know no page: they run here as they are.
import assert from "node:assert/strict";
import { test } from "node:test";

import { condense, niceStep, roadsOf, timeStep, wayOf, waysAlong } from "../../web/js/data/record.js";
import { createClock, createReplay, createRoadPlay, newPosition, pointBefore, RECORD_STATES } from "../../web/js/data/replay.js";
import { readNightHash, writeNightHash } from "../../web/js/nights-hash.js";

const T0 = Date.UTC(2027, 0, 15, 17);
const iso = (seconds) => new Date(T0 + seconds * 1000).toISOString();

/** A page as the server writes it, from [second, lon, lat, state, work] of one vehicle. */
function page(points, { code = "R-1", to = 3600, next = null } = {}) {
	const deltas = (values) => values.map((value, i) => Math.round(value) - (i ? Math.round(values[i - 1]) : 0));
	const runs = [];
	points.forEach(([, , , state = "work", work = "N"], i) => {
		if (runs.length === 0 || runs.at(-1)[1] !== state || runs.at(-1)[2] !== work) runs.push([i, state, work]);
	});
	return {
		from: iso(0), to: iso(to), next, fixes: points.length, tick_ms: 100, step_deg: 1e-5, join_ms: 30_000, gap_ms: 180_000, off_ms: 600_000,
		vehicles: [{
			code, name: "", class: "any", contractor: "",
			t: deltas(points.map(([second]) => (T0 + second * 1000) / 100)),
			lon: deltas(points.map(([, lon]) => lon * 1e5)), lat: deltas(points.map(([, , lat]) => lat * 1e5)), runs,
		}],
	};
}

function at(replay, second, code = "R-1") {
	const out = newPosition();
	replay.place(replay.tracks().find((track) => track.code === code), T0 + second * 1000, out);
	return { ...out, state: RECORD_STATES[out.state], work: String.fromCharCode(out.work) };
}

test("between two points a vehicle moves evenly", () => {
	const replay = createReplay();
	replay.add(page([[0, 140.4, 38.6], [20, 140.402, 38.6], [40, 140.402, 38.602, "transfer", "M"]]));
	const middle = at(replay, 10);
	assert.ok(Math.abs(middle.lon - 140.401) < 1e-9 && middle.lat === 38.6, JSON.stringify(middle));
	assert.deepEqual([middle.state, middle.work, Math.round(middle.course)], ["work", "N", 90]);
	assert.equal(Math.round(at(replay, 30).course), 0);
	assert.equal(at(replay, -1).known, false);
});

test("a gap is never driven through: the vehicle stays, and is shown as a gap from its first moment", () => {
	const replay = createReplay();
	replay.add(page([[0, 140.4, 38.6], [10, 140.401, 38.6], [310, 140.5, 38.7], [320, 140.501, 38.7], [1000, 140.6, 38.8]]));
	for (const second of [11, 150, 309]) {
		const { lon, state } = at(replay, second);
		assert.ok(Math.abs(lon - 140.401) < 1e-9);
		assert.equal(state, "gap");
	}
	assert.equal(at(replay, 315).state, "work");
	assert.equal(at(replay, 500).state, "off");
});

test("over more than half a minute nothing is claimed between two points", () => {
	const replay = createReplay();
	replay.add(page([[0, 140.4, 38.6], [60, 140.41, 38.6]]));
	assert.deepEqual([at(replay, 59).lon, at(replay, 59).state], [140.4, "work"]);
	assert.ok(Math.abs(at(replay, 60).lon - 140.41) < 1e-9);
});

test("after its last point a vehicle falls silent and is off, as on the live map", () => {
	const replay = createReplay();
	replay.add(page([[0, 140.4, 38.6], [10, 140.4, 38.6]]));
	assert.deepEqual([100, 191, 611].map((second) => at(replay, second).state), ["work", "gap", "off"]);
});

test("pages join into one track, and vehicles are in the order people count", () => {
	const replay = createReplay();
	replay.add(page([[0, 140.4, 38.6], [10, 140.401, 38.6]], { code: "R-10", to: 10, next: iso(10) }));
	replay.add(page([[20, 140.402, 38.6], [30, 140.403, 38.6]], { code: "R-10" }));
	replay.add(page([[20, 140.402, 38.6]], { code: "R-9" }));
	assert.deepEqual(replay.tracks().map(({ code, count }) => [code, count]), [["R-9", 1], ["R-10", 4]]);
	assert.ok(Math.abs(at(replay, 15, "R-10").lon - 140.4015) < 1e-9);
	assert.deepEqual(replay.bounds().map((value) => Number(value.toFixed(5))), [140.4, 38.6, 140.403, 38.6]);
});

test("the search finds what walking finds, in so many steps as the logarithm of the points", () => {
	const time = new Float64Array(1 << 16).map((_, i) => i * 7 + (i % 3));
	let looks = 0;
	const track = { count: time.length, time: new Proxy(time, { get: (target, key) => (looks++, target[key]) }) };
	for (const wanted of [-1, 0, 1, 1000, 123_456, time.at(-1), 1e9]) {
		looks = 0;
		assert.equal(pointBefore(track, wanted), time.filter((one) => one <= wanted).length - 1);
		assert.ok(looks <= 18, `${looks} looks`);
	}
});

test("roads step to any time and back, and stand as if they had been played from the start", () => {
	const words = ["working", "done", "partly", "none"];
	const columns = { from: iso(0), to: iso(3600), time_s: [], link: [], status: [] };
	for (let i = 0; i < 400; i++) {
		columns.time_s.push(Math.floor(i * 8.7));
		columns.link.push((i * 13) % 37);
		columns.status.push(words[(i * 7) % 4]);
	}
	const play = createRoadPlay(columns);
	for (const second of [0, 1800, 10, 3599, 3600, 1, 900, 899, -5, 4000]) {
		const changed = new Set();
		play.seek(T0 + second * 1000, (link) => changed.add(link));
		const expected = new Map(columns.link.map((link) => [link, "none"]));
		columns.time_s.forEach((time, i) => time <= second && expected.set(columns.link[i], columns.status[i]));
		assert.deepEqual(new Map([...play.links].map(([link, { status }]) => [link, status])), expected, `at ${second} s`);
		play.seek(T0 + second * 1000, () => assert.fail("nothing changes without time"));
	}
});

test("the clock runs so many times faster, waits for what is loaded, and stops at the end", () => {
	const clock = createClock(T0, T0 + 600_000);
	clock.tick(1000);
	assert.equal(clock.time, T0, "it stands until it is played");
	clock.playing = true;
	clock.speed = 600;
	clock.tick(100);
	assert.equal(clock.time, T0 + 60_000);
	clock.tick(1000, T0 + 90_000);
	assert.deepEqual([clock.time, clock.playing], [T0 + 90_000, true]);
	clock.tick(60_000);
	assert.deepEqual([clock.time, clock.playing], [T0 + 600_000, false]);
	clock.seek(0);
	assert.equal(clock.time, T0);
});

const segment = (from, to, state, fields = {}) => ({ from: iso(from), to: iso(to), state, work: "N", work_source: "button", road: "", metres: 0, ...fields });

test("short segments join their neighbour, never a gap, and no second or metre is lost", () => {
	const list = condense([
		segment(0, 600, "work", { metres: 900 }), segment(600, 610, "waiting"), segment(610, 1200, "work", { metres: 700, road: "本町通り" }),
		segment(1200, 1400, "gap", { work: "U" }), segment(1400, 1420, "transfer", { metres: 100 }), segment(1420, 2000, "waiting"),
	], 30_000);
	assert.deepEqual(list.map(({ segment: { state }, from, to }) => [state, (from - T0) / 1000, (to - T0) / 1000]),
		[["work", 0, 1200], ["gap", 1200, 1400], ["waiting", 1400, 2000]]);
	assert.equal(list.reduce((sum, { metres }) => sum + metres, 0), 1700);
});

const driven = (start, end, at_m, length, fields = {}) => ({
	start: iso(start), end: iso(end), at_m, road: 1, name: "本町通り", direction: "forward", from_m: 0, to_m: length, at_work: true, work: "N", inferred: false, ...fields,
});

test("a vehicle's way goes on while it stands and breaks at a gap", () => {
	const drive = [driven(0, 100, 0, 500), driven(1000, 1100, 500, 400, { at_work: false }), driven(1500, 1600, 900, 300, { inferred: true })];
	const segments = [segment(0, 1100, "work"), segment(1100, 1450, "gap"), segment(1450, 1600, "work")];
	const { runs } = wayOf("R-1", drive, segments);
	assert.deepEqual(runs.map((run) => run.map(({ kind, y0, y1 }) => [kind, y0, y1])), [
		[["work", 0, 500], ["stand", 500, 500], ["move", 500, 900]],
		[["inferred", 900, 1200]],
	]);
});

test("ways along a road: a line a vehicle, falling when driven back, anew after it was elsewhere", () => {
	const along = (vehicle, start, end, from_m, to_m) => ({ vehicle, start: iso(start), end: iso(end), from_m, to_m, at_work: true, work: "N", inferred: false });
	const lines = waysAlong([along("R-1", 0, 60, 0, 400), along("R-1", 65, 120, 400, 0), along("R-1", 900, 960, 0, 400), along("R-2", 30, 90, 400, 0)]);
	assert.deepEqual(lines.map(({ vehicle, runs }) => [vehicle, runs.length]), [["R-1", 2], ["R-2", 1]]);
	const [first] = lines[0].runs;
	assert.deepEqual(first.map(({ kind }) => kind), ["work", "stand", "work"]);
	assert.ok(first[2].y1 < first[2].y0);
});

test("the roads of a night are told by name, the longest worked first", () => {
	const roads = roadsOf([driven(0, 1, 0, 500), driven(1, 2, 500, 2000, { name: "国道", road: 2, at_work: false }), driven(2, 3, 2500, 600, { name: "駅前通り", road: 3 }), driven(3, 4, 0, 9, { name: "" })]);
	assert.deepEqual(roads.map(({ name }) => name), ["駅前通り", "本町通り", "国道"]);
});

test("axes step as people read", () => {
	assert.deepEqual([niceStep(900, 6), niceStep(12_345, 6), niceStep(0, 6) > 0], [200, 5000, true]);
	assert.deepEqual([timeStep(7_200_000, 12), timeStep(43_200_000, 12), timeStep(60_000, 12)], [10, 60, 1]);
});

test("an address takes what makes sense and writes it back", () => {
	const text = "#day=2027-01-15&vehicle=R-12&road=17&t=2027-01-15T20:31:00Z&speed=60";
	assert.equal(writeNightHash(readNightHash(text)), text);
	assert.deepEqual(readNightHash("#day=1&vehicle=&road=x&t=never&speed=61&else=1"), {});
	assert.equal(readNightHash(`#vehicle=${"x".repeat(99)}`).vehicle.length, 32);
	assert.equal(writeNightHash({}), "");
});
