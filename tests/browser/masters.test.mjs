// SPDX-License-Identifier: Apache-2.0
// The masters' page as people use it: each tab from its first entry to its last, with mouse and keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { farFromNow, until } from "../support/programs.mjs";
import { at, drive, smallTown } from "../support/smalltown.mjs";
import { assertAccessible, assertNotSideways, assertSeen, atBothSizes, launch, openPage, PHONE, picture, tabTo, untilPage } from "./support/browser.mjs";
import { mapIsIdle, mapIsOpen, moveMap, symbolsDrawn, watchMap } from "./support/map.mjs";
import { serveTown, workplace } from "./support/scene.mjs";

let place, db, town, browser;

const ask = async (path) => (await town.user.fetch(`/api/v1/${path}`)).json();

before(async () => {
	place = await workplace();
	db = await smallTown(place, { dayStart: farFromNow() });
	town = await serveTown(place, db, ["--public-dir", place.path("public")]);
	browser = await launch();
	await until("the roads are loaded", async () => (await ask("town")).bounds);
});
after(async () => {
	await browser?.close();
	await place?.close();
});

async function open(t, tab, { map = true, user = town.user, ...options } = {}) {
	const watched = await openPage(t, browser, town.origin, { user, webgl: map, ...options });
	await watchMap(watched.page);
	await watched.page.goto(`${town.origin}/masters.html#tab=${tab}`);
	await watched.page.locator(`#panel-${tab} h2`).waitFor();
	if (map) {
		await mapIsOpen(watched.page);
		await mapIsIdle(watched.page);
	}
	return watched;
}

/** Who may do everything, signed in once. @type {Promise<any> | undefined} */
let asAdmin;
const administrator = () => (asAdmin ??= place.signIn(town.plowd, { db, role: "admin", name: "係長" }));

const panel = (page, tab) => page.locator(`#panel-${tab}`);
const row = (page, tab, text) => panel(page, tab).locator("li", { hasText: text });
const button = (within, name) => within.getByRole("button", { name, exact: true });
const press = (within, name) => button(within, name).click();
/**
 * All of it is seen, with its words, at both sizes.
 * @param {import("playwright-core").Page} page
 * @param {string} name of the pictures, "" for none
 * @param {...(import("playwright-core").Locator | [import("playwright-core").Locator, RegExp])} wanted
 */
const assertAllSeen = (page, name, ...wanted) =>
	atBothSizes(page, async (size) => {
		for (const each of wanted) {
			await (Array.isArray(each) ? assertSeen(...each) : assertSeen(each));
		}
		await assertNotSideways(page);
		if (name) {
			await picture(page, `masters-${name}-${size}`);
		}
	});
/** Where a place of the town is on the screen. */
const onScreen = (page, east_km, north_km) =>
	page.evaluate((lonlat) => {
		const box = globalThis.shownMap.getCanvas().getBoundingClientRect();
		const { x, y } = globalThis.shownMap.project(lonlat);
		return { x: box.x + x, y: box.y + y };
	}, at(east_km, north_km));
async function click(page, east_km, north_km) {
	const { x, y } = await onScreen(page, east_km, north_km);
	await page.mouse.click(x, y);
}
const near = (a, b, what) => assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) < 3e-4, `${what}: ${a} is not ${b}`);

