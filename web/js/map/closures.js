// SPDX-License-Identifier: Apache-2.0
/*
 * Closures (通行止め): a broad line or ground with crosses along it, so that it is not its colour alone
 * that says so.
 */

/** @typedef {{id: number, text: Record<string, string>, label?: string, geometry: import("geojson").Geometry}} Shown */

/** The parts of a shape, each a list of points. @param {import("geojson").Geometry} geometry @returns {import("geojson").Position[][]} */
function partsOf(geometry) {
	switch (geometry.type) {
		case "LineString":
			return [geometry.coordinates];
		case "MultiLineString":
		case "Polygon":
			return geometry.coordinates;
		case "MultiPolygon":
			return geometry.coordinates.flat();
		default:
			return [];
	}
}

/** The shape, and once, in the middle of its middle part, what is said of it. @param {Shown} closure @returns {GeoJSON.Feature[]} */
function featuresOf({ id, text, label, geometry }) {
	const parts = partsOf(geometry);
	const part = parts[parts.length >> 1] ?? [];
	const middle = part[part.length >> 1];
	return [
		{ type: "Feature", id, properties: {}, geometry },
		...(middle ? [/** @type {GeoJSON.Feature} */ ({ type: "Feature", properties: { text: label ?? text.ja }, geometry: { type: "Point", coordinates: middle } })] : []),
	];
}

/** @param {Shown[]} closures @returns {GeoJSON.FeatureCollection} */
const features = (closures) => ({ type: "FeatureCollection", features: closures.flatMap(featuresOf) });

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {{colour: string, halo: string}} paint
 */
export function addClosures(map, paint) {
	map.addSource("closures", { type: "geojson", data: features([]) });
	map.addLayer({ id: "closure-ground", type: "fill", source: "closures", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-opacity": 0.15 } });
	map.addLayer({ id: "closure", type: "line", source: "closures", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": 7, "line-opacity": 0.55 } });
	map.addLayer({
		id: "closure-cross", type: "symbol", source: "closures", filter: ["!=", ["geometry-type"], "Point"],
		layout: {
			"symbol-placement": "line", "symbol-spacing": 60, "text-field": "✕", "text-size": 17,
			"text-allow-overlap": true, "text-ignore-placement": true, "text-keep-upright": false,
		},
	});
	map.addLayer({
		id: "closure-text", type: "symbol", source: "closures", filter: ["==", ["geometry-type"], "Point"], minzoom: 10,
		layout: { "text-field": ["get", "text"], "text-size": 13, "text-max-width": 14, "text-offset": [0, 1.1], "text-anchor": "top", "text-allow-overlap": true },
	});

	/** @param {{colour: string, halo: string}} next */
	function repaint({ colour, halo }) {
		map.setPaintProperty("closure-ground", "fill-color", colour);
		map.setPaintProperty("closure", "line-color", colour);
		for (const layer of ["closure-cross", "closure-text"]) {
			map.setPaintProperty(layer, "text-color", colour);
			map.setPaintProperty(layer, "text-halo-color", halo);
			map.setPaintProperty(layer, "text-halo-width", 2);
		}
	}
	repaint(paint);
	return {
		/** @param {Shown[]} closures */
		update(closures) {
			/** @type {any} */ (map.getSource("closures")).setData(features(closures));
		},
		repaint,
	};
}
