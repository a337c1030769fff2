// SPDX-License-Identifier: Apache-2.0
/*
 * plow-tracker against a real plowd: what was recorded arrives once and unchanged, whatever the radio,
 * the disk and the power do in between.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { faultsFor, noFaults } from "../support/faults.mjs";
import { recording, ROOT, until, workplace } from "../support/programs.mjs";
import { fakeGpsd, sendNmea, serialPort } from "../support/receivers.mjs";
import { startRelay } from "../support/relay.mjs";
import { sql } from "../support/tables.mjs";

const START = 1768500000;
const ENOSPC = 28;
const DRIVE = recording("nmea", "switzerland-2010-04-03.nmea");

/** A drive that turns, stops and speeds up, one fix a second, as a CSV track. */
function drive(count, from = START) {
	const lines = ["unix_time,lat,lon,speed_mps,heading_deg,hdop,blade"];
	for (let i = 0; i < count; i++) {
		const lat = (38.6 + 0.01 * Math.sin(i / 300) + i * 1e-6).toFixed(6);
		const lon = (140.4 + 0.01 * Math.cos(i / 170)).toFixed(6);
		const stands = i % 500 > 450;
		lines.push(`${from + i},${lat},${lon},${stands ? 0 : (4 + (i % 13) / 10).toFixed(2)},` +
			`${stands ? "" : (i * 7) % 360},${0.7 + (i % 5) / 10},${i % 40 > 20 ? 1 : 0}`);
	}
	return `${lines.join("\n")}\n`;
}

/** The same fixes as NMEA sentences. */
function sentences(count, from = START) {
	const two = (n) => String(n).padStart(2, "0");
	const lines = [];
	for (let i = 0; i < count; i++) {
		const t = new Date((from + i) * 1000);
		const clock = `${two(t.getUTCHours())}${two(t.getUTCMinutes())}${two(t.getUTCSeconds())}.00`;
		const date = `${two(t.getUTCDate())}${two(t.getUTCMonth() + 1)}${two(t.getUTCFullYear() % 100)}`;
		const body = `GNRMC,${clock},A,3836.${String(10000 + i).slice(0, 5)},N,14024.34800,E,8.1,271.4,${date},,,D`;
		const sum = [...body].reduce((xor, c) => xor ^ c.charCodeAt(0), 0);
		lines.push(`$${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`);
	}
	return lines;
}

async function town(t) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	return { place, db, key: await place.vehicle(db, "R-1") };
}

function serve(place, db, udp = "127.0.0.1:0") {
	return place.serve("plowd", ["--db", db, "--udp", udp, "--http", "127.0.0.1:0", "--clock", "fixes"]);
}

const options = (place, server, key, source, more = []) =>
	["--server", server, "--key-file", key, "--source", source, "--spool", place.path("spool.db"), ...more];

/** Every fix of a database, one a line: time, position and what the receiver said. */
function stored(db) {
	return sql(db, "SELECT time_ms, lon_e7, lat_e7, speed_cmps, course_cdeg, hdop_c, blade FROM fix ORDER BY time_ms");
}

/** The same lines out of a CSV track as drive() writes it. */
function expected(csv) {
	const scaled = (text, by) => (text === "" ? "" : String(Math.round(Number(text) * by)));
	return csv.trim().split("\n").slice(1).map((line) => {
		const [time, lat, lon, speed, heading, hdop, blade] = line.split(",");
		return [Number(time) * 1000, scaled(lon, 1e7), scaled(lat, 1e7), scaled(speed, 100), scaled(heading, 100),
			scaled(hdop, 100), blade].join("|");
	}).join("\n");
}

test("every field of every fix of a track arrives, once", async (t) => {
	const { place, db, key } = await town(t);
	const track = drive(5000);
	const plowd = await serve(place, db);
	const source = `file:${await place.file("track.csv", track)}`;
	await place.ok("plow-tracker", options(place, plowd.ready.udp, key, source, ["--rate", "max", "--exit-when-sent"]));
	assert.equal((await stored(db)).trim(), expected(track));
	assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
	assert.equal(await sql(place.path("spool.db"), "SELECT count(*) FROM fix"), "0");
});

