// SPDX-License-Identifier: Apache-2.0
/*
 * The roads by district: everything the map says, in words, for screen readers, print and slow lines.
 * A district's roads are fetched and made when it is opened.
 */
import { roadsByArea } from "../data/public.js";
import { el, fill, keep, setText } from "../dom.js";
import { progressBar, statusSample } from "./samples.js";

/** @typedef {import("../types.js").PublicRoad} PublicRoad */
/** @typedef {import("../types.js").PublicRow} PublicRow */

/** More matches than these stay folded in their districts. */
const MANY = 60;

/** One road's name among all: its name may occur in several districts. @param {PublicRoad} road */
export const roadKey = (road) => `${road.area}\n${road.admin}\n${road.name}`;

/** @param {PublicRoad} road @param {import("../i18n.js").Translate} t */
export const roadName = (road, t) => road.name || t("public.unnamed", { n: road.links.length });

/**
 * The words for what is known of a road.
 * @template T
 * @param {{status: import("../types.js").LinkStatus, last: number | null, done?: number, links?: number[]}} row
 * @param {{t: (key: string, values?: Record<string, string | number>) => T, format: import("../format.js").Format, now: number}} how
 */
export function roadAnswer({ status, last, done = 0, links = [] }, { t, format, now }) {
	return {
		word: t(`public.status.${status}`),
		last:
			last === null
				? t("public.no_pass")
				: t("public.passed", { time: format.when(last * 1000, now), age: format.age(now - last * 1000) }),
		sections: links.length > 1 ? t("public.sections", { n: links.length, done }) : "",
	};
}

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {(road: PublicRow) => void} parts.onPick
 * @param {(area: string) => void} parts.onOpen a district's roads are wanted
 */
export function createRoadList(place, { t, format, onPick, onOpen }) {
	/**
	 * @typedef {object} Shown
	 * @property {{area: string, roads: number}[]} districts
	 * @property {ReadonlyMap<string, PublicRow[]>} rows of the districts that are here
	 * @property {PublicRoad[] | null} names every road, while somebody searches
	 * @property {import("../types.js").Progress | null} progress
	 * @property {number} now
	 * @property {string} text
	 * @property {string | null} picked
	 */
	/** @type {Shown} */
	let shown = { districts: [], rows: new Map(), names: null, progress: null, now: 0, text: "", picked: null };
	/** @type {Map<string, PublicRow>} */
	const byKey = new Map();

	/** @param {PublicRow} road */
	function makeRoad(road) {
		const key = roadKey(road);
		return el(
			"li",
			{},
			el(
				"button",
				{ type: "button", onclick: () => onPick(/** @type {PublicRow} */ (byKey.get(key))) },
				el("span", { class: "sample" }),
				el("span", { class: "name" }, roadName(road, t)),
				el("span", { class: "word" }),
				el("span", { class: "quiet" }),
			),
		);
	}

	/** @param {HTMLElement} item @param {PublicRow} road */
	function showRoad(item, road) {
		const button = /** @type {HTMLElement} */ (item.firstElementChild);
		const [sample, , name, detail] = button.children;
		const answer = roadAnswer(road, { t, format, now: shown.now });
		byKey.set(roadKey(road), road);
		if (button.dataset.status !== road.status) {
			button.dataset.status = road.status;
			fill(sample, statusSample(road.status));
		}
		setText(name, answer.word);
		setText(detail, road.admin === "town" ? answer.last : t(`responsible.${road.admin}`));
		button.setAttribute("aria-pressed", String(roadKey(road) === shown.picked));
	}

	/** @typedef {{area: string, count: number}} Found a district with roads that match */

	/** @param {Found} found */
	function makeArea({ area }) {
		const details = el(
			"details",
			{},
			el("summary", {}, el("span", { class: "name" }, area || t("area.none")), el("span", { class: "quiet" }), el("span", { class: "bar-place" })),
			el("ul"),
		);
		details.addEventListener("toggle", () => {
			if (details.open) {
				onOpen(area);
				show(shown);
			}
		});
		return details;
	}

	/** @param {HTMLElement} element @param {Found} found */
	function showArea(element, { area, count: matches }) {
		const details = /** @type {HTMLDetailsElement} */ (element);
		const [, count, bar] = /** @type {HTMLElement} */ (details.firstElementChild).children;
		const progress = shown.progress?.areas.find(({ name }) => name === area);
		const percent = progress ? `${format.percent(progress.percent / 100)}・` : "";
		setText(count, `${percent}${t("public.count", { n: matches })}`);
		if (progress && bar.getAttribute("data-percent") !== String(progress.percent)) {
			bar.setAttribute("data-percent", String(progress.percent));
			fill(bar, progressBar(progress.percent / 100, progress.length_m > 0 ? progress.partly_m / progress.length_m : 0));
		}
		if (!details.open) {
			return;
		}
		const list = /** @type {HTMLElement} */ (details.lastElementChild);
		const rows = shown.rows.get(area);
		list.toggleAttribute("aria-busy", !rows);
		keep(list, roadsByArea(rows ?? [], shown.text).get(area) ?? [], { key: roadKey, make: makeRoad, show: showRoad });
	}

	/** @returns {Found[]} */
	function findAreas() {
		if (shown.text.trim() === "") {
			return shown.districts.map(({ area, roads }) => ({ area, count: roads }));
		}
		return [...roadsByArea(shown.names ?? [], shown.text)].map(([area, roads]) => ({ area, count: roads.length }));
	}

	/** @param {Shown} next @returns {boolean} whether anything matches */
	function show(next) {
		const searching = next.text.trim() !== "" && (next.text !== shown.text || next.names !== shown.names);
		shown = next;
		const areas = findAreas();
		const matches = areas.reduce((sum, { count }) => sum + count, 0);
		keep(place, areas, {
			key: ({ area }) => area || "\n",
			make: makeArea,
			show(element, found) {
				if (searching) {
					/** @type {HTMLDetailsElement} */ (element).open = matches <= MANY;
				}
				showArea(element, found);
			},
		});
		return areas.length > 0;
	}

	return { show };
}
