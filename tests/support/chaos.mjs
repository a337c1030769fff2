// SPDX-License-Identifier: Apache-2.0
/*
 * The ordeals of the way from the cab to the committed row: a bad radio and power that is cut at any
 * moment, short or long, and a whole fleet that comes out of a tunnel.  Real trackers, a real plowd, and
 * a relay between them.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { until } from "./programs.mjs";
import { randomFrom, startRelay } from "./relay.mjs";
import { sentence } from "./sentences.mjs";
import { sql } from "./tables.mjs";
import { metrics } from "./units.mjs";

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
	await assertNothingAside(db);
}

async function assertNothingAside(db) {
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

/** What a tracker with --http says of itself. */
async function statusOf(tracker) {
	return (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
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
	const rebinding = setInterval(() => relay.rebind(), rebind_ms);
	t.after(() => clearInterval(rebinding));

	await delay(with_s * 1000);
	relay.silent = true;
	await delay(silent_s * 1000);
	const { unsent: backlog, acked } = await statusOf(tracker);
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

/** A process's resident memory in MB: what it has now, or the most it ever had (VmHWM). */
export async function memoryOf(program, what = "VmRSS") {
	return Number((await readFile(`/proc/${program.pid}/status`, "utf8")).match(new RegExp(`${what}:\\s+(\\d+) kB`))[1]) / 1024;
}

/** Units that have measured for as long as the tunnel was, and sent nothing yet. */
async function fleetInTunnel(place, db, server, units, backlog) {
	const fleet = [];
	for (let i = 1; i <= units; i++) {
		const code = `F-${String(i).padStart(2, "0")}`;
		const tracker = place.start("plow-tracker", ["--server", server, "--key-file", await place.vehicle(db, code), "--source", "-",
			"--spool", place.path(`${code}.spool`), "--spool-size", "20000", "--http", "127.0.0.1:0", "--exit-when-sent"], { input: null });
		tracker.child.stdin.write(Array.from({ length: backlog }, (_, second) => said(second)).join(""));
		fleet.push({ code, tracker });
	}
	for (const { code, tracker } of fleet) {
		await tracker.becomesReady();
		// Whether its last sentence is whole it knows with the next one.
		await until(`${code} has measured all of it`, async () => (await statusOf(tracker)).unsent >= backlog - 1);
	}
	return fleet;
}

/** Holds the database's write lock until plowd's queue is full, then lets go. */
async function fillQueue(place, db, plowd) {
	const holder = place.start("/usr/bin/sqlite3", ["-bail", "-cmd", ".timeout 60000", db], { input: null });
	holder.child.stdin.write("BEGIN IMMEDIATE; SELECT 'held';\n");
	await until("the database is locked", () => holder.stdout().includes("held"));
	await until("plowd's queue is full", async () => (await metrics(plowd)).queue_drops_total > 0);
	holder.child.stdin.end("COMMIT;\n");
	await holder.exited;
}

/**
 * A whole fleet leaves a tunnel at once and goes on driving; while its backlogs arrive the disk is
 * away for so long that plowd's queue overflows.
 * @param {{units: number, backlog: number}} plan backlog: fixes of each unit
 * @returns {Promise<{fixes: number, dropped: number, grew_mb: number}>}
 */
export async function tunnel(t, place, { units, backlog }) {
	const { db, plowd } = await startTown(place);
	const user = await place.signIn(plowd, { db });
	const relay = await startRelay(t, plowd.ready.udp, { delay_ms: 20 });
	relay.silent = true;
	const fleet = await fleetInTunnel(place, db, relay.address, units, backlog);
	const before_mb = await memoryOf(plowd);

	relay.silent = false;
	const newest_ms = (START + backlog - 2) * 1000;
	await until("all of the fleet is on the map where it is", async () => {
		const vehicles = await (await user.fetch("/api/v1/vehicles")).json();
		return vehicles.filter(({ code, time }) => code.startsWith("F-") && time && Date.parse(time) >= newest_ms).length === units;
	});
	let count = backlog;
	const driving = setInterval(() => {
		const line = said(count++);
		for (const { tracker } of fleet) tracker.child.stdin.write(line);
	}, 200);
	t.after(() => clearInterval(driving));
	await fillQueue(place, db, plowd);
	clearInterval(driving);
	for (const { tracker } of fleet) tracker.child.stdin.end();
	for (const { code, tracker } of fleet) {
		assert.deepEqual(await tracker.exited, { status: 0, signal: null }, `${code}: ${tracker.stderr()}`);
	}

	const drive = Array.from({ length: count }, (_, second) => rowOf(second));
	for (const { code } of fleet) {
		const of = `FROM fix JOIN vehicle ON vehicle.id = vehicle_id WHERE code = '${code}'`;
		assert.deepEqual((await sql(db, `SELECT time_ms, lon_e7, lat_e7 ${of} ORDER BY time_ms`)).split("\n"), drive, code);
		const first = await sql(db, `SELECT max(time_ms) ${of} AND received_ms = (SELECT min(received_ms) ${of})`);
		assert.ok(Number(first) >= newest_ms, `${code}: the newest comes with the first datagram, not ${first}`);
	}
	await assertNothingAside(db);
	const { queue_drops_total } = await metrics(plowd);
	return { fixes: count * units, dropped: queue_drops_total, grew_mb: await memoryOf(plowd, "VmHWM") - before_mb };
}
