// SPDX-License-Identifier: Apache-2.0
/*
 * HTTP as bytes, for what no proper client would send, and server-sent events as they arrive.
 */
import { connect } from "node:net";

import { until } from "./programs.mjs";

/** A connection to HOST:PORT: everything it has said so far, and whether the other side has ended. */
export class Wire {
	constructor(address) {
		const [, host, port] = address.match(/^(.*):(\d+)$/);
		this.text = "";
		this.ended = false;
		this.socket = connect(Number(port), host);
		this.socket.setEncoding("utf8");
		this.socket.on("data", (chunk) => (this.text += chunk));
		this.socket.on("close", () => (this.ended = true));
		this.socket.on("error", () => (this.ended = true));
	}

	send(text) {
		this.socket.write(text);
		return this;
	}

	/** Waits for what fits the pattern, and returns the match. */
	says(pattern) {
		return until(`the server says ${pattern}`, () => this.text.match(pattern), { every_ms: 5 });
	}

	ends() {
		return until("the server closes the connection", () => this.ended, { every_ms: 5 });
	}

	close() {
		this.socket.destroy();
	}
}

/** Sends one request as it is; returns the status it is answered with. */
export async function statusOf(address, request) {
	const wire = new Wire(address).send(request);
	try {
		return Number((await wire.says(/^HTTP\/1\.1 (\d{3}) /))[1]);
	} finally {
		wire.close();
	}
}

/** Follows a stream of events. */
export class Events {
	constructor(url, headers = {}) {
		/** @type {{id: string | undefined, name: string, data: any}[]} */
		this.list = [];
		this.ended = false;
		this.stop = new AbortController();
		this.answer = fetch(url, { headers, signal: this.stop.signal });
		this.done = this.answer.then((answer) => this.read(answer)).catch(() => {}).finally(() => (this.ended = true));
	}

	async read(answer) {
		let rest = "";
		for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
			const blocks = (rest + chunk).split("\n\n");
			rest = blocks.pop();
			for (const block of blocks) this.take(block);
		}
	}

	take(block) {
		const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
		if (field("event")) this.list.push({ id: field("id"), name: field("event"), data: JSON.parse(field("data")) });
	}

	/** Waits for an event the probe likes. */
	sees(what, probe) {
		return until(what, () => this.list.find(probe), { every_ms: 5 });
	}

	async close() {
		this.stop.abort();
		await this.done;
	}
}
