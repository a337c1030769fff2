// SPDX-License-Identifier: Apache-2.0
/*
 * Vehicles of a replay, drawn on a canvas over the map: a frame draws one picture and one word each
 * and makes no features, lists or textures.  The map neither turns nor tilts, so a place on the screen is two
 * multiplications of its place in the Mercator projection.
 */
import { VEHICLES } from "../shapes.js";
import { BOX, vehiclePicture } from "./vehicles.js";

const WORLD = 512; // pixels of the whole world at zoom 0
const REACH_PX = 18;

/** @typedef {import("../types.js").VehicleState} Shape */

/** @param {number} lon */
const mercatorX = (lon) => (lon + 180) / 360;
/** @param {number} lat */
const mercatorY = (lat) => (1 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / Math.PI) / 2;

/**
 * @template V
 * @param {import("./map.js").LibreMapType} map
 * @param {object} options
 * @param {import("./palette.js").Palette} options.palette
 * @param {() => readonly V[]} options.vehicles those to be drawn
 * @param {(vehicle: V) => {code: string, lon: number, lat: number, course: number, shape: Shape, isPicked: boolean} | null} options.look
 *	where one is now and how it looks; the same object again is welcome
 */
export function addReplayVehicles(map, { palette, vehicles, look }) {
	const canvas = document.createElement("canvas");
	canvas.className = "replay-vehicles";
	canvas.setAttribute("aria-hidden", "true");
	map.getCanvasContainer().append(canvas);
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	let ratio = 1;
	let colours = palette;
	/** @type {Record<Shape, HTMLCanvasElement>} */
	let pictures;
	/** The projection of the frame. */
	const view = { scale: 1, x: 0, y: 0, width: 0, height: 0 };

	function draw() {
		const { width, height } = view;
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		context.clearRect(0, 0, width, height);
		const size = BOX * Math.min(1.1, Math.max(0.55, 0.55 + (map.getZoom() - 9) * 0.075));
		const named = map.getZoom() >= 10.5;
		for (const vehicle of vehicles()) {
			const seen = look(vehicle);
			if (!seen) {
				continue;
			}
			const x = mercatorX(seen.lon) * view.scale + view.x;
			const y = mercatorY(seen.lat) * view.scale + view.y;
			if (x < -BOX || y < -BOX || x > width + BOX || y > height + BOX) {
				continue;
			}
			const turn = VEHICLES[seen.shape].turns ? (seen.course * Math.PI) / 180 : 0;
			const sin = Math.sin(turn) * ratio;
			const cos = Math.cos(turn) * ratio;
			if (seen.isPicked) {
				context.beginPath();
				context.arc(x, y, 20, 0, 2 * Math.PI);
				context.strokeStyle = colours.accent;
				context.stroke();
				context.strokeStyle = colours.halo;
			}
			context.setTransform(cos, sin, -sin, cos, x * ratio, y * ratio);
			context.drawImage(pictures[seen.shape], -size / 2, -size / 2, size, size);
			context.setTransform(ratio, 0, 0, ratio, 0, 0);
			if (named) {
				context.strokeText(seen.code, x + size / 2 + 2, y);
				context.fillText(seen.code, x + size / 2 + 2, y);
			}
		}
	}

	function project() {
		const { lng, lat } = map.getCenter();
		view.scale = WORLD * 2 ** map.getZoom();
		view.x = view.width / 2 - mercatorX(lng) * view.scale;
		view.y = view.height / 2 - mercatorY(lat) * view.scale;
		draw();
	}

	function resize() {
		const { clientWidth: width, clientHeight: height } = map.getContainer();
		ratio = Math.min(2, window.devicePixelRatio || 1);
		view.width = width;
		view.height = height;
		canvas.width = Math.round(width * ratio);
		canvas.height = Math.round(height * ratio);
		repaint(colours);
	}

	/** @param {import("./palette.js").Palette} next */
	function repaint(next) {
		colours = next;
		pictures = /** @type {Record<Shape, HTMLCanvasElement>} */ (
			Object.fromEntries(Object.keys(VEHICLES).map((shape) => [shape, vehiclePicture(/** @type {Shape} */ (shape), next, ratio)]))
		);
		context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
		context.textBaseline = "middle";
		context.lineJoin = "round";
		context.lineWidth = 3;
		context.fillStyle = next.text;
		context.strokeStyle = next.halo;
		project();
	}

	resize();
	map.on("move", project);
	map.on("resize", resize);
	return {
		draw,
		repaint,
		/** The vehicle drawn about a point of the map, or null. @param {{x: number, y: number}} point @returns {V | null} */
		at(point) {
			let best = null;
			let bestDistance = REACH_PX;
			for (const vehicle of vehicles()) {
				const seen = look(vehicle);
				if (!seen) {
					continue;
				}
				const distance = Math.hypot(
					mercatorX(seen.lon) * view.scale + view.x - point.x,
					mercatorY(seen.lat) * view.scale + view.y - point.y,
				);
				if (distance < bestDistance) {
					[best, bestDistance] = [vehicle, distance];
				}
			}
			return best;
		},
	};
}
