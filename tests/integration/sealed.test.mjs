// SPDX-License-Identifier: Apache-2.0
/*
 * The sealed port believes nobody: whatever is not a good unit's datagram, seen for the first time, is
 * counted under its reason and never answered; and what is good is answered after it is stored.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { until, workplace } from "../support/programs.mjs";
import { faultsFor, noFaults } from "../support/faults.mjs";
import { sql } from "../support/tables.mjs";
import { fixAt, grown, metrics, startSealer, startUnit } from "../support/units.mjs";

const SEAL_BYTES = 52;
const HOUR_MS = 3600 * 1000;
const noIpv6 = !Object.values(networkInterfaces()).flat().some(({ address }) => address === "::1") && "no IPv6 here";

/** A town with one vehicle whose unit is the test; now_ms is a whole second shortly before now. */
async function town(t, { env = {} } = {}) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const serve = (udp = "127.0.0.1:0") =>
		place.serve("plowd", ["--db", db, "--udp", udp, "--http", "127.0.0.1:0"], { env });
	const plowd = await serve();
	const sealer = startSealer(place);
	const unitOf = (file) => startUnit(t, sealer, plowd.ready.udp, file);
	return { place, db, key, serve, plowd, unitOf, unit: await unitOf(key), now_ms: Math.floor(Date.now() / 1000) * 1000 - 60_000 };
}

const count = async (db, table = "fix") => Number(await sql(db, `SELECT count(*) FROM ${table}`));

/** Another process that holds the database's write lock until it is told otherwise. */
async function lockOf(place, db, more = "") {
	const holder = place.start("/usr/bin/sqlite3", ["-cmd", ".timeout 10000", db], { input: null });
	holder.child.stdin.write(`BEGIN IMMEDIATE; ${more} SELECT 'held';\n`);
	await until("the lock is held", () => holder.stdout().includes("held"));
	return {
		async release() {
			holder.child.stdin.end("COMMIT;\n");
			await holder.exited;
		},
	};
}

test("an altered, truncated or foreign datagram is counted under its reason and never answered", async (t) => {
	const { place, db, plowd, unit, now_ms } = await town(t);
	const good = await unit.seal([[1, fixAt(now_ms)], [2, fixAt(now_ms + 1000)]]);
	const before = await metrics(plowd);
	const expected = { datagrams_total: 0 };
	const sends = async (reason, bytes) => {
		expected[`datagrams_${reason}_total`] = (expected[`datagrams_${reason}_total`] ?? 0) + 1;
		expected.datagrams_total++;
		await unit.send(bytes);
	};
	const reasonAt = (i) => i < 2 ? "not_ours" : i < 3 ? "bad_version" : i < 4 ? "bad_type" : i < 12 ? "unknown_key" : "forged";

	for (let i = 0; i < good.length; i++) {
		const altered = Buffer.from(good);
		altered[i] ^= i === 3 ? 0x40 : 1 << i % 8;
		await sends(reasonAt(i), altered);
	}
	for (let size = 0; size < good.length; size++) await sends(size < SEAL_BYTES ? "short" : "forged", good.subarray(0, size));
	await sends("forged", Buffer.concat([good, Buffer.alloc(1)]));
	await sends("short", Buffer.concat([good, Buffer.alloc(1201 - good.length)]));
	await sends("short", Buffer.alloc(60_000, good));
	// Sealed rightly, but as an acknowledgement, or not what a unit would have written.
	await sends("bad_type", await unit.wrap(Buffer.alloc(25), 2));
	await sends("malformed", await unit.wrap(Buffer.alloc(0)));
	await sends("malformed", await unit.wrap(Buffer.from("0123456789abcdef01a31ad42bdc29050000", "hex")));
	// A key nobody gave out, and the good datagram's key id under another secret.
	const other = await workplace(t);
	await other.ok("plowctl", ["init", "--db", other.path("other.db")]);
	const stranger = await startUnit(t, unit.sealer, plowd.ready.udp, await other.vehicle(other.path("other.db"), "R-1"));
	await sends("unknown_key", await stranger.seal([[1, fixAt(now_ms)]]));

	assert.equal((await unit.report([[7, fixAt(now_ms + 7000)]])).cumulative, "0");
	expected.datagrams_total++;
	const { acks_sent_total, ...rest } = await grown(plowd, before);
	const refusals = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith("datagrams_")));
	assert.deepEqual(refusals, expected);
	assert.equal(acks_sent_total, 1);
	assert.equal(unit.answers.length, 1);
	assert.equal(stranger.answers.length, 0);
	assert.equal(await count(db), 1);
	await place.close();
});

