// SPDX-License-Identifier: Apache-2.0
/*
 * The record beneath the map: of a vehicle its totals, its night as a bar, and its way as a chart; of a
 * road everybody's ways along it.  Each chart has a table that says the same.
 */
import { condense, roadsOf, wayOf, waysAlong } from "../data/record.js";
import { el, fill } from "../dom.js";
import { word } from "../i18n.js";
import { durationWords, recordSample, recordWords } from "./record-shapes.js";
import { createTimeline } from "./timeline.js";
import { createWorkGraph, graphSample } from "./work-graph.js";

const BAR_LEAST_MS = 30_000;
const TABLE_LEAST_MS = 60_000;
const TABLE_MOST = 500;

/**
 * @param {HTMLElement} content
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {(time: number) => void} how.onSeek
 * @param {(road: number | undefined) => void} how.onRoad another road, or the vehicle's own way
 * @param {(code: string, day: string) => string} how.file where a vehicle's night is to be had as a file
 */
export function createNightRecord(content, { t, format, onSeek, onRoad, file }) {
	const timeline = createTimeline({ t, format, onSeek });
	const graph = createWorkGraph({ t, format, onSeek });

	/** @param {string} caption @param {string[]} heads @param {string[][]} rows */
	function table(caption, heads, rows) {
		const more = rows.length - TABLE_MOST;
		return el("details", { class: "table" },
			el("summary", {}, `${caption}（${format.count(rows.length)}）`),
			el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": caption },
				el("table", {},
					el("caption", { class: "unseen" }, caption),
					el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
					el("tbody", {}, ...rows.slice(0, TABLE_MOST).map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))),
				),
				more > 0 && el("p", { class: "quiet" }, t("record.more", { n: more })),
			));
	}

	/** @param {import("../types.js").VehicleNight} night */
	function totals({ totals: sum }) {
		const fact = (/** @type {string} */ name, /** @type {string} */ value, /** @type {Node | null} */ sample = null) =>
			el("div", {}, el("dt", {}, sample, name), el("dd", {}, value));
		return el("dl", { class: "totals" },
			...(/** @type {const} */ (["work", "transfer", "waiting", "gap", "off"]))
				.map((state) => fact(t(`record.${state}`), durationWords(sum[`${state}_s`] * 1000, t), recordSample(state))),
			fact(t("record.worked"), format.km(sum.worked_m)),
			fact(t("record.driven"), format.km(sum.driven_m)),
			fact(t("record.off_road"), t("record.of_fixes", { n: format.count(sum.off_road), all: format.count(sum.fixes) })),
			fact(t("record.jumped"), t("record.of_fixes", { n: format.count(sum.jumped), all: format.count(sum.fixes) })));
	}

	/** @param {import("../types.js").VehicleNight} night */
	function segmentTable({ segments }) {
		return table(t("record.segments"), [t("record.from"), t("record.to"), t("record.length"), t("record.state"), t("record.source"), t("record.road"), t("record.metres")],
			condense(segments, TABLE_LEAST_MS).map(({ segment, from, to, metres }) => [
				format.exactTime(from), format.exactTime(to), durationWords(to - from, t), recordWords(segment, t),
				word(t, "work_source", segment.work_source), metres >= 1 ? segment.road : "", metres >= 1 ? format.length(metres) : "",
			]));
	}

	/** @param {import("../types.js").Driven | import("../types.js").DrivenAlong} what */
	const workWord = (what) => (what.at_work ? (what.work === "A" || what.work === "U" ? t("graph.work") : t(`work.${what.work}`)) : t("graph.move"));

	/** @param {import("../types.js").Driven[]} drive */
	const driveTable = (drive) =>
		table(t("record.drive"), [t("record.from"), t("record.to"), t("record.road"), t("record.direction"), t("record.state"), t("record.metres"), t("record.at")],
			drive.map((what) => [
				format.exactTime(Date.parse(what.start)), format.exactTime(Date.parse(what.end)), what.name || t("road.unnamed"),
				t(`direction.${what.direction}`), workWord(what) + (what.inferred ? `・${t("graph.inferred")}` : ""),
				format.length(Math.abs(what.to_m - what.from_m)), format.km(what.at_m),
			]));

	/** @param {import("../types.js").DrivenAlong[]} drive */
	const alongTable = (drive) =>
		table(t("record.along"), [t("nights.vehicle"), t("record.from"), t("record.to"), t("record.from_m"), t("record.to_m"), t("record.state")],
			drive.map((what) => [
				what.vehicle, format.exactTime(Date.parse(what.start)), format.exactTime(Date.parse(what.end)),
				format.length(what.from_m), format.length(what.to_m), workWord(what) + (what.inferred ? `・${t("graph.inferred")}` : ""),
			]));

	/** Which distance the chart shows. @param {import("../types.js").VehicleNight | null} night @param {import("../types.js").RoadNight | null} road */
	function axisChoice(night, road) {
		const roads = night ? roadsOf(night.drive) : [];
		const select = el("select", { id: "graph-axis", onchange: () => onRoad(select.value ? Number(select.value) : undefined) },
			el("option", { value: "" }, t(night ? "graph.axis_way" : "graph.axis_choose")),
			...(road && !roads.some(({ name, id }) => id === road.road || name === road.name)
				? [el("option", { value: road.road }, road.name || t("road.unnamed"))] : []),
			...roads.map(({ id, name }) => el("option", { value: road && road.name === name ? road.road : id }, name)));
		select.value = road ? String(road.road) : "";
		return el("p", { class: "axis-choice" }, el("label", { for: "graph-axis" }, t("graph.axis")), select);
	}

	const legend = () =>
		el("ul", { class: "graph-legend" },
			...(/** @type {const} */ (["work", "move", "stand", "inferred"])).map((kind) => el("li", {}, graphSample(kind), t(`graph.${kind}`))));

	return {
		/**
		 * @param {object} what
		 * @param {import("../types.js").VehicleNight | null} what.night
		 * @param {import("../types.js").RoadNight | null} what.road
		 * @param {number} what.from
		 * @param {number} what.to
		 */
		show({ night, road, from, to }) {
			if (!night && !road) {
				fill(content, el("p", { class: "empty" }, t("record.nothing_picked")));
				return;
			}
			/** @type {(Node | false)[]} */
			const parts = [];
			if (night) {
				timeline.show(condense(night.segments, BAR_LEAST_MS), from, to);
				parts.push(totals(night), ...timeline.elements,
					night.segments.length === 0 && el("p", { class: "notice" }, t("record.nothing")),
					night.cut && el("p", { class: "notice warn" }, t("record.cut")));
			}
			const way = night && !road ? wayOf(night.vehicle, night.drive, night.segments) : null;
			graph.show(way
				? { lines: way.runs.length ? [way] : [], from, to, length: night?.totals.driven_m ?? 1, picked: null, axis: t("graph.axis_way") }
				: { lines: waysAlong(road?.drive ?? []), from, to, length: road?.length_m ?? 1, picked: night?.vehicle ?? null,
					axis: t("graph.axis_road", { name: road?.name || t("road.unnamed") }) });
			parts.push(el("h3", {}, t("graph.title")), axisChoice(night, road), ...graph.elements, legend());
			if (night) {
				parts.push(segmentTable(night), el("p", {}, el("a", { class: "csv", href: file(night.vehicle, night.day), download: `${night.day}-${night.vehicle}.csv` }, t("record.csv"))));
			}
			parts.push(road ? alongTable(road.drive) : driveTable(night?.drive ?? []));
			fill(content, ...parts);
		},
		/** @param {number} time */
		mark(time) {
			timeline.mark(time);
			graph.mark(time);
		},
	};
}
