// SPDX-License-Identifier: Apache-2.0
/*
 * Holds what was claimed against a recorded drive's hand-corrected truth, by the acceptance script.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

import { DATA, recording } from "./programs.mjs";

const SCRIPT = `${DATA}/../accept/score_matching.py`;

export const canScore = existsSync(SCRIPT);

/**
 * The score of spans against a drive's truth: recall, false_share, recall_directed, right_passes and more.
 * @param {import("./programs.mjs").Workplace} place
 * @param {string} drive its folder below matching/
 * @param {string} spans a CSV text with source_id, from_m and to_m: driven spans, or coverage
 */
export async function score(place, drive, spans) {
	const file = await place.file("spans.csv", spans);
	const { stdout } = await promisify(execFile)("python3", [SCRIPT, recording("matching", drive), file, "--json"]);
	return JSON.parse(stdout);
}
