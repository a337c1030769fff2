// SPDX-License-Identifier: Apache-2.0
/*
 * The colours of css/tokens.css as the map needs them, so that each stands in one place only.
 */
import { LINK_STATUSES } from "../data/coverage.js";
import { VEHICLE_STATES } from "../data/fleet.js";
import { BANDS } from "../shapes.js";

/** @typedef {ReturnType<typeof readPalette>} Palette */

export function readPalette() {
	const style = getComputedStyle(document.documentElement);
	const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
	return {
		ground: colour("map-ground"),
		casing: colour("map-casing"),
		text: colour("ink"),
		quiet: colour("ink-2"),
		halo: colour("map-halo"),
		accent: colour("accent"),
		bad: colour("bad"),
		area: colour("map-area"),
		water: colour("map-water"),
		status: Object.fromEntries(LINK_STATUSES.map((status) => [status, colour(`status-${status}`)])),
		bands: BANDS.map((_, i) => colour(`band-${i}`)),
		vehicle: Object.fromEntries(VEHICLE_STATES.map((state) => [state, colour(`vehicle-${state}`)])),
		vehicleEdge: colour("vehicle-edge"),
	};
}
