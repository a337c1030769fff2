// SPDX-License-Identifier: Apache-2.0
/*
 * The roads as a table: what never changes of them comes once with the network, how each stands
 * follows from its links, and only roads whose links changed are looked at again.
 */
import { ageBand, summarise } from "./coverage.js";

/** @typedef {import("../types.js").RoadTable} RoadTable */
/** @typedef {import("../types.js").LinkState} LinkState */
/** @typedef {import("../types.js").LinkStatus} LinkStatus */

/**
 * @typedef {object} RoadRow
 * @property {number} id
 * @property {string} source_id
 * @property {string} name
 * @property {string} class
 * @property {import("../types.js").Admin} admin
 * @property {string} area "" outside all
 * @property {number} length_m
 * @property {number[]} links
 * @property {number[]} link_m
 * @property {LinkStatus} status
 * @property {number} done the share of its length that is done, 0..1
 * @property {number | null} last the newest pass, in Unix seconds
 * @property {number} forward how often all of it was passed along its line,
 * @property {number} backward and against it
 * @property {Record<"name" | "area" | "class", number>} place among all roads by that word
 */

/** What sorts a table, each with a value of a row; null sorts last, whichever way. */
export const ROAD_KEYS = /** @type {const} */ (["name", "area", "class", "status", "last", "forward", "backward"]);
/** @typedef {typeof ROAD_KEYS[number]} RoadKey */

/** In the order in which somebody looks for trouble. @type {Record<LinkStatus, number>} */
const URGENCY = { unknown: 0, snowed: 1, none: 2, partly: 3, working: 4, done: 5, not_ours: 6 };

const collator = new Intl.Collator("ja", { numeric: true });

/** The place of each word in the order of people, worked out once: comparing ten thousand names takes long. @param {string[]} words */
function placesOf(words) {
	const order = [...new Set(words)].sort(collator.compare);
	return new Map(order.map((word, i) => [word, i]));
}

/** @param {RoadTable} table @returns {RoadRow[]} none of them worked on yet */
export function rowsOf(table) {
	const [names, areas, classes] = [table.name, table.areas, table.class].map(placesOf);
	/** @param {number} i @returns {RoadRow["place"]} */
	const placeOf = (i) => ({
		name: names.get(table.name[i]) ?? 0,
		area: areas.get(table.areas[table.area[i]] ?? "") ?? 0,
		class: classes.get(table.class[i]) ?? 0,
	});
	return table.id.map((id, i) => ({
		id,
		source_id: table.source_id[i],
		name: table.name[i],
		class: table.class[i],
		admin: table.admin[i],
		area: table.areas[table.area[i]] ?? "",
		length_m: table.length_m[i],
		links: table.links[i],
		link_m: table.link_m[i],
		status: table.admin[i] === "town" ? "none" : "not_ours",
		done: 0,
		last: null,
		forward: 0,
		backward: 0,
		place: placeOf(i),
	}));
}

/** How a road stands now. @param {RoadRow} row @param {ReadonlyMap<number, LinkState>} links @returns {RoadRow} */
export function rowWith(row, links) {
	const { status, newest } = summarise(links, row.links, row.admin);
	let [done_m, all_m, forward, backward] = [0, 0, Infinity, Infinity];
	row.links.forEach((id, i) => {
		const state = links.get(id);
		all_m += row.link_m[i];
		done_m += state?.status === "done" ? row.link_m[i] : 0;
		forward = Math.min(forward, state?.forward ?? 0);
		backward = Math.min(backward, state ? state.passes - state.forward : 0);
	});
	const share = all_m > 0 ? done_m / all_m : status === "done" ? 1 : 0;
	return { ...row, status, done: share, last: newest, forward: Number.isFinite(forward) ? forward : 0, backward: Number.isFinite(backward) ? backward : 0 };
}

/**
 * All roads, kept in step with the coverage.
 */
export function createRoadBook() {
	/** @type {RoadRow[]} */
	let rows = [];
	/** @type {Map<number, number>} the row of each link */
	const byLink = new Map();

	/** @param {Iterable<number>} which @param {ReadonlyMap<number, LinkState>} links */
	function look(which, links) {
		for (const i of which) {
			rows[i] = rowWith(rows[i], links);
		}
	}

	return {
		/** @returns {readonly RoadRow[]} the same array until the next change, in the order of the network */
		rows: () => rows,
		/** @param {RoadTable} table @param {ReadonlyMap<number, LinkState>} links */
		setTable(table, links) {
			rows = rowsOf(table);
			byLink.clear();
			rows.forEach((row, i) => row.links.forEach((id) => byLink.set(id, i)));
			look(rows.keys(), links);
		},
		/** @param {import("./coverage.js").Coverage} coverage */
		take({ links, changed }) {
			rows = [...rows];
			const touched = changed === null ? rows.keys() : new Set(changed.map((id) => byLink.get(id) ?? -1));
			look([...touched].filter((i) => i >= 0), links);
		},
		/** The road a link belongs to. @param {number | null} link */
		ofLink: (link) => (link === null ? undefined : rows[byLink.get(link) ?? -1]),
	};
}

/** @param {RoadRow} row @param {RoadKey} key @returns {number | null} */
function valueOf(row, key) {
	if (key === "status") {
		return URGENCY[row.status] * 10 + row.done;
	}
	if (key === "name" || key === "area" || key === "class") {
		return row[key] === "" ? null : row.place[key];
	}
	return row[key];
}

/**
 * @param {readonly RoadRow[]} rows
 * @param {RoadKey} key
 * @param {boolean} falling
 * @returns {RoadRow[]} what has nothing to sort by comes last; what is alike stays in the order of the network
 */
export function sortRows(rows, key, falling) {
	const sign = falling ? -1 : 1;
	return rows
		.map((row, i) => ({ row, i, value: valueOf(row, key) }))
		.sort((a, b) => {
			if (a.value === null || b.value === null) {
				return Number(a.value === null) - Number(b.value === null) || a.i - b.i;
			}
			return sign * (a.value - b.value) || a.i - b.i;
		})
		.map(({ row }) => row);
}

/** The roads' band of time since the last pass, as the map colours it; "never" for none. @param {RoadRow} row @param {number} now_ms */
export function bandOf(row, now_ms) {
	const band = ageBand(row.last, now_ms);
	return band < 0 ? "never" : String(band);
}
