// SPDX-License-Identifier: Apache-2.0
/*
 * The masters without a command line: vehicles and keys, contractors, areas, depots, routes, closures.
 * Each from its making to its end on a running plowd, and what is refused on the way.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { faults } from "../support/openapi.mjs";
import { farFromNow, LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { at, drive, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
const shape = (name, value) => assert.deepEqual([...faults(description, { $ref: `#/components/schemas/${name}` }, value)], [], name);

let place, db, plowd, user, udp, links;

const get = async (path) => (await user.fetch(`/api/v1${path}`)).json();
const send = (path, headers, body) => user.fetch(`/api/v1${path}`, { method: "POST", headers, body });

async function post(path, body, raw = JSON.stringify(body)) {
	const answer = await send(path, { "Content-Type": "application/json" }, raw);
	return { status: answer.status, body: await answer.json() };
}

/** A post that must go well: its answer, which must be as described. */
async function done(path, body, status, name) {
	const answer = await post(path, body);
	assert.equal(answer.status, status, `${path} ${JSON.stringify(answer.body)}`);
	shape(name, answer.body);
	return answer.body;
}

/** A post that must be refused with a sentence. */
async function refused(path, body, status, raw) {
	const answer = await post(path, body, raw);
	assert.equal(answer.status, status, `${path} ${raw ?? JSON.stringify(body)?.slice(0, 200)}: ${JSON.stringify(answer.body)}`);
	assert.match(answer.body.error, /^[A-Z].*[.-]$/s);
	return answer.body.error;
}

const within = (what, probe) => until(what, probe, { every_ms: 20 });
const ring = (...corners) => ({ type: "Polygon", coordinates: [[...corners, corners[0]].map(([e, n]) => at(e, n))] });
const line = (...corners) => ({ type: "LineString", coordinates: corners.map(([e, n]) => at(e, n)) });
const soon = (minutes = 60) => new Date(Date.now() + minutes * 60_000).toISOString();
const names = (features) => features.map((feature) => feature.properties.name);

/** Waits for an event of the live stream that fits, from a moment on. */
async function follow(t) {
	const stop = new AbortController();
	t.after(() => stop.abort());
	const { event } = await get("/snapshot");
	const answer = await user.fetch(`/api/v1/events?after=${event}`, { signal: stop.signal });
	let text = "";
	(async () => {
		for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
			text += chunk;
		}
	})().catch(() => {});
	return (name) => [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)]
		.filter(([, found]) => found === name).map(([, , data]) => JSON.parse(data));
}

before(async () => {
	place = await workplace();
	db = await smallTown(place, { dayStart: farFromNow() });
	plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	user = await place.signIn(plowd, { db, name: "除雪係 甲" });
	udp = plowd.ready.udp;
	await until("the roads are loaded", async () => (await get("/town")).bounds);
	[{ links }] = await get(`/roads?q=${encodeURIComponent("本町")}`);
});
after(() => place?.close());

test("a vehicle is registered, changed, given a new key, and its units are believed or not at once", async (t) => {
	const seen = await follow(t);
	const key = await done("/vehicles", { code: "T-1", name: "除雪トラック", class: "truck" }, 201, "Key");
	await within("it is on the map's list", async () => (await get("/vehicles")).some(({ code }) => code === "T-1"));
	const drives = async (name, text, { later = 0, rate = "max", to_km = -0.85 } = {}) => {
		const file = await place.file(`${name}.key`, JSON.stringify(text));
		const track = await place.file(`${name}.csv`, drive({ start: Math.floor(Date.now() / 1000) - 300 + later, from_km: -0.9, to_km }));
		return place.start("plow-tracker", ["--server", udp, "--key-file", file, "--source", `file:${track}`, "--rate", rate,
			"--spool", place.path(`${name}.spool`), "--exit-when-sent"]);
	};
	assert.equal((await (await drives("first", key)).exited).status, 0, "the unit with the new key is acknowledged");
	const { version } = (await get("/fleet")).find(({ code }) => code === "T-1");
	const changed = await done("/vehicles/T-1/change", { name: "改名号", class: "truck", contractor: "", version }, 200, "Registered");
	assert.equal(changed.version, version + 1);
	await within("the map is told of its new name", () => seen("vehicles").flat().some(({ name }) => name === "改名号"));

	const second = await done("/vehicles/T-1/rotate", {}, 201, "Key");
	assert.notEqual(second.key, key.key);
	assert.equal((await get("/fleet")).find(({ code }) => code === "T-1").rotating, true);
	assert.equal((await (await drives("second", second, { later: 20 })).exited).status, 0);
	await within("the first key is over", async () => !(await get("/fleet")).find(({ code }) => code === "T-1").rotating);

	const token = await done("/vehicles/T-1/token", {}, 201, "Token");
	assert.match(token.token, /^[\w-]{43}$/);
	const after = await done("/vehicles/T-1/revoke", {}, 200, "Registered");
	assert.deepEqual([after.key_made, after.token], [null, false]);
	const late = await drives("late", second, { later: 40, rate: "20", to_km: 0 });
	const refusals = async () => Number((await (await user.fetch("/metrics")).text()).match(/^plowd_datagrams_revoked_key_total (\d+)$/m)[1]);
	await within("its datagrams are refused", refusals);
	const before = await sql(db, "SELECT count(*) FROM fix");
	await within("and again", async () => (await refusals()) > 3);
	await late.stop();
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), before);

	const all = JSON.stringify(await get("/fleet"));
	for (const secret of [key.key, second.key, token.token]) {
		assert.ok(!all.includes(secret), "no key is ever listed");
	}
});

