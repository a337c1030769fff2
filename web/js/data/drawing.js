// SPDX-License-Identifier: Apache-2.0
/*
 * Something being drawn: its corners, the one that is chosen, and what is wrong with it.  Each change
 * gives a new drawing.
 */

/** @typedef {"point" | "line" | "area"} DrawingKind */
/** @typedef {import("../types.js").LonLat} LonLat */
/** @typedef {{kind: DrawingKind, corners: LonLat[], chosen: number}} Drawing chosen: -1 when there is none */

const CORNERS_MAX = 1000;
const LEAST = { point: 1, line: 2, area: 3 };

/** @param {DrawingKind} kind @returns {Drawing} */
export const emptyDrawing = (kind) => ({ kind, corners: [], chosen: -1 });

/** Degrees as the server keeps them: 7 decimals are a centimetre. @param {LonLat} corner @returns {LonLat} */
const rounded = ([lon, lat]) => [Math.round(lon * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];

/** A corner after the chosen one; a point moves there. @param {Drawing} drawing @param {LonLat} corner @returns {Drawing} */
export function withCorner({ kind, corners, chosen }, corner) {
	if (kind === "point") {
		return { kind, corners: [rounded(corner)], chosen: 0 };
	}
	const place = chosen < 0 ? corners.length : chosen + 1;
	return { kind, corners: [...corners.slice(0, place), rounded(corner), ...corners.slice(place)], chosen: place };
}

/** @param {Drawing} drawing @param {number} index @param {LonLat} corner @returns {Drawing} */
export const withMoved = (drawing, index, corner) => ({
	...drawing,
	corners: drawing.corners.map((old, i) => (i === index ? rounded(corner) : old)),
	chosen: index,
});

/** @param {Drawing} drawing @param {number} index @returns {Drawing} */
export function withoutCorner(drawing, index) {
	const corners = drawing.corners.filter((_, i) => i !== index);
	return { ...drawing, corners, chosen: Math.min(index, corners.length - 1) };
}

/** @param {Drawing} drawing @param {number} index @returns {Drawing} */
export const withChosen = (drawing, index) => ({ ...drawing, chosen: index });

/** @param {LonLat} a @param {LonLat} b @param {LonLat} c */
const side = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** @param {LonLat} a @param {LonLat} b @param {LonLat} c @param {LonLat} d */
const cross = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

/** @param {LonLat[]} ring */
function crossesItself(ring) {
	const n = ring.length;
	for (let i = 0; i < n; i++) {
		for (let j = i + 2; j < n; j++) {
			if ((j + 1) % n !== i && cross(ring[i], ring[i + 1], ring[j], ring[(j + 1) % n])) {
				return true;
			}
		}
	}
	return false;
}

/** The key of the words that say what is wrong, or null. @param {Drawing} drawing @returns {string | null} */
export function drawingFault({ kind, corners }) {
	if (corners.length < LEAST[kind]) {
		return `drawing.too_few.${kind}`;
	}
	if (corners.length > CORNERS_MAX - 1) {
		return "drawing.too_many";
	}
	if (corners.some(([lon, lat]) => !(Math.abs(lon) <= 180 && Math.abs(lat) <= 85))) {
		return "drawing.no_place";
	}
	return kind === "area" && crossesItself(corners) ? "drawing.crosses" : null;
}

/** As GeoJSON, also while it is not finished; null without a corner. @param {Drawing} drawing @returns {import("geojson").Geometry | null} */
export function drawingGeometry({ kind, corners }) {
	if (corners.length === 0) {
		return null;
	}
	if (kind === "point") {
		return { type: "Point", coordinates: corners[0] };
	}
	return kind === "line"
		? { type: "LineString", coordinates: corners }
		: { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

/** What was drawn before, to go on with; null for what cannot be. @param {import("geojson").Geometry | null} geometry @returns {Drawing | null} */
export function drawingOf(geometry) {
	/** @param {DrawingKind} kind @param {any} corners @returns {Drawing} */
	const drawing = (kind, corners) => ({ kind, corners, chosen: corners.length - 1 });
	switch (geometry?.type) {
		case "Point":
			return drawing("point", [geometry.coordinates]);
		case "LineString":
			return drawing("line", geometry.coordinates);
		case "Polygon":
			return drawing("area", geometry.coordinates[0].slice(0, -1));
		case "MultiPolygon":
			return geometry.coordinates.length === 1 ? drawing("area", geometry.coordinates[0][0].slice(0, -1)) : null;
		default:
			return null;
	}
}
