// SPDX-License-Identifier: Apache-2.0
/*
 * plow-tracker as a box in a cab: a serial receiver whose speed nobody knows and whose plug comes
 * loose, a blade and a spreader on wires or in sentences, and a service manager that watches.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { constants } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { noFaults } from "../support/faults.mjs";
import { BIN, until, workplace } from "../support/programs.mjs";
import { serialPort } from "../support/receivers.mjs";
import { sentence } from "../support/sentences.mjs";
import { sql } from "../support/tables.mjs";

const START = Date.UTC(2027, 0, 15, 19, 30, 0);

/** One second of a receiver, as a line. */
function rmc(i) {
	const time = new Date(START + i * 1000).toISOString();
	const clock = time.slice(11, 19).replaceAll(":", "");
	const minutes = (36 + i * 0.003).toFixed(5);
	return `${sentence(`GNRMC,${clock}.00,A,38${minutes},N,14024.34800,E,8.1,271.4,150127,,,D`)}\r\n`;
}

async function cab(t, source, more = [], env = {}) {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const spool = place.path("spool.db");
	const from = typeof source === "function" ? await source(place) : { source };
	const args = ["--server", "127.0.0.1:9", "--key-file", key, "--source", from.source, "--spool", spool, "--http", "127.0.0.1:0", ...more];
	const tracker = await place.serve("plow-tracker", args, { input: null, env: { ...env, ...from.env } });
	const status = async () => (await fetch(`http://${tracker.ready.http}/api/v1/status`)).json();
	return {
		place, tracker, status, ...from,
		say: (lines) => tracker.child.stdin.write(lines.join("")),
		recorded: (count) => until(`${count} fixes are recorded`, async () => (await status()).unsent === count),
		/** What the fixes in the spool say, in their order. */
		async stored(what) {
			await tracker.stop();
			return (await sql(spool, `SELECT ${what} FROM fix ORDER BY seq`)).trim().split("\n");
		},
	};
}

test("a serial receiver is understood at whatever speed it speaks, and after it was unplugged", async (t) => {
	const unit = await cab(t, async (place) => {
		const port = await serialPort(place, { speed: 38400 });
		return { port, source: `serial:${port.path}` };
	});
	let { port } = unit;
	let i = 0;
	const speakUntil = (count) => until(`${count} fixes are recorded`, async () => {
		port.send([rmc(i++)]);
		return (await unit.status()).unsent >= count;
	}, { every_ms: 200 });
	await speakUntil(3);
	await port.unplug();
	await until("it is missed", async () => (await unit.status()).receiver === "absent");
	assert.match(unit.tracker.stderr(), /no receiver at .*ttyUSB0: it was unplugged; it is tried again and again/);
	port = await serialPort(unit.place, { speed: 9600 });
	await speakUntil((await unit.status()).unsent + 3);
	assert.match(unit.tracker.stderr(), /the receiver is there again/);
});

test("a receiver that forgot the speed of the configuration is understood all the same", async (t) => {
	const unit = await cab(t, async (place) => {
		const port = await serialPort(place, { speed: 4800 });
		return { port, source: `serial:${port.path}@115200` };
	});
	let i = 0;
	await until("it is understood", async () => {
		unit.port.send([rmc(i++)]);
		return /speaks at 4800 baud, not at the 115200/.test(unit.tracker.stderr());
	}, { every_ms: 200 });
});

/** Lines of a chip, as files (tests/support/gpio.c). */
function chip(place, name, lines) {
	const folder = place.path("gpio", name);
	mkdirSync(folder, { recursive: true });
	const edges = new Map();
	for (const line of lines) {
		writeFileSync(join(folder, String(line)), "0");
		execFileSync("mkfifo", [join(folder, `${line}.edges`)]);
		edges.set(line, openSync(join(folder, `${line}.edges`), constants.O_RDWR));
	}
	return {
		set(line, level, { quietly = false } = {}) {
			writeFileSync(join(folder, String(line)), String(level));
			if (!quietly) {
				writeSync(edges.get(line), "e");
			}
		},
		remove: () => rmSync(folder, { recursive: true }),
	};
}

