// SPDX-License-Identifier: Apache-2.0
/*
 * Reading the folder of residents' files as a page does: from the manifest on.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} folder */
const reader = (folder) => (/** @type {string} */ name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** All that is told, by the newest manifest; null before the first. @param {string} folder */
export function readPublic(folder) {
	const read = reader(folder);
	try {
		const manifest = read("manifest.json");
		const states = new Map();
		for (const name of Object.values(read(manifest.state.file).tiles)) {
			const { id, status, share, last } = read(name);
			id.forEach((link, i) => states.set(link, { status: status[i], share: share[i], last: last[i] }));
		}
		const days = read(manifest.passes.file).days.map(({ day, areas }) => ({
			day,
			passes: Object.values(areas).flatMap((name) => read(name).passes.flat()),
		}));
		return { manifest, states, days, plows: read(manifest.plows.file).plows, closures: read(manifest.closures.file).closures };
	} catch {
		return null;
	}
}

const STATUSES = ["not_ours", "none", "working", "partly", "done", "snowed", "unknown"];

/**
 * Every word and number that is told of the night that began with a time, but for what says nothing of who:
 * names of files, times of five minutes, statuses, and the course of a plow, which is its road's.
 * @param {string} folder
 * @param {number} from_s
 */
export function nightOf(folder, from_s) {
	const read = reader(folder);
	const manifest = read("manifest.json");
	const index = read(manifest.passes.file);
	const day = new Date((from_s + 9 * 3600 - 12 * 3600) * 1000).toISOString().slice(0, 10);
	const night = index.days.find((each) => each.day === day);
	const files = [
		manifest, read(manifest.plows.file).plows.map(([lon, lat, , ...more]) => [lon, lat, ...more]), ...Object.values(read(manifest.state.file).tiles).map(read),
		...manifest.districts.map(({ file }) => read(file)), ...Object.values(night?.areas ?? {}).map(read),
	];
	const tokens = new Set();
	const take = (value) => {
		if (Array.isArray(value)) {
			value.forEach(take);
		} else if (value && typeof value === "object") {
			Object.values(value).forEach(take);
		} else if (!isTime(value) && !STATUSES.includes(value) && !/-[0-9a-f]{32}\./.test(String(value)) && value !== null) {
			tokens.add(value);
		}
	};
	files.forEach(take);
	return tokens;
}

const isTime = (value) => (typeof value === "number" && value > 1e9 && value % 300 === 0) || /^\d{4}-\d\d-\d\d(T|$)/.test(String(value));
