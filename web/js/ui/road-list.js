// SPDX-License-Identifier: Apache-2.0
/*
 * The roads by area: everything the map says, in words, for screen readers, print and slow lines.
 * An area's roads are made when it is opened.
 */
import { roadsByArea } from "../data/public.js";
import { summarise } from "../data/coverage.js";
import { el, fill, keep, setText } from "../dom.js";
import { progressBar, statusSample } from "./samples.js";

/** @typedef {import("../types.js").PublicRoad} PublicRoad */

/** More matches than these stay folded in their areas. */
const MANY = 60;

/** One road's name among all: its name may occur in several areas. @param {PublicRoad} road */
export const roadKey = (road) => `${road.area}\n${road.admin}\n${road.name}`;

/** @param {PublicRoad} road @param {import("../i18n.js").Translate} t */
export const roadName = (road, t) => road.name || t("public.unnamed", { n: road.links.length });

/**
 * The words for what is known of a road.
 * @param {PublicRoad} road
 * @param {import("../data/coverage.js").Coverage} coverage
 * @param {{t: import("../i18n.js").Translate, format: import("../format.js").Format, now: number}} how
 */
export function roadAnswer(road, coverage, { t, format, now }) {
	const { status, newest, counts } = summarise(coverage.links, road.links, road.admin);
	const last = newest === null ? null : newest * 1000;
	return {
		status,
		word: t(`public.status.${status}`),
		last:
			last === null
				? t("public.no_pass")
				: t("public.passed", { time: format.when(last, now), age: format.age(now - last) }),
		sections: road.links.length > 1 ? t("public.sections", { n: road.links.length, done: counts.done ?? 0 }) : "",
	};
}

/**
 * @param {HTMLElement} place
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {import("../format.js").Format} parts.format
 * @param {(road: PublicRoad) => void} parts.onPick
 */
export function createRoadList(place, { t, format, onPick }) {
	/** @typedef {{roads: PublicRoad[], coverage: import("../data/coverage.js").Coverage, progress: import("../types.js").Progress | null, now: number, text: string, picked: string | null}} Shown */
	/** @type {Shown} */
	let shown = { roads: [], coverage: { links: new Map(), changed: null }, progress: null, now: 0, text: "", picked: null };
	/** @type {Map<string, PublicRoad>} */
	const byKey = new Map();

	/** @param {PublicRoad} road */
	function makeRoad(road) {
		const key = roadKey(road);
		return el(
			"li",
			{},
			el(
				"button",
				{ type: "button", onclick: () => onPick(/** @type {PublicRoad} */ (byKey.get(key))) },
				el("span", { class: "sample" }),
				el("span", { class: "name" }, roadName(road, t)),
				el("span", { class: "word" }),
				el("span", { class: "quiet" }),
			),
		);
	}

	/** @param {HTMLElement} item @param {PublicRoad} road */
	function showRoad(item, road) {
		const button = /** @type {HTMLElement} */ (item.firstElementChild);
		const [sample, , name, detail] = button.children;
		const answer = roadAnswer(road, shown.coverage, { t, format, now: shown.now });
		byKey.set(roadKey(road), road);
		if (button.dataset.status !== answer.status) {
			button.dataset.status = answer.status;
			fill(sample, statusSample(answer.status));
		}
		setText(name, answer.word);
		setText(detail, road.admin === "town" ? answer.last : t(`responsible.${road.admin}`));
		button.setAttribute("aria-pressed", String(roadKey(road) === shown.picked));
	}

	/** @param {[string, PublicRoad[]]} entry */
	function makeArea([area]) {
		const details = el(
			"details",
			{},
			el("summary", {}, el("span", { class: "name" }, area || t("area.none")), el("span", { class: "quiet" }), el("span", { class: "bar-place" })),
			el("ul"),
		);
		details.addEventListener("toggle", () => show(shown));
		return details;
	}

	/** @param {HTMLElement} element @param {[string, PublicRoad[]]} entry */
	function showArea(element, [area, roads]) {
		const details = /** @type {HTMLDetailsElement} */ (element);
		const [, count, bar] = /** @type {HTMLElement} */ (details.firstElementChild).children;
		const progress = shown.progress?.areas.find(({ name }) => name === area);
		const percent = progress ? `${format.percent(progress.percent / 100)}・` : "";
		setText(count, `${percent}${t("public.count", { n: roads.length })}`);
		if (progress && bar.getAttribute("data-percent") !== String(progress.percent)) {
			bar.setAttribute("data-percent", String(progress.percent));
			fill(bar, progressBar(progress.percent / 100, progress.length_m > 0 ? progress.partly_m / progress.length_m : 0));
		}
		if (details.open) {
			keep(/** @type {HTMLElement} */ (details.lastElementChild), roads, { key: roadKey, make: makeRoad, show: showRoad });
		}
	}

	/** @param {Shown} next */
	function show(next) {
		const searching = next.text.trim() !== "" && next.text !== shown.text;
		shown = next;
		const areas = [...roadsByArea(next.roads, next.text)];
		const matches = areas.reduce((sum, [, roads]) => sum + roads.length, 0);
		keep(place, areas, {
			key: ([area]) => area || "\n",
			make: makeArea,
			show(element, entry) {
				if (searching) {
					/** @type {HTMLDetailsElement} */ (element).open = matches <= MANY;
				}
				showArea(element, entry);
			},
		});
		return areas.length > 0;
	}

	return { show };
}
