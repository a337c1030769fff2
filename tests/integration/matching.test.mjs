// SPDX-License-Identifier: Apache-2.0
// Golden drives: what `plowctl match` reads out of them is not allowed to get worse.  All drives, and how
// they are scored, are in `make bench-truth`; these are the ones where matchers lose most.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { DATA, ROOT, recording, workplace } from "../support/programs.mjs";
import { readCsv } from "../support/tables.mjs";

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
