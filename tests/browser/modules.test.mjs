// SPDX-License-Identifier: Apache-2.0
// The pages' modules that know no page: they run here as they are.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, until } from "../support/programs.mjs";
import { ageBand, coverageOf, summarise, withLinks } from "../../web/js/data/coverage.js";
import { followEvents, STALE_MS } from "../../web/js/data/events.js";
import { countStates, fleetOf, listVehicles, newestFix, withVehicles } from "../../web/js/data/fleet.js";
import { choices, wantsRoad, wantsVehicle } from "../../web/js/data/filters.js";
import { boxAbout, distanceTo, nearestLink } from "../../web/js/data/nearby.js";
import { passesOfLinks, roadsByArea, tilesIn } from "../../web/js/data/public.js";
import { isBad, outlookOf } from "../../web/js/data/outlook.js";
import { createRoadBook, rowsOf, rowWith, sortRows } from "../../web/js/data/roads.js";
import { createStore, paced } from "../../web/js/data/store.js";
import { createFormat, nextTime, octant } from "../../web/js/format.js";
import { readHash, writeHash } from "../../web/js/hash.js";
import { chooseLanguage, translator, withReadings, word } from "../../web/js/i18n.js";
import { whenDrawn } from "../../web/js/map/drawn.js";
import { ApiError } from "../../web/js/data/api.js";
import { explain, reason } from "../../web/js/refusal.js";
import { nearestLine } from "../../web/js/map/nearest.js";

const HOUR = 3600;
const vehicle = (code, fields = {}) => ({ code, state: "work", time: null, name: "", lon: null, lat: null, ...fields });
const columns = (...rows) => ({
	id: rows.map((row) => row[0]),
	status: rows.map((row) => row[1]),
	share: rows.map(() => 1),
	passes: rows.map(() => 1),
	forward: rows.map(() => 1),
	last: rows.map((row) => row[2] ?? null),
});

test("a fix from a backlog does not move a vehicle back", () => {
	const fleet = fleetOf([vehicle("R-1", { time: "2027-01-15T19:30:05.000Z", lon: 1 })]);
	assert.equal(withVehicles(fleet, [vehicle("R-1", { time: "2027-01-15T19:30:04.000Z", lon: 2 })]), fleet);
	assert.equal(withVehicles(fleet, [vehicle("R-1", { time: "2027-01-15T19:30:06.000Z", lon: 2 })]).get("R-1").lon, 2);
});

test("a vehicle that falls silent is taken over although its fix is the same", () => {
	const time = "2027-01-15T19:30:05.000Z";
	const fleet = withVehicles(fleetOf([vehicle("R-1", { time })]), [vehicle("R-1", { time, state: "silent" })]);
	assert.equal(fleet.get("R-1").state, "silent");
});

test("reducers leave the state they were given as it was", () => {
	const fleet = fleetOf([vehicle("R-1")]);
	withVehicles(fleet, [vehicle("R-2")]);
	assert.equal(fleet.size, 1);
	const coverage = coverageOf(columns([1, "none"]));
	withLinks(coverage, columns([1, "done"]));
	assert.equal(coverage.links.get(1).status, "none");
});

test("the list shows silent vehicles first, then by code as people count", () => {
	const fleet = fleetOf([
		vehicle("R-10"), vehicle("R-9", { state: "waiting" }), vehicle("R-2", { state: "off" }), vehicle("R-30", { state: "silent" }),
	]);
	assert.deepEqual(listVehicles(fleet).map(({ code }) => code), ["R-30", "R-9", "R-10", "R-2"]);
	assert.deepEqual(listVehicles(fleet, "work").map(({ code }) => code), ["R-10"]);
	assert.deepEqual(countStates(fleet), { silent: 1, work: 1, transfer: 0, waiting: 1, off: 1 });
});

