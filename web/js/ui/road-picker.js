// SPDX-License-Identifier: Apache-2.0
/*
 * Roads in an order: clicked on the map, found by name, moved up and down, taken out again.
 */
import { rearranged, stretchesOf, toggled, withRoad } from "../data/chosen-roads.js";
import { el, fill } from "../dom.js";
import { statusSample } from "./samples.js";
import { createSearch } from "./search.js";

/**
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {Map<number, import("../data/chosen-roads.js").BookRoad>} parts.book
 * @param {number[]} parts.links
 * @param {string} parts.how
 * @param {(text: string) => Promise<import("../types.js").Road[]>} parts.find
 * @param {(error: unknown) => string} parts.whyNot
 * @param {() => void} parts.onCenter takes the road under the map's cross
 * @param {(links: number[]) => void} parts.onChange
 */
export function createRoadPicker({ t, format, book, links: first, how, find, whyNot, onCenter, onChange }) {
	let links = first;
	const list = el("ol", { class: "stretches" });
	const sum = el("p", { class: "quiet", role: "status" });
	const trouble = el("p", { class: "fault", id: "roads-fault", role: "status" });
	const input = el("input", {
		id: "road-search", type: "text", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
		"aria-controls": "road-results", autocomplete: "off", spellcheck: "false", placeholder: t("roads.search"), "aria-label": t("roads.search"),
	});
	const results = el("div", { class: "search-results", id: "road-results", role: "listbox", "aria-label": t("search.results"), hidden: true });

	/** @param {number[]} next */
	function take(next) {
		links = next;
		show();
		onChange(links);
	}

	/** @param {import("../data/chosen-roads.js").Stretch} stretch @param {number} i @param {import("../data/chosen-roads.js").Stretch[]} all */
	function row(stretch, i, all) {
		const name = stretch.name;
		/** @param {string} sign @param {string} key @param {-1 | 0 | 1} by @param {boolean} off */
		const button = (sign, key, by, off) =>
			el("button", { type: "button", class: "plain", disabled: off, "data-do": key, "aria-label": t(key, { name }), onclick: () => {
				take(rearranged(all, i, by));
				/** @type {HTMLElement} */ (list.children[Math.max(0, Math.min(i + by, list.children.length - 1))]?.querySelector(`[data-do="${key}"]:not(:disabled)`) ?? input).focus();
			} }, sign);
		return el(
			"li",
			{},
			el("span", { class: "what" }, name, " ", el("span", { class: "quiet" }, `${format.length(stretch.length_m)}${stretch.whole ? "" : `・${t("roads.part", { n: stretch.links.length })}`}`)),
			button("↑", "roads.up", -1, i === 0),
			button("↓", "roads.down", 1, i === all.length - 1),
			button("✕", "roads.remove", 0, false),
		);
	}

	function show() {
		const stretches = stretchesOf(links, book);
		fill(list, ...stretches.map(row));
		fill(sum, links.length > 0 ? t("roads.sum", { n: stretches.length, length: format.length(stretches.reduce((all, one) => all + one.length_m, 0)) }) : "");
		if (links.length > 0) {
			fill(trouble);
		}
	}

	createSearch({
		input,
		results,
		t,
		whyNot,
		find: async (text) =>
			(await find(text)).map((road) => ({
				key: `road ${road.id}`,
				sample: statusSample("none"),
				name: road.name || road.source_id,
				detail: format.length(road.length_m),
				pick() {
					input.value = "";
					take(withRoad(links, road.links));
				},
			})),
	});
	show();
	const element = el(
		"fieldset",
		{ class: "road-picker", "aria-describedby": "roads-fault" },
		el("legend", {}, t("roads.title")),
		el("p", { class: "quiet" }, how),
		el("div", { class: "search" }, input, results),
		list,
		sum,
		el("p", { class: "buttons" }, el("button", { type: "button", onclick: onCenter }, t("roads.center"))),
		trouble,
	);
	return {
		element,
		get: () => links,
		/** From the map. @param {number} link */
		toggle: (link) => take(toggled(links, link)),
		fault() {
			fill(trouble, links.length === 0 ? t("roads.none") : "");
			return links.length === 0;
		},
	};
}
