// SPDX-License-Identifier: Apache-2.0
/*
 * Times in the town's zone as a datetime-local field has them: "2027-01-16T17:00".
 */

/** @param {number} ms @param {string} timezone */
export function zonedValue(ms, timezone) {
	const parts = new Intl.DateTimeFormat("en-GB", {
		year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timezone,
	}).formatToParts(ms);
	const part = (/** @type {string} */ type) => parts.find((one) => one.type === type)?.value ?? "";
	return `${part("year")}-${part("month")}-${part("day")}T${part("hour").replace("24", "00")}:${part("minute")}`;
}

/** The moment a field's value means, or null. @param {string} value @param {string} timezone */
export function zonedTime(value, timezone) {
	const wanted = Date.parse(`${value}Z`);
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) || !Number.isFinite(wanted)) {
		return null;
	}
	const offset = (/** @type {number} */ ms) => Date.parse(`${zonedValue(ms, timezone)}Z`) - Math.floor(ms / 60_000) * 60_000;
	const guess = wanted - offset(wanted);
	return wanted - offset(guess); // once more, for the night the clocks change
}
