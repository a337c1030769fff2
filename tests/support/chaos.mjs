// SPDX-License-Identifier: Apache-2.0
/*
 * The two ordeals of the way from the cab to the committed row, short or long: a bad radio, and power
 * that is cut at any moment.  Real trackers, a real plowd, and a relay between them.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { until } from "./programs.mjs";
import { randomFrom, startRelay } from "./relay.mjs";
import { sentence } from "./sentences.mjs";
import { sql } from "./tables.mjs";

const START = 1768500000;

async function startTown(place) {
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const serve = (udp = "127.0.0.1:0") =>
		place.serve("plowd", ["--db", db, "--udp", udp, "--http", "127.0.0.1:0", "--clock", "fixes"]);
	const plowd = await serve();
	return { db, key, serve, plowd };
}

const trackerArgs = (place, server, key, source, more) =>
	["--server", server, "--key-file", key, "--source", source, "--spool", place.path("spool.db"), ...more];

const positionOf = (i) => [Math.round((140.4 + 0.01 * Math.cos(i / 170)) * 1e6), Math.round((38.6 + i * 2e-6) * 1e6)];

/** What the database must hold of the drive's seconds: "time|lon|lat" for each. */
const rowOf = (i) => {
	const [lon, lat] = positionOf(i);
	return `${(START + i) * 1000}|${lon * 10}|${lat * 10}`;
};

function csvDrive(count) {
	const rows = Array.from({ length: count }, (_, i) => {
		const [lon, lat] = positionOf(i);
		return `${START + i},${(lat / 1e6).toFixed(6)},${(lon / 1e6).toFixed(6)},5.00,${(i * 7) % 360}`;
	});
	return `unix_time,lat,lon,speed_mps,heading_deg\n${rows.join("\n")}\n`;
}

async function assertStored(db, expected) {
	const rows = await sql(db, "SELECT time_ms, lon_e7, lat_e7 FROM fix ORDER BY time_ms");
	assert.deepEqual(rows.split("\n"), expected);
	for (const table of ["fix_superseded", "quarantine"]) {
		assert.equal(await sql(db, `SELECT count(*) FROM ${table}`), "0", table);
	}
	assert.equal(await sql(db, "PRAGMA integrity_check"), "ok");
}

/** The time of R-1's position on the map, in milliseconds. */
async function onMap(user) {
	const [vehicle] = await (await user.fetch("/api/v1/vehicles")).json();
	return vehicle.time ? Date.parse(vehicle.time) : 0;
}

/**
 * A drive over a bad radio: some of it with radio, some of it in silence, the rest with radio again;
 * the relay takes a new port every so often.
 * @param {{rate: number, with_s: number, silent_s: number, radio: object, rebind_ms: number}} plan
 *	rate: how much faster than life; with_s and silent_s: seconds of the test's own time
 * @returns {Promise<{fixes: number, backlog: number, onMap_s: number, counts: object}>}
 */
export async function badRadio(t, place, { rate, with_s, silent_s, radio, rebind_ms }) {
	const { db, key, plowd } = await startTown(place);
	const user = await place.signIn(plowd, { db });
	const count = Math.round(rate * (2 * with_s + silent_s));
	const source = `file:${await place.file("track.csv", csvDrive(count))}`;
	const relay = await startRelay(t, plowd.ready.udp, radio);
	const tracker = place.start("plow-tracker",
		trackerArgs(place, relay.address, key, source, ["--rate", String(rate), "--exit-when-sent", "--http", "127.0.0.1:0"]));
	await tracker.becomesReady();
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	const rebinding = setInterval(() => relay.rebind(), rebind_ms);
	t.after(() => clearInterval(rebinding));

	await delay(with_s * 1000);
	relay.silent = true;
	await delay(silent_s * 1000);
	const { unsent: backlog, acked } = await status();
	assert.ok(backlog > 0.7 * rate * silent_s, `${backlog} fixes wait`);
	relay.silent = false;
	const back = performance.now();
	const current_ms = (START + acked + backlog - 1) * 1000;
	await until("the current position is on the map", async () => await onMap(user) >= current_ms, { every_ms: 20 });
	const onMap_s = (performance.now() - back) / 1000;
	assert.deepEqual(await tracker.exited, { status: 0, signal: null }, tracker.stderr());
	await assertStored(db, Array.from({ length: count }, (_, i) => rowOf(i)));
	return { fixes: count, backlog, onMap_s, counts: relay.counts };
}

