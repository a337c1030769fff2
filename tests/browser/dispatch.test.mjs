// SPDX-License-Identifier: Apache-2.0
// The dispatcher's page over a generated town and a simulated night.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { closeAfter, LOOPBACK, until } from "../support/programs.mjs";
import { assertAccessible, assertSeen, atBothSizes, launch, openPage, PHONE, picture, SERVER_AWAY, untilAddress, untilPage, WEB } from "./support/browser.mjs";
import { openDispatch } from "./support/dispatch.mjs";
import { linksDrawn, mapIsIdle, mapIsOpen, symbolsDrawn, unobstructed, vehicleDrawn, watchMap, waterDrawn } from "./support/map.mjs";
import { serveTown, simulate, snowTown, workplace } from "./support/scene.mjs";

let place, db, town, browser;

const ask = async (path) => (await town.user.fetch(`/api/v1${path}`)).json();

before(async () => {
	place = await workplace();
	db = await snowTown(place);
	town = await serveTown(place, db);
	await simulate(place, db, town.udp);
	browser = await launch();
	await until("an hour's work is counted", async () => {
		const { progress } = await ask("/snapshot");
		return progress.total.done_m > 1000;
	});
});

after(async () => {
	await browser?.close();
	await place?.close();
});

const open = (t, options) => openDispatch(t, { browser, origin: town.origin, user: town.user, ...options });

/** A road with a name that is done, as the server says it. */
const doneLink = () =>
	until("a named link that is done", async () => {
		const { links } = await ask("/snapshot");
		for (const id of links.id.filter((_, i) => links.status[i] === "done")) {
			const link = await ask(`/links/${id}`);
			if (link.road.name && link.length_m > 80) {
				return link;
			}
		}
	});

const rows = (page) => page.locator("#vehicles li");
const textOf = (page, id) => page.locator(`#${id}`).innerText();

test("every vehicle is in list and map: its class, its state by shape, colour and word, its heading, the age and the trust of its fix", async (t) => {
	const atWork = await until("one works", async () => (await ask("/snapshot")).vehicles.find(({ state, course_deg: course }) => state === "work" && course > 1));
	const { page } = await open(t, { path: `/dispatch.html#map=12/${atWork.lon}/${atWork.lat}` });
	await until("all are listed", async () => (await rows(page).count()) === 8);
	const working = rows(page).filter({ has: page.locator("[data-state=work] .machine-sample") }).filter({ hasText: /作業中・[^]*道[^]*[東西南北]行/ }).first();
	const { vehicles } = await ask("/snapshot");
	const machines = Object.fromEntries(vehicles.map((vehicle) => [vehicle.code, vehicle.class]));
	await atBothSizes(page, async (size) => {
		await until("one works on a road", async () => (await working.count()) > 0 && /\d+ 秒前/.test(await working.innerText()));
		for (const fact of [".vehicle-work", ".code", ".machine-sample", ".trust-mark", ".state", ".where", ".age"]) {
			await assertSeen(working.locator(fact));
		}
		assert.equal(await working.locator(".trust-mark").getAttribute("aria-label"), "暗号化・認証済み");
		await until("the map draws each as the list says", async () => {
			await mapIsIdle(page);
			const listed = Object.fromEntries(await rows(page).locator("button").evaluateAll((all) => all.map((button) => [button.dataset.label.split("\n")[0], button.dataset.state])));
			const [drawn, badges] = [await symbolsDrawn(page, "vehicle"), await symbolsDrawn(page, "vehicle-machine")];
			return drawn.some(({ state, turned }) => state === "work" && turned > 0) &&
				drawn.every(({ code, picture: shape, words, sure }) => shape === `vehicle-${listed[code]}` && words === code && sure) &&
				badges.length > 0 && badges.every(({ code, picture: badge }) => badge === `machine-${machines[code]}`);
		});
		await picture(page, `dispatch-vehicles-${size}`);
	});
});

test("the map shows the town: rivers below its roads, in the page's theme", async (t) => {
	const { page } = await open(t, { path: "/dispatch.html" });
	const river = await waterDrawn(page);
	assert.match(await page.evaluate(() => globalThis.shownMap.getStyle().layers.slice(0, 3).map(({ id }) => id).join()), /^ground,water,water-edge$/);
	await atBothSizes(page, async () => until("a river is to be seen", async () => (await waterDrawn(page)).length > 0));
	assert.ok(river.includes("雪見川"), `${river}`);
	const colour = () => page.evaluate(() => globalThis.shownMap.getPaintProperty("water", "fill-color"));
	const light = await colour();
	await page.emulateMedia({ colorScheme: "dark" });
	await until("the water is as dark as the page", async () => (await colour()) !== light);
});

