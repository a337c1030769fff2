// SPDX-License-Identifier: Apache-2.0
/*
 * The ingest's bench: from datagrams to committed rows, against a bare INSERT of the same rows in batches
 * of the same size; junk datagrams a CPU second, against a bare libuv receiver; and what a fix takes on the
 * wire and in the database.  Matching is off where there are no roads.  plowd and the bare INSERT have the
 * same one core each in their turn, who sends has another.
 */
import { copyFile, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

import { BIN, recording, until } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";
import { metrics } from "../support/units.mjs";

const VEHICLES = 20;
const RUNS = 3;
/** Of a drive of eleven minutes, so that it is about as long as the one without matching. */
const DAYS = 15;
const FLOOD = { rate: 100_000, seconds: 4 };
const BENCH = join(BIN, "tests/bench/bench_ingest");
const FLOODER = join(BIN, "tests/support/flood");

/** A program and its arguments, kept to one core: the one that is measured, or the one beside it. */
const keptTo = (core, program, args) => ["/usr/bin/taskset", ["-c", String(core), program, ...args]];
const measured = (program, args) => keptTo(cpus().length - 1, program, args);
const beside = (program, args) => keptTo(0, program, args);

/** A drive about a block of streets, as a CSV track, where there is no recorded one. */
function madeUpDrive(count) {
	const lines = ["unix_time,lat,lon,speed_mps,heading_deg,hdop"];
	for (let i = 0; i < count; i++) {
		lines.push(`${1768500000 + i},${(38.6 + 0.01 * Math.sin(i / 300)).toFixed(7)},${(140.4 + 0.01 * Math.cos(i / 170)).toFixed(7)},` +
			`${(4 + i % 13 / 10).toFixed(2)},${i * 7 % 360},${0.7 + i % 5 / 10}`);
	}
	return `${lines.join("\n")}\n`;
}

/** The same drive on so many days, one after the other: a drive of minutes is stored before anything has settled. */
function everyDay(csv, days) {
	const [head, ...rows] = csv.trim().split("\n");
	const later = (row, day) => row.replace(/^[\d.]+/, (time) => (Number(time) + day * 86_400).toFixed(3));
	return `${[head, ...Array.from({ length: days }, (_, day) => rows.map((row) => later(row, day))).flat()].join("\n")}\n`;
}

async function cpuSeconds(program) {
	const fields = (await readFile(`/proc/${program.pid}/stat`, "utf8")).split(") ")[1].split(" ");
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

function serve(place, db) {
	return place.serve(...measured(join(BIN, "plowd"), ["--db", db, "--udp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--clock", "fixes"]));
}

const portOf = (program) => program.ready.udp.split(":").at(-1);

/** A database with vehicles, and roads if there are any to have. */
async function fleet(place, name, roads) {
	const db = place.path(name);
	await place.ok("plowctl", ["init", "--db", db]);
	if (roads) await place.ok("plow-import", [roads, "--db", db, "--layer", "roads"]);
	for (let i = 1; i <= VEHICLES; i++) await place.ok("plowctl", ["vehicle", "add", "--db", db, "--code", `R-${i}`]);
	return db;
}

/** Sends all; returns fixes a second, bytes a fix on the wire, fixes a commit, and the database. */
async function arrive(place, name, track, roads) {
	const db = await fleet(place, name, roads);
	await copyFile(db, place.path("empty.db"));
	const plowd = await serve(place, db);
	const sent = JSON.parse(await place.ok(...beside(BENCH, ["send", db, portOf(plowd), track])));
	const { commits_total } = await metrics(plowd);
	if (roads) await until("all trips are matched", async () => await sql(db, "SELECT count(*) FROM stale") === "0");
	await plowd.stop();
	return { ...sent, db, rate: sent.fixes / sent.seconds, batch: Math.round(sent.fixes / commits_total) };
}

/** Bytes of some tables and their indexes together, for each fix. */
async function bytesOf(db, tables, fixes) {
	const names = tables.map((table) => `'${table}'`).join(",");
	const pages = await sql(db, `SELECT sum(pgsize) FROM dbstat WHERE name IN
		(SELECT name FROM sqlite_master WHERE tbl_name IN (${names}) OR tbl_name LIKE 'idx_tracks_%')`).catch(() => "");
	return pages === "" ? null : Number(pages) / fixes;
}

async function junk(place, program, keyId) {
	const flood = place.start(...beside(FLOODER, [portOf(program), String(FLOOD.rate), String(FLOOD.seconds), keyId]));
	await flood.exited;
}

/**
 * The best of some runs, since whatever else the machine does only makes them slower; plowd and the
 * bare INSERT take turns.
 */
async function race(place, name, track, roads) {
	let best = null;
	let bare = 0;
	for (let i = 0; i < RUNS; i++) {
		const run = await arrive(place, `${name}-${i}.db`, track, roads);
		const same = JSON.parse(await place.ok(...measured(BENCH, ["insert", place.path("empty.db"), track, String(run.batch)])));
		best = best && best.rate > run.rate ? best : run;
		bare = Math.max(bare, same.fixes / same.seconds);
	}
	return { ...best, bare };
}

/** @param {(what: string, value: number, unit: string) => void} note */
export async function ingest(place, note) {
	const recorded = recording("nmea", "switzerland-2010-04-03.nmea");
	const track = recorded ?? await place.file("track.csv", madeUpDrive(10_000));
	const off = await race(place, "off", track, null);
	note("wire, full datagrams, seal and all", off.bytes_per_fix, "bytes a fix");
	note("fixes from datagram to commit", off.rate, "/s");
	note("  in batches of", off.batch, "fixes");
	note("bare INSERT of the same rows", off.bare, "/s");
	note("  ratio", off.rate / off.bare, "(aim 0.5)");
	const row = await bytesOf(off.db, ["fix"], off.fixes);
	if (row !== null) note("database, fix table with its index", row, "bytes a fix");

	const roads = recording("matching", "00000037", "network.geojson");
	const drive = recording("matching", "00000037", "track.csv");
	if (roads && drive) {
		const days = await place.file("days.csv", everyDay(await readFile(drive, "utf8"), DAYS));
		const on = await race(place, "on", days, roads);
		note("fixes from datagram to commit, matching on", on.rate, "/s");
		note("  ratio to a bare INSERT", on.rate / on.bare, "(aim 0.5)");
		const tracks = await bytesOf(on.db, ["tracks"], on.fixes);
		if (tracks !== null) note("database, tracks with their index", tracks, "bytes a fix");
	}

	let [read, bare] = [0, 0];
	for (let i = 0; i < RUNS; i++) {
		read = Math.max(read, await refusedACpuSecond(place, off.db));
		bare = Math.max(bare, await receivedACpuSecond(place, off.db));
	}
	note("junk datagrams refused", read, "/CPU s");
	note("  ratio to a bare libuv receiver", read / bare, "(aim 0.4)");
}

const keyIdOf = (db) => sql(db, "SELECT hex(key_id) FROM vehicle_key LIMIT 1");

async function refusedACpuSecond(place, db) {
	const plowd = await serve(place, db);
	const began = await cpuSeconds(plowd);
	await junk(place, plowd, await keyIdOf(db));
	const { datagrams_total } = await metrics(plowd);
	const took = await cpuSeconds(plowd) - began;
	await plowd.stop();
	return datagrams_total / took;
}

async function receivedACpuSecond(place, db) {
	const receiver = await place.serve(...measured(BENCH, ["receive"]), { input: null });
	await junk(place, receiver, await keyIdOf(db));
	receiver.child.stdin.end();
	await receiver.exited;
	const { datagrams, cpu_s } = JSON.parse(receiver.stdout().trim().split("\n").at(-1));
	return datagrams / cpu_s;
}
