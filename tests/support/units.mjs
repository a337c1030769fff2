// SPDX-License-Identifier: Apache-2.0
/*
 * Units under the test's own hand: each datagram is made, sent, altered and repeated by the test, and
 * every answer is seen.  The sealing is the stranger's client's (tests/python), not the product's.
 *
 *	const sealer = startSealer(place);
 *	const unit = await startUnit(t, sealer, plowd.ready.udp, keyFile);
 *	const bytes = await unit.seal([[1, fixAt(time_ms)]]);
 *	unit.send(bytes);
 *	const ack = await unit.answer();
 */
import dgram from "node:dgram";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT, until } from "./programs.mjs";

/** A fix some 10 m further on for each second. */
export function fixAt(time_ms, more = {}) {
	const second = Math.floor(time_ms / 1000) % 1000;
	return { time_ms, lon_e7: 1404058000 + second * 1000, lat_e7: 386006000, speed_cmps: 800, course_cdeg: 9000, ...more };
}

class Sealer {
	constructor(program) {
		this.waiting = [];
		let text = "";
		program.child.stdout.on("data", (chunk) => {
			const lines = (text + chunk).split("\n");
			text = lines.pop();
			for (const line of lines) this.waiting.shift()(JSON.parse(line));
		});
		this.program = program;
	}

	/** @returns {Promise<any>} */
	ask(question) {
		const { program } = this;
		program.child.stdin.write(`${JSON.stringify(question)}\n`);
		return new Promise((done, failed) => {
			this.waiting.push(done);
			program.exited.then(() => failed(new Error(`the sealer ended: ${program.stderr()}`)));
		});
	}
}

export function startSealer(place) {
	return new Sealer(place.start("/usr/bin/python3", [join(ROOT, "tests/python/sealer.py")], { input: null }));
}

class Unit {
	constructor(sealer, server, key) {
		const at = server.lastIndexOf(":");
		this.sealer = sealer;
		this.host = server.slice(0, at);
		this.port = Number(server.slice(at + 1));
		this.key = key;
		this.spool = String(BigInt(Math.floor(Math.random() * 2 ** 48)) * 7919n);
		this.number = BigInt(Date.now()) * 1024n;
		/** @type {Buffer[]} every answer, none of them taken away */
		this.answers = [];
		this.seen = 0;
		/** The address of the last answer. */
		this.answeredFrom = "";
	}

	async start() {
		const isV6 = this.host.includes(":");
		this.socket = dgram.createSocket(isV6 ? "udp6" : "udp4");
		this.socket.on("message", (bytes, from) => {
			this.answers.push(bytes);
			this.answeredFrom = from.address;
		});
		await new Promise((done) => this.socket.bind(0, isV6 ? "::1" : "127.0.0.1", () => done(null)));
		return this;
	}

	/** A datagram of [number, fix] pairs, under the next datagram number. */
	async seal(fixes, more = {}) {
		const seqs = fixes.map(([seq]) => BigInt(seq));
		const answer = await this.sealer.ask({ do: "seal", key: this.key, number: String(++this.number), spool: this.spool,
			sent_ms: Date.now(), oldest: "1", newest: String(seqs.at(-1)),
			fixes: fixes.map(([seq, fix]) => [String(seq), fix]), ...more });
		return Buffer.from(answer.datagram, "hex");
	}

	async wrap(message, kind = 1, number = ++this.number) {
		const { datagram } = await this.sealer.ask({ do: "wrap", key: this.key, number: String(number), kind,
			message: message.toString("hex") });
		return Buffer.from(datagram, "hex");
	}

	/** Sends bytes as they are. */
	send(bytes) {
		return new Promise((done) => this.socket.send(bytes, this.port, this.host, () => done(null)));
	}

	/** The next answer that was not looked at yet, opened. */
	async answer() {
		await until("an answer comes", () => this.answers.length > this.seen, { every_ms: 2 });
		return this.sealer.ask({ do: "open", key: this.key, datagram: this.answers[this.seen++].toString("hex") });
	}

	/** Sends fixes and waits for the acknowledgement. */
	async report(fixes, more = {}) {
		await this.send(await this.seal(fixes, more));
		return this.answer();
	}
}

/** A unit with the key of a key file; its socket closes with the test. */
export async function startUnit(t, sealer, server, keyFile) {
	const { key } = JSON.parse(await readFile(keyFile, "utf8"));
	const unit = await new Unit(sealer, server, key).start();
	t.after(() => unit.socket.close());
	return unit;
}

/** The server's counters by name, without "plowd_". */
export async function metrics(plowd) {
	const text = await (await fetch(`http://${plowd.ready.http}/metrics`)).text();
	return Object.fromEntries([...text.matchAll(/^plowd_(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

/** What the counters grew by since `before`, without those that stayed. */
export async function grown(plowd, before) {
	const now = await metrics(plowd);
	return Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - before[name]])
		.filter(([, value]) => value !== 0));
}
