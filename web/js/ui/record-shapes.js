// SPDX-License-Identifier: Apache-2.0
/*
 * How the states of a record look beside their colour: a ground with a pattern of its own each.
 */
import { RECORD_STATES } from "../data/replay.js";
import { svg } from "../dom.js";

/** @typedef {import("../types.js").RecordState} RecordState */

/** What is drawn on the ground of a pattern of 8 by 8. @type {Record<RecordState, string>} */
const MARKS = {
	work: "",
	transfer: "M-2 10 10-2M-2 2 2-2M6 10 10 6",
	waiting: "M2 4h.01M6 0h.01M6 8h.01",
	gap: "M0 0 8 8M8 0 0 8",
	off: "M0 4h8",
};

/** The patterns that bars fill with; once in each page. */
export const recordPatterns = () =>
	svg(
		"svg",
		{ width: 0, height: 0, class: "unseen", "aria-hidden": "true" },
		...RECORD_STATES.map((state) =>
			svg(
				"pattern",
				{ id: `record-${state}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
				svg("rect", { width: 8, height: 8, class: `ground-${state}` }),
				MARKS[state] && svg("path", { d: MARKS[state], class: `mark-${state}`, "stroke-linecap": "round" }),
			),
		),
	);

/** A swatch for legends. @param {RecordState} state */
export const recordSample = (state) =>
	svg("svg", { class: "record-sample", viewBox: "0 0 24 14", "aria-hidden": "true" },
		svg("rect", { width: 24, height: 14, rx: 2, fill: `url(#record-${state})`, class: `edge-${state}` }));

/** What a segment is, in a word or two. @param {{state: RecordState, work: string}} segment @param {import("../i18n.js").Translate} t */
export function recordWords({ state, work }, t) {
	const plain = { work: "UA", transfer: "UM", waiting: "UB", gap: "U", off: "U" }[state];
	return !plain.includes(work) ? `${t(`record.${state}`)}・${t(`work.${work}`)}` : t(`record.${state}`);
}

/** @param {number} ms @param {import("../i18n.js").Translate} t */
export function durationWords(ms, t) {
	const minutes = Math.round(ms / 60_000);
	if (minutes < 1) {
		return t("duration.seconds", { n: Math.round(ms / 1000) });
	}
	return minutes < 60 ? t("duration.minutes", { n: minutes }) : t("duration.hours", { h: Math.floor(minutes / 60), n: minutes % 60 });
}
