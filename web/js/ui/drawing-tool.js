// SPDX-License-Identifier: Apache-2.0
/*
 * The corners of a drawing as a list: each can be chosen, moved by arrow keys, typed, and removed, so
 * that everything the mouse does on the map can be done by keyboard.
 */
import { drawingFault, withChosen, withCorner, withMoved, withoutCorner } from "../data/drawing.js";
import { el, fill } from "../dom.js";

const STEP_PX = 5;
const LONG_STEP_PX = 50;
const SHOWN_MAX = 100; // corners of a long line are moved on the map

/** @typedef {import("../data/drawing.js").Drawing} Drawing */

/**
 * @param {object} parts
 * @param {import("../i18n.js").Translate} parts.t
 * @param {Drawing} parts.drawing
 * @param {() => void} parts.onCenter puts a corner under the map's cross
 * @param {(corner: import("../types.js").LonLat, dx: number, dy: number) => import("../types.js").LonLat} parts.nudge
 * @param {(drawing: Drawing) => void} parts.onChange
 */
export function createDrawingTool({ t, drawing: first, onCenter, nudge, onChange }) {
	let drawing = first;
	const rows = /** @type {HTMLElement[]} */ ([]);
	const list = el("ol", { class: "corners" });
	const trouble = el("p", { class: "fault", id: "drawing-fault", role: "status" });
	const add = el("button", { type: "button", onclick: () => onCenter() }, t(drawing.kind === "point" ? "drawing.here" : "drawing.add"));
	const element = el(
		"fieldset",
		{ class: "drawing", "aria-describedby": "drawing-fault" },
		el("legend", {}, t(`drawing.${drawing.kind}`)),
		el("p", { class: "quiet" }, t(drawing.kind === "point" ? "drawing.how_point" : "drawing.how")),
		list,
		el("p", { class: "buttons" }, add),
		trouble,
	);

	/** @param {Drawing} next @param {boolean} [tell] */
	function take(next, tell = true) {
		drawing = next;
		show();
		if (tell) {
			onChange(drawing);
		}
	}

	/** @param {KeyboardEvent} event @param {number} index */
	function onKey(event, index) {
		const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
		if (way) {
			event.preventDefault();
			const step = event.shiftKey ? LONG_STEP_PX : STEP_PX;
			take(withMoved(drawing, index, nudge(drawing.corners[index], way[0] * step, way[1] * step)));
		} else if (event.key === "Delete" || event.key === "Backspace") {
			event.preventDefault();
			remove(index);
		}
	}

	/** @param {number} index */
	function remove(index) {
		take(withoutCorner(drawing, index));
		const next = rows[Math.min(index, rows.length - 1)];
		/** @type {HTMLElement} */ (next?.querySelector("button") ?? add).focus();
	}

	/** @param {number} index @param {0 | 1} axis */
	function coordinate(index, axis) {
		const input = el("input", {
			type: "text", inputmode: "decimal", autocomplete: "off", size: 10,
			"aria-label": t(axis === 0 ? "drawing.lon" : "drawing.lat", { n: index + 1 }),
			onchange() {
				const value = Number(input.value.trim());
				const corner = /** @type {import("../types.js").LonLat} */ ([...drawing.corners[index]]);
				corner[axis] = input.value.trim() === "" ? NaN : value;
				input.setAttribute("aria-invalid", String(!Number.isFinite(corner[axis])));
				if (Number.isFinite(corner[axis])) {
					take(withMoved(drawing, index, corner));
				} else {
					fill(trouble, t("drawing.no_number"));
				}
			},
		});
		return input;
	}

	/** @param {number} index */
	function makeRow(index) {
		return el(
			"li",
			{},
			el("button", {
				type: "button", class: "corner",
				"aria-label": t("drawing.corner", { n: index + 1 }),
				title: t("drawing.corner_hint"),
				onclick: () => take(withChosen(drawing, index)),
				onkeydown: (event) => onKey(event, index),
			}, index + 1),
			coordinate(index, 0),
			coordinate(index, 1),
			el("button", { type: "button", class: "plain", "aria-label": t("drawing.remove", { n: index + 1 }), onclick: () => remove(index) }, "✕"),
		);
	}

	function show() {
		const count = Math.min(drawing.corners.length, SHOWN_MAX);
		while (rows.length < count) {
			const row = makeRow(rows.length);
			rows.push(row);
			list.append(row);
		}
		rows.splice(count).forEach((row) => row.remove());
		rows.forEach((row, i) => {
			const [lon, lat] = /** @type {NodeListOf<HTMLInputElement>} */ (row.querySelectorAll("input"));
			lon.value = drawing.corners[i][0].toFixed(6);
			lat.value = drawing.corners[i][1].toFixed(6);
			row.querySelector("button")?.setAttribute("aria-pressed", String(i === drawing.chosen));
		});
		const fault = drawingFault(drawing);
		fill(trouble, drawing.corners.length > 0 && fault ? t(fault) : "");
	}
	show();

	return {
		element,
		get: () => drawing,
		/** From the map. @param {import("../types.js").LonLat} corner */
		add: (corner) => take(withCorner(drawing, corner)),
		/** @param {number} index @param {import("../types.js").LonLat} corner */
		move: (index, corner) => take(withMoved(drawing, index, corner)),
		/** @param {number} index */
		choose: (index) => take(withChosen(drawing, index)),
		/** Says what keeps it from being stored. @returns {string | null} */
		fault() {
			const fault = drawingFault(drawing);
			fill(trouble, fault ? t(fault) : "");
			return fault;
		},
	};
}
