// SPDX-License-Identifier: Apache-2.0
// The sheet the town is drawn on: lines with a grid over their segments, so that a new road finds
// what it runs into.  Rivers are on a sheet of their own; a road meets them only on a bridge.
import {
	crossingAngle,
	cut,
	distance,
	heading,
	lineLength,
	meet,
	project,
} from "./shapes.mjs";

const CELL_M = 100;

export class Sheet {
	constructor() {
		/** @type {{points: number[][], [attribute: string]: any}[]} */
		this.lines = [];
		this.cells = new Map();
	}

	add(line) {
		this.lines.push(line);
		for (let i = 1; i < line.points.length; i++) {
			for (const key of cellsOf(line.points[i - 1], line.points[i], 0)) {
				if (!this.cells.has(key)) this.cells.set(key, []);
				this.cells.get(key).push([line, i]);
			}
		}
		return line;
	}

	/** Each segment [line, i, a, b] that may come within reach_m of p..q, once. */
	*segments(p, q, reach_m) {
		const seen = new Map();
		for (const key of cellsOf(p, q, reach_m)) {
			for (const [line, i] of this.cells.get(key) ?? []) {
				if (!seen.has(line)) seen.set(line, new Set());
				if (seen.get(line).has(i)) continue;
				seen.get(line).add(i);
				yield [line, i, line.points[i - 1], line.points[i]];
			}
		}
	}

	/** The first line that p..q runs into, or null. */
	hit(p, q, accept = () => true) {
		let best = null;
		for (const [line, i, a, b] of this.segments(p, q, 0)) {
			if (!accept(line)) continue;
			const found = meet(p, q, a, b);
			if (found && (!best || found.t < best.t)) {
				best = { ...found, line, i, angle: crossingAngle(heading(p, q), heading(a, b)) };
			}
		}
		return best;
	}

	/** The nearest point of any line within reach_m, or null. */
	nearest(p, reach_m, accept = () => true) {
		let best = null;
		for (const [line, i, a, b] of this.segments(p, p, reach_m)) {
			if (!accept(line)) continue;
			const found = project(p, a, b);
			if (found.distance <= (best ? best.distance : reach_m)) {
				best = { ...found, line, i, heading: heading(a, b) };
			}
		}
		return best;
	}
}

function* cellsOf(p, q, reach_m) {
	const low = (axis) => Math.floor((Math.min(p[axis], q[axis]) - reach_m) / CELL_M);
	const high = (axis) => Math.floor((Math.max(p[axis], q[axis]) + reach_m) / CELL_M);
	for (let i = low(0); i <= high(0); i++) {
		for (let j = low(1); j <= high(1); j++) yield i * 100_003 + j;
	}
}

/** Where a line crosses lines of the sheet: {along_m, angle, point, line}, in order along it. */
export function crossings(points, sheet) {
	const found = [];
	let along = 0;
	for (let k = 1; k < points.length; k++) {
		const [p, q] = [points[k - 1], points[k]];
		for (const [line, , a, b] of sheet.segments(p, q, 0)) {
			const at = meet(p, q, a, b);
			if (!at) continue;
			const angle = crossingAngle(heading(p, q), heading(a, b));
			found.push({ along_m: along + at.t * distance(p, q), angle, point: at.point, line });
		}
		along += distance(p, q);
	}
	return found.sort((x, y) => x.along_m - y.along_m);
}

/**
 * Cuts a line where it crosses barriers (rivers, roads that pass beneath).  `half(crossing)` says how
 * much on either side belongs to the bridge, or 0 where there is none: then the road ends short of it.
 */
export function splitAtBarriers(points, barriers, half) {
	const pieces = [];
	const end = lineLength(points);
	let from = 0;
	for (const crossing of crossings(points, barriers)) {
		const half_m = half(crossing);
		const margin = half_m || 22;
		const start = Math.max(from, crossing.along_m - margin);
		const stop = Math.min(end, crossing.along_m + margin);
		if (start - from > 1) pieces.push({ points: cut(points, from, start), bridge: false });
		if (half_m && stop - start > 1) pieces.push({ points: cut(points, start, stop), bridge: true });
		from = Math.max(from, stop);
	}
	if (end - from > 1) pieces.push({ points: cut(points, from, end), bridge: false });
	return pieces;
}
