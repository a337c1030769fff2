// SPDX-License-Identifier: Apache-2.0
// The page of past nights, over a generated town and a simulated night that is over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { closeAfter, until } from "../support/programs.mjs";
import { sql } from "../support/tables.mjs";
import { assertAccessible, assertSeen, atBothSizes, DESKTOP, launch, openPage, PHONE, picture, untilPage } from "./support/browser.mjs";
import { mapIsIdle, mapIsOpen, watchMap } from "./support/map.mjs";
import { serveTown, snowTown, workplace } from "./support/scene.mjs";

const START = Date.parse("2027-01-15T17:00:00Z");
const SECONDS = 5400;

/** A vehicle that does one thing after another on another night: what, for how many seconds, how fast; null: nothing is heard of it. */
const VARIED = [["N", 600, 5], ["M", 600, 9], ["B", 600, 0], [null, 300, 0], ["N", 300, 5], [null, 900, 0], ["M", 300, 9]];

let place, origin, user, browser, db;

const ask = async (path) => (await user.fetch(`/api/v1${path}`)).json();

before(async () => {
	place = await workplace();
	db = await snowTown(place, { dayStart: "12:00" });
	const town = await serveTown(place, db, ["--clock", "fixes"]);
	({ origin, user } = town);
	await place.ok("plow-sim", [
		"--db", db, "--server", town.udp, "--vehicles", "6", "--hz", "1", "--seconds", String(SECONDS), "--seed", "3",
		"--speed", "max", "--start", new Date(START).toISOString(), "--truth", place.path("truth.csv"),
	]);
	await place.vehicle(db, "V-1", ["--class", "dozer"]);
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "V-1", await place.file("varied.csv", varied())]);
	await until("all is matched", async () => (await sql(db, "SELECT count(*) FROM stale")) === "0");
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await place?.close();
});

/** VARIED as a recording, two nights before the other. */
function varied() {
	const rows = ["unix_time,lat,lon,speed_mps,work_state,blade"];
	let [time, north_m] = [START / 1000 - 2 * 86_400, 0];
	for (const [work, seconds, speed_mps] of VARIED) {
		const until_s = time + seconds;
		for (; work && time < until_s; time += 10) {
			rows.push(`${time},${38 + (north_m += 10 * speed_mps) / 111_000},140,${speed_mps},${work},${Number(work === "N")}`);
		}
		time = until_s;
	}
	return `${rows.join("\n")}\n`;
}

/** The page, with its night loaded. */
async function open(t, { hash = "", map = true, vehicles = 6, ...options } = {}) {
	const watched = await openPage(t, options.browser ?? browser, origin, { user, webgl: map, ...options });
	await watchMap(watched.page);
	await watched.page.goto(`${origin}/nights.html${hash}`);
	await untilPage("the night is loaded", watched.page, (count) =>
		document.querySelectorAll("#fleet li").length === count && document.getElementById("loading").textContent === "", vehicles);
	if (map) {
		await mapIsOpen(watched.page);
		await mapIsIdle(watched.page);
	}
	return watched;
}

const textOf = (page, id) => page.locator(`#${id}`).innerText();
const clockOf = (page) => page.locator("#clock").innerText();
const statusesDrawn = (page) =>
	page.evaluate(() => {
		const counts = {};
		for (const { state } of globalThis.shownMap.queryRenderedFeatures({ layers: ["road"] })) {
			counts[state.status ?? "none"] = (counts[state.status ?? "none"] ?? 0) + 1;
		}
		return counts;
	});

test("the newest night is shown with all its vehicles, from its beginning", async (t) => {
	const { page } = await open(t);
	assert.match(await page.locator("#night option:checked").innerText(), /2027年1月15日.*6 台/);
	assert.match(await textOf(page, "night-facts"), /02:00〜03:[23]\d 6 台 作業 \d/);
	assert.match(await clockOf(page), /1\/16 0?2:00:\d\d/);
	assert.match(await textOf(page, "record-content"), /車両または路線を選ぶ/);
	await picture(page, "nights");
	await atBothSizes(page, async () => {
		for (const id of ["night", "clock", "time", "play", "speed", "vehicle"]) {
			await assertSeen(page.locator(`#${id}`));
		}
		assert.deepEqual(await page.locator("#speed option").evaluateAll((options) => options.map(({ value }) => Number(value))), [1, 10, 30, 60, 120, 300, 600]);
		await assertSeen(page.locator("#fleet button").last());
	});
});

