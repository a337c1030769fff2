// SPDX-License-Identifier: Apache-2.0
/*
 * A disk and a clock that fail when told to (faults.c):
 *
 *	const faults = faultsFor(place, "town.db");
 *	await place.serve("plowd", args, { env: faults.env });
 *	await faults.begin("write 28");  // ENOSPC
 *	await faults.end();
 */
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { ROOT, sanitizedBuild } from "./programs.mjs";

const SHIM = join(resolve(ROOT, process.env.BUILD || "build"), "tests/support/faults.so");

/** Why no faults can be had here, or false: a sanitizer's runtime does not go with a preloaded library. */
export const noFaults = sanitizedBuild ||
	(!existsSync(SHIM) && `${SHIM} is not built`);

/** Faults for the files of a workplace whose path has `files` in it. */
export function faultsFor(place, files) {
	const control = place.path("faults");
	return {
		env: { LD_PRELOAD: SHIM, PLOW_FAULTS: control, PLOW_FAULT_FILES: files },
		async begin(...what) {
			await writeFile(`${control}.next`, `${what.join("\n")}\n`);
			await rename(`${control}.next`, control);
		},
		end: () => rm(control, { force: true }),
		/** Whether something was slow, or dead. */
		struck: () => existsSync(`${control}.struck`),
	};
}
