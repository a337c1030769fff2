// SPDX-License-Identifier: Apache-2.0
// The table of roads beside the map: the same facts, filtered, sorted, by keyboard, in an address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { until } from "../support/programs.mjs";
import { assertAccessible, assertSeen, atBothSizes, launch, PHONE, picture, untilAddress } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { mapIsIdle, symbolsDrawn } from "./support/map.mjs";
import { serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

const WORDS = { done: "完了", partly: "一部", working: "作業中", none: "未", snowed: "再降雪", unknown: "不明", not_ours: "対象外" };

let place, town, browser, table;

const ask = async (path) => (await town.user.fetch(`/api/v1${path}`)).json();
const open = (t, options) => openDispatch(t, { browser, origin: town.origin, user: town.user, path: "/dispatch.html#tab=roads", ...options });
const count = (page) => page.locator("#panel-roads .count").innerText();

before(async () => {
	place = await workplace();
	const db = await snowTown(place);
	town = await serveTown(place, db);
	await simulate(place, db, town.udp);
	browser = await launch();
	await until("an hour's work is counted", async () => (await ask("/snapshot")).progress.total.done_m > 1000);
	table = await ask("/roads/table");
});

after(async () => {
	await browser?.close();
	await place?.close();
});

/** The links of the map whose status is not that of their road's links in the snapshot; and how many were looked at. */
const drawnStatuses = (page) =>
	page.evaluate(() => {
		const map = globalThis.shownMap;
		return map.queryRenderedFeatures({ layers: ["road"] }).map(({ id, state, properties }) => ({
			id,
			status: state.status ?? (properties.admin === "town" ? "none" : "not_ours"),
			hidden: state.hidden ?? false,
		}));
	});

test("every road is in the table, with area, class, status, last pass, age and passes by direction", async (t) => {
	const { page } = await open(t, { map: false });
	await until("all are counted", async () => (await count(page)).includes(table.id.length.toLocaleString("ja")));
	await page.locator(".roads thead .last button").click();
	await page.locator(".roads thead .last button").click();
	const rows = await until("the newest come first", async () => {
		const found = await roadRows(page);
		return found[0]?.last && /前|後/.test(found[0].last) && found;
	});
	const [first] = rows;
	const at = table.id.indexOf(first.id);
	assert.equal(first.area, table.areas[table.area[at]]);
	assert.ok(first.kind.length > 0);
	assert.match(first.last, /\d{1,2}:\d{2}.*(秒|分|時間)前/);
	assert.equal(await page.locator(".roads thead .last").getAttribute("aria-sort"), "descending");
	await assertAccessible(page);
	await atBothSizes(page, async (size) => {
		const row = page.locator("table.roads tbody tr:not(.space)").first();
		await assertSeen(row.locator(".name span"));
		await assertSeen(size === "desk" ? row.locator(".area") : row.locator(".name small"));
		assert.ok(await row.evaluate((line) => line.querySelector(".name small").textContent.includes(line.querySelector(".class").textContent)));
		for (const cell of [".status .line-sample", ".status span", ".last small", ".forward", ".backward"]) {
			await assertSeen(row.locator(cell));
		}
		if (size === "desk") {
			await assertSeen(row.locator(".last .line-sample"));
		}
		assert.deepEqual(await row.locator(".status").evaluate((cell, all) => {
			const word = cell.querySelector("span");
			const own = word.textContent;
			const cut = all.filter((each) => {
				word.textContent = each;
				return cell.scrollWidth > cell.clientWidth || cell.scrollHeight > cell.clientHeight;
			});
			word.textContent = own;
			return cut;
		}, [...Object.values(WORDS), "作業中 100\u00a0%", "一部 100\u00a0%", "In progress 100\u00a0%", "Partly 100\u00a0%", "Snowed again"]), [], "words that are cut off");
		await picture(page, `dispatch-roads-${size}`);
	});
});

test("map and table say the same of every road", async (t) => {
	const { page } = await open(t);
	const linksOf = ({ id }) => table.links[table.id.indexOf(id)];
	await atBothSizes(page, async (size) => {
		if (size === "phone") { // its map has less of the town: one looks at a road of the table
			const { center } = await ask(`/links/${linksOf((await roadRows(page))[0])[0]}`);
			await page.evaluate((at) => globalThis.shownMap.jumpTo({ center: at, zoom: 14 }), center);
		}
		await until("they agree on all that is drawn", async () => {
			const byLink = new Map((await drawnStatuses(page)).map(({ id, status }) => [id, status]));
			const judged = (await roadRows(page)).flatMap((row) => {
				const known = linksOf(row).map((id) => byLink.get(id));
				return known.every((status) => status && status === known[0]) ? [row.status.startsWith(WORDS[known[0]])] : [];
			});
			return judged.length > (size === "desk" ? 3 : 0) && judged.every(Boolean);
		});
	});
});

test("a filter holds for table and map, stands in the address, and is taken back", async (t) => {
	const { page } = await open(t);
	await page.locator(".filter-choices summary").click();
	await page.locator("#filter-status").selectOption("done");
	const done = await until("only done ones are listed", async () => {
		const rows = await roadRows(page);
		return rows.length > 0 && rows.every(({ status }) => status === WORDS.done) && rows;
	});
	await until("the map lets the others recede", async () => {
		await mapIsIdle(page);
		const drawn = await drawnStatuses(page);
		const roads = new Set(done.map(({ id }) => id));
		const wanted = new Set(table.id.flatMap((id, i) => (roads.has(id) ? table.links[i] : [])));
		return drawn.some(({ hidden }) => hidden) && drawn.every(({ id, hidden }) => !(wanted.has(id) && hidden)) &&
			drawn.every(({ status, hidden }) => status !== "none" || hidden);
	});
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("#filter-status"));
		await assertSeen(page.locator(".filters-set button"));
		await assertSeen(page.locator("table.roads tbody tr:not(.space) .name span").first());
		await picture(page, `dispatch-filtered-${size}`);
	});
	await untilAddress(page, /status=done/);
	const { pathname, hash } = new URL(page.url());
	const other = await open(t, { path: pathname + hash, map: false });
	await until("another desk sees the same", async () => {
		const rows = await roadRows(other.page);
		return rows.length > 0 && rows.every(({ status }) => status === WORDS.done);
	});
	await page.locator(".filters-set button").click();
	await until("all are back", async () => (await count(page)) === `${table.id.length.toLocaleString("ja")} 路線`);
	await until("on the map as well", async () => (await drawnStatuses(page)).every(({ hidden }) => !hidden));
});