test("the newest fix of a fleet is found, and none where there is none", () => {
	assert.equal(newestFix(fleetOf([vehicle("R-1")])), null);
	const times = ["2027-01-15T19:30:05.000Z", "2027-01-15T19:30:09.000Z"];
	assert.equal(newestFix(fleetOf(times.map((time, i) => vehicle(`R-${i}`, { time })))), Date.parse(times[1]));
});

test("changed links are named, and a snapshot names none since all may have changed", () => {
	const first = coverageOf(columns([1, "none"], [2, "done", 100]));
	assert.equal(first.changed, null);
	const second = withLinks(first, columns([1, "working", 200]));
	assert.deepEqual(second.changed, [1]);
	assert.deepEqual(second.links.get(2), { status: "done", share: 1, passes: 1, forward: 1, last: 100 });
});

/** Two roads of the town and a national one: links 1 and 2 of the first, 3 of the second, 4 of the third. */
const roadTable = {
	network: "1", areas: ["東部", "西部"], id: [10, 20, 30], source_id: ["a", "b", "c"], name: ["本町通り2号", "本町通り10号", ""],
	class: ["第1種", "生活道路", "trunk"], admin: ["town", "town", "nation"], area: [0, 1, -1], length_m: [400, 50, 80],
	links: [[1, 2], [3], [4]], link_m: [[100, 300], [50], [80]],
};

test("a road of the table stands as its links do, and only touched ones are looked at again", () => {
	const book = createRoadBook();
	const first = coverageOf(columns([1, "done", 100]));
	book.setTable(roadTable, first.links);
	assert.deepEqual(book.rows().map(({ status, done, last }) => ({ status, done, last })), [
		{ status: "partly", done: 0.25, last: 100 }, { status: "none", done: 0, last: null }, { status: "not_ours", done: 0, last: null },
	]);
	assert.deepEqual([book.rows()[0].forward, book.rows()[0].backward], [0, 0], "not all of it was passed");
	const before = book.rows();
	book.take(withLinks(first, columns([2, "done", 200])));
	assert.deepEqual([book.rows()[0].status, book.rows()[0].last, book.rows()[0].forward], ["done", 200, 1]);
	assert.equal(before[0].status, "partly", "what was given out stays");
	assert.equal(book.rows()[1], before[1]);
	assert.equal(book.ofLink(3).name, "本町通り10号");
	assert.equal(book.ofLink(99), undefined);
});

test("rows are sorted as people count, and those with nothing to sort by come last both ways", () => {
	const rows = rowsOf(roadTable).map((row) => rowWith(row, coverageOf(columns([3, "done", 500])).links));
	const order = (key, falling) => sortRows(rows, key, falling).map(({ id }) => id);
	assert.deepEqual(order("name", false), [10, 20, 30]);
	assert.deepEqual(order("name", true), [20, 10, 30]);
	assert.deepEqual(order("last", false), [20, 10, 30]);
	assert.deepEqual(order("last", true), [20, 10, 30]);
	assert.deepEqual(order("status", false), [10, 20, 30], "what needs somebody comes first");
});

test("filters keep what fits all of them, and nothing given is a choice of its own", () => {
	const [first, second, third] = rowsOf(roadTable);
	const now = 1_800_000_000_000;
	assert.equal(wantsRoad({}, third, now), true);
	assert.equal(wantsRoad({ area: "東部", class: "第1種", status: "none", age: "never" }, first, now), true);
	assert.equal(wantsRoad({ area: "東部" }, second, now), false);
	assert.equal(wantsRoad({ area: "-" }, third, now), true);
	assert.equal(wantsRoad({ age: "1" }, { ...first, last: now / 1000 - 2 * HOUR }, now), true);
	const unit = vehicle("R-1", { contractor: "", class: "dozer" });
	assert.equal(wantsVehicle({ contractor: "-", machine: "dozer", state: "work" }, unit, "東部"), true);
	assert.equal(wantsVehicle({ area: "西部" }, unit, "東部"), false);
	assert.deepEqual(choices(["第10種", "", "第2種", "第2種"]), ["第2種", "第10種", "-"]);
});

