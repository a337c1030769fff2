// SPDX-License-Identifier: Apache-2.0
/*
 * plowctl decode against gpsd, on gpsd's own recordings: for each time that has a position, the last
 * TPV of the .chk is our fix.  tests/golden/gpsd.json lists every difference, docs/NMEA.md explains them.
 * And gpsd itself, where it is installed, between a receiver and plow-tracker.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { assertVouchedFor, jsonLines } from "../support/nmea.mjs";
import { LOOPBACK, ROOT, recording, until, workplace } from "../support/programs.mjs";
import { rmc } from "../support/sentences.mjs";
import { sql } from "../support/tables.mjs";

const LOGS = recording("nmea", "gpsd");
const ACCEPTED = JSON.parse(readFileSync(join(ROOT, "tests/golden/gpsd.json"), "utf8"));
const DEGREES = 1e-6;
const WEEK_MS = 7 * 86400 * 1000;
const skip = LOGS === null && "the recordings are absent";
const logs = LOGS === null ? [] : readdirSync(LOGS).filter((name) => name.endsWith(".log"));

/** The last TPV with a position of each time, moved back where gpsd moved it. */
function tpvByTime(log) {
	const weeks = ACCEPTED.weeks_moved_by_gpsd[log.replace(/\.log$/, "")] ?? 0;
	const lines = readFileSync(join(LOGS, `${log}.chk`), "latin1").split("\n");
	const tpvs = new Map();
	for (const line of lines.filter((each) => each.startsWith('{"class":"TPV"'))) {
		const tpv = JSON.parse(line);
		if (tpv.time !== undefined && tpv.lat !== undefined && tpv.mode >= 2) {
			tpvs.set(new Date(Date.parse(tpv.time) - weeks * WEEK_MS).toISOString(), tpv);
		}
	}
	return tpvs;
}

/** Times in a but not in b. */
function without(a, b) {
	return [...a.keys()].filter((time) => !b.has(time)).sort();
}

async function decode(t, path) {
	const place = await workplace(t);
	const { status, stdout, stderr } = await place.run("plowctl", ["decode", path]);
	assert.equal(status, 0, stderr);
	return { fixes: jsonLines(stdout), counts: JSON.parse(stderr) };
}

function assertSamePlaces(ours, theirs) {
	for (const [time, tpv] of theirs) {
		const fix = ours.get(time);
		if (fix) {
			assert.ok(Math.abs(fix.lat - tpv.lat) <= DEGREES, `${time}: lat ${fix.lat}, gpsd ${tpv.lat}`);
			assert.ok(Math.abs(fix.lon - tpv.lon) <= DEGREES, `${time}: lon ${fix.lon}, gpsd ${tpv.lon}`);
		}
	}
}

for (const log of logs) {
	test(`${log} reads as gpsd reads it`, { skip }, async (t) => {
		const name = log.replace(/\.log$/, "");
		const path = join(LOGS, log);
		const { fixes, counts } = await decode(t, path);
		const valid = fixes.filter((fix) => fix.valid);
		const ours = new Map(valid.filter((fix) => fix.time !== null).map((fix) => [fix.time, fix]));
		const theirs = tpvByTime(log);
		const missing = [...(ACCEPTED.one_instant_twice[name] ?? []), ...(ACCEPTED.not_nmea[name] ?? [])];

		assertSamePlaces(ours, theirs);
		assert.deepEqual(without(theirs, ours), missing.sort(), "times only gpsd has");
		assert.deepEqual(without(ours, theirs), ACCEPTED.gpsd_is_silent[name] ?? [], "times only we have");
		assert.equal(valid.filter((fix) => fix.time === null).length, ACCEPTED.undated[name] ?? 0, "undated fixes");
		assert.equal(new Set(fixes.map((fix) => fix.time)).size, fixes.length, "one fix a time");
		assertVouchedFor(fixes, readFileSync(path));
		assert.equal(counts.fixes, fixes.length);
		assert.equal(counts.valid, valid.length);
	});
}

test("all 49 logs are compared, and every accepted difference is of one of them", { skip }, () => {
	assert.equal(logs.length, 49);
	for (const [kind, byLog] of Object.entries(ACCEPTED).filter(([, value]) => typeof value === "object")) {
		for (const name of Object.keys(byLog)) {
			assert.ok(logs.includes(`${name}.log`), `${kind}: ${name}`);
		}
	}
});

const GPSD = "/usr/sbin/gpsd";

/** A receiver that speaks to whoever connects to it over TCP, as gpsd does for `tcp://`. */
async function receiver(t) {
	const server = net.createServer();
	const connected = once(server, "connection").then(([socket]) => socket.on("error", () => {}));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(async () => {
		server.close();
		(await Promise.race([connected, null]))?.destroy();
	});
	return { address: `127.0.0.1:${server.address().port}`, connected };
}

/** A port nobody has at the moment; gpsd cannot be told to choose one. */
async function freePort() {
	const probe = net.createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	await new Promise((done) => probe.close(done));
	return port;
}

test("gpsd itself hands a plow-tracker what its receiver says, and all of it is stored", { skip: !existsSync(GPSD) && "no gpsd" }, async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const key = await place.vehicle(db, "R-1");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	const { address, connected } = await receiver(t);
	const port = await freePort();
	place.start(GPSD, ["-N", "-b", "-S", String(port), `tcp://${address}`]);
	await place.serve("plow-tracker", ["--server", plowd.ready.udp, "--key-file", key, "--source", `gpsd://127.0.0.1:${port}`,
		"--spool", place.path("spool.db")]);
	const socket = await connected; // gpsd opens its receiver for somebody who watches
	let second = 0;
	const wanted = [];
	await until("forty fixes are stored", async () => {
		const time_ms = Date.UTC(2026, 0, 15, 18) + 1000 * second++;
		wanted.push(String(time_ms));
		socket.write(rmc({ time_ms, lat: 38.6 + second * 1e-5, lon: 140.4, speed_mps: 4, course_deg: 0 }) + "\r\n");
		return Number(await sql(db, "SELECT count(*) FROM fix")) >= 40;
	}, { every_ms: 20 });
	const stored = (await sql(db, "SELECT time_ms FROM fix ORDER BY time_ms")).split("\n");
	const from = wanted.indexOf(stored[0]);
	t.diagnostic(`gpsd kept ${from} sentences for itself until it knew the receiver`);
	assert.deepEqual(stored, wanted.slice(from, from + stored.length), "from the first on none is missing");
});
