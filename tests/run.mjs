// SPDX-License-Identifier: Apache-2.0
/*
 * Runs the tests and counts them: node tests/run.mjs [PART ...].  `make test` builds first and calls
 * it without a part.  The last line is `N passed, N failed, N skipped`; the status is 1 when anything
 * failed.
 *
 * A file that crashes, hangs, says nothing, leaves processes or files (plow-*) behind or makes a sanitizer
 * speak is a failed test, whatever it said itself.  Everything a file printed is kept in BUILD/logs/PART/.
 *
 * BUILD (build), CI (unit and integration tests on the programs' sanitizer build, and the fuzzers as well), PLOW_DATA, TEST_LIMIT_S (seconds one file may take).
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";

import { readTap } from "./support/tap.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const build = resolve(process.env.BUILD || join(root, "build"));
const sanitized = join(build, "san-address-undefined");
const fuzzers = join(build, "san-fuzzer-no-link-address-undefined/tests/fuzz");
const FUZZ_SECONDS = "3"; // each: a minute in all
const limitMs = Number(process.env.TEST_LIMIT_S || 600) * 1000;
const SKIP_STATUS = 77;
const COUPLE = Math.max(1, Math.min(2, cpus().length));
/** Most files wait most of the time, for sockets, clocks and disks: three times as many as cores keep them busy. */
const AT_ONCE = 3 * COUPLE;

/** Files of a folder by the end of their names; with the words of FILES in the environment only those. */
function list(folder, ending) {
	const path = join(root, folder);
	const wanted = (process.env.FILES ?? "").split(/\s+/).filter(Boolean);
	return (existsSync(path) ? readdirSync(path) : [])
		.filter((name) => name.endsWith(ending))
		.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
		.sort()
		.map((name) => join(path, name));
}

function criterion(programs) {
	const program = join(programs, "tests/unit/run");
	return [{ name: "unit", argv: [program, "--short-filename", "--color=never", "--tap=TAP"], programs }];
}

function nodeTests(folder, programs, isWanted = () => true) {
	return list(folder, ".test.mjs").filter(isWanted).map((file) => ({
		name: basename(file, ".test.mjs"),
		argv: [process.execPath, "--test-reporter=tap", "--test-reporter-destination=TAP", file],
		programs,
	}));
}

/** In CI the sanitizer's build goes through every file; the plain one through those that it cannot answer alone. */
const needsPlain = (file) => !process.env.CI || /\b(sanitizedBuild|noFaults)\b/.test(readFileSync(file, "utf8"));

/** A check is one test: status 0 passed, 77 skipped, anything else failed. */
function checks() {
	return [
		...list("tests/lint", ".sh").map((file) => ({ name: basename(file), argv: [file], plain: true })),
		...list("tests/lint", ".mjs").map((file) => ({
			name: basename(file),
			argv: [process.execPath, file],
			plain: true,
		})),
	];
}

function replay() {
	return [{ name: "replay", argv: [join(sanitized, "tests/fuzz/replay"), "TAP"], programs: sanitized }];
}

function fuzzing() {
	return list("tests/fuzz", ".c")
		.map((file) => /fuzz_(\w+)\.c$/.exec(file)?.[1])
		.filter(Boolean)
		.map((name) => ({
			name,
			argv: [join(root, "tests/fuzz/run.sh"), fuzzers, "seconds", FUZZ_SECONDS, name],
			plain: true,
		}));
}

/** In the order they begin: the pages first, beside all the rest, as they would take longest at the end. */
const parts = {
	browser: { files: () => nodeTests("tests/browser", build), atOnce: COUPLE },
	lint: { files: checks, atOnce: COUPLE },
	unit: { files: () => criterion(build), atOnce: 1, onlyWhenAsked: Boolean(process.env.CI) },
	sanitize: { files: () => criterion(sanitized), atOnce: 1 },
	"fuzz-replay": { files: replay, atOnce: 1 },
	fuzz: { files: fuzzing, atOnce: COUPLE, onlyWhenAsked: !process.env.CI },
	integration: { files: () => nodeTests("tests/integration", build, needsPlain), atOnce: AT_ONCE },
	"integration-sanitized": {
		files: () => nodeTests("tests/integration", sanitized),
		atOnce: AT_ONCE,
		onlyWhenAsked: !process.env.CI,
	},
};

