// SPDX-License-Identifier: Apache-2.0
// The residents' page on plow-public, over what plowd publishes of a simulated night.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { closeAfter, until } from "../support/programs.mjs";
import { assertAccessible, assertNotSideways, assertSeen, atBothSizes, DESKTOP, launch, openPage, PHONE, picture, SERVER_AWAY, tabTo, WEB } from "./support/browser.mjs";
import { linksDrawn, mapIsIdle, mapIsOpen, middle, plowsDrawn, symbolsDrawn, unobstructed, watchMap, waterDrawn } from "./support/map.mjs";
import { makeOld } from "./support/old.mjs";
import { ask, comeBack, TOLD } from "./support/resident.mjs";
import { publicSite, serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

let place, site, plowd, db, origin, browser;
/** The page with the map that most tests ask, opened once. */
let desk;

const manifest = async () => JSON.parse(await readFile(join(site.folder, "manifest.json"), "utf8"));
const published = async (name) => JSON.parse(await readFile(join(site.folder, name), "utf8"));
/** What plow-public serves by now. */
const served = async (name) => (await fetch(`${origin}/data/${name}`)).json();

before(async () => {
	place = await workplace();
	db = await snowTown(place);
	site = await publicSite(place, { every_s: 2 });
	const town = await serveTown(place, db, site.args);
	plowd = town.plowd;
	await simulate(place, db, town.udp);
	browser = await launch();
	await until("something done is published", async () => {
		const { progress } = await manifest().catch(() => ({}));
		return progress?.total.done_m > 1000;
	}, { every_ms: 500 });
	origin = await site.serve();
	desk = await openWatched(null, {});
});

after(async () => {
	await browser?.close();
	await place?.close();
});

async function openWatched(t, { map = true, path = "/", browser: own = browser, ...options }) {
	const watched = await openPage(t, own, origin, { webgl: map, ...options });
	await watchMap(watched.page);
	await watched.page.goto(origin + path);
	await watched.page.locator("#areas details").first().waitFor();
	if (map) {
		await mapIsOpen(watched.page);
		await mapIsIdle(watched.page);
	}
	return watched;
}

/** A page of a test's own. */
const open = (t, options = {}) => openWatched(t, options);

async function openList(t, { search = "", ...options } = {}) {
	return open(t, { map: false, path: `/list.html${search}`, ...options });
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

/** A road of the town that is done and whose name finds it alone, from the published files. @param {(links: number[]) => boolean} [suits] */
const doneRoad = async (suits = () => true) =>
	(await publishedRows()).find(({ name, admin, status, links }, _, all) =>
		name && admin === "town" && status === "done" && suits(links) && all.filter(({ name: other }) => other.includes(name)).length === 1);

const textOf = (page, id) => page.locator(`#${id}`).innerText();

test("plows at work are drawn on their roads, without a name", async () => {
	const { page } = desk;
	assert.ok((await waterDrawn(page)).includes("雪見川"), "and the river");
	await atBothSizes(page, async () => {
		const drawn = await until("a plow is drawn", () => comeBack(page).then(() => plowsDrawn(page)).then((found) => found.length && found), { every_ms: 500 });
		assert.ok(drawn.every(({ properties }) => Object.keys(properties).join() === "course"), JSON.stringify(drawn));
		await page.evaluate((center) => globalThis.shownMap.jumpTo({ center }), drawn[0].at); // so that a phone's map has it too
		await mapIsIdle(page);
		await until("with a river", async () => (await waterDrawn(page)).length > 0);
	});
});

test("the phone's own place finds its road, and is told to nobody", async (t) => {
	const { tiles } = await published((await manifest()).network.file);
	const links = (await Promise.all(Object.values(tiles).map((file) => published(file)))).flatMap((tile) => tile.links);
	const { coords, name } = links.find((link) => link.name && link.admin === "town");
	const [longitude, latitude] = [(coords[0][0] + coords[1][0]) / 2, (coords[0][1] + coords[1][1]) / 2];
	const { page, assertQuiet } = await open(t, { geolocation: { longitude, latitude, accuracy: 5 }, permissions: ["geolocation"] });
	const said = [];
	page.on("request", (request) => said.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`));
	await atBothSizes(page, () => assertSeen(page.locator("#here"), /今いる場所の道路/));
	await page.locator("#here").click();
	await atBothSizes(page, () => assertSeen(page.locator("#answer h2"), new RegExp(name)));
	for (const each of said) {
		for (const place of [longitude, latitude]) {
			assert.ok(!each.includes(place.toFixed(3)) && !each.includes(place.toFixed(2)), each);
		}
	}
	assertQuiet();
});

test("a place that is not given away is no dead end", async () => {
	await desk.page.locator("#here").click();
	await atBothSizes(desk.page, () => assertSeen(desk.page.locator("#found"), /道路名か地図で探してください/));
	await ask(desk.page, (await publishedRows()).find(({ name }) => name).name);
	assert.equal(await textOf(desk.page, "found"), "", "it is not said any more when a road was found otherwise");
	await desk.page.locator("#search").fill("");
});

test("the list has every road of every area with its state, as the map does", async () => {
	const { page } = desk;
	const roads = await publishedRows();
	const areas = new Set(roads.map(({ area }) => area));
	assert.equal(await page.locator("#areas details").count(), areas.size);
	const first = page.locator("#areas details").first();
	await first.evaluate((district) => (district.open = false)); // a search may have opened it
	await first.locator("summary").click();
	const [area] = areas;
	await until("its roads are listed", async () => (await first.locator("li").count()) === roads.filter((road) => road.area === area).length);
	for (const words of await first.locator("li").allInnerTexts()) {
		assert.match(words, /通過済み|一部通過|作業中|記録なし|通過後に降雪|不明|市の対象外/);
	}
	await atBothSizes(page, async () => {
		await assertSeen(page.locator("#total"), /市道の進捗 \d+/);
		await assertSeen(first.locator("summary .name"), new RegExp(area));
		await assertSeen(first.locator("li .word").first());
		await assertSeen(first.locator("li .quiet").last());
	});
	await first.locator("summary").click();
});

test("a road is found by the place it is in, on the page and in the plain list", async (t) => {
	const districts = (await manifest()).districts.filter(({ area }) => area);
	const { area, roads } = districts.find(({ roads: count }) => count <= 60) ?? districts[0];
	const list = await openList(t);
	for (const [page, row] of [[desk.page, "li"], [list.page, "tbody tr"]]) {
		await page.locator("#search").fill(area);
		await until("its roads are there alone", async () => (await page.locator(`#areas details:visible ${row}`).count()) >= Math.min(roads, 60));
		await atBothSizes(page, async () => {
			await assertSeen(page.locator("#areas details:visible summary").first(), new RegExp(area));
			await assertSeen(page.locator(`#areas details[open] ${row}`).first(), /通過|作業中|記録|降雪|不明|対象外/);
		});
		await page.locator("#search").fill("");
	}
	list.assertQuiet();
});

test("roads of state and prefecture say who is responsible for them", async () => {
	await desk.page.locator("#search").fill("国道");
	await desk.page.locator("#areas li button", { hasText: "国道" }).first().click();
	await atBothSizes(desk.page, async () => {
		await assertSeen(desk.page.locator("#answer .verdict"), /市の対象外/);
		await assertSeen(desk.page.locator("#answer p", { hasText: "国（道路管理者）が行っています" }));
		await assertSeen(desk.page.locator("#answer p", { hasText: "#9910" }));
	});
	await desk.page.locator("#search").fill("");
});

test("a road that is clicked on the map is the road of the answer", async () => {
	const { page } = desk;
	const roads = (await publishedRows()).filter(({ name, admin, done }) => name && admin === "town" && done > 0);
	/** A point of a done link of the next road that has one in the middle of the map, near enough to be told from others. */
	async function nextDone() {
		const { name, center } = roads.shift() ?? assert.fail("no more roads");
		await page.evaluate((at) => globalThis.shownMap.jumpTo({ center: at, zoom: 16 }), center);
		await mapIsIdle(page);
		return (await unobstructed(page, await linksDrawn(page, "done"))).find((link) => link.name === name);
	}
	await atBothSizes(page, async () => {
		await page.locator("#map").scrollIntoViewIfNeeded();
		const { x, y, name } = await until("a done link to click", nextDone);
		await page.mouse.click(x, y);
		await assertSeen(page.locator("#answer h2").first(), new RegExp(`^${name}$`));
		await assertSeen(page.locator("#answer .last"), /最終通過/);
	});
});

test("a name nobody has is said to be unknown", async () => {
	await desk.page.locator("#search").fill("存在しない通り");
	await atBothSizes(desk.page, () => assertSeen(desk.page.locator("#nothing"), /「存在しない通り」に合う道路はありません/));
	await desk.page.locator("#search").fill("");
});

test("what is new comes by itself", async () => {
	const made = () => desk.page.locator("#asof time").getAttribute("datetime");
	const first = await made();
	await until("a newer state is shown", async () => (await made()) > first);
});

test("states are told by pattern and word, not by colour alone: in the legend, on the map and in the list", async (t) => {
	const { page } = desk;
	if (!(await page.locator("#legend").evaluate((legend) => legend.open))) {
		await page.locator("#legend summary").click();
	}
	const samples = await page.locator("#legend-body .line-sample:not(.closure-sample) line").evaluateAll((lines) =>
		lines.map((line) => `${line.getAttribute("stroke-width")} ${line.getAttribute("stroke-dasharray")}`));
	assert.equal(samples.length, 7);
	assert.equal(new Set(samples).size, 7, samples.join("; "));
	// On the map a dash is a gap drawn over the line: of each state with dashes in one layer of its own.
	const gaps = await page.evaluate(() => ["road-gap-long", "road-gap-short", "road-gap-dots"].map((id) => globalThis.shownMap.getPaintProperty(id, "line-dasharray").join(" ")));
	assert.equal(new Set(gaps).size, 3);
	await atBothSizes(page, async () => {
		for (const word of ["通過済み", "一部通過", "作業中", "記録なし", "通過後に降雪", "不明", "市の対象外"]) {
			await assertSeen(page.locator("#legend-body").getByText(word, { exact: true }));
		}
	});
	const list = await openList(t);
	const edges = await list.page.evaluate(() =>
		["done", "partly", "working", "none", "snowed", "unknown", "not_ours"].map((status) => {
			const row = document.createElement("tr");
			row.className = `status-${status}`;
			row.append(document.createElement("th"));
			document.querySelector("tbody").append(row);
			const { borderLeftStyle, borderLeftWidth, borderLeftColor } = getComputedStyle(row.firstChild);
			row.remove();
			return borderLeftColor === "rgba(0, 0, 0, 0)" ? "" : `${borderLeftStyle} ${borderLeftWidth}`;
		}));
	assert.equal(new Set(edges).size, 7, edges.join("; "));
});

test("who asked for less movement sees none: the map is there at once, and nothing fades or slides", async () => {
	const { page } = desk;
	const road = (await publishedRows()).find(({ name, admin }) => name && admin === "town");
	/** Whether the map is on its way in the moment after a road was asked for. */
	const moves = async () => {
		await page.evaluate(() => globalThis.shownMap.jumpTo({ center: [140.5, 38.7], zoom: 12 }));
		return page.evaluate(async ([name]) => {
			const begun = new Promise((done) => globalThis.shownMap.once("movestart", () => done(null)));
			[...document.querySelectorAll("#areas li button")].find((button) => button.textContent.includes(name)).click();
			await begun;
			return globalThis.shownMap.isMoving();
		}, [road.name]);
	};
	await page.locator("#search").fill(road.name);
	await page.locator("#areas li button", { hasText: road.name }).first().waitFor();
	await page.emulateMedia({ reducedMotion: "no-preference" });
	assert.equal(await moves(), true, "it moves for everybody else");
	await page.emulateMedia({ reducedMotion: "reduce" });
	assert.equal(await moves(), false);
	assert.ok(Math.hypot(...(await middle(page)).map((deg, i) => deg - road.center[i])) < 1e-6, "it is there");
	const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) =>
		["", "::before", "::after"].some((pseudo) => {
			const { animationName, transitionDuration } = getComputedStyle(element, pseudo || null);
			return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
		})).map(({ tagName, className }) => `${tagName} ${className}`));
	assert.deepEqual(moving, []);
	await page.locator("#search").fill("");
});

