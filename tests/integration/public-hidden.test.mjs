// SPDX-License-Identifier: Apache-2.0
/*
 * Which plows residents are not shown: one that stands, one that drives without working, one on a road that
 * is not the town's, one whose fixes nobody vouches for.
 */
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { after, before, test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { readPublic } from "../support/public.mjs";
import { rmc } from "../support/sentences.mjs";
import { at, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
/** Seconds after START; everything lies within the half hour a delay may be. */
const STANDS = { from: 0, stops: 80, goes: 200, ends: 280 };
const DRIVES = { from: 400, ends: 560 };
const NATION = { from: 700, ends: 860 };
const PLAIN = { from: 1000, ends: 1160 };
const NEWEST = START + 1300;

let place, db;

/** A track: [second, kilometres east, kilometres north, speed, blade]. */
const csv = (rows) => ["unix_time,lat,lon,speed_mps,blade",
	...rows.map(([second, east, north, speed, blade]) => [START + second, ...[...at(east, north)].reverse().map((deg) => deg.toFixed(7)), speed, blade].join(","))].join("\n");
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function log(code, rows) {
	await place.vehicle(db, code, ["--class", "any"]);
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, await place.file(`${code}.csv`, csv(rows))]);
}

/** What a router without a key says of a drive along 駅前通り. */
function said(second) {
	const [lon, lat] = at(0, -0.9 + 0.005 * (second - PLAIN.from));
	return rmc({ time_ms: (START + second) * 1000, lat, lon, speed_mps: 5, course_deg: 0 });
}

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	await log("STANDS", range(STANDS.from, STANDS.ends).map((second) => {
		const driven = Math.min(second, STANDS.stops) + Math.max(0, second - STANDS.goes);
		const stands = second > STANDS.stops && second <= STANDS.goes;
		return [second, 0.1 + 0.005 * driven, 0, stands ? 0 : 5, 1];
	}));
	await log("DRIVES", range(DRIVES.from, DRIVES.ends).map((second) => [second, 0.1 + 0.005 * (second - DRIVES.from), 0, 5, 0]));
	await log("NATION", range(NATION.from, NATION.ends).map((second) => [second, 1, -0.9 + 0.005 * (second - NATION.from), 5, 1]));
	await place.vehicle(db, "PLAIN", ["--class", "any"]);
	await log("LAST", range(1299, 1300).map((second) => [second, 0.9, 0, 0, 0]));
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes", "--nmea", "127.0.0.1:0"]);
	const [host, port] = plowd.ready.nmea.split(":");
	const socket = dgram.createSocket("udp4");
	for (const second of range(PLAIN.from, PLAIN.ends)) {
		await new Promise((done) => socket.send(`PLAIN,${said(second)}`, Number(port), host, () => done(null)));
	}
	await until("they are stored, and nobody vouches for them", async () => Number(await sql(db, "SELECT count(*) FROM fix WHERE trust = 0")) > 100);
	socket.close();
	await plowd.stop();
});
after(() => place?.close());

/** What residents are told when this is the moment. */
async function toldAt(second) {
	const folder = place.path(`at-${second}`);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes", "--public-dir", folder, "--public-delay", String(NEWEST - START - second)]);
	const told = await until("the files are there", () => readPublic(folder));
	assert.deepEqual(await plowd.stop(), { status: 0, signal: null });
	assert.equal(Date.parse(told.manifest.made), (START + second) * 1000);
	return told;
}

test("a plow at work is shown", async () => {
	assert.equal((await toldAt(STANDS.stops - 20)).plows.length, 1);
});

test("a plow that stands is not shown, however long, until it goes on", async () => {
	for (const second of [STANDS.stops + 5, STANDS.stops + 60, STANDS.goes - 5]) {
		assert.deepEqual((await toldAt(second)).plows, [], `after ${second - STANDS.stops} s`);
	}
	assert.equal((await toldAt(STANDS.goes + 40)).plows.length, 1);
});

test("a plow that drives without working is not shown", async () => {
	assert.deepEqual((await toldAt((DRIVES.from + DRIVES.ends) / 2)).plows, []);
});

test("a plow that works on a road that is not the town's is not shown, nor when it passed", async () => {
	const { plows, days } = await toldAt((NATION.from + NATION.ends) / 2);
	assert.deepEqual(plows, []);
	const later = await toldAt(NATION.ends + 60);
	assert.deepEqual(later.days.flatMap(({ passes }) => passes), days.flatMap(({ passes }) => passes));
});

test("what nobody vouches for is told in nothing", async () => {
	const { plows, states, days } = await toldAt((PLAIN.from + PLAIN.ends) / 2);
	assert.deepEqual(plows, []);
	const after = await toldAt(PLAIN.ends + 100);
	const worked = [...after.states.values()].filter(({ last }) => last !== null);
	assert.equal(worked.length, [...states.values()].filter(({ last }) => last !== null).length);
	assert.ok(after.days.flatMap(({ passes }) => passes).every((time) => time < START + DRIVES.from), "only what STANDS cleared is told");
	assert.deepEqual(after.days, days);
});
