// SPDX-License-Identifier: Apache-2.0
/*
 * What a receiver says, for tests to say it in its place.
 */

/** @param {string} body */
export const checksum = (body) => [...Buffer.from(body)].reduce((sum, byte) => sum ^ byte, 0);

/** A sentence with its checksum, without an end of line. @param {string} body */
export const sentence = (body) => `$${body}*${checksum(body).toString(16).toUpperCase().padStart(2, "0")}`;

/** Degrees as NMEA has them. @param {number} value @param {number} whole digits of the degrees */
function angle(value, whole) {
	const minutes = ((value % 1) * 60).toFixed(5).padStart(8, "0");
	return `${String(Math.floor(value)).padStart(whole, "0")}${minutes}`;
}

/**
 * An RMC, north of the equator and east of Greenwich.
 * @param {{time_ms: number, lat: number, lon: number, speed_mps: number, course_deg: number}} fix
 */
export function rmc({ time_ms, lat, lon, speed_mps, course_deg }) {
	const [date, clock] = new Date(time_ms).toISOString().split("T");
	const [year, month, day] = date.split("-");
	const knots = ((speed_mps * 3600) / 1852).toFixed(1);
	return sentence(
		`GNRMC,${clock.slice(0, 12).replaceAll(":", "")},A,${angle(lat, 2)},N,${angle(lon, 3)},E,${knots},${course_deg.toFixed(1)},${day}${month}${year.slice(2)},,,D`,
	);
}
