// SPDX-License-Identifier: Apache-2.0
/*
 * What the driver did in a shift, to look through and confirm.
 */
import { el, fill } from "./dom.js";
import { word } from "./i18n.js";

/** Road names shown; the rest is a number. */
const ROADS_SHOWN = 12;

/** Hours and minutes, as on a time sheet. @param {number} seconds */
export function hours(seconds) {
	const minutes = Math.round(seconds / 60);
	return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/**
 * @param {HTMLDialogElement} place
 * @param {import("./i18n.js").Translate} t
 * @param {import("./format.js").Format} format
 * @param {(id: number) => void} confirm
 */
export function createSummary(place, t, format, confirm) {
	/** @param {import("./types.js").CabShift} shift */
	function stateRows(shift) {
		const rows = Object.entries(shift.states)
			.sort(([, a], [, b]) => b - a)
			.map(([code, seconds]) => [word(t, "work", code), hours(seconds)]);
		return shift.gap_s >= 60 ? [...rows, [t("driver.summary.gap"), hours(shift.gap_s)]] : rows;
	}

	/** @param {import("./types.js").CabShift} shift */
	function roadsOf(shift) {
		if (shift.roads === null) {
			return el("p", { class: "figure" }, "—");
		}
		const named = shift.roads.filter(({ name }) => name);
		const shown = named.slice(0, ROADS_SHOWN);
		return el("div", {},
			el("p", { class: "figure" }, t("driver.summary.road_count", { n: format.count(named.length) })),
			el("ul", { class: "done-roads" },
				...shown.map(({ name, work_m }) => el("li", {}, `${name} ${format.length(work_m)}`)),
				named.length > shown.length && el("li", {}, t("driver.summary.more", { n: named.length - shown.length }))));
	}

	/** @param {import("./types.js").CabShift} shift */
	function when({ from, to }) {
		if (from === null || to === null) {
			return t("driver.summary.no_fix");
		}
		const end = Date.parse(to);
		return `${format.when(Date.parse(from), end)} – ${format.time(end)}`;
	}

	/** @param {import("./types.js").CabShift} shift */
	function show(shift) {
		const total = Object.values(shift.states).reduce((sum, s) => sum + s, shift.gap_s);
		fill(place,
			el("h2", { id: "summary-title" }, t("driver.summary.title")),
			el("div", { class: "sums" },
				el("div", {}, el("h3", {}, t("driver.summary.when")), el("p", { class: "figure" }, when(shift))),
				el("div", {}, el("h3", {}, t("driver.summary.hours")), el("p", { class: "figure" }, hours(total))),
				el("div", {}, el("h3", {}, t("driver.summary.distance")), el("p", { class: "figure" }, format.km(shift.distance_m))),
				el("div", {}, el("h3", {}, t("driver.summary.work")), el("p", { class: "figure" }, format.km(shift.work_m)))),
			el("div", { class: "details" },
				el("table", {},
					el("caption", {}, t("driver.summary.states")),
					el("tbody", {}, ...stateRows(shift).map(([name, time]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, time))))),
				el("section", {}, el("h3", {}, t("driver.summary.roads")), roadsOf(shift))),
			el("button", { type: "button", class: "primary", id: "confirm", onclick: () => confirm(shift.id) }, t("driver.summary.confirm")));
	}

	/** What is shown at the moment. */
	let shown = 0;
	return {
		/** @param {import("./types.js").CabShift | null} shift null: nothing is to be confirmed now */
		update(shift) {
			if (shift && shown !== shift.id) {
				show(shift);
				shown = shift.id;
			}
			if (shift && !place.open) {
				place.showModal();
			} else if (!shift && place.open) {
				place.close();
			}
			shown = shift ? shown : 0;
		},
	};
}