test("the list is sorted out by state", async (t) => {
	const { page } = await open(t, { map: false });
	const filter = page.locator("#filters button", { hasText: "作業中" });
	await filter.click();
	assert.equal(await filter.getAttribute("aria-pressed"), "true");
	await atBothSizes(page, async () => {
		await assertSeen(filter);
		for (const words of await rows(page).allInnerTexts()) {
			assert.match(words, /作業中/);
		}
	});
	await filter.click();
	await until("all are back", async () => (await rows(page).count()) === 8);
});

test("a click in the list goes to the vehicle and says what is known of it", async (t) => {
	const { page } = await open(t);
	const moving = rows(page).filter({ hasText: "作業中" }).first();
	await moving.waitFor();
	const [code] = (await moving.innerText()).match(/SIM-\d+/);
	await moving.locator("button").click();
	await until("the card is about it", async () => (await textOf(page, "card-title")) === code);
	await until("the map shows it", () => vehicleDrawn(page, code));
	await atBothSizes(page, async (size) => {
		assert.match(await textOf(page, "card-content"), /暗号化・認証済み/);
		await assertSeen(page.locator("#card-title"));
		await assertSeen(page.locator("#card .answer .vehicle-sample"));
		await assertSeen(page.locator("#card .facts dd", { hasText: "暗号化・認証済み" }));
		await assertSeen(page.locator("#card-content a"));
		await picture(page, `dispatch-card-${size}`);
	});
	assert.match(await page.locator("#card-content a").getAttribute("href"), new RegExp(`^/nights\\.html#vehicle=${code}$`));
	await untilAddress(page, new RegExp(`vehicle=${code}`));
	await page.keyboard.press("Escape");
	assert.equal(await page.locator("#card").isHidden(), true);
});

test("from a vehicle's card one goes to the road it is on, however often the card is renewed", async (t) => {
	const { page } = await open(t, { map: false });
	await rows(page).filter({ hasText: "作業中" }).first().locator("button").click();
	const button = page.locator("#card-content button");
	await button.waitFor();
	const box = await button.boundingBox();
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.mouse.down();
	const seconds = () => page.locator("#card-content .answer .quiet").innerText();
	const before = await seconds();
	await until("the card is renewed meanwhile", async () => (await seconds()) !== before);
	await page.mouse.up();
	await until("the card is a road's", async () => /通過の記録/.test(await textOf(page, "card-content")));
});

test("roads are found by name, and the answer says when they were last done", async (t) => {
	const { road } = await doneLink();
	const { page } = await open(t);
	await page.locator("#search").fill(road.name);
	const option = page.locator("#search-results [role=option]").first();
	await option.waitFor();
	await atBothSizes(page, async () => {
		assert.match(await option.innerText(), new RegExp(road.name));
		await assertSeen(option);
	});
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await until("the card is about it", async () => (await textOf(page, "card-title")) === road.name);
	await untilAddress(page, /link=\d+/);
});

test("a road that is clicked says when it was done, and its address says so on another desk", async (t) => {
	const [lon, lat] = (await doneLink()).center;
	const first = await open(t, { path: `/dispatch.html#map=17/${lon}/${lat}` });
	const drawn = await until("a done link to click", async () => (await unobstructed(first.page, await linksDrawn(first.page, "done")))[0]);
	await first.page.mouse.click(drawn.x, drawn.y);
	await until("its card is open", async () => /最終通過/.test(await textOf(first.page, "card-content")));
	const title = await textOf(first.page, "card-title");
	await untilAddress(first.page, /link=\d+/);
	const { pathname, hash } = new URL(first.page.url());
	const second = await open(t, { path: pathname + hash, map: false });
	await until("the same card", async () => (await textOf(second.page, "card-title")) === title);
	await atBothSizes(second.page, () => assertSeen(second.page.locator("#card .answer b")));
});

test("roads are coloured by status or by the time since they were done, and the legend says which", async (t) => {
	const { page } = await open(t);
	assert.match(await textOf(page, "legend-body"), /再降雪/);
	await page.locator("#legend-body button", { hasText: "経過時間" }).click();
	assert.match(await textOf(page, "legend-body"), /1〜3 時間/);
	await untilAddress(page, /by=age/);
	await mapIsIdle(page);
	await picture(page, "dispatch-age");
});

