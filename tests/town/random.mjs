// SPDX-License-Identifier: Apache-2.0
// Chance that is the same on every machine: a seeded generator (sfc32) and smooth value noise.

/** Numbers that depend on nothing but the seed and the stream's name. */
export function randomStream(seed, name) {
	let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed >>> 0];
	const next = () => {
		const sum = (((a + b) | 0) + d) | 0;
		d = (d + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return (sum >>> 0) / 4294967296;
	};
	for (const char of name) {
		a = (a ^ char.codePointAt(0)) | 0;
		next();
	}
	for (let i = 0; i < 12; i++) next();

	const range = (low, high) => low + (high - low) * next();
	return {
		next,
		range,
		chance: (share) => next() < share,
		integer: (low, high) => Math.floor(range(low, high + 1)),
		pick: (list) => list[Math.floor(next() * list.length)],
		sign: () => (next() < 0.5 ? -1 : 1),
	};
}

function lattice(seed, i, j) {
	let h = Math.imul(i, 0x27d4eb2d) ^ Math.imul(j, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
	h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return ((h ^ (h >>> 16)) >>> 0) / 2147483648 - 1;
}

/** Smooth noise in [-1, 1]; neighbouring values are alike within about `wave_m`. */
export function smoothNoise(seed, x, y, wave_m) {
	const u = x / wave_m;
	const v = y / wave_m;
	const [i, j] = [Math.floor(u), Math.floor(v)];
	const ease = (t) => t * t * (3 - 2 * t);
	const [s, t] = [ease(u - i), ease(v - j)];
	const low = lattice(seed, i, j) * (1 - s) + lattice(seed, i + 1, j) * s;
	const high = lattice(seed, i, j + 1) * (1 - s) + lattice(seed, i + 1, j + 1) * s;
	return low * (1 - t) + high * t;
}
