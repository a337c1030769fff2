// SPDX-License-Identifier: Apache-2.0
/*
 * Real drives the whole way: recorded NMEA through a tracker, over UDP, into plowd; then what it says
 * was cleared is held against hand-corrected truth.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { LOOPBACK, recording, until, workplace } from "../support/programs.mjs";
import { nearestLinks } from "../support/nearest.mjs";
import { canScore, score } from "../support/score.mjs";
import { sql } from "../support/tables.mjs";

const WINDOW = ["--from", "2000-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z"];

/** The drive's NMEA with only the first epoch of every so many seconds. */
async function thinned(drive, seconds) {
	const lines = (await readFile(recording("matching", drive, "track.nmea"), "utf8")).split(/\r?\n/);
	let epoch = null;
	let next = null;
	const kept = lines.filter((line) => {
		const time = line.match(/^\$..(?:RMC|GGA),(\d\d)(\d\d)(\d\d)/);
		if (!time) {
			return false;
		}
		const second = Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
		const isDue = next === null || (second - next + 86400) % 86400 < 43200;
		if (second !== epoch && isDue) {
			epoch = second;
			next = second + seconds;
		}
		return second === epoch;
	});
	return `${kept.join("\r\n")}\r\n`;
}

/** Replays NMEA through tracker and server; returns the coverage and what was stored. */
async function replay(place, roads, nmea) {
	const db = await place.town({ roads, importing: ["--layer", "roads"] });
	const key = await place.vehicle(db, "P01");
	const track = await place.file("track.nmea", nmea);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	await place.ok("plow-tracker", ["--server", plowd.ready.udp, "--key-file", key, "--source", `file:${track}`,
		"--spool", place.path("P01.spool"), "--rate", "max", "--exit-when-sent"]);
	await until("the trips are matched", async () => await sql(db, "SELECT count(*) FROM stale") === "0");
	const coverage = await place.ok("plowctl", ["coverage", "--db", db, ...WINDOW]);
	const stored = await sql(db, `SELECT source_id, from_m, to_m FROM span JOIN roads ON roads.id = road_id
		ORDER BY track_id, seq`);
	await plowd.stop();
	return { db, coverage, spans: `source_id,from_m,to_m\n${stored.replaceAll("|", ",")}\n` };
}

const DRIVES = [
	["00000037", 1, "Toyama"],
	["00000037", 5, "Toyama, thinned to 5 s"],
	["00000056", 1, "repeated passes"],
];

for (const [drive, seconds, name] of DRIVES) {
	const roads = recording("matching", drive, "network.geojson");
	test(`${name}: what is stored is what was driven`, { skip: !(roads && canScore) && "no recording" }, async (t) => {
		const place = await workplace(t);
		const { spans, coverage } = await replay(place, roads, await thinned(drive, seconds));
		const reached = await score(place, drive, spans);
		const nearest = await score(place, drive, await nearestLinks(roads, recording("matching", drive, "track.csv"), seconds));
		for (const [what, figures] of [["stored", reached], ["nearest link", nearest]]) {
			t.diagnostic(`${what}: recall ${figures.recall}, false_share ${figures.false_share}, ` +
				`directed ${figures.recall_directed}, right passes ${figures.right_passes}`);
		}
		assert.ok(reached.recall >= 0.97, `recall ${reached.recall}`);
		assert.ok(reached.false_share <= 0.04, `false_share ${reached.false_share}`);
		assert.ok(nearest.recall < 0.97 || nearest.false_share > 0.04, "the nearest link would have done");

		const claimed = await score(place, drive, coverage);
		assert.ok(claimed.recall >= 0.97 && claimed.false_share <= 0.04, `coverage: ${JSON.stringify(claimed)}`);
	});
}

const SWISS = recording("nmea", "switzerland-2010-04-03.nmea");

test("a recorded drive of three hours goes through without a lost or invented fix", { skip: !SWISS && "no recording" },
	async (t) => {
		const place = await workplace(t);
		const line = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1},"geometry":
			{"type":"LineString","coordinates":[[7.82,47.33],[7.83,47.33]]}}]}`;
		const roads = await place.file("roads.geojson", line);
		const { db } = await replay(place, roads, await readFile(SWISS));
		const decoded = (await place.ok("plowctl", ["decode", SWISS])).trim().split("\n").map((text) => JSON.parse(text));
		const valid = decoded.filter((fix) => fix.valid);
		assert.equal(valid.length, 10327);
		const stored = await sql(db, "SELECT time_ms, lon_e7, lat_e7 FROM fix ORDER BY time_ms");
		const expected = valid.map((fix) => [Date.parse(fix.time), Math.round(fix.lon * 1e7), Math.round(fix.lat * 1e7)])
			.sort((a, b) => a[0] - b[0]).map((fix) => fix.join("|")).join("\n");
		assert.equal(stored, expected);
	});
