// SPDX-License-Identifier: Apache-2.0
// The sample town, the simulated fleet on it against a real server, and the demo made of both.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { coverageVisits, readCsv, score, truthVisits } from "../bench/plowwork.mjs";
import { LOOPBACK, ROOT, sanitizedBuild, signIn, until, workplace } from "../support/programs.mjs";
import { makeTown } from "../town/town.mjs";

const ALWAYS = ["--from", "2000-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z"];
const town = makeTown(1);

/** The length of a line, good enough for a town. */
function metres(coordinates) {
	let sum = 0;
	for (let i = 1; i < coordinates.length; i++) {
		const [a, b] = [coordinates[i - 1], coordinates[i]];
		sum += Math.hypot((b[0] - a[0]) * 87_139, (b[1] - a[1]) * 111_012);
	}
	return sum;
}

test("the sample town is the same for the same seed and another one for another", () => {
	assert.deepEqual(makeTown(1), town);
	assert.notDeepEqual(makeTown(2).roads, town.roads);
});

test("the sample town has the size of a snow town and everything such a town has", async (t) => {
	const roads = town.roads.features;
	const km = (keep) => roads.filter(keep).reduce((sum, { geometry }) => sum + metres(geometry.coordinates), 0) / 1000;
	const carriageway = ({ properties }) => !properties.sidewalk;
	const ours = km((road) => carriageway(road) && road.properties.admin === "town");
	assert.ok(ours > 180 && ours < 260, `${ours} km of the town's own roads`);
	assert.ok(km((road) => road.properties.admin === "nation") > 15);
	assert.ok(km((road) => road.properties.admin === "prefecture") > 40);
	for (const flag of ["bridge", "tunnel", "sidewalk", "oneway"]) {
		assert.ok(roads.some(({ properties }) => properties[flag]), `no road has ${flag}`);
	}
	assert.ok(roads.filter(({ properties }) => properties.bridge).length >= 6);
	assert.ok(roads.some(({ properties }) => properties.oneway === -1), "one-way against the geometry");
	assert.equal(town.depots.features.length, 3);
	assert.ok(town.areas.features.every(({ properties }) => properties.name.endsWith("工区")));

	const place = await workplace(t);
	const { db } = await importTown(place, []);
	const report = JSON.parse(await place.ok("plow-import", [place.path("roads.geojson"), "--db", db]));
	const sidewalks = roads.filter((road) => !carriageway(road)).length;
	assert.equal(report.components, 1 + sidewalks, "carriageways hang together, sidewalks lie beside them");
	assert.ok(report.links > 1500 && report.links < 2500, `${report.links} links`);
	assert.equal(report.imported, roads.length);
});

/** Writes and imports a town: {db}. */
async function importTown(place, options) {
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.folder, ...options]);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "雪見沢市"]);
	for (const kind of ["roads", "areas", "depots", "water"]) {
		await place.ok("plow-import", [place.path(`${kind}.geojson`), "--db", db, "--as", kind]);
	}
	return { db };
}

async function simulate(place, db, udp, options) {
	const truth = place.path("truth.csv");
	const { status, stdout, stderr } = await place.run("plow-sim", ["--db", db, "--server", udp, "--truth", truth, ...options]);
	assert.equal(status, 0, stderr);
	assert.equal(stdout, "");
	assert.equal(stderr.trim().split("\n").length, 1, stderr);
	assert.doesNotMatch(stderr, /mk1\./);
	return { truth: readCsv(readFileSync(truth, "utf8")), fixes: Number(stderr.match(/(\d+) fixes/)[1]), stderr };
}

/** How many fixes are stored, the newest counted and those set aside. */
async function stored(place, db) {
	const sql = "SELECT (SELECT count(*) FROM fix), (SELECT count(*) FROM fix_superseded), (SELECT count(*) FROM quarantine)";
	const counts = await place.ok("/usr/bin/sqlite3", [db, sql]);
	return counts.trim().split("|").map(Number);
}

test("what the fleet sends through loss, doubles and silences is stored exactly once", async (t) => {
	const place = await workplace(t);
	const { db } = await importTown(place, ["--small"]);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const run = await simulate(place, db, plowd.ready.udp, [
		"--vehicles", "8", "--hz", "1", "--seconds", "1800", "--seed", "3", "--speed", "max",
		"--loss", "0.2", "--doubled", "0.1", "--late", "0.1",
	]);
	assert.match(run.stderr, /[1-9]\d* lost, [1-9]\d* doubled, [1-9]\d* late/);
	assert.ok(run.fixes > 8 * 1800 * 0.9);
	assert.deepEqual(await stored(place, db), [run.fixes, 0, 0]);

	checkTruth(run.truth, 8, 1800, JSON.parse(readFileSync(place.path("roads.geojson"), "utf8")).features);
	await plowd.stop();
	const coverage = await place.ok("plowctl", ["coverage", "--db", db, ...ALWAYS]);
	const result = score(truthVisits(run.truth), coverageVisits(readCsv(coverage)));
	t.diagnostic(JSON.stringify(result));
	assert.ok(result.recall > 0.97, `recall ${result.recall}`);
	assert.ok(result.false_share < 0.03, `false share ${result.false_share}`);
});