test("a vehicle is added, its key shown once with the command for the cab, and warned about before it is revoked", async (t) => {
	const { page } = await open(t, "fleet", { map: false, permissions: ["clipboard-read", "clipboard-write"] });
	const fleet = panel(page, "fleet");
	await press(fleet, "車両を追加");
	await press(fleet, "保存する");
	assert.match(await fleet.locator("#fault-code").innerText(), /車両番号を入力/);
	await untilPage("the keyboard is in the wrong field", page, () => document.activeElement.id === "field-code");
	await page.locator("#field-code").fill("R 12");
	await press(fleet, "保存する");
	assert.match(await fleet.locator("#fault-code").innerText(), /英数字/);
	await page.locator("#field-code").fill("R-12");
	await page.locator("#field-name").fill("除雪ドーザ".repeat(5));
	await press(fleet, "保存する");
	await assertAllSeen(page, "fault", page.locator("#field-code"), [fleet.locator("#fault-name"), /21 文字/], button(fleet, "保存する"), button(fleet, "やめる"));
	await page.locator("#field-name").fill("除雪ドーザ12号");
	await page.locator("#field-class").selectOption("dozer");
	await press(fleet, "保存する");

	await fleet.getByText("二度と表示できません").waitFor();
	const line = await fleet.locator("[aria-labelledby=secret-line]").innerText();
	await assertAllSeen(page, "key", [fleet.locator("h2"), /R-12 の鍵/], [fleet.locator(".notice"), /二度と表示できません/], fleet.locator("[aria-labelledby=secret-line]"),
		fleet.locator("[aria-labelledby=secret-command]"), button(fleet, "コピー").first(), fleet.getByText("R-12.key として保存"), button(fleet, "控えました"));
	const { vehicle, key } = JSON.parse(line);
	assert.equal(vehicle, "R-12");
	const command = await fleet.locator("[aria-labelledby=secret-command]").innerText();
	const { udp_port } = await ask("town");
	assert.ok(command.startsWith(`plow-tracker --server 127.0.0.1:${udp_port} --key-file /etc/michiake/R-12.key --source `), command);
	await fleet.getByRole("button", { name: "コピー" }).first().click();
	await fleet.getByText("コピーしました").waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
	const [download] = await Promise.all([page.waitForEvent("download"), fleet.getByText("R-12.key として保存").click()]);
	assert.equal(download.suggestedFilename(), "R-12.key");
	await assertAccessible(page);

	// The unit that is started by this very command is heard.
	const file = await place.file("R-12.key", `${line}\n`);
	const track = await place.file("drive.csv", drive({ start: Math.floor(Date.now() / 1000) - 60, from_km: -0.9, to_km: -0.85 }));
	const args = command.split(" ").slice(1);
	args[args.indexOf("--key-file") + 1] = file;
	args[args.indexOf("--source") + 1] = `file:${track}`;
	args[args.indexOf("--spool") + 1] = place.path("spool.db");
	await place.ok("plow-tracker", [...args, "--rate", "max", "--exit-when-sent"]);

	await press(fleet, "控えました");
	await row(page, "fleet", "R-12").waitFor();
	assert.ok(!(await page.content()).includes(key), "the key is gone from the page");
	const own = row(page, "fleet", "除雪ドーザ12号");
	await press(own, "鍵の失効");
	await assertAllSeen(page, "revoke", [own.locator("h3"), /R-12・除雪ドーザ12号/], [own.locator("> .quiet"), /ドーザ・.*鍵/], [own.locator(".notice"), /すぐに位置を送れなくなり/],
		own.locator("button.danger"), button(own, "やめる"));
	await press(own, "やめる");
	assert.equal((await ask("fleet"))[0].key_made !== null, true, "nothing happened yet");
	await press(own, "鍵の失効");
	await own.locator("button.danger").click();
	await assertAllSeen(page, "", [own.locator(".chip"), /送信できません/], button(own, "変更"), button(own, "鍵の失効"), button(fleet, "車両を追加"));
	assert.equal((await ask("fleet"))[0].key_made, null);

	await page.reload();
	await press(row(page, "fleet", "R-12"), "廃車にする");
	await row(page, "fleet", "R-12").locator("button.danger").click();
	await assertAllSeen(page, "", [row(page, "fleet", "R-12").locator(".chip"), /廃車/], button(row(page, "fleet", "R-12"), "復帰させる"));
	await press(row(page, "fleet", "R-12"), "復帰させる");
	await fleet.getByText("R-12 の鍵").waitFor();
});

test("a contractor is added, taken names are told beside the field, and it goes when nobody needs it", async (t) => {
	const { page } = await open(t, "contractors", { map: false, ignore: /409/ });
	const contractors = panel(page, "contractors");
	for (const name of ["尾花沢建設", "<svg onload=alert(1)>"]) {
		await press(contractors, "業者を追加");
		await page.locator("#field-name").fill(name);
		await page.locator("#field-phone").fill("0237-22-1111");
		await press(contractors, "保存する");
		await row(page, "contractors", name).waitFor();
	}
	await press(contractors, "業者を追加");
	await page.locator("#field-name").fill("尾花沢建設");
	await press(contractors, "保存する");
	await assertAllSeen(page, "", page.locator("#field-name"), page.locator("#field-phone"), [contractors.locator("#fault-name"), /すでに使われています/]);
	await press(contractors, "やめる");
	const hostile = row(page, "contractors", "<svg");
	await press(hostile, "削除");
	await assertAllSeen(page, "contractors", [row(page, "contractors", "尾花沢建設").locator("h3"), /尾花沢建設/], [row(page, "contractors", "尾花沢建設").locator("> .quiet"), /0237-22-1111/],
		hostile.locator("h3"), hostile.locator("button.danger"));
	await hostile.locator("button.danger").click();
	await hostile.waitFor({ state: "detached" });
	assert.deepEqual((await ask("contractors")).map(({ name }) => name), ["尾花沢建設"]);
});

