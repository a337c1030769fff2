// SPDX-License-Identifier: Apache-2.0
/*
 * How fast the matcher is, on one core: beside Valhalla in turns, on Liechtenstein and on a made town of
 * over 100,000 links; by the size of the network; what it occupies and allocates; and a whole night
 * recomputed from the database.
 */
import { execFile, execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";

import { BIN, LOOPBACK, recording, ROOT, workplace } from "../support/programs.mjs";
import { writeTown } from "./pbf.mjs";
import { shifted } from "./places.mjs";
import { rivalOn } from "./rival.mjs";

const LARGE = 105_000;
const SIZES = [1000, 3000, 10_000, 30_000, LARGE];
const INTERVALS_S = [1, 5, 10];
const ROUNDS = 5;
const TRIP_S = 1800;
const NIGHT = { vehicles: 60, seconds: 21_600 };
/** A map that lies so far beside its roads, east and north, that every trip is matched twice. */
const BESIDE_M = [6, 8];

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** A database with the roads of an OpenStreetMap file, and drives on them. */
async function townOf(place, pbf, trips) {
	const db = await place.town({ roads: pbf, importing: ["--layer", "roads"] });
	const track = place.path("track.csv");
	writeFileSync(track, execFileSync(join(BIN, "tests/bench/bench_drive"),
		["--db", db, "--trips", String(trips), "--seconds", String(TRIP_S), "--seed", "7"], { maxBuffer: 1e9 }));
	return { db, track };
}

async function ours({ db, track }, every, options = []) {
	const { stdout } = await promisify(execFile)(join(BIN, "tests/bench/bench_match"),
		["--db", db, "--track", track, "--every", String(every), ...options]);
	return JSON.parse(stdout);
}

function tripsOf(track, every) {
	const trips = [];
	let last = -Infinity;
	for (const line of readFileSync(track, "utf8").trim().split("\n").slice(1)) {
		const fix = line.split(",").map(Number);
		if (fix[0] - last < every) continue;
		if (fix[0] - last > TRIP_S) trips.push([]);
		trips.at(-1).push(fix);
		last = fix[0];
	}
	return trips;
}

/** In turns, so that what else the machine does meets both. */
async function beside(what, town, rival, note) {
	for (const every of INTERVALS_S) {
		const trips = tripsOf(town.track, every);
		await rival.match(trips); // reads its tiles
		const rounds = [];
		for (let i = 0; i < ROUNDS; i++) {
			rounds.push({ ours: await ours(town, every), theirs: await rival.match(trips) });
		}
		note(`matching, ${what}, ${every} s`, median(rounds.map((round) => round.ours.fixes_per_s)), "fixes/s");
		note("  Valhalla, without its JSON", median(rounds.map((round) => round.theirs.points_per_s)), "fixes/s");
		note("  JSON's share of its time", 100 * median(rounds.map((round) => round.theirs.json_share)), "%");
		note("  times as fast", median(rounds.map((round) => round.ours.fixes_per_s / round.theirs.points_per_s)), "x");
	}
}

async function besideValhalla(what, pbf, trips, note) {
	const place = await workplace();
	try {
		const town = await townOf(place, pbf, trips);
		const { links } = await ours(town, 10);
		const rival = await rivalOn(pbf, place.path("valhalla"));
		if (!rival) {
			console.log("Valhalla: left out, it is not installed (npm ci in tests/bench/rival)");
			return;
		}
		await beside(`${what} (${links.toLocaleString("en")} links)`, town, rival, note);
	} finally {
		await place.close();
	}
}

/** In turns as well: what else the machine does meets every size. */
async function bySize(note) {
	const places = [];
	try {
		const towns = [];
		for (const links of SIZES) {
			const place = await workplace();
			places.push(place);
			writeTown(place.path("town.osm.pbf"), links);
			towns.push(await townOf(place, place.path("town.osm.pbf"), 10));
		}
		for (const every of [1, 5]) {
			const answers = towns.map(() => []);
			for (let i = 0; i < ROUNDS; i++) {
				for (const [size, town] of towns.entries()) answers[size].push(await ours(town, every));
			}
			for (const of of answers) {
				note(`time per fix, ${of[0].links.toLocaleString("en")} links, ${every} s`, median(of.map((one) => one.ns_per_fix)), "ns");
			}
		}
		await sizes(towns.at(-1), note);
	} finally {
		for (const place of places) await place.close();
	}
}

/** What loading takes, what is allocated, and whether the matcher grows with the number of fixes. */
async function sizes(town, note) {
	const [whole, live] = [await ours(town, 1), await ours(town, 1, ["--live"])];
	note("loading the large network", whole.load_s, "s");
	note("  and what it occupies", whole.load_bytes / 1e6, "MB");
	note("a matcher beside it, after one round", whole.grown_bytes / 1e3, "kB");
	note("  more, after all rounds", whole.grown_again_bytes, "bytes");
	note(`allocations in the first ${whole.fixes} fixes`, whole.allocations_first, "");
	note("  in all later ones", whole.allocations_later, "");
	note("a live matcher, after one round", live.grown_bytes / 1e3, "kB");
	note("  more, after all rounds", live.grown_again_bytes, "bytes");
	note("  allocations after the first round", live.allocations_later, "");
}

async function recomputed(place, db) {
	const start = performance.now();
	await place.ok("plowctl", ["coverage", "--db", db, "--from", "2000-01-01", "--to", "2100-01-01"]);
	return (performance.now() - start) / 1000;
}

/** A whole fleet's night, stored by plowd, matched and added up anew by plowctl; and that on a map 10 m beside. */
async function night(note) {
	const place = await workplace();
	try {
		await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.folder, "--seed", "2"]);
		const db = await place.town({ roads: place.path("roads.geojson") });
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		const { stderr } = await place.run("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", String(NIGHT.vehicles),
			"--hz", "1", "--seconds", String(NIGHT.seconds), "--seed", "5", "--truth", place.path("truth.csv"), "--speed", "max"]);
		await plowd.stop();
		const fixes = stderr.match(/(\d+) fixes/)[1];
		note(`a night of ${NIGHT.vehicles} plows recomputed, ${Number(fixes).toLocaleString("en")} fixes`, await recomputed(place, db), "s");
		const roads = JSON.parse(readFileSync(place.path("roads.geojson"), "utf8"));
		const map = await place.file("beside.geojson", JSON.stringify(shifted(roads, BESIDE_M)));
		await place.ok("plow-import", [map, "--db", db, "--layer", "roads"]);
		note("  the same on a map 10 m beside the roads", await recomputed(place, db), "s");
	} finally {
		await place.close();
	}
}

/** @param {(what: string, value: number, unit: string) => void} note */
export async function matching(place, note) {
	const liechtenstein = recording("roads", "liechtenstein-latest.osm.pbf");
	if (liechtenstein) await besideValhalla("Liechtenstein", liechtenstein, 10, note);
	else console.log("matching on Liechtenstein: left out, its roads are not here");
	const pbf = place.path("large.osm.pbf");
	writeTown(pbf, LARGE);
	await besideValhalla("a made town", pbf, 10, note);
	await bySize(note);
	await night(note);
}
