#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * A track file of one plow that clears one street of the sample town, there and back, again and again:
 *
 *	node tests/town/drive.mjs --roads DIR/roads.geojson --out FILE.csv [--seconds 14400]
 *
 * It begins now, so that plow-tracker can replay it as if it sat in that cab.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { cut, heading, lineLength } from "./shapes.mjs";

const SPEED_MPS = 2.8;
const TURN_S = 10;
const EARTH_M_PER_DEGREE = 111_195;

/** The longest street of the first class, as points in metres about its first one. */
function pickStreet(features) {
	const lines = features
		.filter(({ properties }) => properties.class === "第1種" && !properties.oneway)
		.map(({ geometry }) => geometry.coordinates)
		.map((degrees) => {
			const [lon, lat] = degrees[0];
			const east = EARTH_M_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
			const points = degrees.map((p) => [(p[0] - lon) * east, (p[1] - lat) * EARTH_M_PER_DEGREE]);
			return { points, toDegrees: ([x, y]) => [lon + x / east, lat + y / EARTH_M_PER_DEGREE] };
		});
	return lines.sort((a, b) => lineLength(b.points) - lineLength(a.points))[0];
}

/** Where it is after so many seconds: {point, course_deg, speed_mps}. */
function placeAfter(points, seconds) {
	const length = lineLength(points);
	const leg_s = length / SPEED_MPS + TURN_S;
	const back = Math.floor(seconds / leg_s) % 2 === 1;
	const gone = Math.min(length, (seconds % leg_s) * SPEED_MPS);
	const at = back ? length - gone : gone;
	const [p, q] = [cut(points, Math.max(0, at - 1), at), cut(points, at, Math.min(length, at + 1))];
	const ahead = q.length > 1 ? heading(q[0], q[1]) : heading(...p.slice(-2));
	const course = 90 - (ahead * 180) / Math.PI + (back ? 180 : 0);
	return {
		point: q[0] ?? points[points.length - 1],
		course_deg: ((course % 360) + 360) % 360,
		speed_mps: gone < length ? SPEED_MPS : 0,
	};
}

function main() {
	const { values } = parseArgs({
		options: { roads: { type: "string" }, out: { type: "string" }, seconds: { type: "string", default: "14400" } },
	});
	if (!values.roads || !values.out || !/^\d{1,6}$/.test(values.seconds)) {
		console.error("usage: drive.mjs --roads FILE --out FILE [--seconds N]");
		return 64;
	}
	const street = pickStreet(JSON.parse(readFileSync(values.roads, "utf8")).features);
	const start = Math.ceil(Date.now() / 1000);
	const rows = ["unix_time,lat,lon,speed_mps,heading_deg,hdop"];
	for (let s = 0; s < Number(values.seconds); s++) {
		const { point, course_deg, speed_mps } = placeAfter(street.points, s);
		const error = [Math.sin(s / 47) * 2.5, Math.cos(s / 61) * 2.5];
		const [lon, lat] = street.toDegrees([point[0] + error[0], point[1] + error[1]]);
		const course = speed_mps ? course_deg.toFixed(1) : "";
		rows.push([start + s, lat.toFixed(7), lon.toFixed(7), speed_mps.toFixed(2), course, "0.9"].join());
	}
	writeFileSync(values.out, `${rows.join("\n")}\n`);
	return 0;
}

process.exitCode = main();