function said(i) {
	const [lon, lat] = positionOf(i);
	const at = new Date((START + i) * 1000).toISOString();
	const clock = `${at.slice(11, 19).replaceAll(":", "")}.00`;
	const date = `${at.slice(8, 10)}${at.slice(5, 7)}${at.slice(2, 4)}`;
	const angle = (micro, width) => `${String(Math.floor(micro / 1e6)).padStart(width, "0")}` +
		`${((micro % 1e6) * 60 / 1e6).toFixed(7).padStart(10, "0")}`;
	const body = `GNRMC,${clock},A,${angle(lat, 2)},N,${angle(lon, 3)},E,8.1,271.4,${date},,,D`;
	return `${sentence(body)}\r\n`;
}

/** A tracker that is fed sentences as fast as it is told, so that a cut may come at any of them. */
function feed(tracker, from) {
	let next = from;
	const timer = setInterval(() => {
		let text = "";
		for (let i = 0; i < 20; i++) text += said(next++);
		tracker.child.stdin.write(text);
	}, 10);
	return () => {
		clearInterval(timer);
		return next;
	};
}

/** What a spool says: how many fixes it ever recorded, and the times of those it still has. */
async function askSpool(path) {
	const newest = Number(await sql(path, "SELECT newest_seq FROM spool").catch(() => 0));
	const times = newest ? (await sql(path, "SELECT time_ms FROM fix")).split("\n").filter(Boolean) : [];
	return { newest, kept: new Set(times) };
}

/**
 * Cuts the power of the server or of the cab at a random moment, again and again.  Each time what the
 * cab has forgotten, because it was acknowledged, must be in the database.
 * @param {{rounds: number, seed: number, radio?: object}} plan
 * @returns {Promise<{fixes: number, forgotten: number, kills: {server: number, cab: number}}>}
 */
export async function kills(t, place, { rounds, seed, radio = { loss: 0.05, repeats: 0.05, jitter_ms: 20 } }) {
	const random = randomFrom(seed);
	const town = await startTown(place);
	let { plowd } = town;
	const udp = plowd.ready.udp;
	const relay = await startRelay(t, udp, { ...radio, seed });
	const start = (more = [], options = { input: null }) => place.start("plow-tracker",
		trackerArgs(place, relay.address, town.key, "-", more), options);
	/** @type {number[]} the drive's seconds that were recorded, in the order of their numbers */
	const recorded = [];
	const done = { server: 0, cab: 0 };
	let forgotten = 0;

	for (let next = 0; done.server + done.cab < rounds; ) {
		const tracker = start();
		const [first, base] = [next, recorded.length];
		const stopFeeding = feed(tracker, first);
		for (let cab = false; !cab && done.server + done.cab < rounds; ) {
			await delay(20 + random() * 400);
			cab = random() < 0.5;
			const victim = cab ? tracker : plowd;
			done[cab ? "cab" : "server"]++;
			victim.signal("SIGKILL");
			await victim.exited;
			if (!cab) plowd = await town.serve(udp);
		}
		next = stopFeeding();
		tracker.signal("SIGKILL");
		await tracker.exited;
		const spool = await askSpool(place.path("spool.db"));
		while (recorded.length < spool.newest) recorded.push(first + recorded.length - base);
		forgotten = await assertForgottenIsStored(town.db, recorded, spool.kept);
	}
	const last = start(["--exit-when-sent"], { input: "" });
	assert.deepEqual(await last.exited, { status: 0, signal: null }, last.stderr());
	await assertStored(town.db, recorded.map(rowOf));
	return { fixes: recorded.length, forgotten, kills: done };
}

async function assertForgottenIsStored(db, recorded, kept) {
	const stored = new Set((await sql(db, "SELECT time_ms FROM fix")).split("\n"));
	const forgotten = recorded.map((second) => String((START + second) * 1000)).filter((time) => !kept.has(time));
	assert.deepEqual(forgotten.filter((time) => !stored.has(time)), []);
	return forgotten.length;
}
