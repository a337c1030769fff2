// SPDX-License-Identifier: Apache-2.0
// 問合せ: a road by click, name or box, answered in words for a caller; and a dispatcher who knows better.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LOOPBACK, until } from "../support/programs.mjs";
import { at, CENTER, drive, drives, smallTown } from "../support/smalltown.mjs";
import { assertAccessible, assertSeen, atBothSizes, launch, PHONE, picture, tabTo, untilAddress, untilPage, WEB } from "./support/browser.mjs";
import { openDispatch } from "./support/dispatch.mjs";
import { linksDrawn, mapIsIdle, middle, moveMap, unobstructed } from "./support/map.mjs";
import { workplace } from "./support/scene.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
const WHOLE = { from_km: -0.98, to_km: 0.98 };

let place, db, plowd, user, origin, browser;

const json = async (path) => (await user.fetch(`/api/v1${path}`)).json();
const open = (t, options) => openDispatch(t, { browser, origin, user, ...options });
const card = (page) => page.locator("#card-content").innerText();
const title = (page) => page.locator("#card-title").innerText();
const linkAt = ([lon, lat]) => json(`/roads/at?lon=${lon}&lat=${lat}`);

before(async () => {
	place = await workplace();
	db = await smallTown(place);
	await drives(place, db, "R-12", ["--class", "dozer"], WHOLE);
	const back = await place.file("back.csv", drive({ start: START + 900, from_km: 0.98, to_km: -0.98, work: "N" }));
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "R-12", back]);
	for (const [time, depth] of [["2027-01-15T18:00:00Z", 40], ["2027-01-15T20:10:00Z", 42]]) {
		await place.ok("plowctl", ["snow", "add", "--db", db, "--station", "市役所", "--time", time, "--depth-cm", String(depth)]);
	}
	plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: WEB } });
	origin = `http://${plowd.ready.http}`;
	user = await place.signIn(plowd, { db, name: "当直 甲" });
	browser = await launch();
	await until("both ways are on the board", async () => {
		const { passes } = await linkAt(at(-0.5, 0));
		return new Set(passes?.map(({ direction }) => direction)).size === 2;
	});
	await until("and done", async () => (await linkAt(at(-0.5, 0))).status === "done");
});

after(async () => {
	await browser?.close();
	await place?.close();
});

test("a road that is clicked is answered in a sentence: which way, when, with what, whose it is, by when, snow since", async (t) => {
	const { page } = await open(t, { path: `/dispatch.html#map=15/${CENTER}`.replace(",", "/") });
	const drawn = await until("a done link to click", async () => (await unobstructed(page, await linksDrawn(page, "done")))[0]);
	const began = performance.now();
	await page.mouse.click(drawn.x, drawn.y);
	await until("it is answered", async () => /通過した記録/.test(await card(page)), { every_ms: 5 });
	t.diagnostic(`answered after ${Math.round(performance.now() - began)} ms`);
	await atBothSizes(page, async (size) => {
		const caller = page.locator(".caller p");
		assert.match(await caller.innerText(), /「本町通り」（main・[東西]部）は市の除雪路線です。/);
		assert.match(await caller.innerText(), /西行は04:[45]\dにドーザ（新雪除雪）、東行は04:3\dにドーザが通過した記録があります。/);
		assert.match(await caller.innerText(), /最後の通過から 2 cm の降雪がありました。/);
		await assertSeen(page.locator("#card-title"));
		await assertSeen(caller);
		await picture(page, `dispatch-inquiry-${size}`);
		assert.match(await card(page), /除雪の担当\s*市\s/);
		assert.match(await card(page), /完了目標\s*07:30/);
		for (const fact of ["除雪の担当", "区分", "完了目標", "地区", "降雪"]) {
			await assertSeen(page.locator("#card .facts dt", { hasText: fact }));
		}
		await assertSeen(page.locator("#card .directions li").last());
		await assertSeen(page.locator("#card .passes li", { hasText: "新雪除雪" }).first());
		await assertAccessible(page);
	});
});

