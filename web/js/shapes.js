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

/**
 * Machines in a box of 24 by 24, drawn as lines: what marks each out from the side.
 * @type {Record<string, string>}
 */
export const MACHINES = {
	grader: "M2 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0M4 15V11H20V15M14 11V6H19V11M8 18 13 13",
	dozer: "M5 19a2.5 2.5 0 0 1 0-5H15a2.5 2.5 0 0 1 0 5ZM6 14V9H10V5H15V14M18 16H20M20 11V20M20 11Q23 15 20 20",
	rotary: "M3 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M10 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M3 15V9H9V15H14M15 14a4 4 0 1 0 8 0 4 4 0 1 0-8 0M19 10V5Q19 3 16 3",
	truck: "M3 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M12 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2 16V7H11V16H17V11L15 8H11M21 11 19 20",
	small: "M5 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M12 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M6 15V7H13V15M19 13V20M16 17H19",
	hand: "M9 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M3 7 9 15H15M15 12V20L20 18V14Z",
	spreader: "M3 16a2 2 0 1 0 4 0 2 2 0 1 0-4 0M13 16a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2 14V7H12V14H19V10L17 7H12M2 19 1 22M5 20V22M8 19 10 22",
	dump: "M4 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M15 18a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2 14 4 6H13V14H21V10L19 7H15V14",
	loader: "M4 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M11 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M5 15V9H12V15M12 11 18 14 22 11V18H18V14",
	patrol: "M4 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0M15 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2 15V12L5 11 8 7H15L18 11H22V15M11 7V4H13V7",
};
