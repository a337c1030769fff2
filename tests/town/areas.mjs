// SPDX-License-Identifier: Apache-2.0
// Work areas: to each point of the plan the ground that is nearest to it, with borders that wander a
// little, as borders along ridges and fields do.
import { AREAS, EXTENT } from "./layout.mjs";
import { smoothNoise } from "./random.mjs";
import { between, distance } from "./shapes.mjs";

const BORDER_STEP_M = 120;

/** Polygons {name, ring}; rings are closed and run counter-clockwise. */
export function workAreas(seed) {
	return AREAS.map((area) => {
		let ring = townBorder();
		for (const other of AREAS) {
			if (other !== area) ring = nearerHalf(ring, area.at, other.at);
		}
		const wandering = ring.flatMap((p, i) => wander(seed, p, ring[(i + 1) % ring.length]));
		return { name: area.name, ring: [...wandering, wandering[0]] };
	});
}

function townBorder() {
	const [west, south, east, north] = EXTENT;
	const corner = 1500;
	return [
		[west + corner, south], [east - corner, south], [east, south + corner], [east, north - corner],
		[east - corner, north], [west + corner, north], [west, north - corner], [west, south + corner],
	];
}

/** The part of a convex ring that is nearer to a than to b. */
function nearerHalf(ring, a, b) {
	const side = (p) => distance(p, b) ** 2 - distance(p, a) ** 2;
	const kept = [];
	ring.forEach((p, i) => {
		const q = ring[(i + 1) % ring.length];
		const [here, there] = [side(p), side(q)];
		if (here >= 0) kept.push(p);
		if (here >= 0 !== there >= 0) kept.push(between(p, q, here / (here - there)));
	});
	return kept;
}

/** The border p..q without q.  Shifts depend on the place alone, so that neighbours keep one border. */
function wander(seed, p, q) {
	const count = Math.max(1, Math.round(distance(p, q) / BORDER_STEP_M));
	return Array.from({ length: count }, (_, k) => {
		const [x, y] = between(p, q, k / count);
		const shift = (salt) => 90 * smoothNoise(seed + salt, x, y, 640) + 25 * smoothNoise(seed + salt + 1, x, y, 190);
		return [x + shift(71), y + shift(73)];
	});
}
