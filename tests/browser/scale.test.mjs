// SPDX-License-Identifier: Apache-2.0
/*
 * A thousand vehicles on ten thousand roads: the dispatcher's page opens on them, shows them, and stays usable.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { bigTown, ROADS } from "../support/bigtown.mjs";
import { until } from "../support/programs.mjs";
import { launch, picture, untilPage } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { linksDrawn, unobstructed, vehicleDrawn } from "./support/map.mjs";
import { serveTown, simulate, workplace } from "./support/scene.mjs";

const VEHICLES = 1000;

test("a dispatcher works with a thousand vehicles and ten thousand roads", async (t) => {
	const place = await workplace(t);
	const db = await bigTown(place);
	const town = await serveTown(place, db);
	const snapshot = async () => (await town.user.fetch("/api/v1/snapshot")).json();
	await simulate(place, db, town.udp, { vehicles: VEHICLES, headStart: 60, atWork: true });
	await until("all vehicles are heard", async () => (await snapshot()).vehicles.filter(({ time }) => time).length === VEHICLES, { every_ms: 500 });

	const browser = await launch();
	t.after(() => browser.close());
	const opened = performance.now();
	const { page, assertQuiet } = await openDispatch(t, { browser, origin: town.origin, user: town.user });
	page.setDefaultTimeout(120_000);
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

	// A road beside it is picked on the map.
	await page.keyboard.press("Escape");
	const [{ id, x, y }] = await until("a road has no vehicle near", async () => {
		const free = await unobstructed(page, [...(await linksDrawn(page, "partly")), ...(await linksDrawn(page, "none"))]);
		return free.length > 0 && free;
	});
	await page.mouse.click(x, y);
	await until("its card opens", async () => (await page.locator("#card-title").isVisible()) && /条通|丁目線/.test(await text("#card-title")));
	assert.match(new URL(page.url()).hash, new RegExp(`link=${id}\\b`));

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
	assertQuiet();
});
