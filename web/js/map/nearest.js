// SPDX-License-Identifier: Apache-2.0

/** @typedef {{x: number, y: number}} Point */

/** The square of the distance from a point to a segment. @param {Point} p @param {Point} a @param {Point} b */
function segmentDistance2(p, a, b) {
	const dx = b.x - a.x;
	const dy = b.y - a.y;
	const length2 = dx * dx + dy * dy;
	const along = length2 > 0 ? Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2)) : 0;
	const ex = a.x + along * dx - p.x;
	const ey = a.y + along * dy - p.y;
	return ex * ex + ey * ey;
}

/**
 * Of the lines that lie about a point of the screen, the id of the one nearest to it.
 * @param {{id?: string | number, geometry: import("geojson").Geometry}[]} features
 * @param {Point} point
 * @param {(lonlat: [number, number]) => Point} project
 * @returns {number | null}
 */
export function nearestLine(features, point, project) {
	let best = null;
	let bestDistance2 = Infinity;
	for (const { id, geometry } of features) {
		const lines =
			geometry.type === "LineString" ? [geometry.coordinates] : geometry.type === "MultiLineString" ? geometry.coordinates : [];
		for (const line of lines) {
			const pixels = line.map((lonlat) => project([lonlat[0], lonlat[1]]));
			for (let i = 1; i < pixels.length; i++) {
				const distance2 = segmentDistance2(point, pixels[i - 1], pixels[i]);
				if (distance2 < bestDistance2) {
					best = Number(id);
					bestDistance2 = distance2;
				}
			}
		}
	}
	return best;
}