test("an area is drawn with the mouse: a bow tie is refused, a dragged corner mends it", async (t) => {
	const { page } = await open(t, "areas");
	const areas = panel(page, "areas");
	await press(areas, "地区を描く");
	await page.locator("#field-name").fill("南の地区");
	for (const [east, north] of [[-0.6, -0.5], [0.4, -0.5], [-0.6, -0.9], [0.4, -0.9]]) {
		await click(page, east, north);
	}
	await until("four corners are listed", async () => (await areas.locator(".corners li").count()) === 4);
	await press(areas, "保存する");
	await assertAllSeen(page, "area", [areas.locator("#drawing-fault"), /線が交わる/], page.locator("#field-name"), areas.locator(".corners li").last().locator("input").first(), page.locator("#map canvas"));
	await mapIsIdle(page);
	const from = await onScreen(page, -0.6, -0.9);
	const to = await onScreen(page, 0.6, -0.9);
	const third = await onScreen(page, -0.6, -0.9);
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(to.x, to.y, { steps: 5 });
	await page.mouse.up();
	await mapIsIdle(page);
	const fourth = await onScreen(page, 0.4, -0.9);
	await page.mouse.move(fourth.x, fourth.y);
	await page.mouse.down();
	await page.mouse.move(third.x, third.y, { steps: 5 });
	await page.mouse.up();
	await until("nothing crosses any more", async () => (await areas.locator("#drawing-fault").innerText()) === "");
	await mapIsIdle(page);
	await press(areas, "保存する");
	await row(page, "areas", "南の地区").waitFor();
	const { geometry } = (await ask("areas")).features.find(({ properties }) => properties.name === "南の地区");
	const ring = geometry.coordinates[0][0];
	[[-0.6, -0.5], [0.4, -0.5], [0.6, -0.9], [-0.6, -0.9]].forEach((corner, i) => near(ring[i], at(...corner), `corner ${i + 1}`));
	assert.equal(await row(page, "areas", "東部").getByRole("button").count(), 0, "an imported one is only shown");
});

test("an area is drawn by the keyboard alone", async (t) => {
	const { page } = await open(t, "areas");
	const areas = panel(page, "areas");
	await areas.getByRole("button", { name: "地区を描く" }).focus();
	await page.keyboard.press("Enter");
	assert.match(await page.evaluate(() => document.activeElement.textContent), /地区を描く/);
	await page.keyboard.press("Tab");
	await page.keyboard.type("鍵盤の地区");
	await page.locator("#map canvas").focus();
	await page.keyboard.press("Enter");
	const corners = areas.locator(".corners li");
	await until("a corner is under the cross", async () => (await corners.count()) === 1);
	for (const key of ["ArrowRight", "ArrowDown"]) {
		await moveMap(page, key);
		await page.keyboard.press("Enter");
	}
	await until("three corners", async () => (await corners.count()) === 3);
	const first = corners.first();
	const lat = () => first.locator("input").nth(1).inputValue();
	const before = Number(await lat());
	await first.getByRole("button", { name: "角 1", exact: true }).focus();
	await page.keyboard.press("Shift+ArrowUp");
	await until("it moved north", async () => Number(await lat()) > before);
	await first.locator("input").nth(0).fill("140.4");
	await page.keyboard.press("Tab");
	await areas.getByRole("button", { name: "中央の十字に角を追加" }).focus();
	await page.keyboard.press("Enter");
	await until("a fourth", async () => (await corners.count()) === 4);
	await corners.nth(3).getByRole("button").first().focus();
	await page.keyboard.press("Delete");
	await until("three again", async () => (await corners.count()) === 3);
	await areas.getByRole("button", { name: "保存する" }).focus();
	await page.keyboard.press("Enter");
	await row(page, "areas", "鍵盤の地区").waitFor();
	const { geometry } = (await ask("areas")).features.find(({ properties }) => properties.name === "鍵盤の地区");
	assert.equal(geometry.coordinates[0][0].length, 4);
	assert.equal(geometry.coordinates[0][0][0][0], 140.4);
});

