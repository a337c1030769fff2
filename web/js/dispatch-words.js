// SPDX-License-Identifier: Apache-2.0
/*
 * The words of what there is to filter by.
 */
import { word } from "./i18n.js";
import { bandWords } from "./ui/legend.js";

/**
 * @param {Record<import("./data/filters.js").FilterName, string[]>} choices
 * @param {import("./i18n.js").Translate} t
 */
export function wordsOfChoices(choices, t) {
	const bands = bandWords(t);
	const words = {
		area: (/** @type {string} */ value) => (value === "-" ? t("area.none") : value),
		contractor: (/** @type {string} */ value) => (value === "-" ? t("filter.none") : value),
		machine: (/** @type {string} */ value) => (value === "-" || value === "any" ? t("filter.none") : word(t, "class", value)),
		state: (/** @type {string} */ value) => t(`state.${value}`),
		class: (/** @type {string} */ value) => (value === "-" ? t("road_class.none") : word(t, "road_class", value)),
		status: (/** @type {string} */ value) => t(`status.${value}`),
		age: (/** @type {string} */ value) => (value === "never" ? bands[bands.length - 1] : bands[Number(value)]),
	};
	return Object.fromEntries(
		Object.entries(choices).map(([name, values]) => [
			name,
			values.map((value) => ({ value, text: words[/** @type {keyof typeof words} */ (name)](value) })),
		]),
	);
}
