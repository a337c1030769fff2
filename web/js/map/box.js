// SPDX-License-Identifier: Apache-2.0
/*
 * Drawing a box on the map, by mouse, pen, finger or keys; and the box that is asked about.  By keys the
 * map moves below its middle, where one corner is put, and then the other.
 */

const SMALLEST_PX = 8; // less is a click

/** @typedef {import("../types.js").Bounds} Bounds */

/** @param {Bounds | null} bounds @returns {GeoJSON.FeatureCollection} */
function outline(bounds) {
	if (!bounds) {
		return { type: "FeatureCollection", features: [] };
	}
	const [w, s, e, n] = bounds;
	const coordinates = [[[w, s], [e, s], [e, n], [w, n], [w, s]]];
	return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates } }] };
}

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {object} options
 * @param {import("./palette.js").Palette} options.palette
 * @param {(bounds: Bounds | null) => void} options.onDrawn null: given up
 */
export function addBox(map, { palette, onDrawn }) {
	const canvas = map.getCanvasContainer();
	/** @type {{x: number, y: number} | null} */
	let from = null;
	/** @type {import("./maplibre.js").LngLat | null} the one that was put by a key */
	let corner = null;
	let drawing = false;
	map.addSource("box", { type: "geojson", data: outline(null) });
	map.addLayer({ id: "box", type: "fill", source: "box", paint: { "fill-opacity": 0.12 } });
	map.addLayer({ id: "box-edge", type: "line", source: "box", paint: { "line-width": 2, "line-dasharray": [3, 2] } });

	/** @param {import("./palette.js").Palette} colours */
	function repaint(colours) {
		map.setPaintProperty("box", "fill-color", colours.accent);
		map.setPaintProperty("box-edge", "line-color", colours.accent);
	}
	repaint(palette);

	/** @param {Bounds | null} bounds */
	const show = (bounds) => /** @type {any} */ (map.getSource("box")).setData(outline(bounds));

	/** @param {PointerEvent} event */
	function at(event) {
		const box = map.getCanvas().getBoundingClientRect();
		return { x: event.clientX - box.left, y: event.clientY - box.top };
	}

	/** @param {{x: number, y: number}} a @param {{x: number, y: number}} b @returns {Bounds} */
	function between(a, b) {
		return around(map.unproject([a.x, a.y]), map.unproject([b.x, b.y]));
	}

	/** @param {import("./maplibre.js").LngLat} one @param {import("./maplibre.js").LngLat} two @returns {Bounds} */
	const around = (one, two) => [Math.min(one.lng, two.lng), Math.min(one.lat, two.lat), Math.max(one.lng, two.lng), Math.max(one.lat, two.lat)];

	/** @param {boolean} on Other gestures rest meanwhile. */
	function take(on) {
		drawing = on;
		[from, corner] = [null, null];
		map.getCanvas().style.cursor = on ? "crosshair" : "";
		canvas.style.touchAction = on ? "none" : "";
		for (const gesture of [map.dragPan, map.touchZoomRotate, map.doubleClickZoom, map.boxZoom]) {
			gesture[on ? "disable" : "enable"]();
		}
		if (!on) {
			map.touchZoomRotate.disableRotation();
		}
	}

	canvas.addEventListener("pointerdown", (event) => {
		if (drawing && event.isPrimary) {
			from = at(event);
			canvas.setPointerCapture(event.pointerId);
		}
	});
	canvas.addEventListener("pointermove", (event) => {
		if (from && event.isPrimary) {
			show(between(from, at(event)));
		}
	});
	canvas.addEventListener("pointerup", (event) => {
		if (!from || !event.isPrimary) {
			return;
		}
		const [start, end] = [from, at(event)];
		const drawn = Math.min(Math.abs(start.x - end.x), Math.abs(start.y - end.y)) >= SMALLEST_PX;
		// The click that ends the drawing is no click on what lies beneath.
		setTimeout(() => take(false));
		onDrawn(drawn ? between(start, end) : null);
	});

	map.getCanvas().addEventListener("keydown", (event) => {
		if (!drawing || event.key !== "Enter" || event.repeat) {
			return;
		}
		event.preventDefault();
		if (!corner) {
			corner = map.getCenter();
			return;
		}
		const bounds = around(corner, map.getCenter());
		if (bounds[0] < bounds[2] && bounds[1] < bounds[3]) {
			take(false);
			onDrawn(bounds);
		}
	});
	map.on("move", () => corner && show(around(corner, map.getCenter())));

	return {
		show,
		repaint,
		draws: () => drawing,
		start() {
			take(true);
			map.getCanvas().focus();
		},
		cancel: () => drawing && take(false),
		/** What the map shows now. @returns {Bounds} */
		view() {
			const bounds = map.getBounds();
			return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
		},
	};
}
