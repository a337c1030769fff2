// SPDX-License-Identifier: Apache-2.0
/*
 * A receiver that was switched on without knowing where and when it is (docs/NMEA.md, Cold start): what
 * it says before it knows becomes no fix or is kept aside, and seconds that it takes back when it has
 * heard of the leap seconds cost no metre of road.
 */
import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";

import { LOOPBACK, until, workplace } from "../support/programs.mjs";
import { at, smallTown } from "../support/smalltown.mjs";
import { sql } from "../support/tables.mjs";
import { metrics } from "../support/units.mjs";

const DRIVE_S = 300;
const SPEED_KMPS = 0.006;
/** Seconds until the satellites have told the difference between their time and UTC. */
const UNTOLD_S = 120;

function sentence(body) {
	const sum = [...Buffer.from(body)].reduce((xor, byte) => xor ^ byte, 0);
	return `$${body}*${sum.toString(16).toUpperCase().padStart(2, "0")}`;
}

function degreesMinutes(value, digits) {
	const whole = Math.floor(value);
	return `${String(whole).padStart(digits, "0")}${((value - whole) * 60).toFixed(5).padStart(8, "0")}`;
}

function rmc(time_ms, [lon, lat], status = "A") {
	const [date, clock] = new Date(time_ms).toISOString().split("T");
	const [year, month, day] = date.split("-");
	return sentence(`GNRMC,${clock.slice(0, 12).replaceAll(":", "")},${status},${degreesMinutes(lat, 2)},N,` +
		`${degreesMinutes(lon, 3)},E,11.7,,${day}${month}${year.slice(2)},,,${status === "A" ? "A" : "N"}`);
}

/** What the receiver says, from the moment it is switched on. */
function coldStart(start_ms, untold_s, place) {
	const depot = place(0);
	const defaults = [Date.UTC(1980, 0, 6), Date.UTC(2000, 0, 1), Date.UTC(2006, 0, 1)];
	const drive = Array.from({ length: DRIVE_S }, (_, s) =>
		rmc(start_ms + (s + (s < UNTOLD_S ? untold_s : 0)) * 1000, place(s)));
	return [
		sentence("GNRMC,,V,,,,,,,060180,,,N"),
		sentence("GNRMC,000002.000,V,,,,,,,060180,,,N"),
		sentence("GNGGA,000002.000,,,,,0,00,99.9,,M,,M,,"),
		rmc(start_ms - 8 * 3600_000, at(0, 5), "V"), // where it was switched off, as it remembers
		...defaults.map((date, i) => rmc(date + 3000 + i * 1000, depot)),
		...drive,
	];
}

async function sendDatagrams(address, texts) {
	const socket = dgram.createSocket("udp4");
	const [host, port] = address.split(":");
	socket.connect(Number(port), host);
	await once(socket, "connect");
	for (const text of texts) {
		await new Promise((done, failed) => socket.send(text, (error) => (error ? failed(error) : done())));
	}
	socket.close();
}

const counts = async (db, code) => (await sql(db, `SELECT (SELECT count(*) FROM fix WHERE vehicle_id = v.id) || ' ' ||
	(SELECT count(*) FROM fix_superseded WHERE vehicle_id = v.id) FROM vehicle v WHERE code = '${code}'`)).split(" ").map(Number);

/** Rows of the coverage of one road in one direction. */
async function coverage(place, db, start_ms, direction) {
	const [from, to] = [-3600_000, 3600_000].map((ms) => new Date(start_ms + ms).toISOString());
	const csv = await place.ok("plowctl", ["coverage", "--db", db, "--from", from, "--to", to]);
	return csv.trim().split("\n").slice(1).map((row) => row.split(","))
		.filter((row) => row[1] === "1" && row[3] === direction)
		.map((row) => ({ from_m: Number(row[4]), to_m: Number(row[5]), passes: Number(row[6]), first: Date.parse(row[7]), last: Date.parse(row[8]) }));
}

test("a receiver's cold start: nothing is made up of what it did not know, and no road is lost", async (t) => {
	const place = await workplace(t);
	const db = await smallTown(place);
	const key = await place.vehicle(db, "R-1");
	await place.vehicle(db, "R-2");
	const plowd = await place.serve("plowd", ["--db", db, ...LOOPBACK, "--nmea", "127.0.0.1:0", "--config",
		await place.file("plowd.conf", "nmea-allow = 127.0.0.0/8\n")]);
	const start_ms = (Math.floor(Date.now() / 1000) - 2 * DRIVE_S) * 1000;
	const cases = [
		{ code: "R-1", direction: "forward", untold_s: 18, place: (s) => at(-0.9 + s * SPEED_KMPS, 0) },
		{ code: "R-2", direction: "backward", untold_s: 3, place: (s) => at(0.9 - s * SPEED_KMPS, 0) },
	];
	const [cab, router] = cases.map((one) => coldStart(start_ms, one.untold_s, one.place));

	await place.ok("plow-tracker", ["--server", plowd.ready.udp, "--key-file", key, "--source", "-",
		"--spool", place.path("spool.db"), "--exit-when-sent"], { input: `${cab.join("\r\n")}\r\n` });
	await sendDatagrams(plowd.ready.nmea, router.map((text) => `R-2,${text}`));
	await until("all fixes are stored", async () => (await counts(db, "R-2")).reduce((a, b) => a + b) === DRIVE_S);

	for (const { code, direction, untold_s } of cases) {
		// Of a second that was named twice one fix counts and the other is kept.
		assert.deepEqual(await counts(db, code), [DRIVE_S - untold_s, untold_s], code);
		const rows = await coverage(place, db, start_ms, direction);
		assert.ok(rows.length > 0, code);
		assert.ok(Math.min(...rows.map((row) => row.from_m)) < 109 && Math.max(...rows.map((row) => row.to_m)) > 1889, code);
		for (const [i, row] of rows.entries()) {
			assert.equal(row.passes, 1, `${code}: ${JSON.stringify(row)}`);
			assert.ok(i === 0 || row.from_m === rows[i - 1].to_m, `${code}: nothing is left out before ${row.from_m} m`);
		}
		const [first, last] = [Math.min(...rows.map((row) => row.first)), Math.max(...rows.map((row) => row.last))];
		assert.equal(first, start_ms + untold_s * 1000, "as the receiver said");
		assert.equal(last, start_ms + (DRIVE_S - 1) * 1000);
	}
	const kept = (await place.ok("plowctl", ["quarantine", "list", "--db", db])).trim().split("\n").map((line) => JSON.parse(line));
	assert.deepEqual(kept.map((one) => [one.vehicle, one.reason, one.time.slice(0, 10)]).sort(),
		["R-1", "R-2"].flatMap((code) => ["1980-01-06", "2000-01-01", "2006-01-01"].map((day) => [code, "old", day])));
	assert.equal(await sql(db, `SELECT count(*) FROM fix WHERE time_ms < ${start_ms}`), "0");
	const { fixes_quarantined_total, times_repaired_total } = await metrics(plowd);
	assert.deepEqual([fixes_quarantined_total, times_repaired_total], [6, 0]);
});
