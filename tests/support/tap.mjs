// SPDX-License-Identifier: Apache-2.0
/*
 * Reads TAP as Criterion and node's test runner write it: what passed, failed and was skipped.
 * Only leaves count; a parent counts when it failed although none of its children did.
 */

const POINT = /^( *)(not )?ok\b(?: \d+)?(?: - )? ?(.*?)(?: +# ([A-Z]+)\b ?(.*))?$/;
const PLAN = /^( *)1\.\.(\d+)/;

/** The YAML block of details that follows a point, without its fences; and where it ends. */
function details(lines, start) {
	if (lines[start]?.trim() !== "---") {
		return { text: "", end: start };
	}
	let end = start + 1;
	while (end < lines.length && lines[end].trim() !== "...") {
		end++;
	}
	return { text: lines.slice(start + 1, end).join("\n"), end: end + 1 };
}

/** What a test said of itself; node's own words about tests and their counts are none. */
const NOTE = /^ *# (?!Subtest: |Running \d|(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$)(.+)/;

/**
 * @typedef {{name: string, text: string}} Point
 * @param {string} text
 * @returns {{passed: Point[], failed: Point[], skipped: Point[], notes: string[], whole: boolean}} whole is
 * false when the stream ended before its plan did.
 */
export function readTap(text) {
	const result = { passed: [], failed: [], skipped: [], notes: [], whole: false };
	const lines = text.split("\n");
	const open = []; // per depth: children seen, and how many of them failed
	let points = 0;
	let planned = -1;
	for (let i = 0; i < lines.length; i++) {
		const plan = lines[i].match(PLAN);
		if (plan && plan[1] === "") {
			planned = Number(plan[2]);
		}
		const note = lines[i].match(NOTE);
		if (note) {
			result.notes.push(note[1].trim());
		}
		const point = lines[i].match(POINT);
		if (!point) {
			continue;
		}
		const depth = point[1].length / 4;
		const block = details(lines, i + 1);
		i = block.end - 1;
		const children = open[depth + 1] ?? { count: 0, failed: 0 };
		open.length = depth + 1;
		open[depth] ??= { count: 0, failed: 0 };
		open[depth].count++;
		points += depth === 0 ? 1 : 0;
		const bad = Boolean(point[2]) && !point[4];
		open[depth].failed += bad ? 1 : 0;
		const entry = { name: point[3].trim(), text: block.text };
		if (bad) {
			if (children.failed === 0) {
				result.failed.push(entry);
			}
		} else if (point[4]) {
			result.skipped.push({ name: entry.name, text: point[5] });
		} else if (children.count === 0) {
			result.passed.push(entry);
		}
	}
	result.whole = planned === points;
	return result;
}