test("an operation is opened, shown to everybody and closed", async (t) => {
	const { page } = await open(t, { map: false });
	const other = await open(t, { map: false, viewport: PHONE, path: "/dispatch.html#tab=operation" });
	await page.locator("#tab-operation").click();
	await page.locator("#operation-name").fill("早朝一斉除雪");
	await page.locator("#operation-reason").fill("17時以降の降雪 14 cm");
	await page.locator(".operation-form summary").click();
	await atBothSizes(page, () => assertSeen(page.locator(".operation-form .check").first()));
	const { name: area } = (await ask("/snapshot")).progress.areas.find(({ name, length_m: length }) => name && length > 0);
	for (const box of await page.locator(".operation-form .check input").all()) {
		await box.setChecked((await box.inputValue()) === area);
	}
	await page.getByRole("button", { name: "出動を開始する" }).click();
	for (const desk of [page, other.page]) {
		await until("the banner names it", async () => /早朝一斉除雪.*開始.*目標/s.test(await textOf(desk, "banner")));
		await assertSeen(desk.locator("#banner strong"));
		for (const fact of ["17時以降の降雪 14 cm", area, "除雪係 甲", "07:30"]) {
			await assertSeen(desk.locator("#operation-board .facts dd", { hasText: fact }));
		}
		const lines = desk.locator("#operation-progress .group").first().locator("li");
		assert.deepEqual(await lines.locator("span").first().allInnerTexts(), [area], "the board is the chosen area's");
		assert.equal(await lines.count(), 1);
	}
	await picture(page, "dispatch-operation");
	await picture(other.page, "dispatch-operation-phone");
	await page.getByRole("button", { name: "出動を終了する" }).click();
	await atBothSizes(page, async () => {
		await assertSeen(page.getByRole("button", { name: "出動を終了する" }));
		await assertSeen(page.getByRole("button", { name: "本当に終了する" }));
	});
	await page.getByRole("button", { name: "本当に終了する" }).click();
	for (const desk of [page, other.page]) { // the one is a phone
		await assertSeen(desk.locator("#banner strong"), /出動なし/);
		await assertSeen(desk.locator(".history li").first(), /早朝一斉除雪[^]*除雪係 甲/);
	}
});

test("progress is shown by area and by class", async (t) => {
	const { page } = await open(t, { path: "/dispatch.html#tab=progress" });
	const { progress } = await ask("/snapshot");
	const line = (name) => page.locator("#panel-progress .group").first().locator("li", { has: page.locator(`span:text-is("${name}")`) });
	await assertAccessible(page);
	await atBothSizes(page, async (size) => {
		for (const { name } of progress.areas.filter(({ length_m: length }) => length > 0)) {
			await assertSeen(line(name || "地区外").locator("b"));
			await assertSeen(line(name || "地区外").locator(".progress"));
		}
		await assertSeen(page.locator("#panel-progress h2", { hasText: "道路区分別" }));
		await until("the map says the same below the areas' names", async () => {
			await mapIsIdle(page);
			const drawn = await symbolsDrawn(page, "area-name");
			const listed = await Promise.all(drawn.map(async ({ name }) =>
				((await line(name).count()) > 0 ? `${name}\n完了 ${await line(name).locator("b").innerText()}` : name)));
			return listed.some((words) => /完了/.test(words)) && drawn.every(({ words }, i) => words === listed[i]);
		});
		await picture(page, size === "desk" ? "dispatch" : "dispatch-progress-phone");
	});
});

test("the picture of the README", async (t) => {
	const { id, center } = await doneLink();
	const [lon, lat] = center;
	const { page } = await open(t, { path: `/dispatch.html#link=${id}&map=13.4/${lon + 0.012}/${lat}` });
	await until("the card is open", async () => /最終通過/.test(await textOf(page, "card-content")));
	await mapIsIdle(page);
	await picture(page, "readme");
});

test("tabs and search are worked by the keyboard alone", async (t) => {
	const { page } = await open(t, { map: false });
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
	await page.locator("#tab-vehicles").focus();
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.evaluate(() => document.activeElement.id), "tab-roads");
	assert.equal(await page.locator("#panel-roads").isVisible(), true);
	await page.keyboard.press("ArrowLeft");
	assert.equal(await page.locator("#panel-vehicles").isVisible(), true);
});

