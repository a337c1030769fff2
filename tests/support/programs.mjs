// SPDX-License-Identifier: Apache-2.0
/*
 * Starts and stops the real programs for integration and browser tests, each in a workplace of its
 * own: a temporary folder, ports the system chose, and children that are ended by their process id
 * when the test is over, however it ended.
 *
 *	const place = await workplace(t);                       // t: the test's context, or none and place.close()
 *	await place.ok("plowctl", ["init", "--db", place.path("town.db")]);
 *	const plowd = await place.serve("plowd", ["--db", place.path("town.db"), ...LOOPBACK]);
 *	await fetch(`http://${plowd.ready.http}/healthz`);
 *
 * PLOW_BIN (build): where the programs are.  PLOW_DATA (../shared/data): the real recordings.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
export const BIN = resolve(ROOT, process.env.PLOW_BIN || "build");
/** Why a test of the plain build alone is skipped, or false.  CI runs the files that ask on the plain build as well. */
export const sanitizedBuild = /\/san-/.test(BIN) && "a sanitizer's build";
export const DATA = resolve(ROOT, process.env.PLOW_DATA || "../shared/data");

/** A server on free ports of this machine alone. */
export const LOOPBACK = ["--udp", "127.0.0.1:0", "--http", "127.0.0.1:0"];

/** Long enough for a loaded machine; what takes longer hangs. */
export const PATIENCE_MS = 120_000;

/** Half a day from now, as the town's clock shows it: whose day begins then is in the middle of it, so that what was driven
 *  in the last hour lies in one day whenever a test runs. */
export const farFromNow = () => new Date(Date.now() + 21 * 3_600_000).toISOString().slice(11, 16); // Japan is 9 h ahead

/** The path of a recording, or null where the recordings are absent: then the test is skipped. */
export function recording(...names) {
	const path = join(DATA, ...names);
	return existsSync(path) ? path : null;
}

/** Programs that died by themselves: one that a test waits for would never answer. */
const deaths = [];

/**
 * Waits until probe() gives something true, and returns it.  The message says what never came; it comes at once
 * when a program of the test dies meanwhile.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} probe
 * @param {{every_ms?: number, patience_ms?: number}} [options]
 * @returns {Promise<T>}
 */
export async function until(what, probe, { every_ms = 50, patience_ms = PATIENCE_MS } = {}) {
	const over = new AbortController();
	const late = delay(patience_ms, LATE, { signal: over.signal }).catch(() => LATE);
	try {
		const found = await lookUntil(what, probe, every_ms, late);
		if (found === LATE) {
			throw new Error(`waited ${patience_ms / 1000} s in vain: ${what}`);
		}
		return found;
	} finally {
		over.abort();
	}
}

/** What a look gives that came too late, or never came back: a page that hangs does not answer. */
const LATE = Symbol("late");

async function lookUntil(what, probe, every_ms, late) {
	const died = deaths.length;
	for (;;) {
		/** @type {any} */
		const failure = { error: null };
		const look = Promise.resolve().then(probe).catch((error) => void (failure.error = error));
		const found = await Promise.race([look, late]);
		if (found) {
			return found;
		}
		if (failure.error && deaths.length === died) {
			await delay(100); // a program that refuses connections may be about to be gone
		}
		if (deaths.length > died) {
			throw new Error(`${what}: never, since ${deaths.slice(died).map((program) => program.obituary()).join("; ")}`);
		}
		if (failure.error) {
			throw failure.error;
		}
		await delay(every_ms);
	}
}

function gather(stream) {
	let text = "";
	stream.setEncoding("utf8");
	stream.on("data", (chunk) => (text += chunk));
	return () => text;
}

/** plow-public shuts itself off from /proc, without which leaks cannot be looked for. */
function sanitizerOf(name) {
	const options = process.env.ASAN_OPTIONS;
	return name === "plow-public" && options ? { ASAN_OPTIONS: `${options}:detect_leaks=0` } : {};
}

