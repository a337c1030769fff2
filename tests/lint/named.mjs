// SPDX-License-Identifier: Apache-2.0
// Who promises something names the test that shows it: every test and fuzzer that docs/RELIABILITY.md and
// docs/SECURITY.md name is there.
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
const there = new Set(execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "tests"], { cwd: ROOT, encoding: "utf8" })
	.trim().split("\n").map((path) => basename(path)));
let missing = 0;

for (const name of ["docs/RELIABILITY.md", "docs/SECURITY.md"]) {
	const text = readFileSync(join(ROOT, name), "utf8");
	const named = [...text.matchAll(/[\w-]+\.test\.mjs|\btest_\w+\.c|tests\/support\/([\w-]+\.\w+)/g)].map(([all, support]) => support ?? all);
	const fuzzers = [...text.matchAll(/\bfuzz_[a-z_]+/g)].map(([all]) => `${all}.c`);
	for (const file of new Set([...named, ...fuzzers])) {
		if (!there.has(file)) {
			console.error(`${name} names ${file}, which is not in tests/`);
			missing++;
		}
	}
}
process.exit(missing ? 1 : 0);
