// SPDX-License-Identifier: Apache-2.0
/*
 * Looking into the map of a page: what it draws and where.
 */
import { untilPage } from "./browser.mjs";

/** To be called before the page is opened. @param {import("playwright-core").Page} page */
export const watchMap = (page) =>
	page.addInitScript(() => document.addEventListener("mapopen", (event) => (globalThis.shownMap = event.detail)));

/** @param {import("playwright-core").Page} page */
export const mapIsOpen = (page) => untilPage("the map opens", page, () => Boolean(globalThis.shownMap?.getLayer("road")));

/** Everything the map has to draw is drawn: asks for one more frame, and again, until quiet follows. @param {import("playwright-core").Page} page */
export async function mapIsIdle(page) {
	await page.evaluate(() => {
		globalThis.mapRests = false;
		globalThis.shownMap.once("idle", () => (globalThis.mapRests = true));
		globalThis.shownMap.triggerRepaint();
	});
	await untilPage("the map is idle", page, () => {
		if (!globalThis.mapRests) {
			globalThis.shownMap.triggerRepaint();
		}
		return globalThis.mapRests;
	});
}

/** The links drawn with a status, each with a point of it on the screen. @param {import("playwright-core").Page} page @param {string} status */
export const linksDrawn = (page, status) =>
	page.evaluate((wanted) => {
		const map = globalThis.shownMap;
		const box = map.getCanvas().getBoundingClientRect();
		const vehicles = map.getLayer("vehicle") ? map.queryRenderedFeatures({ layers: ["vehicle"] }) : [];
		const found = new Map();
		for (const feature of map.queryRenderedFeatures({ layers: ["road"] })) {
			const { status: state } = feature.state;
			const { type, coordinates } = feature.geometry;
			const line = type === "LineString" ? coordinates : coordinates[0];
			const [a, b] = [Math.floor((line.length - 1) / 2), Math.floor((line.length - 1) / 2) + 1];
			const point = map.project([(line[a][0] + line[b][0]) / 2, (line[a][1] + line[b][1]) / 2]);
			const free = vehicles.every(({ geometry }) => {
				const at = map.project(geometry.coordinates);
				return Math.hypot(at.x - point.x, at.y - point.y) > 60;
			});
			const inside = point.x > 20 && point.y > 20 && point.x < box.width - 20 && point.y < box.height - 20;
			if (state === wanted && inside && free) {
				found.set(feature.id, { id: feature.id, name: feature.properties.name ?? "", x: box.x + point.x, y: box.y + point.y });
			}
		}
		return [...found.values()];
	}, status);

/** The colour of each link drawn, as "#rrggbb", by its id. @param {import("playwright-core").Page} page @returns {Promise<Record<number, string>>} */
export const linkColours = (page) =>
	page.evaluate(() => {
		const hex = (colour) => `#${String(colour).match(/[\d.]+/g).slice(0, 3).map((part) => Math.round(Number(part)).toString(16).padStart(2, "0")).join("")}`;
		const drawn = globalThis.shownMap.queryRenderedFeatures({ layers: ["road"] });
		return Object.fromEntries(drawn.map(({ id, layer }) => [id, hex(layer.paint["line-color"])]));
	});

/** Where a vehicle is drawn, in degrees; null: it is not. @param {import("playwright-core").Page} page @param {string} code */
export const vehicleDrawn = (page, code) =>
	page.evaluate(
		(wanted) =>
			globalThis.shownMap
				.queryRenderedFeatures({ layers: ["vehicle"] })
				.filter(({ properties }) => properties.code === wanted)
				.map(({ geometry }) => geometry.coordinates)[0] ?? null,
		code,
	);

/** The names of the rivers and lakes that are drawn. @param {import("playwright-core").Page} page */
export const waterDrawn = (page) =>
	page.evaluate(() => globalThis.shownMap.queryRenderedFeatures({ layers: ["water"] }).map(({ properties }) => properties.name));

/**
 * How features of a layer are drawn: the words beside them, their picture and how it is turned, their properties.
 * @param {import("playwright-core").Page} page @param {string} layer
 */
export const symbolsDrawn = (page, layer) =>
	page.evaluate(
		(wanted) =>
			globalThis.shownMap.queryRenderedFeatures({ layers: [wanted] }).map(({ properties, layer: { layout } }) => ({
				...properties,
				words: String(layout?.["text-field"] ?? ""),
				picture: String(layout?.["icon-image"] ?? ""),
				turned: layout?.["icon-rotate"] ?? 0,
			})),
		layer,
	);

/** The residents' plows: what is told of each, and where. @param {import("playwright-core").Page} page */
export const plowsDrawn = (page) =>
	page.evaluate(() => globalThis.shownMap.queryRenderedFeatures({ layers: ["plow"] }).map(({ properties, geometry }) => ({ properties, at: geometry.coordinates })));

/** Which of the points has nothing but the map under it: no card, no legend. */
export const unobstructed = (page, points) =>
	page.evaluate(
		(all) => all.filter(({ x, y }) => document.elementFromPoint(x, y) === globalThis.shownMap.getCanvas()),
		points,
	);

/** The colours of a small square of the screen, as "r,g,b". @param {import("playwright-core").Page} page @param {{x: number, y: number}} at */
export async function coloursAt(page, { x, y }, radius = 3) {
	const clip = { x: Math.round(x) - radius, y: Math.round(y) - radius, width: 2 * radius + 1, height: 2 * radius + 1 };
	const png = await page.screenshot({ clip });
	return page.evaluate(async (data) => {
		const image = new Image();
		image.src = `data:image/png;base64,${data}`;
		await image.decode();
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = [image.width, image.height];
		const context = canvas.getContext("2d");
		context.drawImage(image, 0, 0);
		const { data: bytes } = context.getImageData(0, 0, canvas.width, canvas.height);
		return Array.from({ length: bytes.length / 4 }, (_, i) => [...bytes.slice(4 * i, 4 * i + 3)].join(","));
	}, png.toString("base64"));
}

/** What lies in the middle of the map, as [longitude, latitude]. @param {import("playwright-core").Page} page */
export const middle = (page) => page.evaluate(() => globalThis.shownMap.getCenter().toArray());

/** Moves the map by keys, each to its end. @param {import("playwright-core").Page} page @param {...string} keys */
export async function moveMap(page, ...keys) {
	for (const key of keys) {
		const before = await middle(page);
		await page.keyboard.press(key);
		await untilPage(`${key} moves the map`, page, (old) => {
			const [lon, lat] = globalThis.shownMap.getCenter().toArray();
			return !globalThis.shownMap.isMoving() && Math.hypot(lon - old[0], lat - old[1]) > 1e-5;
		}, before);
	}
}