test("a depot is placed by a click and removed", async (t) => {
	const { page } = await open(t, "depots");
	const depots = panel(page, "depots");
	await press(depots, "車庫を登録");
	await page.locator("#field-name").fill("北車庫");
	await press(depots, "保存する");
	assert.match(await depots.locator("#drawing-fault").innerText(), /場所を置いて/);
	await click(page, 0.3, 0.4);
	await until("it has a place", async () => (await depots.locator(".corners li").count()) === 1);
	await press(depots, "保存する");
	await assertAllSeen(page, "", row(page, "depots", "北車庫").locator("h3"), button(row(page, "depots", "北車庫"), "削除"));
	near((await ask("depots")).features.find(({ properties }) => properties.name === "北車庫").geometry.coordinates, at(0.3, 0.4), "the depot");
	await press(row(page, "depots", "北車庫"), "削除");
	await row(page, "depots", "北車庫").locator("button.danger").click();
	await row(page, "depots", "北車庫").waitFor({ state: "detached" });
	await untilPage("the keyboard is still in the list", page, () => document.activeElement.textContent === "車庫");
});

test("a route is made of roads clicked and roads found by name, in an order that can be changed", async (t) => {
	const { page } = await open(t, "routes");
	const routes = panel(page, "routes");
	await press(routes, "路線を追加");
	await page.locator("#field-name").fill("第1路線");
	await press(routes, "保存する");
	assert.match(await routes.locator("#roads-fault").innerText(), /道路を選んで/);
	await mapIsIdle(page);
	await click(page, -0.5, 0);
	await until("the clicked road is listed", async () => /本町通り/.test(await routes.locator(".stretches").innerText()));
	await page.locator("#road-search").fill("駅前");
	await page.locator("#road-results [role=option]").first().waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await until("both are listed", async () => (await routes.locator(".stretches li").count()) === 2);
	await routes.getByRole("button", { name: "駅前通りを前へ" }).click();
	await until("the order is another", async () => /^駅前/.test(await routes.locator(".stretches li").first().innerText()));
	await mapIsIdle(page);
	await assertAllSeen(page, "route", page.locator("#field-name"), [routes.locator(".stretches li").first(), /駅前通り/], [routes.locator(".stretches li").last(), /本町通り/],
		routes.getByRole("button", { name: "本町通りを前へ" }), routes.getByRole("button", { name: "本町通りを外す" }), page.locator("#field-area"));
	await page.locator("#field-area").selectOption("東部");
	await press(routes, "保存する");
	await row(page, "routes", "第1路線").waitFor();
	const [route] = await ask("routes");
	assert.deepEqual(route.stretches.map(({ road_name }) => road_name), ["駅前通り", "本町通り"]);
	assert.equal(route.area, "東部");
	await press(row(page, "routes", "第1路線"), "変更");
	await routes.getByRole("button", { name: "本町通りを外す" }).click();
	await press(routes, "保存する");
	await until("it is shorter", async () => (await ask("routes"))[0].stretches.length === 1);
});

