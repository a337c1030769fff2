// SPDX-License-Identifier: Apache-2.0
/*
 * Which vehicles and roads are wanted: pure.  What is left empty wants all.
 */
import { bandOf } from "./roads.js";

/**
 * @typedef {object} Filters
 * @property {string} [area] of both; "-" for outside all
 * @property {string} [contractor] of vehicles, as the next two
 * @property {string} [machine] the vehicle's class
 * @property {string} [state]
 * @property {string} [class] of roads, as the next two
 * @property {string} [status]
 * @property {string} [age] a band of time since the last pass, or "never"
 */

export const VEHICLE_FILTERS = /** @type {const} */ (["contractor", "machine", "state"]);
export const ROAD_FILTERS = /** @type {const} */ (["class", "status", "age"]);
/** @typedef {keyof Filters} FilterName */
export const FILTERS = /** @type {const} */ (["area", ...VEHICLE_FILTERS, ...ROAD_FILTERS]);

/** @param {string | undefined} wanted @param {string} has "" stands as "-" among choices */
const fits = (wanted, has) => wanted === undefined || wanted === (has || "-");

/** @param {Filters} filters @param {readonly (keyof Filters)[]} names */
export const asks = (filters, names) => names.some((name) => filters[name] !== undefined);

/** @param {Filters} filters @param {import("../types.js").Vehicle} vehicle @param {string} area where it is; "" outside all */
export function wantsVehicle(filters, vehicle, area) {
	return (
		fits(filters.area, area) &&
		fits(filters.contractor, vehicle.contractor) &&
		fits(filters.machine, vehicle.class) &&
		fits(filters.state, vehicle.state)
	);
}

/** @param {Filters} filters @param {import("./roads.js").RoadRow} row @param {number} now_ms */
export function wantsRoad(filters, row, now_ms) {
	return (
		fits(filters.area, row.area) &&
		fits(filters.class, row.class) &&
		fits(filters.status, row.status) &&
		(filters.age === undefined || filters.age === bandOf(row, now_ms))
	);
}

/** The values something has, each once, in their order; "-" for none. @param {Iterable<string>} values */
export function choices(values) {
	const collator = new Intl.Collator("ja", { numeric: true });
	return [...new Set([...values].map((value) => value || "-"))].sort(
		(a, b) => Number(a === "-") - Number(b === "-") || collator.compare(a, b),
	);
}
