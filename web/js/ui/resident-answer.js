// SPDX-License-Identifier: Apache-2.0
/*
 * Is my road done?  One road's record in words: what is known and how old it is, the nights before, by
 * when it is meant to be done, who clears it, and what is left to oneself.  Never a promise.
 */
import { el, fill } from "../dom.js";
import { word } from "../i18n.js";
import { roadWords } from "./road-words.js";
import { roadAnswer, roadName } from "./road-list.js";
import { statusSample } from "./samples.js";

/**
 * @typedef {object} Asked
 * @property {import("../types.js").PublicRow} row
 * @property {{id: number, status: import("../types.js").LinkStatus, last: number | null, length_m?: number} | null} section one section of a road that has no name
 * @property {{day: string, times: number[]}[] | null} days its passes by day; null: not here yet
 * @property {{code: string, name: string, finish_by: string}[]} classes
 * @property {number} now
 */

/** By when roads of a class are to be done, or "". @param {Asked} asked */
function finishBy({ row, classes }) {
	const rule = classes.find(({ code }) => code === row.class) ?? classes.find(({ code }) => code === "");
	return rule?.finish_by ?? "";
}

/**
 * @param {HTMLElement} place
 * @param {{t: import("../i18n.js").Translate, say: import("../i18n.js").Speak, format: import("../format.js").Format, language: string}} parts
 */
export function createAnswer(place, { t, say, format, language }) {
	const dayName = new Intl.DateTimeFormat(language, { month: "long", day: "numeric", weekday: "short", timeZone: "UTC" });

	/** @param {{day: string, times: number[]}} day */
	const dayRow = ({ day, times }) =>
		el(
			"div",
			{},
			el("dt", {}, say("public.night", { day: dayName.format(Date.parse(day)) })),
			el("dd", {}, times.length ? times.map((time) => format.time(time * 1000)).join("、") : say("public.night_none")),
		);

	/** @param {Asked} asked */
	const nights = ({ days }) =>
		days &&
		el(
			"details",
			{ class: "nights", open: place.querySelector(".nights")?.hasAttribute("open") ?? false },
			el("summary", {}, say("public.nights")),
			el("p", { class: "quiet" }, say("public.nights_text")),
			el("dl", {}, ...days.map(dayRow)),
		);

	/** @param {Asked} asked */
	function show(asked) {
		const { row, section, now } = asked;
		const known = section ?? row;
		const answer = roadAnswer(section ? { ...section } : row, { t: say, format, now });
		const ours = known.status !== "not_ours";
		const name = section && !row.name ? say("public.section") : roadName(row, t);
		const target = ours ? finishBy(asked) : "";
		const kind = section && !row.name ? [t(`admin.${row.admin}`), row.class && word(t, "road_class", row.class)].filter(Boolean).join("・") : roadWords(row, t, format);
		const [verdict, ...rest] = [
			el("p", { class: "verdict" }, statusSample(known.status), el("b", {}, answer.word)),
			ours && el("p", { class: "last" }, el("span", {}, answer.last)),
			ours && answer.sections && el("p", { class: "quiet" }, answer.sections),
			ours && el("p", { class: "quiet" }, say("public.is_record")),
			target && el("p", {}, say("public.target", { time: target })),
			ours && nights(asked),
			el("h3", {}, say("public.who")),
			el("p", {}, say(row.admin === "town" ? "public.who.town" : `responsible.${row.admin}`)),
			row.admin !== "town" && el("p", {}, say(`public.who_do.${row.admin}`)),
			el("h3", {}, say("public.door_title")),
			el("p", {}, say("public.door")),
		];
		fill(place, el("h2", {}, name), el("p", { class: "quiet" }, [row.area || t("area.none"), kind].filter(Boolean).join("・")), verdict, ...rest);
	}

	return { show, clear: () => fill(place) };
}
