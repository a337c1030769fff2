// SPDX-License-Identifier: Apache-2.0
/*
 * What residents may see: a manifest that names files by their content.  The manifest is asked for
 * again and again, a file only when somebody looks at what is in it and its name is new.
 */
import * as api from "./api.js";
import { coverageOf, NO_COVERAGE } from "./coverage.js";
import { createStore } from "./store.js";

export const POLL_MS = 15_000;

/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("../types.js").PublicNetwork} PublicNetwork */
/** @typedef {import("../types.js").PublicRoad} PublicRoad */
/** @typedef {import("../types.js").PublicRow} PublicRow */
/** @typedef {import("../types.js").PublicLink} PublicLink */

/**
 * The tiles of the network that a box of degrees touches, by their "x/y".
 * @param {PublicNetwork} network
 * @param {import("../types.js").Bounds} bounds
 * @returns {string[]}
 */
export function tilesIn(network, [west, south, east, north]) {
	const scale = 2 ** network.zoom;
	const column = (/** @type {number} */ lon) => Math.floor(((lon + 180) / 360) * scale);
	const row = (/** @type {number} */ lat) => {
		const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI;
		return Math.floor(((1 - y) / 2) * scale);
	};
	const [left, right, top, bottom] = [column(west), column(east), row(north), row(south)];
	return Object.keys(network.tiles).filter((key) => {
		const [x, y] = key.split("/").map(Number);
		return x >= left && x <= right && y >= top && y <= bottom;
	});
}

/** A text as it is compared with others. @param {string} text */
const plain = (text) => text.normalize("NFKC").trim().toLowerCase();

/**
 * The roads by area, in the order of the file.
 * @template {PublicRoad} R
 * @param {R[]} roads
 * @param {string} text only roads with this in their name, or in that of their area; "": all
 * @returns {Map<string, R[]>}
 */
export function roadsByArea(roads, text) {
	const wanted = plain(text);
	/** @type {Map<string, R[]>} */
	const areas = new Map();
	for (const road of roads) {
		if (wanted && !plain(road.name).includes(wanted) && !plain(road.area).includes(wanted)) {
			continue;
		}
		const area = areas.get(road.area) ?? [];
		area.push(road);
		areas.set(road.area, area);
	}
	return areas;
}

/**
 * When links were worked on, by day: each time once, the newest first.
 * @param {{day: string, columns: {id: number[], passes: number[][]} | null}[]} days
 * @param {number[]} links
 */
export function passesOfLinks(days, links) {
	const wanted = new Set(links);
	return days.map(({ day, columns }) => {
		const times = (columns?.id ?? []).flatMap((id, i) => (wanted.has(id) ? (columns?.passes[i] ?? []) : []));
		return { day, times: [...new Set(times)].sort((a, b) => b - a) };
	});
}

/** @typedef {"loading" | "ok" | "offline" | "none"} PublicState none: this server publishes nothing */

