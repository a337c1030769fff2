// SPDX-License-Identifier: Apache-2.0
/*
 * Contractors' phones: every recorded request of OsmAnd, Traccar Client and OwnTracks by the verdict beside
 * it, into the real plowd; what a token is worth; and answers by which the apps neither lose a fix nor
 * send a bad one for ever.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { LOOPBACK, recording, until, workplace } from "../support/programs.mjs";
import { statusOf, Wire } from "../support/rawhttp.mjs";
import { sql } from "../support/tables.mjs";

const HTTPS = { "X-Forwarded-Proto": "https" };
const basic = (code, token) => ({ Authorization: `Basic ${Buffer.from(`${code}:${token}`).toString("base64")}` });
const token = async (place, db, code) =>
	JSON.parse(await place.ok("plowctl", ["vehicle", "token", "--db", db, "--code", code])).token;

async function startTown(place, args, codes) {
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	for (const code of codes) {
		await place.vehicle(db, code);
	}
	const tokens = new Map();
	for (const code of codes) {
		tokens.set(code, await token(place, db, code));
	}
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, ...args]);
	return { db, plowd, tokens };
}

const url = (plowd, path) => `http://${plowd.ready.http}${path}`;
const rows = async (db, query) => (await sql(db, query)).split("\n").filter(Boolean);
const fixesOf = (db, code, columns) => rows(db, `SELECT ${columns} FROM fix JOIN vehicle ON vehicle.id = vehicle_id
	WHERE code = '${code}' ORDER BY time_ms, lon_e7`);

async function metric(plowd, name) {
	const text = await (await fetch(url(plowd, "/metrics"))).text();
	return Number(text.match(new RegExp(`^plowd_${name} (\\d+)$`, "m"))[1]);
}

// ---- The recorded requests ----

/** The recorded calls: {verdict, path, json, id}. */
function recorded(name) {
	return readFileSync(recording("protocol", name), "utf8").split("\n").filter((line) => line && !line.startsWith("#"))
		.map((line) => {
			const [verdict, call] = line.split("\t");
			const parts = call.split(" <+> ");
			const json = parts.find((part) => part.startsWith("{"));
			const query = new URLSearchParams(parts[0].split("?")[1] ?? "");
			const id = json ? JSON.parse(json).device_id : query.get("id") ?? query.get("deviceid");
			return { verdict, query, json, id };
		});
}

const e7 = (degrees) => Math.sign(degrees) * Math.round(Math.abs(degrees) * 1e7);
/** "time lon lat speed" as it should be stored; a time that is not named is null. */
function saidByQuery(query) {
	const [lat, lon] = query.get("location")?.split(",") ?? [query.get("lat"), query.get("lon")];
	const text = query.get("timestamp");
	const time = text && (/^\d+$/.test(text) ? Number(text) * (text.length > 11 ? 1 : 1000) :
		Date.parse(text.includes("T") ? text : `${text.replace(" ", "T")}Z`));
	return { time, lon: e7(Number(lon)), lat: e7(Number(lat)) };
}

function saidByJson(json) {
	const { location } = JSON.parse(json);
	return { time: Date.parse(location.timestamp), lon: e7(location.coords.longitude), lat: e7(location.coords.latitude) };
}

const isPosition = ({ verdict }) => ["verifyPosition", "verifyAttribute"].includes(verdict);

/** The ways an app may send a recorded request, with its id or the token in the id's place. */
async function send(plowd, { query, json, id }, method, place_of_id) {
	const headers = place_of_id ? HTTPS : {};
	if (json) {
		const body = { ...JSON.parse(json), device_id: place_of_id ?? id };
		return fetch(url(plowd, "/osmand"), {
			method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body),
		});
	}
	const text = new URLSearchParams(query);
	for (const name of ["id", "deviceid"]) {
		if (place_of_id && text.has(name)) {
			text.set(name, place_of_id);
		}
	}
	return method === "form" ?
		fetch(url(plowd, "/osmand/"), { method: "POST", headers, body: text }) :
		fetch(url(plowd, `/osmand?${text}`), { method, headers });
}