test("a road of the state says who clears it, one nobody passed says so", async (t) => {
	const { page } = await open(t, { map: false });
	for (const [name, sentence] of [["国道13号", /国道です。除雪は国/], ["駅前通り", /まだ通過の記録がありません。.*07:30 までの完了を目標/]]) {
		await page.locator("#search").fill(name);
		await page.locator("#search-results [role=option]", { hasText: name }).first().click();
		await until("its card is open", async () => (await title(page)) === name);
		await atBothSizes(page, async () => {
			assert.match(await page.locator(".caller p").innerText(), sentence);
			await assertSeen(page.locator(".caller p"));
		});
	}
});

/** The card of a box names all four roads with how they stand. */
async function namesAll(page) {
	await until("the box is answered", async () => (await title(page)) === "範囲の照会" && /4 路線/.test(await page.locator("#card-subtitle").innerText()));
	const text = await until("with what was done", async () => {
		const words = await card(page);
		return /本町通り/.test(words) && words;
	});
	assert.match(text, /本町通り\s*完了\s*順方向 04:3\d・逆方向 04:[45]\d・R-12/);
	assert.match(text, /駅前通り\s*未/);
	assert.match(text, /国道13号\s*対象外\s*国道です/);
}

test("a box drawn with the mouse is answered, stands in the address, and leads to a road", async (t) => {
	const { page } = await open(t, { path: `/dispatch.html#map=13.2/${CENTER}`.replace(",", "/") });
	await page.locator("#box-draw").click();
	const map = await page.locator("#map").boundingBox();
	await page.mouse.move(map.x + 30, map.y + 80);
	await page.mouse.down();
	await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
	await page.mouse.move(map.x + map.width - 30, map.y + map.height - 30);
	const began = performance.now();
	await page.mouse.up();
	await namesAll(page);
	t.diagnostic(`answered after ${Math.round(performance.now() - began)} ms`);
	await untilAddress(page, /box=140\./);
	await mapIsIdle(page);
	await assertAccessible(page);
	await picture(page, "dispatch-box");
	const { pathname, hash } = new URL(page.url());
	const other = await open(t, { path: pathname + hash });
	await namesAll(other.page);
	await atBothSizes(other.page, async () => {
		for (const name of ["本町通り", "駅前通り", "国道13号"]) {
			await assertSeen(other.page.locator(".box-roads button", { hasText: name }));
		}
	});
	await page.locator(".box-roads button", { hasText: "本町通り" }).click();
	await until("its card is open", async () => (await title(page)) === "本町通り");
});

test("the map moves again after a box was drawn or given up", async (t) => {
	const { page } = await open(t);
	const center = () => page.evaluate(() => globalThis.shownMap.getCenter().lng);
	await page.locator("#box-draw").click();
	await page.keyboard.press("Escape");
	assert.equal(await page.locator("#box-hint").isHidden(), true);
	const before = await center();
	const map = await page.locator("#map").boundingBox();
	await page.mouse.move(map.x + 300, map.y + 300);
	await page.mouse.down();
	await page.mouse.move(map.x + 350, map.y + 300, { steps: 4 });
	await page.mouse.up();
	await until("it was dragged", async () => (await center()) !== before);
	assert.equal(await page.locator("#card").isHidden(), true);
});

test("what the map shows is asked about by the keyboard alone", async (t) => {
	const { page } = await open(t);
	await page.locator("#box-view").focus();
	await page.keyboard.press("Enter");
	await namesAll(page);
	await untilPage("the keyboard is at the answer", page, () => document.activeElement.id === "card-title");
});