test("a vehicle that never sent is removed and its code is free; one that did is retired and comes back", async (t) => {
	const seen = await follow(t);
	await done("/vehicles", { code: "N-1" }, 201, "Key");
	await within("it is on the map's list", async () => (await get("/vehicles")).some(({ code }) => code === "N-1"));
	assert.deepEqual(await done("/vehicles/N-1/remove", { version: 1 }, 200, "Removed"), { removed: "deleted" });
	await within("pages are told to look again", () => seen("reset").length > 0);
	await done("/vehicles", { code: "N-1", name: "another" }, 201, "Key");
	assert.equal(await sql(db, "SELECT count(*) FROM vehicle WHERE id IN (SELECT vehicle_id FROM fix) AND code = 'N-1'"), "0");

	await done("/vehicles", { code: "N-2" }, 201, "Key");
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "N-2", await place.file("n2.csv", drive({}))]);
	assert.deepEqual(await done("/vehicles/N-2/remove", { version: 1 }, 200, "Removed"), { removed: "retired" });
	await within("it is off the map", async () => !(await get("/vehicles")).some(({ code }) => code === "N-2"));
	const track = await get("/vehicles/N-2/track?from=2027-01-15T19:00:00Z&to=2027-01-15T20:00:00Z");
	assert.equal(track.geometry.coordinates.length, 361, "what it did stays");
	await refused("/vehicles/N-2/rotate", {}, 409);
	await refused("/vehicles/N-2/remove", { version: 2 }, 409);
	await refused("/vehicles", { code: "N-2" }, 409);
	const wrong = await place.run("plowctl", ["vehicle", "rotate", "--db", db, "--code", "N-2"]);
	assert.equal(wrong.status, 65);
	await done("/vehicles/N-2/restore", {}, 201, "Key");
	await refused("/vehicles/N-2/restore", {}, 409);
	await within("it is back", async () => (await get("/vehicles")).some(({ code }) => code === "N-2"));
	await done("/vehicles/N-1/remove", { version: 1 }, 200, "Removed");
	await place.ok("plowctl", ["verify", "--db", db]);
});

test("a vehicle whose number was removed before does not stop the matcher from following new ones", async () => {
	for (const code of ["M-1", "M-2"]) {
		await done("/vehicles", { code }, 201, "Key");
	}
	await within("they are known", async () => (await get("/vehicles")).filter(({ code }) => /^M-/.test(code)).length === 2);
	for (const code of ["M-1", "M-2"]) {
		await done(`/vehicles/${code}/remove`, { version: 1 }, 200, "Removed");
	}
	await done("/vehicles", { code: "M-3" }, 201, "Key");
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "M-3", await place.file("m3.csv", drive({ start: Math.floor(Date.now() / 1000) - 900 }))]);
	await until("its drive is on the road", async () => (await get(`/links/${links[0]}`)).passes.some(({ vehicle }) => vehicle === "M-3"));
});

