// SPDX-License-Identifier: Apache-2.0
/*
 * The record of a night: against what a simulated fleet truly did, against fixes that come late, and
 * against arguments that make no sense.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { LOOPBACK, ROOT, until, workplace } from "../support/programs.mjs";
import { drive, smallTown } from "../support/smalltown.mjs";
import { readCsv, sql } from "../support/tables.mjs";

const START = "2027-01-15T17:00:00Z";
const DAY = "2027-01-15";
const WHOLE = "from=2027-01-15T03:00:00Z&to=2027-01-16T03:00:00Z";
const SECONDS = 5400;
const VEHICLES = 6;

let place, plowd, user, truth, db;

const get = (path) => user.fetch(`/api/v1${path}`);
const json = async (path) => (await get(path)).json();
const settled = (file) => until("nothing is left to match", async () => (await sql(file, "SELECT count(*) FROM stale")) === "0");

/** Waits until plowd has its roads, which the answers name. */
async function served(where, file) {
	const plowd = await where.serve("plowd", ["--db", file, ...LOOPBACK, "--clock", "fixes"]);
	const somebody = await where.signIn(plowd, { db: file });
	await until("the roads are loaded", async () => (await (await somebody.fetch("/api/v1/town")).json()).bounds);
	return { plowd, user: somebody };
}

before(async () => {
	place = await workplace();
	await place.ok(process.execPath, [join(ROOT, "tests/town/town.mjs"), "--out", place.folder, "--small"]);
	db = await place.town({ roads: place.path("roads.geojson"), name: "雪見沢市" });
	const town = await served(place, db);
	({ plowd, user } = town);
	await place.ok("plow-sim", [
		"--db", db, "--server", plowd.ready.udp, "--vehicles", String(VEHICLES), "--hz", "1", "--seconds", String(SECONDS),
		"--seed", "5", "--speed", "max", "--start", START, "--fades", "0", "--truth", place.path("truth.csv"),
	]);
	truth = readCsv(readFileSync(place.path("truth.csv"), "utf8"));
	await settled(db);
});
after(() => place?.close());

/** What the truth file says of one vehicle. */
function trueNight(code) {
	const rows = truth.filter(({ vehicle }) => vehicle === code);
	const work = rows.filter(({ at_work }) => at_work === "1");
	let worked = 0;
	rows.forEach((row, i) => {
		const last = rows[i - 1];
		if (last && last.source_id === row.source_id && last.at_work === "1" && row.at_work === "1") {
			worked += Math.abs(Number(row.offset_m) - Number(last.offset_m));
		}
	});
	return { rows, work_s: work.length, worked_m: worked };
}

const codes = () => [...new Set(truth.map(({ vehicle }) => vehicle))];

test("the night is on the list, with its vehicles, its times and its metres", async () => {
	const nights = await json("/nights");
	assert.equal(nights.length, 1);
	const [night] = nights;
	assert.equal(night.day, DAY);
	assert.equal(night.vehicles, VEHICLES);
	assert.equal(Math.round((Date.parse(night.from) - Date.parse(START)) / 10_000), 0);
	assert.ok(Math.abs(Date.parse(night.to) - Date.parse(START) - SECONDS * 1000) < 20_000, night.to);
	const all = await Promise.all(codes().map((code) => json(`/vehicles/${code}/night?day=${DAY}`)));
	const worked = all.reduce((sum, { totals }) => sum + totals.worked_m, 0);
	assert.ok(Math.abs(night.worked_m - worked) < 1, `${night.worked_m} on the list, ${worked} in the nights`);
	assert.deepEqual(await json(`/nights?before=${DAY}`), []);
	assert.deepEqual(await json("/nights?before=2027-01-16&limit=1"), nights);
});