test("on paper there is the answer and the list, without map, search and buttons", async (t) => {
	const { name } = await until("a road that is done", () => doneRoad());
	await ask(desk.page, name);
	const list = await openList(t);
	await list.page.locator("#all").click();
	await list.page.locator("tbody .nights li").first().waitFor();
	for (const [what, page, gone, there] of [
		["resident", desk.page, ["#map", "#search", "#here", "#languages"], ["#answer h2", "#answer .last", ".record", "#areas li .word"]],
		["list", list.page, ["#search", "#all", "#languages a"], ["h1", ".record", "tbody th span", "tbody .status", "tbody .nights li"]],
	]) {
		await page.emulateMedia({ media: "print" });
		const own = page.viewportSize();
		await page.setViewportSize({ width: 718, height: 1047 }); // A4 within its margins
		for (const selector of gone) {
			assert.equal(await page.locator(selector).first().isVisible(), false, `${what}: ${selector}`);
		}
		for (const selector of there) {
			await assertSeen(page.locator(selector).first());
		}
		await assertNotSideways(page);
		await picture(page, `${what}-on-paper`);
		assert.match((await page.pdf({ format: "A4" })).subarray(0, 8).toString(), /^%PDF-1/);
		await page.emulateMedia({ media: null });
		await page.setViewportSize(own);
	}
	await desk.page.locator("#search").fill("");
	list.assertQuiet();
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
		await ask(page, road);
		await page.locator("#answer .last").first().waitFor();
		await mapIsIdle(page);
		await assertAccessible(page);
		await assertNotSideways(page);
		await picture(page, `resident ${name}`.replace(/\W+/g, "-"));
		assertQuiet();
	});
}

