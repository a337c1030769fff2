// SPDX-License-Identifier: Apache-2.0
/*
 * The residents' files in the cab: fetched from a real plow-public, kept for when there is no radio,
 * served to the page from the tracker's own address, and what the driver's roads are named by.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { once } from "node:events";
import { test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";

const START = 1768500000;
const LON = 140.4;
const LAT = 38.6;
const EAST = 1 / (111320 * Math.cos((LAT * Math.PI) / 180));
const NORTH = 1 / 111320;

/** Two named roads and one without a name, by metres from a corner. */
const ROADS = [
	["本町通り", [[0, 0], [1000, 0]]],
	["北線", [[1000, 0], [1000, 800]]],
	["", [[1000, 800], [400, 800]]],
];
const place_of = ([x, y]) => [LON + x * EAST, LAT + y * NORTH];

async function town(place) {
	const roads = await place.file("roads.geojson", JSON.stringify({
		type: "FeatureCollection",
		features: ROADS.map(([name, line], i) => ({
			type: "Feature", id: i + 1, properties: { name }, geometry: { type: "LineString", coordinates: line.map(place_of) },
		})),
	}));
	return place.town({ roads });
}

/** Along all of them at 5 m/s, one fix a second, and a minute's wait. */
function drive() {
	const lines = ["unix_time,lat,lon,speed_mps"];
	let second = START;
	const put = ([x, y], speed) => {
		const [lon, lat] = place_of([x, y]);
		lines.push(`${second++},${lat.toFixed(7)},${lon.toFixed(7)},${speed}`);
	};
	for (const [, [from, to]] of ROADS) {
		const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
		for (let along = 0; along < length; along += 5) {
			put(from.map((at, i) => at + ((to[i] - at) * along) / length), 5);
		}
	}
	for (let i = 0; i < 60; i++) {
		put([400, 800], 0);
	}
	return `${lines.join("\n")}\n`;
}

