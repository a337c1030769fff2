// SPDX-License-Identifier: Apache-2.0
/*
 * The types in the comments of the pages' JavaScript, by the TypeScript compiler, against the map
 * library's own types, which lie where make installed the library.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const build = resolve(root, process.env.BUILD || "build");
const tools = join(root, "tests/browser/node_modules");
const library = join(build, "npm/node_modules/maplibre-gl/dist/maplibre-gl.d.ts");

if (!existsSync(tools) || !existsSync(library)) {
	console.error("the compiler or the map library is missing: run `make lint`, which installs both");
	process.exit(1);
}

/** The library's types, where its files will lie in a browser's eyes; rootDirs lays the folders together. */
function typesFolder() {
	const folder = join(build, "web-types");
	const vendor = join(folder, "vendor/maplibre-gl-6.17.0");
	mkdirSync(vendor, { recursive: true });
	cpSync(library, join(vendor, "maplibre-gl.d.mts"));
	writeFileSync(
		join(folder, "tsconfig.json"),
		JSON.stringify({
			extends: join(root, "web/jsconfig.json"),
			compilerOptions: {
				rootDirs: [join(root, "web"), folder],
				typeRoots: [join(tools, "@types")],
				types: ["geojson"],
				paths: { geojson: [join(tools, "@types/geojson/index.d.ts")] },
			},
			include: [join(root, "web/js")],
		}),
	);
	return folder;
}

const compiler = join(tools, "typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", typesFolder()], { cwd: root, stdio: "inherit" });
process.exitCode = status === 0 ? 0 : 1;