test("without WebGL the list answers all the same", async (t) => {
	const plain = await launch(["--disable-3d-apis"]);
	closeAfter(t, () => plain.close());
	const { page } = await open(t, { map: false, browser: plain, ignore: /WebGL|no map/ });
	await atBothSizes(page, () => assertSeen(page.locator(".stage"), /地図を表示できません/));
	await page.locator("#areas summary").first().click();
	await page.locator("#areas li button").first().click();
	await atBothSizes(page, () => assertSeen(page.locator("#answer .verdict")));
	await assertAccessible(page);
});

/** The page of a server of its own, which may go away and come back. */
async function openAlone(t, path = "/", folder = site.folder) {
	const serve = (address) => place.serve("plow-public", ["--dir", folder, "--http", address], { env: { PLOW_WEB: WEB } });
	const server = await serve("127.0.0.1:0");
	const address = server.ready.http;
	const watched = await openPage(t, browser, `http://${address}`, { ignore: new RegExp(`${SERVER_AWAY.source}|WebGL|no map`) });
	await watched.page.goto(`http://${address}${path}`);
	await watched.page.locator("#areas details").first().waitFor();
	return { page: watched.page, server, again: () => serve(address) };
}

for (const path of ["/", "/list.html"]) {
	test(`without a connection ${path} stays with what it knew and its age, also when it is opened again`, async (t) => {
		const { page, server, again } = await openAlone(t, path);
		await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
		await page.reload(); // now all it needs goes through the worker
		await page.locator("#areas summary").first().click();
		await page.locator("#areas details[open]").locator("li, tbody tr").first().waitFor();
		await until("it is kept", () => page.evaluate(async (script) =>
			Boolean(await caches.match("/data/manifest.json")) && Boolean(await caches.match(script)), path === "/" ? "/js/resident.js" : "/js/list.js"));
		await server.stop();
		const saysSo = () => atBothSizes(page, async () => {
			await assertSeen(page.locator("#trouble"), /通信できません。.+の情報を表示しています/);
			await assertSeen(page.locator("#areas summary").first());
		});
		await comeBack(page);
		await saysSo();
		await page.reload();
		await page.locator("#areas details").first().waitFor();
		await saysSo();
		await picture(page, `${path === "/" ? "resident" : "list"}-offline`);
		await again();
		await until("it recovers", async () => {
			await comeBack(page);
			return (await textOf(page, "trouble")) === "";
		});
	});

	test(`what has not been renewed for long is said on ${path}, with its age`, async (t) => {
		const folder = place.path(`old${path.length}`);
		const known = await manifest(); // before the files it names: plowd goes on writing, and removing what is long unnamed
		await until("all of it is copied", () => cp(site.folder, folder, { recursive: true, filter: (name) => !/\.unfinished$/.test(name) }).then(() => true, () => false));
		const made = new Date(Date.now() - 3 * 3_600_000 - 60_000).toISOString();
		await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...known, made }));
		const { page } = await openAlone(t, path, folder);
		await atBothSizes(page, async () => {
			await assertSeen(page.locator("#trouble"), /情報が更新されていません（最終更新 3 ?時間前）/);
			await assertSeen(page.locator("#asof"), /\d\d:\d\d 現在（3 ?時間前に更新）/);
		});
		await picture(page, `${path === "/" ? "resident" : "list"}-old`);
	});
}

