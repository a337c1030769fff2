// SPDX-License-Identifier: Apache-2.0
/*
 * A thousand vehicles on ten thousand roads: the dispatcher's page and the residents' open on them, show them, and stay
 * usable.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { bigTown, ROADS } from "../support/bigtown.mjs";
import { until } from "../support/programs.mjs";
import { launch, openPage, PHONE, picture, untilPage } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { linksDrawn, mapIsOpen, unobstructed, vehicleDrawn, watchMap } from "./support/map.mjs";
import { publicSite, serveTown, simulate, workplace } from "./support/scene.mjs";

const VEHICLES = 1000;
let place, site, town, browser;
const snapshot = async () => (await town.user.fetch("/api/v1/snapshot")).json();

before(async () => {
	place = await workplace();
	const db = await bigTown(place);
	site = await publicSite(place);
	town = await serveTown(place, db, site.args);
	await simulate(place, db, town.udp, { vehicles: VEHICLES, headStart: 60, atWork: true });
	await until("all vehicles are heard", async () => (await snapshot()).vehicles.filter(({ time }) => time).length === VEHICLES, { every_ms: 500 });
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await place?.close();
});

test("a dispatcher works with a thousand vehicles and ten thousand roads", async (t) => {
	const opened = performance.now();
	const { page } = await openDispatch(t, { browser, origin: town.origin, user: town.user });
	const text = (selector) => page.locator(selector).innerText();
	t.diagnostic(`open, with all on the map, after ${((performance.now() - opened) / 1000).toFixed(1)} s`);

	// The table and the map have them all.
	assert.equal(await page.locator("#vehicles li").count(), VEHICLES);
	const drawnVehicles = () => page.evaluate(() => globalThis.shownMap.getSource("vehicles").getData().then(({ features }) => features.length));
	assert.equal(await drawnVehicles(), VEHICLES);
	await untilPage("roads worked on are drawn as such", page, () =>
		globalThis.shownMap.queryRenderedFeatures({ layers: ["road"] }).some(({ state }) => state.status === "working"));

	// What they report goes on to arrive, and the rows in sight say so.
	await until("the rows in sight are new", async () => {
		const ages = await page.locator("#vehicles li .age").evaluateAll((cells) => cells.slice(0, 5).map((cell) => cell.textContent));
		return ages.every((age) => /^[0-5]?\d 秒前$/.test(age));
	});
	const { event } = await snapshot();
	await until("the server tells more", async () => (await snapshot()).event > event);
	assert.match(await text("#lamp"), /受信中/);

	// A vehicle is picked in the table, and found on the map.
	await page.locator("#vehicles li button").nth(3).click();
	const code = await text("#card-title");
	assert.match(code, /^SIM-\d+$/);
	await until("the map goes there", () => vehicleDrawn(page, code));
	await picture(page, "scale-vehicle");

	// A road beside it is picked on the map: another one, when a vehicle came between.
	await page.keyboard.press("Escape");
	let id = 0;
	await until("a road that is clicked on opens its card", async () => {
		if (page.url().includes(`link=${id}&`) || page.url().endsWith(`link=${id}`)) {
			return /条通|丁目線/.test(await text("#card-title"));
		}
		const [road] = await unobstructed(page, [...(await linksDrawn(page, "partly")), ...(await linksDrawn(page, "none"))]);
		if (road) {
			id = road.id;
			await page.mouse.click(road.x, road.y);
		}
		return false;
	}, { every_ms: 1000 });

	// A filter leaves those of it, in list and map alike.
	await page.keyboard.press("Escape");
	await page.locator("#filter-bar summary").click();
	await page.locator("#filter-area").selectOption("第6工区");
	await until("the map has the area's alone", async () => {
		const [listed, drawn] = [await page.locator("#vehicles li").count(), await drawnVehicles()];
		return listed > 0 && listed < VEHICLES && Math.abs(listed - drawn) < 5; // they move between the two looks
	});

	// The roads: all of them in the table, of which only what is in sight exists; sorted, filtered, picked, to the last one.
	await page.locator("#tab-roads").click();
	const table = page.locator("table.roads");
	const rows = async () => Number(await table.getAttribute("aria-rowcount")) - 1;
	await until("the area's roads are there", async () => (await rows()) > 0 && (await rows()) < ROADS / 8);
	await page.locator("#filter-area").selectOption("");
	await until("all roads are back", async () => (await rows()) === ROADS);
	await page.locator("th.last button").click();
	await until("sorted", async () => (await page.locator("th.last").getAttribute("aria-sort")) === "ascending");
	assert.ok((await page.locator("table.roads tr").count()) < 100);
	await table.locator("tbody tr:not(.space) button").first().focus();
	await page.keyboard.press("End");
	await until("the last row has the keyboard", async () => (await roadRows(page)).at(-1)?.index === ROADS + 1);
	await page.keyboard.press("Enter");
	await untilPage("its card opens", page, () => !document.getElementById("card").hidden);
	await picture(page, "scale-roads");
});

test("residents find theirs among ten thousand roads", async (t) => {
	const told = async () => JSON.parse(await readFile(join(site.folder, "manifest.json"), "utf8"));
	const manifest = await until("something done is told", async () => {
		const found = await told().catch(() => null);
		return found?.progress.total.done_m > 0 && found;
	}, { every_ms: 500 });
	assert.equal(manifest.districts.reduce((sum, { roads }) => sum + roads, 0), ROADS);
	const origin = await site.serve();
	await until("the site has read the folder", async () => (await fetch(`${origin}/data/manifest.json`)).ok);
	for (const [path, rows] of [["/", "#areas li:visible"], ["/list.html", "#areas tbody tr:visible"]]) {
		const { page } = await openPage(t, browser, origin, { viewport: PHONE });
		const sizes = [];
		const sizeOf = async (request) => [new URL(request.url()).pathname, (await request.sizes().catch(() => ({ responseBodySize: 0 }))).responseBodySize];
		page.on("requestfinished", (request) => sizes.push(sizeOf(request)));
		await watchMap(page);
		await page.goto(origin + path);

		// The list is there, and a district with its roads, before anything heavy.
		await page.locator("#areas summary").first().click();
		await page.locator(rows).first().waitFor();
		const [{ roads }] = manifest.districts;
		await until("the district has all its roads", async () => (await page.locator(rows).count()) === roads);
		const light = (await Promise.all(sizes)).filter(([name]) => !/^\/vendor\/|tile|network|state/.test(name));
		const bytes = light.reduce((sum, [, size]) => sum + size, 0);
		t.diagnostic(`${path}: ${bytes} bytes to the first district's roads`);
		assert.ok(bytes > 5000 && bytes <= 150_000, `${path}: ${light.map((one) => one.join(" ")).join(", ")}`);

		// One of all is found by its name.
		await page.locator("#search").fill("71条通 70");
		await until("it is found", async () => (await page.locator(rows, { hasText: "71条通 70" }).count()) === 1);
		if (path === "/") {
			await page.locator("#areas li button", { hasText: "71条通 70" }).first().click();
			await until("the answer is its", async () => (await page.locator("#answer h2").allInnerTexts()).includes("71条通 70"));
			await mapIsOpen(page);
			await untilPage("the map has its roads", page, () => globalThis.shownMap.queryRenderedFeatures({ layers: ["road"] }).length > 0);
			await picture(page, "scale-resident");
		}
	}
});
