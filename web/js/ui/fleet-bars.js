// SPDX-License-Identifier: Apache-2.0
/*
 * All vehicles of a night beneath one another: what each does at the moment, and a bar of what it did when.
 */
import { RECORD_STATES } from "../data/replay.js";
import { el, fill, keep, setText, svg } from "../dom.js";
import { recordWords } from "./record-shapes.js";
import { vehicleSample } from "./samples.js";

/** The live map's shape for a state of the record. @type {Record<import("../types.js").RecordState, import("../types.js").VehicleState>} */
export const SHAPES = { work: "work", transfer: "transfer", waiting: "waiting", gap: "silent", off: "off" };

/**
 * @typedef {{code: string, states: {from: number, to: number, state: number}[]}} FleetRow
 * @param {HTMLElement} list
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {(code: string) => void} how.onPick
 */
export function createFleetBars(list, { t, onPick }) {
	/** @type {Map<string, {head: SVGElement, state: HTMLElement, sample: HTMLElement, last: string}>} */
	const rows = new Map();
	let [from, to] = [0, 1];

	/** @param {FleetRow} row */
	function make({ code }) {
		const head = svg("line", { class: "playhead", y1: 0, y2: 14 });
		const state = el("span", { class: "state" });
		const sample = el("span", { class: "sample" });
		rows.set(code, { head: /** @type {SVGElement} */ (head), state, sample, last: "" });
		return el("li", {},
			el("button", { type: "button", "data-code": code, onclick: () => onPick(code) },
				sample, el("b", {}, code), state,
				svg("svg", { class: "bar-of-states", width: "100%", height: 14, viewBox: "0 0 1000 14", preserveAspectRatio: "none", "aria-hidden": "true" })));
	}

	/** One path for each state, so that a night of a thousand changes is five elements. @param {HTMLElement} element @param {FleetRow} row */
	function draw(element, { code, states }) {
		const bar = /** @type {Element} */ (element.querySelector(".bar-of-states"));
		const scale = 1000 / (to - from);
		const paths = RECORD_STATES.map((name, number) => {
			let path = "";
			for (const part of states) {
				if (part.state === number) {
					const start = (part.from - from) * scale;
					path += `M${start.toFixed(1)} 0h${Math.max(1, (part.to - part.from) * scale).toFixed(1)}v14H${start.toFixed(1)}z`;
				}
			}
			return path && svg("path", { d: path, class: `thin-${name}` });
		});
		fill(bar, ...paths.filter(Boolean), rows.get(code)?.head);
	}

	return {
		/** @param {FleetRow[]} fleet @param {number} start @param {number} end */
		show(fleet, start, end) {
			[from, to] = [start, Math.max(end, start + 1)];
			keep(list, fleet, { key: ({ code }) => code, make, show: draw });
		},
		/** @param {string | null} picked */
		pick(picked) {
			for (const button of list.querySelectorAll("button")) {
				button.setAttribute("aria-pressed", String(button.dataset.code === picked));
			}
		},
		/** What each does at a time. @param {number} time @param {(code: string) => {known: boolean, state: number, work: number}} look */
		mark(time, look) {
			const at = (Math.min(1, Math.max(0, (time - from) / (to - from))) * 1000).toFixed(1);
			for (const [code, row] of rows) {
				const { known, state, work } = look(code);
				const name = known ? RECORD_STATES[state] : "off";
				const words = known ? recordWords({ state: name, work: String.fromCharCode(work) }, t) : t("nights.not_yet");
				row.head.setAttribute("x1", at);
				row.head.setAttribute("x2", at);
				setText(row.state, words);
				if (row.last !== name) {
					row.last = name;
					fill(row.sample, vehicleSample(SHAPES[name]));
				}
			}
		},
	};
}