export function createPublic() {
	/** @type {import("./store.js").Store<Manifest | null>} */
	const manifest = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<ReadonlyMap<string, PublicRow[]>>} The districts somebody looked at. */
	const districts = createStore(/** @type {any} */ (new Map()));
	/** @type {import("./store.js").Store<ReadonlyMap<number, PublicLink>>} The lines that were asked for so far. */
	const lines = createStore(/** @type {any} */ (new Map()));
	/** @type {import("./store.js").Store<import("../types.js").PublicPlow[]>} */
	const plows = createStore(/** @type {any} */ ([]));
	/** @type {import("./store.js").Store<import("../types.js").PublicClosure[]>} */
	const closures = createStore(/** @type {any} */ ([]));
	/** @type {import("./store.js").Store<PublicState>} */
	const state = createStore(/** @type {any} */ ("loading"));
	const coverage = createStore(NO_COVERAGE);

	/** Files by their names, as long as the manifest or a file it names has them. @type {Map<string, Promise<any>>} */
	const files = new Map();
	/** What is looked at, and so kept up to date. */
	const wanted = { areas: /** @type {Set<string>} */ (new Set()), tiles: /** @type {Set<string>} */ (new Set()), plows: false };
	/** The names shown now of what is looked at. @type {Map<string, string>} */
	const shown = new Map();
	let serverMs = Date.now();
	let heardMs = performance.now();

	/** @param {string} name @returns {Promise<any>} */
	function file(name) {
		let found = files.get(name);
		if (!found) {
			found = api.getPublic(name);
			files.set(name, found);
			found.catch(() => files.delete(name));
		}
		return found;
	}

	/** Whether this is news; then it is said to be shown. @param {string} what @param {string} name */
	function isNew(what, name) {
		const before = shown.get(what);
		shown.set(what, name);
		return before !== name;
	}

	/** @returns {Promise<PublicNetwork | null>} */
	async function network() {
		const now = manifest.get();
		return now && file(now.network.file);
	}

	async function showTiles() {
		const now = manifest.get();
		const net = await network();
		if (!now || !net) {
			return;
		}
		const keys = [...wanted.tiles].filter((key) => net.tiles[key]);
		const { tiles: stateOf } = await file(now.state.file);
		const [found, states] = await Promise.all([
			Promise.all(keys.map((key) => file(net.tiles[key]))),
			Promise.all(keys.filter((key) => stateOf[key]).map((key) => file(stateOf[key]))),
		]);
		if (isNew("lines", `${now.network.file} ${keys.join(" ")}`)) {
			lines.set(new Map(found.flatMap((tile) => tile.links.map((/** @type {PublicLink} */ link) => [link.id, link]))));
		}
		if (isNew("states", `${now.state.file} ${keys.join(" ")}`)) {
			const links = new Map(states.flatMap((columns) => [...coverageOf(columns).links]));
			coverage.set({ links, changed: null });
		}
	}

	async function showDistricts() {
		const now = manifest.get();
		const list = now?.districts.filter(({ area }) => wanted.areas.has(area)) ?? [];
		const rows = await Promise.all(list.map(async ({ area, file: name }) => /** @type {[string, PublicRow[]]} */ ([area, (await file(name)).roads])));
		if (isNew("districts", list.map((each) => each.file).join(" "))) {
			districts.set(new Map(rows));
		}
	}

	async function showPlows() {
		const now = manifest.get();
		if (now && wanted.plows) {
			const found = await file(now.plows.file);
			if (isNew("plows", now.plows.file)) {
				plows.set(found.plows);
			}
		}
	}

	/** Nobody has to ask for these: they are a warning. */
	async function showClosures() {
		const now = manifest.get();
		if (now) {
			const found = await file(now.closures.file);
			if (isNew("closures", now.closures.file)) {
				closures.set(found.closures);
			}
		}
	}

	/** Forgets the files that nobody can ask for any more. @param {Manifest} now */
	async function forgetOld(now) {
		const [net, states, passes] = await Promise.all([now.network, now.state, now.passes].map((each) => files.get(each.file)));
		const named = new Set([
			now.network.file, now.state.file, now.plows.file, now.passes.file, now.closures.file, ...now.districts.map((each) => each.file),
			...(net ? [net.roads, net.water, ...Object.values(net.tiles)] : []),
			...(states ? Object.values(states.tiles) : []),
			...(passes?.days ?? []).flatMap((/** @type {any} */ day) => Object.values(day.areas)),
		]);
		for (const name of files.keys()) {
			if (!named.has(name)) {
				files.delete(name);
			}
		}
	}

	async function poll() {
		try {
			const { manifest: next, now, kept } = await api.getManifest();
			serverMs = now;
			heardMs = performance.now();
			if (next.made !== manifest.get()?.made) {
				manifest.set(next);
				await Promise.all([showTiles(), showDistricts(), showPlows(), showClosures()]);
				await forgetOld(next);
			}
			state.set(kept ? "offline" : "ok");
		} catch (error) {
			const none = error instanceof api.ApiError && error.status === 404 && manifest.get() === null;
			state.set(none ? "none" : "offline");
		}
	}

	return {
		manifest,
		districts,
		lines,
		coverage,
		plows,
		closures,
		state,
		poll,
		/** Looks at districts from now on. @param {string[]} areas */
		async openDistricts(areas) {
			areas.forEach((area) => wanted.areas.add(area));
			await showDistricts();
		},
		/** Every road there is, without what is known of it: for searching. @returns {Promise<PublicRoad[]>} */
		async roads() {
			const net = await network();
			return net ? (await file(net.roads)).roads : [];
		},
		/** Rivers and lakes. @returns {Promise<GeoJSON.FeatureCollection | null>} */
		async water() {
			const net = await network();
			return net && file(net.water);
		},
		/** Looks at a box of the map from now on. @param {import("../types.js").Bounds} bounds */
		async look(bounds) {
			const net = await network();
			tilesIn(net ?? { zoom: 13, tiles: {}, roads: "", water: "" }, bounds).forEach((key) => wanted.tiles.add(key));
			await showTiles();
		},
		/** Looks at the plows from now on. */
		async watchPlows() {
			wanted.plows = true;
			await showPlows();
		},
		/** The passes over links of a district, by day. @param {string} area @param {number[]} links */
		async passes(area, links) {
			const now = manifest.get();
			/** @type {import("../types.js").PublicPasses} */
			const { days } = now ? await file(now.passes.file) : { days: [] };
			const found = await Promise.all(
				days.map(async ({ day, areas }) => ({ day, columns: areas[area] ? await file(areas[area]) : null })),
			);
			return passesOfLinks(found, links);
		},
		/** Now, by the server's clock: a phone's own may be wrong. */
		now: () => serverMs + (performance.now() - heardMs),
	};
}
