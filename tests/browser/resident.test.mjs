// SPDX-License-Identifier: Apache-2.0
// The residents' page on plow-public, over what plowd publishes of a simulated night.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { until } from "../support/programs.mjs";
import { assertAccessible, launch, openPage, PHONE, picture, tabTo, WEB } from "./support/browser.mjs";
import { linksDrawn, mapIsIdle, mapIsOpen, waterDrawn, unobstructed, watchMap } from "./support/map.mjs";
import { publicSite, serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

let place, site, plowd, db, origin, browser;

const manifest = async () => JSON.parse(await readFile(join(site.folder, "manifest.json"), "utf8"));
const published = async (name) => JSON.parse(await readFile(join(site.folder, name), "utf8"));

before(async () => {
	place = await workplace();
	db = await snowTown(place);
	site = await publicSite(place);
	const town = await serveTown(place, db, site.args);
	plowd = town.plowd;
	await simulate(place, db, town.udp);
	browser = await launch();
	await until("something done is published", async () => {
		const { progress } = await manifest().catch(() => ({}));
		return progress?.total.done_m > 1000;
	}, { every_ms: 500 });
	origin = await site.serve();
});

after(async () => {
	await browser?.close();
	await place?.close();
});

async function open(t, { map = true, path = "/", ...options } = {}) {
	const watched = await openPage(options.browser ?? browser, origin, options);
	t.after(watched.close);
	await watchMap(watched.page);
	await watched.page.goto(origin + path);
	await watched.page.locator("#areas details").first().waitFor();
	if (map) {
		await mapIsOpen(watched.page);
		await mapIsIdle(watched.page);
	}
	return watched;
}

/** Every road with what is published of it. */
async function publishedRows() {
	const { districts } = await manifest();
	return (await Promise.all(districts.map(({ file }) => published(file)))).flatMap(({ roads }) => roads);
}

/** The links whose passes are published: up to five minutes later than their state. */
async function toldLinks() {
	const { days } = await published((await manifest()).passes.file);
	const files = days.flatMap(({ areas }) => Object.values(areas));
	return new Set((await Promise.all(files.map(published))).flatMap(({ id }) => id));
}

/** A named road of the town that is done, from the published files. @param {(links: number[]) => boolean} [suits] */
const doneRoad = async (suits = () => true) =>
	(await publishedRows()).find(({ name, admin, status, links }) => name && admin === "town" && status === "done" && suits(links));

const textOf = (page, id) => page.locator(`#${id}`).innerText();

test("plows at work are drawn on their roads, without a name", async (t) => {
	const { page, assertQuiet } = await open(t);
	const drawn = await until("a plow is drawn", async () => {
		const found = await page.evaluate(() => globalThis.shownMap.queryRenderedFeatures({ layers: ["plow"] }).map(({ properties }) => properties));
		return found.length && found;
	});
	assert.ok(drawn.every((properties) => Object.keys(properties).join() === "course"), JSON.stringify(drawn));
	assert.ok((await waterDrawn(page)).includes("雪見川"), "and the river");
	assertQuiet();
});

test("the phone's own place finds its road, and is told to nobody", async (t) => {
	const { tiles } = await published((await manifest()).network.file);
	const links = (await Promise.all(Object.values(tiles).map((file) => published(file)))).flatMap((tile) => tile.links);
	const { coords, name } = links.find((link) => link.name && link.admin === "town");
	const [longitude, latitude] = [(coords[0][0] + coords[1][0]) / 2, (coords[0][1] + coords[1][1]) / 2];
	const { page, assertQuiet } = await open(t, { geolocation: { longitude, latitude, accuracy: 5 }, permissions: ["geolocation"] });
	const said = [];
	page.on("request", (request) => said.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`));
	await page.locator("#here").click();
	await until("its road is the answer", async () => (await page.locator("#answer h2").allInnerTexts()).includes(name));
	for (const each of said) {
		for (const place of [longitude, latitude]) {
			assert.ok(!each.includes(place.toFixed(3)) && !each.includes(place.toFixed(2)), each);
		}
	}
	assertQuiet();
});

test("a place that is not given away is no dead end", async (t) => {
	const { page } = await open(t, { map: false });
	await page.locator("#here").click();
	await until("it says what else there is", async () => /道路名か地図で探してください/.test(await textOf(page, "found")));
});

test("the list has every road of every area with its state, as the map does", async (t) => {
	const { page } = await open(t, { map: false });
	const roads = await publishedRows();
	const areas = new Set(roads.map(({ area }) => area));
	assert.equal(await page.locator("#areas details").count(), areas.size);
	const first = page.locator("#areas details").first();
	await first.locator("summary").click();
	const [area] = areas;
	const expected = roads.filter((road) => road.area === area);
	await until("its roads are listed", async () => (await first.locator("li").count()) === expected.length);
	for (const words of await first.locator("li").allInnerTexts()) {
		assert.match(words, /通過済み|一部通過|作業中|記録なし|通過後に降雪|不明|市の対象外/);
	}
});

test("roads of state and prefecture say who is responsible for them", async (t) => {
	const { page } = await open(t, { map: false });
	await page.locator("#search").fill("国道");
	await page.locator("#areas li button", { hasText: "国道" }).first().click();
	assert.match(await textOf(page, "answer"), /市の対象外.*国（道路管理者）/s);
});

test("a road that is clicked on the map is the road of the answer", async (t) => {
	const { page, assertQuiet } = await open(t);
	const drawn = await until("a done link to click", async () => (await unobstructed(page, await linksDrawn(page, "done")))[0]);
	await page.mouse.click(drawn.x, drawn.y);
	await until("the answer is there", async () => /最終通過/.test(await textOf(page, "answer")));
	assertQuiet();
});

test("a name nobody has is said to be unknown", async (t) => {
	const { page } = await open(t, { map: false });
	await page.locator("#search").fill("存在しない通り");
	assert.match(await textOf(page, "nothing"), /「存在しない通り」に合う道路はありません/);
});

test("what is new comes by itself", async (t) => {
	const { page, assertQuiet } = await open(t, { map: false });
	const made = () => page.locator("#asof time").getAttribute("datetime");
	const first = await made();
	await until("a newer state is shown", async () => (await made()) > first);
	assertQuiet();
});

for (const [name, options] of Object.entries({
	"on a desk": {},
	"on a desk, dark": { colorScheme: "dark" },
	"on a phone": { viewport: PHONE, hasTouch: true, isMobile: true },
	"on a phone, easy": { viewport: PHONE, hasTouch: true, isMobile: true, path: "/?lang=ja-easy" },
	"on a phone, dark, in English": { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark", locale: "en-GB" },
})) {
	test(`axe-core finds nothing and nothing is cut off ${name}`, async (t) => {
		const { name: road } = await until("a road that is done", () => doneRoad());
		const { page, assertQuiet } = await open(t, options);
		await page.locator("#search").fill(road);
		await page.locator("#areas li button", { hasText: road }).first().click();
		await page.locator("#answer .last").first().waitFor();
		await mapIsIdle(page);
		await assertAccessible(page);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
		await picture(page, `resident ${name}`.replace(/\W+/g, "-"));
		assertQuiet();
	});
}

test("without WebGL the list answers all the same", async (t) => {
	const plain = await launch(["--disable-3d-apis"]);
	t.after(() => plain.close());
	const { page } = await open(t, { map: false, browser: plain, ignore: /WebGL|no map/ });
	await until("it says why there is no map", async () => /地図を表示できません/.test(await page.locator(".stage").innerText()));
	await page.locator("#areas summary").first().click();
	await page.locator("#areas li button").first().click();
	assert.notEqual(await textOf(page, "answer"), "");
	await assertAccessible(page);
});

/** The page of a server of its own, which may go away and come back. */
async function openAlone(t, http = "127.0.0.1:0") {
	const serve = (address) => place.serve("plow-public", ["--dir", site.folder, "--http", address], { env: { PLOW_WEB: WEB } });
	const server = await serve(http);
	const address = server.ready.http;
	const watched = await openPage(browser, `http://${address}`, {});
	t.after(watched.close);
	await watched.page.goto(`http://${address}/`);
	await watched.page.locator("#areas details").first().waitFor();
	return { page: watched.page, server, again: () => serve(address) };
}

test("without a connection the last that was known stays, with its age", async (t) => {
	const { page, server, again } = await openAlone(t);
	await server.stop();
	await until("it says so", async () => /通信できません。.*前の情報/.test(await textOf(page, "trouble")));
	assert.ok((await page.locator("#areas details").count()) > 0);
	await again();
	await until("it recovers", async () => (await textOf(page, "trouble")) === "");
});

test("without a connection the page itself comes again, with what it last showed", async (t) => {
	const { page, server } = await openAlone(t);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
	await page.reload(); // now all it needs goes through the worker
	await page.locator("#areas summary").first().click();
	await page.locator("#areas li").first().waitFor();
	await until("it is kept", () => page.evaluate(async () => Boolean(await caches.match("/data/manifest.json")) && Boolean(await caches.match("/js/resident.js"))));
	await server.stop();
	await page.reload();
	await page.locator("#areas details").first().waitFor();
	await until("it says so", async () => /通信できません。.*前の情報/.test(await textOf(page, "trouble")));
	await picture(page, "resident-offline");
});

test("the choice of languages shows all three, and やさしい日本語 has its readings", async (t) => {
	const { page, assertQuiet } = await open(t, { map: false });
	assert.deepEqual(await page.locator("#languages button").allInnerTexts(), ["日本語", "やさしい日本語", "English"]);
	const { name } = (await publishedRows()).find((row) => row.name && row.area);
	await page.locator("#search").fill(name);
	await page.locator("#areas li button", { hasText: name }).first().click();
	await page.locator("#answer h2", { hasText: name }).waitFor();
	await page.locator("#languages button", { hasText: "やさしい" }).click();
	await page.locator("ruby rt", { hasText: "ゆき" }).first().waitFor();
	assert.equal(await page.locator("html").getAttribute("lang"), "ja");
	await page.locator("#areas summary").first().click();
	await page.locator("#areas li").first().waitFor();
	assert.match(await page.locator("#areas li").first().innerText(), /通りました|きろくが\u3000ありません|しています|市の道では|ふりました|わかりません/);
	await page.locator("#answer h2", { hasText: name }).waitFor(); // the same road
	await page.locator("#answer rt", { hasText: "いえ" }).first().waitFor();
	assertQuiet();
});

test("a closure is told on both pages and drawn on the map, in the language of the page", async (t) => {
	const user = await place.signIn(plowd, { db });
	const text = { ja: "橋の点検で通行止め", "ja-easy": "橋を しらべます。通れません。", en: "Bridge inspection" };
	const { links } = (await publishedRows())[0];
	const body = { text, end: new Date(Date.now() + 3_600_000).toISOString(), links };
	const made = await user.fetch("/api/v1/closures", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
	assert.equal(made.status, 201, await made.clone().text());
	// A page asks again only after a minute: it is opened when plow-public serves what was published.
	const served = async (name) => (await fetch(`${origin}/data/${name}`)).json();
	await until("it is served", async () => (await served((await served("manifest.json")).closures.file)).closures.length === 1, { every_ms: 300 });
	for (const [language, words] of Object.entries(text)) {
		const list = await openList(t, { search: `?lang=${language}` });
		await list.page.locator("#closures li", { hasText: words }).waitFor();
		assert.equal(await list.page.locator("#closures rt").count(), language === "ja-easy" ? 1 : 0, "readings stand above their words");
		list.assertQuiet();
		const { page, assertQuiet } = await open(t, { path: `/?lang=${language}` });
		await page.locator("#closures li", { hasText: words }).waitFor();
		const drawn = await until("the map says so too", async () => {
			const labels = await page.evaluate(() => globalThis.shownMap.queryRenderedFeatures({ layers: ["closure-text"] }).map(({ properties }) => properties.text));
			return labels.length > 0 && labels;
		});
		assert.ok(drawn.every((label) => label.startsWith(words) && /\d\d:\d\d/.test(label)), drawn.join("; "));
		await picture(page, `resident-closure-${language}`);
		assertQuiet();
	}
	const phone = await open(t, { viewport: PHONE });
	await assertAccessible(phone.page);
	await picture(phone.page, "resident-closure");
});

test("everything is reached by keyboard alone", async (t) => {
	const road = await until("a road that is done", () => doneRoad());
	const { page } = await open(t, { map: false });
	await page.locator("#search").focus();
	await page.keyboard.type(road.name);
	const result = page.locator("#areas li button", { hasText: road.name }).first();
	await result.waitFor();
	await tabTo(page, result);
	await page.keyboard.press("Enter");
	await until("the answer is there", async () => (await textOf(page, "answer")).includes(road.name));
	await until("the tab key comes back to the nights", async () => {
		await page.keyboard.press("Shift+Tab");
		return page.evaluate(() => document.activeElement?.parentElement?.className === "nights");
	}, { every_ms: 1 });
	await page.keyboard.press("Enter");
	await until("they are open", async () => /の夜/.test(await textOf(page, "answer")));
});

test("what is needed to read the list is at most 150 kB, packed, without the map library", async (t) => {
	for (const [path, ready] of [["/", "#areas details"], ["/list.html", "#areas details"]]) {
		const watched = await openPage(browser, origin, { serviceWorkers: "block", ignore: /nothing is kept/ });
		t.after(watched.close);
		const sizes = [];
		watched.page.on("requestfinished", (request) => sizes.push(request.sizes().then(({ responseBodySize }) => [new URL(request.url()).pathname, responseBodySize])));
		await watched.page.goto(origin + path);
		await watched.page.locator(ready).first().click();
		await watched.page.locator(path === "/" ? "#areas li" : "#areas tbody tr").first().waitFor();
		const found = (await Promise.all(sizes)).filter(([name]) => !name.startsWith("/vendor/"));
		const total = found.reduce((sum, [, size]) => sum + size, 0);
		t.diagnostic(`${path}: ${total} bytes in ${found.length} answers`);
		assert.ok(found.length > 5 && total > 5000, "something was counted");
		assert.ok(total <= 150_000, `${path}: ${total} bytes: ${found.map((each) => each.join(" ")).join(", ")}`);
	}
});

async function openList(t, options = {}) {
	const watched = await openPage(browser, origin, options);
	t.after(watched.close);
	await watched.page.goto(`${origin}/list.html${options.search ?? ""}`);
	await watched.page.locator("#areas details").first().waitFor();
	return watched;
}

test("the plain list says of every road what the map says", async (t) => {
	const { page, assertQuiet } = await openList(t);
	const rows = await publishedRows();
	await page.locator("#all").click();
	await until("every road is there", async () => (await page.locator("#areas tbody tr").count()) === rows.length);
	const done = await doneRoad();
	assert.match(await page.locator("tbody tr", { hasText: done.name }).first().innerText(), /通過済み|作業中|一部通過/);
	assert.match(await textOf(page, "asof"), /現在（.+更新）/);
	assert.match(await page.locator(".record").innerText(), /作業車が通過した記録です.*保証するものではありません/);
	await page.locator("#search").fill(done.name);
	await until("the others are gone", async () => (await page.locator("#areas details:visible").count()) < (await manifest()).districts.length);
	const table = await page.locator("#table").getAttribute("href");
	assert.match(await (await fetch(origin + table)).text(), /^\ufeff?area,name/);
	assertQuiet();
});

for (const [name, options] of Object.entries({
	"on a phone": { viewport: PHONE },
	"on a desk, dark, in English": { colorScheme: "dark", search: "?lang=en" },
	"on a phone, easy": { viewport: PHONE, search: "?lang=ja-easy" },
})) {
	test(`axe-core finds nothing in the plain list ${name}`, async (t) => {
		const { page, assertQuiet } = await openList(t, options);
		await page.locator("#areas summary").first().click();
		await page.locator("#areas tbody tr").first().waitFor();
		await assertAccessible(page);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
		await picture(page, `list ${name}`.replace(/\W+/g, "-"));
		assertQuiet();
	});
}

test("plowd's own first page is the residents', and shows staff the same", async (t) => {
	const own = `http://${plowd.ready.http}`;
	const { page, close, assertQuiet } = await openPage(browser, own);
	t.after(close);
	await page.goto(`${own}/`);
	await page.locator("#areas details").first().waitFor();
	assertQuiet();
});

// The last: the passes of a night that goes on are published every five minutes.
test("a road is found by its name, and the answer is a record with its age, not a promise", async (t) => {
	const road = await until("a road that is done and whose passes are published", async () => {
		const told = await toldLinks();
		return doneRoad((links) => links.some((id) => told.has(id)));
	}, { every_ms: 1000, patience_ms: 360_000 });
	const { page, assertQuiet } = await open(t);
	assert.match(await page.locator(".record").innerText(), /作業車が通過した記録です.*保証するものではありません/);
	await page.locator("#search").fill(road.name);
	await page.locator("#areas li button", { hasText: road.name }).first().click();
	assert.match(await textOf(page, "answer"), /通過済み|作業中/);
	assert.match(await textOf(page, "answer"), /最終通過 \d\d:\d[05]頃（.+前）/);
	assert.match(await textOf(page, "asof"), /現在（.+更新）/);
	await mapIsIdle(page);
	await page.locator("#answer .nights summary").click();
	await until("the night's passes are told",
		async () => /月\d+日.*の夜\s+\d\d:\d[05]/.test(await textOf(page, "answer")));
	assert.match(await textOf(page, "answer"), /目標時刻：07:30/);
	assert.match(await textOf(page, "answer"), /市道です。除雪は市が行っています/);
	assert.match(await textOf(page, "answer"), /玄関先や車庫の前に雪が残ることがあります/);
	await mapIsIdle(page);
	await picture(page, "resident");
	assertQuiet();
});
