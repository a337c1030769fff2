// SPDX-License-Identifier: Apache-2.0
/*
 * 除雪作業グラフ: time to the right, distance upwards, as a railway's timetable is drawn.  Work is a thick
 * line, other driving a thin dashed one, an inferred way dotted, standing a thin level one; where
 * nothing is known the line is broken.  The slope tells direction and speed.  The table beneath says
 * the same.
 */
import { niceStep, timeStep } from "../data/record.js";
import { el, fill, setText, svg } from "../dom.js";

/** @typedef {import("../data/record.js").ChartLine} ChartLine */
/** @typedef {import("../data/record.js").Piece} Piece */

const HEIGHT = 300;
const LEFT = 58;
const BELOW = 24;
const ABOVE = 24; // the axis has its name there
const COLOURS = 6;
const REACH_PX = 24;
const KINDS = /** @type {const} */ (["stand", "move", "inferred", "work"]);

/** @param {Piece["kind"]} kind */
export const graphSample = (kind) =>
	svg("svg", { class: "graph-sample", viewBox: "0 0 38 14", "aria-hidden": "true" },
		svg("path", { d: kind === "stand" ? "M2 7H36" : "M2 12 36 2", class: `way way-${kind} way-0` }));

/**
 * @param {object} how
 * @param {import("../i18n.js").Translate} how.t
 * @param {import("../format.js").Format} how.format
 * @param {(time: number) => void} how.onSeek
 */
export function createWorkGraph({ t, format, onSeek }) {
	/** @type {{lines: ChartLine[], from: number, to: number, length: number, picked: string | null, axis: string}} */
	let shown = { lines: [], from: 0, to: 1, length: 1, picked: null, axis: "" };
	let width = 600;
	const drawing = svg("svg", { height: HEIGHT, role: "img" });
	const head = svg("line", { class: "playhead", y1: ABOVE, y2: HEIGHT - BELOW });
	const facts = el("p", { class: "facts-line", id: "graph-facts" });
	const box = el("div", {
		class: "work-graph", id: "work-graph",
		onpointermove: (/** @type {PointerEvent} */ event) => point(event),
		onclick: (/** @type {MouseEvent} */ event) => onSeek(timeAt(event.clientX)),
	}, drawing);
	new ResizeObserver(() => {
		if (Math.abs(box.clientWidth - width) > 2 && box.clientWidth > 0) {
			draw();
		}
	}).observe(box);

	const x = (/** @type {number} */ time) => LEFT + ((time - shown.from) / (shown.to - shown.from)) * (width - LEFT - 8);
	const y = (/** @type {number} */ metres) => HEIGHT - BELOW - (metres / shown.length) * (HEIGHT - BELOW - ABOVE);

	/** @param {number} clientX */
	function timeAt(clientX) {
		const share = (clientX - drawing.getBoundingClientRect().left - LEFT) / (width - LEFT - 8);
		return shown.from + Math.min(1, Math.max(0, share)) * (shown.to - shown.from);
	}

	/** @param {Piece} piece */
	function pieceWords(piece) {
		const { what } = piece;
		const name = "name" in what ? what.name || t("road.unnamed") : "";
		const vehicle = "vehicle" in what ? what.vehicle : "";
		const kind = piece.kind === "work" ? recordWord(what) : t(`graph.${piece.kind}`);
		const length = piece.kind === "stand" ? "" : format.length(Math.abs(piece.y1 - piece.y0));
		return [vehicle, `${format.time(piece.from)}〜${format.time(piece.to)}`, name, kind, length].filter(Boolean).join("　");
	}

	/** @param {Piece["what"]} what */
	const recordWord = ({ work }) => (work === "A" || work === "U" ? t("graph.work") : `${t("graph.work")}・${t(`work.${work}`)}`);

	/** The piece under the pointer, said in words. @param {PointerEvent} event */
	function point(event) {
		const rect = drawing.getBoundingClientRect();
		const time = timeAt(event.clientX);
		const level = event.clientY - rect.top;
		let best = null;
		let bestDistance = REACH_PX;
		for (const { runs } of shown.lines) {
			for (const piece of runs.flat()) {
				if (time < piece.from || time > piece.to) {
					continue;
				}
				const share = piece.to > piece.from ? (time - piece.from) / (piece.to - piece.from) : 0;
				const distance = Math.abs(y(piece.y0 + share * (piece.y1 - piece.y0)) - level);
				if (distance < bestDistance) {
					[best, bestDistance] = [piece, distance];
				}
			}
		}
		if (best) {
			setText(facts, pieceWords(best));
		}
	}

	function axes() {
		const marks = [];
		const step = niceStep(shown.length, 6);
		for (let metres = 0; metres <= shown.length * 1.0001; metres += step) {
			marks.push(
				svg("line", { class: "grid", x1: LEFT, x2: width - 8, y1: y(metres), y2: y(metres) }),
				svg("text", { x: LEFT - 6, y: y(metres) + 4, "text-anchor": "end" }, metres === 0 ? "0" : format.length(metres)),
			);
		}
		const minutes = timeStep(shown.to - shown.from, Math.max(2, width / 90)) * 60_000;
		for (let at = Math.ceil(shown.from / minutes) * minutes; at <= shown.to; at += minutes) {
			marks.push(
				svg("line", { class: "grid", x1: x(at), x2: x(at), y1: ABOVE, y2: HEIGHT - BELOW }),
				svg("text", { x: x(at), y: HEIGHT - 7, "text-anchor": "middle" }, format.time(at)),
			);
		}
		return marks;
	}

	/** @param {ChartLine} line @param {number} i */
	function drawLine(line, i) {
		const quiet = shown.picked !== null && shown.lines.length > 1 && line.vehicle !== shown.picked;
		const colour = shown.lines.length > 1 ? 1 + (i % COLOURS) : 0;
		const paths = KINDS.map((kind) => {
			let path = "";
			for (const piece of line.runs.flat()) {
				if (piece.kind === kind) {
					path += `M${x(piece.from).toFixed(1)} ${y(piece.y0).toFixed(1)}L${x(piece.to).toFixed(1)} ${y(piece.y1).toFixed(1)}`;
				}
			}
			return path && svg("path", { d: path, class: `way way-${kind} way-${colour}${quiet ? " way-quiet" : ""}` });
		});
		const [first] = line.runs[0] ?? [];
		const label = shown.lines.length > 1 && first &&
			svg("text", {
				class: `way-name name-${colour}`,
				x: Math.min(width - 60, x(first.from) + 4), y: Math.max(ABOVE + 4, y(first.y0) - 5),
			}, line.vehicle);
		return [...paths, label].filter(Boolean);
	}

	function draw() {
		width = Math.max(300, box.clientWidth);
		drawing.setAttribute("width", String(width));
		drawing.setAttribute("aria-label", t("graph.label", { axis: shown.axis, n: shown.lines.length }));
		fill(drawing, ...axes(), ...shown.lines.flatMap(drawLine),
			svg("text", { class: "axis-name", x: 4, y: 10 }, shown.axis), head);
	}

	return {
		elements: [box, facts],
		/** @param {typeof shown} next */
		show(next) {
			shown = { ...next, length: Math.max(1, next.length), to: Math.max(next.to, next.from + 1) };
			setText(facts, next.lines.length > 0 ? t("graph.hint") : t("graph.nothing"));
			draw();
		},
		/** @param {number} time */
		mark(time) {
			const at = Math.min(x(shown.to), Math.max(x(shown.from), x(time))).toFixed(1);
			head.setAttribute("x1", at);
			head.setAttribute("x2", at);
		},
	};
}