test("the choice of languages shows all three, and やさしい日本語 has its readings", async (t) => {
	const { page, assertQuiet } = await open(t, { map: false });
	assert.deepEqual(await page.locator("#languages button").allInnerTexts(), ["日本語", "やさしい日本語", "English"]);
	const { name } = (await publishedRows()).find((row) => row.name && row.area);
	await ask(page, name);
	await page.locator("#languages button", { hasText: "やさしい" }).click();
	await page.locator("ruby rt", { hasText: "ゆき" }).first().waitFor();
	assert.equal(await page.locator("html").getAttribute("lang"), "ja");
	await page.locator("#areas summary").first().click();
	await atBothSizes(page, async () => {
		for (const language of await page.locator("#languages button").all()) {
			await assertSeen(language);
		}
		await assertSeen(page.locator("#areas li").first(), /通りました|きろくが\u3000ありません|しています|市の道では|ふりました|わかりません/);
		await assertSeen(page.locator("#answer h2", { hasText: name })); // the same road
		await assertSeen(page.locator("#answer ruby", { hasText: "いえ" }).first());
	});
	const list = await openList(t, { search: "?lang=ja-easy" });
	await list.page.locator("#areas summary").first().click();
	await atBothSizes(list.page, async () => {
		await assertSeen(list.page.locator("#languages a", { hasText: "やさしい" }));
		await assertSeen(list.page.locator("h1 ruby", { hasText: "まち" }));
		await assertSeen(list.page.locator("tbody .status").first(), /とお|きろくが\u3000ありません|しています|ふりました|わかりません|ありません/);
	});
	list.assertQuiet();
	assertQuiet();
});