test("played, the clock runs so many times faster, vehicles move and roads turn done; paused, it stands", async (t) => {
	const { page } = await open(t, { reducedMotion: "no-preference" });
	assert.equal((await statusesDrawn(page)).done ?? 0, 0);
	await page.locator("#speed").selectOption("600");
	await page.locator("#play").click();
	assert.match(await textOf(page, "play"), /一時停止/);
	const played = async () => Number(await page.locator("#time").inputValue());
	await until("an hour has passed", async () => (await played()) > 3600);
	await page.locator("#play").click();
	const stood = await clockOf(page);
	await until("roads are done", async () => (await statusesDrawn(page)).done > 20);
	assert.equal(await clockOf(page), stood);
	await until("the address has the speed", () => /speed=600/.test(page.url()));
	await atBothSizes(page, async (size) => {
		const before = await played();
		await assertSeen(page.locator("#play"), /再生/);
		await page.locator("#play").click();
		await assertSeen(page.locator("#play"), /一時停止/);
		await until("it goes on", async () => (await played()) > before);
		await page.locator("#play").click();
		await assertSeen(page.locator("#clock"), /1\/16 0?[34]:\d\d:\d\d/);
		await until("roads are done", async () => (await statusesDrawn(page)).done > 0);
		await picture(page, `nights-played-${size}`);
	});
});

test("back at the beginning nothing is done again", async (t) => {
	const { page } = await open(t, { hash: `#t=${new Date(START + 5_000_000).toISOString()}` });
	await until("roads are done", async () => (await statusesDrawn(page)).done > 20);
	await page.locator("#time").focus();
	await page.keyboard.press("Home");
	await until("none is", async () => {
		const drawn = await statusesDrawn(page);
		return !drawn.done && !drawn.partly && !drawn.working;
	});
});

test("the slider is worked by the keyboard: 10 s, a minute, ten minutes", async (t) => {
	const { page } = await open(t, { map: false });
	const seconds = async () => Number(await page.locator("#time").inputValue());
	await page.locator("#time").focus();
	for (const [key, expected] of [["ArrowRight", 10], ["ArrowUp", 70], ["PageUp", 670], ["ArrowLeft", 660], ["ArrowDown", 600], ["PageDown", 0], ["ArrowLeft", 0]]) {
		await page.keyboard.press(key);
		assert.equal(await seconds(), expected, key);
	}
	await page.keyboard.press("End");
	assert.ok(await seconds() > SECONDS - 60);
	assert.match(await page.locator("#time").getAttribute("aria-valuetext"), /0?3:(30|29)/);
});

test("a vehicle's night is a timeline whose segments say what they are, and its totals are the server's", async (t) => {
	const { page } = await open(t, { map: false });
	await page.locator("#fleet button").first().click();
	await until("its record is shown", async () => /の一晩/.test(await textOf(page, "record-title")));
	const code = await page.locator("#vehicle").inputValue();
	const { totals } = await ask(`/vehicles/${code}/night?day=2027-01-15`);
	const hours = Math.floor(Math.round(totals.work_s / 60) / 60);
	assert.match(await page.locator(".totals").innerText(), new RegExp(`作業\\s+${hours}時間`));
	await atBothSizes(page, async () => {
		await assertSeen(page.locator("#timeline"));
		await assertSeen(page.locator("#timeline [role=option]").first());
		await assertSeen(page.locator(".totals dd").first());
	});
	const labels = await page.locator("#timeline [role=option]").evaluateAll((options) => options.map((option) => option.getAttribute("aria-label")));
	assert.ok(labels.some((label) => /^\d\d:\d\d〜\d\d:\d\d（.*） 作業/.test(label)), labels.join("\n"));
	await page.locator("#timeline").focus();
	const first = await textOf(page, "timeline-facts");
	assert.match(first, /〜/);
	await page.keyboard.press("End");
	assert.equal(await textOf(page, "timeline-facts"), labels.at(-1));
	await page.keyboard.press("Enter");
	await until("the clock is there", async () => Number(await page.locator("#time").inputValue()) > 0);
	await until("the address names it", () => page.url().includes(`vehicle=${code}`));
	await picture(page, "nights-vehicle");
});

