// SPDX-License-Identifier: Apache-2.0
/*
 * What residents get: the files plowd writes, plow-public that serves them, and that no vehicle is in
 * any byte of either.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { drives, pages, smallTown } from "../support/smalltown.mjs";

const FLEET = [
	{ code: "KX-771", name: "黒森一号", contractor: "最上川建設", from_km: -0.9, to_km: 0.9 },
	{ code: "KX-772", name: "黒森二号", contractor: "銀山土木", from_km: 0.9, to_km: -0.9 },
	{ code: "KX-773", name: "黒森三号", contractor: "徳良開発", from_km: -0.9, to_km: 0.9 },
];
const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;

let place, db, web, plowd, site, base;

const folder = (...names) => place.path("public", ...names);
const file = (name) => JSON.parse(readFileSync(folder(name), "utf8"));
const manifest = () => file("manifest.json");

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	web = await pages(place);
	for (const [i, { code, name, contractor, ...course }] of FLEET.entries()) {
		const options = ["--name", name, "--class", "any", "--contractor", contractor];
		await drives(place, db, code, options, { ...course, start: START + 1000 * i });
	}
	plowd = await place.serve(
		"plowd",
		["--db", db, ...LOOPBACK, "--clock", "fixes", "--public-dir", folder(), "--public-delay", "0"],
		{ env: { PLOW_WEB: web } },
	);
	await until("the files have the roads that were driven", () => {
		try {
			return file(manifest().state.file).id.length > 0;
		} catch {
			return false;
		}
	});
	site = await place.serve("plow-public", ["--dir", folder(), "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	base = `http://${site.ready.http}`;
});
after(() => place?.close());

test("the manifest names everything there is to know", () => {
	const { version, made, town, window, operation, network, state, progress } = manifest();
	assert.equal(version, 1);
	assert.ok(Date.parse(made) && Date.parse(window.from));
	assert.equal(town.name, "雪国市");
	assert.equal(town.bounds.length, 4);
	assert.equal(operation, null);
	assert.match(network.file, /^network-[0-9a-f]{32}\.json$/);
	assert.match(state.file, /^state-[0-9a-f]{32}\.json$/);
	assert.ok(progress.total.length_m > 0 && progress.areas.length === 2);
});

test("every link is in each tile it touches, under one number", () => {
	const { zoom, tiles } = file(manifest().network.file);
	assert.equal(zoom, 13);
	const links = new Map();
	for (const [key, name] of Object.entries(tiles)) {
		const [x, y] = key.split("/").map(Number);
		assert.ok(name.startsWith(`tile-13-${x}-${y}-`));
		for (const link of file(name).links) {
			assert.deepEqual(Object.keys(link), ["id", "name", "class", "admin", "coords"]);
			assert.ok(link.coords.length >= 2);
			assert.deepEqual(links.get(link.id) ?? link, link);
			links.set(link.id, link);
		}
	}
	assert.deepEqual(new Set([...links.values()].map((link) => link.name)), new Set(["本町通り", "駅前通り", "国道13号", ""]));
	const listed = file(file(manifest().network.file).roads).roads.flatMap((road) => road.links);
	assert.deepEqual(listed.sort(), [...links.keys()].sort());
});

test("the list has one entry for each name, area and administrator, sorted", () => {
	const { roads } = file(file(manifest().network.file).roads);
	const keys = roads.map((road) => `${road.area}/${road.name}/${road.admin}`);
	assert.equal(new Set(keys).size, keys.length);
	assert.deepEqual(roads.map((road) => road.area), roads.map((road) => road.area).sort());
	const street = roads.filter((road) => road.name === "本町通り");
	assert.deepEqual(street.map((road) => road.area).sort(), ["東部", "西部"]);
	assert.ok(Math.abs(street[0].length_m + street[1].length_m - 2000) < 20);
});

test("times are whole five minutes, and roads of others are not judged", () => {
	const state = file(manifest().state.file);
	assert.deepEqual(Object.keys(state), ["id", "status", "share", "last"]);
	assert.ok(state.last.some((time) => time > 0));
	assert.ok(state.last.every((time) => time === null || time % 300 === 0));
	assert.ok(state.status.every((status) => status !== "not_ours"));
});

/** Everything the public site can be asked for, as it is sent. */
async function everyByte() {
	const names = [
		"/", "/index.html", "/js/page.js", "/dispatch", "/dispatch.html", "/js/dispatch.js", "/driver.html", "/openapi.json", "/api/v1/vehicles",
		"/api/v1/snapshot", "/metrics", "/healthz", "/town.db",
	];
	const served = readdirSync(folder()).map((name) => `/data/${name}`);
	const answers = [];
	for (const path of [...names, ...served]) {
		const answer = await fetch(base + path);
		const headers = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
		answers.push({ path, status: answer.status, text: `${headers}\n${await answer.text()}` });
	}
	return answers;
}

