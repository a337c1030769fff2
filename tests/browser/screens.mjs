// SPDX-License-Identifier: Apache-2.0
/*
 * `make screens`: a picture of every page in web/, in both languages and themes, on a desk and on a
 * phone, over a snow town at work, into BUILD/screens.  For eyes: it judges nothing but that each page
 * opens.  A page that is new is pictured without being named here.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { ROOT, until } from "../support/programs.mjs";
import { DESKTOP, launch, openPage, PHONE, picture, TABLET } from "./support/browser.mjs";
import { watchMap } from "./support/map.mjs";
import { publicSite, serveTown, serveTracker, simulate, snowTown, workplace } from "./support/scene.mjs";

/**
 * What of a page is worth a picture of its own: its address, or what somebody does there.
 * @type {Record<string, (string | ((page: import("playwright-core").Page) => Promise<void>))[]>}
 */
const VIEWS = {
	"dispatch.html": ["", "#tab=roads&sort=-last", "#tab=progress&by=age", "#tab=operation", "#vehicle=SIM-004", openRoad],
	"masters.html": ["", "#tab=areas", "#tab=closures", "#tab=classes", (page) => page.locator("#panel-fleet button.primary").click()],
	"nights.html": ["", "#vehicle=SIM-002"],
	"index.html": ["", askForRoad],
	"driver.html": ["?theme=dark", "?theme=light"],
	"list.html": ["", (page) => page.locator("#areas summary").first().click()],
};
const SIZES = { desk: { viewport: DESKTOP }, phone: { viewport: PHONE, hasTouch: true, isMobile: true } };

const LANGUAGES = ["ja-JP", "en-GB"];
const THEMES = /** @type {const} */ (["light", "dark"]);
/** FILES="word ...": only the pages whose names have one of the words. */
const asked = (process.env.FILES ?? "").split(/\s+/).filter(Boolean);

async function openRoad(page) {
	await page.locator("#search").fill("学校通り");
	await page.locator("#search-results [role=option]").first().click();
	await page.locator("#card .caller").waitFor();
}

async function askForRoad(page) {
	await page.locator("#search").fill("学校通り");
	await page.locator("#areas li button").first().click();
	await page.locator("#answer h2").waitFor();
}

/** Some pages open their map only when somebody asks for it. */
const MAP_MS = 15_000;

/** Drawn: its map too, where it has one; a page that follows a stream is never quieter than that. */
async function settle(page) {
	await page.waitForLoadState("load");
	await page.evaluate(() => document.fonts.ready);
	if ((await page.locator("#map").count()) > 0) {
		const drawn = () => page.evaluate(() => globalThis.shownMap?.areTilesLoaded() ?? false);
		await until("the map has drawn", drawn, { every_ms: 200, patience_ms: MAP_MS }).catch(() => {}); // pictured as it is
	}
	await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 3000 })));
}

/** Opens a page, and does there what a view is about. @param {string} address @param {string | ((page: import("playwright-core").Page) => Promise<void>)} view */
async function show(page, address, view) {
	await page.goto("about:blank"); // another fragment alone would be the same page
	await page.goto(address + (typeof view === "string" ? view : ""));
	await settle(page);
	if (typeof view !== "string") {
		await view(page);
		await settle(page);
	}
}

/** The page in both themes, by the system's change of mind. @param {import("playwright-core").Page} page @param {string} name */
async function pictures(page, name) {
	for (const colorScheme of THEMES) {
		await page.emulateMedia({ colorScheme });
		await settle(page);
		await picture(page, `${name}-${colorScheme}`);
	}
	await page.emulateMedia({ colorScheme: THEMES[0] });
}

const place = await workplace();
const browser = await launch();
try {
	const db = await snowTown(place);
	const site = await publicSite(place);
	const town = await serveTown(place, db, site.args);
	await simulate(place, db, town.udp);
	const admin = await place.signIn(town.plowd, { db, role: "admin", name: "管理者" });
	await until("an hour's work is counted", async () =>
		(await (await admin.fetch("/api/v1/snapshot")).json()).progress.total.done_m > 1000);
	const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString();
	const done = async (path, body) => {
		const answer = await admin.post(`/api/v1/${path}`, body);
		if (answer.status !== 201) {
			throw new Error(`${path}: ${await answer.text()}`);
		}
	};
	await done("operations", { name: "早朝除雪", start: hours(-1), target: hours(2), reason: "17時以降の降雪 12 cm", areas: [] });
	const [{ links }] = await (await admin.fetch(`/api/v1/roads?q=${encodeURIComponent("学校通り")}`)).json();
	await done("closures", {
		text: { ja: "排雪作業のため通行止め", "ja-easy": "雪を トラックで はこびます。この道は とおれません。", en: "Road closed while snow is hauled away" },
		end: hours(3), links: links.slice(0, 2),
	});
	const key = await place.vehicle(db, "R-12", ["--class", "dozer"]);
	const cab = await serveTracker(place, { udp: town.udp, key, source: "-", more: ["--http", "127.0.0.1:0"] });
	const residents = await site.serve();
	const origins = { "driver.html": `http://${cab.ready.http}`, "index.html": residents, "list.html": residents };

	const pages = readdirSync(join(ROOT, "web")).filter((file) => file.endsWith(".html") && (asked.length === 0 || asked.some((word) => file.includes(word))));
	for (const name of pages) {
		const origin = origins[name] ?? town.origin;
		const user = origins[name] || /^(signin|setup)/.test(name) ? undefined : admin;
		const views = VIEWS[name] ?? [""];
		for (const [size, options] of Object.entries(name === "driver.html" ? { tablet: { viewport: TABLET } } : SIZES)) {
			for (const locale of LANGUAGES) {
				const { page, close } = await openPage(null, browser, origin, { user, locale, colorScheme: THEMES[0], ...options });
				await watchMap(page);
				for (const [i, view] of views.entries()) {
					const part = views.length > 1 ? `-${i + 1}` : "";
					await show(page, `${origin}/${name}`, view);
					await pictures(page, `page-${name.replace(".html", "")}${part}-${size}-${locale.slice(0, 2)}`);
				}
				await close();
			}
		}
		console.log(name);
	}
} finally {
	await browser.close();
	await place.close();
}