test("a datagram is taken once, also by the plowd of after a restart", async (t) => {
	const { db, plowd, serve, unit, now_ms } = await town(t);
	const first = await unit.seal([[1, fixAt(now_ms)]]);
	const late = await unit.seal([[2, fixAt(now_ms + 1000)]]);
	const third = await unit.seal([[3, fixAt(now_ms + 2000)]]);
	for (const bytes of [first, third]) {
		await unit.send(bytes);
		await unit.answer();
	}
	for (const bytes of [first, third, late, late]) await unit.send(bytes); // `late` comes out of order, once
	assert.equal((await unit.answer()).cumulative, "3");
	assert.equal((await unit.report([[4, fixAt(now_ms + 3000)]])).cumulative, "4");
	assert.equal((await metrics(plowd)).datagrams_replayed_total, 3);
	assert.equal(unit.answers.length, 4);

	await plowd.stop("SIGKILL");
	const again = await serve(plowd.ready.udp);
	for (const bytes of [first, late, third]) await unit.send(bytes);
	assert.equal((await unit.report([[5, fixAt(now_ms + 4000)]])).cumulative, "5");
	assert.equal((await metrics(again)).datagrams_replayed_total, 3);
	assert.equal(unit.answers.length, 5);
	assert.equal(await count(db), 5);
});

test("the same fix in a new datagram is acknowledged again and stored once", async (t) => {
	const { db, plowd, unit, now_ms } = await town(t);
	const fixes = [[1, fixAt(now_ms)], [2, fixAt(now_ms + 1000)]];
	for (let i = 0; i < 3; i++) assert.equal((await unit.report(fixes)).cumulative, "2");
	const { fixes_stored_total, fixes_duplicate_total, clones_total } = await metrics(plowd);
	assert.deepEqual([fixes_stored_total, fixes_duplicate_total, clones_total], [2, 4, 0]);
	assert.deepEqual([await count(db), await count(db, "fix_superseded")], [2, 0]);
});

test("the same fix number with other content raises the clone alarm, and both are kept", async (t) => {
	const { db, plowd, unit, now_ms } = await town(t);
	await unit.report([[1, fixAt(now_ms)], [2, fixAt(now_ms + 1000)]]);
	await unit.report([[2, fixAt(now_ms + 1500)]]); // another moment
	await unit.report([[2, fixAt(now_ms + 1000, { lat_e7: 386007000 })]]); // the same moment, elsewhere
	assert.equal((await metrics(plowd)).clones_total, 2);
	assert.deepEqual([await count(db), await count(db, "fix_superseded")], [3, 1]);
	const alarm = /^<4>plowd: two units report as "R-1" .* plowctl vehicle rotate --code R-1, .*$/m;
	await until("the log says whose key it is and what to do", () => alarm.test(plowd.stderr()));
});