test("another class is another meaning of the same fixes, at once", async () => {
	await done("/vehicles", { code: "C-1", class: "patrol" }, 201, "Key");
	const text = drive({ start: Math.floor(Date.now() / 1000) - 900, north_km: 1, from_km: -0.9, to_km: -0.1 }).replaceAll(",1\n", ",\n");
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "C-1", await place.file("c1.csv", text)]);
	const [lon, lat] = at(-0.5, 1);
	const passes = async () => (await get(`/roads/at?lon=${lon}&lat=${lat}`)).passes;
	await until("the drive is known", async () => (await passes()).some((pass) => !pass.at_work));
	await done("/vehicles/C-1/change", { class: "any", version: 1 }, 200, "Registered");
	await until("now it was work", async () => (await passes()).some((pass) => pass.at_work));
	await place.ok("plowctl", ["verify", "--db", db]);
});

test("a contractor's new name goes to its vehicles, and it is kept while it has some", async () => {
	const made = await done("/contractors", { name: "雪建", phone: "0237-22-1111" }, 201, "Contractor");
	await refused("/contractors", { name: "雪建" }, 409);
	await refused("/vehicles", { code: "K-1", contractor: "無い会社" }, 400);
	await done("/vehicles", { code: "K-1", contractor: "雪建" }, 201, "Key");
	const changed = await done(`/contractors/${made.id}/change`, { name: "雪国建設", phone: "", version: 1 }, 200, "Contractor");
	assert.equal(changed.vehicles, 1);
	await within("the map has the name", async () => (await get("/vehicles")).find(({ code }) => code === "K-1")?.contractor === "雪国建設");
	await refused(`/contractors/${made.id}/change`, { name: "x", version: 1 }, 409);
	await refused(`/contractors/${made.id}/remove`, { version: 2 }, 409);
	await done("/vehicles/K-1/remove", { version: 2 }, 200, "Removed");
	await done(`/contractors/${made.id}/remove`, { version: 2 }, 200, "Nothing");
	await refused(`/contractors/${made.id}/remove`, { version: 2 }, 404);
	await place.ok("plowctl", ["vehicle", "add", "--db", db, "--code", "K-2", "--contractor", "尾花沢組"]);
	assert.ok((await get("/contractors")).some(({ name, vehicles }) => name === "尾花沢組" && vehicles === 1), "one that plowctl brings");
});

test("a drawn area counts its roads within a second, and an import beside it leaves it alone", async (t) => {
	const seen = await follow(t);
	const geometry = ring([-1.1, 0.9], [-0.05, 0.9], [-0.05, 1.1], [-1.1, 1.1]);
	const started = Date.now();
	const made = await done("/areas", { name: "北の小路", geometry }, 201, "Area");
	assert.equal(made.properties.layer, "drawn");
	const bar = async (name) => (await get("/snapshot")).progress.areas.find((area) => area.name === name);
	// 西部 (id 2) holds those roads too and comes first; so they are counted there until it is gone.
	await within("pages are told of the roads' new counting", () => seen("network").length > 0);
	t.diagnostic(`a drawn area was taken over after ${Date.now() - started} ms`);
	await place.ok("plow-import", [await place.file("areas.geojson", JSON.stringify({ type: "FeatureCollection", features: [] })), "--db", db, "--as", "areas"])
		.catch(() => {}); // an empty layer may be refused; then another takes its place
	const east = { type: "Feature", properties: { id: "e", name: "東部" }, geometry: ring([0.02, -2], [2, -2], [2, 2], [0.02, 2]) };
	await place.ok("plow-import", [await place.file("areas.geojson", JSON.stringify({ type: "FeatureCollection", features: [east] })), "--db", db, "--as", "areas"]);
	await within("its roads are counted", async () => Math.abs(((await bar("北の小路"))?.length_m ?? 0) - 1000) < 5);
	assert.deepEqual(names((await get("/areas")).features).sort(), ["北の小路", "東部"].sort());

	const smaller = ring([-0.5, 1.2], [-0.05, 1.2], [-0.05, 1.3]);
	await done(`/areas/${made.id}/change`, { name: "北の小路", geometry: smaller, version: 1 }, 200, "Area");
	await within("its roads are not its any more", async () => !(await bar("北の小路"))?.length_m);
	await refused(`/areas/${made.id}/change`, { name: "北の小路", geometry, version: 1 }, 409);

	const route = await done("/routes", { name: "小路線", area: "北の小路", links }, 201, "Route");
	await refused(`/areas/${made.id}/remove`, { version: 2 }, 409);
	await done(`/areas/${made.id}/change`, { name: "北の大路", geometry: smaller, version: 2 }, 200, "Area");
	assert.equal((await get("/routes")).find(({ id }) => id === route.id).area, "北の大路", "a route follows its area's name");
	await done(`/routes/${route.id}/remove`, { version: 2 }, 200, "Nothing");
	await done(`/areas/${made.id}/remove`, { version: 3 }, 200, "Nothing");
	await refused(`/areas/${made.id}/remove`, { version: 3 }, 404);

	const imported = (await get("/areas")).features.find(({ properties }) => properties.name === "東部");
	await refused(`/areas/${imported.id}/change`, { name: "東部2", geometry, version: 1 }, 409);
	await refused(`/areas/${imported.id}/remove`, { version: 1 }, 409);
	const own = await place.run("plow-import", [place.path("areas.geojson"), "--db", db, "--as", "areas", "--layer", "drawn"]);
	assert.equal(own.status, 64);
	assert.match(own.stderr, /drawn on the page/);
});

