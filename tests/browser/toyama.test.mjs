// SPDX-License-Identifier: Apache-2.0
// The whole way with real input: a recorded drive, from the tracker to what a dispatcher sees.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { closeAfter, recording, until } from "../support/programs.mjs";
import { canScore, score } from "../support/score.mjs";
import { sql } from "../support/tables.mjs";
import { launch, openPage, picture, untilPage } from "./support/browser.mjs";
import { coloursAt, linksDrawn, mapIsIdle, mapIsOpen, unobstructed, vehicleDrawn, watchMap } from "./support/map.mjs";
import { serveTown, serveTracker, workplace } from "./support/scene.mjs";

const DONE = "10,102,183"; // --status-done of css/tokens.css

const roads = recording("matching", "00000037", "network.geojson");
const track = recording("matching", "00000037", "track.nmea");
const text = (page, selector) => page.locator(selector).innerText();

test("a plow's drive through Toyama is seen to clear its roads", { skip: !track && "no recordings" }, async (t) => {
	const place = await workplace(t);
	const db = await place.town({ roads, name: "富山市" });
	const key = await place.vehicle(db, "R-37", ["--name", "ロータリ37号"]);
	const lost = await place.vehicle(db, "R-38");
	const allButMinutes = (await readFile(track, "utf8")).split("\n").slice(0, -2 * 300).join("\n"); // two sentences a second
	const { origin, udp, user } = await serveTown(place, db, ["--clock", "fixes"]);
	const browser = await launch();
	closeAfter(t, () => browser.close());
	const { page } = await openPage(t, browser, origin, { user, deviceScaleFactor: 1 }); // its colours are looked at
	await watchMap(page);
	await page.goto(`${origin}/dispatch.html`);
	await mapIsOpen(page);

	const row = page.locator("#vehicles li", { hasText: "R-37" });
	await t.test("before the first fix the list says that there is no position yet", async () => {
		await row.waitFor();
		assert.match(await row.innerText(), /位置情報はまだありません/);
	});

	await serveTracker(place, { udp, key: lost, source: `file:${await place.file("short.nmea", allButMinutes)}`, more: ["--rate", "30"] });
	const tracker = await serveTracker(place, { udp, key, source: `file:${track}`, more: ["--rate", "30", "--exit-when-sent"] });
	let start;
	await t.test("the vehicle appears on the map and in the list", async () => {
		start = await until("the vehicle is drawn", () => vehicleDrawn(page, "R-37"));
		await until("the list says that it works", async () => /作業中/.test(await row.innerText()));
	});

	await t.test("it moves", async () => {
		await until("it is drawn elsewhere", async () => {
			const now = await vehicleDrawn(page, "R-37");
			return now && Math.hypot(now[0] - start[0], now[1] - start[1]) > 0.002;
		});
		assert.equal((await text(page, "#lamp")).startsWith("受信中"), true);
	});

	let done;
	await t.test("the roads it drove turn cleared", async () => {
		await page.locator("#vehicles button", { hasText: "R-37" }).click(); // goes there
		await page.locator("#card-close").click();
		done = await until("links are drawn as done, clear of the vehicle", async () => {
			const drawn = await unobstructed(page, await linksDrawn(page, "done"));
			return drawn.length >= 3 && drawn;
		});
		const colours = await until("their colour is seen", async () => {
			const seen = await coloursAt(page, done[0]);
			return seen.includes(DONE) && seen;
		});
		assert.ok(colours.includes(DONE));
		await picture(page, "toyama");
	});

	await t.test("a click on a road says when it was last done, and by whom", async () => {
		assert.deepEqual(await tracker.exited, { status: 0, signal: null });
		await mapIsIdle(page);
		const link = await until("a done link to click", async () => (await unobstructed(page, await linksDrawn(page, "done")))[0]);
		await page.mouse.click(link.x, link.y);
		await untilPage("the card opens", page, () => !document.getElementById("card").hidden);
		await until("the card says when", async () => /最終通過 \S+/.test(await text(page, "#card")));
		const card = await text(page, "#card");
		assert.match(card, /完了/);
		assert.match(card, /R-37/);
		assert.match(card, /[北南東西]+行/);
	});

	await t.test("a unit that fell silent is the first in the list and says so", async () => {
		await until("it is said", async () => /R-38[^]*途絶/.test(await page.locator("#vehicles li").first().innerText()));
		assert.match(await page.locator("#filters [data-alarm]").innerText(), /1\s*途絶/);
	});

	await t.test("the progress counts what was cleared", async () => {
		await page.locator("#tab-progress").click();
		const answer = await (await user.fetch("/api/v1/snapshot")).json();
		assert.ok(answer.progress.total.done_m > 3000, `${answer.progress.total.done_m} m`);
		const shown = `${(Math.round(answer.progress.total.done_m / 100) / 10).toFixed(1)} km`;
		await until(`the board says ${shown}`, async () => (await text(page, "#panel-progress")).includes(shown));
	});

	await t.test("what is stored as cleared is what was driven", { skip: !canScore && "no acceptance script" }, async (t) => {
		await until("the trips are matched", async () => (await sql(db, "SELECT count(*) FROM stale")) === "0");
		const coverage = await place.ok("plowctl", ["coverage", "--db", db, "--from", "2000-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z"]);
		const { recall, false_share } = await score(place, "00000037", coverage);
		t.diagnostic(`recall ${recall}, false_share ${false_share}`);
		assert.ok(recall >= 0.97 && false_share <= 0.04, `recall ${recall}, false_share ${false_share}`);
	});

	await t.test("ogrinfo shows the drive, and the roads' states", async () => {
		const layer = (...what) => execFileSync("ogrinfo", ["-ro", "-al", "-q", db, ...what], { encoding: "utf8" });
		assert.match(layer("tracks", "-where", "vehicle = 'R-37'"), /LINESTRING ZM \(13/);
		await until("a road is told as done", () => /status \(String\) = done/.test(layer("coverage", "-where", "status = 'done'")));
	});

});
