// SPDX-License-Identifier: Apache-2.0
/*
 * One field for roads and vehicles: a combobox with what was found beneath, by keyboard and by touch.
 */
import { el, fill } from "../dom.js";

const PAUSE_MS = 200;

/**
 * @typedef {{key: string, sample: Node, name: string, detail: string, pick: () => void}} Found
 */

/**
 * @param {object} parts
 * @param {HTMLInputElement} parts.input
 * @param {HTMLElement} parts.results
 * @param {import("../i18n.js").Translate} parts.t
 * @param {(text: string) => Promise<Found[]>} parts.find
 * @param {(error: unknown) => string} parts.whyNot a failure in words: nothing found is another thing
 */
export function createSearch({ input, results, t, find, whyNot }) {
	/** @type {Found[]} */
	let found = [];
	let active = -1;
	let timer = 0;
	let asked = 0;

	/** @param {boolean} open */
	function expand(open) {
		results.hidden = !open;
		input.setAttribute("aria-expanded", String(open));
	}

	/** @param {number} index */
	function activate(index) {
		active = index;
		[...results.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
		const option = results.children[index];
		if (option) {
			input.setAttribute("aria-activedescendant", option.id);
			option.scrollIntoView({ block: "nearest" });
		} else {
			input.removeAttribute("aria-activedescendant");
		}
	}

	/** @param {Found} item */
	function choose(item) {
		expand(false);
		input.value = item.name;
		item.pick();
	}

	/** @param {Found} item @param {number} i */
	const option = (item, i) =>
		el(
			"div",
			{
				id: `${results.id}-${i}`,
				role: "option",
				"aria-selected": "false",
				onmousedown: (event) => event.preventDefault(), // The field keeps the focus.
				onclick: () => choose(item),
			},
			item.sample,
			el("div", { class: "what" }, item.name, el("div", { class: "quiet" }, item.detail)),
		);

	/** @param {Found[]} items @param {string} nothing what is said when there are none */
	function show(items, nothing) {
		found = items;
		fill(
			results,
			...(items.length > 0
				? items.map(option)
				: [el("div", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, nothing)]),
		);
		activate(-1);
		expand(true);
	}

	async function ask() {
		const text = input.value.trim();
		const number = ++asked;
		if (text === "") {
			expand(false);
			return;
		}
		let nothing = t("search.nothing", { text });
		const items = await find(text).catch((error) => {
			nothing = t("search.failed", { why: whyNot(error) });
			return [];
		});
		if (number === asked && document.activeElement === input) {
			show(items, nothing);
		}
	}

	input.addEventListener("input", () => {
		clearTimeout(timer);
		timer = window.setTimeout(ask, PAUSE_MS);
	});
	input.addEventListener("focus", () => input.value.trim() && ask());
	input.addEventListener("blur", () => expand(false));
	input.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step && !results.hidden && found.length > 0) {
			event.preventDefault();
			activate((active + step + found.length) % found.length);
		} else if (event.key === "Enter" && !results.hidden && found.length > 0) {
			event.preventDefault();
			choose(found[Math.max(active, 0)]);
		} else if (event.key === "Escape" && !results.hidden) {
			event.preventDefault();
			expand(false);
		}
	});
}
