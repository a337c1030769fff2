#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * Plow work with known truth: a simulated fleet on the sample town, through UDP into plowd, at each
 * noise and interval; what `plowctl coverage` then claims against where the plows worked.  Prints a
 * Markdown table (docs/MATCHING.md).
 *
 *	plowwork_all.mjs [--vehicles 20] [--seconds 7200] [--seed 5]
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { LOOPBACK, ROOT, workplace } from "../support/programs.mjs";

const SIGMAS_M = [5, 15];
const INTERVALS_S = [1, 5, 15, 30];

const { values: options } = parseArgs({
	options: {
		vehicles: { type: "string", default: "20" },
		seconds: { type: "string", default: "7200" },
		seed: { type: "string", default: "5" },
	},
});

async function drive(sigma, interval) {
	const place = await workplace();
	try {
		const db = place.path("town.db");
		await place.ok(process.execPath, [`${ROOT}/tests/town/town.mjs`, "--out", place.folder, "--seed", "2"]);
		await place.ok("plowctl", ["init", "--db", db]);
		for (const kind of ["roads", "areas", "depots"]) {
			await place.ok("plow-import", [place.path(`${kind}.geojson`), "--db", db, "--as", kind]);
		}
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		const truth = place.path("truth.csv");
		await place.ok("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", options.vehicles,
			"--hz", String(1 / interval), "--seconds", options.seconds, "--seed", options.seed, "--truth", truth,
			"--speed", "max", "--sigma", String(sigma)]);
		await plowd.stop();
		const coverage = place.path("coverage.csv");
		await writeFile(coverage, await place.ok("plowctl",
			["coverage", "--db", db, "--from", "2000-01-01", "--to", "2100-01-01"]));
		return JSON.parse(await place.ok(process.execPath,
			[`${ROOT}/tests/bench/plowwork.mjs`, "--truth", truth, "--coverage", coverage]));
	} finally {
		await place.close();
	}
}

const percent = (share) => `${(100 * share).toFixed(2)} %`;

console.log("| noise | a fix every | worked km | recall | false_share | both directions as one | right_passes |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const sigma of SIGMAS_M) {
	for (const interval of INTERVALS_S) {
		const score = await drive(sigma, interval);
		console.log(`| ${sigma} m | ${interval} s | ${(score.truth_m / 1000).toFixed(1)} | ${percent(score.recall)} | ` +
			`${percent(score.false_share)} | ${percent(score.recall_undirected)} / ` +
			`${percent(score.false_share_undirected)} | ${percent(score.right_passes)} |`);
	}
}
