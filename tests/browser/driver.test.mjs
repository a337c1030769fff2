// SPDX-License-Identifier: Apache-2.0
// The driver's page, served by the tracker in the cab.
import assert from "node:assert/strict";
import { test } from "node:test";

import { recording, until } from "../support/programs.mjs";
import { assertAccessible, launch, openPage, PHONE, picture, TABLET } from "./support/browser.mjs";
import { serveTown, serveTracker, snowTown, workplace } from "./support/scene.mjs";

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
		assert.match(await textOf(page, "work"), /終了しています/);
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
		await until("it has ended", async () => (await textOf(page, "work")) === "終了しています");
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