test("vehicles and roads are filtered by area together", async (t) => {
	const { page } = await open(t, { map: false });
	const vehicles = (await ask("/snapshot")).vehicles.filter(({ link }) => link !== null);
	const areaOf = (link) => table.areas[table.area[table.links.findIndex((links) => links.includes(link))]] ?? "";
	const area = areaOf(vehicles[0].link) || table.areas[0];
	await page.locator(".filter-choices summary").click();
	await page.locator("#filter-area").selectOption(area);
	await atBothSizes(page, async () => {
		await until("the roads are the area's", async () => {
			const rows = await roadRows(page);
			return rows.length > 0 && rows.every((row) => row.area === area);
		});
		await assertSeen(page.locator("table.roads tbody tr:not(.space) .name span").first());
		await assertSeen(page.locator(".filters-set button"), new RegExp(area));
	});
	await page.locator("#tab-vehicles").click();
	await atBothSizes(page, async () => {
		await until("the vehicles are those on its roads", async () => {
			const shown = await page.locator("#vehicles li .code").evaluateAll((codes) => codes.map((code) => code.firstChild.textContent));
			const now = (await ask("/snapshot")).vehicles;
			const wanted = now.filter(({ link }) => link !== null && areaOf(link) === area).map(({ code }) => code);
			return shown.length < now.length && JSON.stringify(shown.sort()) === JSON.stringify(wanted.sort());
		});
		await assertSeen(page.locator(".filters-set button"), new RegExp(area));
	});
});

