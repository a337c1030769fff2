// SPDX-License-Identifier: Apache-2.0
/*
 * Drawing with mouse, finger and keyboard: a click adds a corner, a corner is dragged; on the map's own
 * focus Enter adds one under the cross in its middle.
 */
import { nearestLine } from "./nearest.js";

const REACH_PX = 14; // a fingertip's half

/** @typedef {import("../types.js").LonLat} LonLat */

/**
 * @param {import("./map.js").LibreMapType} map
 * @param {object} parts
 * @param {{colour: string, halo: string}} parts.paint
 * @param {(corner: LonLat) => void} parts.onAdd
 * @param {(index: number, corner: LonLat) => void} parts.onMove
 * @param {(index: number) => void} parts.onChoose
 * @param {(link: number) => void} parts.onRoad
 */
export function addDrawing(map, { paint, onAdd, onMove, onChoose, onRoad }) {
	const nothing = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });
	/** @type {"none" | "draw" | "roads"} */
	let mode = "none";
	let dragged = -1;

	map.addSource("drawing", { type: "geojson", data: nothing });
	map.addSource("drawing-corners", { type: "geojson", data: nothing });
	map.addLayer({ id: "drawing-ground", type: "fill", source: "drawing", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-opacity": 0.18 } });
	map.addLayer({ id: "drawing-casing", type: "line", source: "drawing", paint: { "line-width": 6 } });
	map.addLayer({ id: "drawing-line", type: "line", source: "drawing", paint: { "line-width": 3 } });
	map.addLayer({
		id: "drawing-corner", type: "circle", source: "drawing-corners",
		paint: { "circle-radius": ["case", ["get", "chosen"], 10, 7], "circle-stroke-width": 3 },
	});
	map.addLayer({
		id: "drawing-number", type: "symbol", source: "drawing-corners",
		layout: { "text-field": ["to-string", ["get", "number"]], "text-size": 12, "text-offset": [0, -1.4], "text-allow-overlap": true },
	});

	/** @param {{colour: string, halo: string}} next */
	function repaint({ colour, halo }) {
		map.setPaintProperty("drawing-ground", "fill-color", colour);
		map.setPaintProperty("drawing-casing", "line-color", halo);
		map.setPaintProperty("drawing-line", "line-color", colour);
		map.setPaintProperty("drawing-corner", "circle-color", ["case", ["get", "chosen"], colour, halo]);
		map.setPaintProperty("drawing-corner", "circle-stroke-color", colour);
		map.setPaintProperty("drawing-number", "text-color", colour);
		map.setPaintProperty("drawing-number", "text-halo-color", halo);
		map.setPaintProperty("drawing-number", "text-halo-width", 2);
	}
	repaint(paint);

	/** @param {{x: number, y: number}} point @param {string} layer */
	const about = ({ x, y }, layer) =>
		map.queryRenderedFeatures([[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]], { layers: [layer] });

	/** @param {{x: number, y: number}} point the corner under it, or -1 */
	function cornerAt(point) {
		const [corner] = mode === "draw" ? about(point, "drawing-corner") : [];
		return corner ? Number(corner.properties.index) : -1;
	}

	/** @param {import("./maplibre.js").MapMouseEvent | import("./maplibre.js").MapTouchEvent} event */
	function grab(event) {
		if ("points" in event && event.points.length !== 1) {
			return;
		}
		dragged = cornerAt(event.point);
		if (dragged >= 0) {
			event.preventDefault(); // the map stays where it is
			onChoose(dragged);
		}
	}
	/** @param {import("./maplibre.js").MapMouseEvent | import("./maplibre.js").MapTouchEvent} event */
	function drag(event) {
		if (dragged >= 0) {
			onMove(dragged, [event.lngLat.lng, event.lngLat.lat]);
		}
	}
	const letGo = () => (dragged = -1);
	map.on("mousedown", grab);
	map.on("touchstart", grab);
	map.on("mousemove", drag);
	map.on("touchmove", drag);
	map.on("mouseup", letGo);
	map.on("touchend", letGo);
	map.on("touchcancel", letGo);

	map.on("click", (event) => {
		if (mode === "draw" && cornerAt(event.point) < 0) {
			onAdd([event.lngLat.lng, event.lngLat.lat]);
		} else if (mode === "roads") {
			const link = nearestLine(about(event.point, "road"), event.point, (lonlat) => map.project(lonlat));
			if (link !== null) {
				onRoad(link);
			}
		}
	});
	/** @returns {LonLat} */
	const center = () => {
		const { lng, lat } = map.getCenter();
		return [lng, lat];
	};
	/** What lies under the cross: a corner is put there, or the road there is taken. */
	function useCenter() {
		if (mode === "draw") {
			onAdd(center());
		} else if (mode === "roads") {
			const middle = map.project(center());
			const link = nearestLine(about(middle, "road"), middle, (lonlat) => map.project(lonlat));
			if (link !== null) {
				onRoad(link);
			}
		}
	}
	map.getCanvas().addEventListener("keydown", (event) => {
		if (event.key === "Enter" && mode !== "none") {
			event.preventDefault();
			useCenter();
		}
	});

	return {
		useCenter,
		repaint,
		/** @param {"none" | "draw" | "roads"} next */
		setMode(next) {
			mode = next;
			map.getCanvas().style.cursor = next === "draw" ? "crosshair" : next === "roads" ? "pointer" : "";
		},
		/** Moves a corner by pixels of the screen. @param {LonLat} corner @param {number} dx @param {number} dy @returns {LonLat} */
		nudged(corner, dx, dy) {
			const { x, y } = map.project(corner);
			const { lng, lat } = map.unproject([x + dx, y + dy]);
			return [lng, lat];
		},
		/** @param {GeoJSON.Geometry | null} geometry @param {LonLat[]} corners @param {number} chosen */
		show(geometry, corners, chosen) {
			const shape = geometry ? [/** @type {GeoJSON.Feature} */ ({ type: "Feature", properties: {}, geometry })] : [];
			/** @type {any} */ (map.getSource("drawing")).setData({ type: "FeatureCollection", features: shape });
			/** @type {any} */ (map.getSource("drawing-corners")).setData({
				type: "FeatureCollection",
				features: corners.map((coordinates, index) => ({
					type: "Feature",
					properties: { index, number: index + 1, chosen: index === chosen },
					geometry: { type: "Point", coordinates },
				})),
			});
		},
	};
}