test("age bands end at 1, 3, 6, 12 and 24 hours", () => {
	const now = 1_800_000_000;
	const band = (hours) => ageBand(now - hours * HOUR, now * 1000);
	assert.deepEqual([0, 0.99, 1, 3, 6, 12, 23.9, 24, 200].map(band), [0, 0, 1, 2, 3, 4, 4, 5, 5]);
	assert.equal(ageBand(null, now * 1000), -1);
	assert.equal(ageBand(now + 60, now * 1000), 0);
});

test("a road of several links gets the one word that is true of all of it", () => {
	const { links } = coverageOf(columns([1, "done", 100], [2, "done", 300], [3, "working", 200], [4, "unknown"]));
	const of = (...ids) => summarise(links, ids, "town").status;
	assert.equal(of(1, 2), "done");
	assert.equal(of(1, 99), "partly");
	assert.equal(of(1, 3), "working");
	assert.equal(of(98, 99), "none");
	assert.equal(of(4, 99), "unknown");
	assert.equal(of(4, 1), "unknown", "who looks for what is not known finds it beside what is done");
	assert.equal(of(4, 3), "working");
	assert.equal(summarise(links, [98], "nation").status, "not_ours");
	assert.equal(summarise(links, [1, 2], "town").newest, 300);
});

/** An EventSource that does what it is told. */
class FakeSource {
	static all = [];
	constructor(url) {
		this.url = url;
		this.readyState = 1;
		this.listeners = {};
		FakeSource.all.push(this);
	}
	addEventListener(name, listen) {
		this.listeners[name] = listen;
	}
	say(name, data, lastEventId = "") {
		this.listeners[name]({ data: JSON.stringify(data), lastEventId });
	}
	close() {
		this.readyState = 2;
	}
}

function follow(after) {
	FakeSource.all = [];
	const states = [];
	const events = [];
	let now = 0;
	const stream = followEvents(after, {
		url: (number) => `/events?after=${number}`,
		onEvent: (name, data) => events.push([name, data]),
		onState: (state) => states.push(state),
		Source: FakeSource,
		clock: () => now,
	});
	return { stream, states, events, pass: (ms) => { now += ms; stream.check(); } };
}

test("the stream begins after the snapshot's last event", () => {
	const { states, events } = follow(41);
	assert.equal(FakeSource.all[0].url, "/events?after=41");
	FakeSource.all[0].onopen();
	FakeSource.all[0].say("vehicles", [{ code: "R-1" }], "42");
	assert.deepEqual(events, [["vehicles", [{ code: "R-1" }]]]);
	assert.deepEqual(states, ["connecting", "live"]);
});

test("silence is said, and the stream opened anew after the last event it gave", () => {
	const { states, pass } = follow(41);
	FakeSource.all[0].onopen();
	FakeSource.all[0].say("links", {}, "57");
	pass(STALE_MS + 1);
	assert.equal(states.at(-1), "stale");
	pass(30_000);
	assert.equal(FakeSource.all[1].url, "/events?after=57");
	FakeSource.all[1].say("now", { now: "2027-01-15T19:30:05.000Z" });
	assert.equal(states.at(-1), "live");
});

test("a heartbeat without a number does not make the stream forget where it was", () => {
	const { pass } = follow(41);
	FakeSource.all[0].onopen();
	FakeSource.all[0].say("now", {}, "");
	pass(STALE_MS + 1);
	pass(30_000);
	assert.equal(FakeSource.all[1].url, "/events?after=41");
});

test("a stream that was refused for good is opened again after a while", () => {
	const { states, pass } = follow(1);
	FakeSource.all[0].readyState = 2;
	FakeSource.all[0].onerror();
	assert.equal(states.at(-1), "lost");
	pass(1000);
	assert.equal(FakeSource.all.length, 1);
	pass(2500);
	assert.equal(FakeSource.all.length, 2);
});