test("a recorded drive of three hours arrives as plowctl decode reads it", { skip: !DRIVE && "no recording" }, async (t) => {
	const { place, db, key } = await town(t);
	const plowd = await serve(place, db);
	const relay = await startRelay(t, plowd.ready.udp);
	await place.ok("plow-tracker", options(place, relay.address, key, `file:${DRIVE}`, ["--rate", "max", "--exit-when-sent"]));
	const decoded = (await place.ok("plowctl", ["decode", DRIVE])).trim().split("\n").map((line) => JSON.parse(line))
		.filter((fix) => fix.valid && fix.time)
		.map((fix) => `${Date.parse(fix.time)}|${Math.round(fix.lon * 1e7)}|${Math.round(fix.lat * 1e7)}`);
	const rows = (await sql(db, "SELECT time_ms, lon_e7, lat_e7 FROM fix ORDER BY time_ms")).trim().split("\n");
	assert.deepEqual(rows, decoded.sort((a, b) => Number(a.split("|")[0]) - Number(b.split("|")[0])));
	assert.equal(rows.length, 10327);
	// What a slow machine made the unit send again is in it; make bench tells what a full datagram takes.
	const bytes = relay.counts.bytes_up / rows.length;
	t.diagnostic(`${bytes.toFixed(2)} bytes a fix`);
	assert.ok(bytes <= 20, `${bytes.toFixed(2)} bytes a fix`);
});

test("a radio that loses 30 %, repeats 10 %, reorders, falls silent and changes its port loses nothing",
	async (t) => {
		const { place, db, key } = await town(t);
		const track = drive(12000);
		const plowd = await serve(place, db);
		const relay = await startRelay(t, plowd.ready.udp, { loss: 0.3, repeats: 0.1, delay_ms: 20, jitter_ms: 300, seed: 7 });
		const source = `file:${await place.file("track.csv", track)}`;
		// 1,000 fixes a second: twelve seconds of driving, two of them without radio.
		const tracker = place.start("plow-tracker",
			options(place, relay.address, key, source, ["--rate", "1000", "--exit-when-sent"]));
		for (let i = 0; i < 10; i++) {
			await delay(1000);
			relay.silent = i === 3 || i === 4;
			await relay.rebind();
		}
		assert.deepEqual(await tracker.exited, { status: 0, signal: null }, tracker.stderr());
		assert.equal((await stored(db)).trim(), expected(track));
		assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
		const { up, down, lost, repeated } = relay.counts;
		assert.ok(lost > 0.2 * (up + down) && repeated > 5, JSON.stringify(relay.counts));
		assert.ok(relay.counts.largest <= 1200);
	});

test("the newest fix is there at once when the radio comes back, before the backlog", async (t) => {
	const { place, db, key } = await town(t);
	const plowd = await serve(place, db);
	const relay = await startRelay(t, plowd.ready.udp, { delay_ms: 50 });
	relay.silent = true;
	const source = `file:${await place.file("track.csv", drive(60000))}`;
	const tracker = await place.serve("plow-tracker",
		options(place, relay.address, key, source, ["--rate", "2000", "--http", "127.0.0.1:0"]));
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	await until("there is a backlog", async () => (await status()).unsent > 10000);
	relay.silent = false;
	await until("the first fixes are stored", async () => (await sql(db, "SELECT count(*) FROM fix")) !== "0");
	const newest = Number(await sql(db, "SELECT max(time_ms) FROM fix WHERE received_ms = (SELECT min(received_ms) FROM fix)"));
	assert.ok(newest > (START + 10000) * 1000, `the newest that came first was ${new Date(newest).toISOString()}`);
	await tracker.stop();
});

test("the power goes at any moment: what was recorded is sent after the next start", async (t) => {
	const { place, db, key } = await town(t);
	const track = drive(4000);
	const source = `file:${await place.file("track.csv", track)}`;
	let known = 0;
	for (let round = 0; round < 4; round++) {
		const tracker = place.start("plow-tracker", options(place, "127.0.0.1:9", key, source, ["--rate", "3000"]));
		await delay(300 + 150 * round);
		tracker.signal("SIGKILL");
		await tracker.exited;
	}
	known = Number(await sql(place.path("spool.db"), "SELECT count(DISTINCT time_ms) FROM fix"));
	assert.ok(known > 200, `${known} fixes in the spool`);
	const plowd = await serve(place, db);
	await place.ok("plow-tracker", options(place, plowd.ready.udp, key, "-", ["--exit-when-sent"]));
	assert.equal((await stored(db)).trim(), expected(track).split("\n").slice(0, known).join("\n"));
	assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
});