test("vehicles are filtered by contractor and by machine, roads by class", async (t) => {
	const { vehicles } = await ask("/snapshot");
	const { page } = await open(t, { map: false, path: "/dispatch.html#tab=vehicles" });
	await page.locator(".filter-choices summary").click();
	const listed = () => page.locator("#vehicles li .code").evaluateAll((codes) => codes.map((code) => code.firstChild.textContent).sort().join());
	for (const [name, field] of [["contractor", "contractor"], ["machine", "class"]]) {
		const value = vehicles.map((vehicle) => vehicle[field]).find(Boolean);
		const wanted = vehicles.filter((vehicle) => vehicle[field] === value).map(({ code }) => code);
		assert.ok(wanted.length > 0 && wanted.length < vehicles.length, `${name} tells vehicles apart`);
		await page.locator(`#filter-${name}`).selectOption(value);
		await until(`those of ${value} alone are listed`, async () => (await listed()) === wanted.sort().join());
		await atBothSizes(page, async () => {
			await assertSeen(page.locator(".filters-set button"));
			await assertSeen(page.locator("#vehicles li .code").first());
		});
		await page.locator(".filters-set button").click();
		await until("all are back", async () => (await page.locator("#vehicles li").count()) === vehicles.length);
	}
	await page.locator("#tab-roads").click();
	const wanted = table.class.find(Boolean);
	await page.locator("#filter-class").selectOption(wanted);
	const filtered = table.class.filter((name) => name === wanted).length;
	assert.ok(filtered < table.id.length);
	await atBothSizes(page, async () => {
		await assertSeen(page.locator("#panel-roads .count"), new RegExp(`うち ${filtered.toLocaleString("ja")} 路線$`));
		await assertSeen(page.locator("table.roads tbody tr:not(.space) .name span").first());
	});
});

test("the table is walked by the keyboard alone, far beyond what is in sight", async (t) => {
	const { page } = await open(t, { map: false });
	await until("it is filled", async () => (await roadRows(page)).length > 5);
	await page.locator(".roads tbody button").first().focus();
	const focused = () => page.evaluate(() => Number(document.activeElement.closest("tr")?.getAttribute("aria-rowindex")));
	await page.keyboard.press("ArrowDown");
	assert.equal(await focused(), 3);
	await page.keyboard.press("End");
	assert.equal(await focused(), table.id.length + 1);
	await page.keyboard.press("PageUp");
	assert.ok((await focused()) < table.id.length);
	await page.keyboard.press("Home");
	assert.equal(await focused(), 2);
	const name = await page.evaluate(() => document.activeElement.querySelector("span").textContent);
	await page.keyboard.press("Enter");
	await until("its card is open", async () => (await page.locator("#card-title").innerText()) !== "");
	assert.ok(name.includes("名前のない道路") || name === (await page.locator("#card-title").innerText()));
});

test("areas and depots are found by name, and the map goes there", async (t) => {
	const { page } = await open(t);
	const before = await page.evaluate(() => globalThis.shownMap.getZoom());
	await page.locator("#search").fill(table.areas[0]);
	await page.locator("#search-results [role=option]", { hasText: "地区" }).first().click();
	await until("it is nearer", () => page.evaluate((zoom) => globalThis.shownMap.getZoom() > zoom + 0.2, before));
	await atBothSizes(page, async () => {
		await page.locator("#search").fill("ステーション");
		await assertSeen(page.locator("#search-results [role=option]").first());
		await page.keyboard.press("Escape");
	});
	await page.locator("#tab-vehicles").click();
	await page.locator("#depots summary").click();
	const listed = page.locator("#depots button");
	await atBothSizes(page, async (size) => {
		assert.ok((await listed.count()) > 1);
		await assertSeen(listed.last());
		await listed.first().click();
		await until("the map shows the depot", async () => {
			await mapIsIdle(page);
			const name = await listed.first().innerText();
			return (await symbolsDrawn(page, "depot-name")).some(({ words }) => words === name) && (await symbolsDrawn(page, "depot")).length > 0;
		});
		await picture(page, `dispatch-depots-${size}`);
	});
});

for (const [name, options] of Object.entries({
	"on a desk, dark, in English": { colorScheme: "dark", locale: "en-GB" },
	"on a phone": { viewport: PHONE, hasTouch: true, isMobile: true },
})) {
	test(`the table is accessible and not cut off ${name}`, async (t) => {
		const { page } = await open(t, { path: "/dispatch.html#tab=roads&sort=-last", ...options });
		await until("it is filled", async () => (await roadRows(page)).length > 3);
		await assertAccessible(page);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
		await picture(page, `dispatch-roads ${name}`.replace(/\W+/g, "-"));
	});
}
