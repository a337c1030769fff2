// SPDX-License-Identifier: Apache-2.0
/*
 * How much of the town's own roads is done: in all, by area, by class.
 */
import { isBad, outlookOf } from "../data/outlook.js";
import { el, fill } from "../dom.js";
import { word } from "../i18n.js";
import { icon, progressBar } from "./samples.js";

/** @param {import("../types.js").Bar} bar @returns {[done: number, partly: number]} */
const shares = (bar) => (bar.length_m > 0 ? [bar.done_m / bar.length_m, bar.partly_m / bar.length_m] : [0, 0]);

/** Those with roads that are of the operation, which are all when it names none. @param {import("../types.js").Bar[]} bars @param {import("../types.js").Operation | null} operation */
const concerned = (bars, operation) =>
	bars.filter(({ name, length_m }) => length_m > 0 && (!operation || operation.areas.length === 0 || operation.areas.includes(name)));

/**
 * @param {HTMLElement} panel
 * @param {{t: import("../i18n.js").Translate, format: import("../format.js").Format, now: () => number}} how
 */
export function createProgressBoard(panel, { t, format, now }) {
	/** @type {import("../types.js").Bar["target"]} When the whole is to be done. */
	let target;

	/** Whether it will be done in time, in words. @param {import("../types.js").Bar} bar */
	function outlook(bar) {
		const { kind, finish } = outlookOf(bar, now());
		const why = kind === "unclear" ? t(`outlook.why.${bar.finish_why ?? "too_soon"}`) : "";
		const time = finish === null ? "" : format.when(finish, now());
		return el("span", { class: isBad(kind) ? "outlook bad" : "outlook" }, t(finish === null && kind === "late" ? "outlook.too_far" : `outlook.${kind}`, { time, why }));
	}

	/** @param {import("../types.js").Bar} total */
	function whole(total) {
		const [done, partly] = shares(total);
		const figure = (/** @type {string} */ key, /** @type {number} */ metres) =>
			el("div", {}, el("dt", {}, t(key)), el("dd", {}, format.km(metres)));
		return el(
			"div",
			{ class: "total" },
			el(
				"p",
				{ class: "figure" },
				el("b", {}, format.percent(done)),
				el("span", { class: "quiet" }, t("progress.of", { length: format.km(total.length_m) })),
			),
			progressBar(done, partly),
			el(
				"dl",
				{},
				figure("status.done", total.done_m),
				figure("status.partly", total.partly_m),
				figure("progress.remaining", total.remaining_m),
			),
			outlook(total),
		);
	}

	/** @param {import("../types.js").Bar} bar @param {string} name */
	function row(bar, name) {
		const [done, partly] = shares(bar);
		return el(
			"li",
			{},
			el("span", {}, name),
			el("b", {}, format.percent(done)),
			progressBar(done, partly),
			el(
				"span",
				{ class: "quiet" },
				t("progress.left", { remaining: format.km(bar.remaining_m), length: format.km(bar.length_m) }),
				bar.target && bar.target !== target ? `・${t("banner.target", { time: format.when(Date.parse(bar.target), now()) })}` : "",
			),
			outlookOf(bar, now()).kind !== "unclear" && outlook(bar), // said once, of the whole
		);
	}

	/** @param {string} title @param {import("../types.js").Bar[]} bars @param {(bar: import("../types.js").Bar) => string} name */
	const group = (title, bars, name) =>
		bars.length > 0 &&
		el("section", { class: "group" }, el("h2", {}, title), el("ul", {}, ...bars.map((bar) => row(bar, name(bar)))));

	return {
		/** @param {import("../types.js").Progress | null} progress @param {import("../types.js").Operation | null} operation its areas alone */
		show(progress, operation) {
			target = progress?.total.target;
			if (!progress || progress.total.length_m === 0) {
				fill(
					panel,
					el("div", { class: "empty" }, icon("road"), el("h2", {}, t("empty.roads.title")), el("p", {}, t("empty.roads.text"))),
				);
				return;
			}
			fill(
				panel,
				whole(progress.total),
				group(t("progress.areas"), concerned(progress.areas, operation), (bar) => bar.name || t("area.none")),
				group(t("progress.classes"), progress.classes, (bar) =>
					bar.name ? word(t, "road_class", bar.name) : t("road_class.none"),
				),
			);
		},
	};
}