/** Everything below a folder as one text. */
function slurp(folder) {
	return readdirSync(folder)
		.sort()
		.map((name) => readFileSync(join(folder, name), "utf8"))
		.join("\n");
}

function environment(file, places) {
	const sanitizer = `log_path=${places.sanitizer}/report:print_stacktrace=1`;
	return {
		...process.env,
		TMPDIR: places.scratch,
		BUILD: build,
		PLOW_BIN: file.programs ?? build,
		PLOW_WEB: join(build, "web"),
		PLOW_DATA: process.env.PLOW_DATA ?? resolve(root, "../shared/data"),
		// What was freed is watched for the next 32 MB, not 256: to fetch so much memory took half of a short program's time.
		ASAN_OPTIONS: `${sanitizer}:detect_leaks=1:abort_on_error=0:exitcode=99:quarantine_size_mb=32`,
		UBSAN_OPTIONS: `${sanitizer}:halt_on_error=1`,
		LSAN_OPTIONS: `suppressions=${root}/tests/support/lsan.supp:print_suppressions=0`,
	};
}

function groupLives(pid) {
	try {
		process.kill(-pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Ends what is left of a file's processes; true when there was anything. */
async function reap(pid) {
	for (let i = 0; i < 40 && groupLives(pid); i++) {
		await delay(50);
	}
	if (!groupLives(pid)) {
		return false;
	}
	process.kill(-pid, "SIGKILL");
	return true;
}

/** The groups that run now: an interrupted run takes them with it. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
	process.on(signal, () => {
		for (const pid of running) {
			process.kill(-pid, "SIGKILL");
		}
		process.exit(130);
	});
}

/** Runs one file in a process group of its own. */
async function execute(file, places) {
	const log = openSync(places.log, "w");
	const argv = file.argv.map((word) => word.replace(/TAP$/, places.tap));
	const child = spawn(argv[0], argv.slice(1), {
		cwd: root,
		env: environment(file, places),
		stdio: ["ignore", log, log],
		detached: true,
	});
	if (child.pid !== undefined) {
		running.add(child.pid);
	}
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		process.kill(-child.pid, "SIGKILL");
	}, limitMs);
	const ended = await new Promise((done) => {
		child.on("error", (error) => done({ error: error.message }));
		child.on("exit", (status, signal) => done({ status, signal }));
	});
	clearTimeout(timer);
	closeSync(log);
	const left = child.pid !== undefined && (await reap(child.pid));
	running.delete(child.pid);
	return { ...ended, late, left };
}

function emptyFolder(path) {
	rmSync(path, { recursive: true, force: true });
	mkdirSync(path, { recursive: true });
	return path;
}

/** What is wrong with how a file ended, beside the tests it counted itself. */
function complaints(file, ended, tap, { reports, files }) {
	const found = [];
	if (ended.late) {
		found.push(`took more than ${limitMs / 1000} s and was ended`);
	} else if (ended.error || ended.signal) {
		found.push(ended.error ?? `was ended by ${ended.signal}`);
	} else if (file.plain) {
		return ended.status === 0 || ended.status === SKIP_STATUS ? [] : [`ended with ${ended.status}`];
	} else if (tap.passed.length + tap.failed.length + tap.skipped.length === 0) {
		found.push(`counted no test and ended with ${ended.status}`);
	} else if (!tap.whole) {
		found.push(`stopped before its last test and ended with ${ended.status}`);
	} else if (ended.status !== 0 && tap.failed.length === 0) {
		found.push(`ended with ${ended.status} though no test failed`);
	}
	if (ended.left) {
		found.push("left processes behind");
	}
	if (files.length > 0) {
		found.push(`left files behind: ${files.join(" ")}`);
	}
	if (reports) {
		found.push(`sanitizer reports:\n${reports}`);
	}
	return found;
}

async function runFile(part, file) {
	const logs = join(build, "logs", part);
	const places = {
		log: join(logs, `${file.name}.log`),
		tap: join(logs, `${file.name}.tap`),
		sanitizer: emptyFolder(join(logs, `${file.name}.sanitizer`)),
		scratch: mkdtempSync(join(tmpdir(), "michiake-test-")),
	};
	rmSync(places.tap, { force: true });
	const start = Date.now();
	const ended = await execute(file, places);
	const reports = slurp(places.sanitizer).trim();
	if (!reports) {
		rmSync(places.sanitizer, { recursive: true });
	}
	const tap = readTap(existsSync(places.tap) ? readFileSync(places.tap, "utf8") : "");
	const files = readdirSync(places.scratch).filter((name) => name.startsWith("plow-"));
	rmSync(places.scratch, { recursive: true, force: true });
	const problems = complaints(file, ended, tap, { reports, files });
	if (file.plain && problems.length === 0) {
		const log = readFileSync(places.log, "utf8").trim();
		(ended.status === SKIP_STATUS ? tap.skipped : tap.passed).push({ name: file.name, text: log });
	}
	tap.failed.push(...problems.map((text) => ({ name: file.name, text })));
	return { name: `${part}/${file.name}`, log: places.log, seconds: (Date.now() - start) / 1000, ...tap };
}

const indent = (text) => text.replace(/^/gm, "      ");

function report(result) {
	const counts = ["passed", "failed", "skipped"].map((kind) => `${result[kind].length} ${kind}`);
	console.log(`  ${result.name.padEnd(36)} ${counts.join(", ")}  (${result.seconds.toFixed(1)} s)`);
	for (const { name, text } of result.failed) {
		console.log(`    FAILED ${name}\n${indent(text.trimEnd())}`);
	}
	const printed = readFileSync(result.log, "utf8").trimEnd();
	if (result.failed.length > 0 && printed) {
		console.log(`    it printed\n${indent(printed.split("\n").slice(-60).join("\n"))}`);
	}
	for (const note of result.notes) {
		console.log(`    ${note}`);
	}
	for (const { name, text } of result.skipped) {
		console.log(`    skipped ${name}: ${text || "no reason given"}`);
	}
}

/** Everything that is to run, in the order of the parts; no part has more files at work than it allows. */
async function runAll(names) {
	const waiting = names.flatMap((part) => parts[part].files().map((file) => ({ part, file })));
	const atWork = Object.fromEntries(names.map((part) => [part, 0]));
	const busy = new Set();
	const results = [];
	names.forEach((part) => mkdirSync(join(build, "logs", part), { recursive: true }));
	while (waiting.length > 0 || busy.size > 0) {
		const next = busy.size < AT_ONCE ? waiting.findIndex(({ part }) => atWork[part] < parts[part].atOnce) : -1;
		if (next < 0) {
			await Promise.race(busy);
			continue;
		}
		const [{ part, file }] = waiting.splice(next, 1);
		atWork[part]++;
		const run = runFile(part, file).then((result) => {
			atWork[part]--;
			busy.delete(run);
			report(result);
			results.push(result);
		});
		busy.add(run);
	}
	return results;
}

async function main(asked) {
	const unknown = asked.filter((name) => !parts[name]);
	if (unknown.length > 0) {
		console.error(`run.mjs: no part "${unknown[0]}"; there are ${Object.keys(parts).join(", ")}`);
		return 64;
	}
	const names = asked.length > 0 ? asked : Object.keys(parts).filter((name) => !parts[name].onlyWhenAsked);
	const results = await runAll(names);
	const count = (kind) => results.reduce((sum, result) => sum + result[kind].length, 0);
	for (const result of results.filter(({ failed }) => failed.length > 0)) {
		console.log(`failed: ${result.failed.map(({ name }) => `${result.name}: ${name}`).join("\nfailed: ")}`);
		console.log(`  see ${result.log}`);
	}
	console.log(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
	return count("failed") > 0 || count("passed") === 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