for (const [method, withToken] of [["GET", false], ["POST", true], ["form", true]]) {
	const name = `every line of OsmAnd.txt is taken by its verdict, as ${method}${withToken ? " with a token over HTTPS" : ""}`;
	test(name, { skip: !recording("protocol") && "no recording" }, async (t) => {
		const calls = recorded("OsmAnd.txt");
		const place = await workplace(t);
		const codes = [...new Set(calls.map((call) => call.id).filter(Boolean))];
		const { db, plowd, tokens } = await startTown(place, ["--clock", "fixes"], codes);
		const wanted = new Map(codes.map((code) => [code, { dated: new Set(), undated: [] }]));
		for (const call of calls) {
			const answer = await send(plowd, call, method, withToken ? tokens.get(call.id) ?? "nobody" : null);
			assert.equal(answer.status, 200);
			assert.equal(await answer.text(), "");
			if (!isPosition(call)) {
				t.diagnostic(`${call.verdict}: no position in ${call.query}`);
				continue;
			}
			const { time, lon, lat } = call.json ? saidByJson(call.json) : saidByQuery(call.query);
			if (time) {
				wanted.get(call.id).dated.add(`${time}|${lon}|${lat}`);
			} else {
				wanted.get(call.id).undated.push(`${lon}|${lat}`);
			}
		}
		for (const [code, { dated, undated }] of wanted) {
			const stored = await fixesOf(db, code, "time_ms, lon_e7, lat_e7");
			assert.deepEqual(stored.filter((row) => dated.has(row)), [...dated].sort(), code);
			const others = stored.filter((row) => !dated.has(row)).map((row) => row.replace(/^\d+\|/, ""));
			assert.deepEqual(others, undated, code);
		}
		const trusts = await rows(db, "SELECT DISTINCT code, trust FROM fix JOIN vehicle ON vehicle.id = vehicle_id");
		for (const row of trusts) {
			const isMock = row.startsWith("658765|");
			assert.match(row, withToken && !isMock ? /\|2$/ : /\|0$/, row);
		}
		assert.equal(await sql(db, "SELECT count(*) FROM vehicle"), String(codes.length));
	});
}

test("every line of OwnTracks.txt is taken by its verdict", { skip: !recording("protocol") && "no recording" }, async (t) => {
	const calls = recorded("OwnTracks.txt");
	const place = await workplace(t);
	const { db, plowd, tokens } = await startTown(place, ["--clock", "fixes"], ["JJ", "qtripp", ...calls.map((_, i) => `O${i}`)]);
	for (const [i, { verdict, json }] of calls.entries()) {
		const code = `O${i}`;
		assert.equal(verdict, "verifyPosition");
		const answer = await fetch(url(plowd, "/pub"), {
			method: "POST", headers: { ...HTTPS, ...basic(code, tokens.get(code)), "Content-Type": "application/json" }, body: json,
		});
		assert.equal(answer.status, 200);
		assert.equal(await answer.text(), "[]");
		const { tst, lon, lat, vel, cog } = JSON.parse(json);
		const speed_cmps = vel === undefined ? "" : Math.round(vel / 0.036);
		const course_cdeg = cog === undefined ? "" : cog * 100;
		assert.deepEqual(await fixesOf(db, code, "time_ms, lon_e7, lat_e7, speed_cmps, course_cdeg, trust"),
			[[tst * 1000, e7(lon), e7(lat), speed_cmps, course_cdeg, 2].join("|")], json);
	}
	for (const { json } of calls) { // Without a password the tracker's id or the topic's user is who it claims to be.
		await fetch(url(plowd, "/pub"), { method: "POST", body: json });
	}
	assert.equal((await fixesOf(db, "JJ", "time_ms")).length, 2, "two of the three have the same second");
	assert.deepEqual(await fixesOf(db, "qtripp", "time_ms, trust"), ["1736519167000|0"]);
});

// ---- Trust ----

let place, db, plowd, tokens;
let second = Date.UTC(2027, 0, 15, 19, 30) / 1000;
const CODES = ["P1", "P2", "P3", "P4", "P5", "P6", "P7"];

before(async () => {
	place = await workplace();
	({ db, plowd, tokens } = await startTown(place, ["--clock", "fixes"], CODES));
});
after(() => place?.close());

const at = () => `timestamp=${++second}&lat=38.6006&lon=140.4058`;
async function trustOf(code, path, options) {
	const answer = await fetch(url(plowd, `/osmand?${path}&${at()}`), options);
	assert.equal(answer.status, 200);
	return (await rows(db, `SELECT trust FROM fix JOIN vehicle ON vehicle.id = vehicle_id
		WHERE code = '${code}' AND time_ms = ${second * 1000}`))[0] ?? null;
}