test("a box is drawn by the keyboard alone", async (t) => {
	const { page } = await open(t, { path: `/dispatch.html#map=14.4/${CENTER}`.replace(",", "/") });
	await page.keyboard.press("d");
	await until("a corner may be put", () => page.locator("#box-hint").isVisible());
	await page.keyboard.press("Escape");
	await tabTo(page, page.locator("#box-draw"));
	await page.keyboard.press("Enter");
	assert.equal(await page.locator("#box-hint").isVisible(), true);
	assert.equal(await page.locator(".cross").isVisible(), true);
	await moveMap(page, "ArrowLeft", "ArrowLeft", "ArrowUp");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Enter"); // no box yet: that is no second corner
	const [west, north] = await middle(page);
	await moveMap(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown");
	await picture(page, "dispatch-box-by-keys");
	const [east, south] = await middle(page);
	await page.keyboard.press("Enter");
	await until("the box is answered", async () => (await title(page)) === "範囲の照会" && /本町通り/.test(await card(page)));
	const asked = new URL(page.url()).hash.match(/box=([^&]+)/)[1].split(",").map(Number);
	[west, south, east, north].forEach((edge, i) => assert.ok(Math.abs(asked[i] - edge) < 1e-4, `${asked} is ${[west, south, east, north]}`));
	await untilPage("the keyboard is at the answer", page, () => document.activeElement.id === "card-title");
});

test("a box is drawn with a finger", async (t) => {
	const { page } = await open(t, { viewport: PHONE, hasTouch: true, isMobile: true });
	await page.locator("#box-draw").tap();
	const map = await page.locator("#map").boundingBox();
	const client = await page.context().newCDPSession(page);
	const touch = (type, ...points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
	await touch("touchStart", [map.x + 8, map.y + 70]);
	await touch("touchMove", [map.x + 100, map.y + 150]);
	await touch("touchMove", [map.x + map.width - 8, map.y + map.height - 8]);
	await touch("touchEnd");
	await until("the box is answered", async () => (await title(page)) === "範囲の照会" && /本町通り/.test(await card(page)));
	await picture(page, "dispatch-box-phone");
});

test("who knows better corrects from the road's card, for all desks, and takes it back", async (t) => {
	const { id } = await linkAt(at(-0.5, 0));
	const { page } = await open(t, { path: `/dispatch.html#link=${id}`, map: false });
	const other = await open(t, { path: `/dispatch.html#link=${id}`, map: false });
	await until("it is done", async () => /完了/.test(await page.locator("#card .answer b").innerText()));
	await page.locator(".correction summary").click();
	await page.locator("#correction-reason").fill("雪が残っているとの電話");
	const correct = page.getByRole("button", { name: "訂正する", exact: true });
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("#correction-reason"));
		await assertSeen(correct);
		await picture(page, `dispatch-correction-${size}`);
		await assertAccessible(page);
	});
	await correct.click();
	for (const desk of [page, other.page]) {
		await until("it is not done any more", async () => /未/.test(await desk.locator("#card .answer b").innerText()));
		assert.match(await desk.locator(".caller p").innerText(), /まだ通過の記録がありません/);
	}
	await until("the correction is listed with name and reason", async () =>
		/雪が残っているとの電話[^]*当直 甲/.test(await page.locator(".corrections").innerText()));
	assert.match(await card(page), /訂正済み/);
	await atBothSizes(page, async () => {
		await assertSeen(page.locator(".corrections li").first());
		await assertSeen(page.getByRole("button", { name: "訂正を取り消す" }));
	});
	await page.getByRole("button", { name: "訂正を取り消す" }).click();
	await until("it is done again", async () => /完了/.test(await other.page.locator("#card .answer b").innerText()));
	await until("and on record", async () => /当直 甲 が .* に取り消し/.test(await page.locator(".corrections").innerText()));
});

test("who only looks is offered no correction", async (t) => {
	const auditor = await place.signIn(plowd, { db, role: "auditor", name: "監査 乙" });
	const { id } = await linkAt(at(-0.5, 0));
	const { page } = await open(t, { user: auditor, path: `/dispatch.html#link=${id}`, map: false });
	await until("the card is open", async () => /通過した記録/.test(await card(page)));
	await until("with its corrections", async () => /取り消し/.test(await page.locator(".corrections").innerText()));
	assert.equal(await page.locator(".correction").count(), 0);
});