test("the server is killed again and again: nothing acknowledged is missing, nothing is twice", async (t) => {
	const { place, db, key } = await town(t);
	const track = drive(20000);
	const source = `file:${await place.file("track.csv", track)}`;
	let plowd = await serve(place, db);
	const udp = plowd.ready.udp;
	const tracker = place.start("plow-tracker", options(place, udp, key, source, ["--rate", "4000", "--exit-when-sent"]));
	for (let round = 0; round < 5; round++) {
		await delay(400);
		plowd.signal("SIGKILL");
		await plowd.exited;
		plowd = await serve(place, db, udp);
	}
	assert.equal((await tracker.exited).status, 0, tracker.stderr());
	assert.equal((await stored(db)).trim(), expected(track));
	assert.equal(await sql(db, "SELECT count(*) FROM fix_superseded"), "0");
});

test("SIGTERM ends it in order, and the next start goes on where it was", async (t) => {
	const { place, db, key } = await town(t);
	const track = drive(3000);
	const source = `file:${await place.file("track.csv", track)}`;
	const plowd = await serve(place, db);
	const first = await place.serve("plow-tracker", options(place, plowd.ready.udp, key, source, ["--rate", "2000"]));
	await until("something is stored", async () => (await sql(db, "SELECT count(*) FROM fix")) !== "0");
	assert.deepEqual(await first.stop(), { status: 0, signal: null });
	await place.ok("plow-tracker", options(place, plowd.ready.udp, key, source, ["--rate", "max", "--exit-when-sent"]));
	assert.equal((await stored(db)).trim(), expected(track));
});

test("a full spool drops the oldest, says how many, and sends the rest", async (t) => {
	const { place, db, key } = await town(t);
	const track = drive(3000);
	const source = `file:${await place.file("track.csv", track)}`;
	const tracker = await place.serve("plow-tracker", options(place, "127.0.0.1:9", key, source,
		["--rate", "100000", "--spool-size", "1000", "--http", "127.0.0.1:0"]));
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	await until("all is recorded", async () => (await status()).receiver === "ended");
	await until("it is in the spool", async () => (await status()).unsent === 1000);
	assert.equal((await status()).dropped, 2000);
	await tracker.stop();
	const plowd = await serve(place, db);
	await place.ok("plow-tracker", options(place, plowd.ready.udp, key, "-", ["--exit-when-sent", "--spool-size", "1000"]));
	assert.equal((await stored(db)).trim(), expected(track).split("\n").slice(-1000).join("\n"));
});

for (const [what, atStart, size, isShort] of [
	["a disk that others fill later stops nothing: the spool holds what it should", "", 1000, 0],
	["a disk with little room: the spool says so, holds what there is room for, and the oldest go", "free 30000000", 100_000, 1],
]) {
	test(what, { skip: noFaults }, async (t) => {
		const { place, db, key } = await town(t);
		const faults = faultsFor(place, "spool.db");
		const track = drive(12_000);
		const source = `file:${await place.file("track.csv", track)}`;
		const more = ["--rate", "20000", "--spool-size", String(size), "--http", "127.0.0.1:0"];
		await faults.begin(atStart);
		const tracker = await place.serve("plow-tracker", options(place, "127.0.0.1:9", key, source, more), { env: faults.env });
		await faults.begin(`grow ${ENOSPC}`);
		const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
		const figures = await (await fetch(`http://${tracker.ready.http}/metrics`)).text();
		const capacity = Number(figures.match(/^plow_tracker_spool_capacity (\d+)$/m)[1]);
		assert.match(figures, new RegExp(`^plow_tracker_spool_short ${isShort}$`, "m"));
		assert.ok(isShort ? capacity >= 1000 && capacity < 12_000 : capacity === size, `room for ${capacity}`);
		await until("all is recorded", async () => (await status()).receiver === "ended");
		await until("it is in the spool", async () => (await status()).unsent === capacity);
		assert.deepEqual([(await status()).spool, (await status()).dropped], ["ok", 12_000 - capacity]);
		if (isShort) await until("the journal says it too", () => /GB free on the disk, too little for a full spool\n/.test(tracker.stderr()));
		await tracker.stop();
		// The disk is still full at the next start; what was kept arrives, and makes room for what is recorded then.
		const plowd = await serve(place, db);
		const nextTrack = drive(100, START + 12_000);
		const next = place.start("plow-tracker", options(place, plowd.ready.udp, key, `file:${await place.file("next.csv", nextTrack)}`,
			["--exit-when-sent", "--rate", "max", "--spool-size", String(size)]), { env: faults.env });
		assert.deepEqual(await next.exited, { status: 0, signal: null }, next.stderr());
		assert.equal((await stored(db)).trim(), [...expected(track).split("\n").slice(-capacity), expected(nextTrack)].join("\n"));
	});
}