test("a road is closed with a phrase in three languages and an end, by line, area or roads, and opened again", async (t) => {
	const { page } = await open(t, "closures", { ignore: /status of 400/ });
	const closures = panel(page, "closures");
	await press(closures, "通行止めを登録");
	await page.locator("#field-phrase").selectOption("avalanche");
	assert.match(await page.locator("#field-en").inputValue(), /avalanches/);
	assert.match(await page.locator("#field-ja-easy").inputValue(), /あぶない/);
	await page.locator("#field-end").fill("2020-01-01T00:00");
	await press(closures, "通行止めにする");
	await assertAllSeen(page, "closure", page.locator("#field-phrase"), page.locator("#field-ja"), page.locator("#field-ja-easy"), page.locator("#field-en"), page.locator("#field-end"),
		[closures.locator("#fault-end"), /今より後/], [closures.locator(".notice"), /住民のページには、登録の約 3 分後から/]);
	await page.locator("#field-end").fill("2099-01-01T00:00");
	await click(page, 0, 0.2);
	await click(page, 0, 0.8);
	await press(closures, "通行止めにする");
	await until("400 days are told beside the end", async () => /400 日/.test(await closures.locator("#fault-end").innerText()));
	const tomorrow = new Date(Date.now() + 33 * 3_600_000).toISOString().slice(0, 10); // in Japan
	await page.locator("#field-end").fill(`${tomorrow}T17:00`);
	await press(closures, "通行止めにする");
	await row(page, "closures", "雪崩").waitFor();
	const [made] = await ask("closures");
	const [, hour, minute] = (await row(page, "closures", "雪崩").innerText()).match(/住民には (?:.* )?(\d+):(\d+) から/);
	const wait_s = ((((Number(hour) * 60 + Number(minute)) * 60_000 - (Date.parse(made.made) + 9 * 3_600_000)) / 1000) % 86_400 + 86_400) % 86_400;
	assert.ok(wait_s >= 150 && wait_s < 210, `residents see it ${wait_s} s after ${made.made}`);
	assert.equal(made.geometry.type, "LineString");
	assert.equal(made.end, new Date(`${tomorrow}T17:00:00+09:00`).toISOString());
	assert.equal(made.made_by, "除雪係 甲");
	assert.match(made.text.en, /avalanches/);
	await atBothSizes(page, async (size) => {
		for (const [fact, words] of [["h3", /雪崩.*住民には .*から/s], ["> .quiet", /17:00/]]) {
			await assertSeen(row(page, "closures", "雪崩").locator(fact), words);
		}
		await page.evaluate((center) => globalThis.shownMap.jumpTo({ center }), at(0, 0.5));
		await until("the map shows it with its words", async () => {
			await mapIsIdle(page);
			return (await symbolsDrawn(page, "closure-text")).some(({ words }) => /雪崩/.test(words)) && (await symbolsDrawn(page, "closure")).length > 0;
		});
		await picture(page, `masters-closures-${size}`);
	});

	await press(row(page, "closures", "雪崩"), "変更");
	await closures.getByLabel("道路を選ぶ").check();
	await mapIsIdle(page);
	await click(page, 0, 0.5);
	await until("a road is chosen", async () => (await closures.locator(".stretches li").count()) === 1);
	await assertAllSeen(page, "closure-form", closures.getByLabel("道路を選ぶ"), closures.locator(".stretches li .what"));
	await press(closures, "保存する");
	await row(page, "closures", "雪崩").waitFor();
	await until("it is that road now", async () => (await ask("closures"))[0].links.length === 1);
	await press(row(page, "closures", "雪崩"), "解除");
	await row(page, "closures", "雪崩").locator("button.danger").click();
	await until("nothing is closed", async () => /現在の通行止めはありません/.test(await closures.innerText()));
	assert.deepEqual(await ask("closures"), []);
});

test("a map that comes into sight with its tab shows the whole town, not a spot in its middle", async (t) => {
	const { page } = await open(t, "fleet");
	await page.locator("#tab-areas").click();
	const { bounds } = await ask("town");
	await untilPage("the town fills it", page, ([west, , east]) => {
		const [[left], [right]] = globalThis.shownMap.getBounds().toArray();
		return left <= west && right >= east && right - left < 3 * (east - west);
	}, bounds);
});

test("a route is made by the keyboard alone: a road under the cross, one by its name, and their order", async (t) => {
	const { page } = await open(t, "routes");
	const routes = panel(page, "routes");
	await tabTo(page, routes.getByRole("button", { name: "路線を追加" }));
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	await page.keyboard.type("鍵盤の路線");
	await tabTo(page, page.locator("#road-search"));
	await page.keyboard.type("駅前");
	await page.locator("#road-results [role=option]").first().waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	const stretches = routes.locator(".stretches li");
	await until("it is listed", async () => /駅前通り/.test(await stretches.first().innerText()));
	await tabTo(page, page.locator("#map canvas"));
	await moveMap(page, "ArrowLeft");
	await page.keyboard.press("Enter");
	await until("the road under the cross is listed", async () => (await stretches.count()) === 2);
	const [, second] = await stretches.allInnerTexts();
	await tabTo(page, stretches.nth(1).locator("[data-do='roads.up']"), { back: true });
	await page.keyboard.press("Enter");
	await until("it is the first now", async () => (await stretches.first().innerText()) === second);
	await tabTo(page, routes.getByRole("button", { name: "保存する", exact: true }));
	await page.keyboard.press("Enter");
	await row(page, "routes", "鍵盤の路線").waitFor();
	assert.equal((await ask("routes")).find(({ name }) => name === "鍵盤の路線").stretches.length, 2);
});

