// SPDX-License-Identifier: Apache-2.0
/*
 * Plain NMEA over UDP as routers send it, into the real plowd: every recorded line by the verdict beside
 * it, and what docs/ROUTERS.md promises of ids, dates, trust and doubt.
 */
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { LOOPBACK, recording, until, workplace } from "../support/programs.mjs";
import { checksum, sentence } from "../support/sentences.mjs";
import { sql } from "../support/tables.mjs";
import { fixAt, startSealer, startUnit } from "../support/units.mjs";

const WEEKS_MS = 7168 * 86400_000;

/** An RMC of a time, near Obanazawa. */
function rmc(time_ms, { lat = "3836.03600", lon = "14024.34800" } = {}) {
	const [date, clock] = new Date(time_ms).toISOString().split("T");
	const [year, month, day] = date.split("-");
	return sentence(`GPRMC,${clock.slice(0, 12).replaceAll(":", "")},A,${lat},N,${lon},E,8.1,271.4,${day}${month}${year.slice(2)},,,A`);
}

/** A socket address of its own. */
async function unit(plowd, address = "127.0.0.1") {
	const socket = dgram.createSocket("udp4");
	socket.bind(0, address);
	await once(socket, "listening");
	const [host, port] = plowd.ready.nmea.split(":");
	return {
		send: (...datagrams) => datagrams.reduce((sent, text) => sent.then(() =>
			new Promise((done, failed) => socket.send(text, Number(port), host, (error) => (error ? failed(error) : done())))),
		Promise.resolve()),
		close: () => socket.close(),
	};
}

/** Sends datagrams from one new address. */
async function sendAll(plowd, ...datagrams) {
	const socket = await unit(plowd);
	await socket.send(...datagrams);
	socket.close();
}

async function metric(plowd, name) {
	const text = await (await fetch(`http://${plowd.ready.http}/metrics`)).text();
	return Number(text.match(new RegExp(`^plowd_${name} (\\d+)$`, "m"))[1]);
}

async function startTown(place, args, codes) {
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db]);
	for (const code of codes) {
		await place.vehicle(db, code);
	}
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--nmea", "127.0.0.1:0", ...args]);
	return { db, plowd };
}

const biased = (hex) => Number.parseInt(hex, 16) - 2 ** 31;

/** Every position a vehicle has given, whichever of one millisecond counts: "lon lat" in degrees x 1e7. */
async function positions(db, code) {
	const of = `vehicle_id = (SELECT id FROM vehicle WHERE code = '${code}')`;
	const counted = await sql(db, `SELECT lon_e7 || ' ' || lat_e7 FROM fix WHERE ${of}`);
	const aside = await sql(db, `SELECT hex(substr(canonical, 9, 8)) FROM fix_superseded WHERE ${of}`);
	return [
		...counted.split("\n"),
		...aside.split("\n").filter(Boolean).map((hex) => `${biased(hex.slice(0, 8))} ${biased(hex.slice(8))}`),
	].filter(Boolean).sort();
}

/** Waits until everything sent so far was read: a unit's fix is stored, which came after all others. */
async function settled(db, plowd, code, time_ms = Date.UTC(2027, 0, 1)) {
	await sendAll(plowd, `${code},${rmc(time_ms)}`);
	await until(`the fix of ${code} is stored`, async () => (await positions(db, code)).length > 0);
}

// ---- The recorded lines ----

const degrees = (whole, minutes, letter) => (Number(whole) + Number(minutes) / 60) * ("SW".includes(letter) ? -1 : 1);

/** Where a line says its unit is, by nothing but its text: [lon, lat] or null. */
function saidPosition(text) {
	const minutes = text.match(/(\d{1,2})(\d\d\.\d+),([NS]),(\d{1,3})(\d\d\.\d+),([EW])/);
	if (minutes && !text.startsWith("$ID")) {
		const [, lat, latMinutes, ns, lon, lonMinutes, ew] = minutes;
		return [degrees(lon, lonMinutes, ew), degrees(lat, latMinutes, ns)];
	}
	const tagged = text.match(/La,([\d.]+),([NS]),Lo,([\d.]+),([EW])/);
	if (tagged) {
		return [degrees(tagged[3], 0, tagged[4]), degrees(tagged[1], 0, tagged[2])];
	}
	const signed = text.match(/^(?:QZE,\d+,\d+,\d+,\d+|\$TRCCR,[\d.]+,.),(-?[\d.]+),(-?[\d.]+)/);
	return signed && [Number(signed[2]), Number(signed[1])];
}