test("a queue that is full: each sealed fix that is not taken is counted, is not acknowledged, and is stored when it comes again", async (t) => {
	const { place, db, plowd, unit, now_ms } = await town(t);
	await unit.report([[1, fixAt(now_ms)]]);
	const lock = await lockOf(place, db);
	const sent = [];
	await until("datagrams are dropped", async () => {
		for (let i = 0; i < 50; i++) {
			const seq = 2 + sent.length;
			sent.push([seq, fixAt(now_ms - 3_600_000 + seq * 1000)]);
			await unit.send(await unit.seal([sent.at(-1)]));
		}
		await until("they were read", async () => (await metrics(plowd)).datagrams_total === 1 + sent.length, { every_ms: 5 });
		return (await metrics(plowd)).queue_drops_total > 0;
	}, { every_ms: 1 });
	const { queue_drops_total: dropped, queue_depth, acks_sent_total } = await metrics(plowd);
	assert.ok(queue_depth >= 1000, `${queue_depth} fixes wait, as the figures say`);
	assert.equal(acks_sent_total, 1);
	await lock.release();
	await until("what was taken is acknowledged", async () => (await metrics(plowd)).acks_sent_total === 1 + sent.length - dropped);
	assert.deepEqual([(await metrics(plowd)).fixes_stored_total, await count(db)], Array(2).fill(1 + sent.length - dropped));
	for (let i = 0; i < sent.length; i += 50) {
		const again = sent.slice(i, i + 50);
		await unit.send(await unit.seal(again));
		await until("it is stored", async () => (await metrics(plowd)).acks_sent_total === 2 + sent.length - dropped + i / 50);
	}
	unit.seen = Math.max(0, unit.answers.length - 2);
	await until("all of it is acknowledged", async () => (await unit.answer()).cumulative === String(1 + sent.length));
	assert.equal(await count(db), 1 + sent.length);
	t.diagnostic(`${sent.length} sent while nothing could be stored, ${dropped} of them dropped and sent again`);
});

for (const [any, asked] of [["0.0.0.0", "127.0.0.2"], ["[::]", "127.0.0.2"], ["[::]", "::1"]]) {
	test(`the answer comes from the address that was asked: ${asked} of ${any}`, { skip: any === "[::]" && noIpv6 }, async (t) => {
		const place = await workplace(t);
		const db = place.path("town.db");
		await place.ok("plowctl", ["init", "--db", db]);
		const key = await place.vehicle(db, "R-1");
		const plowd = await place.serve("plowd", ["--db", db, "--udp", `${any}:0`, "--http", "127.0.0.1:0"]);
		const unit = await startUnit(t, startSealer(place), `${asked}:${plowd.ready.udp.split(":").at(-1)}`, key);
		assert.equal((await unit.report([[1, fixAt(Date.now())]])).cumulative, "1");
		assert.equal(unit.answeredFrom, asked);
	});
}

test("a revoked key is refused at once, whatever the clock does then", async (t) => {
	const { place, db, plowd, serve, unit, now_ms } = await town(t);
	await unit.report([[1, fixAt(now_ms)]]);
	await place.ok("plowctl", ["vehicle", "revoke", "--db", db, "--code", "R-1"]);
	const revoked = performance.now();
	let sent = 1;
	let refusedAfter_ms = Infinity;
	await until("datagrams are refused", async () => {
		await unit.send(await unit.seal([[++sent, fixAt(now_ms + sent * 1000)]]));
		const { datagrams_revoked_key_total } = await metrics(plowd);
		refusedAfter_ms = performance.now() - revoked;
		return datagrams_revoked_key_total > 0;
	}, { every_ms: 20 });
	t.diagnostic(`refused ${Math.round(refusedAfter_ms)} ms after the command ended`);

	// The clock was an hour ahead when the key was revoked, and is right again.
	await sql2(db, `UPDATE vehicle_key SET revoked_ms = ${Date.now() + HOUR_MS}`);
	await plowd.stop();
	const again = await serve(plowd.ready.udp);
	const stored = await count(db);
	await unit.send(await unit.seal([[++sent, fixAt(now_ms + sent * 1000)]]));
	await until("it is refused", async () => (await metrics(again)).datagrams_revoked_key_total === 1);
	assert.equal(await count(db), stored);
});

/** Changes a database as an administrator would. */
async function sql2(db, statement) {
	const child = spawn("sqlite3", ["-cmd", ".timeout 10000", db, statement], { stdio: "inherit" });
	const status = await new Promise((done) => child.on("exit", done));
	assert.equal(status, 0);
}

