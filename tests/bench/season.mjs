// SPDX-License-Identifier: Apache-2.0
/*
 * How long questions about a whole season take, on a database of a season's size:
 *	node tests/bench/season.mjs [--vehicles 300] [--nights 60] [--json FILE]
 * 300 machines, 60 nights of 6 hours, a fix every 5 s: 77.8 million fixes, 5.8 million spans, on 4,900
 * links.  Making it takes some minutes and 6 GB of TMPDIR; the fixes, trips and spans are laid down by
 * SQL, as they would be stored, and the questions are asked of a real plowd over HTTP.  Beside each
 * time stands the processor time plowd took for it, which tells on a machine that others use as well.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";

const { values } = parseArgs({ options: {
	vehicles: { type: "string", default: "300" }, nights: { type: "string", default: "60" }, json: { type: "string" },
} });
const VEHICLES = Number(values.vehicles);
const NIGHTS = Number(values.nights);
const FIXES = 4320; // a night and machine
const EVERY_S = 5;
const SPANS = 324; // likewise, of 200 m
const SIDE = 50;
const STEP_M = 100;
const [WEST, SOUTH] = [140.38, 38.58];
const DEG_EAST = STEP_M / 87_100;
const DEG_NORTH = STEP_M / 111_000;
/** 03:00 in the town, the first of the nights. */
const START_MS = Date.UTC(2025, 11, 1, 18);
const DAY_MS = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();

/** A grid of streets, each from one end of the town to the other. */
function grid() {
	const street = (i, northward) => ({
		type: "Feature",
		properties: { id: `${northward ? "n" : "e"}${i}`, name: `${i}番通り`, class: "side", admin: "town" },
		geometry: {
			type: "LineString",
			coordinates: Array.from({ length: SIDE }, (_, j) => (northward ? [i, j] : [j, i]))
				.map(([x, y]) => [WEST + x * DEG_EAST, SOUTH + y * DEG_NORTH]),
		},
	});
	const features = [0, 1].flatMap((northward) => Array.from({ length: SIDE }, (_, i) => street(i, northward === 1)));
	return JSON.stringify({ type: "FeatureCollection", features });
}

/** SQL for numbers 0 .. count - 1. */
const series = (name, count) => `${name}(${name}) AS (SELECT 0 UNION ALL SELECT ${name} + 1 FROM ${name} WHERE ${name} + 1 < ${count})`;

function fill(db) {
	const start = `(${START_MS} + n * ${DAY_MS})`;
	// A machine has its own part of the town: six streets.
	const road = `(1 + (v + (s % 6) * 17) % ${SIDE * 2})`;
	const from = `((v * 31 + n * 17 + s * 11) % ${SIDE - 3} * ${STEP_M}.0)`;
	const options = ["-bail", "-cmd", ".load mod_spatialite", db];
	execFileSync("sqlite3", options, { stdio: ["pipe", "ignore", "inherit"], input: `
		PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
		BEGIN;
		WITH RECURSIVE ${series("v", VEHICLES)} INSERT INTO vehicle (id, code, class, created_ms) SELECT v + 1, printf('M-%03d', v + 1), 'dozer', 0 FROM v;
		WITH RECURSIVE ${series("v", VEHICLES)}, ${series("n", NIGHTS)} INSERT INTO tracks
			(id, vehicle_id, vehicle, day, start_ms, end_ms, fixes, matched, off_road, jumped, driven_m, worked_m, digest)
			SELECT v * ${NIGHTS} + n + 1, v + 1, printf('M-%03d', v + 1), date(${start} / 1000, 'unixepoch'), ${start},
			${start} + ${FIXES * EVERY_S * 1000}, ${FIXES}, ${FIXES}, 0, 0, ${SPANS * 200}, ${SPANS * 200}, x'00' FROM v, n;
		WITH RECURSIVE ${series("v", VEHICLES)}, ${series("n", NIGHTS)}, ${series("s", SPANS)} INSERT INTO span
			SELECT v * ${NIGHTS} + n + 1, s, ${road}, ${from} + 200 * (s % 2), ${from} + 200 * (1 - s % 2),
			${start} + s * 66000, ${start} + (s + 1) * 66000, 1, 1, 'N', 0, 0.99 FROM v, n, s;
		WITH RECURSIVE ${series("v", VEHICLES)}, ${series("n", NIGHTS)}, ${series("s", FIXES)} INSERT INTO fix
			(vehicle_id, time_ms, lon_e7, lat_e7, alt_dm, speed_cmps, course_cdeg, hdop_c, satellites, quality, flags, work, work_source, trust, received_ms)
			SELECT v + 1, ${start} + s * ${EVERY_S * 1000}, 1403800000 + s * 100, 385800000 + v * 100, 900, 300, 9000, 80, 14, 1, 1, 'N', 1, 3, ${start} + s * ${EVERY_S * 1000} + 900
			FROM v, n, s;
		COMMIT;
		PRAGMA journal_mode = WAL;` });
}