test("a road is closed by the keyboard alone, with its phrase, its end and its line", async (t) => {
	const { page } = await open(t, "closures");
	const closures = panel(page, "closures");
	await tabTo(page, closures.getByRole("button", { name: "通行止めを登録" }));
	await page.keyboard.press("Enter");
	await tabTo(page, page.locator("#field-phrase"), { back: true });
	await page.keyboard.press("ArrowDown");
	await until("the phrase is there in English", async () => /snow removal/.test(await page.locator("#field-en").inputValue()));
	const usual = await page.locator("#field-end").inputValue();
	await tabTo(page, page.locator("#field-end"));
	await page.keyboard.press("ArrowUp"); // the year
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	await page.keyboard.press("ArrowUp"); // the hour
	assert.notEqual(await page.locator("#field-end").inputValue(), usual);
	await tabTo(page, page.locator("#map canvas"));
	await page.keyboard.press("Enter");
	await moveMap(page, "ArrowRight");
	await page.keyboard.press("Enter");
	await until("the line has two corners", async () => (await closures.locator(".corners li").count()) === 2);
	await tabTo(page, closures.getByRole("button", { name: "通行止めにする", exact: true }), { back: true });
	await page.keyboard.press("Enter");
	await row(page, "closures", "除雪作業のため通行止め").waitFor();
	const [made] = await ask("closures");
	assert.equal(made.geometry.coordinates.length, 2);
	assert.equal((await town.user.post(`/api/v1/closures/${made.id}/withdraw`, { version: made.version })).status, 200);
});

test("a road is closed on a phone with a finger", async (t) => {
	const { page } = await open(t, "closures", { viewport: PHONE, hasTouch: true, isMobile: true });
	const closures = panel(page, "closures");
	await press(closures, "通行止めを登録");
	await page.locator("#field-phrase").selectOption("work");
	for (const [east, north] of [[-0.5, 0.1], [0.5, 0.1]]) {
		const { x, y } = await onScreen(page, east, north);
		await page.touchscreen.tap(x, y);
	}
	await until("two corners", async () => (await closures.locator(".corners li").count()) === 2);
	await picture(page, "masters-phone-draw");
	await press(closures, "通行止めにする");
	await row(page, "closures", "除雪作業のため").waitFor();
	await picture(page, "masters-phone-closures");
	await assertAccessible(page);
});

test("an administrator says when a class counts as done; the map and the progress follow, and a dispatcher only looks", async (t) => {
	const { page } = await open(t, "classes", { map: false, user: await administrator() });
	const own = row(page, "classes", "main");
	assert.match(await own.innerText(), /既定に従う[^]*07:30 まで・優先 9・延長の 90\s%\s*を 1 回/);
	await press(own, "規則を定める");
	await page.locator("#field-name").fill("幹線");
	await page.locator("#field-finish_by").fill("06:30");
	await page.locator("#field-required_share").fill("120");
	await press(panel(page, "classes"), "保存する");
	await assertAllSeen(page, "class-form", page.locator("#field-name"), page.locator("#field-finish_by"), page.locator("#field-required_share"), page.locator("#field-both_directions"),
		[page.locator("#fault-required_share"), /1 から 100 までの数/]);
	await page.locator("#field-required_share").fill("87.5");
	await page.locator("#field-required_passes").fill("2");
	await page.locator("#field-both_directions").selectOption({ label: "それぞれに必要" });
	await assertAccessible(page);
	await press(panel(page, "classes"), "保存する");
	await assertAllSeen(page, "class-list", [row(page, "classes", "幹線").locator("h3"), /幹線/],
		[row(page, "classes", "幹線").locator("> .quiet"), /06:30 まで・優先 9・延長の 87\.5\s%\s*を上り・下りそれぞれ 2 回/]);
	const kept = (await ask("classes")).find(({ code }) => code === "main");
	assert.deepEqual([kept.required_share, kept.required_passes, kept.both_directions, kept.finish_by, kept.gap_m], [0.875, 2, true, "06:30", 30]);
	const looking = await open(t, "classes", { map: false });
	await row(looking.page, "classes", "幹線").waitFor();
	assert.equal(await panel(looking.page, "classes").getByRole("button").count(), 0);
	await press(row(page, "classes", "幹線"), "既定に戻す");
	await row(page, "classes", "幹線").locator("button.danger").click();
	await row(page, "classes", "既定に従う").first().waitFor();
	await until("it has no rule of its own", async () => (await ask("classes")).find(({ code }) => code === "main").version === null);
});

