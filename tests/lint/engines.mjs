// SPDX-License-Identifier: Apache-2.0
/*
 * Everything that node runs must run on Debian 12's own node: each package of the lock files says in
 * `engines.node` what it admits, and 18.20 must be in it.  maplibre-gl and what it brings run in
 * browsers only and may say what they like.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DEBIAN_NODE = [18, 20, 4];
const BROWSER_ONLY = ["maplibre-gl"];

/** Reads "18.18" as [18, 18], "6.x" as [6], "*" as []. */
function parts(version) {
	const numbers = [];
	for (const part of version.replace(/^[v=]+/, "").split(/[-+]/)[0].split(".")) {
		if (!/^\d+$/.test(part)) {
			break;
		}
		numbers.push(Number(part));
	}
	return numbers;
}

/** Below, at or above, looking only at the parts that are given. */
function compare(version, wanted) {
	for (let i = 0; i < wanted.length; i++) {
		if (version[i] !== wanted[i]) {
			return version[i] < wanted[i] ? -1 : 1;
		}
	}
	return 0;
}

/** The lowest version above all that start with these parts: [18, 2] gives [18, 3, 0]. */
function after(wanted, position) {
	return [...wanted.slice(0, position), wanted[position] + 1, 0, 0].slice(0, 3);
}

const full = (wanted) => [...wanted, 0, 0, 0].slice(0, 3);

const COMPARATORS = {
	">=": (version, wanted) => compare(version, full(wanted)) >= 0,
	"<": (version, wanted) => compare(version, full(wanted)) < 0,
	">": (version, wanted) => compare(version, wanted) > 0,
	"<=": (version, wanted) => compare(version, wanted) <= 0,
	"": (version, wanted) => compare(version, wanted) === 0,
	"=": (version, wanted) => compare(version, wanted) === 0,
	"~": (version, wanted) =>
		compare(version, full(wanted)) >= 0 &&
		compare(version, after(wanted, Math.min(1, wanted.length - 1))) < 0,
	"^": (version, wanted) => {
		const first = wanted.findIndex((number) => number > 0);
		return (
			compare(version, full(wanted)) >= 0 &&
			compare(version, after(wanted, first < 0 ? wanted.length - 1 : first)) < 0
		);
	},
};

/** Does a range of package.json ("^18.18 || >=20", "10 - 20", ">=6 <21") admit the version? */
export function admits(range, version) {
	return range.split("||").some((alternative) => {
		const between = alternative.match(/^\s*(\S+)\s+-\s+(\S+)\s*$/);
		const text = between ? `>=${between[1]} <=${between[2]}` : alternative;
		const comparators = text.replace(/([<>=~^]+)\s+/g, "$1").split(/\s+/).filter(Boolean);
		return comparators.every((comparator) => {
			const [, operator, wanted] = comparator.match(/^([<>=~^]*)(.*)$/);
			const numbers = parts(wanted);
			return numbers.length === 0 || COMPARATORS[operator](version, numbers);
		});
	});
}

/** The paths in a lock file that only the browser-only packages of its root bring in. */
function browserOnly(packages) {
	const reached = new Set();
	const visit = (path) => {
		if (reached.has(path)) {
			return;
		}
		reached.add(path);
		const { dependencies = {}, optionalDependencies = {} } = packages[path];
		for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
			const found = resolve(packages, path, name);
			if (found) {
				visit(found);
			}
		}
	};
	const root = packages[""];
	const direct = { ...root.dependencies, ...root.devDependencies };
	for (const name of Object.keys(direct)) {
		if (!BROWSER_ONLY.includes(name)) {
			visit(`node_modules/${name}`);
		}
	}
	return new Set(Object.keys(packages).filter((path) => path !== "" && !reached.has(path)));
}

/** Finds a dependency as node does: in the package's own node_modules, then further out. */
function resolve(packages, from, name) {
	for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf("/node_modules/")))) {
		const path = base ? `${base}/node_modules/${name}` : `node_modules/${name}`;
		if (packages[path]) {
			return path;
		}
		if (!base) {
			return null;
		}
	}
}

/** One sentence for each package of a lock file that does not run on the version. */
export function misfits(lock, version) {
	const excepted = browserOnly(lock.packages);
	return Object.entries(lock.packages)
		.filter(([path, entry]) => path !== "" && !excepted.has(path) && entry.engines?.node)
		.filter(([, entry]) => !admits(entry.engines.node, version))
		.map(([path, entry]) => `${path} ${entry.version} wants node ${entry.engines.node}`);
}

function main() {
	const root = new URL("../../", import.meta.url);
	let status = 0;
	for (const name of ["web/package-lock.json", "tests/browser/package-lock.json", "tests/bench/rival/package-lock.json"]) {
		const file = fileURLToPath(new URL(name, root));
		if (!existsSync(file)) {
			console.error(`${name} is missing: npm packages are pinned by lock files`);
			status = 1;
			continue;
		}
		for (const sentence of misfits(JSON.parse(readFileSync(file, "utf8")), DEBIAN_NODE)) {
			console.error(`${name}: ${sentence}; Debian 12 has ${DEBIAN_NODE.join(".")}`);
			status = 1;
		}
	}
	process.exitCode = status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	main();
}
