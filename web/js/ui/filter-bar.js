// SPDX-License-Identifier: Apache-2.0
/*
 * What is left out of lists and map alike: one choice for each thing to filter by, folded away, and
 * each that is set as a button that takes it back.
 */
import { el, fill, setText } from "../dom.js";

/** @typedef {import("../data/filters.js").Filters} Filters */
/** @typedef {keyof Filters} Name */
/** @typedef {{value: string, text: string}} Choice */

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {readonly Name[]} parts.names
 * @param {(name: Name, value: string | undefined) => void} parts.onChange
 */
export function createFilterBar(place, { t, names, onChange }) {
	/** @type {Partial<Record<Name, Choice[]>>} */
	let known = {};
	const selects = names.map((name) => {
		const select = el("select", { id: `filter-${name}`, onchange: () => onChange(name, select.value || undefined) });
		return { name, select, label: el("div", {}, el("label", { for: select.id }, t(`filter.${name}`)), select) };
	});
	const title = el("summary", {}, t("filter.title"));
	const details = el("details", { class: "filter-choices" }, title, el("div", { class: "fields" }, ...selects.map(({ label }) => label)));
	const set = el("div", { class: "filters-set" });
	fill(place, details, set);

	/** @param {Name} name @param {string} value */
	const textOf = (name, value) => known[name]?.find((choice) => choice.value === value)?.text ?? value;

	return {
		/** Opens the choices and puts the keyboard there. */
		open() {
			details.open = true;
			selects[0].select.focus();
		},
		/** @param {Partial<Record<Name, Choice[]>>} choices @param {Filters} filters */
		show(choices, filters) {
			known = choices;
			for (const { name, select } of selects) {
				const wanted = [{ value: "", text: t("filter.all") }, ...(choices[name] ?? [])];
				const value = filters[name];
				if (value !== undefined && !wanted.some((choice) => choice.value === value)) {
					wanted.push({ value, text: value }); // From an address: still said, and can be taken back.
				}
				const state = JSON.stringify(wanted);
				if (select.dataset.state !== state) {
					select.dataset.state = state;
					fill(select, ...wanted.map((choice) => el("option", { value: choice.value }, choice.text)));
				}
				select.value = value ?? "";
			}
			const chosen = names.filter((name) => filters[name] !== undefined);
			setText(title, chosen.length ? t("filter.title_n", { n: chosen.length }) : t("filter.title"));
			const state = JSON.stringify(chosen.map((name) => [name, filters[name]]));
			if (set.dataset.state !== state) {
				set.dataset.state = state;
				fill(
					set,
					...chosen.map((name) => {
						const what = textOf(name, String(filters[name]));
						return el(
							"button",
							{ type: "button", "aria-label": t("filter.clear", { what }), onclick: () => onChange(name, undefined) },
							`${t(`filter.${name}`)}: ${what}`,
							el("span", { "aria-hidden": "true" }, " ✕"),
						);
					}),
				);
			}
		},
	};
}
