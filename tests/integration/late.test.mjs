// SPDX-License-Identifier: Apache-2.0
/*
 * Fixes that come late, in any order and across restarts: the same coverage in the end, only the
 * trips they touch matched again, and a record of what they changed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { drive, smallTown } from "../support/smalltown.mjs";
import { rmc } from "../support/sentences.mjs";
import { sql } from "../support/tables.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
/** common/fix.h */
const TRUST_FILE = 4;
const HOUR = 3600;
const WINDOW = ["--from", "2027-01-15T12:00:00Z", "--to", "2027-01-16T12:00:00Z"];
/** Four trips an hour apart, to and fro. */
const TRIPS = [0, 1, 2, 3].map((i) => {
	const way = { from_km: -0.95, to_km: 0.95 };
	const back = { from_km: 0.95, to_km: -0.95 };
	return drive({ start: START + i * HOUR, ...(i % 2 ? back : way) }).trim().split("\n");
});

class Town {
	constructor(place, db) {
		Object.assign(this, { place, db, parts: 0 });
	}

	static async make(t) {
		const place = await workplace(t);
		const db = await smallTown(place);
		await place.vehicle(db, "R-12");
		const town = new Town(place, db);
		await town.serve();
		return town;
	}

	async serve() {
		this.plowd = await this.place.serve("plowd", ["--db", this.db, ...LOOPBACK, "--clock", "fixes"]);
		this.base = `http://${this.plowd.ready.http}`;
		this.user = this.user?.at(this.plowd) ?? await this.place.signIn(this.plowd, { db: this.db });
	}

	/** Rows of a track, header first, as another process reads them in. */
	async log(rows) {
		const file = await this.place.file(`part-${this.parts++}.csv`, `${rows.join("\n")}\n`);
		await this.place.ok("plowctl", ["import-log", "--db", this.db, "--vehicle", "R-12", file]);
	}

	settled() {
		return until("nothing is left to match", async () => (await sql(this.db, "SELECT count(*) FROM stale")) === "0");
	}

	async matched() {
		const text = await (await fetch(`${this.base}/metrics`)).text();
		return Number(text.match(/^plowd_trips_matched_total (\d+)$/m)[1]);
	}

	coverage() {
		return this.place.ok("plowctl", ["coverage", "--db", this.db, ...WINDOW]);
	}

	/** What the stored spans say, in the order of their time. */
	spans() {
		return sql(this.db, "SELECT span.start_ms, span.end_ms, road_id, from_m, to_m, at_work, source, work, inferred, confidence " +
			"FROM span JOIN tracks ON tracks.id = track_id ORDER BY span.start_ms, seq");
	}

	async revisions(after = 0) {
		return (await this.user.fetch(`/api/v1/revisions?after=${after}`)).json();
	}
}

const rowsOf = (trip, from, to) => [trip[0], ...trip.slice(1).slice(from, to)];

/** A generator of its own, so that a failing order can be had again. */
function shuffled(list, seed) {
	let state = BigInt(seed);
	const result = [...list];
	for (let i = result.length - 1; i > 0; i--) {
		state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
		const j = Number((state >> 33n) % BigInt(i + 1));
		[result[i], result[j]] = [result[j], result[i]];
	}
	return result;
}

test("a late fix has only its own trip matched again", async (t) => {
	const town = await Town.make(t);
	await town.log(TRIPS.flatMap((trip, i) => (i === 1 ? rowsOf(trip, 0, 150).concat(trip.slice(161)) : trip)).filter((row, i) => i === 0 || !row.startsWith("unix")));
	await town.settled();
	assert.equal(await town.matched(), TRIPS.length);
	await town.log(rowsOf(TRIPS[1], 150, 160));
	await town.settled();
	assert.equal(await town.matched(), TRIPS.length + 1);
	await town.log(TRIPS[1]);
	await town.settled();
	assert.equal(await town.matched(), TRIPS.length + 1, "what was there already changes nothing");
});

test("parts in random order, twice, across restarts: the same coverage and the same spans", async (t) => {
	const whole = await Town.make(t);
	for (const trip of TRIPS) {
		await whole.log(trip);
	}
	await whole.settled();
	const [coverage, spans] = [await whole.coverage(), await whole.spans()];
	assert.match(coverage, /city,1,.*backward/);

	const town = await Town.make(t);
	const parts = TRIPS.flatMap((trip) => [0, 1, 2, 3, 4].map((i) => rowsOf(trip, i * 80, (i + 1) * 80)));
	const order = shuffled([...parts, ...parts.slice(0, 5)], 7);
	for (const [i, part] of order.entries()) {
		await town.log(part);
		if (i % 6 === 5) {
			await town.plowd.stop(i % 12 === 5 ? "SIGTERM" : "SIGKILL");
			await town.serve();
		}
	}
	await town.settled();
	assert.equal(await town.coverage(), coverage);
	assert.equal(await town.spans(), spans);
});

