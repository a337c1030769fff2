// SPDX-License-Identifier: Apache-2.0
// The dispatcher's page in bad weather: lossy radio, a laptop that slept.
import assert from "node:assert/strict";
import { test } from "node:test";

import { LOOPBACK, until } from "../support/programs.mjs";
import { startRelay } from "../support/relay.mjs";
import { at, drive, drives, smallTown } from "../support/smalltown.mjs";
import { launch, WEB } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { quantile, watchDrawn } from "./support/drawn.mjs";
import { mapIsIdle } from "./support/map.mjs";
import { serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
/** What is said of asking while there is no network: it belongs to the test. */
const OFFLINE = /^Pn$|ERR_INTERNET_DISCONNECTED|Failed to (load|fetch)/;
const text = (page, id) => page.locator(`#${id}`).innerText();

async function chromium(t) {
	const browser = await launch();
	t.after(() => browser.close());
	return browser;
}

test("fixes are on the map soon after they were committed, over good radio and over one that loses 30 %", async (t) => {
	const place = await workplace(t);
	const db = await snowTown(place);
	const town = await serveTown(place, db);
	const relay = await startRelay(t, town.udp, { loss: 0.3 });
	await simulate(place, db, relay.address, { vehicles: 4, headStart: 60, seconds: 3600 });
	const { page, assertQuiet } = await openDispatch(t, { browser: await chromium(t), origin: town.origin, user: town.user });
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
	assertQuiet();
});

test("a laptop that slept for an hour wakes to what is so now, with the right ages", async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	await drives(place, db, "R-12", [], { from_km: -0.98, to_km: 0.98 });
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: WEB } });
	const origin = `http://${plowd.ready.http}`;
	const user = await place.signIn(plowd, { db });
	const json = async (path) => (await user.fetch(`/api/v1${path}`)).json();
	const { page, assertQuiet } = await openDispatch(t, { browser: await chromium(t), origin, user, path: "/dispatch.html#tab=roads", ignore: OFFLINE });
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
	assertQuiet();
});
