// SPDX-License-Identifier: Apache-2.0
/*
 * A very small town for tests of what is served: four roads about one crossing near Obanazawa, two
 * areas, a depot, and drives along them.
 */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ROOT } from "./programs.mjs";

export const CENTER = [140.4058, 38.6006];
/** Degrees of longitude and latitude a kilometre there. */
const KM_EAST = 1 / 87.1;
const KM_NORTH = 1 / 111.0;

/** A place by kilometres east and north of the crossing. */
export const at = (east_km, north_km) => [CENTER[0] + east_km * KM_EAST, CENTER[1] + north_km * KM_NORTH];

const line = (id, name, cls, admin, coordinates) => ({
	type: "Feature",
	properties: { id, name, class: cls, admin },
	geometry: { type: "LineString", coordinates },
});

const box = (name, west, south, east, north) => ({
	type: "Feature",
	properties: { id: name, name },
	geometry: {
		type: "Polygon",
		coordinates: [[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]],
	},
});

const collection = (features) => JSON.stringify({ type: "FeatureCollection", features });

export const ROADS = collection([
	line("1", "本町通り", "main", "town", [at(-1, 0), at(0, 0), at(1, 0)]),
	line("2", "駅前通り", "side", "town", [at(0, -1), at(0, 0), at(0, 1)]),
	line("3", "国道13号", "trunk", "nation", [at(1, -1), at(1, 0), at(1, 1)]),
	line("4", "", "side", "town", [at(-1, 1), at(0, 1)]),
]);
const AREAS = collection([box("東部", 0.02, -2, 2, 2), box("西部", -2, -2, 0.02, 2)]);
const DEPOTS = collection([
	{ type: "Feature", properties: { id: "d1", name: "車庫" }, geometry: { type: "Point", coordinates: at(-1, 0.05) } },
]);

/** Fixes of a drive from west to east along 本町通り at 5 m/s, as CSV; east_km: from south to north there instead; work: the state of work sent. */
export function drive({ start = Date.UTC(2027, 0, 15, 19, 30) / 1000, from_km = -0.9, to_km = 0.9, north_km = 0, east_km = null, work = "" } = {}) {
	const rows = ["unix_time,lat,lon,speed_mps,work_state,blade"];
	const step_km = 0.005 * Math.sign(to_km - from_km);
	for (let i = 0; i <= Math.abs(to_km - from_km) / 0.005; i++) {
		const along_km = from_km + i * step_km;
		const [lon, lat] = east_km === null ? at(along_km, north_km) : at(east_km, along_km);
		rows.push(`${start + i},${lat.toFixed(7)},${lon.toFixed(7)},5,${work},1`);
	}
	return `${rows.join("\n")}\n`;
}

/** Makes the town in a workplace; returns its database.  dayStart as town() has it. */
export async function smallTown(place, { dayStart } = {}) {
	const db = await place.town({
		roads: await place.file("roads.geojson", ROADS),
		name: "雪国市",
		importing: ["--layer", "city"],
		dayStart,
	});
	for (const [kind, text] of [["areas", AREAS], ["depots", DEPOTS]]) {
		await place.ok("plow-import", [await place.file(`${kind}.geojson`, text), "--db", db, "--as", kind]);
	}
	return db;
}

/** Registers a vehicle and reads a drive into its log. */
export async function drives(place, db, code, options = [], course = {}) {
	const key = await place.vehicle(db, code, options);
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, await place.file(`${code}.csv`, drive(course))]);
	return key;
}

/** A folder of pages: as little as shows how files are served. */
export async function pages(place) {
	const files = {
		"index.html": "<!doctype html><title>resident</title>",
		"dispatch.html": "<!doctype html><title>dispatch</title>",
		"driver.html": "<!doctype html><title>driver</title>",
		"js/dispatch.js": "// for staff\n",
		"js/page.js": `// ${"除雪 ".repeat(1000)}\n`,
		"vendor/lib-1.0/lib.mjs": `export const text = "${"x".repeat(5000)}";\n`,
		".secret": "no",
	};
	for (const [name, text] of Object.entries(files)) {
		await mkdir(dirname(place.path("web", name)), { recursive: true });
		await writeFile(place.path("web", name), text);
	}
	await copyFile(join(ROOT, "web/openapi.json"), place.path("web/openapi.json"));
	return place.path("web");
}
