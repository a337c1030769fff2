// SPDX-License-Identifier: Apache-2.0
/*
 * The dispatcher's page in headless Chromium, which draws without a graphics card: how long a fix takes to the screen (60
 * plows, a report a second), and what a thousand vehicles on ten thousand roads cost the page.  Left out, and said so,
 * where the browser is missing.
 *
 * Whatever else the machine does lengthens every delay; the page's own processor time says what is the page's.
 */
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { bigTown } from "../support/bigtown.mjs";
import { BIN, LOOPBACK, until, workplace } from "../support/programs.mjs";

const FLEET = 60;
const FRAMES = 40; // of each vehicle that is watched
const WATCHED = 3;
const MANY = 1000;
const STEADY_S = 20;

/** plowd with a fleet on a large town, and a page that shows it. */
async function scene(t, vehicles, { launch, openPage, watchMap, mapIsOpen }) {
	const place = await workplace(t);
	const db = await bigTown(place);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK], { env: { PLOW_WEB: join(BIN, "web") } });
	const user = await place.signIn(plowd, { db });
	place.start("plow-sim", ["--db", db, "--server", plowd.ready.udp, "--vehicles", String(vehicles), "--hz", "1", "--seconds", "7200",
		"--seed", "3", "--truth", place.path("truth.csv"), "--head-start", "60", "--fades", "0", "--loss", "0", "--late", "0", "--doubled", "0", "--at-work"]);
	const snapshot = async () => (await user.fetch("/api/v1/snapshot")).json();
	await until("all vehicles are heard", async () => (await snapshot()).vehicles.filter(({ time }) => time).length === vehicles, { every_ms: 500 });
	const browser = await launch();
	t.after(() => browser.close());
	const began = performance.now();
	const { page } = await openPage(browser, `http://${plowd.ready.http}`, { user });
	page.setDefaultTimeout(300_000);
	await watchMap(page);
	await page.goto(`http://${plowd.ready.http}/dispatch.html`);
	await page.locator("#vehicles li").first().waitFor();
	const listed = performance.now();
	await mapIsOpen(page);
	return { plowd, snapshot, browser, page, listed_s: (listed - began) / 1000, mapped_s: (performance.now() - began) / 1000 };
}

/** From the server's receiving a fix to the frame that has it. */
async function delays(t, tools, note) {
	const { page, snapshot } = await scene(t, FLEET, tools);
	const { vehicles } = await snapshot();
	const moving = vehicles.filter(({ state, speed_mps }) => state === "work" && speed_mps > 1).slice(0, WATCHED);
	const all = { told: /** @type {number[]} */ ([]), drawn: /** @type {number[]} */ ([]) };
	for (const { code } of moving) {
		const { lon, lat } = (await snapshot()).vehicles.find((one) => one.code === code);
		await page.evaluate((center) => globalThis.shownMap.jumpTo({ center, zoom: 14 }), [lon, lat]);
		await tools.mapIsIdle(page);
		const some = await tools.watchDrawn(page, code, FRAMES);
		all.told.push(...some.told);
		all.drawn.push(...some.drawn);
	}
	for (const [key, what] of [["told", `a fix of ${FLEET} plows, received to its event in the page`], ["drawn", "  received to the frame that draws it"]]) {
		const sorted = all[key].sort((a, b) => a - b);
		note(`${what}, median`, tools.quantile(sorted, 0.5), "ms");
		note("    99 of 100 within", tools.quantile(sorted, 0.99), "ms");
		note(`    longest of ${sorted.length}`, sorted.at(-1), `ms${key === "drawn" ? " (aim 1000)" : ""}`);
	}
}

/** What the page costs while everybody reports, and how soon it answers a click. */
async function scale(t, tools, note) {
	const { page, browser, listed_s, mapped_s } = await scene(t, MANY, tools);
	note(`dispatcher's page, ${MANY} vehicles, 10,224 roads: listed`, listed_s, "s");
	note("  with the map", mapped_s, "s");
	const machine = await browser.newBrowserCDPSession();
	const client = await page.context().newCDPSession(page);
	await client.send("Performance.enable", { timeDomain: "threadTicks" });
	const used = async () => {
		const { processInfo } = await machine.send("SystemInfo.getProcessInfo");
		const { metrics } = await client.send("Performance.getMetrics");
		const sum = (type) => processInfo.filter((one) => one.type.toLowerCase() === type).reduce((all, { cpuTime }) => all + cpuTime, 0);
		return { s: performance.now() / 1000, page: sum("renderer"), drawing: sum("gpu"), thread: metrics.find(({ name }) => name === "ThreadTime").value };
	};
	const before = await used();
	await new Promise((done) => setTimeout(done, STEADY_S * 1000));
	const after = await used();
	const share = (key) => (100 * (after[key] - before[key])) / (after.s - before.s);
	note("  its main thread, of a core", share("thread"), "%");
	note("  drawing in software, of a core", share("drawing"), "%");
	for (const [what, act] of /** @type {[string, () => Promise<unknown>][]} */ ([
		["a vehicle clicked, its card", async () => {
			await page.locator("#vehicles li button").nth(5).click();
			await page.locator("#card dl").waitFor();
		}],
		["a filter set, the list", async () => {
			await page.locator("#filters button").nth(2).click();
			await until("it is shorter", async () => (await page.locator("#vehicles li").count()) < MANY, { every_ms: 5 });
		}],
		["the roads, opened", async () => {
			await page.locator("#tab-roads").click();
			await page.locator("table.roads tbody tr:not(.space)").first().waitFor();
		}],
	])) {
		const began = performance.now();
		await act();
		note(`  ${what}`, performance.now() - began, "ms");
	}
}

/** @param {(what: string, value: number, unit: string) => void} note */
export async function pages(_place, note) {
	const tools = await Promise.all(["browser", "map", "drawn"].map((name) => import(`../browser/support/${name}.mjs`)))
		.then((modules) => Object.assign({}, ...modules), () => null);
	if (!tools) {
		console.log("the pages: left out, the browser's tests are not installed: make browser");
		return;
	}
	for (const part of [delays, scale]) {
		/** @type {(() => Promise<void>)[]} */
		const ends = [];
		try {
			await part({ after: (end) => ends.push(end) }, tools, note);
		} finally {
			for (const end of ends.reverse()) await end();
		}
	}
}
