#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * How right the matcher is on real drives whose truth is known (`make bench-truth`):
 *
 *	truth.mjs [--every 1,5,15] [--only ID,ID] [--json FILE] [--details]
 *
 * For each drive: its roads are imported, its track is thinned (a fix is kept when it is at least
 * S seconds after the last one kept), `plowctl match --at-work` reads it, and the acceptance script
 * scores what it prints.  Only times and positions are used; the rows "with speed and heading" add
 * those columns, which in this data are derived from the same positions.  "live" is the online
 * matcher with its bounded lag; "nearest link" is what simple plow maps do.  Totals are weighted by
 * the metres of truth, passes by the truth's lines and directions.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { nearestLinks } from "../support/nearest.mjs";
import { BIN, DATA, ROOT, workplace } from "../support/programs.mjs";
import { readCsv } from "../support/tables.mjs";

const SCORE = resolve(DATA, "../accept/score_matching.py");
const ABREAST = 2;

/** What the three matchers most used reach on the same drives and points: recall % / false_share %. */
const PEERS = [
	["FMM, error 20 m, chosen on these drives", ["99.44 / 1.31", "99.18 / 0.76", "99.32 / 0.43"]],
	["OSRM tidy, radius 20 m, chosen on these drives", ["99.31 / 0.55", "99.21 / 0.53", "99.26 / 0.33"]],
	["the same, gaps=ignore", ["99.49 / 0.86", "99.38 / 0.86", "-"]],
	["Valhalla Meili, defaults", ["98.82 / 0.72", "98.76 / 1.42", "99.01 / 0.55"]],
	["Valhalla, sigma_z 8, turn_penalty_factor 500", ["98.86 / 0.56", "98.74 / 0.64", "99.07 / 0.38"]],
];
const PEERS_EVERY = [1, 5, 15];

const READINGS = [
	{ name: "plowctl match", key: "match" },
	{ name: "with speed and heading", key: "heading" },
	{ name: "live, lag 10 s", key: "live" },
	{ name: "nearest link, joined", key: "nearest" },
];

async function thinned(track, seconds, withMotion) {
	const rows = readCsv(await readFile(track, "utf8"));
	const lines = [withMotion ? "unix_time,lat,lon,speed_mps,heading_deg" : "unix_time,lat,lon"];
	let last = -Infinity;
	for (const row of rows) {
		if (Number(row.unix_time) - last < seconds) continue;
		last = Number(row.unix_time);
		const motion = withMotion ? [row.speed_mps_derived, row.heading_deg_derived] : [];
		lines.push([row.unix_time, row.lat, row.lon, ...motion].join(","));
	}
	return `${lines.join("\n")}\n`;
}

/** The spans of one reading as a CSV text. */
async function read(place, db, drive, seconds, key) {
	if (key === "nearest") {
		return nearestLinks(join(drive, "network.geojson"), join(drive, "track.csv"), seconds);
	}
	const file = place.path(`${key}-${seconds}.csv`);
	await writeFile(file, await thinned(join(drive, "track.csv"), seconds, key === "heading"));
	if (key === "live") {
		return place.ok(join(BIN, "tests/bench/bench_match"), ["--db", db, "--track", file, "--live", "--spans"]);
	}
	return place.ok("plowctl", ["match", "--db", db, "--track", file, "--at-work"]);
}

async function scoreDrive(id, everies) {
	const drive = join(DATA, "matching", id);
	const place = await workplace();
	const scores = [];
	try {
		const db = await place.town({ roads: join(drive, "network.geojson"), importing: ["--as", "roads", "--layer", "roads"] });
		const truth = readCsv(await readFile(join(drive, "truth_links.csv"), "utf8"));
		const ways = new Set(truth.map((row) => `${row.link_id} ${row.dir}`)).size;
		for (const every of everies) {
			for (const { key } of READINGS) {
				const spans = await place.file(`${key}-${every}-spans.csv`, await read(place, db, drive, every, key));
				const score = JSON.parse(await place.ok("/usr/bin/python3", [SCORE, drive, spans, "--json"]));
				scores.push({ drive: id, every, key, ways, ...score });
			}
		}
	} finally {
		await place.close();
	}
	return scores;
}

function total(scores) {
	const sum = (value) => scores.reduce((all, score) => all + value(score), 0);
	const truth = sum((s) => s.truth_m);
	return {
		recall: sum((s) => s.recall * s.truth_m) / truth,
		false_share: sum((s) => s.false_m) / sum((s) => s.claimed_m),
		recall_directed: sum((s) => s.recall_directed * s.truth_m) / truth,
		false_share_directed: sum((s) => s.false_share_directed * s.claimed_m) / sum((s) => s.claimed_m),
		right_passes: sum((s) => s.right_passes * s.ways) / sum((s) => s.ways),
	};
}

const percent = (share) => (100 * share).toFixed(2).padStart(6);

function printTable(title, rows) {
	console.log(`\n${title}\n`);
	console.log("| | recall | false_share | recall_directed | false_share_directed | right_passes |");
	console.log("| --- | --- | --- | --- | --- | --- |");
	for (const [name, s] of rows) {
		const cells = [s.recall, s.false_share, s.recall_directed, s.false_share_directed, s.right_passes];
		console.log(`| ${name} | ${cells.map((cell) => `${percent(cell)} %`).join(" | ")} |`);
	}
}

function printPeers(everies) {
	console.log("\nOthers on the same drives, networks and points (recall % / false_share %), for comparison\n");
	console.log(`| | ${everies.map((every) => `${every} s`).join(" | ")} |`);
	console.log(`| --- |${" --- |".repeat(everies.length)}`);
	for (const [name, cells] of PEERS) {
		console.log(`| ${name} | ${everies.map((every) => cells[PEERS_EVERY.indexOf(every)] ?? "-").join(" | ")} |`);
	}
}

async function inParallel(items, work) {
	const results = new Array(items.length);
	let next = 0;
	await Promise.all(Array.from({ length: ABREAST }, async () => {
		while (next < items.length) {
			const i = next++;
			results[i] = await work(items[i]);
		}
	}));
	return results;
}

const { values } = parseArgs({
	options: {
		every: { type: "string", default: "1,5,15" },
		only: { type: "string" },
		json: { type: "string" },
		details: { type: "boolean", default: true },
	},
});
const root = join(DATA, "matching");
if (!existsSync(root) || !existsSync(SCORE)) {
	console.log(`skipped: there are no recorded drives in ${root}, or no ${SCORE}`);
	process.exit(0);
}
const everies = values.every.split(",").map(Number);
const only = values.only?.split(",");
const drives = (await readdir(root)).filter((id) => /^\d{8}$/.test(id) && (!only || only.includes(id))).sort();
const scores = (await inParallel(drives, (id) => scoreDrive(id, everies))).flat();

for (const every of everies) {
	if (values.details) {
		printTable(`Each drive, a fix every ${every} s`, scores
			.filter((s) => s.every === every && s.key === "match").map((s) => [s.drive, s]));
	}
}
for (const every of everies) {
	printTable(`All ${drives.length} drives, a fix every ${every} s`, READINGS.map(({ name, key }) =>
		[name, total(scores.filter((s) => s.every === every && s.key === key))]));
}
printPeers(everies);
const json = values.json ?? join(ROOT, "build", "bench-truth.json");
await mkdir(dirname(json), { recursive: true });
await writeFile(json, `${JSON.stringify(scores, null, "\t")}\n`);