test("the operation and what is closed are told on both pages, the closure on the map too, in the language of the page", async (t) => {
	const list = await openList(t);
	await atBothSizes(list.page, () => assertSeen(list.page.locator("#operation"), /一斉除雪の出動はありません/));
	await atBothSizes(desk.page, () => assertSeen(desk.page.locator("#operation"), /一斉除雪の出動はありません/));
	const user = await place.signIn(plowd, { db });
	const text = { ja: "橋の点検で通行止め", "ja-easy": "橋を しらべます。通れません。", en: "Bridge inspection" };
	const { links, center: closed } = (await publishedRows())[0];
	const inHours = (n) => new Date(Date.now() + n * 3_600_000).toISOString();
	const post = async (path, body, status) => {
		const answer = await user.post(`/api/v1/${path}`, body);
		assert.equal(answer.status, status, await answer.clone().text());
		return answer.json();
	};
	await post("closures", { text, end: inHours(1), links }, 201);
	const { id } = await post("operations", { name: "早朝除雪", start: inHours(-1), target: inHours(2), reason: "降雪 12 cm", areas: [] }, 201);
	await until("it is served", async () => {
		const now = await served("manifest.json");
		return now.operation !== null && (await served(now.closures.file)).closures.length === 1;
	}, { every_ms: 300 });
	for (const [language, words] of Object.entries(text)) {
		const plain = await openList(t, { search: `?lang=${language}` });
		const { page, assertQuiet } = await open(t, { path: `/?lang=${language}` });
		for (const each of [plain.page, page]) {
			await atBothSizes(each, async () => {
				await assertSeen(each.locator("#closures li"), new RegExp(words));
				await assertSeen(each.locator("#operation"), /早朝除雪.*\d\d:\d\d.*\d\d:\d\d/s);
			});
		}
		assert.equal(await plain.page.locator("#closures rt").count(), language === "ja-easy" ? 1 : 0, "readings stand above their words");
		const drawn = await until("the map says so too", async () => {
			await page.locator("#map").scrollIntoViewIfNeeded();
			const labels = await page.evaluate(() => globalThis.shownMap.queryRenderedFeatures({ layers: ["closure-text"] }).map(({ properties }) => properties.text));
			return labels.length > 0 && labels;
		});
		assert.ok(drawn.every((label) => label.startsWith(words) && /\d\d:\d\d/.test(label)), drawn.join("; "));
		await picture(page, `resident-closure-${language}`);
		plain.assertQuiet();
		assertQuiet();
	}
	await desk.page.setViewportSize(PHONE);
	await comeBack(desk.page);
	await desk.page.locator("#closures li").waitFor();
	await desk.page.evaluate((center) => globalThis.shownMap.jumpTo({ center }), closed);
	await until("the closure is on a phone's map", async () => (await symbolsDrawn(desk.page, "closure-text")).some(({ words }) => words.startsWith(text.ja)));
	await assertAccessible(desk.page);
	await picture(desk.page, "resident-closure");
	await desk.page.setViewportSize(DESKTOP);
	await post(`operations/${id}/close`, {}, 200);
	await until("it is over", async () => (await served("manifest.json")).operation === null, { every_ms: 300 });
	for (const page of [desk.page, list.page]) {
		await comeBack(page);
		await assertSeen(page.locator("#operation"), /一斉除雪の出動はありません/);
	}
	list.assertQuiet();
});

