#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * Compares what the server says was cleared with where simulated plows truly worked:
 *
 *	plowwork.mjs --truth FILE --coverage FILE               output of plowctl coverage --format csv
 *	plowwork.mjs --truth FILE --match FILE --vehicle CODE   output of plowctl match
 *
 * Prints one JSON object.  Metres are metres of road and direction.  With --roads FILE (GeoJSON) only
 * the roads in it count as truth: what is not on the map cannot be found, but may be claimed elsewhere.
 *
 *	truth_m, claimed_m   worked in truth; claimed
 *	recall               share of the truth that is claimed
 *	false_m, false_share claimed where nobody worked; NEAR_M beside the truth do not count, since the
 *	                     truth, a row a second, does not say where on the way a road was left
 *	recall_undirected, false_share_undirected   the same with a road's two directions thrown together
 *	right_passes         share of the metres worked or claimed whose number of passes is right
 *	right_links          share of the worked roads and directions with the right number of passes in the
 *	                     middle of the longest stretch worked (as ../shared/accept/score_matching.py has it)
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const NEAR_M = 12;
const SAMPLE_M = 5;
const FASTEST_M = 30; // in a second

/** Rows of a CSV file (RFC 4180) as objects by the names of its header. */
export function readCsv(text) {
	const lines = [];
	let [cells, cell, quoted] = [[], "", false];
	const endCell = () => {
		cells.push(cell);
		cell = "";
	};
	for (let i = 0; i < text.length; i++) {
		const char = text[i];
		if (quoted) {
			if (char !== '"') cell += char;
			else if (text[i + 1] === '"') cell += text[++i];
			else quoted = false;
		} else if (char === '"') quoted = true;
		else if (char === ",") endCell();
		else if (char === "\n") {
			endCell();
			lines.push(cells);
			cells = [];
		} else if (char !== "\r") cell += char;
	}
	const [header, ...rows] = lines;
	return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

/** Visits by road and direction: Map of "layer/id/direction" to lists of [low_m, high_m]. */
class Visits {
	constructor() {
		this.roads = new Map();
	}

	add(layer, id, direction, from_m, to_m, times = 1) {
		if (from_m === to_m) return;
		const key = `${layer}/${id}/${direction}`;
		if (!this.roads.has(key)) this.roads.set(key, []);
		for (let i = 0; i < times; i++) {
			this.roads.get(key).push([Math.min(from_m, to_m), Math.max(from_m, to_m)]);
		}
	}

	undirected() {
		const both = new Visits();
		for (const [key, intervals] of this.roads) {
			const road = key.slice(0, key.lastIndexOf("/"));
			both.roads.set(road, [...(both.roads.get(road) ?? []), ...intervals]);
		}
		return both;
	}
}

/** One visit for each stretch driven without turning round or leaving the road. */
export function truthVisits(rows, { vehicle, onlyWork = true, ids } = {}) {
	const visits = new Visits();
	const runs = new Map();
	const end = (run) => run && (!ids || ids.has(run.id)) &&
		visits.add(run.layer, run.id, run.direction, run.from_m, run.to_m);
	for (const row of rows) {
		if (vehicle && row.vehicle !== vehicle) continue;
		const at_m = Number(row.offset_m);
		const run = runs.get(row.vehicle);
		const works = !onlyWork || row.at_work === "1";
		const same = run && run.layer === row.layer && run.id === row.source_id && run.time + 1 === Number(row.unix_time);
		const here = same && Math.abs(at_m - run.to_m) < FASTEST_M; // else it came round a closed line's end
		const moved = here ? Math.sign(at_m - run.to_m) : 0;
		const goesOn = here && works && (moved === 0 || moved === (run.direction === "forward" ? 1 : -1));
		if (goesOn) {
			run.to_m = at_m;
			run.time++;
			continue;
		}
		end(run);
		const turned = here && works && moved !== 0;
		runs.set(row.vehicle, works && {
			layer: row.layer, id: row.source_id, direction: moved ? (moved > 0 ? "forward" : "backward") : row.direction,
			from_m: turned ? run.to_m : at_m, to_m: at_m, time: Number(row.unix_time),
		});
	}
	for (const run of runs.values()) end(run);
	return visits;
}

export function coverageVisits(rows) {
	const visits = new Visits();
	for (const row of rows) {
		visits.add(row.layer, row.source_id, row.direction, Number(row.from_m), Number(row.to_m), Number(row.passes));
	}
	return visits;
}

/** Spans of one vehicle; those that follow each other without turning round are one visit. */
export function matchVisits(rows, { onlyWork = true } = {}) {
	const visits = new Visits();
	let run = null;
	for (const row of rows) {
		if (onlyWork && row.at_work !== "1") continue;
		const [from_m, to_m] = [Number(row.from_m), Number(row.to_m)];
		const direction = from_m <= to_m ? "forward" : "backward";
		const goesOn = run && run.layer === row.layer && run.id === row.source_id && run.direction === direction &&
			Math.abs(run.to_m - from_m) < 0.1;
		if (goesOn) {
			run.to_m = to_m;
			continue;
		}
		if (run) visits.add(run.layer, run.id, run.direction, run.from_m, run.to_m);
		run = { layer: row.layer, id: row.source_id, direction, from_m, to_m };
	}
	if (run) visits.add(run.layer, run.id, run.direction, run.from_m, run.to_m);
	return visits;
}

function union(intervals, wider_m = 0) {
	const merged = [];
	const sorted = intervals.map(([a, b]) => [a - wider_m, b + wider_m]).sort((p, q) => p[0] - q[0]);
	for (const [a, b] of sorted) {
		const last = merged[merged.length - 1];
		if (last && a <= last[1]) last[1] = Math.max(last[1], b);
		else merged.push([a, b]);
	}
	return merged;
}

const length = (intervals) => intervals.reduce((sum, [a, b]) => sum + b - a, 0);

function overlap(p, q) {
	let [i, j, sum] = [0, 0, 0];
	while (i < p.length && j < q.length) {
		sum += Math.max(0, Math.min(p[i][1], q[j][1]) - Math.max(p[i][0], q[j][0]));
		if (p[i][1] < q[j][1]) i++;
		else j++;
	}
	return sum;
}

function compare(truth, claim) {
	const sums = { truth_m: 0, claimed_m: 0, found_m: 0, false_m: 0 };
	for (const key of new Set([...truth.roads.keys(), ...claim.roads.keys()])) {
		const [was, said] = [truth, claim].map((visits) => union(visits.roads.get(key) ?? []));
		sums.truth_m += length(was);
		sums.claimed_m += length(said);
		sums.found_m += overlap(was, said);
		sums.false_m += length(said) - overlap(said, union(truth.roads.get(key) ?? [], NEAR_M));
	}
	return sums;
}

function rightPasses(truth, claim) {
	let [right, all] = [0, 0];
	const count = (intervals, at_m) => intervals.filter(([a, b]) => a <= at_m && at_m < b).length;
	for (const key of new Set([...truth.roads.keys(), ...claim.roads.keys()])) {
		const [was, said] = [truth, claim].map((visits) => visits.roads.get(key) ?? []);
		const end_m = Math.max(...[...was, ...said].map(([, b]) => b));
		for (let at_m = SAMPLE_M / 2; at_m < end_m; at_m += SAMPLE_M) {
			const [n, m] = [count(was, at_m), count(said, at_m)];
			if (n || m) all++;
			if ((n || m) && n === m) right++;
		}
	}
	return all ? right / all : 1;
}

function rightLinks(truth, claim) {
	let right = 0;
	for (const [key, was] of truth.roads) {
		const [a, b] = was.reduce((longest, one) => (one[1] - one[0] > longest[1] - longest[0] ? one : longest));
		const count = (intervals) => intervals.filter(([from, to]) => from <= (a + b) / 2 && (a + b) / 2 < to).length;
		if (count(was) === count(claim.roads.get(key) ?? [])) right++;
	}
	return truth.roads.size ? right / truth.roads.size : 1;
}

const share = (part, whole) => Math.round((whole ? part / whole : 0) * 1e4) / 1e4;

/** What the head of this file describes. */
export function score(truth, claim) {
	const directed = compare(truth, claim);
	const undirected = compare(truth.undirected(), claim.undirected());
	return {
		truth_m: Math.round(directed.truth_m),
		claimed_m: Math.round(directed.claimed_m),
		recall: share(directed.found_m, directed.truth_m),
		false_m: Math.round(directed.false_m),
		false_share: share(directed.false_m, directed.claimed_m),
		recall_undirected: share(undirected.found_m, undirected.truth_m),
		false_share_undirected: share(undirected.false_m, undirected.claimed_m),
		right_passes: share(rightPasses(truth, claim), 1),
		right_links: share(rightLinks(truth, claim), 1),
		links: truth.roads.size,
	};
}

/** The ids of the roads on a map. */
export const mapIds = (geojson) => new Set(JSON.parse(geojson).features.map(({ properties }) => String(properties.id)));

function main() {
	const { values } = parseArgs({
		options: {
			truth: { type: "string" },
			coverage: { type: "string" },
			match: { type: "string" },
			vehicle: { type: "string" },
			roads: { type: "string" },
		},
	});
	if (!values.truth || Boolean(values.coverage) === Boolean(values.match) || Boolean(values.match) !== Boolean(values.vehicle)) {
		console.error("usage: plowwork.mjs --truth FILE (--coverage FILE | --match FILE --vehicle CODE) [--roads FILE]");
		return 64;
	}
	const rows = (path) => readCsv(readFileSync(path, "utf8"));
	const ids = values.roads && mapIds(readFileSync(values.roads, "utf8"));
	const truth = truthVisits(rows(values.truth), { vehicle: values.vehicle, ids });
	const claim = values.coverage ? coverageVisits(rows(values.coverage)) : matchVisits(rows(values.match));
	console.log(JSON.stringify(score(truth, claim)));
	return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