const withChip = (lines) => async (place) => ({
	chip: chip(place, "gpiochip0", lines),
	source: "-",
	env: { LD_PRELOAD: join(BIN, "tests/support/gpio.so"), PLOW_GPIO: place.path("gpio") },
});

test("a blade's switch on a line of a chip stands in the fixes, bounces left out", { skip: noFaults }, async (t) => {
	const unit = await cab(t, withChip([17]), ["--blade", "gpio:gpiochip0/17 active-low"]);
	const blade = (wanted) => until(`the blade is ${wanted}`, async () => (await unit.status()).blade === wanted);
	// The level is 0, and 0 is active.
	await blade(true);
	unit.say([rmc(0)]);
	await unit.recorded(1);
	for (let bounce = 0; bounce < 41; bounce++) {
		unit.chip.set(17, (bounce + 1) % 2);
	}
	await blade(false);
	unit.say([rmc(1)]);
	await unit.recorded(2);
	// An edge that was missed is found all the same.
	unit.chip.set(17, 0, { quietly: true });
	await blade(true);
	unit.chip.remove();
	await until("the chip is missed", async () => (await unit.status()).blade === null);
	unit.say([rmc(2)]);
	await unit.recorded(3);
	assert.match(unit.tracker.stderr(), /the blade input gpiochip0\/17 cannot be read: .*; it is tried again and again/);
	chip(unit.place, "gpiochip0", [17]);
	await blade(true);
	assert.match(unit.tracker.stderr(), /the blade input is there again/);
	assert.deepEqual(await unit.stored("blade"), ["1", "0", "-1"]);
});

test("a contact that bounces faster than it settles changes nothing", { skip: noFaults }, async (t) => {
	const unit = await cab(t, withChip([4]), ["--blade", "gpio:gpiochip0/4"]);
	await until("the blade is up", async () => (await unit.status()).blade === false);
	const end = Date.now() + 1500;
	await until("a second and a half of bouncing is over", async () => {
		unit.chip.set(4, 1);
		unit.chip.set(4, 0);
		assert.equal((await unit.status()).blade, false);
		return Date.now() > end;
	}, { every_ms: 20 });
});

test("a spreader that runs is work, and says which as long as nobody says more", { skip: noFaults }, async (t) => {
	const unit = await cab(t, withChip([27]), ["--spreader", "gpio:gpiochip0/27"]);
	const runs = (wanted) => until("the spreader", async () => (await unit.status()).spreader === wanted);
	await runs(false);
	unit.say([rmc(0)]);
	await unit.recorded(1);
	unit.chip.set(27, 1);
	await runs(true);
	unit.say([rmc(1)]);
	await unit.recorded(2);
	await fetch(`http://${unit.tracker.ready.http}/api/v1/work-state`,
		{ method: "POST", headers: { "Content-Type": "application/json" }, body: '{"work":"N"}' });
	unit.say([rmc(2)]);
	await unit.recorded(3);
	assert.deepEqual(await unit.stored("blade, work, work_source"), ["0|U|5", "1|S|2", "1|N|1"]);
});

test("blade and spreader come in sentences beside the receiver's, in their order", async (t) => {
	const unit = await cab(t, "-", ["--blade", "sentence:PSPST/4", "--spreader", "sentence:PSPST/6"]);
	const state = (i, blade, gram) => `${sentence(`PSPST,1a2b,${i},N,${blade},0,${gram},1,12600,0`)}\r\n`;
	// All at once: each state belongs to the second in which it came.
	unit.say([
		rmc(0), state(0, 1, 0), rmc(1), state(1, 0, 0), rmc(2), state(2, 0, 25), rmc(3), state(3, "-", ""),
		rmc(4), state(4, 1, 0).replace(/\*../, "*00"), rmc(5), "$PSPST,1\r\n", rmc(6), state(6, 0, 0), rmc(7),
	]);
	await unit.recorded(8);
	assert.deepEqual(await unit.stored("blade"), ["1", "0", "1", "-1", "-1", "-1", "0", "0"]);
});

