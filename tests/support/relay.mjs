// SPDX-License-Identifier: Apache-2.0
/*
 * A bad radio: relays datagrams between clients and a server, and loses, repeats, delays and reorders
 * them on the way, both ways; falls silent; and takes a new port towards the server, as address
 * translation does when it has forgotten.  What happens is decided by a seed, not by chance.
 *
 *	const relay = await startRelay(t, plowd.ready.udp, { loss: 0.3, repeats: 0.1, jitter_ms: 200 });
 *	relay.address; relay.silent = true; await relay.rebind(); relay.counts
 */
import dgram from "node:dgram";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

function bound(socket) {
	return new Promise((done, failed) => {
		socket.once("error", failed);
		socket.bind(0, "127.0.0.1", () => done(socket));
	});
}

class Relay {
	/**
	 * @param {string} target HOST:PORT of the server
	 * @param {{loss?: number, repeats?: number, delay_ms?: number, jitter_ms?: number, seed?: number}} options
	 */
	constructor(target, options) {
		const at = target.lastIndexOf(":");
		this.host = target.slice(0, at);
		this.port = Number(target.slice(at + 1));
		this.loss = options.loss ?? 0;
		this.repeats = options.repeats ?? 0;
		this.delay_ms = options.delay_ms ?? 0;
		this.jitter_ms = options.jitter_ms ?? 0;
		this.random = randomFrom(options.seed ?? 1);
		/** Nothing gets through while true. */
		this.silent = false;
		this.counts = { up: 0, down: 0, lost: 0, repeated: 0, largest: 0, bytes_up: 0 };
		/** @type {Map<string, dgram.Socket>} one socket towards the server for each client */
		this.sockets = new Map();
		/** Waiting for the end of their delay. */
		this.timers = new Set();
		this.closed = false;
	}

	async start() {
		this.front = await bound(dgram.createSocket("udp4"));
		this.front.on("message", (bytes, client) => this.fromClient(bytes, client));
		this.address = `127.0.0.1:${this.front.address().port}`;
		return this;
	}

	/** Lets a datagram through, or not, or later, or twice. */
	carry(deliver) {
		if (this.silent || this.random() < this.loss) {
			this.counts.lost++;
			return;
		}
		const copies = this.random() < this.repeats ? 2 : 1;
		this.counts.repeated += copies - 1;
		for (let i = 0; i < copies; i++) {
			const wait_ms = this.delay_ms + this.random() * this.jitter_ms;
			if (wait_ms < 1) {
				deliver();
				continue;
			}
			const timer = setTimeout(() => {
				this.timers.delete(timer);
				deliver();
			}, wait_ms);
			this.timers.add(timer);
		}
	}

	async towardsServer(client) {
		const key = `${client.address}:${client.port}`;
		if (!this.sockets.has(key)) {
			const socket = dgram.createSocket("udp4");
			this.sockets.set(key, socket);
			socket.on("message", (bytes) => {
				this.counts.down++;
				this.carry(() => this.closed || this.front.send(bytes, client.port, client.address));
			});
			socket.ready = bound(socket);
		}
		const socket = this.sockets.get(key);
		await socket.ready;
		return socket;
	}

	fromClient(bytes, client) {
		this.counts.up++;
		this.counts.bytes_up += bytes.length;
		this.counts.largest = Math.max(this.counts.largest, bytes.length);
		this.carry(async () => {
			const socket = await this.towardsServer(client);
			if (!this.closed && [...this.sockets.values()].includes(socket)) {
				socket.send(bytes, this.port, this.host);
			}
		});
	}

	/** The next datagrams come to the server from other ports; answers to the old ones are lost. */
	async rebind() {
		const old = [...this.sockets.values()];
		this.sockets.clear();
		for (const socket of old) {
			await socket.ready;
			socket.close();
		}
	}

	async close() {
		this.closed = true;
		for (const timer of this.timers) {
			clearTimeout(timer);
		}
		await this.rebind();
		this.front.close();
	}
}

/** Starts a relay that ends with the test. */
export async function startRelay(t, target, options = {}) {
	const relay = await new Relay(target, options).start();
	t?.after(() => relay.close());
	return relay;
}
