// SPDX-License-Identifier: Apache-2.0
/*
 * The lines and shapes of the map, small, for lists and legends.  They are decoration: the word stands
 * beside each.
 */
import { svg } from "../dom.js";
import { BANDS, LINES, MACHINES, VEHICLES } from "../shapes.js";

/** @param {import("../shapes.js").Line} line @param {string} name the colour's */
function lineSample({ width, dash }, name) {
	return svg(
		"svg",
		{ class: "line-sample", viewBox: "0 0 38 14", "aria-hidden": "true" },
		svg("line", {
			class: `stroke-${name}`,
			x1: 3, y1: 7, x2: 35, y2: 7,
			"stroke-width": width,
			"stroke-dasharray": dash ? dash.map((length) => length * width).join(" ") : null,
			"stroke-linecap": dash ? "butt" : "round",
		}),
	);
}

/** @param {import("../types.js").LinkStatus} status */
export const statusSample = (status) => lineSample(LINES[status], status);

/** @param {number} band */
export const bandSample = (band) => lineSample(BANDS[band], `band-${band}`);

/** A closed road. */
export const closureSample = () =>
	svg(
		"svg",
		{ class: "line-sample closure-sample", viewBox: "0 0 38 14", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-linecap": "round" },
		svg("line", { x1: 4, y1: 7, x2: 34, y2: 7, "stroke-width": 6, opacity: 0.45 }),
		svg("path", { d: "M10 3l8 8m0-8-8 8m12-8 8 8m0-8-8 8", "stroke-width": 2 }),
	);

/** A depot. */
export const depotSample = () =>
	svg(
		"svg",
		{ class: "line-sample depot-sample", viewBox: "0 0 38 14", "aria-hidden": "true", fill: "none", stroke: "currentColor" },
		svg("circle", { cx: 19, cy: 7, r: 5, "stroke-width": 3 }),
	);

/** @param {import("../types.js").VehicleState} state */
export function vehicleSample(state) {
	const { body, mark } = VEHICLES[state];
	const hollow = state === "silent";
	return svg(
		"svg",
		{ class: `vehicle-sample vehicle-${state}`, viewBox: "0 0 32 32", "aria-hidden": "true", fill: "none" },
		svg("path", {
			d: body,
			fill: hollow ? "none" : "currentColor",
			stroke: "currentColor",
			"stroke-width": hollow ? 2.5 : 1.2,
			"stroke-linejoin": "round",
		}),
		mark &&
			svg("path", {
				d: mark,
				class: state === "waiting" ? "cut" : "mark",
				"stroke-width": state === "work" ? 4 : 3,
				"stroke-linecap": "round",
			}),
	);
}

/** A machine's picture; null for a class that has none. @param {string} name */
export const machineSample = (name) =>
	MACHINES[name]
		? svg(
				"svg",
				{ class: "machine-sample", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "aria-hidden": "true",
					"stroke-linecap": "round", "stroke-linejoin": "round" },
				svg("path", { d: MACHINES[name] }),
			)
		: null;

/** How far a position may be believed: a closed lock, an open one, or none; the word stands beside it unseen. @param {string} trust @param {string} text */
export const trustMark = (trust, text) =>
	svg(
		"svg",
		{ class: `trust-mark trust-${trust}`, viewBox: "0 0 16 16", role: "img", "aria-label": text, fill: "none", stroke: "currentColor", "stroke-width": 1.5 },
		svg("title", {}, text),
		svg("path", { d: "M3 7.5H13V14H3Z", fill: Number(trust) >= 2 || trust === "F" ? "currentColor" : "none" }),
		svg("path", { d: Number(trust) >= 2 || trust === "F" ? "M5 7.5V5a3 3 0 0 1 6 0V7.5" : "M5 7.5V5a3 3 0 0 1 6-1" }),
	);

/**
 * A bar of what is done and partly done of a whole.
 * @param {number} done a share of 0..1
 * @param {number} [partly]
 */
export function progressBar(done, partly = 0) {
	const percent = (/** @type {number} */ share) => `${(Math.max(0, Math.min(1, share)) * 100).toFixed(2)}%`;
	return svg(
		"svg",
		{ class: "progress", "aria-hidden": "true" },
		svg("rect", { class: "done", width: percent(done), height: "100%" }),
		svg("rect", { class: "partly", x: percent(done), width: percent(Math.min(partly, 1 - done)), height: "100%" }),
		svg("rect", { fill: "url(#stripes)", x: percent(done), width: percent(Math.min(partly, 1 - done)), height: "100%" }),
	);
}

/** The pattern that progressBar() uses; once in each page. */
export function stripes() {
	return svg(
		"svg",
		{ width: 0, height: 0, class: "unseen", "aria-hidden": "true" },
		svg(
			"pattern",
			{ id: "stripes", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
			svg("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "stripe", "stroke-width": 5 }),
		),
	);
}

const ICONS = {
	truck: "M3 16V7h10v9M13 10h4l4 4v2h-3M3 16h2m4 0h5M5 16a2 2 0 1 0 4 0 2 2 0 1 0-4 0Zm9 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0Z",
	road: "M6 21 9 3m9 18L15 3M12 4v3m0 4v3m0 4v3",
	search: "M10.5 4a6.5 6.5 0 1 0 .01 0ZM15.5 15.5 21 21",
	map: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2ZM9 4v14m6-12v14",
};

/** @param {keyof typeof ICONS} name */
export const icon = (name) =>
	svg(
		"svg",
		{ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "aria-hidden": "true",
			"stroke-linecap": "round", "stroke-linejoin": "round" },
		svg("path", { d: ICONS[name] }),
	);
