// SPDX-License-Identifier: Apache-2.0
/*
 * What eight hours of a parked receiver add: a plow clears a street, stands 15 m beside it under an
 * error that drifts (8 m on each axis, remembered for 30 to 60 s), and clears it back, the driver's
 * button on new snow all the while.  `plowctl match` reads the track.
 */
import { workplace } from "../support/programs.mjs";
import { readCsv } from "../support/tables.mjs";
import { dice, makePlace, METRES_PER_DEGREE } from "./places.mjs";

const START_S = 1_800_000_000;
const PARKED_S = 8 * 3600;
const SETTLES_S = 120; // before it leaves, its error may lie on the road it leaves by
const SPEED_MPS = 4;
const SIGMA_M = 8;
const ASIDE_M = 15;

const bell = (roll) => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());

/** Metres along and beside the street, second by second: there, the stand, and back. */
function* way(length_m) {
	const half_s = Math.floor(length_m / SPEED_MPS);
	for (let i = 0; i < half_s; i++) yield [i * SPEED_MPS, 2];
	for (let i = 0; i < PARKED_S; i++) yield [length_m, ASIDE_M];
	for (let i = 0; i < half_s; i++) yield [length_m - i * SPEED_MPS, -2];
}

function makeTrack(from, to, length_m, roll) {
	const [ux, uy] = [0, 1].map((i) => (to[i] - from[i]) / length_m);
	const keep = Math.exp(-1 / (30 + 30 * roll()));
	let error = [bell(roll), bell(roll)];
	const lines = ["unix_time,lat,lon,work_state"];
	let second = START_S;
	for (const [along, aside] of way(length_m)) {
		error = error.map((value) => keep * value + Math.sqrt(1 - keep * keep) * bell(roll));
		const x = from[0] + ux * along - uy * aside + SIGMA_M * error[0];
		const y = from[1] + uy * along + ux * aside + SIGMA_M * error[1];
		lines.push(`${second++},${(y / METRES_PER_DEGREE.lat).toFixed(7)},${(x / METRES_PER_DEGREE.lon).toFixed(7)},N`);
	}
	return `${lines.join("\n")}\n`;
}

/** The longest straight piece of road of a place, in metres. */
function longest({ features }) {
	const pieces = features.flatMap(({ geometry: { coordinates } }) => coordinates.slice(1).map((point, i) =>
		[coordinates[i], point].map(([lon, lat]) => [lon * METRES_PER_DEGREE.lon, lat * METRES_PER_DEGREE.lat])));
	const length = ([[ax, ay], [bx, by]]) => Math.hypot(bx - ax, by - ay);
	const [from, to] = pieces.sort((a, b) => length(b) - length(a))[0];
	return { from, to, length_m: length([from, to]) };
}

/** {worked_m, parked_m}: metres at work that were claimed, and those of them while it stood. */
export async function parked(seed) {
	const place = await workplace();
	try {
		const { roads } = makePlace("town", seed);
		const db = await place.town({ roads: await place.file("roads.geojson", JSON.stringify(roads)) });
		const { from, to, length_m } = longest(roads);
		const track = await place.file("track.csv", makeTrack(from, to, length_m, dice(seed)));
		const spans = readCsv(await place.ok("plowctl", ["match", "--db", db, "--track", track])).filter((row) => row.at_work === "1");
		const parks = START_S + Math.floor(length_m / SPEED_MPS) + SETTLES_S;
		const stands = ({ start, end }) => {
			const middle = (Date.parse(start) + Date.parse(end)) / 2000;
			return middle > parks && middle < parks + PARKED_S - 2 * SETTLES_S;
		};
		const metres = (rows) => rows.reduce((sum, row) => sum + Math.abs(row.to_m - row.from_m), 0);
		return { driven_m: 2 * length_m, worked_m: metres(spans), parked_m: metres(spans.filter(stands)) };
	} finally {
		await place.close();
	}
}
