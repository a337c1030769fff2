// SPDX-License-Identifier: Apache-2.0
/*
 * What is shown, in the address's fragment, so that a link takes a colleague to the same place:
 * #link=4711&tab=roads&status=none&area=東部&by=age&map=14.20/140.4058/38.6006
 */
import { FILTERS } from "./data/filters.js";

/**
 * @typedef {object} Showing
 * @property {number} [link] the link whose card is open
 * @property {string} [vehicle] the vehicle that is followed
 * @property {string} [tab]
 * @property {string} [by] what colours the roads
 * @property {string} [sort] a column of the roads' table; with a minus before it from the largest
 * @property {import("./types.js").Bounds} [box] the box that is asked about
 * @property {{zoom: number, center: [number, number]}} [map]
 */
/** @typedef {Showing & import("./data/filters.js").Filters} Place */

const WORDS = /** @type {const} */ (["vehicle", "tab", "by", "sort", ...FILTERS]);

/** @param {string | null} text @param {string} between @returns {number[]} */
const numbers = (text, between) => (text ?? "").split(between).map((part) => (part === "" ? NaN : Number(part)));

/** @param {string} hash @returns {Place} what of it makes sense */
export function readHash(hash) {
	const words = new URLSearchParams(hash.replace(/^#/, ""));
	/** @type {Place} */
	const place = {};
	const link = Number(words.get("link") ?? NaN);
	if (Number.isSafeInteger(link) && link >= 0) {
		place.link = link;
	}
	for (const name of WORDS) {
		const value = words.get(name);
		if (value) {
			place[name] = value;
		}
	}
	const [west, south, east, north] = numbers(words.get("box"), ",");
	if (west < east && south < north && Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 85 && Math.abs(north) <= 85) {
		place.box = [west, south, east, north];
	}
	const [zoom, lon, lat] = numbers(words.get("map"), "/");
	if (zoom >= 0 && zoom <= 24 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85) {
		place.map = { zoom, center: [lon, lat] };
	}
	return place;
}

/** @param {Place} place @returns {string} */
export function writeHash(place) {
	const words = [];
	for (const name of /** @type {const} */ (["link", ...WORDS])) {
		if (place[name] !== undefined) {
			words.push(`${name}=${encodeURIComponent(String(place[name]))}`);
		}
	}
	if (place.box) {
		words.push(`box=${place.box.map((degrees) => degrees.toFixed(5)).join(",")}`);
	}
	if (place.map) {
		const [lon, lat] = place.map.center;
		words.push(`map=${place.map.zoom.toFixed(2)}/${lon.toFixed(5)}/${lat.toFixed(5)}`);
	}
	return words.length ? `#${words.join("&")}` : "";
}