/** A tracker whose fixes a test says, behind a relay that counts its datagrams; five are stored, and nothing is under way. */
async function quietTracker(t) {
	const { place, db, key } = await town(t);
	const faults = faultsFor(place, "spool.db");
	const plowd = await serve(place, db);
	const relay = await startRelay(t, plowd.ready.udp);
	const args = options(place, relay.address, key, "-");
	const tracker = await place.start("plow-tracker", [...args, "--http", "127.0.0.1:0"], { env: faults.env, input: null }).becomesReady();
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	tracker.child.stdin.write(sentences(5).join(""));
	await until("the first ones are acknowledged", async () => (await status()).acked === 5);
	return { place, db, faults, relay, args, tracker, status };
}

const EIO = 5;
for (const [what, fault] of [["cannot be written to", `write ${EIO}`], ["cannot be made durable", `sync ${EIO}`]]) {
	test(`while the spool ${what} nothing new is sent, and all of it afterwards`, { skip: noFaults }, async (t) => {
		const { db, faults, relay, tracker, status } = await quietTracker(t);
		await faults.begin(fault);
		const sent = relay.counts.up;
		tracker.child.stdin.write(sentences(10).slice(5).join(""));
		await until("they wait, and the page says why", async () => (await status()).unsent === 5 && (await status()).spool !== "ok");
		tracker.child.stdin.write(sentences(11).slice(10).join(""));
		await until("another one waits with them", async () => (await status()).unsent === 6);
		assert.equal(relay.counts.up, sent);
		await faults.end();
		await until("they are acknowledged", async () => (await status()).acked === 11);
		assert.equal(await sql(db, "SELECT count(*) FROM fix"), "11");
	});
}

test("a disk that hangs in the first commit of some fixes: not one of them is on the way", { skip: noFaults }, async (t) => {
	const { place, db, faults, relay, args, tracker } = await quietTracker(t);
	await faults.begin("slow 1000000");
	const sent = relay.counts.up;
	tracker.child.stdin.write(sentences(10).slice(5).join(""));
	await until("the disk hangs", () => faults.struck());
	await tracker.stop("SIGKILL");
	assert.equal(relay.counts.up, sent);
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), "5");
	await faults.end();
	const kept = Number(await sql(place.path("spool.db"), "SELECT count(*) FROM fix"));
	await place.ok("plow-tracker", [...args, "--exit-when-sent"]);
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), String(5 + kept));
});

test("a damaged spool is set aside, and recording goes on", async (t) => {
	const { place, db, key } = await town(t);
	const source = `file:${await place.file("track.csv", drive(100))}`;
	await writeFile(place.path("spool.db"), "this was a spool once\n".repeat(400));
	const plowd = await serve(place, db);
	const { status, stderr } = await place.run("plow-tracker",
		options(place, plowd.ready.udp, key, source, ["--rate", "max", "--exit-when-sent"]));
	assert.equal(status, 0, stderr);
	assert.match(stderr, /the spool .*spool\.db is damaged.*: it is kept as .*spool\.db\.damaged, and a new one takes over/);
	assert.ok(existsSync(place.path("spool.db.damaged")));
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), "100");
});

test("two trackers do not share a spool", async (t) => {
	const { place, key } = await town(t);
	const source = `file:${await place.file("track.csv", drive(100))}`;
	await place.serve("plow-tracker", options(place, "127.0.0.1:9", key, source));
	const second = await place.run("plow-tracker", options(place, "127.0.0.1:9", key, source));
	assert.equal(second.status, 69);
	assert.match(second.stderr, /is in use by another plow-tracker/);
});

