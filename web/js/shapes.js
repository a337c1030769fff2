// SPDX-License-Identifier: Apache-2.0
/*
 * How things look beside their colour, once for map, lists and legend: a vehicle's shape by its
 * state, a road's line by its status and by the age of its last pass.
 */

/**
 * Vehicles in a box of 32 by 32, pointing up.  `body` is filled, `mark` is drawn on or before it.
 * @type {Record<import("./types.js").VehicleState, {body: string, mark: string, turns: boolean}>}
 */
export const VEHICLES = {
	work: {
		body: "M16 7 25 27 16 22.5 7 27Z",
		mark: "M6.5 8.2Q16 .6 25.5 8.2",
		turns: true,
	},
	transfer: { body: "M16 5 25 27 16 22.5 7 27Z", mark: "", turns: true },
	waiting: {
		body: "M10 6H22A4 4 0 0 1 26 10V22A4 4 0 0 1 22 26H10A4 4 0 0 1 6 22V10A4 4 0 0 1 10 6Z",
		mark: "M13 12V20M19 12V20",
		turns: false,
	},
	silent: { body: "M16 3 29 16 16 29 3 16Z", mark: "M16 9.5V17.5M16 21.5V22", turns: false },
	off: { body: "M16 9A7 7 0 1 1 15.99 9Z", mark: "", turns: false },
};

/**
 * A line's width in pixels at zoom 14, and its dashes in multiples of that width.
 * @typedef {{width: number, dash: [number, number] | null}} Line
 */

/** @type {Record<import("./types.js").LinkStatus, Line>} */
export const LINES = {
	done: { width: 4, dash: null },
	partly: { width: 4, dash: [3, 1.2] },
	working: { width: 6, dash: null },
	none: { width: 2, dash: null },
	snowed: { width: 4, dash: [1.1, 1.1] },
	unknown: { width: 4, dash: [0.4, 1] },
	not_ours: { width: 1, dash: null },
};

/** By age band, newest first; the last is for never. @type {Line[]} */
export const BANDS = [
	{ width: 6, dash: null },
	{ width: 5, dash: null },
	{ width: 4, dash: null },
	{ width: 3.4, dash: null },
	{ width: 3, dash: [3, 1.2] },
	{ width: 3, dash: [1.1, 1.1] },
	{ width: 1.6, dash: null },
];
