// SPDX-License-Identifier: Apache-2.0
/*
 * A vehicle's or a road's night as lists and charts need it: pure, from the server's answers.
 */

/** @typedef {import("../types.js").Segment} Segment */
/** @typedef {import("../types.js").Driven} Driven */

const APART_MS = 180_000; // who was elsewhere for longer comes back as another run
const JOIN_M = 30;

/**
 * Joins what is too short to be read or pointed at to its neighbour: the longer part names the whole.
 * Times and metres stay whole; the exact sums are the server's totals.
 * @param {Segment[]} segments
 * @param {number} least_ms
 */
export function condense(segments, least_ms) {
	/** @type {{segment: Segment, from: number, to: number, longest: number, metres: number, parts: number}[]} */
	const list = [];
	for (const segment of segments) {
		const [from, to] = [Date.parse(segment.from), Date.parse(segment.to)];
		const last = list[list.length - 1];
		const isSame = last && last.segment.state === segment.state && last.segment.work === segment.work;
		const isCut = segment.state === "gap" || segment.state === "off" || last?.segment.state === "gap" || last?.segment.state === "off";
		if (last && (isSame || (!isCut && (to - from < least_ms || last.to - last.from < least_ms)))) {
			if (!isSame && to - from > last.longest) {
				last.segment = segment;
				last.longest = to - from;
			}
			last.to = to;
			last.metres += segment.metres;
			last.parts++;
		} else {
			list.push({ segment, from, to, longest: to - from, metres: segment.metres, parts: 1 });
		}
	}
	return list;
}

/** @typedef {ReturnType<typeof condense>[number]} Condensed */

/**
 * A straight piece of a chart's line.
 * @typedef {{from: number, to: number, y0: number, y1: number, kind: "work" | "move" | "stand" | "inferred",
 *	what: Driven | import("../types.js").DrivenAlong}} Piece
 */

/**
 * One vehicle's line; broken where nothing is known, which begins another run.
 * @typedef {{vehicle: string, runs: Piece[][]}} ChartLine
 */

/**
 * @param {Piece[][]} runs
 * @param {Omit<Piece, "kind">} piece
 * @param {(from: number, to: number) => boolean} goesOn whether what is between is known
 */
function join(runs, piece, goesOn) {
	const run = runs[runs.length - 1];
	const last = run?.[run.length - 1];
	const kind = piece.what.inferred ? "inferred" : piece.what.at_work ? "work" : "move";
	if (!last || Math.abs(piece.y0 - last.y1) > JOIN_M || !goesOn(last.to, piece.from)) {
		runs.push([{ ...piece, kind }]);
		return;
	}
	if (piece.from - last.to > 1000) {
		run.push({ from: last.to, to: piece.from, y0: last.y1, y1: piece.y0, kind: "stand", what: last.what });
	}
	run.push({ ...piece, kind });
}

/**
 * A vehicle's way: time by the metres it had driven on roads; it goes on through everything but a gap.
 * @param {string} vehicle
 * @param {Driven[]} drive
 * @param {Segment[]} segments
 * @returns {ChartLine}
 */
export function wayOf(vehicle, drive, segments) {
	/** @type {Piece[][]} */
	const runs = [];
	const gaps = segments.filter(({ state }) => state === "gap" || state === "off");
	const goesOn = (/** @type {number} */ from, /** @type {number} */ to) =>
		!gaps.some((gap) => Date.parse(gap.from) < to && Date.parse(gap.to) > from);
	for (const what of drive) {
		const y1 = what.at_m + Math.abs(what.to_m - what.from_m);
		join(runs, { from: Date.parse(what.start), to: Date.parse(what.end), y0: what.at_m, y1, what }, goesOn);
	}
	return { vehicle, runs };
}

/** Everybody's ways along a road; who leaves it for long comes back as another run. @param {import("../types.js").DrivenAlong[]} drive by vehicle, then by time @returns {ChartLine[]} */
export function waysAlong(drive) {
	/** @type {ChartLine[]} */
	const lines = [];
	for (const what of drive) {
		let line = lines[lines.length - 1];
		if (line?.vehicle !== what.vehicle) {
			line = { vehicle: what.vehicle, runs: [] };
			lines.push(line);
		}
		join(line.runs, { from: Date.parse(what.start), to: Date.parse(what.end), y0: what.from_m, y1: what.to_m, what },
			(from, to) => to - from <= APART_MS);
	}
	return lines;
}

/**
 * The roads a vehicle drove in its night, by name, those worked longest first.
 * @param {Driven[]} drive
 * @returns {{id: number, name: string, metres: number}[]}
 */
export function roadsOf(drive) {
	/** @type {Map<string, {id: number, name: string, metres: number}>} */
	const roads = new Map();
	for (const { road, name, from_m, to_m, at_work } of drive) {
		if (name) {
			const known = roads.get(name) ?? { id: road, name, metres: 0 };
			known.metres += (at_work ? 1 : 0.001) * Math.abs(to_m - from_m);
			roads.set(name, known);
		}
	}
	return [...roads.values()].sort((a, b) => b.metres - a.metres);
}

/**
 * The steps of an axis that people read: 1, 2 or 5 times a power of ten.
 * @param {number} length
 * @param {number} most how many there may be
 */
export function niceStep(length, most) {
	const raw = length / Math.max(1, most);
	const power = 10 ** Math.floor(Math.log10(raw || 1));
	return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? 10 * power;
}

/** Minutes between two marks of a time axis. @param {number} span_ms @param {number} most */
export const timeStep = (span_ms, most) =>
	[1, 2, 5, 10, 15, 30, 60, 120, 180, 360].find((minutes) => (span_ms / 60_000 / minutes) <= most) ?? 720;