test("a store tells its listeners of changes and of nothing else", () => {
	const store = createStore(1);
	const seen = [];
	const stop = store.subscribe((value) => seen.push(value));
	store.set(1);
	store.update((value) => value + 1);
	stop();
	store.set(3);
	assert.deepEqual(seen, [1, 2]);
});

test("paced work is done with the newest state", async () => {
	const seen = [];
	await new Promise((done) => {
		const show = paced(20, (value) => {
			seen.push(value);
			if (value === 3) done();
		});
		show(1);
		show(2);
		show(3);
	});
	assert.deepEqual(seen, [3]);
});

test("paced work that is still going on is waited for, and what came meanwhile is not lost", async () => {
	const acts = [];
	const show = paced(0, (value) => new Promise((end) => acts.push({ value, end })));
	const turn = (number) => until(`turn ${number}`, () => acts.length === number, { every_ms: 1 });
	show(1);
	await turn(1);
	show(2);
	show(3);
	await new Promise((done) => setTimeout(done)); // a turn that did not wait would have come by now
	assert.equal(acts.length, 1);
	acts[0].end();
	await turn(2);
	assert.equal(acts[1].value, 3);
	acts[1].end();
	show(4);
	await turn(3);
	assert.equal(acts[2].value, 4);
});

test("vehicles are drawn with the frame that has them, while the map is dragged and its roads still load as well", async () => {
	const looks = new Set();
	const asked = [];
	let loaded = false;
	let frames = 0;
	const map = /** @type {any} */ ({ // one that never comes to rest: it has no other event
		on: (name, look) => name === "render" && looks.add(look),
		off: (_name, look) => looks.delete(look),
		isSourceLoaded: (source) => (asked.push(source), loaded),
		triggerRepaint: () => frames++,
	});
	let isDrawn = false;
	const drawn = whenDrawn(map, "vehicles").then(() => (isDrawn = true));
	assert.equal(frames, 1, "a frame is asked for: nothing may have changed");
	looks.forEach((look) => look());
	await new Promise((done) => setImmediate(done));
	assert.ok(!isDrawn, "a frame before the worker has cut the data into tiles has them not");
	loaded = true;
	looks.forEach((look) => look());
	await drawn;
	assert.deepEqual([...new Set(asked)], ["vehicles"]);
	assert.equal(looks.size, 0);
});

test("a map that draws nothing, out of sight, is not waited for without end", async () => {
	const map = /** @type {any} */ ({ on() {}, off() {}, isSourceLoaded: () => true, triggerRepaint() {} });
	await whenDrawn(map, "vehicles", 1);
});

test("a question that was too large is not blamed on the database, and uncounted nights are named", () => {
	for (const language of ["ja", "en"]) {
		const t = translator(JSON.parse(readFileSync(join(ROOT, `web/locales/${language}.json`), "utf8")));
		const says = (error) => reason(error, t);
		assert.match(says(new ApiError("The question takes longer than 20 seconds while nights are still being counted: ask again later.", 503, 12)), /12 夜|12 nights/);
		assert.match(says(new ApiError("The question takes longer than 20 seconds: ask for less at a time, or again later.", 503)), /狭めて|smaller/);
		assert.match(says(new ApiError("The database cannot be read at the moment.", 503)), /サーバーがいま応じられません|cannot do this right now/);
	}
});

