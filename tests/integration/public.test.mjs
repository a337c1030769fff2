// SPDX-License-Identifier: Apache-2.0
/*
 * What residents get: the files plowd writes, plow-public that serves them, and that no vehicle is in
 * any byte of either.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, statSync, watch } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { faults } from "../support/openapi.mjs";
import { nightOf, readPublic } from "../support/public.mjs";
import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { at, drive, drives, pages, smallTown } from "../support/smalltown.mjs";

/** Each drives along 本町通り, four metres beside its middle, so that no raw position is one of the road. */
const FLEET = [
	{ code: "KX-774", name: "黒森四号", contractor: "丹生組", after_s: -1000, from_km: 0.9, to_km: -0.9 },
	{ code: "KX-771", name: "黒森一号", contractor: "最上川建設", after_s: 0, from_km: -0.9, to_km: 0.9 },
	{ code: "KX-772", name: "黒森二号", contractor: "銀山土木", after_s: 1000, from_km: 0.9, to_km: -0.9 },
	{ code: "KX-773", name: "黒森三号", contractor: "徳良開発", after_s: 2000, from_km: -0.9, to_km: 0.9 },
];
const NORTH_KM = 0.004;
const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
/** The newest fix, and the moment the files tell of. */
const NEWEST = START + 2360;
const DELAY_S = 120;
const round = (time_s) => time_s - (time_s % 300);

let place, db, web, plowd, site, base;

const folder = (...names) => place.path("public", ...names);
const file = (name) => JSON.parse(readFileSync(folder(name), "utf8"));
const manifest = () => file("manifest.json");
/** What is known of every link. */
const states = () => readPublic(folder()).states;

async function serveTown(delay_s, to, record = db) {
	return place.serve(
		"plowd",
		["--db", record, ...LOOPBACK, "--clock", "fixes", "--public-dir", to, "--public-delay", String(delay_s), "--public-every", "1"],
		{ env: { PLOW_WEB: web } },
	);
}

/** The files of another moment: by another server, on a copy of the record. */
async function filesAt(delay_s) {
	const [to, copy] = [place.path(`delay-${delay_s}`), place.path(`delay-${delay_s}.db`)];
	await place.ok("plowctl", ["backup", "--db", db, copy]);
	const server = await serveTown(delay_s, to, copy);
	const found = await until("its files are there", () => readPublic(to));
	assert.deepEqual(await server.stop(), { status: 0, signal: null });
	return found;
}

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	web = await pages(place);
	for (const { code, name, contractor, after_s, ...course } of FLEET) {
		const options = ["--name", name, "--class", "any", "--contractor", contractor];
		await drives(place, db, code, options, { ...course, north_km: NORTH_KM, start: START + after_s });
	}
	plowd = await serveTown(DELAY_S, folder());
	await until("the files are there", () => readPublic(folder()));
	site = await place.serve("plow-public", ["--dir", folder(), "--http", "127.0.0.1:0"], { env: { PLOW_WEB: web } });
	base = `http://${site.ready.http}`;
});
after(() => place?.close());

test("the manifest names everything there is to know", () => {
	const { version, made, town, window, operation, classes, districts, progress, ...files } = manifest();
	assert.equal(version, 1);
	assert.equal(Date.parse(made), (NEWEST - DELAY_S) * 1000, "it tells of the moment the delay ago");
	assert.ok(Date.parse(window.from));
	assert.equal(town.name, "雪国市");
	assert.equal(town.bounds.length, 4);
	assert.equal(operation, null);
	assert.deepEqual(classes, [{ code: "", name: "既定", finish_by: "07:30" }]);
	assert.deepEqual(districts.map(({ area, roads }) => [area, roads]), [["東部", 2], ["西部", 3]]);
	for (const kind of ["network", "state", "plows", "passes", "closures"]) {
		assert.match(files[kind].file, new RegExp(`^${kind}-[0-9a-f]{32}\\.json$`));
	}
	assert.match(files.table.file, /^table-[0-9a-f]{32}\.csv$/);
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
	const all = [...states().values()];
	assert.ok(all.some(({ last }) => last > 0));
	assert.ok(all.every(({ last }) => last === null || last % 300 === 0));
	assert.ok(all.every(({ status }) => status !== "not_ours"));
});

test("a district's list is the map in words, and the table says the same to a spreadsheet", () => {
	const { districts, table } = manifest();
	const rows = districts.flatMap(({ file: name }) => file(name).roads);
	const east = rows.find(({ name, area }) => name === "本町通り" && area === "東部");
	assert.deepEqual([east.status, east.done, east.links.length], ["done", 1, 1]);
	assert.equal(east.last, round(NEWEST - DELAY_S));
	assert.equal(rows.find(({ name }) => name === "国道13号").status, "not_ours");
	const bytes = readFileSync(folder(table.file), "utf8");
	assert.ok(bytes.startsWith("\ufeffarea,name,class,admin,length_m,status,last,sections,done\r\n"));
	assert.match(bytes, /^"東部","本町通り","main",town,1000\.\d,done,2027-01-15T20:05:00\.000Z,1,1\r$/m);
	assert.equal(bytes.trim().split("\r\n").length, rows.length + 1);
});