test("a rotated key is good until the first datagram under the new one, and never again", async (t) => {
	const { place, db, plowd, serve, unit, unitOf, now_ms } = await town(t);
	await unit.report([[1, fixAt(now_ms)]]);
	// The clock was an hour ahead when the first key was made.
	await sql2(db, `UPDATE vehicle_key SET created_ms = ${Date.now() + HOUR_MS}`);
	const line = await place.ok("plowctl", ["vehicle", "rotate", "--db", db, "--code", "R-1"]);
	await until("plowd knows of it", async () =>
		await sql(db, "SELECT count(good_until_ms) FROM vehicle_key") === "1");
	const renewed = await unitOf(await place.file("new.key", line));
	renewed.spool = unit.spool;
	assert.equal((await unit.report([[2, fixAt(now_ms + 1000)]])).cumulative, "2");

	await until("the new key is good", async () => {
		await renewed.send(await renewed.seal([[3, fixAt(now_ms + 2000)]]));
		return renewed.answers.length > 0;
	}, { every_ms: 100 });
	await unit.send(await unit.seal([[4, fixAt(now_ms + 3000)]]));
	await until("the old key is refused", async () => (await metrics(plowd)).datagrams_revoked_key_total === 1);
	assert.equal(await sql(db, "SELECT count(*) FROM vehicle_key WHERE revoked_ms IS NOT NULL"), "1");

	await plowd.stop("SIGKILL");
	const again = await serve(plowd.ready.udp);
	await unit.send(await unit.seal([[5, fixAt(now_ms + 4000)]]));
	await until("it stays refused", async () => (await metrics(again)).datagrams_revoked_key_total === 1);
	// Answers to what was sent again and again may still be unread: what counts is what is stored.
	await renewed.send(await renewed.seal([[6, fixAt(now_ms + 5000)]]));
	await until("all but what came under the old key is stored", async () => (await count(db)) === 4);
	assert.equal(unit.answers.length, 2);
});

test("a key retired while nothing can be stored stays retired when the vehicles are read again",
	{ skip: noFaults }, async (t) => {
		const place = await workplace(t);
		const faults = faultsFor(place, "town.db");
		const { db, plowd, unit, unitOf, now_ms, place: home } = await town(t, { env: faults.env });
		const user = await home.signIn(plowd, { db });
		await unit.report([[1, fixAt(now_ms)]]);
		const renewed = await unitOf(await home.file("new.key",
			await home.ok("plowctl", ["vehicle", "rotate", "--db", db, "--code", "R-1"])));
		await delay(600); // plowd looks for new keys four times a second
		await faults.begin("sync 5");
		await renewed.send(await renewed.seal([[1, fixAt(now_ms + 1000)]]));
		await until("it cannot be stored", async () => (await metrics(plowd)).store_alarm === 5);
		await home.vehicle(db, "R-2"); // what plowctl writes does not fail: plowd reads all keys anew
		await until("R-2 is there", async () =>
			(await (await user.fetch("/api/v1/vehicles")).text()).includes("R-2"));
		await unit.send(await unit.seal([[2, fixAt(now_ms + 2000)]]));
		await until("the old key is refused", async () => (await metrics(plowd)).datagrams_revoked_key_total === 1);
		await faults.end();
		await renewed.answer();
		assert.equal(await count(db), 2);
	});

test("no answer is larger than what it answers, down to the smallest datagram there is", async (t) => {
	const { db, plowd, unit, now_ms } = await town(t);
	const answerTo = async (bytes) => {
		await unit.send(bytes);
		const ack = await unit.answer();
		const size = unit.answers.at(-1).length;
		assert.ok(size <= bytes.length, `${size} bytes answer ${bytes.length}`);
		return ack;
	};
	// 200 runs of one, so that an acknowledgement has far more to say than room.
	for (let from = 2; from < 400; from += 80) {
		const fixes = Array.from({ length: 40 }, (_, i) => [from + 2 * i, fixAt(now_ms - (from + 2 * i) * 1000)]);
		const ack = await answerTo(await unit.seal(fixes));
		assert.ok(ack.ranges.length > 0);
	}
	// Every field but time, longitude and latitude as in the origin: 27 bytes, two more than an empty answer.
	const smallest = { time_ms: 1000 + 315964800000, lon_e7: 1, lat_e7: 1, flags: 0 };
	const bytes = await unit.seal([[1, smallest]], { newest: "1" });
	assert.equal(bytes.length, SEAL_BYTES + 27);
	assert.equal((await answerTo(bytes)).cumulative, "2");
	assert.equal((await metrics(plowd)).fixes_quarantined_total, 1);
	assert.equal(await count(db), 200);
});