test("a depot is put on the map, moved and removed", async () => {
	const made = await done("/depots", { name: "新車庫", geometry: { type: "Point", coordinates: at(0.2, 0.2) } }, 201, "Depot");
	const moved = await done(`/depots/${made.id}/change`, { name: "新車庫", geometry: { type: "Point", coordinates: at(0.3, 0.2) }, version: 1 }, 200, "Depot");
	assert.ok(Math.abs(moved.geometry.coordinates[0] - at(0.3, 0.2)[0]) < 1e-6);
	shape("Depots", await get("/depots"));
	assert.deepEqual(names((await get("/depots")).features).sort(), ["新車庫", "車庫"].sort());
	await done(`/depots/${made.id}/remove`, { version: 2 }, 200, "Nothing");
	assert.deepEqual(names((await get("/depots")).features), ["車庫"]);
});

test("a route keeps the order of its roads, also against their geometry", async () => {
	const [{ links: cross }] = await get(`/roads?q=${encodeURIComponent("駅前")}`);
	const order = [links[1], links[0], cross[1]];
	const made = await done("/routes", { name: "第1路線", area: "東部", class: "grader", vehicle: "", links: order }, 201, "Route");
	assert.deepEqual(made.links, order);
	assert.deepEqual(made.stretches.map(({ from_m, to_m }) => from_m > to_m), [true, false]);
	assert.ok(Math.abs(made.length_m - 3000) < 10, `${made.length_m} m`);
	const changed = await done(`/routes/${made.id}/change`, { name: "第1路線", links: [cross[0]], version: 1 }, 200, "Route");
	assert.deepEqual(changed.links, [cross[0]]);
	await refused("/routes", { name: "第1路線", links: order }, 409);
	for (const wrong of [
		{ links: order }, { name: "x" }, { name: "x", links: [] }, { name: "x", links: ["1"] }, { name: "x", links: [7] },
		{ name: "x", links: [links[0], links[0]] }, { name: "x", links: [1.5] }, { name: "x", links: [-1] },
		{ name: "x", links: Array(2001).fill(links[0]) }, { name: "x", links, area: "無い" }, { name: "x", links, vehicle: "無い" },
		{ name: "x", links, class: "tank" },
	]) {
		await refused("/routes", wrong, 400);
	}
	await done(`/routes/${made.id}/remove`, { version: 2 }, 200, "Nothing");
});

