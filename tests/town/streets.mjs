// SPDX-License-Identifier: Apache-2.0
// How roads are drawn: main roads through given points, grids of slightly bent streets, lanes that
// grow until they meet something.
import { smoothNoise } from "./random.mjs";
import { between, crossingAngle, distance, heading, smooth, step } from "./shapes.mjs";

/** A main road through points, with bends of bend_m that come about every wave_m. */
export function windingLine(seed, points, bend_m, wave_m) {
	const curve = smooth(points, 22);
	return curve.map((p, i) => {
		const ease = Math.min(1, (i * 22) / wave_m, ((curve.length - 1 - i) * 22) / wave_m);
		const angle = heading(curve[Math.max(0, i - 1)], curve[Math.min(curve.length - 1, i + 1)]);
		const off =
			smoothNoise(seed, p[0] + 7e4, p[1] - 3e4, wave_m) + 0.3 * smoothNoise(seed, p[0], p[1], wave_m / 2.6);
		return step(p, angle + Math.PI / 2, off * bend_m * ease);
	});
}

/** Uneven places of parallel streets between -half_m and half_m. */
function spacing(random, half_m, [low, high]) {
	const places = [];
	for (let at = -half_m + random.range(0, low); at < half_m; at += random.range(low, high)) places.push(at);
	return places;
}

/**
 * A grid of streets in an ellipse with a ragged edge.
 * patch: {name, at, half: [east, north], turn_deg, spacing: [low, high], missing, bend_m, kind}
 * Yields lines {points, ordinal} where ordinal counts the streets.
 */
export function* gridStreets(seed, random, patch) {
	const [u, v] = [0, 1].map((axis) => spacing(random, patch.half[axis], patch.spacing));
	const place = (a, b) => warp(seed, patch, a, b);
	const inside = (a, b) => {
		const ragged = 1 + 0.22 * smoothNoise(seed + 5, a + patch.at[0], b + patch.at[1], 330);
		return Math.hypot(a / patch.half[0], b / patch.half[1]) < ragged;
	};
	let ordinal = 0;
	for (const [across, along, flip] of [[u, v, false], [v, u, true]]) {
		for (const fixed of across) {
			ordinal++;
			let run = [];
			for (let k = 1; k < along.length; k++) {
				const ends = [along[k - 1], along[k]].map((at) => (flip ? [at, fixed] : [fixed, at]));
				const keep = ends.every(([a, b]) => inside(a, b)) && !random.chance(patch.missing);
				if (keep) {
					if (!run.length) run.push(place(...ends[0]));
					run.push(place(...between(ends[0], ends[1], 0.5)), place(...ends[1]));
				} else if (run.length) {
					yield { points: run, ordinal };
					run = [];
				}
			}
			if (run.length) yield { points: run, ordinal };
		}
	}
}

function warp(seed, patch, a, b) {
	const turn = (patch.turn_deg * Math.PI) / 180;
	const x = patch.at[0] + a * Math.cos(turn) - b * Math.sin(turn);
	const y = patch.at[1] + a * Math.sin(turn) + b * Math.cos(turn);
	const bend = (salt) =>
		patch.bend_m *
		(smoothNoise(seed + salt, x, y, 900) * 1.6 + 0.5 * smoothNoise(seed + salt + 1, x, y, 260));
	return [x + bend(11), y + bend(13)];
}

/**
 * Grows a lane from a point: `length_m` long, bending by noise, ending early where it meets a road
 * (then it joins it) or comes too close to one beside it.  Returns its points, or null when it would
 * be too short to be one.
 */
export function growLane(world, random, from, angle, options) {
	const { length_m, bend, wave_m, stride_m = 14, clear_m = 24, shortest_m = 45 } = options;
	const points = [from];
	const phase = random.range(0, 1e5);
	for (let along = 0; along < length_m; along += stride_m) {
		const tip = points[points.length - 1];
		const sway = smoothNoise(world.seed + 31, along + phase, phase, wave_m);
		const shiver = smoothNoise(world.seed + 32, along + phase, phase, wave_m / 2.3);
		const direction = angle + bend * Math.min(1, along / wave_m) * (sway + 0.5 * shiver);
		const next = step(tip, direction, stride_m);
		if (world.rivers.nearest(next, 26)) break;
		const start = points.length === 1 ? step(from, direction, 1) : tip;
		const hit = world.roads.hit(start, step(next, direction, 8));
		if (hit && hit.angle < 0.6) break;
		if (hit) {
			points.push(hit.point);
			break;
		}
		if (along > 40 && tooClose(world, points, next, clear_m, direction)) break;
		points.push(next);
	}
	const length = points.length < 2 ? 0 : stride_m * (points.length - 2) + distance(...points.slice(-2));
	return length < shortest_m ? null : points;
}

function tooClose(world, points, next, clear_m, direction) {
	const near = world.roads.nearest(next, clear_m);
	if (near && crossingAngle(near.heading, direction) < 0.9) return true;
	return points.slice(0, -5).some((p) => distance(p, next) < clear_m);
}
