#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * How fast the parts are, one core each (`make bench`): prints a table, and writes every figure to
 * BUILD/bench.json.  A bench that misses its recording is left out and named.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { BIN, recording, workplace } from "../support/programs.mjs";
import { feed } from "./feed.mjs";
import { ingest } from "./ingest.mjs";
import { matching } from "./matching.mjs";
import { pages } from "./pages.mjs";
import { publicFiles } from "./public.mjs";
import { replay } from "./replay.mjs";

const DRIVE = "00000037";
/** FILES="word other" keeps it to the parts whose names hold a word. */
const wanted = (process.env.FILES ?? "").split(/\s+/).filter(Boolean);
const figures = [];

function note(what, value, unit) {
	figures.push({ what, value, unit });
	const shown = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
	console.log(`${what.padEnd(52)} ${shown.padStart(14)} ${unit}`);
}

function bench(name, args) {
	return JSON.parse(execFileSync(join(BIN, "tests/bench", name), args, { encoding: "utf8" }));
}

async function seconds(work) {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1000;
}

/** NMEA from memory to fixes; a receiver's own log where there is one, else a made day. */
function decoding() {
	const log = recording("nmea", "switzerland-2010-04-03.nmea");
	const answer = bench("bench_nmea", log ? [log] : []);
	note("NMEA sentences decoded", answer.sentences_per_s, "/s");
	note("fixes decoded", answer.fixes_per_s, "/s");
	const day = log ? bench("bench_nmea", []) : answer; // gpsdecode is best at what it knows: RMC and GGA
	if (day.gpsdecode_sentences_per_s > 0) {
		note("RMC and GGA decoded", day.sentences_per_s, "/CPU s");
		note("  gpsd's gpsdecode, which prints JSON as well", day.gpsdecode_sentences_per_s, "/CPU s");
		note("  ratio", day.sentences_per_s / day.gpsdecode_sentences_per_s, "(aim 15)");
	} else {
		console.log("NMEA against gpsd: left out, gpsdecode is not installed");
	}
}

async function drive(place) {
	const roads = recording("matching", DRIVE, "network.geojson");
	const track = recording("matching", DRIVE, "track.csv");
	if (!roads || !track) {
		console.log("importing, matching: left out, the recorded drives are not here");
		return;
	}
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const importing = await seconds(() => place.ok("plow-import", [roads, "--db", db, "--layer", "roads"]));
	note("roads imported, 4,907 links", importing, "s");
	for (const [what, every, options] of [
		["whole trip, 1 s", "1", []],
		["whole trip, 5 s", "5", []],
		["online, 1 s", "1", ["--live"]],
		["online, 5 s", "5", ["--live"]],
	]) {
		const answer = bench("bench_match", ["--db", db, "--track", track, "--every", every, ...options]);
		note(`matching, ${what}`, answer.fixes_per_s, "fixes/s");
	}
}

const place = await workplace();
try {
	for (const [name, run] of Object.entries({ decoding, drive, matching, ingest, replay, public: publicFiles, feed, pages })) {
		if (wanted.length === 0 || wanted.some((word) => name.includes(word))) {
			await run(place, note);
		}
	}
} finally {
	await place.close();
}
const where = join(BIN, "bench.json");
writeFileSync(where, `${JSON.stringify({ time: new Date().toISOString(), cpu: cpus()[0]?.model, figures }, null, 1)}\n`);
console.log(`written to ${where}`);
