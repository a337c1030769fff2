// SPDX-License-Identifier: Apache-2.0
/*
 * The API's page (docs/API.md), its description (web/openapi.json) and the server say the same: every
 * route is on both lists and answers as described.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { readTile } from "../support/mvt.mjs";
import { faults } from "../support/openapi.mjs";
import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { at, drives, pages, smallTown } from "../support/smalltown.mjs";

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

let place, db, web, plowd, town, user;

const get = (path, options) => user.fetch(path, options);
const json = async (path) => (await get(path)).json();
const [LON, LAT] = at(-0.5, 0.01);
const here = `lon=${LON}&lat=${LAT}`;
const NIGHT = "from=2027-01-15T19:00:00Z&to=2027-01-15T20:00:00Z";

async function startServer() {
	plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: web } });
	user = user?.at(plowd) ?? await place.signIn(plowd, { db, role: "admin", name: "除雪係 甲" });
	town = await until("the roads are loaded", async () => {
		const answer = await json("/api/v1/town");
		return answer.bounds && answer;
	});
}

/** Waits until the drive is on the link west of the crossing. */
const drivenLink = () =>
	until("the drive is stored as a pass", async () => {
		const link = await json(`/api/v1/roads/at?${here}`);
		return link.passes?.length > 0 && link;
	});

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	web = await pages(place);
	await drives(place, db, "R-12", ["--name", "除雪ドーザ12号", "--class", "any", "--contractor", "山形建設"]);
	await startServer();
});
after(() => place?.close());

test("the page and the description name the same routes", () => {
	const page = readFileSync(join(ROOT, "docs/API.md"), "utf8").split("## The cab's own API")[0];
	const named = [...page.matchAll(/`(GET|POST) (\/[^`?]*)(?:\?[^`]*)?`/g)].map(([, method, path]) => {
		const root = /^\/(tiles|osmand|pub|healthz|metrics)/.test(path);
		return `${method} ${root ? "" : "/api/v1"}${path}`;
	});
	const described = operations.map(({ method, path }) => `${method} ${path}`);
	assert.deepEqual([...new Set(named)].sort(), described.sort());
});

test("the page names every member of every shape", () => {
	const page = readFileSync(join(ROOT, "docs/API.md"), "utf8");
	const geojson = ["Area", "Areas", "Depot", "Depots", "Track", "Water"]; // RFC 7946 says what their members are.
	for (const [name, schema] of Object.entries(description.components.schemas)) {
		for (const member of geojson.includes(name) ? [] : Object.keys(schema.properties ?? {})) {
			assert.ok(page.includes(`"${member}"`), `${name}.${member} is not on the page`);
		}
	}
});

/** Arguments with which each route has something to say. */
async function example(path) {
	const { id } = await drivenLink();
	const tile = { z: 14, ...tileOf(14, LON, LAT) };
	return path
		.replace("{code}", "R-12")
		.replace("/links/{id}", `/links/${id}`)
		.replace("{z}/{x}/{y}", `${tile.z}/${tile.x}/${tile.y}`)
		.concat({ "/api/v1/roads": "?q=本町", "/api/v1/roads/at": `?${here}` }[path] ?? "")
		.replace("/roads/{id}", `/roads/${(await json("/api/v1/roads?q=本町"))[0].id}`)
		.concat(path.endsWith("/night") ? "?day=2027-01-15" : "")
		.concat(/track|coverage|snow|summary|replay|links$/.test(path) ? `?${NIGHT}&bbox=140,38,141,39` : "");
}

function tileOf(z, lon, lat) {
	const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
	return { x: Math.floor(((lon + 180) / 360) * 2 ** z), y: Math.floor(y * 2 ** z) };
}

for (const { path, method, operation } of operations) {
	if (method !== "GET" || path === "/api/v1/events") {
		continue;
	}
	test(`GET ${path} answers as it is described`, async () => {
		const answer = await get(await example(path));
		assert.equal(answer.status, 200);
		const type = answer.headers.get("content-type").split(";")[0];
		const { content } = operation.responses[200];
		assert.ok(content[type], `${type} is not described`);
		if (type.endsWith("json")) {
			assert.deepEqual([...faults(description, content[type].schema, await answer.json())], []);
		}
	});
}

