// SPDX-License-Identifier: Apache-2.0
// Golden drives: what `plowctl match` reads out of them is not allowed to get worse.  All drives, and how
// they are scored, are in `make bench-truth`; these are the ones where matchers lose most.  A simulated
// plow's drive through the sample town, with a fix that jumps, is always here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { DATA, LOOPBACK, ROOT, recording, until, workplace } from "../support/programs.mjs";
import { drives, smallTown } from "../support/smalltown.mjs";
import { readCsv, sql } from "../support/tables.mjs";

const SCORE = resolve(DATA, "../accept/score_matching.py");
/** Another compiler or processor may round one doubtful choice the other way. */
const TOLERANCE = 0.002;
const golden = JSON.parse(readFileSync(join(ROOT, "tests/golden/matching.json"), "utf8"));

function thinned(track, seconds) {
	let last = -Infinity;
	const kept = readCsv(readFileSync(track, "utf8")).filter((row) => {
		const keep = Number(row.unix_time) - last >= seconds;
		last = keep ? Number(row.unix_time) : last;
		return keep;
	});
	return `unix_time,lat,lon\n${kept.map((row) => [row.unix_time, row.lat, row.lon].join(",")).join("\n")}\n`;
}

test("matching alters no fix: every column of every row is what it was before", async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	await drives(place, db, "R-1", [], { from_km: -0.98, to_km: 0.98 });
	await drives(place, db, "R-2", [], { start: Date.UTC(2027, 0, 15, 20, 30) / 1000, from_km: 0.98, to_km: -0.98 });
	const raw = () => ["fix", "fix_superseded", "quarantine"].map((table) =>
		createHash("sha256").update(execFileSync("sqlite3", [db, `SELECT * FROM ${table} ORDER BY 1, 2, 3`])).digest("hex"));
	const before = raw();
	assert.notEqual(await sql(db, "SELECT count(*) FROM stale"), "0", "nothing of it is matched yet");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	await until("all of it is matched", async () => await sql(db, "SELECT count(*) FROM stale") === "0");
	await plowd.stop();
	assert.notEqual(await sql(db, "SELECT count(*) FROM span"), "0");
	assert.deepEqual(raw(), before);
});

for (const { drive, what, scores } of golden) {
	const folder = recording("matching", drive);
	test(`drive ${drive} is read as well as ever: ${what}`, { skip: !folder || !existsSync(SCORE) }, async (t) => {
		const place = await workplace(t);
		const db = await place.town({ roads: join(folder, "network.geojson"), importing: ["--as", "roads"] });
		for (const [seconds, expected] of Object.entries(scores)) {
			const track = await place.file(`every-${seconds}.csv`, thinned(join(folder, "track.csv"), Number(seconds)));
			const spans = await place.file(`spans-${seconds}.csv`,
				await place.ok("plowctl", ["match", "--db", db, "--track", track, "--at-work"]));
			const score = JSON.parse(await place.ok("/usr/bin/python3", [SCORE, folder, spans, "--json"]));
			const said = `a fix every ${seconds} s: ${JSON.stringify(score)}`;
			t.diagnostic(said);
			assert.ok(score.recall >= expected.recall - TOLERANCE, said);
			assert.ok(score.recall_directed >= expected.recall_directed - TOLERANCE, said);
			assert.ok(score.false_share <= expected.false_share + TOLERANCE, said);
			assert.ok(score.right_passes >= expected.right_passes - 5 * TOLERANCE, said);
		}
	});
}

/** Metres by which a span may end elsewhere before it is another answer. */
const NEAR_M = 3;

test("a plow's drive through the sample town is read as ever, span by span, and the fix that jumps is left out", async (t) => {
	const place = await workplace(t);
	const file = (name) => join(ROOT, "tests/golden", name);
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.folder, "--seed", "2", "--small"]);
	const db = await place.town({ roads: place.path("roads.geojson"), importing: ["--as", "roads", "--layer", "roads"] });
	const { status, stdout, stderr } = await place.run("plowctl", ["match", "--db", db, "--track", file("plow.csv")]);
	assert.equal(status, 0, stderr);
	const [spans, expected] = [readCsv(stdout), readCsv(readFileSync(file("plow-spans.csv"), "utf8"))];
	const kept = ({ source_id, at_work, inferred }) => ({ source_id, at_work, inferred });
	assert.deepEqual(spans.map(kept), expected.map(kept));
	spans.forEach((span, i) => {
		for (const end of ["from_m", "to_m"]) {
			assert.ok(Math.abs(span[end] - expected[i][end]) <= NEAR_M, `${JSON.stringify(span)}, not ${JSON.stringify(expected[i])}`);
		}
	});
	const counted = JSON.parse(stderr.trim().split("\n").at(-1));
	const fixes = readFileSync(file("plow.csv"), "utf8").trim().split("\n").length - 1;
	assert.deepEqual([counted.fixes, counted.jumped], [fixes, 1]);

	// A log read in keeps the fix that jumps, and the night's coverage knows nothing of it.
	await place.vehicle(db, "P01");
	await place.ok("plowctl", ["import-log", "--db", db, "--vehicle", "P01", file("plow.csv")]);
	assert.equal(Number(await sql(db, "SELECT count(*) FROM fix")), fixes);
	const coverage = readCsv(await place.ok("plowctl", ["coverage", "--db", db, "--from", "2027-01-15", "--to", "2027-01-17"]));
	const worked = new Set(expected.filter((span) => span.at_work === "1").map((span) => span.source_id));
	assert.deepEqual([...new Set(coverage.map((row) => row.source_id))].sort(), [...worked].sort());

	// Which fix that was can be read beside the fixes, and is what they give.
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--clock", "fixes"]);
	await until("the log is matched", async () => (await sql(db, "SELECT count(*) FROM stale")) === "0");
	const user = await place.signIn(plowd, { db });
	const answer = await user.fetch("/api/v1/vehicles/P01/track?from=2027-01-15T17:00:00Z&to=2027-01-15T20:00:00Z");
	const { times, jumped } = (await answer.json()).properties;
	assert.equal(times.length, fixes);
	assert.deepEqual(jumped, ["2027-01-15T18:11:46.500Z"]);
	await plowd.stop();
	assert.equal((await place.run("plowctl", ["verify", "--db", db])).status, 0);
	await place.ok("/usr/bin/sqlite3", ["-cmd", ".timeout 10000", db, "DELETE FROM jump"]);
	assert.equal((await place.run("plowctl", ["verify", "--db", db])).status, 65);
});
