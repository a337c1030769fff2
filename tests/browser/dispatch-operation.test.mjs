// SPDX-License-Identifier: Apache-2.0
// 出動: what is done, what remains, what will miss the target; closed roads; and the keys for all of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LOOPBACK, until } from "../support/programs.mjs";
import { at, drives, smallTown } from "../support/smalltown.mjs";
import { assertAccessible, assertNotSideways, assertSeen, atBothSizes, launch, picture, untilAddress, WEB } from "./support/browser.mjs";
import { openDispatch } from "./support/dispatch.mjs";
import { mapIsIdle, symbolsDrawn } from "./support/map.mjs";
import { workplace } from "./support/scene.mjs";

let place, db, plowd, user, origin, browser;

const open = (t, options) => openDispatch(t, { browser, origin, user, ...options });
const text = (page, id) => page.locator(`#${id}`).innerText();

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	await drives(place, db, "R-12", ["--class", "dozer"], { from_km: -0.98, to_km: 0.98 });
	plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: WEB } });
	origin = `http://${plowd.ready.http}`;
	user = await place.signIn(plowd, { db, name: "当直 甲" });
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await place?.close();
});

test("an operation ordered earlier counts from then; the board says what is done, what remains and what cannot be told", async (t) => {
	const { page } = await open(t, { path: "/dispatch.html#tab=operation", map: false });
	await page.locator("#operation-name").fill("早朝一斉除雪");
	await page.locator("#operation-reason").fill("17時以降の降雪 14 cm");
	await page.locator("#operation-start").fill("2027-01-16T04:00");
	await page.locator("#operation-target").fill("07:30");
	await page.getByRole("button", { name: "出動を開始する" }).click();
	await until("who opened it is said", async () => /開始した人\s*当直 甲/.test(await text(page, "operation-board")));
	assert.match(await text(page, "operation-board"), /開始\s*04:00[^]*目標時刻\s*07:30/);
	await until("what was done since then counts", async () => /地区別[^]*東部[^]*残り/.test(await text(page, "operation-progress")) && !/^0 %/.test(await text(page, "operation-progress")));
	const board = await text(page, "operation-progress");
	assert.match(board, /道路区分別[^]*main[^]*side/);
	assert.match(board, /見込みはまだ出せません（記録が30分に足りません）|見込みなし/);
	await until("what remains is named", async () => /残り 3 区間（一部の区間の残りも含め 3\.0 km）[^]*駅前通り/.test(await text(page, "operation-remaining")));
	await atBothSizes(page, async (size) => {
		for (const seen of ["#operation-board .facts dd >> text=当直 甲", "#operation-progress .figure b", "#operation-progress .total .outlook", "#operation-remaining li >> nth=0"]) {
			await assertSeen(page.locator(seen).first());
		}
		for (const name of ["東部", "西部", "main", "side"]) {
			const line = page.locator("#operation-progress .group li", { hasText: name });
			assert.match(await line.innerText(), /%[^]*残り .*km/);
			await assertSeen(line.locator("b"));
			await assertSeen(line.locator(".progress"));
		}
		await assertSeen(page.locator("#operation-board h2").first());
		await assertAccessible(page);
		await picture(page, `dispatch-operation-board-${size}`);
	});
	await t.test("on paper it is what the meeting needs, whichever list is shown: as of when, and all states by their words", () => assertOnPaper(page));
	await page.locator("#operation-remaining button", { hasText: "駅前通り" }).first().click();
	await until("its card is open", async () => (await text(page, "card-title")) === "駅前通り");
	await page.getByRole("button", { name: "出動を終了する" }).click();
	await page.getByRole("button", { name: "本当に終了する" }).click();
	await until("both names are on record", async () => /開始 当直 甲／終了 当直 甲/.test(await page.locator(".history").first().innerText()));
});

/** The board is printed from the list of vehicles: it is black on white and in A4's width. @param {import("playwright-core").Page} page */
async function assertOnPaper(page) {
	const own = page.viewportSize();
	await page.locator("#tab-vehicles").click();
	await page.emulateMedia({ media: "print", colorScheme: "dark" });
	await page.setViewportSize({ width: 688, height: 1017 }); // A4 within its margins
	for (const gone of ["#map", "#search", ".tabs", ".filter-bar", "#pages", "#language", "#lamp", "#panel-roads", "#panel-progress", ".operation button", ".map-tools"]) {
		assert.equal(await page.locator(gone).first().isVisible(), false, gone);
	}
	for (const [there, words] of [
		["#bar .unseen", /除雪指令/], ["#town", /雪国市/], ["#as-of", /2027年1月16日 \d+:\d\d 現在/], ["#banner", /早朝一斉除雪.*04:00.*07:30/s],
		["#operation-board dd >> text=17時以降の降雪 14 cm", /14 cm/], ["#operation-progress .total .outlook", /./], ["#operation-progress .group li >> nth=0", /部\s*\d+\s%[^]*残り .*km/],
		["#operation-remaining li >> nth=0", /駅前通り[^]*・未/], ["#vehicles li .state", /./], ["#vehicles li .age", /前/],
	]) {
		await assertSeen(page.locator(there).first(), words);
	}
	await assertNotSideways(page);
	const inks = await page.evaluate(() => [...document.querySelectorAll(".bar, .bar *, main *")]
		.filter((element) => element.checkVisibility() && element.textContent.trim() !== "").map((element) => getComputedStyle(element).color));
	assert.deepEqual([...new Set(inks)], ["rgb(0, 0, 0)"]);
	await picture(page, "dispatch-on-paper");
	assert.match((await page.pdf({ format: "A4" })).subarray(0, 8).toString(), /^%PDF-1/);
	await page.emulateMedia({ media: null, colorScheme: null });
	await page.setViewportSize(own);
	await page.locator("#tab-operation").click();
}