test("a closure is in the list, the snapshot and the stream at once, until it ends or is withdrawn", async (t) => {
	const seen = await follow(t);
	const text = { ja: "雪崩のおそれにより通行止め", "ja-easy": "雪が 落ちます。通れません。", en: "Closed: danger of avalanches" };
	const made = await done("/closures", { text, end: soon(), geometry: line([0, 0], [0, 1]) }, 201, "Closure");
	assert.deepEqual(made.text, text);
	assert.equal(made.geometry.type, "LineString");
	await within("it is told", () => seen("closures").some((list) => list.some(({ id }) => id === made.id)));
	assert.ok((await get("/snapshot")).closures.some(({ id }) => id === made.id));

	const onLinks = await done("/closures", { text: { ja: "排雪作業" }, from: soon(-10), end: soon(30), links }, 201, "Closure");
	assert.deepEqual(onLinks.links, links);
	assert.equal(onLinks.geometry.type, "MultiLineString");
	const changed = await done(`/closures/${made.id}/change`,
		{ text: { ja: "解除時刻を変更" }, end: soon(120), geometry: ring([0, 0], [1, 0], [1, 1]), version: 1 }, 200, "Closure");
	assert.equal(changed.geometry.type, "Polygon");
	assert.ok(changed.changed);
	await refused(`/closures/${made.id}/change`, { text, end: soon(), geometry: line([0, 0], [0, 1]), version: 1 }, 409);

	const over = await done(`/closures/${made.id}/withdraw`, { version: 2 }, 200, "Closure");
	assert.ok(over.withdrawn);
	await within("that is told too", () => seen("closures").at(-1)?.every(({ id }) => id !== made.id));
	await refused(`/closures/${made.id}/withdraw`, { version: 3 }, 409);
	await refused(`/closures/${made.id}/change`, { text, end: soon(), geometry: line([0, 0], [0, 1]), version: 3 }, 409);
	assert.deepEqual((await get("/closures")).map(({ id }) => id), [onLinks.id]);
	assert.deepEqual((await get("/closures?before=1000")).map(({ id }) => id), [onLinks.id, made.id], "history keeps it");
	for (const list of [await get("/closures"), await get("/closures?before=1000")]) {
		list.forEach((closure) => shape("Closure", closure));
	}

	const brief = await done("/closures", { text: { ja: "すぐ終わる" }, end: new Date(Date.now() + 2500).toISOString(), links: [links[0]] }, 201, "Closure");
	await within("it counts", () => seen("closures").at(-1)?.some(({ id }) => id === brief.id));
	await until("its end is told by itself", () => seen("closures").at(-1)?.every(({ id }) => id !== brief.id));
	await done(`/closures/${onLinks.id}/withdraw`, { version: 1 }, 200, "Closure");
});

test("closures that make no sense are refused", async () => {
	const good = { text: { ja: "x" }, end: soon(), geometry: line([0, 0], [0, 1]) };
	for (const wrong of [
		{ text: undefined }, { text: "x" }, { text: {} }, { text: { ja: "" } }, { text: { ja: "x".repeat(512) } }, { text: { en: "x" } },
		{ text: { ja: 3 } }, { text: { ja: "x", en: "a\u0007b" } }, { end: undefined }, { end: soon(-1) }, { end: "tomorrow" },
		{ end: soon(60 * 24 * 500) }, { from: soon(90) }, { geometry: undefined }, { links }, { geometry: null },
		{ geometry: { type: "Point", coordinates: at(0, 0) } }, { geometry: line([0, 0]) }, { geometry: line([0, 0], [0, 0]) },
		{ geometry: { type: "LineString", coordinates: "x" } }, { geometry: { type: "LineString", coordinates: [[140, "38"], [1, 2]] } },
		{ geometry: line([0, 0], [300, 0]) }, { geometry: { type: "LineString", coordinates: [[140.4, 38.6, 5], [140.5, 38.6, 5]] } },
		{ geometry: { type: "Polygon", coordinates: [] } }, { geometry: ring([0, 0], [1, 1], [1, 0], [0, 1]) },
		{ geometry: { type: "LineString", coordinates: Array.from({ length: 1001 }, (_, i) => at(i / 1000, 0)) } },
		{ geometry: { type: "GeometryCollection", geometries: [] } }, { geometry: [] },
	]) {
		await refused("/closures", { ...good, ...wrong }, 400);
	}
	await refused("/closures/99/withdraw", { version: 1 }, 404);
	await refused("/closures/x/withdraw", { version: 1 }, 404);
	assert.equal((await user.fetch("/api/v1/closures?before=x")).status, 400);
	assert.deepEqual(await get("/closures"), []);
});

