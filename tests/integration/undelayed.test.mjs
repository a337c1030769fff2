// SPDX-License-Identifier: Apache-2.0
/*
 * Nothing else that goes on holds a datagram up: not the questions pages ask the database, nor a map that is
 * taken in.  Told by the order of events, not by the clock.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { faultsFor, noFaults } from "../support/faults.mjs";
import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { ROADS } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";
import { fixAt, metrics, startSealer, startUnit } from "../support/units.mjs";

test("while no page's question to the database is answered, every datagram is", { skip: noFaults }, async (t) => {
	const place = await workplace(t);
	const db = await place.town({ roads: await place.file("roads.geojson", ROADS) });
	const key = await place.vehicle(db, "R-1");
	const faults = faultsFor(place, "town.db");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK], { env: faults.env });
	const user = await place.signIn(plowd, { db });
	const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
	const now_ms = Date.now() - 3_600_000;
	assert.equal((await unit.report([[1, fixAt(now_ms)]])).cumulative, "1");

	await faults.begin("stall 1");
	const times = "from=2027-01-01T00:00:00Z&to=2027-03-01T00:00:00Z";
	const questions = Array(5).fill([`/summary?bbox=140,38,141,39&${times}`, "/nights", "/operations", "/corrections", "/alarms", "/fleet",
		"/session/nobody"]).flat().slice(0, 34).map((path) => path.startsWith("/session") ? signInAsNobody(plowd) : user.fetch(`/api/v1${path}`));
	const answered = [];
	questions.forEach((question) => void question.then(({ status }) => answered.push(status)));
	await until("a reader waits for the disk", () => faults.struck());
	await until("the others wait behind it", async () => (await metrics(plowd)).http_jobs > 20);
	for (let seq = 2; seq <= 30; seq++) {
		assert.equal((await unit.report([[seq, fixAt(now_ms + seq * 1000)]])).cumulative, String(seq));
	}
	assert.deepEqual(answered, [], "no question is answered, and 29 datagrams are");
	await faults.end();
	await Promise.all(questions);
	// Who waited for longer than plowd lets anybody read is told so.
	assert.ok(answered.every((status) => [200, 401, 503].includes(status)), String(answered));
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), "30");
});

/** A password that has to be hashed, after the name was looked up. */
const signInAsNobody = (plowd) => fetch(`http://${plowd.ready.http}/api/v1/session`, {
	method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "nobody", password: "wrong wrong" }),
});

const feature = (id, coordinates) => ({ type: "Feature", properties: { id }, geometry: { type: "LineString", coordinates } });

/** A grid of streets, `size` blocks of 100 m each way, every one with a box of its own; without some, and some moved. */
function grid(size, { without = 0, moved = 0 } = {}) {
	const streets = [];
	for (let row = 0; row <= size; row++) {
		for (let i = 0; i < size; i++) {
			const [along, across, off] = [i / 1000, row / 1000, row % 7 < moved ? 0.0002 : 0];
			streets.push(feature(`h${row}-${i}`, [[140 + along, 38 + across + off], [140.001 + along, 38 + across + off]]));
			streets.push(feature(`v${row}-${i}`, [[140 + across, 38 + along], [140 + across, 38.001 + along]]));
		}
	}
	return JSON.stringify({ type: "FeatureCollection", features: streets.filter((_, i) => !without || i % without > 0) });
}

test("while a big map is taken in and another in its place, units' fixes are acknowledged, and the index is right", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	const key = await place.vehicle(db, "R-1");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const unit = await startUnit(t, startSealer(place), plowd.ready.udp, key);
	const now_ms = Date.now() - 3_600_000;
	let seq = 0;
	for (const file of [await place.file("grid.geojson", grid(70)), await place.file("new.geojson", grid(70, { without: 3, moved: 2 }))]) {
		const importing = place.start("plow-import", [file, "--db", db, "--layer", "grid"]);
		let [during, longest_ms] = [0, 0];
		while (!importing.ended) {
			const began = performance.now();
			seq++;
			assert.equal((await unit.report([[seq, fixAt(now_ms + seq * 1000)]])).cumulative, String(seq));
			during += importing.ended ? 0 : 1;
			longest_ms = Math.max(longest_ms, performance.now() - began);
		}
		assert.deepEqual(await importing.exited, { status: 0, signal: null }, importing.stderr());
		t.diagnostic(`${importing.stdout().match(/"added":\d+,"changed":\d+,"unchanged":\d+,"removed":\d+/)}: ` +
			`${during} fixes acknowledged meanwhile, the slowest after ${Math.round(longest_ms)} ms`);
		assert.equal(await sql(db, "SELECT rtreecheck('main', 'idx_roads_geom')"), "ok");
		const wrong = `SELECT count(*) FROM roads LEFT JOIN idx_roads_geom ON pkid = id
			WHERE pkid IS NULL OR NOT (xmin <= MbrMinX(geom) AND xmax >= MbrMaxX(geom) AND ymin <= MbrMinY(geom) AND ymax >= MbrMaxY(geom))`;
		assert.match(execFileSync("sqlite3", [db, "SELECT load_extension('mod_spatialite')", wrong], { encoding: "utf8" }), /^0$/m);
	}
	assert.equal(await sql(db, "SELECT count(*) FROM fix"), String(seq));
	assert.equal(await sql(db, "SELECT (SELECT count(*) FROM roads) - (SELECT count(*) FROM idx_roads_geom)"), "0");
});