test("the page is English when it is asked to be, and stays so", async (t) => {
	const { page } = await open(t, { map: false });
	await page.locator("#language").click();
	await until("it is English", () => page.evaluate(() => document.documentElement.lang === "en"));
	await page.reload();
	await rows(page).first().waitFor();
	assert.equal(await page.locator("#tab-vehicles").innerText(), "Vehicles");
	assert.doesNotMatch(await page.locator(".tabs, .filters, .bar").allInnerTexts().then((all) => all.join(" ")), /[ぁ-ん]/);
});

for (const [name, options] of Object.entries({
	"on a desk, dark": { colorScheme: "dark" },
	"on a phone": { viewport: PHONE, hasTouch: true, isMobile: true },
	"on a phone, dark, in English": { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark", locale: "en-GB" },
})) {
	test(`axe-core finds nothing and nothing is cut off ${name}`, async (t) => {
		const { page } = await open(t, options);
		await assertAccessible(page);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
		await picture(page, `dispatch ${name}`.replace(/\W+/g, "-"));
		await rows(page).first().locator("button").click();
		await assertAccessible(page);
	});
}

test("without WebGL the lists work, and the page says why there is no map", async (t) => {
	const plain = await launch(["--disable-3d-apis"]);
	closeAfter(t, () => plain.close());
	const { page } = await open(t, { map: false, browser: plain, ignore: /WebGL|no map/ });
	await until("it says so", async () => /地図を表示できません/.test(await page.locator(".stage").innerText()));
	await rows(page).first().locator("button").click();
	assert.equal(await page.locator("#card").isVisible(), true);
	await assertAccessible(page);
});

test("a server that goes away is said at once, and the page goes on when it is back", async (t) => {
	const own = await workplace(t);
	const roads = place.path("town", "roads.geojson");
	const file = await own.town({ roads, name: "再起動町" });
	await own.vehicle(file, "R-1");
	const first = await own.serve("plowd", ["--db", file, ...LOOPBACK], { env: { PLOW_WEB: WEB } });
	const user = await own.signIn(first, { db: file });
	const { page } = await open(t, { map: false, user, origin: `http://${first.ready.http}`, ignore: SERVER_AWAY });
	await until("it is live", async () => /受信中/.test(await textOf(page, "lamp")));
	first.child.kill("SIGSTOP"); // the line stays, and nothing comes
	await until("what is shown is said to be old, and of when", async () => /途切れています。\d\d:\d\d:\d\d の状態を表示/.test(await textOf(page, "outage")));
	await atBothSizes(page, async (size) => {
		assert.match(await textOf(page, "lamp"), /更新が途切れています/);
		await assertSeen(page.locator("#lamp"));
		await assertSeen(page.locator("#outage"));
		await picture(page, `dispatch-stale-${size}`);
	});
	first.child.kill("SIGCONT");
	await until("it is live again", async () => /受信中/.test(await textOf(page, "lamp")));
	await first.stop();
	await until("it says so", async () => /つながりません/.test(await textOf(page, "lamp")));
	await until("and of when what it shows is", async () => /つながりません。\d\d:\d\d:\d\d の状態を表示/.test(await textOf(page, "outage")));
	await atBothSizes(page, async () => {
		await assertSeen(page.locator("#lamp"));
		await assertSeen(page.locator("#outage"));
	});
	await page.locator("#search").fill("通り");
	await until("a search is not said to find nothing", async () => /検索できませんでした：サーバーに/.test(await textOf(page, "search-results")));
	await assertAccessible(page);
	await picture(page, "dispatch-outage");
	await own.vehicle(file, "R-2");
	await own.serve("plowd", ["--db", file, "--udp", "127.0.0.1:0", "--http", first.ready.http], { env: { PLOW_WEB: WEB } });
	await until("it is live again", async () => /受信中/.test(await textOf(page, "lamp")));
	await until("it has what is new", async () => (await rows(page).count()) === 2);
	assert.equal(await page.locator("#outage").isHidden(), true);
});

test("an empty town says what to do", async (t) => {
	const own = await workplace(t);
	const file = own.path("town.db");
	await own.ok("plowctl", ["init", "--db", file, "--name", "白紙町"]);
	const { origin, user } = await serveTown(own, file);
	const { page } = await openPage(t, browser, origin, { user });
	await watchMap(page);
	await page.goto(`${origin}/dispatch.html`);
	await mapIsOpen(page);
	await untilPage("the list says so", page, () => /台帳で車両を追加/.test(document.getElementById("panel-vehicles").innerText));
	await page.locator("#tab-progress").click();
	assert.match(await textOf(page, "panel-progress"), /plow-import/);
	assert.match(await textOf(page, "stage"), /plow-import/, "the empty map as well");
	await assertAccessible(page);
});