test("half of the fixes six hours late: the same coverage and the same spans", async (t) => {
	const whole = await Town.make(t);
	for (const trip of TRIPS) {
		await whole.log(trip);
	}
	await whole.settled();

	const town = await Town.make(t);
	const half = (odd) => TRIPS.flatMap((trip, i) => trip.filter((row, j) => (j === 0 ? i === 0 : (j % 2 === 1) === odd)));
	await town.log(half(true));
	await town.settled();
	await town.place.vehicle(town.db, "R-13");
	const later = await town.place.file("later.csv", drive({ start: START + 9 * HOUR, from_km: 0, to_km: 0.01 }));
	await town.place.ok("plowctl", ["import-log", "--db", town.db, "--vehicle", "R-13", later]);
	await town.settled();
	assert.notEqual(await town.spans(), await whole.spans());
	await town.log(half(false));
	await town.settled();
	await whole.place.vehicle(whole.db, "R-13");
	await whole.place.ok("plowctl", ["import-log", "--db", whole.db, "--vehicle", "R-13", later]);
	await whole.settled();
	assert.equal(await town.coverage(), await whole.coverage());
	assert.equal(await town.spans(), await whole.spans());
});

test("what late fixes changed is a revision, what merely went on is none", async (t) => {
	const town = await Town.make(t);
	const [first, second] = TRIPS;
	await town.log(rowsOf(first, 0, 120));
	await town.settled();
	await town.log(rowsOf(first, 120, 200));
	await town.settled();
	await town.log(second);
	await town.settled();
	assert.deepEqual(await town.revisions(), [], "a trip that grew, and a later trip");

	await town.log(rowsOf(first, 200, 400));
	await town.settled();
	const [came] = await town.revisions();
	assert.equal(came.vehicle, "R-12");
	assert.deepEqual(came.went, []);
	assert.ok(came.came.length > 0, JSON.stringify(came));
	const [pass] = came.came;
	assert.equal(pass.direction, "forward");
	assert.ok(pass.from_m > 900 && pass.to_m > 1850, JSON.stringify(came));

	// Of two fixes of one millisecond and trust the smaller bytes count: those that say the blade was up.
	await town.log(rowsOf(first, 0, 100).map((row, i) => (i ? row.replace(/1$/, "0") : row)));
	await town.settled();
	const [went] = await town.revisions(came.id);
	assert.deepEqual(went.came, []);
	assert.equal(went.went.length, 1, JSON.stringify(went));
	assert.ok(Math.abs(went.went[0].to_m - went.went[0].from_m - 500) < 30);
	assert.equal(went.went[0].passes, 1);
	assert.equal(went.from, "2027-01-15T19:30:00.000Z");
});

test("a drive of years ago from an NMEA, a GPX 1.1 and a CSV log, each read in twice: all of it, once, as from a file", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const fixes = Array.from({ length: 120 }, (_, i) => ({
		time_ms: Date.UTC(2019, 0, 15, 19, 30, i), lat: Number((38.6 + i * 1e-4).toFixed(4)), lon: 140.4058, speed_mps: 11.1, course_deg: 0,
	}));
	const points = fixes.map(({ time_ms, lat, lon }) => `<trkpt lat="${lat}" lon="${lon}"><time>${new Date(time_ms).toISOString()}</time></trkpt>\n`);
	const logs = {
		nmea: fixes.map((fix) => `${rmc(fix)}\r\n`).join(""),
		gpx: `<?xml version="1.0"?>\n<gpx version="1.1" creator="a logger" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n${points.join("")}</trkseg></trk></gpx>\n`,
		csv: `unix_time,lat,lon,speed_mps\n${fixes.map((fix) => `${fix.time_ms / 1000},${fix.lat},${fix.lon},${fix.speed_mps}\n`).join("")}`,
	};
	const expected = fixes.map(({ time_ms, lat, lon }) => `${time_ms}|${Math.round(lon * 1e7)}|${Math.round(lat * 1e7)}|${TRUST_FILE}`);
	for (const [format, text] of Object.entries(logs)) {
		await place.vehicle(db, format);
		const file = await place.file(`drive.${format}`, text);
		const read = async () => JSON.parse(await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", format, file]));
		const nothing = { vehicle: format, stored: 0, duplicate: 0, superseded: 0, void: 0, impossible: 0, skipped: 0 };
		assert.deepEqual(await read(), { ...nothing, stored: fixes.length });
		assert.deepEqual(await read(), { ...nothing, duplicate: fixes.length });
		const rows = await sql(db, `SELECT time_ms, lon_e7, lat_e7, trust FROM fix JOIN vehicle ON vehicle.id = vehicle_id
			WHERE code = '${format}' ORDER BY time_ms`);
		assert.deepEqual(rows.split("\n"), expected, format);
	}
	for (const table of ["fix_superseded", "quarantine"]) assert.equal(await sql(db, `SELECT count(*) FROM ${table}`), "0", table);
});
