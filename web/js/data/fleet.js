// SPDX-License-Identifier: Apache-2.0
/*
 * The vehicles as they are known: pure functions from one state to the next, and what lists ask of it.
 */

/** @typedef {import("../types.js").Vehicle} Vehicle */
/** @typedef {import("../types.js").VehicleState} VehicleState */
/** @typedef {ReadonlyMap<string, Vehicle>} Fleet by code, in their order */

/** What needs somebody first. @type {VehicleState[]} */
export const VEHICLE_STATES = ["silent", "work", "transfer", "waiting", "off"];

/** @type {Fleet} */
export const NO_FLEET = new Map();

const byCode = new Intl.Collator("ja", { numeric: true });

/** @param {Iterable<Vehicle>} vehicles @returns {Fleet} */
export function fleetOf(vehicles) {
	const ordered = [...vehicles].sort((a, b) => byCode.compare(a.code, b.code));
	return new Map(ordered.map((vehicle) => [vehicle.code, vehicle]));
}

/**
 * Takes over what an event says of some vehicles.  A fix older than the known one comes from a backlog
 * and does not move the vehicle back.
 * @param {Fleet} fleet
 * @param {readonly Vehicle[]} vehicles
 * @returns {Fleet} the same when nothing is news
 */
export function withVehicles(fleet, vehicles) {
	const news = vehicles.filter((vehicle) => {
		const known = fleet.get(vehicle.code);
		return !(known?.time && vehicle.time && vehicle.time < known.time);
	});
	if (news.length === 0) {
		return fleet;
	}
	const next = new Map(fleet);
	news.forEach((vehicle) => next.set(vehicle.code, vehicle));
	return next.size === fleet.size ? next : fleetOf(next.values());
}

/** @param {Fleet} fleet @returns {Record<VehicleState, number>} */
export function countStates(fleet) {
	const counts = { silent: 0, work: 0, transfer: 0, waiting: 0, off: 0 };
	for (const vehicle of fleet.values()) {
		counts[vehicle.state]++;
	}
	return counts;
}

/** Only what calls for somebody comes first and what went home last: rows that jump cannot be read. @param {Vehicle} vehicle */
const rank = (vehicle) => ({ silent: 0, off: 2 })[/** @type {string} */ (vehicle.state)] ?? 1;

/**
 * @param {Fleet} fleet
 * @param {VehicleState | null} state only these; null: all
 * @returns {Vehicle[]} what needs somebody first, then by code
 */
export function listVehicles(fleet, state = null) {
	return [...fleet.values()]
		.filter((vehicle) => state === null || vehicle.state === state)
		.sort((a, b) => rank(a) - rank(b));
}

/** The newest fix of all, in milliseconds, or null. @param {Fleet} fleet */
export function newestFix(fleet) {
	let newest = null;
	for (const { time } of fleet.values()) {
		const ms = time ? Date.parse(time) : NaN;
		if (Number.isFinite(ms) && (newest === null || ms > newest)) {
			newest = ms;
		}
	}
	return newest;
}