test("the snapshot has the vehicle, the links it cleared and their progress", async () => {
	await drivenLink();
	const snapshot = await until("the drive is on the board", async () => {
		const answer = await json("/api/v1/snapshot");
		return answer.links.id.length > 0 && answer;
	});
	const [vehicle] = snapshot.vehicles;
	assert.equal(vehicle.code, "R-12");
	assert.equal(vehicle.work_source, "sensor");
	assert.equal(vehicle.at_work, true);
	for (const column of ["status", "share", "passes", "forward", "last"]) {
		assert.equal(snapshot.links[column].length, snapshot.links.id.length);
	}
	const { total, areas } = snapshot.progress;
	assert.ok(Math.abs(total.length_m - 5000) < 50, `${total.length_m} m are the town's own`);
	assert.deepEqual(areas.map((bar) => bar.name).sort(), ["東部", "西部"]);
	for (const bar of [total, ...areas]) {
		assert.ok(Math.abs(bar.length_m - bar.done_m - bar.partly_m - bar.remaining_m) < 1);
	}
});

test("a link tells its passes, newest first, within its own metres", async () => {
	const link = await drivenLink();
	assert.equal(link.road.name, "本町通り");
	assert.equal(link.road.admin, "town");
	assert.ok(Math.abs(link.course_deg - 90) < 1, `${link.course_deg}`);
	const [pass] = link.passes;
	assert.equal(pass.vehicle, "R-12");
	assert.equal(pass.direction, "forward");
	assert.ok(pass.at_work && pass.work_source === "sensor");
	assert.ok(pass.from_m >= link.from_m && pass.to_m <= link.to_m && pass.from_m < pass.to_m);
	assert.deepEqual(await json(`/api/v1/links/${link.id}`), link);
});

test("roads are found by a part of their name or their source id, whatever it is written in", async () => {
	const names = async (text) =>
		(await json(`/api/v1/roads?q=${encodeURIComponent(text)}`)).map((road) => road.source_id);
	assert.deepEqual(await names("通り"), ["1", "2"]);
	assert.deepEqual(await names("3"), ["3"]);
	assert.deepEqual(await names("%' OR 1=1 --"), []);
});

test("the table of roads has every road once, with its area and its links", async () => {
	const table = await json("/api/v1/roads/table");
	assert.equal(table.network, town.network);
	assert.deepEqual([...table.source_id].sort(), ["1", "2", "3", "4"]);
	const at = (sourceId) => table.source_id.indexOf(sourceId);
	assert.equal(table.name[at("3")], "国道13号");
	assert.equal(table.admin[at("3")], "nation");
	assert.equal(table.areas[table.area[at("3")]], "東部");
	assert.equal(table.areas[table.area[at("4")]], "西部");
	table.source_id.forEach((sourceId, i) => {
		const sum = table.link_m[i].reduce((a, b) => a + b, 0);
		assert.ok(Math.abs(sum - table.length_m[i]) <= table.links[i].length, `${sourceId}: ${sum} m`);
	});
	const { id, road } = await drivenLink();
	assert.deepEqual(table.links[table.id.indexOf(road.id)], road.links);
	const { links } = await until("the drive is on the board", async () => {
		const answer = await json("/api/v1/snapshot");
		return answer.links.id.includes(id) && answer;
	});
	assert.deepEqual([links.passes, links.forward].map((column) => column[links.id.indexOf(id)]), [1, 1]);
});

test("coverage is the same bytes as plowctl prints", async () => {
	await drivenLink();
	for (const format of ["csv", "geojson"]) {
		const printed = await place.ok("plowctl", [
			"coverage", "--db", db, "--from", "2027-01-15T19:00:00Z", "--to", "2027-01-15T20:00:00Z", "--format", format,
		]);
		const answer = await get(`/api/v1/coverage?${NIGHT}&format=${format}`);
		assert.equal(await answer.text(), printed);
		assert.ok(printed.includes("city"));
	}
});

test("a track has a time for every position", async () => {
	const track = await json(`/api/v1/vehicles/R-12/track?${NIGHT}`);
	assert.equal(track.geometry.coordinates.length, 361);
	assert.equal(track.properties.times.length, 361);
	assert.equal(track.properties.times[0], "2027-01-15T19:30:00.000Z");
});

