// SPDX-License-Identifier: Apache-2.0
/*
 * The dispatcher's map: layers put together and tied to the live picture.  Part of the page, not of
 * map/, since it knows both.
 */
import { getWater, TILES_URL } from "./data/api.js";
import { closureText, inForce } from "./data/closures.js";
import { paced } from "./data/store.js";

const MOVED_MS = 400;
const CLOSURES_MS = 30_000; // they begin and end by the clock
const NOTES_MS = 10_000; // how long a place may be called younger than it is
const OLD_MS = 60_000; // a place younger than that is now's
const PACE_MS = 200; // however many report; a redraw that takes an old PC longer is waited for
/** @type {GeoJSON.FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * Throws where there is no WebGL, and where the library itself does not load.
 * @param {HTMLElement} container
 * @param {object} options
 * @param {import("./types.js").Town} options.town
 * @param {GeoJSON.FeatureCollection | null} options.areas
 * @param {GeoJSON.FeatureCollection | null} options.depots
 * @param {{zoom: number, center: [number, number]}} [options.place]
 * @param {import("./data/live.js").Live} options.live
 * @param {import("./dispatch-view.js").View} options.view
 * @param {import("./map/roads.js").Colouring} options.colouring
 * @param {string} options.language
 * @param {import("./i18n.js").Translate} options.t
 * @param {import("./format.js").Format} options.format
 * @param {(picked: import("./map/pick.js").Picked) => void} options.onPick
 * @param {(bounds: import("./types.js").Bounds | null) => void} options.onBox a box was drawn, or not after all
 * @param {(listen: () => void) => void} options.onTheme
 */
export async function createDispatchMap(container, { town, areas, depots, place, live, view, colouring, language, t, format, onPick, onBox, onTheme }) {
	// Loaded only now: the lists are there before the 300 kB of the map library.
	const [{ openMap, showBounds, showPoint }, { addGround }, { addRoads }, { addVehicles }, { addPlaces }, { addPicking }, { addBox }, { addClosures }, { whenDrawn }, { readPalette }] =
		await Promise.all([
			import("./map/map.js"),
			import("./map/ground.js"),
			import("./map/roads.js"),
			import("./map/vehicles.js"),
			import("./map/places.js"),
			import("./map/pick.js"),
			import("./map/box.js"),
			import("./map/closures.js"),
			import("./map/drawn.js"),
			import("./map/palette.js"),
		]);
	/** What the list says as well: how old a place is, once it is not now's, and that nobody vouches for it. @param {import("./types.js").Vehicle} vehicle */
	function note({ time, trust }) {
		const age = time ? live.now() - Date.parse(time) : 0;
		return [String(trust) === "0" && t("trust.0"), age >= OLD_MS && format.age(age)].filter(Boolean).join("・");
	}
	const palette = readPalette();
	const map = await openMap(container, { bounds: town.bounds, place, attribution: town.attribution, palette, t });
	const ground = addGround(map, palette, getWater());
	const tiles = (/** @type {string | null} */ revision) => [
		`${location.origin}${TILES_URL}?roads=${encodeURIComponent(revision ?? "")}`,
	];
	const roads = addRoads(map, {
		source: { type: "vector", tiles: tiles(live.network.get()), minzoom: 8, maxzoom: 16 },
		sourceLayer: "links",
		palette,
	});
	const places = addPlaces(map, { areas: areas ?? NOTHING, depots: depots ?? NOTHING, palette });
	const closures = addClosures(map, { colour: palette.bad, halo: palette.halo });
	const vehicles = addVehicles(map, { palette, note });
	const box = addBox(map, { palette, onDrawn: onBox });
	addPicking(map, (picked) => box.draws() || onPick(picked));

	roads.colour(colouring, live.now());
	let revision = live.network.get();
	live.network.subscribe((next) => {
		if (next !== revision) {
			revision = next;
			/** @type {any} */ (map.getSource("roads")).setTiles(tiles(next));
		}
	});
	/** @type {Set<number> | null} Links that changed since they were drawn; null: all. */
	let waiting = null;
	const show = paced(PACE_MS, () => {
		roads.update({ ...live.coverage.get(), changed: waiting && [...waiting] });
		waiting = new Set();
		roads.filter(view.hidden()); // a road may have come to be wanted, or not any more
		vehicles.update(view.fleet());
		return whenDrawn(map, "vehicles");
	});
	live.fleet.subscribe(() => show(null));
	live.coverage.subscribe(({ changed }) => {
		if (changed === null) {
			waiting = null;
		}
		changed?.forEach((id) => waiting?.add(id));
		show(null);
	});
	view.onChange(() => show(null));
	setInterval(() => vehicles.update(view.fleet(), true), NOTES_MS);
	let told = "";
	live.progress.subscribe((progress) => {
		const bars = (progress?.areas ?? []).filter(({ length_m }) => length_m > 0);
		const words = new Map(bars.map(({ name, done_m, length_m }) => [name, t("place.done", { percent: format.percent(done_m / length_m) })]));
		const state = JSON.stringify([...words]);
		if (state !== told) {
			told = state;
			places.tell(words);
		}
	});
	/** Those that count now; those announced are in the list. */
	function showClosures() {
		const closed = inForce(live.closures.get(), live.now());
		closures.update(closed.map((closure) => ({ id: closure.id, text: closure.text, label: closureText(closure, language), geometry: closure.geometry })));
	}
	live.closures.subscribe(showClosures);
	setInterval(showClosures, CLOSURES_MS);
	onTheme(() => {
		const colours = readPalette();
		ground.repaint(colours);
		places.repaint(colours);
		roads.repaint(colours);
		vehicles.repaint(colours);
		box.repaint(colours);
		closures.repaint({ colour: colours.bad, halo: colours.halo });
	});

	return {
		colour: roads.colour,
		box,
		showBounds: (/** @type {import("./types.js").Bounds} */ bounds) => showBounds(map, bounds),
		showPoint: (/** @type {[number, number]} */ center) => showPoint(map, center),
		/** @param {number[]} links @param {string | null} vehicle */
		mark(links, vehicle) {
			roads.mark(links);
			vehicles.mark(vehicle);
		},
		/** @param {(place: {zoom: number, center: [number, number]}) => void} listen */
		onMove(listen) {
			let timer = 0;
			map.on("moveend", () => {
				clearTimeout(timer);
				timer = window.setTimeout(() => {
					const { lng, lat } = map.getCenter();
					listen({ zoom: map.getZoom(), center: [lng, lat] });
				}, MOVED_MS);
			});
		},
	};
}