/** Milliseconds of processor time a process has taken; its main thread's name has no space. */
function cpuMs(pid) {
	const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ").slice(13, 15).map(Number);
	return (user + system) * 10;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function main(place) {
	const db = await place.town({ roads: await place.file("roads.geojson", grid()), importing: ["--layer", "city"] });
	console.error(`laying down ${(VEHICLES * NIGHTS * FIXES / 1e6).toFixed(1)} million fixes`);
	fill(db);
	console.error(`${(statSync(db).size / 1e9).toFixed(2)} GB`);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const user = await place.signIn(plowd, { db });
	const ask = async (path) => (await user.fetch(`/api/v1${path}`)).json();
	await until("the roads are loaded", async () => !(await ask("/remaining")).error);

	const results = [];
	const timed = async (what, paths) => {
		const took = [];
		let rows = 0;
		const cpu_ms = cpuMs(plowd.child.pid);
		for (const path of paths) {
			const from = performance.now();
			let answer;
			for (const one of [path].flat()) {
				answer = await ask(typeof one === "function" ? one(answer) : one);
				if (answer.error) {
					throw new Error(`${one}: ${answer.error}`);
				}
			}
			took.push(performance.now() - from);
			rows = Array.isArray(answer) ? answer.length : answer.passes.length;
		}
		const row = {
			what, median_ms: Math.round(median(took)), worst_ms: Math.round(Math.max(...took)),
			cpu_ms: Math.round((cpuMs(plowd.child.pid) - cpu_ms) / paths.length), rows, load: Math.round(loadavg()[0]),
		};
		console.log(`${what.padEnd(60)} ${String(row.median_ms).padStart(6)} ms  worst ${row.worst_ms} ms, CPU ${row.cpu_ms} ms, ${rows} rows, load ${row.load}`);
		results.push(row);
	};
	const box = (west, south, east, north) => `bbox=${[WEST + west * DEG_EAST, SOUTH + south * DEG_NORTH, WEST + east * DEG_EAST, SOUTH + north * DEG_NORTH].join(",")}`;
	const all = box(-1, -1, SIDE, SIDE);
	const season = (edge) => `from=${iso(START_MS - DAY_MS + edge)}&to=${iso(START_MS + NIGHTS * DAY_MS - edge)}`;
	const again = (path, count = 5) => Array.from({ length: count }, (_, i) => path(i));
	// This one counts every pass of the season: on a machine that others use it may reach the limit of 20 s and be refused.
	await timed("summary of town and season, no night counted yet", [`/summary?${all}&${season(0)}`])
		.catch((error) => console.log(`summary of town and season, no night counted yet: refused, load ${Math.round(loadavg()[0])}: ${error.message.split(": ").at(-1)}`));
	const counting = performance.now();
	await until("every night has its total", async () => Number(await sql(db, "SELECT count(*) FROM night_total")) >= NIGHTS, { patience_ms: 1_800_000 });
	console.error(`nights counted after ${((performance.now() - counting) / 1000).toFixed(1)} s more`);
	await timed("summary of town and season", again(() => `/summary?${all}&${season(0)}`));
	await timed("the same, its edges in the middle of nights", again((i) => `/summary?${all}&${season(DAY_MS + 3_600_000 * (i % 5 + 1))}`));
	await timed("summary of a box of 1 km and season", again((i) => `/summary?${box(i * 5, i * 5, i * 5 + 10, i * 5 + 10)}&${season(0)}`));
	const point = (i) => `lon=${WEST + (i + 0.5) * DEG_EAST}&lat=${SOUTH + i * DEG_NORTH}`;
	await timed("a link and its newest 200 passes of the season", again((i) => `/roads/at?${point(i * 7 + 3)}&${season(0)}`));
	await timed("a link and its passes of one night", again((i) => `/roads/at?${point(i * 7 + 3)}&from=${iso(START_MS + i * DAY_MS)}&to=${iso(START_MS + (i + 1) * DAY_MS)}`));
	// What is asked while somebody is on the telephone: a name or a place, then the link with what it was.
	const ofLink = (id, i) => `/links/${id}?from=${iso(START_MS + i % NIGHTS * DAY_MS)}&to=${iso(START_MS + (i % NIGHTS + 1) * DAY_MS)}`;
	await timed("inquiry by name: the road is found, its link and passes told", again((i) =>
		[`/roads?q=${encodeURIComponent(`${i}番通`)}`, (roads) => ofLink(roads[0].links[i], i)], 30));
	await timed("inquiry by a place: the nearest link and its passes", again((i) =>
		`/roads/at?${point(i + 3)}&from=${iso(START_MS + i * DAY_MS)}&to=${iso(START_MS + (i + 1) * DAY_MS)}`, 30));
	const { id } = await ask(`/roads/at?${point(20)}`);
	await timed("evidence of a link: a night's passes with their fixes", again((i) => ofLink(id, i), 60));
	await timed("evidence of a link as of now", again(() => `/links/${id}`, 30));
	if (values.json) {
		writeFileSync(values.json, JSON.stringify({ fixes: VEHICLES * NIGHTS * FIXES, spans: VEHICLES * NIGHTS * SPANS, results }));
	}
}

const place = await workplace();
try {
	await main(place);
} finally {
	await place.close();
}