test("tiles hold the links under the numbers the API knows them by, also after a restart", async () => {
	const { x, y } = tileOf(14, LON, LAT);
	const path = `/tiles/roads/14/${x}/${y}.mvt`;
	const bytes = Buffer.from(await (await get(path)).arrayBuffer());
	const [layer] = readTile(bytes);
	assert.equal(layer.name, "links");
	assert.equal(layer.version, 2);
	assert.equal(layer.extent, 4096);
	const link = layer.features.find((feature) => feature.properties.source_id === "1");
	assert.deepEqual(Object.keys(link.properties).sort(), [
		"admin", "bridge", "class", "layer", "name", "oneway", "sidewalk", "source_id", "tunnel",
	]);
	for (const feature of layer.features) {
		assert.equal((await get(`/api/v1/links/${feature.id}`)).status, 200);
		assert.ok(feature.lines.flat().every(([px, py]) => Math.min(px, py) >= -64 && Math.max(px, py) <= 4160));
	}
	await plowd.stop();
	await startServer();
	assert.deepEqual(Buffer.from(await (await get(path)).arrayBuffer()), bytes);
});

test("a tile is packed, tagged, and kept for ever only under its network's name", async () => {
	const { x, y } = tileOf(12, LON, LAT);
	const path = `/tiles/roads/12/${x}/${y}.mvt`;
	const first = await get(path);
	assert.equal(first.headers.get("content-encoding"), "gzip");
	assert.equal(first.headers.get("cache-control"), "no-cache");
	await first.arrayBuffer();
	const again = await get(path, { headers: { "If-None-Match": first.headers.get("etag") } });
	assert.equal(again.status, 304);
	const named = await get(`${path}?network=${town.network}`);
	assert.match(named.headers.get("cache-control"), /immutable/);
	await named.arrayBuffer();
	const other = await get(`${path}?network=x`);
	assert.equal(other.headers.get("cache-control"), "no-cache");
	await other.arrayBuffer();
	const empty = await get("/tiles/roads/12/0/0.mvt");
	assert.equal(empty.status, 200);
	assert.equal((await empty.arrayBuffer()).byteLength, 0);
});

/** Requests that make no sense, and the status each is refused with. */
const refused = [
	["/api/v1/links/0", 404],
	["/api/v1/links/-1", 404],
	["/api/v1/links/99999999999999999999", 404],
	["/api/v1/links/x", 404],
	["/api/v1/roads", 400],
	["/api/v1/roads?q=", 400],
	[`/api/v1/roads?q=${"x".repeat(101)}`, 400],
	["/api/v1/roads/at?lon=140", 400],
	["/api/v1/roads/at?lon=nan&lat=38", 400],
	["/api/v1/roads/at?lon=1e9&lat=38", 400],
	["/api/v1/roads/at?lon=0&lat=0", 404],
	[`/api/v1/roads/at?${here}&from=then`, 400],
	["/api/v1/summary?bbox=140,38,141,39", 400],
	[`/api/v1/summary?${NIGHT}`, 400],
	[`/api/v1/summary?${NIGHT}&bbox=141,38,140,39`, 400],
	[`/api/v1/summary?${NIGHT}&bbox=140,38,141`, 400],
	[`/api/v1/summary?${NIGHT}&bbox=140,38,141,39,40`, 400],
	[`/api/v1/summary?${NIGHT}&bbox=140,38,1e9,39`, 400],
	["/api/v1/remaining?limit=0", 400],
	["/api/v1/remaining?limit=1001", 400],
	["/api/v1/revisions?after=-1", 400],
	["/api/v1/corrections?before=x", 400],
	["/api/v1/snow?from=2027-01-15T19:00:00Z", 400],
	[`/api/v1/vehicles/R-13/track?${NIGHT}`, 404],
	[`/api/v1/vehicles/${"x".repeat(200)}/track?${NIGHT}`, 404],
	["/api/v1/vehicles/R-12/track", 400],
	["/api/v1/vehicles/R-12/track?from=2027-01-15T19:00:00Z&to=2027-01-17T19:00:00Z", 400],
	["/api/v1/vehicles/R-12/track?from=2027-01-15T19:00:00Z&to=2027-01-14T19:00:00Z", 400],
	["/api/v1/coverage?from=yesterday&to=today", 400],
	[`/api/v1/coverage?${NIGHT}&format=xml`, 400],
	["/api/v1/coverage?from=2026-01-15T19:00:00Z&to=2027-01-15T19:00:00Z", 400],
	["/api/v1/events?after=x", 400],
	["/api/v1/events?after=-1", 400],
	["/tiles/roads/7/0/0.mvt", 404],
	["/tiles/roads/17/0/0.mvt", 404],
	["/tiles/roads/14/16384/0.mvt", 404],
	["/tiles/roads/14/1/1.png", 404],
	["/api/v1/nothing", 404],
];