/** One child process, with everything it says. */
class Program {
	constructor(name, args, options) {
		this.name = name;
		this.child = spawn(name.includes("/") ? name : join(BIN, name), args, {
			cwd: options.cwd,
			env: { ...process.env, ...sanitizerOf(name), ...options.env },
			stdio: ["pipe", "pipe", "pipe"],
		});
		this.stdout = gather(this.child.stdout);
		this.stderr = gather(this.child.stderr);
		/** @type {any} What its `ready {…}` line said: addresses by their kind. */
		this.ready = null;
		this.ended = null;
		/** Settles when the program has ended and all it said is here: {status, signal}. */
		this.exited = new Promise((done) => {
			this.child.on("error", (error) => done((this.ended = { status: null, signal: null, error })));
			this.child.on("close", (status, signal) => done((this.ended = { status, signal })));
		});
		/** Whether somebody waits for its end, or brings it about. */
		this.mayEnd = false;
		void this.exited.then(({ status }) => {
			if (!this.mayEnd && status !== 0) {
				deaths.push(this);
			}
		});
		this.child.stdin.on("error", () => {}); // It may end without reading all of its input.
		if (options.input !== null) { // null: whoever starts it writes to child.stdin
			this.child.stdin.end(options.input ?? "");
		}
	}

	get pid() {
		return this.child.pid;
	}

	obituary() {
		const how = this.ended.error?.message ?? `status ${this.ended.status}, signal ${this.ended.signal}`;
		return `${this.name} ended (${how}): ${this.stderr()}`;
	}

	async becomesReady() {
		const mayEnd = this.mayEnd;
		this.mayEnd = true; // it is told here with what it said
		await until(`${this.name} says that it is ready`, () => {
			const line = this.stdout().match(/^ready (\{.*\})$/m);
			this.ready = line && JSON.parse(line[1]);
			return this.ready || this.ended;
		}, { every_ms: 10 });
		if (!this.ready) {
			throw new Error(`before it was ready, ${this.obituary()}`);
		}
		this.mayEnd = mayEnd;
		return this;
	}

	signal(name) {
		this.mayEnd ||= name !== "SIGHUP";
		if (!this.ended) {
			this.child.kill(name);
		}
	}

	/** Ends it in order; kills what does not go. */
	async stop(signal = "SIGTERM") {
		this.signal(signal);
		const ended = await Promise.race([this.exited, delay(30_000, null, { ref: false })]);
		if (ended) {
			return ended;
		}
		this.signal("SIGKILL");
		await this.exited;
		throw new Error(`${this.name} did not end within 30 s of ${signal}: ${this.stderr()}`);
	}
}

/** Somebody who is signed in at a server. */
class SignedIn {
	constructor(origin, cookie, who) {
		this.origin = origin;
		this.cookie = cookie;
		this.name = who.name;
		this.password = who.password;
		/** @param {string} path of the server, or a whole address @param {RequestInit} [options] */
		this.fetch = (path, options = {}) =>
			fetch(new URL(path, this.origin), { ...options, headers: { Cookie: this.cookie, ...options.headers } });
	}

	/** @param {string} path @param {unknown} [body] */
	post(path, body = {}) {
		return this.fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
	}

	/** The same session at a server that was started again. */
	at(plowd) {
		return new SignedIn(`http://${plowd.ready.http}`, this.cookie, this);
	}
}

/** Signs in at a plowd, by HTTP as a browser does. @param {string} origin @param {{name: string, password: string}} who */
export async function signIn(origin, { name, password }) {
	const answer = await fetch(`${origin}/api/v1/session`, {
		method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, password }),
	});
	if (answer.status !== 200) {
		throw new Error(`${name} cannot sign in: ${answer.status} ${await answer.text()}`);
	}
	return new SignedIn(origin, answer.headers.get("set-cookie").split(";")[0], { name, password });
}

/** A temporary folder and the programs that work in it. */
class Workplace {
	constructor(folder) {
		this.folder = folder;
		/** @type {Program[]} */
		this.programs = [];
		this.users = 0;
	}

	path(...names) {
		return join(this.folder, ...names);
	}

	async file(name, text) {
		await writeFile(this.path(name), text, { mode: 0o600 });
		return this.path(name);
	}

