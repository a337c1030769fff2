#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/*
 * How long a night's replay takes to fetch: a simulated fleet at 1 Hz on the sample town, then every
 * page of the replay, the roads, the list of nights and one vehicle's night, each once, as a page
 * asks for them.  tests/bench/replay.mjs [VEHICLES SECONDS], 60 and 21600 unless said: 1.3 million
 * fixes, which takes minutes to make; `make bench` takes a tenth.
 */
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { request } from "node:http";

import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";
import { createReplay, newPosition } from "../../web/js/data/replay.js";

const DAY = "2027-01-15";
const WINDOW = "from=2027-01-15T03:00:00Z&to=2027-01-16T03:00:00Z";

/** One answer, as a browser takes it: {ms, packed, body}. */
function fetchPacked(url, cookie) {
	const start = performance.now();
	return new Promise((done, fail) => {
		request(url, { headers: { "Accept-Encoding": "gzip", Cookie: cookie } }, (response) => {
			const chunks = [];
			response.on("data", (chunk) => chunks.push(chunk));
			response.on("end", () => {
				const packed = Buffer.concat(chunks);
				const ms = performance.now() - start;
				const bytes = response.headers["content-encoding"] === "gzip" ? gunzipSync(packed) : packed;
				done({ ms, packed: packed.length, plain: bytes.length, body: JSON.parse(bytes.toString()) });
			});
		}).on("error", fail).end();
	});
}

/** What a frame asks of the page's own module, in milliseconds: the mean over the night at 600 times. */
function frameMs(night) {
	const tracks = night.tracks();
	const [from, to] = [Math.min(...tracks.map(({ time }) => time[0])), night.until()];
	const position = newPosition();
	let frames = 0;
	const start = performance.now();
	for (let time = from; time < to; time += 600 * (1000 / 60)) {
		for (const track of tracks) {
			night.place(track, time, position);
		}
		frames++;
	}
	return (performance.now() - start) / frames;
}

/**
 * @param {Awaited<ReturnType<typeof workplace>>} place
 * @param {(what: string, value: number, unit: string) => void} note
 */
export async function replay(place, note, { vehicles = 60, seconds = 2160 } = {}) {
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.path("replay")]);
	const db = place.path("replay.db");
	await place.ok("plowctl", ["init", "--db", db]);
	await place.ok("plow-import", [place.path("replay", "roads.geojson"), "--db", db]);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	await place.ok("plow-sim", [
		"--db", db, "--server", plowd.ready.udp, "--vehicles", String(vehicles), "--hz", "1", "--seconds", String(seconds),
		"--seed", "1", "--speed", "max", "--fades", "0", "--start", `${DAY}T17:00:00Z`, "--truth", place.path("replay-truth.csv"),
	]);
	await until("all is matched", async () => (await sql(db, "SELECT count(*) FROM stale")) === "0", { patience_ms: 3_600_000, every_ms: 1000 });
	const { cookie } = await place.signIn(plowd, { db });
	const base = `http://${plowd.ready.http}/api/v1`;
	const night = createReplay();
	let [next, pages, ms, slowest, packed, plain, fixes, points] = [WINDOW.match(/from=([^&]*)/)[1], 0, 0, 0, 0, 0, 0, 0];
	for (; next; pages++) {
		const page = await fetchPacked(`${base}/replay?${WINDOW.replace(/from=[^&]*/, `from=${next}`)}`, cookie);
		ms += page.ms;
		slowest = Math.max(slowest, page.ms);
		packed += page.packed;
		plain += page.plain;
		fixes += page.body.fixes;
		points += page.body.vehicles.reduce((sum, { t }) => sum + t.length, 0);
		night.add(page.body);
		next = page.body.next;
	}
	note(`replay of ${vehicles} vehicles, fixes of the night`, fixes, "");
	note("replay, all pages one after another", ms / 1000, "s");
	note(`replay, the slowest of ${pages} pages`, slowest / 1000, "s");
	note("replay, fixes thinned", fixes / (ms / 1000), "/s");
	note("replay, points kept", points, "");
	note("replay, packed", packed / 1e6, "MB");
	note("replay, plain", plain / 1e6, "MB");
	const roads = await fetchPacked(`${base}/replay/roads?${WINDOW}`, cookie);
	note("replay, roads", roads.ms / 1000, "s");
	note("replay, roads packed", roads.packed / 1e6, "MB");
	note("replay, a frame: where all vehicles are, at 600 times", frameMs(night) * 1000, "µs");
	note("nights, the list", (await fetchPacked(`${base}/nights`, cookie)).ms / 1000, "s");
	const one = await fetchPacked(`${base}/vehicles/SIM-001/night?day=${DAY}`, cookie);
	note("a vehicle's night", one.ms / 1000, "s");
	note("a vehicle's night, packed", one.packed / 1e6, "MB");
	await plowd.stop();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const place = await workplace();
	const [vehicles = 60, seconds = 21_600] = process.argv.slice(2).map(Number);
	const start = performance.now();
	try {
		await replay(place, (what, value, unit) => console.log(`${what.padEnd(52)} ${value.toPrecision(6).padStart(14)} ${unit}`), { vehicles, seconds });
	} finally {
		await place.close();
	}
	console.log(`made and asked in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