test("a good unit with impossible numbers is refused and holds nobody up", async (t) => {
	const { place, db, plowd, unit, unitOf, now_ms } = await town(t);
	const neighbour = await unitOf(await place.vehicle(db, "R-2"));
	await until("R-2 is known", async () => {
		await neighbour.send(await neighbour.seal([[1, fixAt(now_ms)]]));
		return neighbour.answers.length > 0;
	});
	const high = 2n ** 63n;
	const odd = [
		{ oldest: high, newest: high + 9n, seq: high + 1n },
		{ oldest: high + 5n, newest: high + 9n, seq: high + 7n },
		{ oldest: 2n ** 64n - 9n, newest: 2n ** 64n - 2n, seq: 2n ** 64n - 2n },
		{ oldest: 1n, newest: high, seq: high },
		{ oldest: high - 3n, newest: high + 3n, seq: high - 1n },
	];
	for (const { oldest, newest, seq } of odd) {
		await unit.send(await unit.seal([[seq, fixAt(now_ms)]], { oldest: String(oldest), newest: String(newest) }));
	}
	unit.number = 2n ** 64n - 5n;
	await unit.send(await unit.seal([[1, fixAt(now_ms)]]));
	await neighbour.report([[2, fixAt(now_ms + 1000)]]);
	const { store_alarm, commit_failures_total, datagrams_malformed_total } = await metrics(plowd);
	assert.deepEqual([store_alarm, commit_failures_total, datagrams_malformed_total], [0, 0, odd.length + 1]);
	assert.equal(unit.answers.length, 0);
	assert.equal(await sql(db, "SELECT count(*) FROM spool_range WHERE first < 1 OR last < first"), "0");
});

test("nothing is acknowledged before it is stored, and a lock that stays raises the alarm", async (t) => {
	const { place, db, plowd, unit, now_ms } = await town(t);
	const health = () => fetch(`http://${plowd.ready.http}/healthz`);
	const lock = await lockOf(place, db);
	await unit.send(await unit.seal([[1, fixAt(now_ms)]]));
	await until("the alarm is raised", async () => (await health()).status === 503);
	assert.match((await (await health()).json()).alarm, /not being stored and not acknowledged/);
	assert.notEqual((await metrics(plowd)).store_alarm, 0);
	assert.equal(unit.answers.length, 0);
	await lock.release();
	assert.equal((await unit.answer()).cumulative, "1");
	await until("the alarm is over", async () => (await health()).status === 200);
	assert.equal((await metrics(plowd)).store_alarm, 0);
	assert.equal(await count(db), 1);
});

test("what cannot be believed is acknowledged, kept aside with its reason, and can be released", async (t) => {
	const { place, db, unit, now_ms } = await town(t);
	const rows = [
		[now_ms + 60_000 + 119_000 - 5000, null], // almost two minutes ahead
		[now_ms + 60_000 + 130_000, "future"],
		[now_ms + HOUR_MS, "future"],
		[now_ms - HOUR_MS, null],
		[now_ms - 14 * 24 * HOUR_MS + 120_000, null],
		[now_ms - 14 * 24 * HOUR_MS - 120_000, "old"],
	];
	const ack = await unit.report(rows.map(([time_ms], i) => [i + 1, fixAt(Number(time_ms))]));
	assert.equal(ack.cumulative, String(rows.length));
	assert.equal(await count(db), rows.filter(([, reason]) => !reason).length);
	const list = await place.ok("plowctl", ["quarantine", "list", "--db", db]);
	for (const [time_ms, reason] of rows) {
		const line = list.split("\n").find((text) => text.includes(new Date(Number(time_ms)).toISOString()));
		assert.equal(Boolean(line), reason !== null, `${new Date(Number(time_ms)).toISOString()} in ${list}`);
		if (reason) assert.match(String(line), new RegExp(String(reason)));
	}
	const ids = list.trim().split("\n").map((line) => String(JSON.parse(line).id));
	await place.ok("plowctl", ["quarantine", "release", "--db", db, ...ids]);
	assert.equal(await count(db), rows.length);
});
