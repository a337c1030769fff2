// SPDX-License-Identifier: Apache-2.0
/*
 * What the programs refuse: each time one sentence, the exit status of the contract, and nothing half
 * made left behind.  Files that plow-import refuses have a test of their own.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";

import { BIN, LOOPBACK, recording, workplace } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";

const ROADS = recording("matching", "00000037", "network.geojson");
const LINE = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1},"geometry":
	{"type":"LineString","coordinates":[[140.4,38.6],[140.41,38.6]]}}]}`;

/** Says that a program ended with a status, after one sentence that names what it is about. */
function refused(result, status, about) {
	assert.equal(result.status, status, result.stderr);
	const sentences = result.stderr.trim().split("\n");
	assert.equal(sentences.length, 1, result.stderr);
	assert.match(result.stderr, about);
	assert.equal(result.stdout, "");
}

/** A program that may write files of so many KiB and no larger ones: what a full disk does to it. */
function onFullDisk(place, kib, name, args) {
	return place.run("/bin/sh", ["-c", `trap "" XFSZ; ulimit -f ${kib * 2}; exec "$0" "$@"`, name, ...args]);
}

async function fingerprint(file) {
	return createHash("sha256").update(await readFile(file)).digest("hex");
}

test("a database that is none, or not there, is refused by every program", async (t) => {
	const place = await workplace(t);
	const text = await place.file("notes.txt", "This is a text.\n".repeat(100));
	const key = await place.file("key", "{}");
	const roads = await place.file("roads.geojson", LINE);
	for (const [name, ...args] of [
		["plowd", ...LOOPBACK, "--db"],
		["plow-import", roads, "--db"],
		["plowctl", "coverage", "--from", "2027-01-01", "--to", "2027-01-02", "--db"],
		["plowctl", "vehicle", "add", "--code", "P01", "--db"],
		["plowctl", "verify", "--db"],
		["plowctl", "import-log", "--vehicle", "P01", key, "--db"],
	]) {
		refused(await place.run(name, [...args, text]), 65, /notes\.txt/);
		refused(await place.run(name, [...args, place.path("nowhere.db")]), 66, /nowhere\.db.*plowctl init/);
	}
	assert.deepEqual((await readdir(place.folder)).sort(), ["key", "notes.txt", "roads.geojson"]);
});

test("a port in use, a configuration and options that make no sense are refused", async (t) => {
	const place = await workplace(t);
	const roads = await place.file("roads.geojson", LINE);
	const db = await place.town({ roads });
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	assert.deepEqual(Object.keys(plowd.ready).sort(), ["http", "udp"], "plain NMEA is not listened for unless it is asked for");
	const other = place.path("other.db");
	await place.ok("plowctl", ["init", "--db", other]);
	refused(await place.run("plowd", ["--db", other, "--udp", plowd.ready.udp, "--http", "127.0.0.1:0"]), 69, /127\.0\.0\.1/);
	refused(await place.run("plowd", ["--db", other, "--udp", "127.0.0.1:0", "--http", plowd.ready.http]), 69, /127\.0\.0\.1/);
	refused(await place.run("plowd", ["--db", other, ...LOOPBACK, "--nmea", plowd.ready.udp]), 69, /127\.0\.0\.1/);
	const key = await place.vehicle(db, "P01");
	refused(await place.run("plow-tracker", ["--server", plowd.ready.udp, "--key-file", key, "--source", "-", "--spool", place.path("spool"),
		"--http", plowd.ready.http, "--map-url", `http://${plowd.ready.http}/data/`, "--map-dir", place.path("map")]), 69, /127\.0\.0\.1/);
	refused(await place.run("plow-public", ["--dir", place.folder, "--http", plowd.ready.http]), 69, /127\.0\.0\.1/);
	assert.deepEqual((await readdir(place.folder)).filter((name) => /^(spool|map)/.test(name)), []);
	const conf = await place.file("plowd.conf", "udp = 127.0.0.1:0\nspeed = 12\n");
	refused(await place.run("plowd", ["--db", db, "--config", conf]), 78, /plowd\.conf.*2.*speed/);
	refused(await place.run("plowd", ["--db", db]), 64, /--udp/);
	refused(await place.run("plowd", ["--db", db, ...LOOPBACK, "--clock", "sun"]), 64, /sun/);
	refused(await place.run("plowctl", ["dance"]), 64, /dance/);
	refused(await place.run("plowctl", ["coverage", "--db", db, "--from", "soon", "--to", "later"]), 64, /soon/);
});

test("a key file that is missing or no key is refused", async (t) => {
	const place = await workplace(t);
	const tracker = (key) => place.run("plow-tracker", ["--server", "127.0.0.1:9", "--key-file", key, "--source", "-",
		"--spool", place.path("spool")]);
	refused(await tracker(place.path("nokey")), 66, /nokey/);
	refused(await tracker(await place.file("badkey", "{\"vehicle\":\"P01\",\"key\":\"mk1.short\"}\n")), 65, /badkey/);
	assert.equal(existsSync(place.path("spool")), false);
});

