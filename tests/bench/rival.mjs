// SPDX-License-Identifier: Apache-2.0
/*
 * Valhalla's map matcher (Meili) on the same roads and points, from npm (tests/bench/rival/): its tiles
 * are built from the same OpenStreetMap file, and it is called in this process, a trip a call.
 *
 *	const rival = await rivalOn("town.osm.pbf", folder);     // null where it is not installed
 *	const { points_per_s, json_share } = await rival.match(trips, every);
 *
 * Its GPS error and turn penalty are those that served it best on the recorded drives (docs/MATCHING.md).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("rival/package.json", import.meta.url));
const SETTINGS = { sigma_z: 8, turn_penalty_factor: 500 };
/** What says which roads were driven; all it could say would only cost it time. */
const ANSWER = ["edge.way_id", "edge.begin_shape_index", "edge.end_shape_index", "edge.source_percent_along", "edge.target_percent_along"];

function cpuSeconds() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
}

function timed(work) {
	const start = cpuSeconds();
	work();
	return cpuSeconds() - start;
}

class Rival {
	constructor(actor) {
		this.actor = actor;
	}

	/** Matches the trips, each a list of [time, lat, lon]; CPU seconds, what JSON takes counted apart. */
	async match(trips) {
		let [points, whole_s, json_s] = [0, 0, 0];
		for (const trip of trips) {
			const query = JSON.stringify({
				shape: trip.map(([time, lat, lon]) => ({ lat, lon, time })), costing: "auto", shape_match: "map_snap",
				trace_options: SETTINGS, filters: { attributes: ANSWER, action: "include" },
			});
			const start = cpuSeconds();
			const answer = await this.actor.traceAttributes(query);
			whole_s += cpuSeconds() - start;
			json_s += timed(() => JSON.parse(query)) + timed(() => JSON.stringify(JSON.parse(answer)));
			points += trip.length;
		}
		return { points_per_s: points / Math.max(1e-9, whole_s - json_s), json_share: json_s / whole_s };
	}
}

/** Builds the tiles for an OpenStreetMap file in a folder of its own. */
export async function rivalOn(pbf, folder) {
	const require = createRequire(HERE);
	let valhalla;
	try {
		valhalla = require("@valhallajs/valhallajs");
	} catch {
		return null;
	}
	mkdirSync(folder, { recursive: true });
	const config = await valhalla.getConfig({ tileDir: join(folder, "tiles"), tileExtract: "" });
	Object.assign(config.mjolnir, { admin: "", timezone: "", landmarks: "", concurrency: 1 });
	Object.assign(config.service_limits.trace, { max_distance: 1e7, max_shape: 100_000 });
	const file = join(folder, "valhalla.json");
	writeFileSync(file, JSON.stringify(config));
	const builder = join(dirname(require.resolve("@valhallajs/valhallajs")), process.platform,
		process.arch, "valhalla_build_tiles");
	const { status, stderr, error } = spawnSync(builder, ["-c", file, pbf], { cwd: folder, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
	if (status !== 0) {
		throw new Error(`valhalla_build_tiles: ${error?.message ?? stderr.slice(-500)}`);
	}
	return new Rival(new valhalla.Actor(JSON.stringify(config)));
}