for (const [path, status] of refused) {
	test(`GET ${path.slice(0, 60)} is refused with ${status} and one sentence`, async () => {
		const answer = await get(path);
		assert.equal(answer.status, status);
		const body = await answer.json();
		assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Error" }, body)], []);
		assert.equal(body.status, status);
	});
}

function post(path, body, headers = { "Content-Type": "application/json" }) {
	return get(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
}

test("an operation is opened once, changes the window, and is closed once", async () => {
	const order = { name: "第3回出動", reason: "積雪15cm", areas: ["東部"], target: "2027-01-16T07:30:00+09:00" };
	const opened = await post("/api/v1/operations", order);
	assert.equal(opened.status, 201);
	const operation = await opened.json();
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Operation" }, operation)], []);
	assert.deepEqual(operation.areas, ["東部"]);
	assert.equal(operation.target, "2027-01-15T22:30:00.000Z");
	assert.equal((await post("/api/v1/operations", order)).status, 409);
	await until("the snapshot has the operation", async () => {
		const snapshot = await json("/api/v1/snapshot");
		return snapshot.operation?.id === operation.id && snapshot.window.from === operation.start && snapshot.window.to === null;
	});
	const closed = await post(`/api/v1/operations/${operation.id}/close`, {});
	assert.equal(closed.status, 200);
	assert.ok((await closed.json()).end >= operation.start);
	assert.equal((await post(`/api/v1/operations/${operation.id}/close`, {})).status, 409);
	assert.equal((await post("/api/v1/operations/999/close", {})).status, 404);
	await until("the snapshot has no operation", async () => (await json("/api/v1/snapshot")).operation === null);
	const [newest] = await json("/api/v1/operations");
	assert.equal(newest.id, operation.id);
	assert.equal(newest.reason, "積雪15cm");
});

test("an operation may have begun before it is opened, and what was cleared since then counts", async () => {
	const start = "2027-01-15T19:00:00.000Z";
	const opened = await post("/api/v1/operations", { name: "電話での出動指示", start: "2027-01-16T04:00:00+09:00" });
	assert.equal(opened.status, 201);
	const operation = await opened.json();
	assert.equal(operation.start, start);
	await until("the drive counts", async () => {
		const { window, progress } = await json("/api/v1/snapshot");
		return window.from === start && progress.total.done_m > 0;
	});
	assert.equal((await post(`/api/v1/operations/${operation.id}/close`, {})).status, 200);
});

/** Bodies that are no operation. */
const bodies = [
	"", "[]", "{", "null", { reason: "no name" }, { name: "" }, { name: 1 }, { name: "x".repeat(128) },
	{ name: "a\u0001b" }, { name: "x", areas: "all" }, { name: "x", areas: [1] },
	{ name: "x", start: "2027-01-15T19:00:00" }, { name: "x", start: "2027-01-13T19:00:00Z" }, { name: "x", start: "2027-01-16T19:00:00Z" },
	{ name: "x", target: "2027-01-15T10:00:00Z" }, { name: "x", areas: Array(65).fill("a") }, { name: "x", target: "tomorrow" }, { name: "x", reason: "r".repeat(512) },
];

for (const body of bodies) {
	test(`no operation is opened by ${JSON.stringify(body).slice(0, 40)}`, async () => {
		assert.equal((await post("/api/v1/operations", body)).status, 400);
	});
}

test("another site's page cannot post", async () => {
	const headers = { "Content-Type": "application/json", Origin: "https://elsewhere.example" };
	assert.equal((await post("/api/v1/operations", { name: "x" }, headers)).status, 403);
	assert.equal((await post("/api/v1/operations", { name: "x" }, { "Content-Type": "text/plain" })).status, 415);
});

test("health and figures are there for those who watch", async () => {
	assert.deepEqual(await json("/healthz"), { status: "ok" });
	const text = await (await get("/metrics")).text();
	for (const line of text.trim().split("\n")) {
		assert.match(line, /^(# HELP plowd_\w+ .+\.|# TYPE plowd_\w+ (counter|gauge)|plowd_\w+ \d+)$/);
	}
	assert.match(text, /^plowd_http_requests_total [1-9]/m);
});