test("minutes at work and metres worked are what the vehicles truly did", async (t) => {
	const sum = { work_s: 0, said_s: 0, worked_m: 0, said_m: 0 };
	for (const code of codes()) {
		const real = trueNight(code);
		const { totals } = await json(`/vehicles/${code}/night?day=${DAY}`);
		t.diagnostic(`${code}: work ${totals.work_s} s of ${real.work_s}, ${totals.worked_m} m of ${real.worked_m.toFixed(0)}`);
		assert.ok(Math.abs(totals.work_s - real.work_s) <= 0.02 * SECONDS, `${code}: ${totals.work_s} s at work, truly ${real.work_s}`);
		sum.work_s += real.work_s;
		sum.said_s += totals.work_s;
		sum.worked_m += real.worked_m;
		sum.said_m += totals.worked_m;
	}
	assert.ok(Math.abs(sum.said_s / sum.work_s - 1) < 0.01, JSON.stringify(sum));
	assert.ok(Math.abs(sum.said_m / sum.worked_m - 1) < 0.05, JSON.stringify(sum));
});

test("the segments follow one another without a hole, and their sums are the totals", async () => {
	for (const code of codes()) {
		const night = await json(`/vehicles/${code}/night?day=${DAY}`);
		const sums = {};
		night.segments.forEach((segment, i) => {
			assert.equal(segment.from, i ? night.segments[i - 1].to : segment.from);
			const key = `${segment.state}_s`;
			sums[key] = (sums[key] ?? 0) + (Date.parse(segment.to) - Date.parse(segment.from)) / 1000;
		});
		for (const [key, seconds] of Object.entries(sums)) {
			assert.ok(Math.abs(seconds - night.totals[key]) < 0.5, `${code} ${key}`);
		}
		const metres = night.segments.reduce((sum, segment) => sum + segment.metres, 0);
		assert.ok(Math.abs(metres - night.totals.driven_m) < night.segments.length * 0.06, `${code}: ${metres} of ${night.totals.driven_m} m`);
		const { fixes, matched, off_road, jumped } = night.totals;
		assert.ok(fixes > 0 && matched > 0.9 * fixes && matched + off_road + jumped <= fixes, `${code}: ${JSON.stringify(night.totals)}`);
		const driven = night.drive.at(-1);
		assert.ok(Math.abs(driven.at_m + Math.abs(driven.to_m - driven.from_m) - night.totals.driven_m) < 1);
		const csv = readCsv(await (await get(`/vehicles/${code}/night?day=${DAY}&format=csv`)).text());
		assert.deepEqual(csv.map((row) => row.from), night.segments.map((segment) => segment.from));
		assert.deepEqual(Object.keys(csv[0]), ["vehicle", "from", "to", "state", "work", "work_source", "road", "metres"]);
	}
});

/** All pages of a replay, put together: {fixes, vehicles: Map of code to [[ms, lon, lat]], pages}. */
async function replayed(query) {
	const vehicles = new Map();
	let [next, pages, fixes] = [query.match(/from=([^&]*)/)[1], 0, 0];
	for (; next; pages++) {
		const page = await json(`/replay?${query.replace(/from=[^&]*/, `from=${next}`)}`);
		for (const { code, t, lon, lat, runs } of page.vehicles) {
			const points = vehicles.get(code) ?? [];
			const sum = [0, 0, 0];
			let run = -1;
			t.forEach((_, i) => {
				sum[0] += t[i];
				sum[1] += lon[i];
				sum[2] += lat[i];
				run += runs[run + 1]?.[0] === i;
				points.push([sum[0] * page.tick_ms, sum[1] * page.step_deg, sum[2] * page.step_deg, runs[run][1]]);
			});
			vehicles.set(code, points);
		}
		fixes += page.fixes;
		next = page.next;
	}
	return { vehicles, pages, fixes };
}

test("a replay that moves evenly between its points is never 5 m from a fix, and has less than a quarter of them", async (t) => {
	const { vehicles, fixes } = await replayed(WHOLE);
	const stored = (await sql(db, "SELECT vehicle.code, time_ms, lon_e7 / 1e7, lat_e7 / 1e7 FROM fix JOIN vehicle ON vehicle.id = vehicle_id WHERE flags & 1 AND trust > 0 ORDER BY 1, 2"))
		.split("\n").map((line) => line.split("|"));
	assert.equal(fixes, stored.length);
	let furthest = 0;
	const at = new Map();
	for (const [code, ...numbers] of stored) {
		const [time, lon, lat] = numbers.map(Number);
		const points = vehicles.get(code);
		let i = at.get(code) ?? 0;
		while (i + 2 < points.length && points[i + 1][0] <= time) i++;
		at.set(code, i);
		const [a, b] = [points[i], points[i + 1]];
		const share = Math.min(1, Math.max(0, (time - a[0]) / (b[0] - a[0])));
		const [x, y] = [a[1] + share * (b[1] - a[1]) - lon, a[2] + share * (b[2] - a[2]) - lat];
		furthest = Math.max(furthest, Math.hypot(x * 87_100, y * 111_000));
	}
	const kept = [...vehicles.values()].reduce((sum, points) => sum + points.length, 0);
	t.diagnostic(`${kept} of ${fixes} fixes kept, furthest ${furthest.toFixed(2)} m`);
	assert.ok(furthest < 5, `${furthest} m`);
	assert.ok(kept < fixes / 4, `${kept} of ${fixes}`);
});