/** One row a vehicle and second, on roads that exist, at speeds a plow has. */
function checkTruth(rows, vehicles, seconds, roads) {
	const lengths = new Map(roads.map(({ properties, geometry }) => [properties.id, metres(geometry.coordinates)]));
	const last = new Map();
	assert.equal(rows.length, vehicles * seconds);
	for (const row of rows) {
		const [time, at_m] = [Number(row.unix_time), Number(row.offset_m)];
		assert.ok(at_m >= 0 && at_m <= lengths.get(row.source_id) * 1.001 + 0.1, JSON.stringify(row));
		assert.match(row.direction, /^(forward|backward)$/);
		const before = last.get(row.vehicle);
		if (before) {
			assert.equal(time, before.time + 1);
			if (before.road === row.source_id) {
				assert.ok(Math.abs(at_m - before.at_m) < 40.5 / 3.6, `${row.vehicle} at ${time}`);
			}
		}
		last.set(row.vehicle, { time, at_m, road: row.source_id });
	}
	assert.ok(rows.some(({ at_work }) => at_work === "1") && rows.some(({ at_work }) => at_work === "0"));
}

test("a second night of the same seed drives the same way and is stored beside the first", async (t) => {
	const place = await workplace(t);
	const { db } = await importTown(place, ["--small"]);
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK]);
	const start = Math.floor(Date.now() / 1000) - 7200;
	const night = (from) => simulate(place, db, plowd.ready.udp, [
		"--vehicles", "3", "--hz", "1", "--seconds", "300", "--seed", "4", "--speed", "max",
		"--start", new Date(from * 1000).toISOString(),
	]);
	const first = await night(start);
	const second = await night(start + 3600);
	const drives = ({ truth }) => truth.map(({ vehicle, source_id, offset_m, at_work }) => [vehicle, source_id, offset_m, at_work]);
	assert.deepEqual(drives(second), drives(first));
	assert.equal(Number(first.truth[0].unix_time), start);
	assert.deepEqual(await stored(place, db), [first.fixes + second.fixes, 0, 0]);
});

test("plow-sim refuses what makes no sense in one sentence, and changes nothing", async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	const truth = place.path("truth.csv");
	const options = (more) => ["--db", db, "--server", "127.0.0.1:9", "--vehicles", "2", "--hz", "1", "--seconds", "5",
		"--seed", "1", "--truth", truth, ...more];
	const refused = async (status, sentence, argv) => {
		const ended = await place.run("plow-sim", argv);
		assert.equal(ended.status, status, ended.stderr);
		assert.match(ended.stderr, sentence);
		assert.ok(!existsSync(truth));
	};
	await refused(66, /town\.db/, options([]));
	await place.ok("plowctl", ["init", "--db", db]);
	await refused(65, /no roads/, options([]));
	await refused(64, /--vehicles takes a number/, options(["--vehicles", "many"]));
	await refused(64, /--server takes HOST:PORT/, options(["--server", "nowhere"]));
	await refused(64, /are needed/, ["--db", db]);
});

test("plow-sim says so when nobody acknowledges", async (t) => {
	const place = await workplace(t);
	const { db } = await importTown(place, ["--small"]);
	const ended = await place.run("plow-sim", ["--db", db, "--server", "127.0.0.1:9", "--vehicles", "1", "--hz", "1",
		"--seconds", "20", "--seed", "1", "--truth", place.path("truth.csv"), "--speed", "max", "--patience", "1"]);
	assert.equal(ended.status, 69, ended.stderr);
	assert.match(ended.stderr, /acknowledged nothing/);
	assert.equal(await place.ok("plowctl", ["vehicle", "list", "--db", db]), "", "nobody is registered for it");
});

/* Once plow-public has shut itself off, a sanitizer cannot look for its leaks, and hangs at its end. */
test("the demo shows plows at work and cleared roads, and leaves nothing behind", { skip: sanitizedBuild }, async (t) => {
	const place = await workplace(t);
	const demo = place.start(join(ROOT, "tests/demo.sh"), [], {
		env: { BUILD: process.env.PLOW_BIN || "build", TMPDIR: place.folder, DISPATCH_PORT: "0", PUBLIC_PORT: "0", DRIVER_PORT: "0", VEHICLES: "6" },
		cwd: ROOT,
	});
	await until("the demo prints its addresses", () => demo.ended || /Ctrl-C/.test(demo.stdout()));
	assert.equal(demo.ended, null, demo.stderr());
	const dispatch = demo.stdout().match(/dispatcher\s+http:\/\/(\S+?)\//)[1];
	const [, name, password] = demo.stdout().match(/name: (\S+) .* password: (\S+)/);
	const user = await signIn(`http://${dispatch}`, { name, password });
	const snapshot = async () => (await user.fetch("/api/v1/snapshot")).json();
	await until("most plows work and roads are done", async () => {
		const { vehicles, links } = await snapshot();
		return vehicles.filter(({ at_work }) => at_work).length >= 4 && links.status.includes("done");
	});
	const { vehicles: before } = await snapshot();
	await until("a plow moves", async () => {
		const { vehicles } = await snapshot();
		return vehicles.some(({ lon, lat }, i) => lon !== before[i].lon || lat !== before[i].lat);
	});
	const folder = (await place.ok("/bin/sh", ["-c", `ls -d ${place.folder}/michiake-demo.*`])).trim();
	const town_db = join(folder, "town.db");
	assert.ok(existsSync(town_db));
	const { status } = await demo.stop("SIGTERM");
	assert.equal(status, 0, demo.stderr());
	assert.ok(!existsSync(folder), "its folder is gone");
	await assert.rejects(fetch(`http://${dispatch}/healthz`), "its server is gone");
});