test("why an operation is refused is said in the page's language", async (t) => {
	const { page } = await open(t, { path: "/dispatch.html#tab=operation", map: false, ignore: /400/ });
	await page.locator("#operation-start").fill("2027-01-13T04:00");
	await page.getByRole("button", { name: "出動を開始する" }).click();
	const said = page.locator("#operation-board [role=alert]");
	await said.waitFor();
	await atBothSizes(page, async (size) => {
		assert.equal(await said.innerText(), "開始は、過去 24 時間以内の日時にしてください。");
		await assertSeen(said);
		for (const id of ["name", "reason", "start", "target"]) {
			await assertSeen(page.locator(`#operation-${id}`));
		}
		await picture(page, `dispatch-operation-refused-${size}`);
	});
});

test("a class misses its own hour while the operation may be met; every outlook has its words", async (t) => {
	const admin = await place.signIn(plowd, { db, role: "admin", name: "係長" });
	const rule = { priority: 1, required_share: 1, required_passes: 1, both_directions: false, required_width_m: 0, gap_m: 0, trim_m: 0, trigger_cm: 0 };
	assert.equal((await admin.post("/api/v1/classes", { ...rule, code: "side", name: "生活道路", finish_by: "04:10" })).status, 200);
	const opened = await user.post("/api/v1/operations", { name: "早朝", start: "2027-01-16T04:00:00+09:00", target: "2027-01-16T07:30:00+09:00" });
	assert.equal(opened.status, 201);
	const { page } = await open(t, { path: "/dispatch.html#tab=operation", map: false });
	const lines = (name) => page.locator("#operation-progress .group li", { hasText: name });
	await until("the class's own hour is told", async () => /目標 04:10/.test(await lines("side").innerText().catch(() => "")));
	await atBothSizes(page, async () => {
		assert.match(await lines("side").innerText(), /目標時刻を過ぎています/);
		await assertSeen(lines("side").locator(".outlook.bad"));
	});
	assert.doesNotMatch(await lines("東部").innerText(), /過ぎています/);
	assert.doesNotMatch(await page.locator("#operation-progress .total").innerText(), /過ぎています|目標/);
	await picture(page, "dispatch-operation-missed");

	// The same board in the same page, of bars as the server tells them at a steady pace.
	const words = (locale) => page.evaluate(async (language) => {
		const load = (path) => import(path);
		const [{ createProgressBoard }, { translator }, { createFormat }] = await Promise.all([load("/js/ui/progress-board.js"), load("/js/i18n.js"), load("/js/format.js")]);
		const panel = document.createElement("div");
		const at = (time) => new Date(`2027-01-16T${time}:00+09:00`).toISOString();
		const board = createProgressBoard(panel, {
			t: translator(await (await fetch(`/locales/${language}.json`)).json()), format: createFormat(language, "Asia/Tokyo"), now: () => Date.parse(at("05:00")),
		});
		const bar = (name, target, finish, finish_why = null) =>
			({ name, length_m: 1000, done_m: 500, partly_m: 0, remaining_m: 500, todo_m: 500, percent: 50, finish, finish_why, target });
		const total = bar("", at("07:30"), at("07:00"));
		const classes = [bar("late", at("06:30"), at("07:00")), bar("far", at("07:30"), null, "too_far"), bar("missed", at("04:30"), at("07:00")),
			bar("met", at("07:00"), at("06:00")), bar("stopped", at("07:30"), null, "stopped")];
		board.show({ total, classes, areas: [] }, null);
		return [...panel.querySelectorAll(".total, .group li")].map((one) => [one.querySelector(".outlook").textContent, one.querySelector(".outlook.bad") !== null, one.textContent]);
	}, locale);
	const japanese = await words("ja");
	assert.deepEqual(japanese.map(([text]) => text), ["07:00 頃に完了の見込み", "07:00 頃の見込み・目標に間に合いません", "1日以上かかる見込み・間に合いません",
		"目標時刻を過ぎています", "06:00 頃に完了の見込み", "見込みなし（この30分、完了が増えていません）"]);
	assert.deepEqual(japanese.map(([, bad]) => bad), [false, true, true, true, false, true]);
	assert.deepEqual(japanese.map(([, , all]) => /目標 (\d\d:\d\d)/.exec(all)?.[1] ?? null), [null, "06:30", null, "04:30", "07:00", null],
		"an hour is told where it is not the operation's");
	const english = (await words("en")).map(([text]) => text);
	assert.equal(new Set(english).size, 6);
	assert.ok(english.every((text) => /^[\x20-\x7e’–]+$/.test(text)), english.join());
	assert.equal((await user.post(`/api/v1/operations/${(await opened.json()).id}/close`, {})).status, 200);
	const { version } = (await (await admin.fetch("/api/v1/classes")).json()).find(({ code }) => code === "side");
	assert.equal((await admin.post("/api/v1/classes/remove", { code: "side", version })).status, 200);
});