test("a token is worth trust 2 over HTTPS alone, wherever in the request it stands", async () => {
	const secret = tokens.get("P1");
	assert.equal(await trustOf("P1", `id=${secret}`, { headers: HTTPS }), "2");
	assert.equal(await trustOf("P1", `id=P1&token=${secret}`, { headers: HTTPS }), "2");
	assert.equal(await trustOf("P1", `token=${secret}`, { headers: HTTPS }), "2");
	assert.equal(await trustOf("P1", "id=P1", { headers: { ...HTTPS, ...basic("P1", secret) } }), "2");
	assert.equal(await trustOf("P1", "id=x", { headers: { ...HTTPS, Authorization: `Bearer ${secret}` } }), "2");
	assert.equal(await trustOf("P1", "id=P2", { headers: { ...HTTPS, ...basic("P2", secret) } }), "2", "the token says who it is");
	assert.equal(await trustOf("P1", `id=${secret}`), "0", "plain HTTP");
	assert.equal(await trustOf("P1", `id=${secret}`, { headers: { "X-Forwarded-Proto": "http" } }), "0");
	assert.equal(await trustOf("P1", "id=P1", { headers: HTTPS }), "0", "no token");
	assert.equal(await trustOf("P1", `id=${secret}&mock=true`, { headers: HTTPS }), "0", "a made-up position");
});

test("under another token than its own, a vehicle's fix is put aside", async () => {
	assert.equal(await trustOf("P2", "id=P2&token=wrong", { headers: HTTPS }), null);
	assert.equal(await trustOf("P2", "id=P2", { headers: { ...HTTPS, ...basic("P2", "") } }), "0", "an empty one is none");
	assert.deepEqual(await rows(db, `SELECT reason, trust FROM quarantine JOIN vehicle ON vehicle.id = vehicle_id
		WHERE code = 'P2'`), ["token|0"]);
	assert.equal(await metric(plowd, "phone_bad_token_total"), 1);
});

test("a token that was replaced or revoked is good for nothing", async () => {
	const old = tokens.get("P3");
	const next = await token(place, db, "P3");
	await until("the new token is good", async () => await trustOf("P3", `token=${next}`, { headers: HTTPS }) === "2");
	assert.equal(await trustOf("P3", `id=P3&token=${old}`, { headers: HTTPS }), null);
	await place.ok("plowctl", ["vehicle", "revoke", "--db", db, "--code", "P3"]);
	await until("the revoked one is not", async () => await trustOf("P3", `token=${next}`, { headers: HTTPS }) === null);
});

// ---- Answers ----

test("whatever is wrong with a fix, it is answered with 200, and the next one is stored", async () => {
	const bad = [
		"/osmand", "/osmand?", "/osmand?id=P4", `/osmand?id=nobody&${at()}`, `/osmand?${at()}`,
		"/osmand?id=P4&timestamp=never&lat=1&lon=2", "/osmand?id=P4&lat=1000&lon=2", "/osmand?id=P4&lat=%&lon=%zz",
		"/osmand?id=P4&lat=%00&lon=2", "/osmand?id=%ff%fe&lat=1&lon=2", `/osmand?id=P4&x=${"y".repeat(600)}`,
		"/osmand?id=P4&timestamp=99999999999999999999&lat=1&lon=2",
	];
	for (const path of bad) {
		for (const method of ["GET", "POST"]) {
			const request = `${method} ${path} HTTP/1.1\r\nHost: x\r\nOrigin: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n`;
			assert.equal(await statusOf(plowd.ready.http, request), 200, request);
		}
	}
	for (const body of ["", "{", "[]", "null", '{"location":7}', '{"_type":"location"}', '{"_type":"card"}', "\u0000", "[".repeat(5000)]) {
		for (const path of ["/osmand", "/pub"]) {
			const answer = await fetch(url(plowd, path), { method: "POST", headers: { "Content-Type": "application/json" }, body });
			assert.equal(answer.status, 200, `${path} ${body}`);
		}
	}
	assert.deepEqual(await fixesOf(db, "P4", "time_ms"), []);
	assert.ok(await metric(plowd, "phone_malformed_total") > 10);
	assert.ok(await metric(plowd, "phone_no_position_total") > 5);
	assert.ok(await metric(plowd, "phone_unknown_id_total") > 0 && await metric(plowd, "phone_no_id_total") > 0);
	const many = Array.from({ length: 40 }, (_, i) => `extra${i}=${i}`).join("&");
	assert.equal(await trustOf("P4", `${many}&id=P4`), "0", "more arguments than other routes take");
	assert.equal(await trustOf("P4", "id=P4", { method: "PUT" }), "0");
});

test("a fix is on disk when it is answered", async () => {
	await Promise.all(Array.from({ length: 60 }, async (_, i) => {
		const answer = await fetch(url(plowd, `/osmand?id=P5&timestamp=${second + 1000 + i}&lat=38&lon=140`));
		assert.equal(answer.status, 200);
		assert.deepEqual(await rows(db, `SELECT 1 FROM fix WHERE time_ms = ${(second + 1000 + i) * 1000}`), ["1"]);
	}));
});