/** Who a line says sent it, if it does. */
function saidId(text) {
	return text.match(/^(?:\w+\/)?\+?(\w+)[,/]?\$/)?.[1] ?? text.match(/^\+?(\d+),\d+,/)?.[1] ??
		text.match(/^(?:QZE|\$ID),(\w+),/)?.[1];
}

/** Rounded as fixes are: halves away from zero. */
const e7 = (position) => position.map((value) => Math.sign(value) * Math.round(Math.abs(value) * 1e7)).join(" ");

/** Why a line that was given "position" is none here (docs/ROUTERS.md), or null. */
function exception(text) {
	const [, body, rest] = text.match(/\$([^*]*)\*(.*)/) ?? [];
	const fits = body && [body, body.trimEnd()].some((one) => checksum(one) === Number.parseInt(rest.trim().slice(0, 2), 16));
	if (body && (!fits || rest.trim().length < 2)) {
		return "wrong checksum";
	}
	if (/RMC,[^,]*,V|RMA,V|TRCCR,[^,]*,V|,GPSET,V/.test(text)) {
		return "status V";
	}
	return /GGA(,[^,]*){5},0,/.test(text) ? "quality 0" : null;
}

const verdicts = (file) => readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"))
	.map((line) => line.split("\t"));

for (const name of ["T55.txt", "Cradlepoint.txt"]) {
	const file = recording("protocol", name);
	test(`every line of ${name} is read by its verdict`, { skip: !file && "no recording" }, async (t) => {
		const rows = verdicts(file);
		const texts = rows.map(([, text]) => text);
		const both = new Set(texts.filter((text, i) => texts.indexOf(text) !== i &&
			new Set(rows.filter((row) => row[1] === text).map(([verdict]) => verdict)).size > 1));
		const sent = rows.map(([verdict, text], i) => ({
			verdict, text, code: saidId(text) ?? `L${i}`, names: saidId(text) === undefined,
			reason: both.has(text) ? "both verdicts" : exception(text),
		}));
		const place = await workplace(t);
		const { db, plowd } = await startTown(place, ["--clock", "fixes"], [...new Set(sent.map((row) => row.code)), "FIRST", "LAST"]);
		// By the clock of the fixes: one later than all others, so that a line without a date has the same one whenever it is read.
		await settled(db, plowd, "FIRST", Date.UTC(2026, 11, 31));
		for (const { text, code, names } of sent) {
			await sendAll(plowd, ...(names ? [`$PGID,${code}`] : []), text);
		}
		await settled(db, plowd, "LAST");
		assert.equal(await metric(plowd, "nmea_kernel_drops_total"), 0);

		const expected = new Map(sent.map((row) => [row.code, new Set()]));
		for (const { verdict, text, code, reason } of sent) {
			const isPosition = ["verifyPosition", "verifyNotNull"].includes(verdict) && !reason;
			if (reason) {
				t.diagnostic(`${reason}: ${verdict} ${text}`);
			} else if (isPosition) {
				expected.get(code).add(e7(saidPosition(text)));
			}
		}
		const optional = new Set(sent.filter((row) => both.has(row.text)).map((row) => row.code));
		for (const [code, wanted] of expected) {
			if (!optional.has(code)) {
				assert.deepEqual(await positions(db, code), [...wanted].sort(), code);
			}
		}
		assert.equal(await sql(db, "SELECT count(*) FROM vehicle"), String(expected.size + 2), "no vehicle was made");
		assert.equal(await sql(db, "SELECT count(*) FROM fix WHERE trust <> 0"), "0");
	});
}