test("a replay of one vehicle, and from the middle of the night on, is a part of the whole", async () => {
	const [code] = codes();
	const all = (await replayed(WHOLE)).vehicles.get(code);
	const alone = await replayed(`${WHOLE}&vehicle=${code}`);
	assert.deepEqual([...alone.vehicles.keys()], [code]);
	assert.deepEqual(alone.vehicles.get(code), all);
	const middle = "2027-01-15T17:40:00Z";
	const later = (await replayed(`from=${middle}&to=2027-01-16T03:00:00Z&vehicle=${code}`)).vehicles.get(code);
	assert.ok(later[0][0] >= Date.parse(middle));
	assert.deepEqual(later.at(-1), all.at(-1));
});

test("roads turn done in the replay when the live board would have said so, and end as it ended", async () => {
	const { time_s, link, status } = await json(`/replay/roads?${WHOLE}`);
	assert.ok(link.length > 50, `${link.length} changes`);
	assert.ok(time_s.every((time, i) => i === 0 || time >= time_s[i - 1]));
	const last = new Map(link.map((id, i) => [id, status[i]]));
	const { links } = await json("/snapshot");
	const live = new Map(links.id.map((id, i) => [id, links.status[i]]));
	const settledOf = (word) => (word === "working" ? "partly" : word);
	const differ = [...last].filter(([id, word]) => settledOf(word) !== settledOf(live.get(id) ?? "none"));
	assert.deepEqual(differ, []);
	const first = Math.min(...time_s.filter((_, i) => status[i] === "done"));
	assert.ok(Date.parse("2027-01-15T03:00:00Z") + first * 1000 > Date.parse(START), "nothing is done before it was driven");
});

test("a road's night has every vehicle's way along it, whatever its lines are called", async () => {
	const [code] = codes();
	const night = await json(`/vehicles/${code}/night?day=${DAY}`);
	const span = night.drive.find(({ name, at_work }) => name && at_work);
	const road = await json(`/roads/${span.road}/night?day=${DAY}`);
	assert.equal(road.name, span.name);
	assert.ok(road.drive.some(({ vehicle, start }) => vehicle === code && start === span.start));
	for (const { from_m, to_m } of road.drive) {
		assert.ok(Math.min(from_m, to_m) > -0.2 && Math.max(from_m, to_m) < road.length_m + 0.2);
	}
});

test("a contractor gets his own vehicles' record, and nobody else's", async () => {
	const [mine, other] = codes();
	const theirs = await place.signIn(plowd, { db, role: "contractor", contractor: "甲建設" });
	const asThey = async (path) => (await theirs.fetch(`/api/v1${path}`)).json();
	assert.deepEqual(await asThey("/nights"), [], "no vehicle is theirs yet");
	assert.deepEqual((await asThey(`/replay?${WHOLE}`)).vehicles, []);
	await place.ok("/usr/bin/sqlite3", ["-cmd", ".timeout 10000", db, `UPDATE vehicle SET contractor = '甲建設' WHERE code = '${mine}'`]);
	const [night] = await asThey("/nights");
	const { totals } = await json(`/vehicles/${mine}/night?day=${DAY}`);
	assert.deepEqual([night.vehicles, night.worked_m], [1, totals.worked_m]);
	assert.deepEqual((await asThey(`/replay?${WHOLE}`)).vehicles.map(({ code }) => code), [mine]);
	assert.deepEqual((await asThey(`/vehicles/${mine}/night?day=${DAY}`)).totals, totals);
	for (const path of [`/vehicles/${other}/night?day=${DAY}`, `/replay?${WHOLE}&vehicle=${other}`]) {
		assert.equal((await theirs.fetch(`/api/v1${path}`)).status, 404, path);
	}
	const roads = await json("/roads?q=%E9%81%93");
	for (const { id } of roads.slice(0, 20)) {
		for (const { vehicle } of (await asThey(`/roads/${id}/night?day=${DAY}`)).drive) {
			assert.equal(vehicle, mine);
		}
	}
});

