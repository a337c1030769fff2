// SPDX-License-Identifier: Apache-2.0
// The driver's page, served by the tracker in the cab.
import assert from "node:assert/strict";
import { test } from "node:test";

import { recording, until } from "../support/programs.mjs";
import { rmc } from "../support/sentences.mjs";
import { assertAccessible, launch, openPage, PHONE, picture, TABLET } from "./support/browser.mjs";
import { publicSite, serveTown, serveTracker, snowTown, workplace } from "./support/scene.mjs";

const track = recording("matching", "00000037", "track.nmea");
const textOf = (page, id) => page.locator(`#${id}`).innerText();

test("the driver's page", { skip: !track && "no recordings" }, async (t) => {
	const place = await workplace(t);
	const db = await snowTown(place);
	const key = await place.vehicle(db, "R-12", ["--class", "rotary"]);
	const { plowd, udp } = await serveTown(place, db, ["--clock", "fixes"]);
	const tracker = await serveTracker(place, { udp, key, source: `file:${track}`, more: ["--http", "127.0.0.1:0"] });
	const origin = `http://${tracker.ready.http}`;
	const status = async () => (await fetch(`${origin}/api/v1/status`)).json();
	const browser = await launch();
	t.after(() => browser.close());
	const { page, assertQuiet } = await openPage(browser, origin, { viewport: TABLET, hasTouch: true });
	await page.goto(`${origin}/driver.html`);

	await t.test("says whose it is, that there are positions and that they reach the server", async () => {
		await until("the vehicle's code", async () => (await textOf(page, "vehicle")) === "R-12");
		await until("the receiver's lamp", async () => /測位中/.test(await textOf(page, "receiver")));
		await until("the radio's lamp", async () => /送信できています/.test(await textOf(page, "radio")));
		assert.match(await textOf(page, "unsent"), /^\d+$/);
	});

	await t.test("a shift begins with one press", async () => {
		assert.match(await textOf(page, "work"), /出動していません/);
		await page.locator("#shift").tap();
		await until("it is on its way", async () => (await textOf(page, "work")) === "回送");
		assert.equal((await status()).work_state, "M");
	});

	for (const [code, name] of Object.entries({ N: "新雪除雪", W: "拡幅", T: "運搬排雪", S: "凍結防止剤散布", B: "待機", R: "休憩" })) {
		await t.test(`${name} is one press, and the next fix says so`, async () => {
			await page.locator(".works button", { hasText: name }).tap();
			await until("it is shown", async () => (await textOf(page, "work")) === name);
			assert.deepEqual(await status().then(({ work_state, work_source }) => [work_state, work_source]), [code, "button"]);
			assert.equal(await page.locator(".works [aria-pressed=true]").innerText().then((text) => text.includes(name)), true);
		});
	}

	await t.test("buttons are big enough for gloves, and nothing is cut off", async () => {
		for (const button of await page.locator(".works button, #shift").all()) {
			const { width, height } = await button.boundingBox();
			assert.ok(width >= 88 && height >= 88, `${await button.innerText()}: ${width} x ${height}`);
		}
		await assertAccessible(page);
		await picture(page, "driver");
	});

	await t.test("a shift ends with two presses, so that none ends by accident", async () => {
		await page.locator("#shift").tap();
		assert.match(await textOf(page, "shift"), /もう一度/);
		assert.equal((await status()).work_state, "R");
		await page.locator("#shift").tap();
		await until("it has ended", async () => (await textOf(page, "work")) === "出動していません");
		assert.equal((await status()).work_state, "U");
	});

	await t.test("then the summary says what was done, and waits until the driver confirms it", async () => {
		const dialog = page.locator("#summary");
		await until("it is there", () => dialog.isVisible());
		const text = await dialog.innerText();
		for (const part of [/作業のまとめ/, /\d\d:\d\d – \d\d:\d\d/, /走行距離\s+[\d.]+ km/, /作業した路線\s+—/]) {
			assert.match(text, part);
		}
		const box = await page.locator("#confirm").boundingBox();
		assert.ok(box.width >= 88 && box.height >= 88);
		await assertAccessible(page);
		await picture(page, "driver-summary");
		await page.reload();
		await until("it is there again", () => dialog.isVisible());
		assert.equal((await status()).shift.unconfirmed, 1);
		await page.locator("#confirm").tap();
		await until("it goes", async () => !(await dialog.isVisible()));
		assert.equal((await status()).shift.unconfirmed, 0);
	});

	await t.test("on a phone, by day and in English", async () => {
		const other = await openPage(browser, origin, { viewport: PHONE, locale: "en-GB" });
		await other.page.goto(`${origin}/driver.html?theme=light`);
		await until("the vehicle's code", async () => (await textOf(other.page, "vehicle")) === "R-12");
		await assertAccessible(other.page);
		assert.equal(await other.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
		await picture(other.page, "driver-on-a-phone");
		other.assertQuiet();
		await other.close();
	});

	assertQuiet();

	await t.test("without the server fixes are kept, and the page says how many", async () => {
		await plowd.stop();
		await until("the lamp says so", async () => /圏外・保存中/.test(await textOf(page, "radio")));
		await until("the count grows", async () => Number(await textOf(page, "unsent")) > 0);
		await page.locator(".works button", { hasText: "新雪除雪" }).tap();
		await until("the buttons work", async () => (await textOf(page, "work")) === "新雪除雪");
	});

	await t.test("a tracker that does not answer is said at once", async () => {
		await tracker.stop();
		await until("it says so", async () => /車載機に接続できません/.test(await textOf(page, "trouble")));
	});
});

/**
 * A receiver that a test drives: up and down through the middle of a town, at 6 m/s and never still, until
 * it is told to stand.  A second of it passes in a quarter of one.
 * @param {NodeJS.WritableStream} into
 * @param {number[]} bounds
 */
function receiver(into, [west, south, east, north]) {
	const start = Date.UTC(2027, 0, 15, 19, 30);
	let [second, moving] = [0, true];
	let gone_m = 0;
	const timer = setInterval(() => {
		gone_m += moving ? 6 : 0;
		const north_m = 600 - Math.abs((gone_m % 2400) - 1200);
		const at = { time_ms: start + 1000 * second++, lat: (south + north) / 2 + north_m / 111_320, lon: (west + east) / 2 };
		into.write(`${rmc({ ...at, speed_mps: moving ? 6 : 0, course_deg: 0 })}\r\n`);
	}, 250);
	return { stand: () => (moving = false), stop: () => clearInterval(timer) };
}

test("the driver's own area, from the files the town publishes", async (t) => {
	const place = await workplace(t);
	const db = await snowTown(place);
	const key = await place.vehicle(db, "D-03", ["--class", "dozer"]);
	const site = await publicSite(place);
	const { udp } = await serveTown(place, db, ["--clock", "fixes", ...site.args]);
	const published = await site.serve();
	const manifest = await until("the town publishes", async () => {
		const answer = await fetch(`${published}/data/manifest.json`);
		return answer.ok && answer.json();
	});
	const tracker = await serveTracker(place, { udp, key, source: "-", more: ["--http", "127.0.0.1:0", "--map-url", `${published}/data/`] });
	const gnss = receiver(tracker.child.stdin, manifest.town.bounds);
	t.after(gnss.stop);
	const origin = `http://${tracker.ready.http}`;
	await until("the map is here", async () => (await fetch(`${origin}/data/manifest.json`)).ok);
	const browser = await launch();
	t.after(() => browser.close());
	const { page, assertQuiet } = await openPage(browser, origin, { viewport: TABLET, hasTouch: true });
	await page.goto(`${origin}/driver.html`);

	await t.test("while it moves there is one line, and nothing to aim at", async () => {
		await until("the area is told", async () => /残り \d+ 路線・[\d.]+ km/.test(await textOf(page, "area-text")));
		assert.match(await textOf(page, "area-next"), /次：.+（[\d.]+ k?m）\s+\d\d:\d\d 現在|現在（古い情報）/);
		const aims = () => page.evaluate(() => {
			const seen = (id) => document.getElementById(id).checkVisibility({ checkVisibilityCSS: true });
			return document.body.hasAttribute("data-moving") ? { area: seen("area-open"), language: seen("language") } : null;
		});
		assert.deepEqual(await until("it moves", aims), { area: false, language: false });
		await picture(page, "driver-moving");
	});

	await t.test("a shift that ends while it moves has its summary when it stands, and says so", async () => {
		await page.locator("#shift").tap();
		await until("it has begun", async () => (await textOf(page, "shift")) === "終了");
		await until("a fix is in it", async () => /\d\d:\d\d から/.test(await textOf(page, "source")));
		await page.evaluate(() => [1, 2].forEach(() => document.getElementById("shift").click())); // the second in time, however slow the machine
		await until("it waits", async () => /停車すると作業のまとめ/.test(await textOf(page, "source")));
		assert.ok(await page.evaluate(() => !document.body.hasAttribute("data-moving") || !document.getElementById("summary").open));
		gnss.stand();
		await until("it is there", () => page.locator("#summary").isVisible());
		await picture(page, "driver-summary-moved");
		await page.locator("#confirm").tap();
		await until("it goes", async () => !(await page.locator("#summary").isVisible()));
	});

	await t.test("when it stands there is a list, the nearest first, and a sketch", async () => {
		await until("it stands", () => page.locator("#area-open").isVisible());
		const { width, height } = await page.locator("#area-open").boundingBox();
		assert.ok(width >= 88 && height >= 88);
		await picture(page, "driver-area-line");
		await page.locator("#area-open").tap();
		const dialog = page.locator("#area-map");
		await until("it opens", () => dialog.isVisible());
		const away = (await dialog.locator("li .quiet").allInnerTexts()).map((text) => text.match(/ここから ([\d.]+) (k?m)/)).filter(Boolean)
			.map(([, number, unit]) => Number(number) * (unit === "km" ? 1000 : 1));
		assert.ok(away.length > 3);
		assert.deepEqual(away, [...away].sort((a, b) => a - b));
		assert.ok((await dialog.locator("svg .left").getAttribute("d")).length > 100);
		await assertAccessible(page);
		await picture(page, "driver-area");
		const box = await page.locator("#area-close").boundingBox();
		assert.ok(box.width >= 88 && box.height >= 88);
		await page.locator("#area-close").tap();
		await until("it closes", async () => !(await dialog.isVisible()));
	});

	await t.test("on a phone too", async () => {
		const other = await openPage(browser, origin, { viewport: PHONE, locale: "en-GB" });
		await other.page.goto(`${origin}/driver.html`);
		await until("the button", () => other.page.locator("#area-open").isVisible());
		await other.page.locator("#area-open").click();
		await assertAccessible(other.page);
		assert.equal(await other.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
		await picture(other.page, "driver-area-on-a-phone");
		other.assertQuiet();
		await other.close();
	});

	assertQuiet();
});