test("hostile names are kept as they are, or refused; never half", async () => {
	for (const name of ['<svg onload=alert(1)>', "=cmd|' /C calc'!A0", "'; DROP TABLE contractor; --", "%s%n", "﷽", "a\\b\"c"]) {
		const made = await done("/contractors", { name }, 201, "Contractor");
		assert.equal(made.name, name);
		await done(`/contractors/${made.id}/remove`, { version: 1 }, 200, "Nothing");
	}
	for (const name of ["", "x".repeat(64), "雪".repeat(22), "a\u0000b", "tab\there", "\ud800", 5, null, [], {}, true]) {
		await refused("/contractors", { name }, 400);
		await refused("/areas", { name, geometry: ring([0, 0], [1, 0], [1, 1]) }, 400);
		await refused("/routes", { name, links }, 400);
	}
	await refused("/contractors", undefined, 400, '{"name":"a\u0000b"}');
	await refused("/contractors", undefined, 400, "[]");
	await refused("/contractors", undefined, 400, "{");
	await refused("/contractors", { name: "x", phone: "0".repeat(32) }, 400);
	await refused("/contractors", { name: "x".repeat(70_000) }, 413);
	for (const code of ["", "a b", "../x", "é", "x".repeat(33), 7, "<svg>"]) {
		await refused("/vehicles", { code }, 400);
	}
	await refused("/vehicles", { code: "X-1", class: "tank" }, 400);
	await refused("/vehicles", { code: "X-1", name: "n".repeat(64) }, 400);
	await refused("/vehicles/%3Csvg%3E/rotate", {}, 404);
	await refused("/vehicles/NOBODY/rotate", {}, 404);
	for (const version of [undefined, "1", 1.5, -1, null]) {
		await refused("/contractors/1/change", { name: "x", version }, 400);
	}
	assert.deepEqual((await get("/fleet")).filter(({ code }) => code === "X-1"), []);
	const foreign = await send("/contractors", { "Content-Type": "application/json", Origin: "http://evil.example" }, '{"name":"x"}');
	assert.equal(foreign.status, 403);
	assert.equal((await send("/contractors", {}, '{"name":"x"}')).status, 415);
});

test("of two who do the same at once one is told, and nothing is lost", async () => {
	const both = await Promise.all([post("/contractors", { name: "二人" }), post("/contractors", { name: "二人" })]);
	assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
	const { id } = both.find(({ status }) => status === 201).body;
	const change = (phone) => post(`/contractors/${id}/change`, { name: "二人", phone, version: 1 });
	const changes = await Promise.all([change("1"), change("2")]);
	assert.deepEqual(changes.map(({ status }) => status).sort(), [200, 409]);
	const kept = (await get("/contractors")).find((one) => one.id === id);
	assert.equal(kept.phone, changes.find(({ status }) => status === 200).body.phone);
	const vehicles = await Promise.all([1, 2, 3, 4].map(() => post("/vehicles", { code: "W-1" })));
	assert.deepEqual(vehicles.map(({ status }) => status).sort(), [201, 409, 409, 409]);
});

test("an auditor sees the masters and changes none; a contractor sees closures alone", async () => {
	const auditor = await place.signIn(plowd, { db, name: "監査", role: "auditor" });
	const contractor = await place.signIn(plowd, { db, name: "業者", role: "contractor", contractor: "尾花沢組" });
	for (const [path, sees] of [["fleet", false], ["contractors", false], ["routes", false], ["closures", true]]) {
		assert.equal((await auditor.fetch(`/api/v1/${path}`)).status, 200);
		assert.equal((await contractor.fetch(`/api/v1/${path}`)).status, sees ? 200 : 403);
	}
	for (const path of ["vehicles", "vehicles/T-1/rotate", "areas", "depots/1/remove", "routes", "closures", "contractors/1/change"]) {
		assert.equal((await auditor.post(`/api/v1/${path}`, {})).status, 403);
		assert.equal((await contractor.post(`/api/v1/${path}`, {})).status, 403);
	}
	const { id, version } = (await get("/contractors")).find(({ name }) => name === "尾花沢組");
	const renamed = await done(`/contractors/${id}/change`, { name: "尾花沢建設", version }, 200, "Contractor");
	await within("who works for them still does", async () =>
		(await (await contractor.fetch("/api/v1/session")).json()).contractor === "尾花沢建設");
	await within("and sees its vehicles", async () =>
		(await (await contractor.fetch("/api/v1/vehicles")).json()).map(({ code }) => code).join() === "K-2");
	await done("/vehicles/K-2/remove", { version: 2 }, 200, "Removed");
	await refused(`/contractors/${id}/remove`, { version: renamed.version }, 409);
});

test("everything was recorded with who and when", async () => {
	const rows = await sql(db, "SELECT action, count(*) FROM audit WHERE time_ms > 0 AND name = '除雪係 甲' AND object <> '' GROUP BY 1 ORDER BY 1");
	for (const deed of ["vehicle.add", "vehicle.change", "vehicle.rotate", "vehicle.revoke", "vehicle.token", "vehicle.retire",
		"vehicle.restore", "vehicle.remove", "contractor.add", "contractor.change", "contractor.remove", "area.add", "area.change",
		"area.remove", "depot.add", "depot.change", "depot.remove", "route.add", "route.change", "route.remove", "closure.add",
		"closure.change", "closure.withdraw"]) {
		assert.match(rows, new RegExp(`^${deed}\\|`, "m"));
	}
});
