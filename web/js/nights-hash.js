// SPDX-License-Identifier: Apache-2.0
/*
 * What of the record is shown, in the address's fragment:
 * #day=2027-01-15&vehicle=R-12&road=17&t=2027-01-15T20:31:00Z&speed=60
 */
import { SPEEDS } from "./data/replay.js";

/** @typedef {{day?: string, vehicle?: string, road?: number, t?: number, speed?: number}} NightPlace */

/** @param {string} hash @returns {NightPlace} what of it makes sense */
export function readNightHash(hash) {
	const words = new URLSearchParams(hash.replace(/^#/, ""));
	/** @type {NightPlace} */
	const place = {};
	const [day, vehicle] = [words.get("day"), words.get("vehicle")];
	if (day && /^\d{4}-\d{2}-\d{2}$/.test(day)) {
		place.day = day;
	}
	if (vehicle) {
		place.vehicle = vehicle.slice(0, 32);
	}
	const road = Number(words.get("road") ?? NaN);
	if (Number.isSafeInteger(road) && road > 0) {
		place.road = road;
	}
	const time = Date.parse(words.get("t") ?? "");
	if (Number.isFinite(time)) {
		place.t = time;
	}
	const speed = Number(words.get("speed") ?? NaN);
	if (SPEEDS.includes(speed)) {
		place.speed = speed;
	}
	return place;
}

/** @param {NightPlace} place */
export function writeNightHash({ day, vehicle, road, t, speed }) {
	const words = [
		day && `day=${day}`,
		vehicle && `vehicle=${encodeURIComponent(vehicle)}`,
		road && `road=${road}`,
		t !== undefined && `t=${new Date(t).toISOString().replace(/\.\d+Z$/, "Z")}`,
		speed && `speed=${speed}`,
	].filter(Boolean);
	return words.length ? `#${words.join("&")}` : "";
}
