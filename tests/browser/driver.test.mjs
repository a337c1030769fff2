// SPDX-License-Identifier: Apache-2.0
// The driver's page, served by the tracker in the cab: one shift on a road of the town, from 出動 to the confirmed summary.
import assert from "node:assert/strict";
import { test } from "node:test";

import { faultsFor, noFaults } from "../support/faults.mjs";
import { closeAfter, until } from "../support/programs.mjs";
import { rmc } from "../support/sentences.mjs";
import { assertAccessible, assertNotSideways, assertSeen, atBothSizes, launch, openPage, PHONE, picture, SERVER_AWAY, TABLET } from "./support/browser.mjs";
import { publicSite, serveTown, serveTracker, snowTown, workplace } from "./support/scene.mjs";

/** What a button measures at least, for a glove at arm's length. */
const GLOVE_PX = 88;
const WORKS = { N: "新雪除雪", W: "拡幅", T: "運搬排雪", S: "凍結防止剤散布", B: "待機", R: "休憩", M: "回送" };
const SPEED_MPS = 6;
const ENOSPC = 28;

const textOf = (page, id) => page.locator(`#${id}`).innerText();
const hours = (seconds) => `${Math.floor(Math.round(seconds / 60) / 60)}:${String(Math.round(seconds / 60) % 60).padStart(2, "0")}`;

/** A named road of the town, as what is published has it: one straight piece of some length. @param {string} published */
async function publishedRoad(published) {
	const ask = async (name) => (await fetch(`${published}/data/${name}`)).json();
	const manifest = await until("the town publishes", async () => {
		const answer = await fetch(`${published}/data/manifest.json`);
		return answer.ok && answer.json();
	});
	const { tiles } = await ask(manifest.network.file);
	const links = (await Promise.all(Object.values(tiles).map(ask))).flatMap((tile) => tile.links).filter(({ name, admin, class: kind }) => name && admin === "town" && kind !== "歩道");
	const pieces = links.flatMap(({ name, coords }) => coords.slice(1).map((to, i) => ({ name, from: coords[i], to, length_m: metres(coords[i], to) })));
	return pieces.reduce((longest, piece) => (piece.length_m > longest.length_m ? piece : longest));
}

const metres = ([lon, lat], [toLon, toLat]) => Math.hypot((toLon - lon) * 111_320 * Math.cos((lat * Math.PI) / 180), (toLat - lat) * 111_320);

/**
 * A receiver that a test drives: up and down a piece of road, never still, until it is told to stand.  A second of it
 * passes in a tenth of one.
 * @param {NodeJS.WritableStream} into
 * @param {{from: number[], to: number[], length_m: number}} piece
 */
function receiver(into, { from, to, length_m }) {
	const start = Date.UTC(2027, 0, 15, 19, 30);
	const course = ((Math.atan2((to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180), to[1] - from[1]) * 180) / Math.PI + 360) % 360;
	let [second, moving, gone_m] = [0, true, 0];
	const timer = setInterval(() => {
		gone_m += moving ? SPEED_MPS : 0;
		const back = gone_m % (2 * length_m) > length_m;
		const share = (length_m - Math.abs((gone_m % (2 * length_m)) - length_m)) / length_m;
		const [lon, lat] = from.map((deg, i) => deg + share * (to[i] - deg));
		into.write(`${rmc({ time_ms: start + 1000 * second++, lat, lon, speed_mps: moving ? SPEED_MPS : 0, course_deg: (course + (back ? 180 : 0)) % 360 })}\r\n`);
	}, 100);
	return { stand: () => (moving = false), go: () => (moving = true), stop: () => clearInterval(timer) };
}

/** Everything somebody could aim at in the page as it is shown, with its size. @param {import("playwright-core").Page} page */
const aims = (page) => page.evaluate(() =>
	[...document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex], [contenteditable]")]
		.filter((element) => element.checkVisibility({ checkVisibilityCSS: true }))
		.map((element) => ({ what: element.id || element.textContent, tag: element.tagName, ...element.getBoundingClientRect().toJSON() })));