/** Holds the database so that nobody else can write; returns what lets it go. */
async function hold(place, db) {
	const holder = place.start("/usr/bin/sqlite3", [db], { input: null });
	holder.child.stdin.write(".timeout 20000\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
	await until("the database is held", () => holder.stdout().includes("held"));
	return async () => {
		holder.child.stdin.end("COMMIT;\n");
		await holder.exited;
	};
}

test("what cannot be stored is not answered, and a second try stores it once", async () => {
	const release = await hold(place, db);
	const before = await metric(plowd, "phone_unanswered_total");
	const path = `/osmand?id=P6&${at()}`;
	const body = JSON.stringify({ _type: "location", lat: 38, lon: 140, tst: second, tid: "P7" });
	const get = new Wire(plowd.ready.http).send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
	const post = new Wire(plowd.ready.http).send(`POST /pub HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
	await Promise.all([get.ends(), post.ends()]);
	assert.equal(get.text + post.text, "", "no answer at all");
	assert.equal(await metric(plowd, "phone_unanswered_total"), before + 2);
	await release();
	assert.equal((await fetch(url(plowd, path))).status, 200);
	assert.equal((await fetch(url(plowd, "/pub"), { method: "POST", body })).status, 200);
	for (const code of ["P6", "P7"]) {
		assert.deepEqual(await fixesOf(db, code, "time_ms"), [`${second * 1000}`]);
	}
});

test("the server ends in order while phones wait for their commits", async (t) => {
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, ["--clock", "fixes"], ["P1"]);
	const release = await hold(place, db);
	const waiting = Array.from({ length: 5 }, () =>
		new Wire(plowd.ready.http).send(`GET /osmand?id=P1&${at()} HTTP/1.1\r\nHost: x\r\n\r\n`));
	await until("they wait", async () => await metric(plowd, "phone_fixes_total") === 5);
	assert.deepEqual(await plowd.stop(), { status: 0, signal: null });
	for (const wire of waiting) {
		await wire.ends();
		assert.equal(wire.text, "");
	}
	await release();
});

test("no answered fix is lost when the server is killed", async (t) => {
	const place = await workplace(t);
	const first = await startTown(place, ["--clock", "fixes"], ["P1"]);
	const answered = [];
	let running = first.plowd;
	for (let round = 0; round < 5; round++) {
		let isRunning = true;
		const sending = Array.from({ length: 8 }, async (_, lane) => {
			for (let i = 0; isRunning; i++) {
				const time = second + 1e6 * (round + 1) + lane * 1e5 + i;
				const answer = await fetch(url(running, `/osmand?id=P1&timestamp=${time}&lat=38&lon=140`)).catch(() => null);
				if (answer) {
					assert.equal(answer.status, 200);
					answered.push(String(time * 1000));
				}
			}
		});
		const enough = answered.length + 20 + round * 7;
		await until("some are answered", () => answered.length > enough, { every_ms: 1 });
		running.signal("SIGKILL");
		await running.exited;
		isRunning = false;
		await Promise.all(sending);
		running = await place.serve("plowd", ["--db", first.db, ...LOOPBACK, "--clock", "fixes"]);
	}
	const stored = new Set(await fixesOf(first.db, "P1", "time_ms"));
	assert.deepEqual(answered.filter((time) => !stored.has(time)), []);
});

// ---- By the wall clock ----

test("a phone's fix from the future, from long ago or from before a rollover is judged as any other", async (t) => {
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, [], ["NOW", "FUTURE", "OLD", "LATE", "ROLLED", "UNDATED"]);
	const now = Math.floor(Date.now() / 1000);
	const days = 86400;
	const send = (code, time) => fetch(url(plowd, `/osmand?id=${code}&lat=38&lon=140${time ? `&timestamp=${time}` : ""}`));
	for (const [code, time] of [["NOW", now], ["FUTURE", now + 200], ["OLD", now - 15 * days], ["LATE", now - 13 * days],
		["ROLLED", now - 7168 * days], ["UNDATED", null]]) {
		assert.equal((await send(code, time)).status, 200);
	}
	assert.deepEqual(await fixesOf(db, "NOW", "time_ms"), [`${now * 1000}`]);
	assert.deepEqual(await fixesOf(db, "LATE", "time_ms"), [`${(now - 13 * days) * 1000}`]);
	assert.deepEqual(await fixesOf(db, "ROLLED", "time_ms, flags"), [`${now * 1000}|5`]);
	assert.ok(Math.abs(Number((await fixesOf(db, "UNDATED", "time_ms"))[0]) - Date.now()) < 60_000);
	assert.deepEqual(await rows(db, `SELECT code, reason FROM quarantine JOIN vehicle ON vehicle.id = vehicle_id
		ORDER BY code`), ["FUTURE|future", "OLD|old"]);
});
