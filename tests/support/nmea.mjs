// SPDX-License-Identifier: Apache-2.0
/*
 * A second opinion on NMEA, written apart from the decoder it checks: which sentences of a file have a
 * right checksum, and what they say of time and validity.
 */
import assert from "node:assert/strict";

/** The body of each sentence whose checksum is right, in the order of the file. */
export function goodSentences(bytes) {
	const text = bytes.toString("latin1");
	const bodies = [];
	for (const [, body, sum] of text.matchAll(/\$([^$*\r\n]*)\*([0-9A-Fa-f]{2})/g)) {
		let xor = 0;
		for (let i = 0; i < body.length; i++) {
			xor ^= body.charCodeAt(i);
		}
		if (xor === parseInt(sum, 16)) {
			bodies.push(body);
		}
	}
	return bodies;
}

/** "112225.844" as "11:22:25.844". */
function clockOf(field) {
	const found = field?.match(/^(\d\d)(\d\d)(\d\d)(?:\.(\d+))?$/);
	return found ? `${found[1]}:${found[2]}:${found[3]}.${(found[4] ?? "").slice(0, 3).padEnd(3, "0")}` : null;
}

/**
 * What the sentences with a position say of each time of day: {vouched, disowned}, both numbers of
 * sentences.
 */
export function verdictsByClock(bodies) {
	const verdicts = new Map();
	for (const fields of bodies.map((body) => body.split(","))) {
		const [clock, isGood] = verdictOf(fields);
		if (clock === null) {
			continue;
		}
		const verdict = verdicts.get(clock) ?? { vouched: 0, disowned: 0 };
		verdict[isGood ? "vouched" : "disowned"]++;
		verdicts.set(clock, verdict);
	}
	return verdicts;
}

function verdictOf(fields) {
	if (!/^[^P].(RMC|GGA|GNS|GLL)$/.test(fields[0])) {
		return [null, false];
	}
	switch (fields[0].slice(2)) {
		case "RMC":
			return [clockOf(fields[1]), "AD".includes(fields[2] || "-") && !"NSM".includes(fields[12] || "-")];
		case "GGA":
			return [clockOf(fields[1]), "123456".includes(fields[6] || "-")];
		case "GNS":
			return [clockOf(fields[1]), /[ADPRFE]/.test(fields[6] ?? "")];
		default:
			return [clockOf(fields[5]), fields[6] === "A" && !"NSM".includes(fields[7] || "-")];
	}
}

/**
 * No fix is valid unless a sentence with a right checksum vouches for its time, and none disowns it.
 * @param {any[]} fixes
 * @param {Buffer} bytes
 */
export function assertVouchedFor(fixes, bytes) {
	const verdicts = verdictsByClock(goodSentences(bytes));
	for (const { time } of fixes.filter((fix) => fix.valid && fix.time !== null)) {
		const verdict = verdicts.get(time.slice(11, 23));
		assert.ok(verdict, `${time}: no sentence has this time`);
		assert.ok(verdict.vouched > 0, `${time}: no sentence vouches for it`);
		assert.equal(verdict.disowned, 0, `${time}: a sentence disowns it`);
	}
}

/** The lines of plowctl decode as objects. */
export function jsonLines(text) {
	return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
