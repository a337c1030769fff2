// SPDX-License-Identifier: Apache-2.0
/*
 * Work areas as a quiet ground with their names and, where that is told, how far their roads are done; and depots.
 */

import { boundsOf } from "../data/places.js";

/** @typedef {ReadonlyMap<string, string>} Told what is said below a name */

/** The middle of what a feature covers, for its name. @param {GeoJSON.Feature} feature @param {Told} told @returns {GeoJSON.Feature | null} */
function label(feature, told) {
	const bounds = boundsOf(feature);
	const name = String(feature.properties?.name ?? "");
	return bounds && {
		type: "Feature",
		geometry: { type: "Point", coordinates: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2] },
		properties: { name, told: told.get(name) ?? "" },
	};
}

/** @param {GeoJSON.FeatureCollection} collection @param {Told} [told] @returns {GeoJSON.FeatureCollection} */
const labels = (collection, told = new Map()) => ({
	type: "FeatureCollection",
	features: collection.features.map((feature) => label(feature, told)).filter((feature) => feature !== null),
});

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {object} options
 * @param {GeoJSON.FeatureCollection} options.areas
 * @param {GeoJSON.FeatureCollection} options.depots
 * @param {import("./palette.js").Palette} options.palette
 */
export function addPlaces(map, { areas, depots, palette }) {
	const below = map.getLayer("road-picked") ? "road-picked" : undefined;
	map.addSource("areas", { type: "geojson", data: areas });
	map.addSource("area-names", { type: "geojson", data: labels(areas) });
	map.addSource("depots", { type: "geojson", data: labels(depots) });
	map.addLayer({ id: "area", type: "fill", source: "areas" }, below);
	map.addLayer({ id: "area-edge", type: "line", source: "areas", paint: { "line-dasharray": [1, 3], "line-width": 1 } }, below);
	map.addLayer({
		id: "area-name", type: "symbol", source: "area-names", maxzoom: 14.5,
		layout: {
			"text-field": ["format", ["get", "name"], {}, ["case", ["==", ["get", "told"], ""], "", ["concat", "\n", ["get", "told"]]], { "font-scale": 0.85 }],
			"text-size": 15,
			"text-letter-spacing": 0.15,
		},
	});
	map.addLayer({
		id: "depot", type: "circle", source: "depots", minzoom: 10,
		paint: { "circle-radius": 6, "circle-stroke-width": 3 },
	});
	map.addLayer({
		id: "depot-name", type: "symbol", source: "depots", minzoom: 12.5,
		layout: { "text-field": ["get", "name"], "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.9] },
	});

	/** @param {import("./palette.js").Palette} colours */
	function repaint(colours) {
		map.setPaintProperty("area", "fill-color", colours.area);
		map.setPaintProperty("area-edge", "line-color", colours.quiet);
		map.setPaintProperty("area-edge", "line-opacity", 0.3);
		for (const layer of ["area-name", "depot-name"]) {
			map.setPaintProperty(layer, "text-color", colours.quiet);
			map.setPaintProperty(layer, "text-halo-color", colours.halo);
			map.setPaintProperty(layer, "text-halo-width", 1.6);
		}
		map.setPaintProperty("depot", "circle-color", colours.ground);
		map.setPaintProperty("depot", "circle-stroke-color", colours.text);
	}
	repaint(palette);

	let drawn = areas;
	/** Says something of areas, below their names. @param {Told} told by their names */
	const tell = (told) => /** @type {any} */ (map.getSource("area-names")).setData(labels(drawn, told));
	/** @param {{areas: GeoJSON.FeatureCollection, depots: GeoJSON.FeatureCollection}} next */
	function update(next) {
		drawn = next.areas;
		/** @type {any} */ (map.getSource("areas")).setData(next.areas);
		/** @type {any} */ (map.getSource("area-names")).setData(labels(next.areas));
		/** @type {any} */ (map.getSource("depots")).setData(labels(next.depots));
	}
	return { repaint, update, tell };
}
