// SPDX-License-Identifier: Apache-2.0
/*
 * The tools beside the map: asking about a box that is drawn, or about what is in view.
 */
import { byId } from "./dom.js";

/**
 * @param {object} parts
 * @param {() => import("./dispatch-selection.js").DispatchMap | null} parts.map
 * @param {(bounds: import("./types.js").Bounds) => void} parts.onBox
 */
export function createTools({ map, onBox }) {
	const hint = byId("box-hint");
	const draw = byId("box-draw");

	/** @param {boolean} on */
	function showDrawing(on) {
		hint.hidden = !on;
		draw.setAttribute("aria-pressed", String(on));
		byId("stage").toggleAttribute("data-drawing", on);
	}

	function startDrawing() {
		showDrawing(true);
		map()?.box.start();
	}

	function stopDrawing() {
		map()?.box.cancel();
		showDrawing(false);
	}

	function askView() {
		const shown = map();
		if (shown) {
			onBox(shown.box.view());
		}
	}

	draw.addEventListener("click", () => (hint.hidden ? startDrawing() : stopDrawing()));
	byId("box-view").addEventListener("click", askView);
	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && !hint.hidden) {
			event.preventDefault();
			stopDrawing();
		}
	}, true);

	return {
		startDrawing,
		askView,
		/** @param {import("./types.js").Bounds | null} bounds */
		drawn(bounds) {
			stopDrawing();
			if (bounds) {
				onBox(bounds);
			}
		},
	};
}
