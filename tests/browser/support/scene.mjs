// SPDX-License-Identifier: Apache-2.0
/*
 * Towns to look at: real servers on real or generated roads, ready for a browser.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { farFromNow, LOOPBACK, ROOT, workplace } from "../../support/programs.mjs";
import { WEB } from "./browser.mjs";

const env = { PLOW_WEB: WEB };

/** plowd on roads, and somebody signed in; more arguments as it takes them. @param {string} db @param {string[]} more @param {object} [who] as signIn() takes it */
export async function serveTown(place, db, more = [], who = {}) {
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, ...more], { env });
	const user = await place.signIn(plowd, { db, name: "除雪係 甲", ...who });
	return { plowd, origin: `http://${plowd.ready.http}`, udp: plowd.ready.udp, user };
}

/** A tracker that replays a recording, or with "-" says what a test writes to it; its page when http is wanted. */
export async function serveTracker(place, { udp, key, source, more = [], env: own = {} }) {
	const args = ["--server", udp, "--key-file", key, "--source", source, "--spool", place.path(`spool-${place.programs.length}.db`)];
	const tracker = place.start("plow-tracker", [...args, ...more], { env: { ...env, ...own }, ...(source === "-" && { input: null }) });
	return more.includes("--http") ? tracker.becomesReady() : tracker;
}

/** The generated snow town with its areas, depots and rivers, in the middle of its day; returns its database. */
export async function snowTown(place, { seed = 1, small = true, dayStart = farFromNow() } = {}) {
	const folder = place.path("town");
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", folder, "--seed", String(seed), ...(small ? ["--small"] : [])]);
	const db = await place.town({ roads: join(folder, "roads.geojson"), name: "雪見沢市", dayStart });
	for (const layer of ["areas", "depots", "water"]) {
		await place.ok("plow-import", [join(folder, `${layer}.geojson`), "--db", db, "--as", layer]);
	}
	return db;
}

/** A night of plows on it that began an hour ago and goes on; the page comes into the middle. */
export async function simulate(place, db, udp, { vehicles = 8, hz = 1, headStart = 3600, seconds = 7200, atWork = false } = {}) {
	return place.start("plow-sim", [
		"--db", db, "--server", udp, "--vehicles", String(vehicles), "--hz", String(hz), "--seconds", String(seconds),
		"--seed", "3", "--truth", place.path("truth.csv"), "--head-start", String(headStart), "--fades", "0", ...(atWork ? ["--at-work"] : []),
	]);
}

/** plow-public beside plowd, on the folder plowd writes. */
export async function publicSite(place, { every_s = 15 } = {}) {
	const folder = place.path("public");
	await mkdir(folder, { recursive: true });
	return {
		folder,
		args: ["--public-dir", folder, "--public-delay", "0", "--public-every", String(every_s)],
		serve: async () => {
			const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"], { env });
			return `http://${site.ready.http}`;
		},
	};
}

export { workplace };
