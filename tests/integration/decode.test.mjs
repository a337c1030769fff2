// SPDX-License-Identifier: Apache-2.0
/*
 * plowctl decode: its format, its counts and its ways to fail, on sentences of our own and on recordings.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { assertVouchedFor, goodSentences, jsonLines } from "../support/nmea.mjs";
import { BIN, recording, workplace } from "../support/programs.mjs";

const RMC = "$GNRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,150127,,,D,V*3F";
const GGA = "$GNGGA,193005.00,3836.03600,N,14024.34800,E,2,14,0.8,92.4,M,38.1,M,,0000*40";
const VOID = "$GNRMC,193006.00,V,,,,,,,150127,,,N,V*14";
const FIX =
	'{"time":"2027-01-15T19:30:05.000Z","lon":140.4058,"lat":38.6006,"alt_m":92.4,"speed_mps":4.17,' +
	'"course_deg":271.4,"hdop":0.8,"satellites":14,"quality":2,"valid":true}\n';

const DRIVE = recording("nmea", "switzerland-2010-04-03.nmea");
const ODDITIES = recording("nmea", "pynmeagps");

async function decode(t, args, input) {
	const place = await workplace(t);
	return place.run("plowctl", ["decode", ...args], { input });
}

test("the sentences of one epoch are one line, byte for byte as documented", async (t) => {
	const { status, stdout } = await decode(t, ["-"], `${RMC}\r\n${GGA}\r\n`);
	assert.equal(status, 0);
	assert.equal(stdout, FIX);
});

test("what is not known is null, and what the receiver disowns is not valid", async (t) => {
	const body = "GPGGA,193005,3836.036,N,14024.348,E,0,,,,M,,M,,";
	const sum = [...body].reduce((xor, c) => xor ^ c.charCodeAt(0), 0).toString(16);
	const { stdout } = await decode(t, ["-"], `$${body}*${sum}\n`);
	assert.equal(
		stdout,
		'{"time":null,"lon":140.4058,"lat":38.6006,"alt_m":null,"speed_mps":null,"course_deg":null,' +
			'"hdop":null,"satellites":null,"quality":0,"valid":false}\n',
	);
});

test("the last line on stderr counts what was read and skipped, by reason", async (t) => {
	const input = [RMC, GGA, VOID, "$GPGSV,1,1,00*79", RMC.replace("*3F", "*30"), RMC.replace("*3F", ""), "noise"];
	const { stderr } = await decode(t, ["-"], input.join("\r\n"));
	assert.deepEqual(JSON.parse(stderr), {
		sentences: 6,
		used: 2,
		fixes: 1,
		valid: 1,
		skipped: { void: 1, unknown: 1, bad_checksum: 1, no_checksum: 1, malformed: 0 },
	});
});

test("a sentence without a checksum counts only when that is allowed", async (t) => {
	const line = `${RMC.replace("*3F", "")}\n`;
	assert.equal((await decode(t, ["-"], line)).stdout, "");
	assert.equal(jsonLines((await decode(t, ["--allow-no-checksum", "-"], line)).stdout).length, 1);
});

test("a file that is not there, a folder and a wrong command line say so", async (t) => {
	const absent = await decode(t, ["/nonexistent/drive.nmea"]);
	assert.equal(absent.status, 66);
	assert.match(absent.stderr, /^plowctl: \/nonexistent\/drive\.nmea: .*\n$/);
	assert.equal((await decode(t, ["/"])).status, 74);
	assert.equal((await decode(t, [])).status, 64);
	assert.equal((await decode(t, ["-", "-"])).status, 64);
	assert.equal((await decode(t, ["--nonsense", "-"])).status, 64);
});

test("a full disk is an error, not a short answer", async (t) => {
	const place = await workplace(t);
	const file = await place.file("drive.nmea", `${RMC}\n`);
	const { status, stderr } = await place.run("/bin/sh", ["-c", 'exec "$0" decode "$1" >/dev/full', join(BIN, "plowctl"), file]);
	assert.equal(status, 74);
	assert.match(stderr, /No space left/);
});

test("the recorded drive gives each of its 10,327 fixes once, and no other", { skip: DRIVE === null }, async (t) => {
	const { stdout, stderr } = await decode(t, [DRIVE]);
	const fixes = jsonLines(stdout);
	const bodies = goodSentences(readFileSync(DRIVE));
	const rmc = bodies.map((body) => body.split(",")).filter((fields) => fields[0] === "GPRMC");
	const times = new Set(rmc.filter((fields) => fields[2] === "A").map((fields) => fields[9] + fields[1]));

	assert.equal(rmc.length, 10412);
	assert.equal(times.size, 10327);
	assert.equal(fixes.length, 10327);
	assert.ok(fixes.every((fix) => fix.valid && fix.time.startsWith("2010-04-03T")));
	assert.deepEqual(
		fixes.map((fix) => fix.time.slice(11, 23).replaceAll(":", "")),
		[...times].map((time) => time.slice(6)),
	);
	assert.equal(JSON.parse(stderr).skipped.bad_checksum, 0);
});

test("a drive whose every checksum is wrong gives nothing", { skip: DRIVE === null }, async (t) => {
	const spoilt = readFileSync(DRIVE, "latin1").replace(/\*([0-9A-F])/g, (_, c) => `*${c === "0" ? "1" : "0"}`);
	const { stdout, stderr } = await decode(t, ["-"], spoilt);
	const changed = JSON.parse(stderr);
	assert.equal(stdout, "");
	assert.equal(changed.skipped.bad_checksum, changed.sentences);
});

test("no odd recording gives a valid fix that no good sentence vouches for", { skip: ODDITIES === null }, async (t) => {
	const place = await workplace(t);
	let valid = 0;
	for (const name of readdirSync(ODDITIES)) {
		const fixes = jsonLines(await place.ok("plowctl", ["decode", join(ODDITIES, name)]));
		assertVouchedFor(fixes, readFileSync(join(ODDITIES, name)));
		valid += fixes.filter((fix) => fix.valid).length;
	}
	assert.equal(valid, 16);
});