test("no byte of it names a vehicle, a contractor, a key or a moment", async () => {
	const user = await place.signIn(plowd, { db });
	const recent = await (await user.fetch("/api/v1/vehicles")).json();
	assert.equal(recent.filter((vehicle) => vehicle.lon !== null).length, 3, "three vehicles were at work");
	const state = file(manifest().state.file);
	assert.ok(state.id.length >= 2, "what they cleared is public");
	const secrets = FLEET.flatMap(({ code, name, contractor }) => [code, name, contractor]);
	secrets.push(...FLEET.map(({ code }) => JSON.parse(readFileSync(place.path(`${code}.key`), "utf8")).key));
	secrets.push(...recent.flatMap((vehicle) => [vehicle.lon.toFixed(6), vehicle.lat.toFixed(6)]), "vehicle", "contractor");
	for (const { path, text } of await everyByte()) {
		for (const secret of secrets) {
			assert.ok(!text.includes(secret), `${path} says ${secret}`);
		}
		for (const [moment] of text.matchAll(/\b1[789]\d{8}\b/g)) {
			assert.equal(Number(moment) % 300, 0, `${path} says ${moment}`);
		}
	}
	for (const name of readdirSync(folder())) {
		const bytes = readFileSync(folder(name));
		assert.ok(secrets.every((secret) => !bytes.includes(secret)), `${name} says too much`);
	}
});

test("what is for staff is not there", async () => {
	for (const { path, status } of await everyByte()) {
		const open = path.startsWith("/data/") || ["/", "/index.html", "/js/page.js"].includes(path);
		assert.equal(status, open ? 200 : 404, path);
	}
});

test("files are kept for ever, the manifest never without asking", async () => {
	const hashed = await fetch(`${base}/data/${manifest().state.file}`);
	assert.match(hashed.headers.get("cache-control"), /immutable/);
	const first = await fetch(`${base}/data/manifest.json`);
	assert.equal(first.headers.get("cache-control"), "no-cache");
	const again = await fetch(`${base}/data/manifest.json`, { headers: { "If-None-Match": first.headers.get("etag") } });
	assert.ok([304, 200].includes(again.status));
});

test("plowd serves staff the same files", async () => {
	const name = manifest().network.file;
	await until("plowd has read them", async () => (await fetch(`http://${plowd.ready.http}/data/${name}`)).status === 200);
	const [own, theirs] = await Promise.all(
		[`http://${plowd.ready.http}`, base].map(async (server) => (await fetch(`${server}/data/${name}`)).text()),
	);
	assert.equal(own, theirs);
});

test("a new manifest is served with all it names, within a moment", async () => {
	const other = place.path("other");
	await mkdir(other);
	await writeFile(`${other}/manifest.json`, '{"version":1}');
	const server = await place.serve("plow-public", ["--dir", other, "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	const ask = async (name) => (await fetch(`http://${server.ready.http}/data/${name}`)).text();
	await until("the first is there", async () => (await ask("manifest.json")) === '{"version":1}');
	await writeFile(`${other}/state-${"0".repeat(32)}.json`, '{"id":[]}');
	await writeFile(`${other}/.new`, '{"version":1,"second":true}');
	await rename(`${other}/.new`, `${other}/manifest.json`);
	await until("the second is there", async () => (await ask("manifest.json")).includes("second"));
	assert.equal(await ask(`state-${"0".repeat(32)}.json`), '{"id":[]}');
	assert.match(await ask(".new"), /nothing at this address/);
});

test("nothing half-written is ever under a good name", () => {
	for (const name of readdirSync(folder())) {
		assert.ok(name === "manifest.json" || /^[a-z]+(-\d+){0,3}-[0-9a-f]{32}\.json$/.test(name), name);
		assert.ok(statSync(folder(name)).size > 0);
		assert.doesNotThrow(() => file(name));
	}
});

test("within the delay nothing is told of what was just done", async () => {
	const late = place.path("late");
	const again = await place.serve(
		"plowd",
		["--db", db, ...LOOPBACK, "--clock", "fixes", "--public-dir", late, "--public-delay", "1800"],
		{ env: { PLOW_WEB: web } },
	);
	const read = (name) => JSON.parse(readFileSync(`${late}/${name}`, "utf8"));
	await until("the first files are there", () => {
		try {
			return read("manifest.json");
		} catch {
			return null;
		}
	});
	const { last } = read(read("manifest.json").state.file);
	const newest = START + 1000 * 2 + 360;
	assert.ok(last.every((time) => time <= newest - 1800), `${last}`);
	assert.deepEqual(await again.stop(), { status: 0, signal: null });
});

/** How plow-public ends when it cannot serve. */
const refusals = {
	"no folder": [["--dir", "nowhere", "--http", "127.0.0.1:0"], 66],
	"no option": [[], 64],
	"an address that is none": [["--dir", ".", "--http", "localhost"], 64],
	"an address of somebody else": [["--dir", ".", "--http", "192.0.2.1:0"], 69],
};

for (const [what, [args, status]] of Object.entries(refusals)) {
	test(`plow-public ends with ${status} and one sentence: ${what}`, async () => {
		const ended = await place.run("plow-public", args, { env: { PLOW_WEB: web } });
		assert.equal(ended.status, status, ended.stderr);
		assert.equal(ended.stdout, "");
		assert.equal(ended.stderr.trim().split("\n").length, 1);
	});
}

test("plow-public says which port is taken", async () => {
	const ended = await place.run("plow-public", ["--dir", folder(), "--http", site.ready.http], { env: { PLOW_WEB: web } });
	assert.equal(ended.status, 69);
	assert.ok(ended.stderr.includes(site.ready.http));
});

test("plow-public answers --help and --version, and ends in order", async () => {
	assert.match(await place.ok("plow-public", ["--help"]), /--dir/);
	assert.match(await place.ok("plow-public", ["--version"]), /^plow-public \d/);
	mkdirSync(place.path("empty"));
	const server = await place.serve("plow-public", ["--dir", place.path("empty"), "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	assert.equal((await fetch(`http://${server.ready.http}/data/manifest.json`)).status, 404);
	assert.deepEqual(await server.stop(), { status: 0, signal: null });
});