test("everything is reached by keyboard alone", async () => {
	const road = await until("a road that is done", () => doneRoad());
	const { page } = desk;
	await atBothSizes(page, async () => {
		await page.locator("#search").fill("");
		await page.locator("#search").focus();
		await page.keyboard.type(road.name);
		const result = page.locator("#areas li button", { hasText: road.name }).first();
		await result.waitFor();
		await tabTo(page, result);
		await page.keyboard.press("Enter");
		await assertSeen(page.locator("#answer h2"), new RegExp(road.name));
		await tabTo(page, page.locator("#answer .nights summary"), { back: true });
		await page.keyboard.press("Enter");
		await assertSeen(page.locator("#answer .nights dt").first(), /の夜/);
		await page.keyboard.press("Enter"); // and closed again
	});
	await page.locator("#search").fill("");
});

test("what is needed to read the list is at most 150 kB, packed, without the map library", async (t) => {
	for (const [path, row] of [["/", "#areas li"], ["/list.html", "#areas .nights li"]]) {
		const watched = await openPage(t, browser, origin, { serviceWorkers: "block", ignore: /nothing is kept|Service Worker registration blocked/ });
		const sizes = [];
		watched.page.on("requestfinished", (request) => sizes.push(request.sizes().then(({ responseBodySize }) => [new URL(request.url()).pathname, responseBodySize])));
		await watched.page.goto(origin + path);
		await watched.page.locator("#areas details").first().click();
		await watched.page.locator(row).first().waitFor();
		const found = (await Promise.all(sizes)).filter(([name]) => !name.startsWith("/vendor/"));
		const total = found.reduce((sum, [, size]) => sum + size, 0);
		t.diagnostic(`${path}: ${total} bytes in ${found.length} answers`);
		assert.ok(found.length > 5 && total > 5000, "something was counted");
		assert.ok(total <= 150_000, `${path}: ${total} bytes: ${found.map((each) => each.join(" ")).join(", ")}`);
	}
});

