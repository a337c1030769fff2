// SPDX-License-Identifier: Apache-2.0
/*
 * Whether what is still to do will be done in time: pure.  Where the server cannot tell, neither does
 * this.
 */

/** @typedef {"done" | "on_time" | "late" | "missed" | "stopped" | "too_far" | "unclear" | "expected"} OutlookKind */

/**
 * @param {import("../types.js").Bar} bar
 * @param {number} now
 * @returns {{kind: OutlookKind, finish: number | null}} expected: it has a finish, but nothing to hold it against
 */
export function outlookOf(bar, now) {
	const target = bar.target ? Date.parse(bar.target) : null;
	const finish = bar.finish ? Date.parse(bar.finish) : null;
	const todo = bar.todo_m ?? bar.remaining_m;
	if (bar.finish_why === "done" || todo < 1) {
		return { kind: "done", finish: null };
	}
	if (target !== null && now > target) {
		return { kind: "missed", finish };
	}
	if (finish !== null) {
		return { kind: target === null ? "expected" : finish > target ? "late" : "on_time", finish };
	}
	if (bar.finish_why === "too_far") {
		return { kind: target === null ? "too_far" : "late", finish: null };
	}
	return { kind: bar.finish_why === "stopped" ? "stopped" : "unclear", finish: null };
}

/** Those that call for somebody. @param {OutlookKind} kind */
export const isBad = (kind) => kind === "late" || kind === "missed" || kind === "stopped";
