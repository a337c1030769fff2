// SPDX-License-Identifier: Apache-2.0
// A unit falls silent at work: one alarm at every desk, acknowledged once, over when it is heard again.
// And what is wrong with the server and its units, for as long as it is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { faultsFor, noFaults } from "../support/faults.mjs";
import { closeAfter, LOOPBACK, until } from "../support/programs.mjs";
import { drive, drives, smallTown } from "../support/smalltown.mjs";
import { fixAt, startSealer, startUnit } from "../support/units.mjs";
import { assertAccessible, assertSeen, atBothSizes, launch, PHONE, picture, WEB } from "./support/browser.mjs";
import { openDispatch, roadRows } from "./support/dispatch.mjs";
import { linksDrawn, mapIsIdle, symbolsDrawn } from "./support/map.mjs";
import { workplace } from "./support/scene.mjs";

const ENOSPC = 28;
const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;

/** A silent unit is told in the list, on the map and by its card; its road is not known, which is another thing than not done. */
async function assertSilent(page, size) {
	await page.locator("#tab-vehicles").click();
	const row = page.locator("#vehicles li", { hasText: "R-12" });
	await until("the list says it", async () => /R-12[^]*途絶[^]*\d+ 分前/.test(await row.innerText()));
	await assertSeen(row.locator(".vehicle-silent"));
	await assertSeen(row.locator(".age"));
	await until("the map too, with its age", async () => {
		await mapIsIdle(page);
		const drawn = (await symbolsDrawn(page, "vehicle")).find(({ code }) => code === "R-12");
		return /^R-12\s+\d+ 分前$/.test(drawn?.words) && drawn.picture === "vehicle-silent";
	});
	assert.ok((await linksDrawn(page, "unknown")).length > 0, "its roads are drawn as not known");
	await page.locator("#tab-roads").click();
	const road = (await roadRows(page)).find(({ name }) => name === "本町通り");
	assert.equal(road.status, "不明");
	await assertSeen(page.locator("table.roads tbody tr", { hasText: "本町通り" }).locator(".status .line-sample"));
	await picture(page, `dispatch-silent-${size}`);
	await row.locator("button").first().evaluate((button) => button.click());
	await until("its card says it", async () => /途絶[^]*\d+ 分前/.test(await page.locator("#card-content").innerText()));
	await assertSeen(page.locator("#card-content .answer"));
	await page.locator("#card-close").click();
}

test("a silent unit raises one alarm on every desk, whoever acknowledges it does so for all, and a fix ends it", async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	await drives(place, db, "R-12", [], { from_km: -0.98, to_km: -0.3 });
	await place.vehicle(db, "R-13");
	const log = async (code, name, course) =>
		place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, await place.file(name, drive(course))]);
	await log("R-13", "first.csv", { start: START + 100, from_km: 0.02, to_km: 0.4 });
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"], { env: { PLOW_WEB: WEB } });
	const origin = `http://${plowd.ready.http}`;
	const user = await place.signIn(plowd, { db, name: "当直 甲" });
	const browser = await launch();
	closeAfter(t, () => browser.close());
	const desks = [
		await openDispatch(t, { browser, origin, user }),
		await openDispatch(t, { browser, origin, user, map: false, viewport: PHONE }),
	];
	const alarms = (page) => page.locator("#alarms li").allInnerTexts();
	for (const { page } of desks) {
		await until("it is live", async () => /受信中/.test(await page.locator("#lamp").innerText()));
		assert.equal(await page.locator("#alarms").isHidden(), true);
	}

	await log("R-13", "later.csv", { start: START + 290, from_km: 0.98, to_km: 0.02 });
	for (const { page } of desks) {
		await until("it is raised", async () => (await alarms(page)).length === 1);
		await assertSeen(page.locator("#alarms li .what"), /R-12 が作業中に途絶しています/);
		await assertSeen(page.locator("#alarms .acknowledge"));
		assert.match(await page.locator("#alarms [role=alert]").first().textContent(), /R-12/, "it is said aloud");
		await assertAccessible(page);
	}
	await atBothSizes(desks[0].page, (size) => assertSilent(desks[0].page, size));
	await picture(desks[0].page, "dispatch-alarm");
	await picture(desks[1].page, "dispatch-alarm-phone");

	await desks[0].page.getByRole("button", { name: "確認：R-12 の途絶" }).click();
	for (const { page } of desks) {
		await assertSeen(page.locator("#alarms .who"), /当直 甲 が .* に確認/); // at every desk
	}
	await desks[1].page.reload();
	await until("also one that comes later", async () => /に確認/.test((await alarms(desks[1].page))[0] ?? ""));
	assert.equal(await desks[1].page.locator("#alarms [role=alert]").first().textContent(), "", "what was seen is not said again");

	await log("R-12", "alive.csv", { start: START + 480, from_km: -0.3, to_km: -0.1 });
	for (const { page } of desks) {
		await until("it is over", () => page.locator("#alarms").isHidden());
		await page.locator("#tab-operation").click();
		await assertSeen(page.locator("#alarm-log li"), /R-12 .*に解消.*に確認/s);
	}
});

test("a full disk and two units under one key are said on the page, and a disk that has room again as well", { skip: noFaults }, async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	const key = await place.vehicle(db, "R-21");
	const faults = faultsFor(place, "town.db");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK], { env: { PLOW_WEB: WEB, ...faults.env } });
	const user = await place.signIn(plowd, { db, name: "当直 甲" });
	const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
	const now_ms = Date.now() - 60_000;
	await unit.report([[1, fixAt(now_ms)]]);
	const browser = await launch();
	closeAfter(t, () => browser.close());
	const { page } = await openDispatch(t, { browser, origin: `http://${plowd.ready.http}`, user, map: false });
	const strip = page.locator("#trouble");
	const lines = () => strip.locator("li").allInnerTexts();
	await until("it is live", async () => /受信中/.test(await page.locator("#lamp").innerText()));
	assert.equal(await strip.isHidden(), true);

	await faults.begin(`write ${ENOSPC}`);
	await unit.send(await unit.seal([[2, fixAt(now_ms + 1000)]]));
	await until("the page says so", async () => /記録できません：サーバーのディスクがいっぱいです/.test((await lines())[0] ?? ""));
	assert.match(await strip.locator("[role=alert]").textContent(), /ディスクがいっぱい/, "it is said aloud");
	await atBothSizes(page, async (size) => {
		await assertSeen(strip.locator("li"), /ディスクがいっぱい/);
		await assertAccessible(page);
		await picture(page, `dispatch-trouble-${size}`);
	});
	await page.reload();
	await until("also to who comes later", async () => (await lines()).length === 1);

	await faults.end();
	assert.equal((await unit.answer()).cumulative, "2");
	await until("it is over", () => strip.isHidden());

	await unit.report([[2, fixAt(now_ms + 1500)]]); // the same number, measured elsewhere: by another unit
	await until("the page says that there are two", async () => /R-21 の鍵で2台の車載機/.test((await lines())[0] ?? ""));
	await atBothSizes(page, async (size) => {
		await assertSeen(strip.locator("li"), /R-21/);
		await assertAccessible(page);
		await picture(page, `dispatch-clone-${size}`);
	});
});
