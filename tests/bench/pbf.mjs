// SPDX-License-Identifier: Apache-2.0
/*
 * A made town of any size as an OpenStreetMap file, which plow-import and other matchers read alike:
 * streets in blocks of about 100 m, their corners moved, some streets left out, every sixth a main road.
 * The format is described at wiki.openstreetmap.org/wiki/PBF_Format; only what is needed is written.
 */
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const METRES_PER_DEGREE = { lat: 111_012, lon: 87_139 };
const ORIGIN = { lon: 140.0, lat: 38.4 };
const NODES_A_BLOCK = 8000;

/** A number in seven bits a byte; negative ones only after zigzag(). */
function varint(bytes, number) {
	let rest = number;
	while (rest >= 128) {
		bytes.push((rest % 128) | 128);
		rest = Math.floor(rest / 128);
	}
	bytes.push(rest);
}
const zigzag = (number) => (number < 0 ? -2 * number - 1 : 2 * number);

/** Fields of a message: numbers, or bytes (Buffer, string, list of numbers already written). */
function message(fields) {
	const parts = [];
	for (const [field, value] of fields) {
		const head = [];
		if (typeof value === "number") {
			varint(head, field * 8);
			varint(head, value);
			parts.push(Buffer.from(head));
			continue;
		}
		const bytes = Buffer.from(value);
		varint(head, field * 8 + 2);
		varint(head, bytes.length);
		parts.push(Buffer.from(head), bytes);
	}
	return Buffer.concat(parts);
}

function packed(numbers) {
	const bytes = [];
	for (const number of numbers) varint(bytes, number);
	return bytes;
}

function differences(numbers) {
	return packed(numbers.map((number, i) => zigzag(number - (i ? numbers[i - 1] : 0))));
}

function fileBlock(type, content) {
	const blob = message([[2, content.length], [3, deflateSync(content)]]);
	const header = message([[1, type], [3, blob.length]]);
	const size = Buffer.alloc(4);
	size.writeUInt32BE(header.length);
	return Buffer.concat([size, header, blob]);
}

/** Nodes are {id, lon, lat}, ways {id, nodes: [id…], tags}. */
function primitiveBlock(nodes, ways) {
	const strings = [""];
	const indexes = new Map();
	const index = (text) => {
		if (!indexes.has(text)) {
			indexes.set(text, strings.length);
			strings.push(text);
		}
		return indexes.get(text);
	};
	const groups = [];
	if (nodes.length) {
		groups.push([2, message([
			[1, differences(nodes.map(({ id }) => id))],
			[8, differences(nodes.map(({ lat }) => Math.round(lat * 1e7)))],
			[9, differences(nodes.map(({ lon }) => Math.round(lon * 1e7)))],
		])]);
	}
	for (const way of ways) {
		const tags = Object.entries(way.tags);
		groups.push([3, message([[1, way.id], [2, packed(tags.map(([key]) => index(key)))],
			[3, packed(tags.map(([, value]) => index(value)))], [8, differences(way.nodes)]])]);
	}
	return fileBlock("OSMData", message([[1, message(strings.map((text) => [1, text]))], [2, message(groups)]]));
}

/** Whether a corner or street is left out is told by its number: the same town each time. */
function mixed(a, b) {
	let h = Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
	h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
	return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
}

/** Writes a town of about so many links; every street between two corners is a way. */
export function writeTown(path, links) {
	const side = Math.ceil(Math.sqrt(links / 1.86));
	const id = (i, j) => 1 + i * (side + 1) + j;
	const nodes = [];
	const ways = [];
	const street = (a, b, isMain) => ways.push({
		id: ways.length + 1, nodes: [a, b], tags: { highway: isMain ? "secondary" : "residential" } });
	for (let i = 0; i <= side; i++) {
		for (let j = 0; j <= side; j++) {
			nodes.push({ id: id(i, j),
				lon: ORIGIN.lon + (i * 100 + 30 * (mixed(i, j) - 0.5)) / METRES_PER_DEGREE.lon,
				lat: ORIGIN.lat + (j * 100 + 30 * (mixed(j, i + 7919) - 0.5)) / METRES_PER_DEGREE.lat });
			if (i < side && (j % 6 === 0 || mixed(id(i, j), 1) > 0.085)) street(id(i, j), id(i + 1, j), j % 6 === 0);
			if (j < side && (i % 6 === 0 || mixed(id(i, j), 2) > 0.085)) street(id(i, j), id(i, j + 1), i % 6 === 0);
		}
	}
	const blocks = [fileBlock("OSMHeader", message([[4, "OsmSchema-V0.6"], [4, "DenseNodes"], [16, "michiake"]]))];
	for (let i = 0; i < nodes.length; i += NODES_A_BLOCK) blocks.push(primitiveBlock(nodes.slice(i, i + NODES_A_BLOCK), []));
	for (let i = 0; i < ways.length; i += NODES_A_BLOCK) blocks.push(primitiveBlock([], ways.slice(i, i + NODES_A_BLOCK)));
	writeFileSync(path, Buffer.concat(blocks));
	return ways.length;
}
