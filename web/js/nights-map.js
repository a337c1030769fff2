// SPDX-License-Identifier: Apache-2.0
/*
 * The map of a replay: layers put together and tied to the night that is played.  Part of the page,
 * not of map/, since it knows both.
 */
import { getWater, TILES_URL } from "./data/api.js";

/** @type {GeoJSON.FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * Throws where there is no WebGL, and where the library itself does not load.
 * @template V
 * @param {HTMLElement} container
 * @param {object} options
 * @param {import("./types.js").Town} options.town
 * @param {GeoJSON.FeatureCollection | null} options.areas
 * @param {GeoJSON.FeatureCollection | null} options.depots
 * @param {import("./i18n.js").Translate} options.t
 * @param {() => readonly V[]} options.vehicles
 * @param {Parameters<typeof import("./map/replay-layer.js").addReplayVehicles<V>>[1]["look"]} options.look
 * @param {(vehicle: V) => void} options.onVehicle
 * @param {(link: number) => void} options.onLink
 * @param {(listen: () => void) => void} options.onTheme
 */
export async function createNightsMap(container, { town, areas, depots, t, vehicles, look, onVehicle, onLink, onTheme }) {
	const [{ openMap, showBounds, showPoint }, { addGround }, { addRoads }, { addPlaces }, { addPicking }, { addReplayVehicles }, { readPalette }] =
		await Promise.all([
			import("./map/map.js"),
			import("./map/ground.js"),
			import("./map/roads.js"),
			import("./map/places.js"),
			import("./map/pick.js"),
			import("./map/replay-layer.js"),
			import("./map/palette.js"),
		]);
	const palette = readPalette();
	const map = await openMap(container, { bounds: town.bounds, attribution: town.attribution, palette, t });
	const ground = addGround(map, palette, getWater());
	const roads = addRoads(map, {
		source: {
			type: "vector", minzoom: 8, maxzoom: 16,
			tiles: [`${location.origin}${TILES_URL}?roads=${encodeURIComponent(town.network ?? "")}`],
		},
		sourceLayer: "links",
		palette,
	});
	const places = addPlaces(map, { areas: areas ?? NOTHING, depots: depots ?? NOTHING, palette });
	const fleet = addReplayVehicles(map, { palette, vehicles, look });
	let isFollowing = true;
	map.on("dragstart", () => (isFollowing = false)); // whoever looks elsewhere is not pulled back
	/** @type {V | null} */
	let hit = null;
	map.on("click", (event) => (hit = fleet.at(event.point)));
	addPicking(map, (picked) => {
		if (hit) {
			onVehicle(hit);
		} else if (picked?.kind === "road") {
			onLink(picked.id);
		}
	});
	onTheme(() => {
		const colours = readPalette();
		ground.repaint(colours);
		places.repaint(colours);
		roads.repaint(colours);
		fleet.repaint(colours);
	});
	return {
		draw: fleet.draw,
		roads: roads.update,
		mark: roads.mark,
		showBounds: (/** @type {import("./types.js").Bounds} */ bounds) => showBounds(map, bounds, 24),
		/**
		 * Keeps a vehicle in view; anew: it was just chosen, so the map goes there.
		 * @param {number} lon
		 * @param {number} lat
		 * @param {boolean} anew
		 */
		follow(lon, lat, anew) {
			if (anew) {
				isFollowing = true;
				showPoint(map, [lon, lat]);
			} else if (isFollowing && !map.isMoving() && !map.getBounds().contains([lon, lat])) {
				map.jumpTo({ center: [lon, lat] });
			}
		},
	};
}
