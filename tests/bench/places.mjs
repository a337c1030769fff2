// SPDX-License-Identifier: Apache-2.0
/*
 * Places that are hard to read, one difficulty each, for plows to work in (plowwork_all.mjs).  A
 * place is the roads that are there, and the map the matcher gets, where that is another one:
 *
 *	const { roads, map } = makePlace("frontage", seed);     // GeoJSON collections
 *
 * The same seed gives the same place.  Lines that meet share a vertex; lines that only cross are a
 * bridge, as plow-import has it.
 */
import { makeTown } from "../town/town.mjs";

const ORIGIN = { lon: 140.4, lat: 38.6 };
export const METRES_PER_DEGREE = { lat: 111_012, lon: 87_139 }; // at 38.6 degrees north

/** Numbers from 0 to 1 (mulberry32, public domain). */
export function dice(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Roads drawn in metres. */
class Drawing {
	constructor() {
		this.features = [];
	}

	add(points, properties = {}) {
		this.features.push({
			type: "Feature",
			properties: { id: `L${this.features.length + 1}`, class: "生活道路", admin: "town", oneway: 0, width_m: 6, ...properties },
			geometry: { type: "LineString", coordinates: points.map(([x, y]) => [
				ORIGIN.lon + x / METRES_PER_DEGREE.lon, ORIGIN.lat + y / METRES_PER_DEGREE.lat]) },
		});
	}

	collection() {
		return { type: "FeatureCollection", features: this.features };
	}
}

/**
 * Streets in blocks of about 120 m by 90 m with their corners moved, some left out so that dead ends
 * are there; at(i, j) gives a corner, so that other roads can be tied to it.
 */
function blocks(drawing, roll, { across, along, at: [x0, y0], missing = 0.12 }) {
	const corners = Array.from({ length: across + 1 }, (_, i) => Array.from({ length: along + 1 }, (_, j) =>
		[x0 + i * 120 + 24 * (roll() - 0.5), y0 + j * 90 + 20 * (roll() - 0.5)]));
	const at = (i, j) => corners[i][j];
	for (let i = 0; i <= across; i++) {
		for (let j = 0; j <= along; j++) {
			if (i < across && (j === 0 || roll() >= missing)) drawing.add([at(i, j), at(i + 1, j)]);
			if (j < along && (i === 0 || roll() >= missing)) drawing.add([at(i, j), at(i, j + 1)]);
		}
	}
	return at;
}

/** A main road with a frontage road 12 m beside it, tied to it every 360 m, and streets behind. */
function frontage(roll) {
	const drawing = new Drawing();
	const across = 16;
	const at = blocks(drawing, roll, { across, along: 4, at: [0, 30], missing: 0.15 });
	for (let i = 0; i < across; i++) {
		const [a, b] = [at(i, 0), at(i + 1, 0)];
		const beneath = ([x, y]) => [x, y - 12];
		drawing.add([beneath(a), beneath(b)], { class: "幹線", width_m: 11 });
		if (i % 3 === 0) drawing.add([a, beneath(a)]);
	}
	return drawing.collection();
}

/** Two one-way carriageways 16 m apart, streets on both sides, and a crossing every 240 m. */
function dual(roll) {
	const drawing = new Drawing();
	const across = 16;
	const north = blocks(drawing, roll, { across, along: 3, at: [0, 60] });
	const south = blocks(drawing, roll, { across, along: 3, at: [0, -330] });
	const way = (i, side) => [i * 120, side * 8 + 30 * Math.sin(i / 3)];
	for (let i = 0; i < across; i++) {
		for (const side of [-1, 1]) { // traffic keeps left: the southern one leads east
			const ends = [way(i, side), way(i + 1, side)];
			drawing.add(side < 0 ? ends : ends.reverse(), { class: "幹線", oneway: 1, width_m: 7.5 });
		}
	}
	for (let i = 0; i <= across; i += 2) {
		drawing.add([north(i, 0), way(i, 1)]);
		drawing.add([way(i, 1), way(i, -1)]);
		drawing.add([way(i, -1), south(i, 3)]);
	}
	return drawing.collection();
}

/** Streets crossed by roads on bridges: one straight across them, one at a narrow angle, with ramps at their ends. */
function bridges(roll) {
	const drawing = new Drawing();
	const at = blocks(drawing, roll, { across: 12, along: 9, at: [0, 0] });
	const over = (from, to, by) => {
		const points = [from];
		for (let k = 1; k < by; k++) {
			const share = k / by;
			points.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
		}
		points.push(to);
		for (let k = 1; k < points.length; k++) {
			drawing.add([points[k - 1], points[k]], { class: "幹線", bridge: 1, width_m: 9 });
		}
	};
	over(at(0, 4), at(12, 5), 3);
	over(at(0, 0), at(12, 2), 3);
	over(at(5, 0), at(7, 9), 2);
	return drawing.collection();
}

/** Two quarters tied by roads that run through tunnels of 150 to 450 m, and one way around over a pass. */
function tunnels(roll) {
	const drawing = new Drawing();
	const west = blocks(drawing, roll, { across: 5, along: 6, at: [0, 0] });
	const east = blocks(drawing, roll, { across: 5, along: 6, at: [1700, 0] });
	for (const [row, long_m] of [[1, 450], [3, 300], [5, 150]]) {
		const [a, b] = [west(5, row), east(0, row)];
		const middle = (a[0] + b[0]) / 2;
		const bend = (x) => a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0]) + 40 * Math.sin(((x - a[0]) * Math.PI) / (b[0] - a[0]));
		const [enters, leaves] = [middle - long_m / 2, middle + long_m / 2].map((x) => [x, bend(x)]);
		drawing.add([a, enters], { class: "幹線" });
		drawing.add([enters, [middle, bend(middle)], leaves], { class: "幹線", tunnel: 1 });
		drawing.add([leaves, b], { class: "幹線" });
	}
	const [a, b] = [west(5, 6), east(0, 6)];
	drawing.add([a, [a[0] + 300, a[1] + 500], [(a[0] + b[0]) / 2, a[1] + 820], [b[0] - 300, b[1] + 480], b]);
	return drawing.collection();
}

