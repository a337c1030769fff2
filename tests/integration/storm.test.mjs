// SPDX-License-Identifier: Apache-2.0
/*
 * A real storm (Syracuse, 20 February 2020: 22 plows, 42,752 fixes some 15 s apart), replayed at full
 * speed by 22 trackers over UDP into a plowd that is stopped and started again in the middle: every
 * fix is stored exactly once, and the coverage does not know of the restart.
 *
 * The fixes say nothing of blade or speed, so the vehicles are registered as what they are, plow trucks:
 * above 60 km/h (gis/work.c), which they reach on the state's expressways, they clear nothing.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import test from "node:test";

import { LOOPBACK, recording, until, workplace } from "../support/programs.mjs";
import { readCsv, sql } from "../support/tables.mjs";

const POINTS = recording("fleet", "syracuse-2020-02-20", "points.csv");
const CITY = recording("fleet", "syracuse-2020-02-20", "city_result_final.csv");
const STREETS = recording("fleet", "network_streets.geojson");
const WINDOW = ["--from", "2020-02-19T00:00:00Z", "--to", "2020-02-23T00:00:00Z"];

/** The fixes of each vehicle as track files: code → rows. */
async function tracks() {
	const rows = readCsv(await readFile(POINTS, "utf8"));
	return group(rows);
}

function group(rows) {
	const groups = new Map();
	for (const row of rows) {
		groups.set(row.vehicle, [...(groups.get(row.vehicle) ?? []), row]);
	}
	return groups;
}

async function startTracker(place, db, code, rows, server) {
	const key = await place.vehicle(db, code, ["--class", "truck"]);
	const lines = rows.map((row) => `${row.unix_time},${row.lat},${row.lon}`);
	await writeFile(place.path(`${code}.csv`), `unix_time,lat,lon\n${lines.join("\n")}\n`);
	return place.start("plow-tracker", ["--server", server, "--key-file", key, "--source",
		`file:${place.path(`${code}.csv`)}`, "--spool", place.path(`${code}.spool`), "--rate", "max",
		"--exit-when-sent"]);
}

/** Kilometres claimed, both directions of a street counted once, and each street's claimed share. */
function claimed(coverage) {
	const streets = new Map();
	for (const row of readCsv(coverage)) {
		const street = streets.get(row.source_id) ?? { length: Number(row.source_length_m), parts: [] };
		street.parts.push([Number(row.from_m), Number(row.to_m)]);
		streets.set(row.source_id, street);
	}
	let total = 0;
	for (const street of streets.values()) {
		let reached = 0;
		street.covered = 0;
		for (const [from, to] of street.parts.sort((a, b) => a[0] - b[0])) {
			street.covered += Math.max(0, to - Math.max(from, reached));
			reached = Math.max(reached, to);
		}
		total += street.covered;
	}
	return { km: total / 1000, streets };
}

test("a storm replayed at full speed is stored exactly once, across a restart", { skip: !POINTS && "no recording" },
	async (t) => {
		const place = await workplace(t);
		const db = await place.town({ roads: STREETS, importing: ["--layer", "streets"] });
		const vehicles = await tracks();
		const sent = [...vehicles.values()].reduce((sum, rows) => sum + rows.length, 0);
		assert.equal(sent, 42752);

		const first = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		const trackers = [];
		for (const [code, rows] of vehicles) {
			trackers.push(await startTracker(place, db, code, rows, first.ready.udp));
		}
		await until("a third of the fixes is stored",
			async () => Number(await sql(db, "SELECT count(*) FROM fix")) > sent / 3);
		await first.stop();
		const coverage = () => place.ok("plowctl", ["coverage", "--db", db, ...WINDOW]);
		const middle = await coverage();
		// A plowd whose port no tracker knows: what there is is worked off, and nothing comes.
		const apart = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		await until("every trip so far is matched", async () => await sql(db, "SELECT count(*) FROM stale") === "0");
		assert.ok(middle.split("\n").length > 100, "something was claimed by then");
		assert.equal(await coverage(), middle, "the coverage is the same bytes after a restart in the middle");
		await apart.stop();
		const second = await place.serve("plowd", ["--db", db, "--udp", first.ready.udp, "--http", "127.0.0.1:0",
			"--clock", "fixes"]);
		for (const tracker of trackers) {
			assert.equal((await tracker.exited).status, 0, tracker.stderr());
		}

		assert.equal(Number(await sql(db, "SELECT count(*) FROM fix")), sent);
		assert.equal(Number(await sql(db, "SELECT count(*) FROM fix_superseded")), 0);
		for (const [code, rows] of vehicles) {
			const times = await sql(db, `SELECT group_concat(time_ms) FROM (SELECT time_ms FROM fix JOIN vehicle ON
				vehicle.id = vehicle_id WHERE code = '${code}' ORDER BY time_ms)`);
			assert.equal(times, rows.map((row) => Number(row.unix_time) * 1000).sort((a, b) => a - b).join(","), code);
		}

		const before = await coverage();
		await second.stop();
		const third = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		assert.equal(await coverage(), before, "the coverage is the same bytes after another restart");
		await third.stop();

		const { km, streets } = claimed(before);
		const published = new Set(readCsv(await readFile(CITY, "utf8")).map((row) => row.street_id));
		const names = new Map(JSON.parse(await readFile(STREETS, "utf8")).features
			.map((feature) => [String(feature.properties.id), feature.properties.street_id]));
		const half = [...streets].filter(([, street]) => street.covered >= street.length / 2);
		const known = half.filter(([id]) => published.has(names.get(id)));
		/* 577 ramps and crossovers have no street_id: the city could not have published them. */
		const named = half.filter(([id]) => names.get(id));
		const percent = (of) => `${(100 * known.length / of.length).toFixed(2)} % of ${of.length}`;
		t.diagnostic(`claimed ${km.toFixed(1)} km; of the segments at least half cleared the city published ` +
			`${percent(half)}, and ${percent(named)} that have a street_id`);
		assert.ok(km >= 350, `claims ${km} km`);
		assert.ok(known.length >= half.length * 0.95, `${known.length} of ${half.length} segments are the city's`);
	});