test("what routers' makers print is read", { skip: !recording("protocol") && "no recording" }, async (t) => {
	const text = readFileSync(recording("protocol", "router_nmea_udp.md"), "utf8");
	const block = text.match(/```\n([^`]*)```/)[1].trim().split("\n");
	const samples = [...text.matchAll(/`([^`\n]*\$G[PN](?:RMC|GGA),[^`\n]*\*[^`\n]*)`/g)].map(([, sample]) => sample)
		.filter((sample) => !sample.startsWith("<"));
	assert.ok(samples.length >= 3);
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, ["--clock", "fixes"],
		["RUT955", "RUT955b", "LAST", ...samples.map((sample, i) => saidId(sample) ?? `S${i}`)]);
	await sendAll(plowd, ["$GPSTN,RUT955", ...block].join("\r\n"));
	await sendAll(plowd, "$GPSTN,RUT955b", ...block);
	for (const [i, sample] of samples.entries()) {
		await sendAll(plowd, ...(saidId(sample) ? [] : [`S${i}`]), sample);
	}
	await settled(db, plowd, "LAST");
	for (const code of ["RUT955", "RUT955b"]) {
		assert.equal(await sql(db, `SELECT time_ms, satellites, hdop_c, alt_dm, speed_cmps FROM fix
			JOIN vehicle ON vehicle.id = vehicle_id WHERE code = '${code}'`), `${Date.UTC(2021, 0, 26, 11, 22, 10)}|9|90|5689|484`,
		"GGA, VTG and RMC of one second are one fix");
	}
	for (const [i, sample] of samples.entries()) {
		const wanted = e7(saidPosition(sample));
		assert.deepEqual(await positions(db, saidId(sample) ?? `S${i}`), [wanted], sample);
	}
});

// ---- What the documentation promises ----

let place, db, plowd;
const NOON = Date.UTC(2026, 11, 24, 12);

before(async () => {
	place = await workplace();
	const config = await place.file("plowd.conf", "nmea-allow = 127.0.0.0/9\n");
	({ db, plowd } = await startTown(place, ["--clock", "fixes", "--config", config],
		["A1", "A2", "B1", "B2", "C1", "D1", "E1", "E2", "F1", "G1", "K1", "K2", "T1", "T2", "T3"]));
});
after(() => place?.close());

const stored = (code, columns) => sql(db, `SELECT ${columns} FROM fix JOIN vehicle ON vehicle.id = vehicle_id
	WHERE code = '${code}' ORDER BY time_ms`);
const arrives = (code, count, columns = "time_ms") => until(`${count} fixes of ${code} are stored`, async () => {
	const rows = (await stored(code, columns)).split("\n").filter(Boolean);
	return rows.length >= count && rows;
});

test("sentences without a checksum are taken, with trust 0 even from a network that is listed", async () => {
	await sendAll(plowd, `A1,${rmc(NOON)}`);
	await sendAll(plowd, `A2,${rmc(NOON).split("*")[0]}`);
	assert.deepEqual(await arrives("A1", 1, "time_ms, trust"), [`${NOON}|1`]);
	assert.deepEqual(await arrives("A2", 1, "time_ms, trust"), [`${NOON}|0`]);
	const before = await metric(plowd, "nmea_bad_checksum_total");
	await sendAll(plowd, `A1,${rmc(NOON + 1000).replace(/..$/, "00")}`);
	await until("the wrong one is counted", async () => await metric(plowd, "nmea_bad_checksum_total") > before);
});

test("two units behind one address are kept apart by the id before each sentence", async () => {
	const lines = [0, 1, 2].flatMap((second) => [
		`B1,${rmc(NOON + second * 1000, { lat: "3801.00000" })}`, `B2,${rmc(NOON + second * 1000, { lat: "3802.00000" })}`,
	]);
	await sendAll(plowd, lines.join("\r\n"));
	assert.deepEqual(new Set(await arrives("B1", 3, "lat_e7")), new Set(["380166667"]));
	assert.deepEqual(new Set(await arrives("B2", 3, "lat_e7")), new Set(["380333333"]));
});

test("what comes under an unknown id is nobody's, also not the one's who spoke before", async () => {
	const before = await metric(plowd, "nmea_unknown_id_total");
	const vehicles = await sql(db, "SELECT count(*) FROM vehicle");
	await sendAll(plowd, `C1,${rmc(NOON)}`, `X9,${rmc(NOON + 1000)}`, rmc(NOON + 2000), `C1,${rmc(NOON + 3000)}`);
	assert.deepEqual(await arrives("C1", 2), [`${NOON}`, `${NOON + 3000}`]);
	assert.equal(await metric(plowd, "nmea_unknown_id_total"), before + 2);
	assert.equal(await sql(db, "SELECT count(*) FROM vehicle"), vehicles);
	assert.match(plowd.stderr(), /"X9", which is no vehicle/);
});