test("whatever the server refuses, the page says it in its own language", () => {
	const t = translator(JSON.parse(readFileSync(join(ROOT, "web/locales/ja.json"), "utf8")));
	const sentences = new Set();
	for (const folder of ["server/plowd/api", "tracker-client", "common/httpd"]) {
		for (const name of readdirSync(join(ROOT, folder)).filter((each) => each.endsWith(".c"))) {
			const source = readFileSync(join(ROOT, folder, name), "utf8").replace(/"\s*\n\s*"/g, "");
			[...source.matchAll(/"([A-Z][^"\n]* [^"\n]*\.)"/g)].forEach(([, sentence]) => sentences.add(sentence));
		}
	}
	assert.ok(sentences.size > 100, `${sentences.size} sentences`);
	for (const status of [0, 400, 401, 403, 404, 405, 409, 413, 414, 415, 429, 500, 503]) {
		for (const sentence of sentences) {
			const said = reason(new ApiError(sentence, status), t);
			assert.doesNotMatch(said, /[A-Za-z]{3}|\{/, sentence);
			assert.match(said, /[ぁ-ん]/, sentence);
		}
	}
	assert.deepEqual(explain(new ApiError("There is a vehicle of this code already, perhaps a retired one.", 409), t), { field: "code", text: "すでに使われています。" });
	assert.equal(reason(new ApiError("There is a user of this name already.", 409), t, { 409: "users.taken" }), "その名前はもう使われています。");
	assert.equal(reason(new Error("二つのパスワードが違います。"), t), "二つのパスワードが違います。");
});

test("public tiles are found by what the map shows", () => {
	const network = { zoom: 13, tiles: { "7290/3139": "a", "7291/3139": "b", "7300/3139": "c" }, roads: "r" };
	const lon = (x) => (x / 8192) * 360 - 180;
	const lat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 8192))) * 180) / Math.PI;
	assert.deepEqual(tilesIn(network, [lon(7290.1), lat(3139.9), lon(7291.9), lat(3138.2)]), ["7290/3139", "7291/3139"]);
	assert.deepEqual(tilesIn(network, [lon(7290.1), lat(3138.9), lon(7291.9), lat(3138.2)]), []);
	assert.deepEqual(tilesIn(network, [0, 0, 1, 1]), []);
});

test("roads are searched in whatever width they are typed", () => {
	const road = (area, name) => ({ area, name, admin: "town", class: "", length_m: 1, center: [0, 0], links: [] });
	const roads = [road("北町", "市道1号線"), road("北町", "駅前通り"), road("南町", "市道１号線")];
	assert.deepEqual([...roadsByArea(roads, "")].map(([area, list]) => [area, list.length]), [["北町", 2], ["南町", 1]]);
	assert.deepEqual([...roadsByArea(roads, "1号").keys()], ["北町", "南町"]);
	assert.equal(roadsByArea(roads, "無い道").size, 0);
});

test("ages are told in the largest unit that says enough", () => {
	const format = createFormat("ja", "Asia/Tokyo");
	assert.equal(format.age(59_000), "59 秒前");
	assert.equal(format.age(3 * 60_000), "3 分前");
	assert.equal(format.age(5 * 3_600_000), "5 時間前");
	assert.equal(format.age(-5), "0 秒前");
});

test("clock times are the town's, with the day when it is another", () => {
	const format = createFormat("ja", "Asia/Tokyo");
	const now = Date.parse("2027-01-15T20:00:00Z"); // five in the morning of the 16th
	assert.equal(format.when(Date.parse("2027-01-15T19:30:00Z"), now), "04:30");
	assert.match(format.when(Date.parse("2027-01-15T10:00:00Z"), now), /1月15日.*19:00/);
});

test("all is done only when all is done", () => {
	const format = createFormat("ja", "Asia/Tokyo");
	assert.equal(format.percent(0.999), "99\u00a0%");
	assert.equal(format.percent(1), "100\u00a0%");
	assert.equal(format.length(999), "999 m");
	assert.equal(format.length(1500), "1.5 km");
});

test("the target is the next time the town's clock shows it", () => {
	const now = Date.parse("2027-01-15T17:30:00.250Z"); // 02:30 in Tokyo
	assert.equal(new Date(nextTime("07:30", now, "Asia/Tokyo")).toISOString(), "2027-01-15T22:30:00.000Z");
	assert.equal(new Date(nextTime("02:00", now, "Asia/Tokyo")).toISOString(), "2027-01-16T17:00:00.000Z");
	assert.equal(nextTime("soon", now, "Asia/Tokyo"), null);
});