test("a timeline holds work, transfer, waiting, gaps and rest, each with its word and its own pattern", async (t) => {
	const { page } = await open(t, { map: false, vehicles: 1, hash: "#day=2027-01-13&vehicle=V-1" });
	const parts = page.locator("#timeline [role=option]");
	await parts.first().waitFor();
	const wanted = [["作業・新雪除雪", "work"], ["回送", "transfer"], ["待機", "waiting"], ["記録なし", "gap"], ["作業・新雪除雪", "work"], ["休止", "off"], ["回送", "transfer"]];
	assert.deepEqual(await parts.evaluateAll((all) => all.map((part) => part.getAttribute("fill"))), wanted.map(([, state]) => `url(#record-${state})`));
	assert.equal(await page.locator(["work", "transfer", "waiting", "gap", "off"].map((state) => `#record-${state}`).join()).count(), 5);
	await atBothSizes(page, async (size) => {
		await until("no two hours lie on each other", () => page.evaluate(() => ["#timeline + .axis text", ".marks text"].every((axis) => {
			const boxes = [...document.querySelectorAll(axis)].map((hour) => hour.getBoundingClientRect());
			return boxes.length > 2 && boxes.every(({ left }, i) => i === 0 || left > boxes[i - 1].right);
		})));
		await page.locator("#timeline").focus();
		await page.keyboard.press("Home");
		for (const [i, [words]] of wanted.entries()) {
			await assertSeen(parts.nth(i));
			await assertSeen(page.locator("#timeline-facts"), new RegExp(`^\\d\\d:\\d\\d〜\\d\\d:\\d\\d（\\d+分.*） ${words}`));
			await page.keyboard.press("ArrowRight");
		}
		for (const word of ["作業", "回送", "待機", "記録なし", "休止"]) {
			await assertSeen(page.locator(".totals dt", { hasText: word }).first());
		}
		await picture(page, `nights-timeline-${size}`);
	});
});

test("the work graph is time by distance, for the vehicle's way and for a road, and a table says the same", async (t) => {
	const [code] = (await ask("/vehicles")).map((vehicle) => vehicle.code);
	const { drive } = await ask(`/vehicles/${code}/night?day=2027-01-15`);
	const { page } = await open(t, { map: false, hash: `#vehicle=${code}` });
	await page.locator("#work-graph .way-work").first().waitFor({ state: "attached" });
	assert.match(await page.locator("#work-graph svg").getAttribute("aria-label"), /走行距離.*1 台/);
	await page.locator("details", { hasText: "走行の表" }).locator("summary").click();
	assert.equal(await page.locator("details", { hasText: "走行の表" }).locator("tbody tr").count(), Math.min(500, drive.length));
	const name = await page.locator("#graph-axis option").nth(1).innerText();
	await page.locator("#graph-axis").selectOption({ index: 1 });
	await until("it is the road's", async () => new RegExp(name).test(await page.locator("#work-graph svg").getAttribute("aria-label")));
	await until("the address names it", () => /road=\d+/.test(page.url()));
	const road = await ask(`/roads/${new URL(page.url()).hash.match(/road=(\d+)/)[1]}/night?day=2027-01-15`);
	const vehicles = new Set(road.drive.map(({ vehicle }) => vehicle)).size;
	assert.match(await page.locator("#work-graph svg").getAttribute("aria-label"), new RegExp(`${vehicles} 台`));
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("#graph-axis"));
		await assertSeen(page.locator("#work-graph svg"));
		await picture(page, `nights-road-${size}`);
	});
});