test("what is there already is not made again", async (t) => {
	const place = await workplace(t);
	const db = await place.town({ roads: await place.file("roads.geojson", LINE) });
	const before = await fingerprint(db);
	refused(await place.run("plowctl", ["init", "--db", db]), 73, /town\.db is already there/);
	await place.vehicle(db, "P01");
	refused(await place.run("plowctl", ["vehicle", "add", "--db", db, "--code", "P01"]), 73, /P01/);
	refused(await place.run("plowctl", ["vehicle", "add", "--db", db, "--code", "P 1"]), 64, /P 1/);
	refused(await place.run("plowctl", ["vehicle", "rotate", "--db", db, "--code", "P99"]), 65, /P99/);
	refused(await place.run("plowctl", ["init", "--db", place.path("no", "such", "folder.db")]), 73, /folder\.db/);
	assert.notEqual(before, "");
});

test("init makes the town's key at once, for its owner alone, and keeps one that is there", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	assert.equal((await stat(`${db}.key`)).mode & 0o777, 0o600);
	const key = await fingerprint(`${db}.key`);
	await rm(db);
	await place.ok("plowctl", ["init", "--db", db]);
	assert.equal(await fingerprint(`${db}.key`), key);
});

test("a backup without its key is not verified, and the sentence says what is missing", async (t) => {
	const place = await workplace(t);
	const db = await place.town({ roads: await place.file("roads.geojson", LINE) });
	await place.vehicle(db, "P01");
	await place.ok("plowctl", ["backup", "--db", db, place.path("copy.db")]);
	refused(await place.run("plowctl", ["verify", "--db", place.path("copy.db")]), 65, /there is no .*copy\.db\.key/);
	const plowd = await place.serve("plowd", ["--db", place.path("copy.db"), ...LOOPBACK]);
	assert.match(plowd.stderr(), /there is no .*copy\.db\.key: units registered so far are refused/);
});

test("folders, ways through files and addresses of other machines are named with the right status", async (t) => {
	const place = await workplace(t);
	const file = await place.file("roads.geojson", LINE);
	const db = await place.town({ roads: file });
	refused(await place.run("plowctl", ["vehicle", "list", "--db", place.folder]), 65, /is a folder, not a database/);
	refused(await place.run("plowd", ["--db", place.folder, ...LOOPBACK]), 65, /is a folder, not a database/);
	refused(await place.run("plowd", ["--db", db, ...LOOPBACK, "--public-dir", file]), 66, /roads\.geojson/);
	refused(await place.run("plowd", ["--db", db, "--udp", "192.0.2.1:5540", "--http", "127.0.0.1:0"]), 69, /192\.0\.2\.1/);
});

test("names that are no text, too long names and times the wrong way round are refused", async (t) => {
	const place = await workplace(t);
	const db = await place.town({ roads: await place.file("roads.geojson", LINE) });
	const other = place.path("other.db");
	refused(await place.run("plowctl", ["init", "--db", other, "--name", "雪".repeat(100)]), 64, /127 bytes/);
	refused(await place.run("plowctl", ["init", "--db", other, "--name", "a\nb"]), 64, /UTF-8/);
	assert.equal(existsSync(other), false);
	refused(await place.run("plowctl", ["vehicle", "add", "--db", db, "--code", "P1", "--name", "a\u001bb"]), 64, /UTF-8/);
	refused(await place.run("plowctl", ["coverage", "--db", db, "--from", "2027-01-02", "--to", "2027-01-01"]), 64, /not after/);
});

test("a full disk leaves nothing half made", { skip: !ROADS && "no recording" }, async (t) => {
	const place = await workplace(t);
	const program = (name) => join(BIN, name);
	refused(await onFullDisk(place, 100, program("plowctl"), ["init", "--db", place.path("full.db")]), 74, /full\.db/);
	assert.deepEqual(await readdir(place.folder), []);

	const db = await place.town({ roads: await place.file("roads.geojson", LINE), importing: ["--layer", "roads"] });
	const key = await place.vehicle(db, "P01");
	const log = await place.file("log.csv", `unix_time,lat,lon\n${Array.from({ length: 60_000 }, (_, i) => `${1768500000 + i},38.6,140.4`).join("\n")}\n`);
	for (const [kib, name, ...args] of [
		[700, "plow-import", ROADS, "--db", db, "--layer", "more"],
		[700, "plowctl", "import-log", "--db", db, "--vehicle", "P01", log],
		[1, "plowctl", "vehicle", "add", "--db", db, "--code", "P02"],
	]) {
		refused(await onFullDisk(place, kib, program(name), args), 74, /town\.db/);
	}
	refused(await onFullDisk(place, 100, program("plowctl"), ["backup", "--db", db, place.path("copy.db")]), 74, /copy\.db/);
	refused(await onFullDisk(place, 4, program("plow-tracker"), ["--server", "127.0.0.1:9", "--key-file", key, "--source", "-",
		"--spool", place.path("spool")]), 74, /spool/);
	assert.deepEqual((await readdir(place.folder)).filter((name) => !/-(wal|shm)$/.test(name)).sort(),
		[key.split("/").at(-1), "log.csv", "roads.geojson", "town.db", "town.db.key"].sort());
	assert.equal(await sql(db, "SELECT count(*), group_concat(DISTINCT layer) FROM roads"), "1|roads");
	assert.equal(await sql(db, "SELECT (SELECT count(*) FROM fix), (SELECT count(*) FROM vehicle)"), "0|1");
	assert.equal(await sql(db, "PRAGMA integrity_check"), "ok");
});
