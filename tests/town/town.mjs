#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * Makes a sample snow town: node tests/town/town.mjs --out DIR [--seed N] [--small]
 *
 * Writes DIR/roads.geojson, areas.geojson, depots.geojson and water.geojson, which plow-import reads as they
 * are.  The town is invented; the same seed gives the same bytes.  --small draws its middle alone, for
 * tests that want roads but not a whole town.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { workAreas } from "./areas.mjs";
import { drawTown } from "./draw.mjs";
import { DEPOTS, ORIGIN, RIVERS } from "./layout.mjs";
import { cutAtJunctions, joinLinks } from "./network.mjs";
import { beside, cut, distance, heading, lineLength, step } from "./shapes.mjs";

const METRES_PER_DEGREE = { lat: 111_012, lon: 87_139 }; // at 38.6 degrees north

function degrees([x, y]) {
	const round = (value) => Math.round(value * 1e7) / 1e7;
	return [round(ORIGIN.lon_deg + x / METRES_PER_DEGREE.lon), round(ORIGIN.lat_deg + y / METRES_PER_DEGREE.lat)];
}

function feature(type, coordinates, properties) {
	return { type: "Feature", properties, geometry: { type, coordinates } };
}

function roadFeature(id, points, look) {
	return feature("LineString", points.map(degrees), {
		id,
		name: look.name,
		class: look.class,
		admin: look.admin,
		oneway: look.oneway ?? 0,
		width_m: look.width_m,
		sidewalk: look.sidewalk ? 1 : 0,
		bridge: look.bridge ? 1 : 0,
		tunnel: look.tunnel ? 1 : 0,
	});
}

/** Sidewalks run 5 m beside the main streets of the middle, a piece from junction to junction. */
function sidewalks(links) {
	const central = (p) => Math.hypot(p[0], p[1]) < 1350;
	return links
		.filter(({ line, points }) => line.class === "幹線" && !line.dual && points.every(central))
		.filter(({ points }) => lineLength(points) > 45)
		.flatMap(({ line, points }) =>
			[5, -5].map((offset_m) => ({
				points: beside(cut(points, 6, lineLength(points) - 6), offset_m),
				look: { name: `${line.name}歩道`, class: "歩道", admin: "town", width_m: 2.5, sidewalk: true },
			})),
		);
}

/** A depot lies in a yard beside the road that is nearest to its place on the plan. */
function depotPlace(roads, at) {
	let best = { distance: Infinity };
	for (const { points } of roads) {
		for (let i = 1; i < points.length; i++) {
			const away = distance(points[i], at);
			if (away < best.distance) best = { distance: away, p: points[i - 1], q: points[i] };
		}
	}
	return step(best.q, heading(best.p, best.q) + Math.PI / 2, 18);
}

/** The ground that a river covers, about its middle. */
function riverbed({ points }) {
	const bank_m = 20; // bridges are 26 m and more to either side, streets end before the dike
	const ring = [...beside(points, bank_m), ...beside(points, -bank_m).reverse()].map(degrees);
	return [...ring, ring[0]];
}

/** The town as GeoJSON feature collections. */
export function makeTown(seed, options = {}) {
	const { roads: streets, rivers } = drawTown(seed, options);
	const links = cutAtJunctions(streets);
	const roads = joinLinks(links);
	const number = (letter, i) => `${letter}${String(i + 1).padStart(4, "0")}`;
	const collection = (features) => ({ type: "FeatureCollection", features });
	return {
		roads: collection([
			...roads.map(({ line, points }, i) => roadFeature(number("R", i), points, line)),
			...sidewalks(links).map(({ points, look }, i) => roadFeature(number("W", i), points, look)),
		]),
		areas: collection(
			workAreas(seed).map(({ name, ring }, i) => feature("Polygon", [ring.map(degrees)], { id: number("A", i), name })),
		),
		depots: collection(
			DEPOTS.map(({ name, at }, i) => feature("Point", degrees(depotPlace(roads, at)), { id: number("D", i), name })),
		),
		water: collection(
			RIVERS.map(({ name }, i) => feature("Polygon", [riverbed(rivers.lines[i])], { id: number("V", i), name })),
		),
	};
}

/** One feature a line: fit to read and to compare. */
function write(path, { features }) {
	const lines = features.map((one) => JSON.stringify(one)).join(",\n");
	writeFileSync(path, `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`);
}

function main() {
	const { values } = parseArgs({
		options: { out: { type: "string" }, seed: { type: "string", default: "1" }, small: { type: "boolean" } },
	});
	if (!values.out || !/^\d{1,9}$/.test(values.seed)) {
		console.error("usage: town.mjs --out DIR [--seed N] [--small]");
		return 64;
	}
	mkdirSync(values.out, { recursive: true });
	const town = makeTown(Number(values.seed), { small: values.small });
	for (const [name, collection] of Object.entries(town)) write(join(values.out, `${name}.geojson`), collection);
	return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