test("the plain list says of every road what the map says", async (t) => {
	const { page, assertQuiet } = await openList(t);
	const rows = await publishedRows();
	await page.locator("#all").click();
	await until("every road is there", async () => (await page.locator("#areas tbody tr").count()) === rows.length);
	const done = await until("a road that is done", () => doneRoad());
	await page.locator("#search").fill(done.name);
	await until("the others are gone", async () => (await page.locator("#areas details:visible").count()) < (await manifest()).districts.length);
	const row = page.locator("#areas details[open] tbody tr", { hasText: done.name }).first();
	await atBothSizes(page, async () => {
		await assertSeen(page.locator("#asof"), /現在（.+更新）/);
		await assertSeen(page.locator(".record"), /作業車が通過した記録です.*保証するものではありません/);
		await assertSeen(row.locator("th span"), new RegExp(done.name));
		await assertSeen(row.locator("th small").first(), /市道・.+・[\d.]+ k?m/);
		await assertSeen(row.locator("th small").last(), /目標 07:30/);
		await assertSeen(row.locator(".status"), /通過済み|作業中|一部通過/);
		await assertSeen(row.locator("td").last(), /最終通過 \d\d:\d[05]頃（.+前|以内）/);
		await assertSeen(page.locator("main > p", { hasText: "市道です。除雪は市が行っています" }));
		await assertSeen(page.locator("main > p", { hasText: "玄関先や車庫の前に雪が残る" }));
	});
	await picture(page, "list-road");
	// What the answer on the map's page says of the road is in its row.
	await ask(desk.page, done.name);
	const kind = (await desk.page.locator("#answer > .quiet").first().innerText()).split("・").slice(1).join("・");
	assert.equal(await row.locator("th small").first().innerText(), kind);
	await desk.page.locator("#search").fill("");
	await page.locator("#search").fill("国道");
	const theirs = page.locator("#areas details[open] tbody tr", { hasText: "国道" }).first();
	await atBothSizes(page, () => assertSeen(theirs.locator("td").last(), /国（道路管理者）が行っています.*#9910/s));
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
		await page.locator("#areas .nights li").first().waitFor();
		await assertAccessible(page);
		await assertNotSideways(page);
		await picture(page, `list ${name}`.replace(/\W+/g, "-"));
		assertQuiet();
	});
}

test("a browser without modules is led to the plain list, which runs with what a phone of 2016 knows", async (t) => {
	const { page, assertQuiet } = await openPage(t, browser, origin, { viewport: PHONE });
	await makeOld(page, `${origin}/?lang=ja`);
	await page.goto(`${origin}/?lang=ja`);
	await page.waitForURL(`${origin}/list.html?lang=ja`);
	await page.locator("#all").click();
	await atBothSizes(page, () => assertSeen(page.locator("#areas details[open] .nights li").first(), /夜|記録なし/));
	const { name } = await until("a road that is done", () => doneRoad());
	await page.locator("#search").fill(name);
	await atBothSizes(page, () => assertSeen(page.locator("#areas details[open] tbody th", { hasText: name }).first()));
	assertQuiet();
});

test("plowd's own first page is the residents', and shows staff the same", async (t) => {
	const own = `http://${plowd.ready.http}`;
	const { page, assertQuiet } = await openPage(t, browser, own);
	await page.goto(`${own}/`);
	await page.locator("#areas details").first().waitFor();
	assertQuiet();
});

// Late: the passes of a night that goes on are published every five minutes.
test("a road is found by its name, and the answer is a record with its age, not a promise", async (t) => {
	const road = await until("a road that is done and whose passes are published", async () => {
		const told = await toldLinks();
		return doneRoad((links) => links.some((id) => told.has(id)));
	}, { every_ms: 1000, patience_ms: 360_000 });
	const { page } = desk;
	await comeBack(page);
	await ask(page, road.name);
	await page.locator("#answer .nights:not([open]) summary").click({ timeout: 1000 }).catch(() => {}); // they may be open from before
	await atBothSizes(page, async () => {
		await assertSeen(page.locator(".record"), /作業車が通過した記録です.*保証するものではありません/);
		await assertSeen(page.locator("#asof"), /現在（.+更新）/);
		await assertSeen(page.locator("#answer .verdict"), /通過済み|作業中/);
		await assertSeen(page.locator("#answer .last"), /最終通過 \d\d:\d[05]頃（.+前）/);
		await assertSeen(page.locator("#answer .nights dl > div", { hasText: TOLD }).first(), /月\d+日.*の夜\s+\d\d:\d[05]/);
		for (const words of ["作業車が通過した記録で、今の路面の状態ではありません", "目標時刻：07:30", "市道です。除雪は市が行っています", "玄関先や車庫の前に雪が残ることがあります"]) {
			await assertSeen(page.locator("#answer p", { hasText: words }));
		}
	});
	await mapIsIdle(page);
	await picture(page, "resident");
	const list = await openList(t);
	await list.page.locator("#search").fill(road.name);
	await atBothSizes(list.page, () => assertSeen(list.page.locator("#areas details[open] tr", { hasText: road.name }).locator(".nights li", { hasText: TOLD }).first()));
	list.assertQuiet();
});

test("the page that was asked all this said nothing on the console and asked no other host", () => {
	desk.assertQuiet();
});