const post = (unit, path, body) => fetch(`http://${unit.ready.http}/api/v1/${path}`,
	{ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const get = async (unit, path) => (await fetch(`http://${unit.ready.http}${path}`)).json();

test("the map comes when there is radio, stays when there is none, and names the roads of a shift", async (t) => {
	const place = await workplace(t);
	const db = await town(place);
	const key = await place.vehicle(db, "R-1");
	const folder = place.path("public");
	await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes", "--public-dir", folder, "--public-delay", "0"]);
	await until("plowd publishes", () => existsSync(`${folder}/manifest.json`));
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"]);
	const track = await place.file("track.csv", drive());
	const kept = place.path("spool.db.map");
	const start = () => place.serve("plow-tracker", ["--server", "127.0.0.1:9", "--key-file", key, "--source", `file:${track}`, "--rate", "100",
		"--spool", place.path("spool.db"), "--http", "127.0.0.1:0", "--map-url", `http://${site.ready.http}/data/`, "--area", "北部"]);

	let unit = await start();
	await until("the files are here", () => existsSync(`${kept}/manifest.json`));
	await until("and served", async () => (await fetch(`http://${unit.ready.http}/data/manifest.json`)).status === 200);
	const manifest = await get(unit, "/data/manifest.json");
	const network = await get(unit, `/data/${manifest.network.file}`);
	const names = (await Promise.all(Object.values(network.tiles).map((name) => get(unit, `/data/${name}`))))
		.flatMap((tile) => tile.links.map((link) => link.name));
	assert.deepEqual([...new Set(names)].sort(), ["", "北線", "本町通り"]);
	assert.equal((await get(unit, `/data/${network.roads}`)).roads.length, 3);
	assert.equal((await get(unit, "/api/v1/status")).area, "北部");
	await get(unit, `/data/${manifest.state.file}`);
	// What a cab has no use for is not fetched: radio costs money.
	assert.equal(existsSync(`${kept}/${manifest.passes.file}`), false);

	// No radio any more, and a start in the valley.
	await unit.stop();
	await site.stop();
	unit = await start();
	await until("the roads are known", async () => {
		await post(unit, "shift", { action: "start", work: "N" });
		return (await get(unit, "/api/v1/shifts")).shifts[0].roads;
	}, { every_ms: 10 });
	assert.deepEqual(await get(unit, "/data/manifest.json"), manifest);
	await until("it is driven", async () => (await get(unit, "/api/v1/status")).receiver === "ended");
	await post(unit, "shift", { action: "end" });
	const [{ roads, work_m }] = (await get(unit, "/api/v1/shifts")).shifts;
	const metres = new Map(roads.map((road) => [road.name, road.work_m]));
	// What was driven before the shift began is missing at the front.
	assert.ok(work_m > 1800 && work_m < 2430, `${work_m} m`);
	assert.ok(metres.get("本町通り") > 400 && metres.get("本町通り") <= 1030, `${metres.get("本町通り")} m`);
	assert.ok(Math.abs(metres.get("北線") - 800) < 40, `${metres.get("北線")} m`);
	assert.ok(Math.abs(metres.get("") - 600) < 40, `${metres.get("")} m`);
	assert.match(unit.stderr(), /the map cannot be fetched: .*; what is here is shown, and it is tried again/);
});

test("what is no map is not taken for one, and the tracker goes on", async (t) => {
	const place = await workplace(t);
	const db = await town(place);
	const key = await place.vehicle(db, "R-1");
	const asked = [];
	const manifest = (network) => JSON.stringify({ version: 1, network: { file: network }, state: { file: "state-00.json" } });
	const answers = {
		traversal: () => manifest("../../../etc/passwd"),
		empty: () => "",
		list: () => "[1,2,3]",
		deep: () => "[".repeat(100_000),
		nul: () => `${manifest("network-00.json")}\0`,
		half: () => manifest("network-00.json"),
	};
	let answer = "";
	const server = http.createServer((request, response) => {
		asked.push(request.url);
		if (request.url === "/data/manifest.json") {
			response.end(answers[answer]());
		} else {
			response.writeHead(404).end();
		}
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => server.close());
	const kept = place.path("spool.db.map");
	for (answer of Object.keys(answers)) {
		const unit = await place.serve("plow-tracker", ["--server", "127.0.0.1:9", "--key-file", key, "--source", "-", "--spool", place.path("spool.db"),
			"--http", "127.0.0.1:0", "--map-url", `http://127.0.0.1:${server.address().port}/data/`], { input: null });
		await until(`${answer} is refused`, () => /the map cannot be fetched/.test(unit.stderr()));
		assert.equal((await get(unit, "/api/v1/status")).map, true);
		assert.equal((await fetch(`http://${unit.ready.http}/data/manifest.json`)).status, 404);
		await unit.stop();
		assert.deepEqual(readdirSync(kept), [], answer);
	}
	assert.deepEqual([...new Set(asked)].sort(), ["/data/manifest.json", "/data/network-00.json"]);
});

test("a file that a power cut left half is fetched again", async (t) => {
	const place = await workplace(t);
	const db = await town(place);
	const key = await place.vehicle(db, "R-1");
	const folder = place.path("public");
	await place.serve("plowd", ["--db", db, ...LOOPBACK, "--public-dir", folder, "--public-delay", "0"]);
	await until("plowd publishes", () => existsSync(`${folder}/manifest.json`));
	const site = await place.serve("plow-public", ["--dir", folder, "--http", "127.0.0.1:0"]);
	const start = () => place.serve("plow-tracker", ["--server", "127.0.0.1:9", "--key-file", key, "--source", "-", "--spool", place.path("spool.db"),
		"--map-url", `http://${site.ready.http}/data/`], { input: null });
	const kept = place.path("spool.db.map");
	let unit = await start();
	await until("the files are here", () => existsSync(`${kept}/manifest.json`));
	await unit.stop();
	const tile = readdirSync(kept).find((name) => name.startsWith("tile-"));
	const whole = readFileSync(`${kept}/${tile}`, "utf8");
	writeFileSync(`${kept}/${tile}`, whole.slice(0, whole.length / 2));
	writeFileSync(`${kept}/tile-13-0-0-left-over.json`, "{}");
	// The start finds it, or the first round; the next round brings it again.
	unit = await start();
	await until("it is gone", () => !existsSync(`${kept}/${tile}`) || readFileSync(`${kept}/${tile}`, "utf8") === whole);
	await unit.stop();
	unit = await start();
	await until("it is whole", () => existsSync(`${kept}/${tile}`) && readFileSync(`${kept}/${tile}`, "utf8") === whole);
	await until("what nobody names is gone", () => !existsSync(`${kept}/tile-13-0-0-left-over.json`));
});
