// SPDX-License-Identifier: Apache-2.0
/*
 * What residents may see: a manifest that names files by their content.  The manifest is asked for
 * again and again, a file only when its name is new.
 */
import * as api from "./api.js";
import { coverageOf, NO_COVERAGE } from "./coverage.js";
import { createStore } from "./store.js";

export const POLL_MS = 15_000;

/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("../types.js").PublicNetwork} PublicNetwork */
/** @typedef {import("../types.js").PublicRoad} PublicRoad */
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

/**
 * The list of roads, by area in the order of the file.
 * @param {PublicRoad[]} roads
 * @param {string} text only roads with this in their name; "": all
 * @returns {Map<string, PublicRoad[]>}
 */
export function roadsByArea(roads, text) {
	const wanted = text.normalize("NFKC").trim().toLowerCase();
	/** @type {Map<string, PublicRoad[]>} */
	const areas = new Map();
	for (const road of roads) {
		if (wanted && !road.name.normalize("NFKC").toLowerCase().includes(wanted)) {
			continue;
		}
		const area = areas.get(road.area) ?? [];
		area.push(road);
		areas.set(road.area, area);
	}
	return areas;
}

/** @typedef {"loading" | "ok" | "offline" | "none"} PublicState none: this server publishes nothing */

export function createPublic() {
	/** @type {import("./store.js").Store<Manifest | null>} */
	const manifest = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<PublicNetwork | null>} */
	const network = createStore(/** @type {any} */ (null));
	/** @type {import("./store.js").Store<PublicRoad[]>} */
	const roads = createStore(/** @type {any} */ ([]));
	/** @type {import("./store.js").Store<ReadonlyMap<number, PublicLink>>} The lines that were asked for so far. */
	const lines = createStore(/** @type {any} */ (new Map()));
	/** @type {import("./store.js").Store<PublicState>} */
	const state = createStore(/** @type {any} */ ("loading"));
	const coverage = createStore(NO_COVERAGE);
	/** Names of files that are already here. */
	const have = { network: "", state: "" };
	/** @type {Set<string>} */
	let asked = new Set();
	let serverMs = Date.now();
	let heardMs = performance.now();

	/** @param {Manifest} next */
	async function takeNetwork(next) {
		if (next.network.file === have.network) {
			return;
		}
		/** @type {PublicNetwork} */
		const found = await api.getPublic(next.network.file);
		const list = await api.getPublic(found.roads);
		have.network = next.network.file;
		asked = new Set();
		lines.set(new Map());
		roads.set(list.roads);
		network.set(found);
	}

	/** @param {Manifest} next */
	async function takeState(next) {
		if (next.state.file !== have.state) {
			const columns = await api.getPublic(next.state.file);
			have.state = next.state.file;
			coverage.set(coverageOf(columns));
		}
	}

	async function poll() {
		try {
			const { manifest: next, now } = await api.getManifest();
			serverMs = now;
			heardMs = performance.now();
			await takeNetwork(next);
			await takeState(next);
			manifest.set(next);
			state.set("ok");
		} catch (error) {
			const none = error instanceof api.ApiError && error.status === 404 && manifest.get() === null;
			state.set(none ? "none" : "offline");
		}
	}

	/** @param {string} key */
	async function loadTile(key) {
		const from = network.get();
		const name = from?.tiles[key];
		if (!name || asked.has(key)) {
			return;
		}
		asked.add(key);
		try {
			const tile = await api.getPublic(name);
			if (network.get() === from) {
				lines.update((known) => new Map([...known, ...tile.links.map((/** @type {PublicLink} */ link) => [link.id, link])]));
			}
		} catch {
			asked.delete(key);
		}
	}

	return {
		manifest,
		network,
		roads,
		lines,
		coverage,
		state,
		poll,
		/** Fetches the lines about a box that are not here yet. @param {import("../types.js").Bounds} bounds */
		async look(bounds) {
			const from = network.get();
			if (from) {
				await Promise.all(tilesIn(from, bounds).map(loadTile));
			}
		},
		/** Now, by the server's clock: a phone's own may be wrong. */
		now: () => serverMs + (performance.now() - heardMs),
	};
}