test("the passes of the last seven days are told by day and district, to five minutes", () => {
	const { days } = file(manifest().passes.file);
	assert.equal(days.length, 7);
	assert.deepEqual(days.map(({ day }) => day).slice(0, 2), ["2027-01-15", "2027-01-14"]);
	const east = file(days[0].areas["東部"]);
	assert.deepEqual(Object.keys(east), ["id", "passes"]);
	// KX-773 has not left it yet; the others have: westward half way through their drive, eastward at its end.
	assert.deepEqual(east.passes, [[START + 1180, START + 360, START - 820].map(round)]);
});

test("beside a depot nothing is told for half an hour", () => {
	const { days } = file(manifest().passes.file);
	const west = file(days[0].areas["西部"]);
	const [street] = file(manifest().districts[1].file).roads.filter(({ name }) => name === "本町通り");
	// The western half passes the depot: at NEWEST - 30 min only KX-774 and KX-771 had been there.
	assert.deepEqual(west.passes, [[START + 180, START - 640].map(round)]);
	assert.equal(street.last, round(START + 180));
	assert.ok(street.last <= NEWEST - 1800);
});

test("a plow at work is shown on its road, and by nothing that names it", () => {
	const { plows } = file(manifest().plows.file);
	assert.equal(plows.length, 1);
	const [[lon, lat, course, ...more]] = plows;
	assert.deepEqual(more, []);
	const [expected] = at(-0.9 + 0.005 * (NEWEST - DELAY_S - START - 2000), 0);
	assert.ok(Math.abs(lon - expected) * 87_100 < 20, `${lon} is where it was: ${expected}`);
	assert.ok(Math.abs(lat - at(0, 0)[1]) * 111_000 < 1.5, `${lat} is on the road`);
	assert.equal(course, 90);
});

test("beside a depot no plow is shown", async () => {
	const beside = await filesAt(NEWEST - (START + 2015)); // 0.82 km west: 182 m from it
	assert.deepEqual(beside.plows, []);
	const away = await filesAt(NEWEST - (START + 2060)); // 0.6 km west
	assert.equal(away.plows.length, 1);
});