test("an id and a date hold for the later datagrams of an address", async () => {
	await sendAll(plowd, "IMEI D1", sentence("GPZDA,120000.00,24,12,2026,00,00"),
		sentence("GPGGA,120001.00,3836.03600,N,14024.34800,E,1,08,0.9,90.0,M,38.0,M,,"),
		sentence("GPGGA,120002.00,3836.03600,N,14024.34800,E,1,08,0.9,90.0,M,38.0,M,,"));
	assert.deepEqual(await arrives("D1", 2), [`${NOON + 1000}`, `${NOON + 2000}`]);
});

test("an NMEA 4 tag block names the unit; a damaged one names nobody", async () => {
	const block = (text, sum) => `\\${text}*${sum ?? checksum(text).toString(16).padStart(2, "0")}\\`;
	const before = await metric(plowd, "nmea_no_id_total");
	await sendAll(plowd, `${block("s:E1,n:7")}${rmc(NOON)}`);
	await sendAll(plowd, `${block("s:E2,n:7", "00")}${rmc(NOON)}`);
	assert.deepEqual(await arrives("E1", 1), [`${NOON}`]);
	await until("the other is counted", async () => await metric(plowd, "nmea_no_id_total") > before);
	assert.equal(await stored("E2", "time_ms"), "");
});

test("a position that came before its unit's id is the unit's, if the id follows at once", async () => {
	await sendAll(plowd, `${rmc(NOON)}\r\n$PCPTI,F1,120000,120000.0,6F`);
	assert.deepEqual(await arrives("F1", 1), [`${NOON}`]);
});

test("thousands of late reports in full datagrams are all stored", async () => {
	const lines = Array.from({ length: 3000 }, (_, second) => `G1,${rmc(NOON - second * 1000)}`);
	const socket = await unit(plowd);
	for (let i = 0; i < lines.length; i += 500) {
		const before = await metric(plowd, "nmea_datagrams_total");
		await socket.send(lines.slice(i, i + 500).join("\r\n"));
		await until("they are read", async () => await metric(plowd, "nmea_datagrams_total") > before);
	}
	socket.close();
	assert.equal((await arrives("G1", 3000)).length, 3000);
});

test("a flood under a vehicle's code is kept up to its allowance, and costs no other anything", async () => {
	const flood = await unit(plowd);
	const lines = Array.from({ length: 700 }, (_, i) => `K1,${rmc(NOON + (i % 2) * 1000)}`).join("\r\n");
	let sent = 0;
	await until("it has used up what it may", async () => {
		for (let i = 0; i < 20; i++, sent += 700) await flood.send(lines);
		return await metric(plowd, "plain_excess_total") > 0;
	}, { every_ms: 5 });
	flood.close();
	assert.ok(sent >= 100_000, `already after ${sent}`);
	await until("the log says so", () => /more plain NMEA comes under "K1" than a receiver gives/.test(plowd.stderr()));
	// Other vehicles' fixes are kept, and the same vehicle's that come with another trust; what a full buffer dropped comes again.
	await until("they are stored", async () => {
		await sendAll(plowd, `K2,${rmc(NOON + 5000)}`, `K1,${rmc(NOON + 5000).split("*")[0]}`);
		return (await stored("K2", "time_ms, trust")) === `${NOON + 5000}|1` &&
			(await stored("K1", "time_ms, trust")).includes(`${NOON + 5000}|0`);
	});
});

test("what the kernel drops on the plain port is counted", async () => {
	const flood = await unit(plowd);
	plowd.signal("SIGSTOP");
	for (let i = 0; i < 300; i++) await flood.send("x".repeat(60_000));
	plowd.signal("SIGCONT");
	flood.close();
	await until("the drops are counted", async () => await metric(plowd, "nmea_kernel_drops_total") > 0);
	await until("the rest is read", async () => {
		const before = await metric(plowd, "nmea_datagrams_total");
		await sendAll(plowd, "");
		return await metric(plowd, "nmea_datagrams_total") > before;
	});
});

