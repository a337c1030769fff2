// SPDX-License-Identifier: Apache-2.0
/*
 * Questions about many nights: whole nights are answered from their totals, the edges from the passes
 * themselves, and both together say what the passes alone would say, whatever changed meanwhile.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { at, drive, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";

const NIGHT_S = 86400;
const NIGHTS = 4;
/** 04:30 in the town: a night's work lies between two noons. */
const START = Date.UTC(2027, 0, 15, 19, 30) / 1000;
const time = (seconds) => new Date((START + seconds) * 1000).toISOString();
const BOX = `bbox=${at(-2, -2)},${at(2, 2)}`;

const write = (db, text) => execFileSync("sqlite3", ["-cmd", ".timeout 10000", db, text]);
const totals = (db) => sql(db, "SELECT count(*) FROM night_total");

/** To and fro every night by two plows, and a day later one fix by which it is later. */
async function season(t) {
	const place = await workplace(t);
	const db = await smallTown(place);
	const log = async (code, name, text) =>
		place.ok("plowctl", ["import-log", "--db", db, "--vehicle", code, await place.file(name, text)]);
	for (const code of ["R-1", "R-2"]) {
		await place.vehicle(db, code);
	}
	for (let night = 0; night < NIGHTS; night++) {
		const start = START + night * NIGHT_S;
		await log("R-1", `east-${night}.csv`, drive({ start, from_km: -0.98, to_km: 0.98 }));
		await log(night % 2 ? "R-1" : "R-2", `west-${night}.csv`, drive({ start: start + 3600, from_km: 0.98, to_km: -0.98 }));
	}
	await log("R-2", "later.csv", drive({ start: START + (NIGHTS + 1) * NIGHT_S, from_km: 0, to_km: 0.01 }));
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	const user = await place.signIn(plowd, { db });
	const ask = async (path, options) => (await user.fetch(`/api/v1${path}`, options)).json();
	return {
		place, db, log, ask,
		summary: (from, to, box = BOX) => ask(`/summary?${box}&from=${time(from)}&to=${time(to)}`),
		counted: () => until("every night that is over has its total", async () => (await totals(db)) >= NIGHTS),
	};
}

/** The answer, and that it is the same without any total. */
async function both(town, from, to) {
	const answer = await town.summary(from, to);
	const kept = await sql(town.db, "SELECT group_concat(from_ms) FROM night_total");
	write(town.db, "DELETE FROM night_total");
	assert.deepEqual(await town.summary(from, to), answer, `${time(from)} to ${time(to)}, totals of ${kept}`);
	return answer;
}

test("a season's summary is the same from the nights' totals and from the passes", async (t) => {
	const town = await season(t);
	await town.counted();
	const [row] = await both(town, -NIGHT_S, (NIGHTS + 2) * NIGHT_S);
	assert.equal(row.passes, NIGHTS, JSON.stringify(row));
	assert.deepEqual(row.vehicles, ["R-1"]);
});

test("the nights at the edges count to the second", async (t) => {
	const town = await season(t);
	await town.counted();
	const all = await town.summary(-NIGHT_S, (NIGHTS + 2) * NIGHT_S);
	const first = all.find((row) => row.direction === "forward");
	const at_s = Date.parse(first.first) / 1000 - START;
	const of = async (from, to) => (await town.summary(from, to)).find((row) => row.link === first.link && row.direction === "forward")?.passes ?? 0;
	assert.equal(await of(at_s, 10 * NIGHT_S), NIGHTS);
	assert.equal(await of(at_s + 0.001, 10 * NIGHT_S), NIGHTS - 1, "the first pass is just before");
	assert.equal(await of(at_s, at_s + (NIGHTS - 1) * NIGHT_S), NIGHTS - 1, "the last pass is not before its own time");
	await both(town, at_s + 0.001, at_s + (NIGHTS - 1) * NIGHT_S);
});

test("a correction, its withdrawal and late fixes are in the next answer", async (t) => {
	const town = await season(t);
	await town.counted();
	const whole = [-NIGHT_S, (NIGHTS + 2) * NIGHT_S];
	const before = await town.summary(...whole);
	const { link } = before.find((row) => row.direction === "forward");
	const forward = (rows) => rows.find((row) => row.link === link && row.direction === "forward").passes;
	const post = (path, body) => town.ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

	const changes = async () => Number(await sql(town.db, "SELECT number FROM night_change"));
	const changesBefore = await changes();
	const correction = await post("/corrections", { link, from: time(NIGHT_S), to: time(NIGHT_S + 1800), reason: "残雪", name: "甲" });
	assert.ok((await changes()) > changesBefore, "the night's total went with what it was counted from");
	assert.equal(forward(await town.summary(...whole)), NIGHTS - 1);
	await town.counted();
	assert.equal(forward(await both(town, ...whole)), NIGHTS - 1);

	await post(`/corrections/${correction.id}/withdraw`, { name: "甲" });
	assert.equal(forward(await town.summary(...whole)), NIGHTS);

	await town.log("R-2", "late.csv", drive({ start: START + 2 * NIGHT_S + 7200, from_km: -0.98, to_km: 0.98 }));
	await until("the late drive counts", async () => forward(await town.summary(...whole)) === NIGHTS + 1);
	await both(town, ...whole);
});