test("an address takes a colleague to the same night, vehicle, moment and speed", async (t) => {
	const [code] = (await ask("/vehicles")).map((vehicle) => vehicle.code);
	const { page } = await open(t, { hash: `#day=2027-01-15&vehicle=${code}&t=2027-01-15T18:00:00Z&speed=120`, ignore: /willReadFrequently/ });
	assert.match(await clockOf(page), /1\/16 0?3:00:00/);
	assert.equal(await page.locator("#speed").inputValue(), "120");
	await until("its record", async () => new RegExp(code).test(await textOf(page, "record-title")));
	await mapIsIdle(page);
	const painted = () => page.evaluate(() => {
		const canvas = document.querySelector(".replay-vehicles");
		return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
	});
	const all = await painted();
	await page.locator("#only").check();
	await until("one vehicle alone is drawn", async () => (await painted()) > 0 && (await painted()) < all / 2);
	await page.locator("#speed").selectOption("1");
	await atBothSizes(page, async (size) => {
		await assertSeen(page.locator("label", { has: page.locator("#only") }));
		await until("it is in sight", async () => (await painted()) > 0);
		const before = Number(await page.locator("#time").inputValue());
		await page.locator("#play").click();
		await until("it goes on as it was", async () => Number(await page.locator("#time").inputValue()) > before);
		await page.locator("#play").click();
		await picture(page, `nights-only-${size}`);
	});
	await until("the address says it", () => /speed=1(&|$)/.test(page.url()));
});

test("an address that makes no sense shows the newest night", async (t) => {
	const { page } = await open(t, { map: false, hash: "#day=1999-99-99&vehicle=%3Cimg%20src=x%3E&t=yesterday&speed=7&road=-1", ignore: /404/ });
	assert.match(await clockOf(page), /1\/16 0?2:00/);
	await until("it says that there is no such vehicle", async () => /^その車両はありません。$/.test(await textOf(page, "record-content")));
});

test("a chosen vehicle stays in view while it is played, until somebody looks elsewhere", async (t) => {
	const [code] = (await ask("/vehicles")).map((vehicle) => vehicle.code);
	const { page } = await open(t, { hash: "#t=2027-01-15T17:10:00Z" });
	await page.locator(`#fleet button[data-code="${code}"]`).click();
	const center = () => page.evaluate(() => [globalThis.shownMap.getZoom(), globalThis.shownMap.getCenter().toArray()]);
	await until("the map is there", async () => (await center())[0] >= 15);
	const before = await center();
	await page.locator("#time").focus();
	await page.keyboard.press("PageUp");
	await page.keyboard.press("PageUp");
	await until("the map went with it", async () => JSON.stringify(await center()) !== JSON.stringify(before));
	const box = await page.locator("#map").boundingBox();
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 30, { steps: 5 });
	await page.mouse.up();
	const chosen = await center();
	await page.locator("#time").focus();
	await page.keyboard.press("PageDown");
	await page.keyboard.press("PageDown");
	await mapIsIdle(page);
	assert.deepEqual(await center(), chosen);
});

test("a vehicle drawn on the map is chosen by a click", async (t) => {
	const { page } = await open(t, { hash: `#t=${new Date(START + 3_600_000).toISOString()}` });
	const spot = await page.evaluate(() => {
		const canvas = document.querySelector(".replay-vehicles");
		const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		for (let y = 40; y < height - 40; y += 2) {
			for (let x = 40; x < width - 320; x += 2) {
				if (data[(y * width + x) * 4 + 3] === 255) {
					const box = canvas.getBoundingClientRect();
					const at = { x: box.x + (x * box.width) / width, y: box.y + (y * box.height) / height };
					if (document.elementFromPoint(at.x, at.y)?.tagName === "CANVAS") return at;
				}
			}
		}
		return null;
	});
	assert.ok(spot, "no vehicle is drawn");
	await page.mouse.click(spot.x, spot.y);
	await until("its record is shown", async () => /SIM-\d+.*の一晩/.test(await textOf(page, "record-title")));
});