for (const [who, code, address, said] of [
	["silent strangers", "T1", "127.0.0.1", (i) => `stranger-${i}`],
	["strangers who name a vehicle, but come from no listed network,", "T2", "127.200.0.1", (i) => `T3,${rmc(NOON + i * 2000)}\r\nT3,${rmc(NOON + i * 2000 + 1000)}`],
]) {
	test(`many ${who} do not make the port forget a unit`, async () => {
		const known = await unit(plowd);
		await known.send(code, rmc(NOON));
		await arrives(code, 1);
		for (let i = 0; i < 600; i++) {
			const stranger = await unit(plowd, address);
			await stranger.send(said(i));
			stranger.close();
		}
		await known.send(rmc(NOON + 5000));
		known.close();
		assert.deepEqual(await arrives(code, 2), [`${NOON}`, `${NOON + 5000}`]);
	});
}

// ---- By the wall clock ----

test("live input is judged by the time of its receipt", async (t) => {
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, [],
		["ROLLED", "TWICE", "JST", "OLD", "LATE", "GGA", "SIM", "SEALED", "LAST"]);
	const now = Math.floor(Date.now() / 1000) * 1000;
	await sendAll(plowd, `ROLLED,${rmc(now - WEEKS_MS)}`);
	await sendAll(plowd, `TWICE,${rmc(now - 86400_000 - 2 * WEEKS_MS)}`);
	await sendAll(plowd, `JST,${rmc(now + 9 * 3600_000)}`);
	await sendAll(plowd, `OLD,${rmc(now - 15 * 86400_000)}`);
	await sendAll(plowd, `LATE,${rmc(now - 13 * 86400_000)}`);
	const clock = (ms) => new Date(ms).toISOString().slice(11, 22).replaceAll(":", "");
	const gga = (ms, quality) => sentence(`GPGGA,${clock(ms)},3836.03600,N,14024.34800,E,${quality},08,0.9,90.0,M,38.0,M,,`);
	await sendAll(plowd, `GGA,${gga(now, 1)}`, `GGA,${gga(now + 3600_000, 1)}`);
	await sendAll(plowd, `SIM,${gga(now, 8)}`);
	const track = await place.file("rolled.nmea", `${rmc(now - WEEKS_MS)}\r\n`);
	await place.ok("plow-tracker", ["--server", plowd.ready.udp, "--key-file", place.path("SEALED.key"),
		"--source", `file:${track}`, "--spool", place.path("spool"), "--rate", "max", "--exit-when-sent"]);
	await sendAll(plowd, `LAST,${rmc(now)}`);
	const fixes = (code) => sql(db, `SELECT time_ms, flags FROM fix JOIN vehicle ON vehicle.id = vehicle_id
		WHERE code = '${code}' ORDER BY time_ms`);
	await until("the last fix is stored", async () => await fixes("LAST") !== "");

	assert.equal(await fixes("ROLLED"), `${now}|5`);
	assert.equal(await fixes("TWICE"), `${now - 86400_000}|5`);
	assert.equal(await fixes("SEALED"), `${now}|5`);
	assert.equal(await fixes("LATE"), `${now - 13 * 86400_000}|1`);
	assert.equal(await fixes("GGA"), `${now + 3600_000 - 86400_000}|1\n${now}|1`, "a report is never ahead of its time");
	assert.equal(await fixes("SIM"), "");
	assert.equal(await fixes("JST"), "");
	assert.equal(await sql(db, `SELECT code, reason, trust FROM quarantine JOIN vehicle ON vehicle.id = vehicle_id
		ORDER BY code`), "JST|future|0\nOLD|old|0");
	assert.equal(await metric(plowd, "times_repaired_total"), 3);
});

test("SIGHUP reads the listed networks anew, and a configuration that cannot be read changes nothing", async (t) => {
	const place = await workplace(t);
	const config = await place.file("plowd.conf", "nmea-allow = 10.1.0.0/16\n");
	const { db, plowd } = await startTown(place, ["--clock", "fixes", "--config", config], ["H1"]);
	let second = 0;
	const trustOfNext = async () => {
		const time_ms = NOON + 1000 * second++;
		await sendAll(plowd, `H1,${rmc(time_ms)}`);
		return until("it is stored", () => sql(db, `SELECT trust FROM fix WHERE time_ms = ${time_ms}`));
	};
	const reload = async (text, said) => {
		await place.file("plowd.conf", text);
		const before = plowd.stderr().length;
		plowd.signal("SIGHUP");
		await until("the server says what it did", () => said.test(plowd.stderr().slice(before)));
	};
	assert.equal(await trustOfNext(), "0");
	await reload("nmea-allow = 127.0.0.0/8\n", /the configuration was read again\n/);
	assert.equal(await trustOfNext(), "1");
	for (const broken of ["nmea-allow = 127.0.0.0/99\n", "nmea-allow = 10.1.0.0/16\nno such thing\n", "\u0000\u0001"]) {
		await reload(broken, /plowd\.conf.*; the configuration stays as it was\n/);
		assert.equal(await trustOfNext(), "1", JSON.stringify(broken));
	}
	await reload("nmea-allow = 10.1.0.0/16\n", /the configuration was read again\n/);
	assert.equal(await trustOfNext(), "0");
});

