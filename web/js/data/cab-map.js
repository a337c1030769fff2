// SPDX-License-Identifier: Apache-2.0
/*
 * What remains to be done in the vehicle's own area, out of the public files that the tracker keeps:
 * it is there without radio, as old as the last time there was one.
 */
import * as api from "./api.js";
import { coverageOf, summarise } from "./coverage.js";
import { createStore } from "./store.js";

export const MAP_POLL_MS = 15_000;

/** Metres of a degree of latitude. */
const DEGREE_M = 111_320;

/** @typedef {import("../types.js").LonLat} LonLat */
/** @typedef {import("../types.js").PublicLink} PublicLink */
/** @typedef {import("../types.js").PublicRoad} PublicRoad */
/** @typedef {import("../types.js").LinkState} LinkState */

/**
 * `lines` are the road's links as far as they are known, done or not.
 * @typedef {{name: string, status: import("../types.js").LinkStatus, remaining_m: number, away_m: number | null, lines: {coords: LonLat[], done: boolean}[]}} AreaRoad
 */
/**
 * `roads` are all that are the town's, the nearest that remains first; `around` the lines of others, for the eye.
 * @typedef {{area: string, made: number, total_m: number, remaining_m: number, roads: AreaRoad[], around: LonLat[][]}} Area
 */

/** Metres east and north of a place. @param {LonLat} from @param {LonLat} to @returns {[number, number]} */
export function offset([lon, lat], [toLon, toLat]) {
	return [(toLon - lon) * DEGREE_M * Math.cos((lat * Math.PI) / 180), (toLat - lat) * DEGREE_M];
}

/** @param {LonLat} a @param {LonLat} b */
const distance = (a, b) => Math.hypot(...offset(a, b));

/** @param {LonLat[]} coords */
const lengthOf = (coords) => coords.slice(1).reduce((sum, place, i) => sum + distance(coords[i], place), 0);

/** How far a line is from a place. @param {LonLat} place @param {LonLat[]} coords */
function distanceTo(place, coords) {
	const points = coords.map((each) => offset(place, each));
	return Math.min(...points.slice(1).map(([bx, by], i) => {
		const [ax, ay] = points[i];
		const [dx, dy] = [bx - ax, by - ay];
		const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
		return Math.hypot(ax + along * dx, ay + along * dy);
	}));
}

/** The tile of a place, as "x/y". @param {LonLat} place @param {number} zoom */
function tileOf([lon, lat], zoom) {
	const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI;
	return `${Math.floor(((lon + 180) / 360) * 2 ** zoom)}/${Math.floor(((1 - y) / 2) * 2 ** zoom)}`;
}

/**
 * The area a place is in: that of the nearest road that lies in one; null without any.
 * @param {PublicRoad[]} roads
 * @param {LonLat} place
 */
function areaAt(roads, place) {
	let best = null;
	let best_m = Infinity;
	for (const { area, center } of roads) {
		const away = area ? distance(place, center) : Infinity;
		if (away < best_m) {
			[best, best_m] = [area, away];
		}
	}
	return best;
}

/**
 * @param {PublicRoad} road
 * @param {Map<number, PublicLink>} links
 * @param {ReadonlyMap<number, LinkState>} states
 * @param {LonLat | null} here
 * @returns {AreaRoad & {total_m: number}}
 */
function roadOf(road, links, states, here) {
	const known = road.links.flatMap((id) => links.get(id) ?? []).map(({ id, coords }) => {
		const state = states.get(id);
		const done = state?.status === "done";
		const length = lengthOf(coords);
		return { coords, done, length, remaining: done ? 0 : length * (1 - (state?.share ?? 0)) };
	});
	const left = known.filter((line) => !line.done);
	return {
		name: road.name,
		status: summarise(states, road.links, road.admin).status,
		total_m: known.reduce((sum, { length }) => sum + length, 0),
		remaining_m: known.reduce((sum, { remaining }) => sum + remaining, 0),
		away_m: here && left.length > 0 ? Math.min(...left.map(({ coords }) => distanceTo(here, coords))) : null,
		lines: known,
	};
}

/**
 * @param {string} area
 * @param {number} made
 * @param {PublicRoad[]} roads
 * @param {Map<number, PublicLink>} links
 * @param {ReadonlyMap<number, LinkState>} states
 * @param {LonLat | null} here
 * @returns {Area}
 */
export function areaOf(area, made, roads, links, states, here) {
	const own = roads.filter((road) => road.area === area && road.admin === "town");
	const found = own.map((road) => roadOf(road, links, states, here));
	const ids = new Set(own.flatMap((road) => road.links));
	const rank = (/** @type {AreaRoad} */ road) => road.away_m ?? (road.remaining_m > 0 ? 1e8 : 1e9);
	return {
		area,
		made,
		total_m: found.reduce((sum, road) => sum + road.total_m, 0),
		remaining_m: found.reduce((sum, road) => sum + road.remaining_m, 0),
		roads: found.sort((a, b) => rank(a) - rank(b)),
		around: [...links.values()].filter(({ id }) => !ids.has(id)).map(({ coords }) => coords),
	};
}

export function createCabMap() {
	/** @type {import("./store.js").Store<Area | null>} null: nothing is here */
	const area = createStore(/** @type {any} */ (null));
	/** Files by their names, which follow from what is in them. @type {Map<string, Promise<any>>} */
	let files = new Map();

	/** @param {string[]} names @returns {Promise<any[]>} */
	async function get(names) {
		return Promise.all(names.map((name) => {
			const found = files.get(name) ?? api.getPublic(name);
			files.set(name, found);
			found.catch(() => files.delete(name));
			return found;
		}));
	}

	/** @param {import("../types.js").CabStatus} status @param {LonLat | null} here */
	async function look(status, here) {
		const { manifest } = await api.getManifest();
		const [network, state] = await get([manifest.network.file, manifest.state.file]);
		const [{ roads }] = await get([network.roads]);
		const own = status.area ?? (here && areaAt(roads, here));
		if (!own) {
			return null;
		}
		const keys = [...new Set(roads.filter((/** @type {PublicRoad} */ road) => road.area === own)
			.map((/** @type {PublicRoad} */ { center }) => tileOf(center, network.zoom)))].filter((key) => network.tiles[key]);
		const tiles = keys.map((key) => network.tiles[key]);
		const parts = keys.map((key) => state.tiles[key]).filter(Boolean);
		const links = (await get(tiles)).flatMap((tile) => tile.links).map((/** @type {PublicLink} */ link) => /** @type {[number, PublicLink]} */ ([link.id, link]));
		const states = (await get(parts)).flatMap((columns) => [...coverageOf(columns).links]);
		const named = [manifest.network.file, manifest.state.file, network.roads, ...tiles, ...parts];
		files = new Map([...files].filter(([name]) => named.includes(name)));
		return areaOf(own, Date.parse(manifest.made), roads, new Map(links), new Map(states), here);
	}

	return {
		area,
		/** @param {import("../types.js").CabStatus} status */
		async poll(status) {
			const here = status.fix && /** @type {LonLat} */ ([status.fix.lon, status.fix.lat]);
			// Without an answer what was found before stands, with its age.
			area.set(await look(status, here).catch(() => area.get()));
		},
	};
}
