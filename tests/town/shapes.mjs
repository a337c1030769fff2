// SPDX-License-Identifier: Apache-2.0
// Plane geometry for drawing roads.  Points are [x east, y north] in metres; lines are lists of points.

export const distance = (p, q) => Math.hypot(q[0] - p[0], q[1] - p[1]);
export const heading = (p, q) => Math.atan2(q[1] - p[1], q[0] - p[0]);
export const step = (p, angle, length) => [
	p[0] + Math.cos(angle) * length,
	p[1] + Math.sin(angle) * length,
];
export const between = (p, q, t) => [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];

/** The angle between two directions as undirected lines, 0..90 degrees in radians. */
export function crossingAngle(a, b) {
	let turn = Math.abs(a - b) % Math.PI;
	if (turn > Math.PI / 2) turn = Math.PI - turn;
	return turn;
}

export function lineLength(line) {
	let sum = 0;
	for (let i = 1; i < line.length; i++) sum += distance(line[i - 1], line[i]);
	return sum;
}

/** Where segments a..b and c..d meet: shares along both, or null. */
export function meet(a, b, c, d) {
	const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
	const cross = rx * sy - ry * sx;
	if (Math.abs(cross) < 1e-9) return null;
	const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross;
	const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross;
	return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? { t, u, point: between(a, b, t) } : null;
}

/** The point of segment a..b nearest to p. */
export function project(p, a, b) {
	const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
	const square = dx * dx + dy * dy;
	let t = square ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square : 0;
	t = Math.min(1, Math.max(0, t));
	const point = between(a, b, t);
	return { t, point, distance: distance(p, point) };
}

/** A smooth curve through the points (centripetal enough for gentle roads), a point every step_m. */
export function smooth(points, step_m) {
	const curve = [];
	for (let i = 0; i + 1 < points.length; i++) {
		const [p0, p1] = [points[Math.max(0, i - 1)], points[i]];
		const [p2, p3] = [points[i + 1], points[Math.min(points.length - 1, i + 2)]];
		const count = Math.max(1, Math.round(distance(p1, p2) / step_m));
		for (let k = 0; k < count; k++) curve.push(catmullRom(p0, p1, p2, p3, k / count));
	}
	curve.push(points[points.length - 1]);
	return curve;
}

function catmullRom(p0, p1, p2, p3, t) {
	return [0, 1].map(
		(i) =>
			0.5 *
			(2 * p1[i] +
				(p2[i] - p0[i]) * t +
				(2 * p0[i] - 5 * p1[i] + 4 * p2[i] - p3[i]) * t * t +
				(3 * p1[i] - p0[i] - 3 * p2[i] + p3[i]) * t * t * t),
	);
}

/** Leaves out points that lie within tolerance_m of the line without them (Douglas-Peucker). */
export function simplify(line, tolerance_m) {
	const keep = new Set([0, line.length - 1]);
	const work = [[0, line.length - 1]];
	while (work.length) {
		const [first, last] = work.pop();
		let [worst, at] = [tolerance_m, -1];
		for (let i = first + 1; i < last; i++) {
			const off = project(line[i], line[first], line[last]).distance;
			if (off > worst) [worst, at] = [off, i];
		}
		if (at < 0) continue;
		keep.add(at);
		work.push([first, at], [at, last]);
	}
	return line.filter((_, i) => keep.has(i));
}

/** The part of a line between two distances along it. */
export function cut(line, from_m, to_m) {
	const part = [];
	let along = 0;
	for (let i = 1; i < line.length; i++) {
		const length = distance(line[i - 1], line[i]);
		const [low, high] = [(from_m - along) / length, (to_m - along) / length];
		if (high < 0) break;
		if (low <= 1) {
			if (!part.length) part.push(between(line[i - 1], line[i], Math.max(0, low)));
			if (high >= 0) part.push(between(line[i - 1], line[i], Math.min(1, high)));
		}
		along += length;
	}
	return part.filter((p, i) => !i || distance(p, part[i - 1]) > 1e-6);
}

/** A line offset_m to the left of another. */
export function beside(line, offset_m) {
	return line.map((p, i) => {
		const before = line[Math.max(0, i - 1)];
		const after = line[Math.min(line.length - 1, i + 1)];
		return step(p, heading(before, after) + Math.PI / 2, offset_m);
	});
}
