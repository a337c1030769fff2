// SPDX-License-Identifier: Apache-2.0
// From drawn lines to roads: cuts lines where they meet, merges junctions that all but coincide, takes
// away stumps and islands, and joins what is left into roads that share vertices where they meet.
import { Sheet } from "./sheet.mjs";
import { distance, lineLength, meet, simplify } from "./shapes.mjs";

const TOUCH_M = 0.6; // an end this near to a line lies on it
const MERGE_M = 9; // junctions nearer than this are one
const STUMP_M = 26; // dead ends shorter than this are drawing errors
const ROAD_M = 1600; // a road is not longer than this: then the next one begins

const keyOf = (p) => `${Math.round(p[0] * 100)},${Math.round(p[1] * 100)}`;

/** Links {line, points} between junctions; line is the drawn line with its attributes. */
export function cutAtJunctions(roads) {
	const sheet = new Sheet();
	for (const line of roads.lines) sheet.add({ ...line, points: simplify(line.points, 0.7) });
	const cuts = new Map(sheet.lines.map((line) => [line, []]));
	for (const line of sheet.lines) findCrossings(sheet, line, cuts);
	for (const line of sheet.lines) findTouching(sheet, line, cuts);
	let links = sheet.lines.flatMap((line) => splitLine(line, cuts.get(line)));
	links = mergeNear(links);
	for (let before = -1; before !== links.length; ) {
		before = links.length;
		links = withoutStumps(withoutTwins(links));
	}
	return largestPiece(links);
}

/** One road passes above the other: they cross without meeting. */
const apart = (a, b) => (a.passesBeneath && b.overpasses) || (b.passesBeneath && a.overpasses);

function findCrossings(sheet, line, cuts) {
	for (let k = 1; k < line.points.length; k++) {
		const [p, q] = [line.points[k - 1], line.points[k]];
		for (const [other, i, a, b] of sheet.segments(p, q, 0)) {
			const later = sheet.lines.indexOf(other) < sheet.lines.indexOf(line);
			if (other === line || later || apart(line, other)) continue;
			const at = meet(p, q, a, b);
			if (!at) continue;
			cuts.get(line).push({ segment: k, t: at.t, point: at.point });
			cuts.get(other).push({ segment: i, t: at.u, point: at.point });
		}
	}
}

/** A line's end that lies on another line, but a hair short of crossing it. */
function findTouching(sheet, line, cuts) {
	for (const point of [line.points[0], line.points[line.points.length - 1]]) {
		const near = sheet.nearest(point, TOUCH_M, (other) => other !== line && !apart(line, other));
		if (near) cuts.get(near.line).push({ segment: near.i, t: near.t, point });
	}
}

function splitLine(line, cuts) {
	const ordered = cuts.sort((a, b) => a.segment - b.segment || a.t - b.t);
	const links = [];
	let points = [line.points[0]];
	let next = 0;
	for (let k = 1; k < line.points.length; k++) {
		for (; next < ordered.length && ordered[next].segment === k; next++) {
			points.push(ordered[next].point);
			links.push({ line, points });
			points = [ordered[next].point];
		}
		points.push(line.points[k]);
	}
	links.push({ line, points });
	return links.filter((link) => lineLength(link.points) > 0.05);
}

const ends = (link) => [link.points[0], link.points[link.points.length - 1]];

/** Moves ends that lie within MERGE_M of each other to one place, and drops what shrank to nothing. */
function mergeNear(links) {
	const nodes = [...new Map(links.flatMap(ends).map((p) => [keyOf(p), p])).values()];
	const places = new Map();
	const cells = new Map();
	for (const node of nodes) {
		const [i, j] = node.map((value) => Math.floor(value / MERGE_M));
		let home = null;
		for (let a = i - 1; a <= i + 1 && !home; a++) {
			for (let b = j - 1; b <= j + 1 && !home; b++) {
				home = (cells.get(`${a},${b}`) ?? []).find((place) => distance(place, node) < MERGE_M) ?? null;
			}
		}
		if (!home) {
			home = node;
			const cell = `${i},${j}`;
			if (!cells.has(cell)) cells.set(cell, []);
			cells.get(cell).push(node);
		}
		places.set(keyOf(node), home);
	}
	return links
		.map((link) => movedTo(link, ...ends(link).map((p) => places.get(keyOf(p)))))
		.filter((link) => !(link.points.length < 2 || (ends(link)[0] === ends(link)[1] && lineLength(link.points) < 60)));
}

function movedTo(link, first, last) {
	const inner = link.points
		.slice(1, -1)
		.filter((p) => distance(p, first) > 3 && distance(p, last) > 3);
	const points = first === last && !inner.length ? [first] : [first, ...inner, last];
	return { ...link, points };
}

/** How many links end at each place. */
function degrees(links) {
	const count = new Map();
	for (const link of links) {
		for (const p of ends(link)) count.set(keyOf(p), (count.get(keyOf(p)) ?? 0) + 1);
	}
	return count;
}

function withoutStumps(links) {
	const count = degrees(links);
	return links.filter(
		(link) => link.line.bridge || lineLength(link.points) > STUMP_M || ends(link).every((p) => count.get(keyOf(p)) > 1),
	);
}

/** Of two links that run side by side between the same junctions the earlier drawn one stays. */
function withoutTwins(links) {
	const seen = new Map();
	return links.filter((link) => {
		const [a, b] = ends(link).map(keyOf).sort();
		const key = `${a} ${b}`;
		const length = lineLength(link.points);
		const twin = (seen.get(key) ?? []).some((other) => Math.abs(other - length) < 12);
		if (!twin) seen.set(key, [...(seen.get(key) ?? []), length]);
		return !twin;
	});
}

function largestPiece(links) {
	const at = new Map();
	for (const link of links) {
		for (const p of ends(link)) at.set(keyOf(p), [...(at.get(keyOf(p)) ?? []), link]);
	}
	const seen = new Set();
	let best = new Set();
	for (const start of links) {
		if (seen.has(start)) continue;
		const piece = new Set([start]);
		for (const link of piece) {
			for (const p of ends(link)) for (const next of at.get(keyOf(p))) piece.add(next);
		}
		for (const link of piece) seen.add(link);
		if (piece.size > best.size) best = piece;
	}
	return links.filter((link) => best.has(link));
}

/** Roads {line, points, links}: links of one drawn line that follow each other. */
export function joinLinks(links) {
	const roads = [];
	for (const link of links) {
		const last = roads[roads.length - 1];
		const goesOn =
			last &&
			last.line === link.line &&
			last.points[last.points.length - 1] === link.points[0] &&
			lineLength(last.points) + lineLength(link.points) < ROAD_M;
		if (goesOn) {
			last.points = [...last.points, ...link.points.slice(1)];
			last.links++;
		} else {
			roads.push({ line: link.line, points: [...link.points], links: 1 });
		}
	}
	return roads;
}
