// SPDX-License-Identifier: Apache-2.0
/*
 * A town as large as they come, for what must stay usable at that size: 10,224 roads, a block each, in a grid of
 * streets and avenues, and sixteen areas.
 */
import { writeFile } from "node:fs/promises";

const SIDE = 72; // streets, and as many avenues
const AREAS = 4; // along each side
const BLOCK_M = 110;
const [WEST, SOUTH] = [140.36, 38.57];
const DEG_EAST = BLOCK_M / 87_100;
const DEG_NORTH = BLOCK_M / 111_000;

export const ROADS = 2 * SIDE * (SIDE - 1);

/** A corner's place. */
const at = (x, y) => [Number((WEST + x * DEG_EAST).toFixed(7)), Number((SOUTH + y * DEG_NORTH).toFixed(7))];

/** Every sixth street is a main one. */
const block = (name, street, number, from, to) => ({
	type: "Feature",
	properties: { id: `${name}-${number}`, name: `${name} ${number}`, class: street % 6 === 0 ? "幹線" : "生活道路", admin: "town" },
	geometry: { type: "LineString", coordinates: [from, to] },
});

function roads() {
	const blocks = [];
	for (let street = 0; street < SIDE; street++) {
		for (let i = 0; i + 1 < SIDE; i++) {
			blocks.push(block(`${street + 1}条通`, street, i + 1, at(i, street), at(i + 1, street)));
			blocks.push(block(`${street + 1}丁目線`, street, i + 1, at(street, i), at(street, i + 1)));
		}
	}
	return blocks;
}

function areas() {
	const edge = (i) => (i * SIDE) / AREAS - 0.5;
	return Array.from({ length: AREAS * AREAS }, (_, i) => {
		const [x, y] = [i % AREAS, Math.floor(i / AREAS)];
		const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]];
		const name = `第${i + 1}工区`;
		return { type: "Feature", properties: { id: `A${i + 1}`, name }, geometry: { type: "Polygon", coordinates: [corners.map(([a, b]) => at(edge(a), edge(b)))] } };
	});
}

/** Makes the town in a workplace; returns its database. */
export async function bigTown(place) {
	const write = async (name, features) => {
		await writeFile(place.path(name), JSON.stringify({ type: "FeatureCollection", features }));
		return place.path(name);
	};
	const db = await place.town({ roads: await write("roads.geojson", roads()), name: "広野市", importing: ["--layer", "city"] });
	await place.ok("plow-import", [await write("areas.geojson", areas()), "--db", db, "--as", "areas"]);
	return db;
}