/** A collection moved on the ground. */
export function shifted({ features }, [east_m, north_m]) {
	return {
		type: "FeatureCollection",
		features: features.map((feature) => ({
			...feature,
			geometry: { ...feature.geometry, coordinates: feature.geometry.coordinates.map(([lon, lat]) => [
				lon + east_m / METRES_PER_DEGREE.lon, lat + north_m / METRES_PER_DEGREE.lat]) },
		})),
	};
}

const keep = ({ features }, isKept) => ({ type: "FeatureCollection", features: features.filter(isKept) });

function quarter(roll) {
	return makeTown(1 + Math.floor(1e6 * roll()), { small: true }).roads;
}

/** A quarter without its sidewalks: beside a road that is not on the map, they would be all that is left of it. */
const carriageways = (roll) => keep(quarter(roll), ({ properties }) => properties.class !== "歩道");

/** Some roads are on the ground but not on the map: single streets and lanes, as in every map. */
function missing(roll) {
	const roads = carriageways(roll);
	return { roads, map: keep(roads, () => roll() > 0.1) };
}

/** Whole yards and estates the map does not know: everything within 230 m of four places. */
function offNetwork(roll) {
	const roads = carriageways(roll);
	const all = roads.features.map(({ geometry }) => geometry.coordinates[geometry.coordinates.length >> 1]);
	const holes = Array.from({ length: 4 }, () => all[Math.floor(roll() * all.length)]);
	const isNear = ([lon, lat], hole) =>
		Math.hypot((lon - hole[0]) * METRES_PER_DEGREE.lon, (lat - hole[1]) * METRES_PER_DEGREE.lat) < 230;
	return { roads, map: keep(roads, ({ geometry }) =>
		!geometry.coordinates.some((point) => holes.some((hole) => isNear(point, hole)))) };
}

/** The map is drawn 10 m beside the roads, every road by the same. */
function moved(roll) {
	const roads = quarter(roll);
	const angle = 2 * Math.PI * roll();
	return { roads, map: shifted(roads, [10 * Math.cos(angle), 10 * Math.sin(angle)]) };
}

/** What each place is, and how to make it; `silences_s`: the receivers say nothing for 30 to 200 s about so often. */
export const PLACES = {
	town: { what: "a town's middle: junctions, dead ends, heaps, stands", make: quarter },
	frontage: { what: "a frontage road 12 m beside a main road", make: frontage },
	dual: { what: "two carriageways 16 m apart", make: dual },
	bridges: { what: "bridges over streets", make: bridges },
	tunnels: { what: "tunnels of 150 to 450 m, 30 to 200 s", make: tunnels },
	gaps: { what: "silences of 30 to 200 s, every 20 minutes", make: quarter, silences_s: 1200 },
	shifted: { what: "a map 10 m beside the roads", make: moved },
	missing: { what: "every tenth road missing from the map", make: missing },
	off: { what: "whole estates missing from the map", make: offNetwork },
};

/** @returns {{roads: object, map: object}} */
export function makePlace(name, seed) {
	const made = PLACES[name].make(dice(seed));
	return made.roads ? made : { roads: made, map: made };
}