test("two desks: who comes second is told, and loses nothing", async (t) => {
	const first = await open(t, "contractors", { map: false, ignore: /409/ });
	await press(panel(first.page, "contractors"), "業者を追加");
	await first.page.locator("#field-name").fill("二つの机");
	await press(panel(first.page, "contractors"), "保存する");
	await row(first.page, "contractors", "二つの机").waitFor();
	const second = await open(t, "contractors", { map: false, ignore: /409/ });
	for (const { page } of [first, second]) {
		await press(row(page, "contractors", "二つの机"), "変更");
	}
	await first.page.locator("#field-phone").fill("1");
	await press(panel(first.page, "contractors"), "保存する");
	await row(first.page, "contractors", "二つの机").waitFor();
	await second.page.locator("#field-phone").fill("2");
	await press(panel(second.page, "contractors"), "保存する");
	await until("the second is told", async () => /ほかの人が先に/.test(await panel(second.page, "contractors").innerText()));
	assert.equal(await second.page.locator("#field-phone").inputValue(), "2", "what was typed is still there");
});

test("an auditor sees everything and is offered no change; somebody who is not signed in comes to the door", async (t) => {
	const user = await place.signIn(town.plowd, { db, role: "auditor", name: "監査" });
	const { page } = await open(t, "areas", { map: false, user });
	const known = {
		fleet: ["R-12", /ドーザ・.*鍵/], contractors: ["二つの机", /車両 0 台/], areas: ["東部", /除雪延長 [\d.]+ km/], routes: ["第1路線", /[\d.]+ k?m・/],
		closures: ["除雪作業のため通行止め", /\d+:\d\d から .*まで・除雪係 甲/], depots: ["車庫", /./], classes: ["main", /07:30 まで/],
	};
	for (const [tab, [name, facts]] of Object.entries(known)) {
		await page.locator(`#tab-${tab}`).click();
		await assertAllSeen(page, "", row(page, tab, name).first().locator("h3"), [row(page, tab, name).first().locator("> .quiet"), facts]);
		assert.equal(await panel(page, tab).getByRole("button", { name: /追加|変更|削除|描く|登録|置く|定める|戻す/ }).count(), 0);
	}
	const stranger = await openPage(t, browser, town.origin, { ignore: /401/ });
	await stranger.page.goto(`${town.origin}/masters.html`);
	await stranger.page.waitForURL(/signin\.html\?next=%2Fmasters/);
});

for (const [name, options] of Object.entries({
	"on a desk": {},
	"on a desk, dark": { colorScheme: "dark" },
	"on a phone, in English": { viewport: PHONE, hasTouch: true, isMobile: true, locale: "en-GB" },
})) {
	test(`axe-core finds nothing in any tab and any form ${name}`, async (t) => {
		const { page } = await open(t, "fleet", { map: false, webgl: true, user: await administrator(), ...options });
		await mapIsOpen(page);
		for (const tab of ["fleet", "contractors", "areas", "routes", "closures", "depots", "classes"]) {
			await page.locator(`#tab-${tab}`).click();
			await assertAccessible(page);
			await panel(page, tab).locator(".panel-head button, .masters button").first().click();
			await assertAccessible(page);
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
			await picture(page, `masters-${tab}-${name}`.replace(/\W+/g, "-"));
		}
		if (options.locale) {
			assert.doesNotMatch(await page.locator(".tabs, .panel:not([hidden]), .bar nav").allInnerTexts().then((all) => all.join(" ")), /[ぁ-んァ-ン]/);
		}
	});
}