test("courses have names of eight directions", () => {
	assert.deepEqual([0, 22, 23, 90, 350, 337, -90, 720].map(octant), [0, 0, 1, 2, 0, 7, 6, 0]);
});

test("what is shown survives the way through the address", () => {
	const place = { link: 393216, tab: "progress", by: "age", map: { zoom: 14.25, center: [140.40581, 38.60061] } };
	assert.deepEqual(readHash(writeHash(place)), place);
	assert.deepEqual(readHash(writeHash({ vehicle: "R 1&2" })), { vehicle: "R 1&2" });
	const filtered = { tab: "roads", sort: "-last", area: "中央第一工区", class: "第1種", age: "never", box: [140.1, 38.2, 140.3, 38.4] };
	assert.deepEqual(readHash(writeHash(filtered)), filtered);
	assert.deepEqual(readHash("#link=x&map=99/0/0&map&box=1,2,0,3"), {});
	assert.equal(writeHash({}), "");
});

test("the language is the one asked for, the one kept, the browser's, or Japanese", () => {
	assert.equal(chooseLanguage("?lang=en", "ja", ["ja"]), "en");
	assert.equal(chooseLanguage("?lang=xx", "en", ["ja"]), "en");
	assert.equal(chooseLanguage("", null, ["fr-FR", "en-GB"]), "en");
	assert.equal(chooseLanguage("", null, ["fr"]), "ja");
	assert.equal(chooseLanguage("", "ja-easy", ["en"]), "ja-easy");
});

test("a reading stands above its word, and nowhere else", () => {
	assert.deepEqual(withReadings("[雪|ゆき]の[道|みち]です"), [
		{ text: "雪", reading: "ゆき" }, { text: "の", reading: "" }, { text: "道", reading: "みち" }, { text: "です", reading: "" },
	]);
	assert.deepEqual(withReadings("道"), [{ text: "道", reading: "" }]);
	assert.equal(translator({ key: "[雪|ゆき]が {n} cm" })("key", { n: "[3|x]" }), "雪が [3|x] cm");
});

test("the nearest road is found without asking anybody", () => {
	const place = /** @type {[number, number]} */ ([140.4, 38.6]);
	const line = (id, north_m) => ({ id, coords: [[140.39, 38.6 + north_m / 111_320], [140.41, 38.6 + north_m / 111_320]] });
	assert.ok(Math.abs(distanceTo(place, line(1, 50).coords) - 50) < 0.01);
	assert.equal(nearestLink([line(1, 50), line(2, -20)], place, 80).id, 2);
	assert.equal(nearestLink([line(1, 81)], place, 80), null);
	const [west, south, east, north] = boxAbout(place, 100);
	assert.ok(west < 140.4 && east > 140.4 && Math.abs((north - south) * 111_320 - 200) < 0.01);
});

test("the passes of a road are those of its links, each time once, the newest first", () => {
	const columns = { id: [7, 8, 9], passes: [[900, 300], [900, 600], [1200]] };
	assert.deepEqual(passesOfLinks([{ day: "2027-01-15", columns }, { day: "2027-01-14", columns: null }], [7, 8]), [
		{ day: "2027-01-15", times: [900, 600, 300] },
		{ day: "2027-01-14", times: [] },
	]);
});

test("a click means the nearest of the lines about it", () => {
	const line = (id, ...coordinates) => ({ id, geometry: { type: "LineString", coordinates } });
	const found = [line(1, [0, 0], [10, 0]), line(2, [0, 5], [10, 5])];
	const pixels = ([x, y]) => ({ x, y });
	assert.equal(nearestLine(found, { x: 5, y: 1 }, pixels), 1);
	assert.equal(nearestLine(found, { x: 5, y: 4 }, pixels), 2);
	assert.equal(nearestLine([], { x: 5, y: 4 }, pixels), null);
});

const locale = (name) => JSON.parse(readFileSync(join(ROOT, "web/locales", `${name}.json`), "utf8"));
const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

