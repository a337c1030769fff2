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

/** What of a page is worth a picture of its own, by its address. */
const VIEWS = {
	"dispatch.html": ["", "#tab=roads&sort=-last", "#tab=progress&by=age", "#tab=operation"],
};
const SIZES = { desk: { viewport: DESKTOP }, phone: { viewport: PHONE, hasTouch: true, isMobile: true } };

/** Languages and themes. */
const LOOKS = ["ja-JP", "en-GB"].flatMap((locale) => ["light", "dark"].map((colorScheme) => ({ locale, colorScheme })));

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
	const key = await place.vehicle(db, "R-12", ["--class", "dozer"]);
	const cab = await serveTracker(place, { udp: town.udp, key, source: "-", more: ["--http", "127.0.0.1:0"] });
	const residents = await site.serve();
	const origins = { "driver.html": `http://${cab.ready.http}`, "index.html": residents, "list.html": residents };

	for (const name of readdirSync(join(ROOT, "web")).filter((file) => file.endsWith(".html"))) {
		const origin = origins[name] ?? town.origin;
		const user = origins[name] || /^(signin|setup)/.test(name) ? undefined : admin;
		const views = VIEWS[name] ?? [""];
		const sizes = Object.entries(name === "driver.html" ? { tablet: { viewport: TABLET } } : SIZES);
		const shots = views.flatMap((view, i) => sizes.flatMap(([size, options]) => LOOKS.map((look) => ({ view, i, size, options, look }))));
		for (const { view, i, size, options, look } of shots) {
			const { page, close } = await openPage(browser, origin, { user, ...look, ...options });
			await watchMap(page);
			await page.goto(`${origin}/${name}${view}`);
			await settle(page);
			const part = views.length > 1 ? `-${i + 1}` : "";
			await picture(page, `page-${name.replace(".html", "")}${part}-${size}-${look.locale.slice(0, 2)}-${look.colorScheme}`);
			await close();
		}
		console.log(name);
	}
} finally {
	await browser.close();
	await place.close();
}