test("what cannot work is refused with one sentence and its status", async (t) => {
	const { place, db, key } = await town(t);
	const track = `file:${await place.file("track.csv", drive(10))}`;
	const other = await place.vehicle(db, "R-2");
	const notKey = await place.file("not.key", '{"vehicle":"R-1","key":"mk1.short"}\n');
	const conf = await place.file("bad.conf", "server = 127.0.0.1:9\n\nsped = 3\n");
	const noServer = await place.file("less.conf", "rate = 2\n");
	const go = (...args) => place.run("plow-tracker", args);
	const rows = [
		[64, /no operand/, ["surplus"]],
		[64, /--server is missing/, []],
		[64, /--server must be HOST:PORT/, ["--server", "nowhere"]],
		[64, /--source must be/, ["--source", "carrier-pigeon:"]],
		[64, /--work-state must be/, ["--work-state", "Z"]],
		[64, /--rate must be/, ["--rate", "-1"]],
		[66, /key file .*absent.* cannot be opened/, options(place, "127.0.0.1:9", place.path("absent"), track)],
		[65, /key file .* does not hold the line/, options(place, "127.0.0.1:9", notKey, track)],
		[66, /no-track\.csv/, options(place, "127.0.0.1:9", key, `file:${place.path("no-track.csv")}`)],
		[73, /spool/, [...options(place, "127.0.0.1:9", key, track), "--spool", "/nonexistent/spool.db"]],
		[65, /is a database, but no spool/, [...options(place, "127.0.0.1:9", key, track), "--spool", db]],
		[78, /bad\.conf, line 3: there is no setting/, ["--config", conf]],
		[78, /--server is missing/, ["--config", noServer]],
		[78, /absent\.conf/, ["--config", place.path("absent.conf")]],
	];
	for (const [status, sentence, args] of rows) {
		const ended = await go(...args);
		assert.equal(ended.status, status, `${args.join(" ")}: ${ended.stderr}`);
		assert.match(ended.stderr, sentence);
		assert.equal(ended.stderr.trim().split("\n").length, 1, ended.stderr);
		assert.deepEqual((await readdir(place.folder)).filter((name) => name.startsWith("spool.db")), [], "and no spool is left behind");
	}
	const tracker = await place.serve("plow-tracker", options(place, "127.0.0.1:9", key, track));
	await tracker.stop();
	const foreign = await go(...options(place, "127.0.0.1:9", other, track));
	assert.equal(foreign.status, 65);
	assert.match(foreign.stderr, /belongs to vehicle R-1/);
});

test("the command line has the last word over the configuration file, and both can be checked", async (t) => {
	const { place, key } = await town(t);
	const conf = await place.file("tracker.conf",
		`# the cab\nserver = 127.0.0.1:9\nkey-file = ${key}\nsource = -\nspool = ${place.path("spool.db")}\nrate = 5\n`);
	assert.equal(await place.ok("plow-tracker", ["--config", conf, "--check-config"]), "");
	assert.ok(!existsSync(place.path("spool.db")));
	const { status } = await place.run("plow-tracker", ["--config", conf, "--check-config", "--rate", "0"]);
	assert.equal(status, 64);
});

test("the driver's button stands in the next fix and is kept over a restart", async (t) => {
	const { place, key } = await town(t);
	const source = `file:${await place.file("track.csv", drive(1000).replace(/,[01]\n/g, ",\n"))}`;
	const start = () => place.serve("plow-tracker",
		options(place, "127.0.0.1:9", key, source, ["--rate", "20", "--work-state", "M", "--http", "127.0.0.1:0"]));
	let tracker = await start();
	const api = (path, init) => fetch(`http://${tracker.ready.http}/api/v1/${path}`, init);
	const press = (work) => api("work-state", {
		method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ work }) });
	const newest = () => sql(place.path("spool.db"), "SELECT work || work_source FROM fix ORDER BY seq DESC LIMIT 1");

	const before = await (await api("status")).json();
	assert.equal(before.vehicle, "R-1");
	assert.deepEqual([before.work_state, before.work_source], ["M", "unit"]);
	assert.equal(before.server_reachable, false);
	const pressed = await (await press("N")).json();
	assert.deepEqual([pressed.work_state, pressed.work_source], ["N", "button"]);
	await until("there are fixes", async () => (await (await api("status")).json()).unsent > pressed.unsent + 3);
	assert.equal((await press("Z")).status, 400);
	assert.equal((await api("work-state", { method: "POST", body: '{"work":"W"}' })).status, 415);
	await tracker.stop();
	assert.equal(await newest(), "N1");

	tracker = await start();
	assert.equal((await (await api("status")).json()).work_state, "N");
	const { unsent } = await (await press("U")).json();
	await until("there are fixes", async () => (await (await api("status")).json()).unsent > unsent + 2);
	await tracker.stop();
	assert.equal(await newest(), "M2");
});

