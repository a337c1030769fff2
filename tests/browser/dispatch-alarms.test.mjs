// SPDX-License-Identifier: Apache-2.0
// A unit falls silent at work: one alarm at every desk, acknowledged once, over when it is heard again.
import assert from "node:assert/strict";
import { test } from "node:test";

import { LOOPBACK, until } from "../support/programs.mjs";
import { drive, drives, smallTown } from "../support/smalltown.mjs";
import { assertAccessible, launch, PHONE, picture, WEB } from "./support/browser.mjs";
import { openDispatch } from "./support/dispatch.mjs";
import { workplace } from "./support/scene.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;

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
	t.after(() => browser.close());
	const desks = [
		await openDispatch(t, { browser, origin, user, map: false }),
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
		assert.match((await alarms(page))[0], /R-12 が作業中に途絶しています/);
		assert.match(await page.locator("#alarms [role=alert]").first().textContent(), /R-12/, "it is said aloud");
		await assertAccessible(page);
	}
	await picture(desks[0].page, "dispatch-alarm");
	await picture(desks[1].page, "dispatch-alarm-phone");

	await desks[0].page.getByRole("button", { name: "確認：R-12 の途絶" }).click();
	for (const { page } of desks) {
		await until("every desk knows who has seen to it", async () => /当直 甲 が .* に確認/.test((await alarms(page))[0]));
	}
	await desks[1].page.reload();
	await until("also one that comes later", async () => /に確認/.test((await alarms(desks[1].page))[0] ?? ""));
	assert.equal(await desks[1].page.locator("#alarms [role=alert]").first().textContent(), "", "what was seen is not said again");

	await log("R-12", "alive.csv", { start: START + 480, from_km: -0.3, to_km: -0.1 });
	for (const { page, assertQuiet } of desks) {
		await until("it is over", () => page.locator("#alarms").isHidden());
		await page.locator("#tab-operation").click();
		await until("it is on record", async () => /R-12 .*に解消.*に確認/s.test(await page.locator("#alarm-log").innerText()));
		assertQuiet();
	}
});
