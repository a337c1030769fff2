// SPDX-License-Identifier: Apache-2.0
/*
 * Where plows were at work, for residents: a shape on the road, turned along it, with no name.
 */
import { drawIcon, RATIO } from "./vehicles.js";

/** @param {import("../types.js").PublicPlow[]} plows @returns {GeoJSON.FeatureCollection} */
const featuresOf = (plows) => ({
	type: "FeatureCollection",
	features: plows.map(([lon, lat, course]) => ({
		type: "Feature",
		geometry: { type: "Point", coordinates: [lon, lat] },
		properties: { course },
	})),
});

/** @param {import("./map.js").LibreMapType} map @param {import("./palette.js").Palette} palette */
export function addPlows(map, palette) {
	map.addSource("plows", { type: "geojson", data: featuresOf([]) });
	map.addImage("plow", drawIcon("work", palette), { pixelRatio: RATIO });
	map.addLayer({
		id: "plow", type: "symbol", source: "plows",
		layout: {
			"icon-image": "plow",
			"icon-rotate": ["get", "course"],
			"icon-rotation-alignment": "map",
			"icon-allow-overlap": true,
			"icon-ignore-placement": true,
			"icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.55, 13, 0.85, 16, 1.1],
		},
	});
	return {
		/** @param {import("../types.js").PublicPlow[]} plows */
		update(plows) {
			/** @type {any} */ (map.getSource("plows")).setData(featuresOf(plows));
		},
		/** @param {import("./palette.js").Palette} colours */
		repaint(colours) {
			map.updateImage("plow", drawIcon("work", colours));
		},
	};
}
