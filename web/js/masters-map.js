// SPDX-License-Identifier: Apache-2.0
/*
 * The masters' map: the town with its areas, depots and closures, and what is being drawn on it.
 */
import { getWater, TILES_URL } from "./data/api.js";
import { drawingGeometry } from "./data/drawing.js";

/** @type {GeoJSON.FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };

/** What is being drawn or chosen; the map tells it what was clicked. @typedef {{add?: (corner: import("./types.js").LonLat) => void, move?: (index: number, corner: import("./types.js").LonLat) => void, choose?: (index: number) => void, road?: (link: number) => void}} Tool */

/**
 * Throws where there is no WebGL, and where the library itself does not load.
 * @param {HTMLElement} container
 * @param {object} options
 * @param {import("./types.js").Town} options.town
 * @param {import("./i18n.js").Translate} options.t
 * @param {(listen: () => void) => void} options.onTheme
 */
export async function createMastersMap(container, { town, t, onTheme }) {
	const [{ openMap, showBounds }, { addGround }, { addRoads }, { addPlaces }, { addClosures }, { addDrawing }, { readPalette }] = await Promise.all([
		import("./map/map.js"),
		import("./map/ground.js"),
		import("./map/roads.js"),
		import("./map/places.js"),
		import("./map/closures.js"),
		import("./map/draw.js"),
		import("./map/palette.js"),
	]);
	/** @type {Tool} */
	let tool = {};
	const palette = readPalette();
	const drawn = (/** @type {import("./map/palette.js").Palette} */ colours) => ({ colour: colours.accent, halo: colours.halo });
	const closed = (/** @type {import("./map/palette.js").Palette} */ colours) => ({ colour: colours.bad, halo: colours.halo });
	const map = await openMap(container, { bounds: town.bounds, attribution: town.attribution, palette, t });
	const ground = addGround(map, palette, getWater());
	const roads = addRoads(map, {
		source: { type: "vector", tiles: [`${location.origin}${TILES_URL}?roads=${encodeURIComponent(town.network ?? "")}`], minzoom: 8, maxzoom: 16 },
		sourceLayer: "links",
		palette,
	});
	let isFitted = container.clientWidth > 0; // behind a tab without a map it has no size yet
	const places = addPlaces(map, { areas: NOTHING, depots: NOTHING, palette });
	const closures = addClosures(map, closed(palette));
	const drawing = addDrawing(map, {
		paint: drawn(palette),
		onAdd: (corner) => tool.add?.(corner),
		onMove: (index, corner) => tool.move?.(index, corner),
		onChoose: (index) => tool.choose?.(index),
		onRoad: (link) => tool.road?.(link),
	});
	onTheme(() => {
		const colours = readPalette();
		ground.repaint(colours);
		roads.repaint(colours);
		places.repaint(colours);
		closures.repaint(closed(colours));
		drawing.repaint(drawn(colours));
	});
	return {
		places: places.update,
		closures: closures.update,
		mark: roads.mark,
		useCenter: drawing.useCenter,
		nudge: drawing.nudged,
		/** It may have come into sight; for the first time: with the whole town. */
		resize() {
			map.resize();
			if (!isFitted && container.clientWidth > 0 && town.bounds) {
				isFitted = true;
				showBounds(map, town.bounds);
			}
		},
		/** @param {"none" | "draw" | "roads"} mode @param {Tool} [next] */
		use(mode, next = {}) {
			tool = next;
			drawing.setMode(mode);
			container.parentElement?.toggleAttribute("data-drawing", mode !== "none");
		},
		/** @param {import("./data/drawing.js").Drawing | null} shown */
		show: (shown) => drawing.show(shown && drawingGeometry(shown), shown?.corners ?? [], shown?.chosen ?? -1),
		/** @param {import("./types.js").LonLat[]} corners */
		fit(corners) {
			const lons = corners.map(([lon]) => lon);
			const lats = corners.map(([, lat]) => lat);
			if (corners.length > 0) {
				showBounds(map, [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]);
			}
		},
	};
}
