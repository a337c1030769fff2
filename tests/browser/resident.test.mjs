// SPDX-License-Identifier: Apache-2.0
// The residents' page on plow-public, over what plowd publishes of a simulated night.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { until } from "../support/programs.mjs";
import { assertAccessible, launch, openPage, PHONE, picture } from "./support/browser.mjs";
import { linksDrawn, mapIsIdle, mapIsOpen, unobstructed, watchMap } from "./support/map.mjs";
import { publicSite, serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

let place, site, plowd, origin, browser;

const manifest = async () => JSON.parse(await readFile(join(site.folder, "manifest.json"), "utf8"));
const published = async (name) => JSON.parse(await readFile(join(site.folder, name), "utf8"));

before(async () => {
	place = await workplace();
	const db = await snowTown(place);
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

/** A named road of the town that is done, from the published files. */
async function doneRoad() {
	const now = await manifest();
	const [state, { roads }] = [await published(now.state.file), await published((await published(now.network.file)).roads)];
	const done = new Set(state.id.filter((_, i) => state.status[i] === "done"));
	return roads.find(({ name, admin, links }) => name && admin === "town" && links.every((id) => done.has(id)));
}

const textOf = (page, id) => page.locator(`#${id}`).innerText();

test("a road is found by its name, and the answer is a record with its age, not a promise", async (t) => {
	const road = await until("a road that is done", doneRoad);
	const { page, assertQuiet } = await open(t);
	assert.match(await page.locator(".record").innerText(), /作業車が通過した記録です.*保証するものではありません/);
	await page.locator("#search").fill(road.name);
	await page.locator("#areas li button", { hasText: road.name }).first().click();
	assert.match(await textOf(page, "answer"), /通過済み|作業中/);
	assert.match(await textOf(page, "answer"), /最終通過 \d\d:\d[05]頃（.+前）/);
	assert.match(await textOf(page, "asof"), /現在（.+更新）/);
	await mapIsIdle(page);
	await picture(page, "resident");
	assertQuiet();
});

test("the list has every road of every area with its state, as the map does", async (t) => {
	const { page } = await open(t, { map: false });
	const { roads } = await published((await published((await manifest()).network.file)).roads);
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
	"on a phone, dark, in English": { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark", locale: "en-GB" },
})) {
	test(`axe-core finds nothing and nothing is cut off ${name}`, async (t) => {
		const { page, assertQuiet } = await open(t, options);
		await page.locator("#areas summary").first().click();
		await page.locator("#areas li button").first().click();
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

test("without a connection the last that was known stays, with its age", async (t) => {
	const { page } = await open(t, { map: false, ignore: /ERR_INTERNET|Failed to load/ });
	await page.context().setOffline(true);
	await until("it says so", async () => /通信できません。.*前の情報/.test(await textOf(page, "trouble")));
	assert.ok((await page.locator("#areas details").count()) > 0);
	await page.context().setOffline(false);
	await until("it recovers", async () => (await textOf(page, "trouble")) === "");
});

test("plowd's own first page is the residents', and shows staff the same", async (t) => {
	const own = `http://${plowd.ready.http}`;
	const { page, close, assertQuiet } = await openPage(browser, own);
	t.after(close);
	await page.goto(`${own}/`);
	await page.locator("#areas details").first().waitFor();
	assertQuiet();
});