test("arguments that make no sense are refused with a sentence", async () => {
	const [code] = codes();
	for (const [path, status] of [
		["/nights?limit=0", 400], ["/nights?limit=401", 400], ["/nights?limit=x", 400], ["/nights?before=2027-02-31", 400],
		["/nights?before=%27%3B--", 400], ["/nights?before=2027-1-015", 400],
		[`/vehicles/${code}/night`, 400], [`/vehicles/${code}/night?day=tomorrow`, 400], [`/vehicles/${code}/night?day=2027-13-01`, 400],
		[`/vehicles/${code}/night?day=${DAY}&format=exe`, 400], [`/vehicles/NOBODY/night?day=${DAY}`, 404],
		[`/vehicles/${"x".repeat(100)}/night?day=${DAY}`, 404],
		["/roads/999999/night?day=2027-01-15", 404], ["/roads/x/night?day=2027-01-15", 404], ["/roads/1/night", 400],
		["/replay", 400], ["/replay?from=2027-01-15T03:00:00Z", 400], ["/replay?from=2027-01-15T03:00:00Z&to=2027-01-16T03:00:01Z", 400],
		["/replay?from=2027-01-15T03:00:00Z&to=2027-01-15T03:00:00Z", 400], [`/replay?${WHOLE}&vehicle=NOBODY`, 404],
		[`/replay?${WHOLE}&vehicle=${"x".repeat(200)}`, 404], ["/replay/roads?from=x&to=y", 400],
		["/replay/roads?from=0001-01-01T00:00:00Z&to=9999-01-01T00:00:00Z", 400],
	]) {
		const answer = await get(path);
		assert.equal(answer.status, status, path);
		assert.match((await answer.json()).error, /\.$/, path);
	}
	const nobody = await json(`/vehicles/${code}/night?day=1999-01-15`);
	assert.deepEqual([nobody.segments, nobody.drive, nobody.totals.work_s], [[], [], 0]);
	assert.deepEqual((await json("/replay?from=1999-01-15T03:00:00Z&to=1999-01-16T03:00:00Z")).vehicles, []);
});

test("fixes that come late change the record: a gap becomes the work it was", async (t) => {
	const own = await workplace(t);
	const file = await smallTown(own);
	await own.vehicle(file, "R-1");
	const start = Date.parse("2027-01-15T19:30:00Z") / 1000;
	const [header, ...rows] = drive({ start, from_km: -0.95, to_km: 0.95 }).trim().split("\n");
	const slow = rows.map((row, i) => row.replace(/^\d+/, String(start + i * 2)));
	const log = async (part) => {
		const path = await own.file(`late-${part.length}.csv`, `${[header, ...part].join("\n")}\n`);
		await own.ok("plowctl", ["import-log", "--db", file, "--vehicle", "R-1", path]);
		await settled(file);
	};
	const { user: theirs } = await served(own, file);
	const night = async () => (await theirs.fetch(`/api/v1/vehicles/R-1/night?day=${DAY}`)).json();
	await log([...slow.slice(0, 100), ...slow.slice(250)]);
	const before = await night();
	assert.ok(before.totals.gap_s > 180, JSON.stringify(before.totals));
	assert.ok(before.segments.some(({ state }) => state === "gap"));
	await log(slow.slice(100, 250));
	const now = await night();
	assert.equal(now.totals.gap_s, 0);
	assert.ok(now.totals.work_s > before.totals.work_s + 290, JSON.stringify(now.totals));
	const inferred = ({ drive: spans }) => spans.filter((span) => span.inferred).length;
	assert.deepEqual([inferred(before) > 0, inferred(now)], [true, 0], "the way through the gap is driven, not inferred");
});