test("the journal says in words, and /metrics in numbers, how the unit does", async (t) => {
	const unit = await cab(t, "-");
	unit.say([rmc(0), rmc(1), rmc(2), "$GPGGA,garbled*00\r\n"]);
	await unit.recorded(3);
	const text = await (await fetch(`http://${unit.tracker.ready.http}/metrics`)).text();
	const values = new Map();
	for (const line of text.trim().split("\n").filter((line) => !line.startsWith("#"))) {
		const [, name, value] = line.match(/^(plow_tracker_[a-z_]+) (-?[\d.]+(?:e[+-]\d+)?)$/) ?? assert.fail(line);
		assert.match(text, new RegExp(`# HELP ${name} .+\\.\n# TYPE ${name} (gauge|counter)\n`));
		values.set(name.slice("plow_tracker_".length), Number(value));
	}
	const { unsent, sentences_total, bad_sentences_total, recorded_total, server_reachable, receiver_ok } = Object.fromEntries(values);
	assert.deepEqual({ unsent, sentences_total, bad_sentences_total, recorded_total, server_reachable, receiver_ok },
		{ unsent: 3, sentences_total: 4, bad_sentences_total: 1, recorded_total: 3, server_reachable: 0, receiver_ok: 1 });
	assert.ok(values.get("disk_free_bytes") > 0 && values.get("datagrams_sent_total") > 0);
	await until("a line for the phone", () =>
		/R-1: receiver (ok|is silent \(power, cable\?\)), no answer from the server \(radio\?\), 3 fixes wait, 0 lost, [\d.]+ GB free on the disk\n/.test(unit.tracker.stderr()));
});

const NOTIFIED = `
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    word = s.recv(4096).decode()
    print(word, time.monotonic(), flush=True)
`;

test("the service manager hears that it is ready, alive and ending, and nothing more when it hangs", { skip: noFaults }, async (t) => {
	const place = await workplace(t);
	const db = place.path("town.db");
	await place.ok("plowctl", ["init", "--db", db, "--name", "Test town"]);
	const key = await place.vehicle(db, "R-1");
	const socket = place.path("notify");
	const manager = place.start("/usr/bin/python3", ["-c", NOTIFIED, socket], { input: null });
	await until("the manager listens", () => manager.stdout().includes("bound"));
	const faults = place.path("faults");
	/** When a word was heard, in seconds. */
	const heard = (word) => manager.stdout().split("\n").filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(" ")[1]));
	const pauses = () => heard("WATCHDOG=1").map((at, i, all) => at - (all[i - 1] ?? at));
	const tracker = await place.serve("plow-tracker",
		["--server", "127.0.0.1:9", "--key-file", key, "--source", "-", "--spool", place.path("spool.db")], {
			input: null,
			env: {
				NOTIFY_SOCKET: socket, WATCHDOG_USEC: "400000", LD_PRELOAD: join(BIN, "tests/support/faults.so"),
				PLOW_FAULTS: faults, PLOW_FAULT_FILES: "spool.db",
			},
		});
	await until("it is ready and alive", () => heard("READY=1").length === 1 && heard("WATCHDOG=1").length > 5);
	assert.ok(Math.max(...pauses()) < 2.9, `${Math.max(...pauses())} s without a sign of life`);
	// A disk that hangs for three seconds holds the loop: nobody may say meanwhile that all is well.
	writeFileSync(faults, "slow 3000\n");
	tracker.child.stdin.write(rmc(0) + rmc(1));
	await until("it was silent", () => pauses().some((seconds) => seconds >= 2.9));
	rmSync(faults);
	const count = heard("WATCHDOG=1").length;
	await until("it is alive again", () => heard("WATCHDOG=1").length > count + 3);
	await tracker.stop();
	await until("it says that it ends", () => heard("STOPPING=1").length === 1);
});