test("both languages have the same words with the same gaps", () => {
	const [ja, en] = [locale("ja"), locale("en")];
	assert.deepEqual(Object.keys(en), Object.keys(ja));
	for (const [key, text] of Object.entries(ja)) {
		assert.ok(text !== "" && en[key] !== "", key);
		assert.deepEqual(holes(en[key]), holes(text), key);
	}
});

test("what residents are told is there in やさしい日本語, with the same gaps", () => {
	const [ja, easy] = [locale("ja"), locale("ja-easy")];
	assert.deepEqual(Object.keys(easy).filter((key) => !(key in ja)), []);
	const told = Object.keys(ja).filter((key) => /^(public|responsible)\./.test(key));
	assert.deepEqual(told.filter((key) => !easy[key]), []);
	for (const [key, text] of Object.entries(easy)) {
		assert.deepEqual(holes(text), holes(ja[key]), key);
	}
});

const PAGES = readdirSync(join(ROOT, "web")).filter((name) => name.endsWith(".html"));

test("every word a page asks for is there", () => {
	const ja = locale("ja");
	const web = join(ROOT, "web");
	const files = PAGES.map((name) => join(web, name));
	const walk = (folder) =>
		readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
			entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
		);
	const text = [...files, ...walk(join(web, "js"))].map((path) => readFileSync(path, "utf8")).join("\n");
	const keys = [
		...[...text.matchAll(/\b(?:t\("|say\("(?=public\.))([\w.]+)"/g)].map(([, key]) => key),
		...[...text.matchAll(/data-t(?:-\w+)?="([\w.]+)"/g)].map(([, key]) => key),
	];
	assert.ok(keys.length > 100);
	assert.deepEqual(keys.filter((key) => !(key in ja)), []);
});

test("the Japanese in the markup is the Japanese of the locale", () => {
	const t = translator(locale("ja"));
	for (const name of PAGES) {
		const html = readFileSync(join(ROOT, "web", name), "utf8");
		for (const [, key, text] of html.matchAll(/data-t="([\w.]+)"[^>]*>([^<]*)</g)) {
			assert.equal(text, t(key), `${name}: ${key}`);
		}
	}
});

test("a code without a word is shown as it is", () => {
	const t = translator({ "class.rotary": "ロータリ" });
	assert.equal(word(t, "class", "rotary"), "ロータリ");
	assert.equal(word(t, "class", "特殊"), "特殊");
});

test("what is still to do will be done in time, will not, or cannot be told: each class by its own hour", () => {
	const now = Date.parse("2027-01-16T05:00:00+09:00");
	const at = (time) => new Date(`2027-01-16T${time}:00+09:00`).toISOString();
	const bar = { todo_m: 500, remaining_m: 500, finish: at("06:00"), finish_why: null };
	const kind = (of) => outlookOf({ ...bar, ...of }, now).kind;
	assert.equal(kind({ target: at("06:00") }), "on_time");
	assert.equal(kind({ target: at("05:59") }), "late");
	assert.equal(kind({ target: at("04:59") }), "missed", "whatever is expected");
	assert.equal(kind({ target: at("05:00") }), "late", "it is not over before it is over");
	assert.equal(kind({ target: null }), "expected");
	assert.equal(kind({ target: at("04:00"), finish: null, finish_why: "done", todo_m: 0 }), "done", "what is done misses nothing");
	assert.equal(kind({ target: at("07:00"), finish: null, finish_why: "too_far" }), "late");
	assert.equal(kind({ target: null, finish: null, finish_why: "too_far" }), "too_far");
	assert.equal(kind({ target: at("07:00"), finish: null, finish_why: "stopped" }), "stopped");
	assert.equal(kind({ target: at("07:00"), finish: null, finish_why: "too_soon" }), "unclear");
	assert.deepEqual(["late", "missed", "stopped", "on_time", "done", "unclear"].filter(isBad), ["late", "missed", "stopped"]);
});
