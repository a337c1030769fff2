// SPDX-License-Identifier: Apache-2.0
/*
 * A list of masters: what each is in a line or two, and what can be done with it.
 */
import { el, fill } from "../dom.js";

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {string} title
 * @property {string} detail
 * @property {{text: string, kind?: string}[]} [chips]
 * @property {{label: string, kind?: string, sure?: string, act: () => unknown}[]} actions sure: what is asked before it is done
 */

/**
 * @param {HTMLElement} panel
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {string} parts.title
 * @param {{label: string, act: () => void} | null} parts.add
 * @param {string} parts.empty
 * @param {(error: unknown) => {text: string}} parts.explain
 */
export function createMasterList(panel, { t, title, add, empty, explain }) {
	const list = el("ul", { class: "masters" });
	const nothing = el("p", { class: "empty" }, empty);
	const heading = el("h2", { tabindex: -1 }, title);
	const element = el(
		"div",
		{},
		el(
			"header",
			{ class: "panel-head" },
			heading,
			add && el("button", { type: "button", class: "primary", onclick: add.act }, add.label),
		),
		nothing,
		list,
	);

	/** @param {Row["actions"][number]} action @param {HTMLElement} trouble */
	function button({ label, kind, sure, act }, trouble) {
		const run = async () => {
			fill(trouble);
			try {
				await act();
			} catch (error) {
				fill(trouble, el("p", { class: "notice bad" }, explain(error).text));
			}
		};
		const ask = () => {
			const go = () => {
				first.focus(); // the question goes, the keyboard stays
				run();
			};
			const yes = el("button", { type: "button", class: "danger", onclick: go }, label);
			const no = el("button", { type: "button", onclick: () => { fill(trouble); first.focus(); } }, t("masters.cancel"));
			fill(trouble, el("div", { class: "notice warn" }, el("p", {}, sure), el("p", { class: "buttons" }, yes, no)));
			yes.focus();
		};
		const first = el("button", { type: "button", class: kind ?? null, onclick: sure ? ask : run }, label);
		return first;
	}

	/** @param {Row} row */
	function item({ key, title: name, detail, chips = [], actions }) {
		const trouble = el("div", { "aria-live": "polite" });
		return el(
			"li",
			{ "data-key": key },
			el("h3", {}, name, ...chips.map(({ text, kind }) => el("span", { class: `chip ${kind ?? ""}` }, text))),
			detail ? el("p", { class: "quiet" }, detail) : null,
			actions.length > 0 && el("div", { class: "buttons", role: "group", "aria-label": name }, ...actions.map((action) => button(action, trouble))),
			trouble,
		);
	}

	return {
		/** @param {Row[]} rows */
		show(rows) {
			const held = panel.contains(document.activeElement);
			nothing.hidden = rows.length > 0;
			fill(list, ...rows.map(item));
			if (!panel.contains(element)) {
				fill(panel, element);
			}
			if (held && !panel.contains(document.activeElement)) {
				heading.focus(); // what was pressed is gone
			}
		},
	};
}
