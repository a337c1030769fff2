// SPDX-License-Identifier: Apache-2.0
/*
 * The road nearest to where somebody stands: reckoned here, so that nobody else learns where that is.
 */

const METRES_A_DEGREE = 111_320;

/** @typedef {import("../types.js").LonLat} LonLat */

/** A box of so many metres about a place. @param {LonLat} place @param {number} metres @returns {import("../types.js").Bounds} */
export function boxAbout([lon, lat], metres) {
	const north = metres / METRES_A_DEGREE;
	const east = north / Math.cos((lat * Math.PI) / 180);
	return [lon - east, lat - north, lon + east, lat + north];
}

/**
 * How far a place is from a line, in metres; good for the size of a town.
 * @param {LonLat} place
 * @param {LonLat[]} line
 */
export function distanceTo([lon, lat], line) {
	const scale = Math.cos((lat * Math.PI) / 180);
	const points = line.map(([x, y]) => ({ x: (x - lon) * scale * METRES_A_DEGREE, y: (y - lat) * METRES_A_DEGREE }));
	let least = Infinity;
	for (let i = 1; i < points.length; i++) {
		const [a, b] = [points[i - 1], points[i]];
		const [dx, dy] = [b.x - a.x, b.y - a.y];
		const length2 = dx * dx + dy * dy;
		const along = length2 > 0 ? Math.max(0, Math.min(1, -(a.x * dx + a.y * dy) / length2)) : 0;
		least = Math.min(least, Math.hypot(a.x + along * dx, a.y + along * dy));
	}
	return least;
}

/**
 * The nearest of the lines, if one is within reach.
 * @param {Iterable<import("../types.js").PublicLink>} links
 * @param {LonLat} place
 * @param {number} reach_m
 */
export function nearestLink(links, place, reach_m) {
	let [best, least] = [/** @type {import("../types.js").PublicLink | null} */ (null), reach_m];
	for (const link of links) {
		const distance = distanceTo(place, link.coords);
		if (distance <= least) {
			[best, least] = [link, distance];
		}
	}
	return best;
}