test("closed roads are drawn and listed with their text and their end", async (t) => {
	const { page } = await open(t);
	assert.equal(await page.locator("#closures").isHidden(), true);
	const answer = await user.post("/api/v1/closures", {
		text: { ja: "吹きだまりのため通行止め", en: "Closed: drifts" },
		end: "2027-01-16T12:00:00+09:00",
		geometry: { type: "LineString", coordinates: [at(0, 0), at(0, 0.8)] },
	});
	assert.equal(answer.status, 201);
	await until("it is listed", async () => /通行止め 1 件/.test(await text(page, "closures")));
	await page.locator("#closures summary").click();
	await atBothSizes(page, async (size) => {
		assert.match(await text(page, "closures"), /吹きだまりのため通行止め\s*12:00 まで/);
		await assertSeen(page.locator("#closures li b"));
		await assertSeen(page.locator("#closures li small"));
		await until("it is drawn with its words", async () => {
			await mapIsIdle(page);
			const isTold = (await symbolsDrawn(page, "closure-text")).some(({ words }) => words === "吹きだまりのため通行止め");
			return (isTold || size === "phone") && (await symbolsDrawn(page, "closure")).length > 0; // made smaller, the map has lost the end of it
		});
		await assertAccessible(page);
		await picture(page, `dispatch-closure-${size}`);
	});
	await page.locator("#closures summary").click();
	await page.emulateMedia({ media: "print" });
	await assertSeen(page.locator("#closures li"), /吹きだまりのため通行止め\s*12:00 まで/); // folded up on the screen, not on paper
	await page.emulateMedia({ media: null });
	await until("it is folded up again", async () => !(await page.locator("#closures details").evaluate((details) => details.open)));
	const { id, version } = await answer.json();
	assert.equal((await user.post(`/api/v1/closures/${id}/withdraw`, { version })).status, 200);
	await until("it is gone", () => page.locator("#closures").isHidden());
});

test("everything has a key, and ? lists them", async (t) => {
	const { page } = await open(t);
	await atBothSizes(page, (size) => workByKeys(page, size));
});

/** A phone's size is also that of a page enlarged four times, which is used by keys. */
async function workByKeys(page, size) {
	const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
	await page.keyboard.press("?");
	await until("the list is open", () => page.locator("#keys").isVisible());
	assert.match(await text(page, "keys"), /路線・車両・地区を探す/);
	await assertAccessible(page);
	await picture(page, `dispatch-keys-${size}`);
	await page.keyboard.press("Escape");
	assert.equal(await page.locator("#keys").isVisible(), false);
	await page.keyboard.press("2");
	assert.equal(await focused(), "tab-roads");
	assert.equal(await page.locator("#panel-roads").isVisible(), true);
	await page.keyboard.press("c");
	await untilAddress(page, size === "desk" ? /by=age/ : /^((?!by=age).)*$/); // and back
	await page.keyboard.press("f");
	assert.equal(await focused(), "filter-area");
	await page.locator("#tab-vehicles").focus();
	await page.keyboard.press("m");
	assert.match(await focused(), /maplibregl-canvas/);
	const zoom = () => page.evaluate(() => globalThis.shownMap.getZoom());
	const before = await zoom();
	await page.keyboard.press("+");
	await until("the map comes nearer", async () => (await zoom()) > before);
	await page.keyboard.press("b");
	await until("what is in view is asked about", async () => (await text(page, "card-title")) === "範囲の照会");
	await page.keyboard.press("Escape");
	assert.equal(await page.locator("#card").isHidden(), true);
	await page.keyboard.press("/");
	assert.equal(await focused(), "search");
	await page.keyboard.type("b2?");
	assert.equal(await page.locator("#search").inputValue(), "b2?", "what is typed is text");
	await page.locator("#search").fill("");
	await page.locator("#tab-vehicles").focus();
}