test("what anybody can send leaves half of the queue to those who are believed", async (t) => {
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, ["--clock", "fixes"], ["J1", "J2"]);
	const believed = await startUnit(t, startSealer(place), plowd.ready.udp, place.path("J2.key"));
	assert.equal((await believed.report([[1, fixAt(NOON)]])).cumulative, "1");
	const holder = place.start("/usr/bin/sqlite3", ["-bail", db], { input: null });
	holder.child.stdin.write(".timeout 60000\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
	await until("the lock is held", () => holder.stdout().includes("held"));
	const socket = await unit(plowd);
	let second = 0;
	await until("the queue takes no more of them", async () => {
		await socket.send(...Array.from({ length: 100 }, () => `J1,${rmc(NOON + 1000 * second++)}`));
		return await metric(plowd, "queue_drops_total") > 0;
	});
	socket.close();
	await believed.send(await believed.seal([[2, fixAt(NOON + 1000)]]));
	await until("the unit's datagram was read", async () => await metric(plowd, "datagrams_total") === 2);
	holder.child.stdin.end("COMMIT;\n");
	assert.equal((await believed.answer()).cumulative, "2", "it did not have to be sent again");
});

test("what anybody can send does not move a vehicle that is believed, until it has been silent for long", async (t) => {
	const place = await workplace(t);
	const town = await startTown(place, ["--clock", "fixes"], ["L1", "LAST"]);
	let user = await place.signIn(town.plowd, { db: town.db });
	const shown = async (code = "L1") => {
		const vehicle = (await (await user.fetch("/api/v1/vehicles")).json()).find((one) => one.code === code);
		return vehicle.time && [Date.parse(vehicle.time) - NOON, vehicle.trust];
	};
	const believed = await startUnit(t, startSealer(place), town.plowd.ready.udp, place.path("L1.key"));
	let second = 0;
	const forge = async (after_ms) => {
		const last = ++second * 1000;
		await sendAll(town.plowd, `L1,${rmc(NOON + after_ms)}\r\nLAST,${rmc(NOON + last)}`);
		await until("what came behind it is shown", async () => (await shown("LAST"))?.[0] === last);
	};
	await forge(-500_000);
	assert.deepEqual(await shown(), [-500_000, 0], "who sends nothing else is shown by it");
	await believed.report([[1, fixAt(NOON)]]);
	assert.deepEqual(await shown(), [0, 3]);
	await forge(170_000);
	assert.deepEqual(await shown(), [0, 3]);
	await forge(181_000);
	assert.deepEqual(await shown(), [181_000, 0]);
	await believed.report([[2, fixAt(NOON + 2000)]]);
	assert.deepEqual(await shown(), [2000, 3], "and gives way at once");
	await town.plowd.stop();
	const again = await place.serve("plowd", ["--db", town.db, ...LOOPBACK, "--clock", "fixes"]);
	user = await place.signIn(again, { db: town.db });
	assert.deepEqual(await shown(), [2000, 3], "after a restart, too");
});

test("SIGTERM right behind a sentence: its fix is stored", async (t) => {
	const place = await workplace(t);
	const { db, plowd } = await startTown(place, ["--clock", "fixes"], ["N1"]);
	await sendAll(plowd, `N1,${rmc(NOON)}`);
	await until("it was read", async () => await metric(plowd, "nmea_datagrams_total") === 1, { every_ms: 2 });
	assert.deepEqual(await plowd.stop(), { status: 0, signal: null });
	assert.equal(await sql(db, "SELECT time_ms FROM fix"), `${NOON}`);
});