test("NMEA comes by stdin, by UDP, through gpsd and from a serial port that is unplugged and comes back", async (t) => {
	const { place, db, key } = await town(t);
	const plowd = await serve(place, db);
	const lines = sentences(40);
	await place.ok("plow-tracker", options(place, plowd.ready.udp, key, "-", ["--exit-when-sent"]),
		{ input: lines.slice(0, 10).join("") });
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), "10");

	const arrived = (count) => until(`${count} fixes are stored`,
		async () => Number(await sql(db, "SELECT count(*) FROM fix")) === count);
	const udp = await sendNmea(t);
	let tracker = await place.serve("plow-tracker", options(place, plowd.ready.udp, key, `udp://${udp.address}`));
	await udp.send(lines.slice(10, 20));
	await arrived(20);
	await tracker.stop();

	const gpsd = await fakeGpsd(t);
	tracker = await place.serve("plow-tracker", options(place, plowd.ready.udp, key, `gpsd://${gpsd.address}`));
	await gpsd.send(lines.slice(20, 25));
	gpsd.hangUp();
	await gpsd.send(lines.slice(25, 30));
	await arrived(30);
	await tracker.stop();

	const port = await serialPort(place);
	tracker = await place.serve("plow-tracker", options(place, plowd.ready.udp, key, `serial:${port.path}@9600`));
	await until("the port is read", () => port.isReadBy(tracker));
	port.send(lines.slice(30, 40));
	await arrived(40);
	await tracker.stop();
});

test("a stranger's client, written from docs/PROTOCOL.md alone, reproduces its vectors and is understood", async (t) => {
	const { place, db, key } = await town(t);
	const client = join(ROOT, "tests/python/michiake_client.py");
	await place.ok("/usr/bin/python3", [client, "vectors", join(ROOT, "docs/PROTOCOL.md")]);
	const plowd = await serve(place, db);
	const relay = await startRelay(t, plowd.ready.udp, { loss: 0.2, jitter_ms: 50 });
	const track = drive(3000).replace(/,[01]\n/g, ",\n");
	const file = await place.file("track.csv", track);
	await place.ok("/usr/bin/python3", [client, "send", "--server", relay.address, "--key-file", key, file]);
	assert.equal((await stored(db)).replace(/\|-1$/gm, "|").trim(), expected(track));
});

test("after a rotation SIGHUP takes the new key, and a revoked one is not believed any more", async (t) => {
	const { place, db, key } = await town(t);
	const plowd = await serve(place, db);
	const source = `file:${await place.file("track.csv", drive(100000))}`;
	const tracker = await place.serve("plow-tracker",
		options(place, plowd.ready.udp, key, source, ["--rate", "50", "--http", "127.0.0.1:0"]));
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	const moreIsAcked = async () => {
		const { acked } = await status();
		await until("more is acknowledged", async () => (await status()).acked > acked + 20);
	};
	await moreIsAcked();
	const line = await place.ok("plowctl", ["vehicle", "rotate", "--db", db, "--code", "R-1"]);
	await moreIsAcked(); // the old key is good until the new one is used
	await writeFile(key, line);
	tracker.signal("SIGHUP");
	await until("the configuration is read again", () => tracker.stderr().includes("read the configuration again"));
	await moreIsAcked();
	await place.ok("plowctl", ["vehicle", "revoke", "--db", db, "--code", "R-1"]);
	await until("nobody answers", async () => !(await status()).server_reachable);
	await tracker.stop();
	assert.notEqual(await sql(place.path("spool.db"), "SELECT count(*) FROM fix"), "0");
});