for (const [name, options] of Object.entries({
	"on a desk, dark": { colorScheme: "dark", viewport: DESKTOP },
	"on a phone": { viewport: PHONE, hasTouch: true, isMobile: true },
	"on a phone, dark, in English": { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark", locale: "en-GB" },
})) {
	test(`axe-core finds nothing and nothing is cut off ${name}`, async (t) => {
		const [code] = (await ask("/vehicles")).map((vehicle) => vehicle.code);
		const { page } = await open(t, { ...options, hash: `#vehicle=${code}&t=2027-01-15T18:00:00Z` });
		await page.locator("#work-graph .way-work").first().waitFor({ state: "attached" });
		await assertAccessible(page);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it scrolls sideways");
		await picture(page, `nights ${name}`.replace(/\W+/g, "-"));
		if (options.isMobile) {
			await page.locator("#record").scrollIntoViewIfNeeded();
			await page.evaluate(() => document.getElementById("record").scrollIntoView());
			await picture(page, `nights record ${name}`.replace(/\W+/g, "-"));
		}
	});
}

test("without WebGL timeline, graph and tables work, and the page says why there is no map", async (t) => {
	const plain = await launch(["--disable-3d-apis"]);
	closeAfter(t, () => plain.close());
	const { page } = await open(t, { map: false, browser: plain, ignore: /WebGL|no map/ });
	await until("it says so", async () => /地図を表示できません/.test(await page.locator("#stage").innerText()));
	await page.locator("#fleet button").first().click();
	await page.locator("#work-graph .way-work").first().waitFor({ state: "attached" });
	await page.locator("#speed").selectOption("600");
	await page.locator("#play").click();
	await until("it plays", async () => Number(await page.locator("#time").inputValue()) > 600);
	await assertAccessible(page);
});

test("printed, the record stands alone", async (t) => {
	const [code] = (await ask("/vehicles")).map((vehicle) => vehicle.code);
	const { page } = await open(t, { map: false, hash: `#vehicle=${code}` });
	await page.locator("#work-graph .way-work").first().waitFor({ state: "attached" });
	await page.emulateMedia({ media: "print" });
	assert.deepEqual(await page.evaluate(() => ["player", "stage", "night", "record"].map((id) => document.getElementById(id).checkVisibility())), [false, false, false, true]);
	await picture(page, "nights-print");
});

test("who is not signed in is sent there, and comes back to the same moment", async (t) => {
	const { page } = await openPage(t, browser, origin, { ignore: /401/ });
	await page.goto(`${origin}/nights.html#day=2027-01-15&speed=120`);
	await until("it is the sign-in page", () => /signin\.html\?next=.*nights.*speed/.test(page.url()));
});

test("any night of seasons can be had: older ones are listed when they are asked for, and an address finds its own", async (t) => {
	const own = await workplace(t);
	const file = own.path("town.db");
	await own.ok("plowctl", ["init", "--db", file, "--name", "長雪町"]);
	await own.vehicle(file, "R-1");
	const rows = ["unix_time,lat,lon"];
	for (let night = 0; night < 130; night++) {
		const start = Date.UTC(2026, 11, 1 + night, 17) / 1000;
		rows.push(`${start},38.6,140.4`, `${start + 10},38.6001,140.4`);
	}
	await own.ok("plowctl", ["import-log", "--db", file, "--vehicle", "R-1", await own.file("season.csv", `${rows.join("\n")}\n`)]);
	const { origin: there, user: theirs } = await serveTown(own, file);
	const { page } = await openPage(t, browser, there, { user: theirs });
	await page.goto(`${there}/nights.html#day=2026-12-02`);
	await until("the old night of the address", async () => /2026年12月2日/.test(await page.locator("#night option:checked").innerText()));
	assert.equal(await page.locator("#night option").count(), 122);
	await page.locator("#night").selectOption({ label: "さらに前の夜を表示…" });
	await until("no night is left out or doubled", async () =>
		(await page.locator("#night option").count()) === 130 && /2026年12月10日/.test(await page.locator("#night option:checked").innerText()));
	await page.goto("about:blank");
	await page.goto(`${there}/nights.html`);
	await until("the newest night", async () => /2027年4月9日/.test(await page.locator("#night option:checked").innerText()));
	assert.equal(await page.locator("#night option").count(), 121);
	await page.locator("#night").selectOption({ label: "さらに前の夜を表示…" });
	await until("all are listed", async () => (await page.locator("#night option").count()) === 130);
	await until("the next older one", async () => /2026年12月10日/.test(await page.locator("#night option:checked").innerText()));
});

test("a town without a night says so", async (t) => {
	const own = await workplace(t);
	const file = own.path("town.db");
	await own.ok("plowctl", ["init", "--db", file, "--name", "白紙町"]);
	const { origin: there, user: theirs } = await serveTown(own, file);
	const { page } = await openPage(t, browser, there, { user: theirs });
	await page.goto(`${there}/nights.html`);
	await until("it says so", async () => /まだ記録がありません/.test(await textOf(page, "record-content")));
	assert.equal(await page.locator("#player").isHidden(), true, "there is nothing to play");
	await assertAccessible(page);
});
