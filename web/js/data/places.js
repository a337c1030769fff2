// SPDX-License-Identifier: Apache-2.0
/*
 * Places with a name: areas and depots, by the box they fill.
 */

/** @typedef {{kind: "area" | "depot", name: string, bounds: import("../types.js").Bounds}} NamedPlace */

/** Every position in a geometry. @param {any} coordinates @returns {[number, number][]} */
export function positions(coordinates) {
	return typeof coordinates?.[0] === "number" ? [coordinates] : (coordinates ?? []).flatMap(positions);
}

/** @param {import("geojson").Feature} feature @returns {import("../types.js").Bounds | null} */
export function boundsOf(feature) {
	const all = feature.geometry && "coordinates" in feature.geometry ? positions(feature.geometry.coordinates) : [];
	if (all.length === 0) {
		return null;
	}
	const lons = all.map(([lon]) => lon);
	const lats = all.map(([, lat]) => lat);
	return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/**
 * @param {NamedPlace["kind"]} kind
 * @param {import("geojson").FeatureCollection | null} collection
 * @returns {NamedPlace[]}
 */
export function namedPlaces(kind, collection) {
	return (collection?.features ?? []).flatMap((feature) => {
		const name = String(feature.properties?.name ?? "");
		const bounds = boundsOf(feature);
		return name && bounds ? [{ kind, name, bounds }] : [];
	});
}