/** Everything the public site can be asked for, as it is sent. */
async function everyByte() {
	const names = [
		"/", "/index.html", "/js/page.js", "/dispatch", "/dispatch.html", "/js/dispatch.js", "/nights", "/nights.html", "/js/nights.js", "/css/nights.css", "/driver.html", "/openapi.json", "/api/v1/vehicles",
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

test("a closure is told in three languages, after the delay, and not who wrote it", async () => {
	const user = await place.signIn(plowd, { db, name: "指令 太郎" });
	const text = { ja: "雪崩のおそれにより通行止め", "ja-easy": "雪が 落ちます。通れません。", en: "Closed: danger of avalanches" };
	const [from, end] = [round(NEWEST), round(NEWEST) + 7200].map((time) => new Date(time * 1000).toISOString());
	const geometry = { type: "LineString", coordinates: [at(0, 0), at(0, 1)] };
	const made = await user.post("/api/v1/closures", { text, from, end, geometry });
	assert.equal(made.status, 201, await made.clone().text());
	assert.deepEqual((await filesAt(1200)).closures, [], "twenty minutes ago nobody had said so");
	const [told, ...more] = (await filesAt(0)).closures;
	assert.deepEqual(more, []);
	assert.deepEqual(Object.keys(told), ["id", "text", "from", "end", "geometry"]);
	assert.deepEqual([told.text, told.from, told.end], [text, from, end]);
	assert.equal(told.geometry.type, "LineString");
});

/** What must not be there: who, with what key, and where and when exactly. */
function secrets() {
	const keys = FLEET.map(({ code }) => JSON.parse(readFileSync(place.path(`${code}.key`), "utf8")).key);
	const raw = at(0, NORTH_KM)[1];
	const depot = at(-1, 0.05)[1];
	return [
		...FLEET.flatMap(({ code, name, contractor }) => [code, name, contractor]), ...keys, "vehicle", "contractor", "driver\"", "車庫", "指令 太郎",
		...[raw, depot].flatMap((lat) => [lat.toFixed(7), lat.toFixed(6), lat.toFixed(5)]),
	];
}

/** Says so when a text has a secret, or a moment finer than five minutes that is not the manifest's own. */
function assertPublic(what, text) {
	for (const secret of secrets()) {
		assert.ok(!text.includes(secret), `${what} says ${secret}`);
	}
	for (const [moment] of text.matchAll(/\b1[789]\d{8}(\d{3})?\b/g)) {
		assert.equal(Number(moment) % 300, 0, `${what} says ${moment}`);
	}
	for (const [, moment] of text.matchAll(/"?[a-z]*"?:?"?(\d{4}-\d\d-\d\dT[0-9:.]+Z)/g)) {
		const known = [new Date((NEWEST - DELAY_S) * 1000).toISOString(), manifest().made];
		assert.ok(known.includes(moment) || Date.parse(moment) % 300_000 === 0, `${what} says ${moment}`);
	}
}

test("no byte of it names a vehicle, a contractor, a key, a depot, a raw position or a moment", async () => {
	const { days } = file(manifest().passes.file);
	assert.ok(file(days[0].areas["東部"]).passes.flat().length >= 3, "the passes of three vehicles are public");
	assert.equal(file(manifest().plows.file).plows.length, 1, "and the place of a fourth");
	for (const { path, text } of await everyByte()) {
		assertPublic(path, text.replace(/^(date|last-modified|etag): .*$/gm, ""));
	}
	for (const name of readdirSync(folder())) {
		assertPublic(name, readFileSync(folder(name), "utf8"));
	}
});

const description = JSON.parse(readFileSync(join(ROOT, "web/openapi-public.json"), "utf8"));
/** The files of the description, each with what a name of its kind looks like. */
const described = Object.entries(description.paths).map(([path, { get }]) => ({
	path, get, looks: new RegExp(`^${path.replaceAll(".", "\\.").replace("{hash}", "[0-9a-f]{16,}").replace(/\{[xy]\}/g, "\\d+")}$`),
}));

test("every file is described, and every kind that is described is there and answers so", async () => {
	const met = new Set();
	for (const name of readdirSync(folder())) {
		const kinds = described.filter(({ looks }) => looks.test(`/data/${name}`));
		assert.equal(kinds.length, 1, `${name} is described once`);
		const [{ path, get }] = kinds;
		const answer = await until(`${name} is served`, async () => {
			const sent = await fetch(`${base}/data/${name}`);
			return sent.status === 200 && sent;
		});
		const type = answer.headers.get("content-type").split(";")[0];
		const { content } = get.responses[200];
		assert.ok(content[type], `${name}: ${type} is not described`);
		if (type.endsWith("json")) {
			assert.deepEqual([...faults(description, content[type].schema, await answer.json(), name)], []);
		}
		met.add(path);
	}
	assert.deepEqual([...met].sort(), Object.keys(description.paths).sort());
	const [closures] = described.filter(({ looks }) => looks.test(`/data/closures-${"0".repeat(32)}.json`));
	const told = { closures: readPublic(place.path("delay-0")).closures };
	assert.equal(told.closures.length, 1);
	assert.deepEqual([...faults(description, closures.get.responses[200].content["application/json"].schema, told)], []);
	const refused = await fetch(`${base}/data/state-${"0".repeat(32)}.json`);
	assert.equal(refused.status, 404);
	assert.deepEqual([...faults(description, { $ref: "#/components/schemas/Error" }, await refused.json())], []);
});

test("the page names the same files and every member of what is in them", () => {
	const page = readFileSync(join(ROOT, "docs/API.md"), "utf8");
	const named = [...page.split("## Public files")[1].matchAll(/`([a-z]+(?:-13-x-y)?(?:-HASH)?\.(?:json|csv))`/g)].map(([, name]) => name);
	const files = Object.keys(description.paths).map((path) => path.replace("/data/", "").replace("{hash}", "HASH").replace(/\{([xy])\}/g, "$1"));
	assert.deepEqual([...new Set(named)].sort(), files.sort());
	for (const [name, schema] of Object.entries(description.components.schemas)) {
		for (const member of name === "Water" ? [] : Object.keys(schema.properties ?? {})) { // RFC 7946 says what GeoJSON has
			assert.ok(page.includes(`"${member}"`), `${name}.${member} is not on the page`);
		}
	}
});

test("nothing links one night's work with another's", async () => {
	const before = nightOf(folder(), START);
	const bare = place.path("bare");
	const other = await workplace();
	try {
		// The next night the same four drive again, along another part of the road.
		for (const { code, after_s, from_km, to_km } of FLEET) {
			const csv = await place.file(`${code}-again.csv`, drive({ start: START + 86_400 + after_s + 7, from_km: from_km * 0.97, to_km: to_km * 0.97, north_km: NORTH_KM }));
			await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, csv]);
		}
		await until("the second night is told", () => readPublic(folder())?.days[0].day === "2027-01-16" && readPublic(folder()).plows.length === 1);
		// What is there without any work at all is no link.
		const quiet = await smallTown(other);
		const server = await other.serve("plowd", ["--db", quiet, ...LOOPBACK, "--public-dir", bare], { env: { PLOW_WEB: web } });
		await until("the files of a town without plows", () => readPublic(bare));
		await server.stop();
		const known = nightOf(bare, START);
		const after = nightOf(folder(), START + 86_400);
		assert.ok(before.size > known.size / 2 && after.size > 0);
		const both = [...before].filter((token) => after.has(token) && !known.has(token));
		assert.deepEqual(both, [], "no number and no word is in both nights and not in a town without plows");
	} finally {
		await other.close();
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
	await writeFile(`${other}/.new`, '{"id":[]}');
	await rename(`${other}/.new`, `${other}/state-${"0".repeat(32)}.json`);
	await writeFile(`${other}/.new`, '{"version":1,"second":true}');
	await rename(`${other}/.new`, `${other}/manifest.json`);
	await until("the second is there", async () => (await ask("manifest.json")).includes("second"));
	assert.equal(await ask(`state-${"0".repeat(32)}.json`), '{"id":[]}');
	assert.match(await ask(".new"), /nothing at this address/);
});

/** The names in a file, and in the files it names. */
function namesIn(to, name) {
	const text = readFileSync(join(to, name), "utf8");
	const named = [...new Set(text.match(/[a-z]+(-\d+){0,3}-[0-9a-f]{32}\.(json|csv)/g) ?? [])];
	return named.flatMap((each) => [each, ...namesIn(to, each)]);
}

/** plowd writes into a folder as often as it is told, until that is seen which is waited for. */
async function writesInto(to, every_s, seen) {
	const server = await place.serve("plowd", ["--db", place.path("order.db"), ...LOOPBACK, "--public-dir", to, "--public-every", String(every_s)], { env: { PLOW_WEB: web } });
	const found = await until(`what it writes every ${every_s} s is seen`, seen);
	assert.deepEqual(await server.stop(), { status: 0, signal: null });
	return found;
}

test("a manifest is put in place when all it names is there, again and again as often as plowd is told", async () => {
	const to = place.path("order");
	await place.ok("plowctl", ["backup", "--db", db, place.path("order.db")]);
	mkdirSync(to);
	const events = [];
	const watcher = watch(to, (_, name) => events.push(name)); // in the order in which the kernel saw them
	try {
		await writesInto(to, 600, () => events.includes("manifest.json"));
	} finally {
		watcher.close();
	}
	const before = new Set(events.slice(0, events.indexOf("manifest.json")));
	const named = namesIn(to, "manifest.json");
	assert.ok(named.length > 8, `${named}`);
	assert.deepEqual(named.filter((name) => !before.has(name)), [], "named before they were there");
	const made = new Set();
	await writesInto(to, 1, () => {
		made.add(JSON.parse(readFileSync(join(to, "manifest.json"), "utf8")).made);
		assert.ok(namesIn(to, "manifest.json").length > 8); // throws where one is missing
		return made.size > 3;
	});
});

test("nothing half-written is ever under a good name", () => {
	for (const name of readdirSync(folder())) {
		assert.ok(name === "manifest.json" || /^[a-z]+(-\d+){0,3}-[0-9a-f]{32}\.(json|csv)$/.test(name), name);
		assert.ok(statSync(folder(name)).size > 0);
		assert.ok(name.endsWith(".csv") || file(name));
	}
});

test("the first files after a start tell of the delay ago, too", async () => {
	const { manifest: first, states: links, plows, days } = await filesAt(1800);
	const moment = START + 86_400 + 2367 - 1800;
	assert.ok(Date.parse(first.made) / 1000 - moment < 30);
	const lasts = [...links.values()].map(({ last }) => last).filter((last) => last !== null);
	assert.ok(lasts.length > 0, "what was done before is told");
	assert.ok(lasts.every((last) => last <= moment), `${lasts}`);
	assert.ok(days.every(({ passes }) => passes.every((time) => time <= moment)));
	assert.deepEqual(plows, [], "nobody was at work then");
	const done = [...links.values()].filter(({ status }) => status === "done").length;
	assert.equal(first.progress.total.done_m > 0, done > 0, "progress is of the same moment");
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

for (const [what, option] of Object.entries({
	"a delay of more than half an hour": ["--public-delay", "1801"],
	"a delay that is none": ["--public-delay", "-1"],
	"a writing without a pause": ["--public-every", "0"],
})) {
	test(`plowd refuses ${what}`, async () => {
		const ended = await place.run("plowd", ["--db", db, ...LOOPBACK, ...option]);
		assert.equal(ended.status, 64);
		assert.match(ended.stderr, new RegExp(`^plowd: ${option[0].slice(2)} "${option[1]}" is no number of seconds from \\d to \\d+\\n$`));
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
