// SPDX-License-Identifier: Apache-2.0
/*
 * What lies below everything else: the ground, and rivers and lakes in it.
 */

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {import("./palette.js").Palette} palette
 * @param {Promise<GeoJSON.FeatureCollection | null>} water drawn when it comes; a map without it is no worse
 */
export function addGround(map, palette, water) {
	map.addSource("water", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
	const above = map.getStyle().layers[1]?.id;
	map.addLayer({ id: "water", type: "fill", source: "water" }, above);
	// A river is to be seen also where it is narrower than a pixel.
	map.addLayer({ id: "water-edge", type: "line", source: "water", maxzoom: 14, paint: { "line-width": 1.5 } }, above);
	water.then((found) => found && /** @type {any} */ (map.getSource("water")).setData(found)).catch(() => {});

	/** @param {import("./palette.js").Palette} colours */
	function repaint(colours) {
		map.setPaintProperty("ground", "background-color", colours.ground);
		map.setPaintProperty("water", "fill-color", colours.water);
		map.setPaintProperty("water-edge", "line-color", colours.water);
	}
	repaint(palette);
	return { repaint };
}