	/** Starts a program of ours (or a path) and lets it run. */
	start(name, args, options = {}) {
		const program = new Program(name, args, { cwd: this.folder, ...options });
		this.programs.push(program);
		return program;
	}

	/** Starts a server and waits until it serves: .ready has its addresses. */
	serve(name, args, options = {}) {
		return this.start(name, args, options).becomesReady();
	}

	/** Runs a program to its end: {status, signal, stdout, stderr}. */
	async run(name, args, options = {}) {
		const program = this.start(name, args, options);
		program.mayEnd = true;
		const ended = await program.exited;
		if (ended.error) {
			throw ended.error;
		}
		return { ...ended, stdout: program.stdout(), stderr: program.stderr() };
	}

	/** Runs a program that must succeed; returns what it printed. */
	async ok(name, args, options = {}) {
		const { status, signal, stdout, stderr } = await this.run(name, args, options);
		if (status !== 0) {
			throw new Error(`${name} ${args.join(" ")}: status ${status}, signal ${signal}: ${stderr}`);
		}
		return stdout;
	}

	/** A new town's database with roads in it; returns its path.  dayStart: farFromNow() where drives are of the last hour. */
	async town({ roads, name = "Test town", importing = [], dayStart = "12:00" }) {
		const db = this.path("town.db");
		await this.ok("plowctl", ["init", "--db", db, "--name", name, "--day-start", dayStart]);
		await this.ok("plow-import", [roads, "--db", db, ...importing]);
		return db;
	}

	/** Registers a vehicle; returns the path of its key file. */
	async vehicle(db, code, options = []) {
		const line = await this.ok("plowctl", ["vehicle", "add", "--db", db, "--code", code, ...options]);
		return this.file(`${code}.key`, line);
	}

	/**
	 * Adds a user and signs in.  cookie is what his requests carry as `Cookie`; fetch(path, options) and
	 * post(path, body) carry it by themselves, also to a plowd that was started again: at(plowd).
	 * @param {any} plowd
	 * @param {{db: string, role?: string, name?: string, contractor?: string, password?: string}} who
	 */
	async signIn(plowd, { db, role = "dispatcher", name = `${role} ${++this.users}`, contractor, password = "雪の日は 早起き" }) {
		const options = ["--role", role, ...(contractor ? ["--contractor", contractor] : [])];
		await this.ok("plowctl", ["user", "add", "--db", db, "--name", name, ...options], { input: `${password}\n` });
		return signIn(`http://${plowd.ready.http}`, { name, password });
	}

	/** Ends everything that still runs, the last first, and removes the folder. */
	async close() {
		const results = [];
		for (const program of this.programs.reverse()) {
			results.push(await program.stop().catch((error) => error));
		}
		await rm(this.folder, { recursive: true, force: true });
		const failure = results.find((result) => result instanceof Error);
		if (failure) {
			throw failure;
		}
	}
}

/**
 * @param {{after: (fn: () => Promise<void>) => void}} [t] A test's context: closes the workplace with the test.
 * @returns {Promise<Workplace>}
 */
export async function workplace(t) {
	const place = new Workplace(await mkdtemp(join(tmpdir(), "plow-test-")));
	if (t) {
		closeAfter(t, () => place.close());
	}
	return place;
}

/** What each test opened, in order. @type {WeakMap<object, (() => unknown)[]>} */
const opened = new WeakMap();

/**
 * Closes with the test, what was opened last first: a page before the server it shows.  All is closed, whatever one of
 * them throws; the first that throws fails the test.
 * @param {{after: (fn: () => Promise<void>) => void}} t
 * @param {() => unknown} close
 */
export function closeAfter(t, close) {
	if (!opened.has(t)) {
		opened.set(t, []);
		t.after(() => closeAll(opened.get(t)));
	}
	opened.get(t).push(close);
}

async function closeAll(closers) {
	const failures = [];
	while (closers.length > 0) {
		try {
			await closers.pop()();
		} catch (error) {
			failures.push(error);
		}
	}
	if (failures.length > 0) {
		throw failures[0];
	}
}
