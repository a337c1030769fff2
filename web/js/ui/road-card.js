// SPDX-License-Identifier: Apache-2.0
/*
 * When was this road last done: the answer to read to a caller, then the evidence it rests on.
 */
import { el } from "../dom.js";
import { word } from "../i18n.js";
import { callerSentence, directionName as directionOf } from "./caller.js";
import { roadWords } from "./road-words.js";
import { progressBar, statusSample } from "./samples.js";

/** @param {import("../types.js").Link["last"]} last @returns {number | null} in milliseconds */
function lastMs(last) {
	if (last === null || last === undefined) {
		return null;
	}
	return typeof last === "number" ? last * 1000 : Date.parse(last);
}

/**
 * @param {import("../types.js").Link} link
 * @param {{t: import("../i18n.js").Translate, format: import("../format.js").Format, now: number, machineOf: (code: string | null) => string, target: string | null}} how
 * @returns {{title: string, subtitle: string, content: HTMLElement}}
 */
export function roadCard(link, { t, format, now, machineOf, target }) {
	const { road } = link;
	const directionName = (/** @type {"forward" | "backward"} */ direction) => directionOf(link, direction, t);

	/** @param {"forward" | "backward"} direction @param {number} share */
	const directionRow = (direction, share) =>
		el("li", {}, el("span", {}, directionName(direction)), progressBar(share), el("span", {}, format.percent(share)));

	/** @param {import("../types.js").Pass} pass */
	function evidence(pass) {
		return [
			word(t, "work_source", pass.work_source),
			pass.inferred && t("pass.inferred"),
			t("pass.confidence", { percent: format.percent(pass.confidence) }),
		]
			.filter(Boolean)
			.join("・");
	}

	/** @param {import("../types.js").Pass} pass */
	const passRow = (pass) =>
		el(
			"li",
			{},
			el("time", { datetime: pass.end, title: format.exactTime(Date.parse(pass.end)) }, format.when(Date.parse(pass.end), now)),
			el(
				"span",
				{},
				[directionName(pass.direction), pass.vehicle ?? t("pass.other_contractor"), pass.at_work ? word(t, "work", pass.work) : t("pass.not_work"), pass.corrected && t("pass.corrected")].filter(Boolean).join("・"),
			),
			el("span", { class: "quiet" }, `${format.length(Math.abs(pass.to_m - pass.from_m))}・${evidence(pass)}`),
		);

	const fact = (/** @type {string} */ key, /** @type {string} */ value) => [el("dt", {}, t(key)), el("dd", {}, value)];
	const last = lastMs(link.last);
	const worked = link.passes.filter((pass) => pass.at_work && !pass.corrected);
	const content = el(
		"div",
		{},
		el(
			"div",
			{ class: "answer" },
			statusSample(link.status),
			el("b", {}, t(`status.${link.status}`)),
			el(
				"span",
				{ class: "quiet" },
				last === null ? t("road.never") : t("road.last", { time: format.when(last, now), age: format.age(now - last) }),
			),
		),
		el(
			"figure",
			{ class: "caller" },
			el("figcaption", {}, t("caller.title")),
			el("p", {}, callerSentence(link, { t, format, now, machineOf, target })),
		),
		el(
			"dl",
			{ class: "facts" },
			...fact("fact.responsible", t(`keeper.${road.admin}`)),
			...fact("fact.class", road.class ? word(t, "road_class", road.class) : t("road_class.none")),
			...(road.admin === "town" && target ? fact("fact.target", target) : []),
			...fact("fact.area", link.area || t("area.none")),
			...(link.snow_since_cm === null || link.snow_since_cm === undefined ? [] : fact("fact.snow", `${format.count(link.snow_since_cm)} cm`)),
		),
		el("ul", { class: "directions" }, directionRow("forward", link.share_forward), directionRow("backward", link.share_backward)),
		el(
			"section",
			{ class: "passes" },
			el("h3", {}, t("pass.title", { n: worked.length })),
			link.passes.length > 0 ? el("ol", {}, ...link.passes.map(passRow)) : el("p", { class: "quiet" }, t("pass.none")),
		),
		el(
			"p",
			{ class: "quiet" },
			t("road.source", {
				layer: road.layer,
				id: road.source_id,
				from: format.length(link.from_m),
				to: format.length(link.to_m),
			}),
		),
	);
	return { title: road.name || t("road.unnamed"), subtitle: roadWords(road, t, format), content };
}