/** On the tablet, which is the page's own size, and at the others. @param {import("playwright-core").Page} page @param {() => Promise<void>} check */
async function atEverySize(page, check) {
	await check();
	await atBothSizes(page, check);
}

/** @param {import("playwright-core").Page} page @param {string} [within] */
async function assertForGloves(page, within = "") {
	const wanted = (await aims(page)).filter(({ what }) => !within || what === within);
	assert.ok(wanted.length > 0);
	for (const { what, tag, width, height } of wanted) {
		assert.equal(tag, "BUTTON", what);
		assert.ok(width >= GLOVE_PX && height >= GLOVE_PX, `${what}: ${width} x ${height}`);
	}
}

test("the driver's page", async (t) => {
	const place = await workplace(t);
	const db = await snowTown(place, { dayStart: "12:00" });
	const key = await place.vehicle(db, "R-12", ["--class", "rotary"]);
	const site = await publicSite(place, { every_s: 2 });
	const { plowd, udp } = await serveTown(place, db, ["--clock", "fixes", ...site.args]);
	const published = await site.serve();
	const road = await publishedRoad(published);
	const faults = faultsFor(place, "spool-");
	const tracker = await serveTracker(place, {
		udp, key, source: "-", more: ["--http", "127.0.0.1:0", "--map-url", `${published}/data/`], env: noFaults ? {} : faults.env,
	});
	const origin = `http://${tracker.ready.http}`;
	const api = async (path) => (await fetch(`${origin}/api/v1/${path}`)).json();
	const status = () => api("status");
	await until("the map is here", async () => (await fetch(`${origin}/data/manifest.json`)).ok);
	const browser = await launch();
	closeAfter(t, () => browser.close());
	const { page, assertQuiet } = await openPage(t, browser, origin, { viewport: TABLET, hasTouch: true, ignore: SERVER_AWAY });
	await page.goto(`${origin}/driver.html`);
	await t.test("a receiver that says nothing is said, and nothing says that positions are recorded", () =>
		atEverySize(page, async () => {
			await assertSeen(page.locator("#receiver"), /応答なし/);
			await assertSeen(page.locator("#radio"), /送るものはありません/);
			assert.equal(await textOf(page, "source"), "");
		}));

	const gnss = receiver(tracker.child.stdin, road);
	closeAfter(t, gnss.stop);
	const shiftButton = page.locator("#shift");
	const summary = page.locator("#summary");
	const move = async () => {
		gnss.go();
		await until("it moves", () => page.evaluate(() => document.body.hasAttribute("data-moving")));
	};

	await t.test("says whose it is, that there are positions and that they reach the server", () =>
		atEverySize(page, async () => {
			await assertSeen(page.locator("#vehicle"), /^R-12$/);
			await assertSeen(page.locator("#receiver"), /測位中/);
			await assertSeen(page.locator("#radio"), /送信できています/);
			await assertSeen(page.locator("#unsent"), /^\d+$/);
			await assertSeen(page.locator("#speed"), /^\d+ km\/h$/);
			await assertSeen(page.locator("#source"), /^位置は記録しています$/);
		}));

	await t.test("while it moves there is one line of the area, and nothing to type or to aim at", async () => {
		await move();
		await atEverySize(page, async () => {
			await assertSeen(page.locator("#area-text"), /残り \d+ 路線・[\d.]+ km/);
			await assertSeen(page.locator("#area-next"), /(次：.+（[\d.]+ k?m）|)\s*\d\d:\d\d 現在/);
			await assertForGloves(page);
		});
		for (const what of ["area-open", "language", "theme"]) {
			assert.equal(await page.locator(`#${what}`).isVisible(), false, what);
		}
		await picture(page, "driver-moving");
	});

	await t.test("a shift begins with one press", async () => {
		await atEverySize(page, () => assertSeen(page.locator("#work"), /出動していません/));
		await shiftButton.tap();
		await atEverySize(page, async () => {
			await assertSeen(page.locator("#work"), /^回送$/);
			await assertSeen(page.locator("#source"), /\d\d:\d\d から/);
			await assertSeen(shiftButton, /^終了$/);
		});
		assert.equal((await status()).work_state, "M");
	});

	for (const [code, name] of Object.entries(WORKS)) {
		await t.test(`${name} is one press, and the next fix says so`, async () => {
			await page.locator(".works button", { hasText: name }).tap();
			await until("it is shown", async () => (await textOf(page, "work")) === name);
			assert.deepEqual(await status().then(({ work_state, work_source }) => [work_state, work_source]), [code, "button"]);
			assert.match(await page.locator(".works [aria-pressed=true]").innerText(), new RegExp(name));
		});
	}

	await t.test("the state that holds and every button are seen, big enough for gloves", async () => {
		await page.locator(".works button", { hasText: WORKS.N }).tap();
		const look = async () => {
			await assertSeen(page.locator("#work"), /^新雪除雪$/);
			for (const button of await page.locator(".works button").all()) {
				await assertSeen(button);
			}
			await assertSeen(page.locator(".works [aria-pressed=true]"), /新雪除雪/);
			await assertForGloves(page);
			await assertNotSideways(page);
		};
		await atEverySize(page, look);
		await assertAccessible(page);
		await picture(page, "driver");
	});

	await t.test("a shift ends with two presses, so that none ends by accident, and its summary waits until it stands", async () => {
		await until("a minute's work is recorded", async () => (await api("shifts")).shifts.at(-1).states.N > 90);
		assert.match(await page.evaluate(() => {
			document.getElementById("shift").click();
			return document.getElementById("shift").textContent;
		}), /もう一度押して終了/);
		assert.equal((await status()).shift.open, true);
		// Two: the first may have been long ago, however fast the machine.
		await page.evaluate(() => [1, 2].forEach(() => document.getElementById("shift").click()));
		await until("it has ended", async () => (await status()).shift.open === false);
		await atEverySize(page, async () => {
			await assertSeen(page.locator("#work"), /出動していません/);
			await assertSeen(page.locator("#source"), /停車すると作業のまとめ/);
		});
		assert.ok(await page.evaluate(() => !document.body.hasAttribute("data-moving") || !document.getElementById("summary").open));
	});

	await t.test("then the summary says from when to when, hours by state, kilometres and roads, until the driver confirms it", async () => {
		gnss.stand();
		await until("it is there", () => summary.isVisible());
		const shift = (await api("shifts")).shifts.find(({ confirmed }) => confirmed === null);
		const rows = Object.entries(shift.states).sort(([, a], [, b]) => b - a).map(([code, seconds]) => `${WORKS[code]}\t${hours(seconds)}`);
		assert.deepEqual(await summary.locator("tr").allInnerTexts(), rows);
		const worked = shift.roads.find(({ name }) => name === road.name);
		assert.ok(worked?.work_m > 100, JSON.stringify(shift.roads));
		await atEverySize(page, async () => {
			await assertSeen(summary.locator("h2"), /作業のまとめ/);
			await assertSeen(summary.locator(".sums > div").nth(0), /\d\d:\d\d – \d\d:\d\d/);
			await assertSeen(summary.locator(".sums > div").nth(1), /合計\s+0:0[1-9]/);
			await assertSeen(summary.locator(".sums > div").nth(2), /走行距離\s+[\d.]+ km/);
			await assertSeen(summary.locator("tr").first(), /新雪除雪\s+0:0[1-9]/);
			await assertSeen(summary.locator(".details section"), new RegExp(`作業した路線\\s+${shift.roads.filter(({ name }) => name).length} 路線`));
			await assertSeen(summary.locator(".done-roads li", { hasText: road.name }).first(), /\d+ m|[\d.]+ km/);
			await assertSeen(page.locator("#confirm"), /内容を確認しました/);
			await assertForGloves(page, "confirm");
		});
		await assertAccessible(page);
		await picture(page, "driver-summary");
		await page.reload();
		await until("it is there again", () => summary.isVisible());
		assert.equal((await status()).shift.unconfirmed, 1);
		await page.locator("#confirm").tap();
		await until("it goes", async () => !(await summary.isVisible()));
		assert.equal((await status()).shift.unconfirmed, 0);
	});

	await t.test("when it stands there is a list of what remains, the nearest first, and a sketch", async () => {
		await until("it stands", () => page.locator("#area-open").isVisible());
		await assertForGloves(page, "area-open");
		await picture(page, "driver-area-line");
		await page.locator("#area-open").tap();
		const dialog = page.locator("#area-map");
		await until("it opens", () => dialog.isVisible());
		const away = (await dialog.locator("li .quiet").allInnerTexts()).map((text) => text.match(/ここから ([\d.]+) (k?m)/)).filter(Boolean)
			.map(([, number, unit]) => Number(number) * (unit === "km" ? 1000 : 1));
		assert.ok(away.length > 3);
		assert.deepEqual(away, [...away].sort((a, b) => a - b));
		assert.ok((await dialog.locator("svg .left").getAttribute("d")).length > 100);
		await atEverySize(page, async () => {
			await assertSeen(dialog.locator("li").first(), /残り [\d.]+ k?m（.+）/);
			await assertSeen(dialog.locator("svg"));
			await assertSeen(dialog.locator("figcaption"), /太い線：残り/);
			await assertForGloves(page, "area-close");
		});
		await assertAccessible(page);
		await picture(page, "driver-area");
		await page.locator("#area-close").tap();
		await until("it closes", async () => !(await dialog.isVisible()));
	});

	await t.test("on a phone, by day and in English", async () => {
		const other = await openPage(t, browser, origin, { viewport: PHONE, locale: "en-GB" });
		await other.page.goto(`${origin}/driver.html?theme=light`);
		await assertSeen(other.page.locator("#work"), /No shift/);
		await assertAccessible(other.page);
		await picture(other.page, "driver-on-a-phone");
		await other.page.locator("#area-open").click();
		await assertAccessible(other.page);
		await assertNotSideways(other.page);
		await picture(other.page, "driver-area-on-a-phone");
		other.assertQuiet();
		await other.close();
	});

	assertQuiet();

	await t.test("what cannot be written is said in the driver's language, with what to do", { skip: noFaults }, async () => {
		await faults.begin(`write ${ENOSPC}`);
		await atEverySize(page, () => assertSeen(page.locator("#trouble"), /^車載機に保存できません。.*電源を切らずに事務所へ/));
		assert.equal(await textOf(page, "source"), "", "and nothing else says that they are recorded");
		await atEverySize(page, () => assertSeen(page.locator("#radio[data-state=off]"), /^未確認$/)); // nothing is sent, so nobody knows
		await picture(page, "driver-full");
		await faults.end();
		await until("it is over", async () => (await textOf(page, "trouble")) === "");
	});

	await t.test("without the server fixes are kept, the page says how many, and every button works", async () => {
		await plowd.stop();
		await until("the count grows", async () => Number((await textOf(page, "unsent")).replaceAll(",", "")) > 0);
		await atEverySize(page, async () => {
			await assertSeen(page.locator("#radio"), /圏外・保存中/);
			await assertSeen(page.locator("#unsent"), /^[\d,]+$/);
		});
		await page.locator(".works button", { hasText: "新雪除雪" }).tap();
		await until("the buttons work", async () => (await textOf(page, "work")) === "新雪除雪");
	});

	await t.test("a tracker that does not answer is said at once", async () => {
		await tracker.stop();
		await atEverySize(page, () => assertSeen(page.locator("#trouble"), /車載機に接続できません/));
	});
});
