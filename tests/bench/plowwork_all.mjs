#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * Plow work with known truth: a simulated fleet in each place of places.mjs, through UDP into plowd, at
 * each noise and interval; what `plowctl coverage` then claims against where the plows worked.  Where
 * the map is not what is on the ground, it replaces the roads after the night, and everything is
 * computed anew.  Prints a Markdown table for each place and one for all (docs/MATCHING.md).
 *
 *	plowwork_all.mjs [--places town,dual,…] [--sigmas 5,15] [--every 1,5,15,30] [--seeds 1,2,3]
 *	                 [--vehicles 6] [--seconds 5400] [--keep DIR]
 *
 * `whole` is the sample town with all its valleys, `syracuse` a real town's streets under the map that
 * lies 10 m beside them (only where the recordings are).  Last comes what eight parked hours add.  --keep leaves each night's database, truth and
 * map behind, in DIR/PLACE-SEED-SIGMA-EVERY.
 */
import { cp, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { makeTown } from "../town/town.mjs";
import { LOOPBACK, recording, workplace } from "../support/programs.mjs";
import { parked } from "./parked.mjs";
import { makePlace, PLACES } from "./places.mjs";
import { coverageVisits, mapIds, readCsv, score, truthVisits } from "./plowwork.mjs";

const { values: options } = parseArgs({
	options: {
		places: { type: "string", default: [...Object.keys(PLACES), "whole", "syracuse"].join(",") },
		sigmas: { type: "string", default: "5,15" },
		every: { type: "string", default: "1,5,15,30" },
		seeds: { type: "string", default: "1,2,3" },
		vehicles: { type: "string", default: "6" },
		seconds: { type: "string", default: "5400" },
		keep: { type: "string" },
	},
});
const list = (text) => text.split(",");

async function roadsOf(place, seed) {
	if (place === "whole") {
		const { roads } = makeTown(seed);
		return { roads, map: roads };
	}
	if (place === "syracuse") {
		const read = async (name) => JSON.parse(await readFile(recording("fleet", name), "utf8"));
		return { roads: await read("network_streets.geojson"), map: await read("network_streets_shifted10m.geojson") };
	}
	return makePlace(place, seed);
}

/** A night in a place: {score}. */
async function night(name, seed, sigma, every) {
	const place = await workplace();
	try {
		const { roads, map } = await roadsOf(name, seed);
		const geojson = await place.file("map.geojson", JSON.stringify(map));
		const db = await place.town({ roads: await place.file("roads.geojson", JSON.stringify(roads)),
			importing: ["--layer", "roads", "--id-field", "id"] });
		const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
		const truth = place.path("truth.csv");
		const silences = String(PLACES[name]?.silences_s ?? 0);
		await place.ok("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", options.vehicles,
			"--hz", String(1 / every), "--seconds", options.seconds, "--seed", String(seed), "--truth", truth,
			"--speed", "max", "--sigma", String(sigma), "--silences", silences, "--at-work"]);
		await plowd.stop();
		if (map !== roads) {
			await place.ok("plow-import", [geojson, "--db", db, "--layer", "roads", "--id-field", "id"]);
		}
		const coverage = await place.ok("plowctl", ["coverage", "--db", db, "--from", "2000-01-01", "--to", "2100-01-01"]);
		await writeFile(place.path("coverage.csv"), coverage);
		if (options.keep) {
			await cp(place.folder, `${options.keep}/${name}-${seed}-${sigma}-${every}`, { recursive: true });
		}
		return score(truthVisits(readCsv(await readFile(truth, "utf8")), { ids: mapIds(JSON.stringify(map)) }),
			coverageVisits(readCsv(coverage)));
	} finally {
		await place.close();
	}
}

/** Several nights as one, weighted by what was worked, claimed and driven on. */
function together(scores) {
	const sum = (value) => scores.reduce((all, one) => all + value(one), 0);
	const by = (weight, key) => sum((one) => one[key] * one[weight]) / sum((one) => one[weight]);
	return {
		truth_m: sum((one) => one.truth_m),
		recall: by("truth_m", "recall"),
		false_share: by("claimed_m", "false_share"),
		recall_undirected: by("truth_m", "recall_undirected"),
		false_share_undirected: by("claimed_m", "false_share_undirected"),
		right_passes: by("truth_m", "right_passes"),
		right_links: by("links", "right_links"),
	};
}

const percent = (share) => `${(100 * share).toFixed(2)} %`;

function printTable(title, rows) {
	console.log(`\n${title}\n`);
	console.log("| noise | a fix every | worked km | recall | false_share | both directions as one | right_links | right_passes |");
	console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
	for (const { sigma, every, ...all } of rows) {
		console.log(`| ${sigma} m | ${every} s | ${(all.truth_m / 1000).toFixed(1)} | ${percent(all.recall)} | ` +
			`${percent(all.false_share)} | ${percent(all.recall_undirected)} / ${percent(all.false_share_undirected)} | ` +
			`${percent(all.right_links)} | ${percent(all.right_passes)} |`);
	}
}

const settings = list(options.sigmas).flatMap((sigma) => list(options.every).map((every) => ({ sigma: Number(sigma), every: Number(every) })));
const everywhere = new Map(settings.map((setting) => [setting, []]));
for (const place of list(options.places)) {
	if (place === "syracuse" && !recording("fleet", "network_streets_shifted10m.geojson")) {
		console.log("\nsyracuse: left out, the recordings are not here");
		continue;
	}
	const rows = [];
	for (const setting of settings) {
		const nights = [];
		for (const seed of list(options.seeds)) {
			nights.push(await night(place, Number(seed), setting.sigma, setting.every));
		}
		everywhere.get(setting).push(...nights);
		rows.push({ ...setting, ...together(nights) });
	}
	printTable(`${place}: ${PLACES[place]?.what ?? (place === "whole" ? "the sample town, valleys and all" : "real streets, the map 10 m beside them")}`, rows);
}
printTable("All places", settings.map((setting) => ({ ...setting, ...together(everywhere.get(setting)) })));

console.log("\nEight hours parked 15 m from a road, the button on new snow\n");
console.log("| night | driven at work | claimed | of it while it stood |");
console.log("| --- | --- | --- | --- |");
for (const seed of list(options.seeds)) {
	const { driven_m, worked_m, parked_m } = await parked(Number(seed));
	console.log(`| ${seed} | ${driven_m.toFixed(0)} m | ${worked_m.toFixed(0)} m | ${parked_m.toFixed(0)} m |`);
}
