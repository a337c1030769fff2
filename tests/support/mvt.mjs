// SPDX-License-Identifier: Apache-2.0
/*
 * Reads vector tiles (Mapbox Vector Tile 2.1), written from vector_tile.proto: an eye that is not the
 * encoder's own.
 */

class Reader {
	constructor(bytes) {
		this.bytes = bytes;
		this.at = 0;
	}

	get more() {
		return this.at < this.bytes.length;
	}

	varint() {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = this.bytes[this.at++];
			if (byte === undefined || shift > 63n) throw new Error("a varint runs off the end");
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
	}

	/** [field, value]: a number as BigInt, or bytes. */
	field() {
		const key = Number(this.varint());
		if ((key & 7) === 0) return [key >> 3, this.varint()];
		if ((key & 7) !== 2) throw new Error(`wire type ${key & 7} has no place in these tiles`);
		const size = Number(this.varint());
		if (this.at + size > this.bytes.length) throw new Error("a block runs off the end");
		this.at += size;
		return [key >> 3, this.bytes.subarray(this.at - size, this.at)];
	}
}

const zigzag = (value) => Number((value >> 1n) ^ -(value & 1n));

function numbers(block) {
	const reader = new Reader(block);
	const list = [];
	while (reader.more) list.push(reader.varint());
	return list;
}

function readValue(block) {
	const [field, value] = new Reader(block).field();
	if (field === 1) return Buffer.from(value).toString("utf8");
	if (field === 6) return zigzag(value);
	if (field === 7) return value === 1n;
	throw new Error(`a value of field ${field}`);
}

function readLines(block) {
	const list = numbers(block);
	const lines = [];
	let x = 0;
	let y = 0;
	for (let i = 0; i < list.length; ) {
		const command = Number(list[i] & 7n);
		const count = Number(list[i] >> 3n);
		i++;
		if (command === 1) lines.push([]);
		else if (command !== 2) throw new Error(`command ${command} in a line`);
		for (let k = 0; k < count; k++, i += 2) {
			x += zigzag(list[i]);
			y += zigzag(list[i + 1]);
			lines.at(-1).push([x, y]);
		}
	}
	return lines;
}

function readFeature(block, keys, values) {
	const feature = { id: NaN, properties: {}, lines: [] };
	let tags = [];
	const reader = new Reader(block);
	while (reader.more) {
		const [field, value] = reader.field();
		if (field === 1) feature.id = Number(value);
		else if (field === 2) tags = numbers(value).map(Number);
		else if (field === 3 && value !== 2n) throw new Error("a feature that is no line");
		else if (field === 4) feature.lines = readLines(value);
	}
	for (let i = 0; i < tags.length; i += 2) feature.properties[keys[tags[i]]] = values[tags[i + 1]];
	return feature;
}

function readLayer(block) {
	const layer = { name: "", version: 0, extent: 0, features: [] };
	const keys = [];
	const values = [];
	const blocks = [];
	const reader = new Reader(block);
	while (reader.more) {
		const [field, value] = reader.field();
		if (field === 15) layer.version = Number(value);
		else if (field === 1) layer.name = Buffer.from(value).toString("utf8");
		else if (field === 2) blocks.push(value);
		else if (field === 3) keys.push(Buffer.from(value).toString("utf8"));
		else if (field === 4) values.push(readValue(value));
		else if (field === 5) layer.extent = Number(value);
	}
	layer.features = blocks.map((feature) => readFeature(feature, keys, values));
	return layer;
}

/** @param {Uint8Array} bytes @returns {ReturnType<typeof readLayer>[]} */
export function readTile(bytes) {
	const reader = new Reader(bytes);
	const layers = [];
	while (reader.more) {
		const [field, value] = reader.field();
		if (field === 3) layers.push(readLayer(value));
	}
	return layers;
}
