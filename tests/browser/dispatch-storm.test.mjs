// SPDX-License-Identifier: Apache-2.0
// The dispatcher's page in bad weather: lossy radio, a laptop that slept.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAfter, LOOPBACK, until } from "../support/programs.mjs";
import { startRelay } from "../support/relay.mjs";
import { at, drive, drives, smallTown } from "../support/smalltown.mjs";
import { assertSeen, atBothSizes, launch, picture, SERVER_AWAY, WEB } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { quantile, watchDrawn } from "./support/drawn.mjs";
import { linkColours, mapIsIdle } from "./support/map.mjs";
import { serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
const text = (page, id) => page.locator(`#${id}`).innerText();

async function chromium(t) {
	const browser = await launch();
	closeAfter(t, () => browser.close());
	return browser;
}

test("fixes are on the map soon after they were committed, over good radio and over one that loses 30 %", async (t) => {
	const place = await workplace(t);
	const db = await snowTown(place);
	const town = await serveTown(place, db);
	const relay = await startRelay(t, town.udp, { loss: 0.3 });
	await simulate(place, db, relay.address, { vehicles: 4, headStart: 60, seconds: 3600 });
	const { page } = await openDispatch(t, { browser: await chromium(t), origin: town.origin, user: town.user });
	await until("every vehicle is heard through the loss", async () => {
		const words = await page.locator("#vehicles li").allInnerTexts();
		return words.length === 4 && words.every((one) => /\d+ 秒前/.test(one));
	});
	assert.ok(relay.counts.lost > 0, "the relay loses");
	assert.match(await text(page, "lamp"), /受信中/);
	relay.loss = 0;
	const moving = await until("one works", async () => {
		const words = await page.locator("#vehicles li").allInnerTexts();
		return words.find((one) => /作業中|回送/.test(one))?.match(/SIM-\d+/)[0];
	});
	await page.evaluate(async (code) => {
		const { vehicles } = await (await fetch("/api/v1/snapshot")).json();
		const { lon, lat } = vehicles.find((vehicle) => vehicle.code === code);
		globalThis.shownMap.jumpTo({ center: [lon, lat], zoom: 14 });
	}, moving);
	await mapIsIdle(page);
	const { told, drawn } = await watchDrawn(page, moving, 10);
	t.diagnostic(`from receiving to the page: median ${quantile(told, 0.5)} ms, largest ${told.at(-1)} ms; to the frame that shows it: ` +
		`median ${quantile(drawn, 0.5)} ms, largest ${drawn.at(-1)} ms of ${drawn.length}`);
});

test("a laptop that slept for an hour wakes to what is so now, with the right ages", async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	await drives(place, db, "R-12", [], { from_km: -0.98, to_km: 0.98 });
	for (const [hours, course] of [[3, { east_km: 0, from_km: -0.98, to_km: -0.05 }], [8, { east_km: 0, from_km: 0.05, to_km: 0.98 }], [14, { east_km: 1, from_km: -0.98, to_km: -0.05 }]]) {
		const track = await place.file(`before-${hours}.csv`, drive({ start: START - hours * 3600, ...course }));
		await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "R-12", track]);
	}
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: WEB } });
	const origin = `http://${plowd.ready.http}`;
	const user = await place.signIn(plowd, { db });
	const json = async (path) => (await user.fetch(`/api/v1${path}`)).json();
	const { page } = await openDispatch(t, { browser: await chromium(t), origin, user, path: "/dispatch.html#tab=roads", ignore: SERVER_AWAY });
	const row = async (name) => (await roadRows(page)).find((one) => one.name === name);
	await until("it was just done", async () => /完了/.test((await row("本町通り"))?.status) && /(秒|分)前/.test((await row("本町通り")).last));

	const client = await page.context().newCDPSession(page);
	await client.send("Page.setWebLifecycleState", { state: "frozen" });
	await page.context().setOffline(true);
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "R-12",
		await place.file("later.csv", drive({ start: START + 3900, from_km: -0.98, to_km: -0.02, north_km: 1 }))]);
	const [lon, lat] = at(-0.5, 1);
	await until("the server knows what was done meanwhile", async () => (await json(`/roads/at?lon=${lon}&lat=${lat}`)).status === "done");
	await page.context().setOffline(false);
	await client.send("Page.setWebLifecycleState", { state: "active" });

	await until("the page knows it too", async () => /完了/.test((await row("名前のない道路 4"))?.status));
	await until("and how old the first pass is by now", async () => /1 時間前/.test((await row("本町通り")).last));
	await until("it is live", async () => /受信中/.test(await text(page, "lamp")));

	// The bands of age: each road has its own colour on the map, and the same line with words beside it in table and legend.
	const bands = [[at(-0.5, 1), 0, "1 時間以内"], [at(-0.5, 0), 1, "1〜3 時間"], [at(0, -0.5), 2, "3〜6 時間"], [at(0, 0.5), 3, "6〜12 時間"], [at(1, -0.5), 4, "12〜24 時間"], [at(1, 0.5), 6, "通過の記録なし"]];
	const ids = await Promise.all(bands.map(async ([[east, north]]) => (await json(`/roads/at?lon=${east}&lat=${north}`)).id));
	const tokens = await page.evaluate(() => [0, 1, 2, 3, 4, 5, 6].map((band) => getComputedStyle(document.documentElement).getPropertyValue(`--band-${band}`).trim()));
	assert.equal(new Set(tokens).size, 7);
	await page.keyboard.press("c");
	await atBothSizes(page, async (size) => {
		await until("each has the colour of its age", async () => {
			await mapIsIdle(page);
			const drawn = await linkColours(page);
			const seen = bands.filter((_, i) => drawn[ids[i]]); // made smaller, the map has lost its edges
			return seen.length >= (size === "desk" ? bands.length : 3) && bands.every(([, band], i) => !drawn[ids[i]] || drawn[ids[i]] === tokens[band]);
		});
		await page.locator("#legend").evaluate((legend) => (legend.open = true));
		for (const [, band, words] of bands) {
			await assertSeen(page.locator("#legend-body li", { hasText: words, has: page.locator(`.stroke-band-${band}`) }));
		}
		await page.locator("#legend").evaluate((legend) => (legend.open = false));
		if (size === "desk") {
			await assertSeen(page.locator("table.roads tr", { hasText: "名前のない道路 4" }).locator(".last .line-sample:has(.stroke-band-0)"));
		}
		await picture(page, `dispatch-bands-${size}`);
	});
});
