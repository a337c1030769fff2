// SPDX-License-Identifier: Apache-2.0
/*
 * What is shown, in the address's fragment, so that a link takes a colleague to the same place:
 * #link=4711&tab=progress&by=age&map=14.20/140.4058/38.6006
 */

/**
 * @typedef {object} Place
 * @property {number} [link] the link whose card is open
 * @property {string} [vehicle] the vehicle that is followed
 * @property {string} [tab]
 * @property {string} [by] what colours the roads
 * @property {{zoom: number, center: [number, number]}} [map]
 */

/** @param {string} hash @returns {Place} what of it makes sense */
export function readHash(hash) {
	const words = new URLSearchParams(hash.replace(/^#/, ""));
	/** @type {Place} */
	const place = {};
	const link = Number(words.get("link") ?? NaN);
	if (Number.isSafeInteger(link) && link >= 0) {
		place.link = link;
	}
	for (const name of /** @type {const} */ (["vehicle", "tab", "by"])) {
		const value = words.get(name);
		if (value) {
			place[name] = value;
		}
	}
	const [zoom, lon, lat] = (words.get("map") ?? "").split("/").map((text) => (text === "" ? NaN : Number(text)));
	if (zoom >= 0 && zoom <= 24 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85) {
		place.map = { zoom, center: [lon, lat] };
	}
	return place;
}

/** @param {Place} place @returns {string} */
export function writeHash(place) {
	const words = [];
	for (const name of /** @type {const} */ (["link", "vehicle", "tab", "by"])) {
		if (place[name] !== undefined) {
			words.push(`${name}=${encodeURIComponent(String(place[name]))}`);
		}
	}
	if (place.map) {
		const [lon, lat] = place.map.center;
		words.push(`map=${place.map.zoom.toFixed(2)}/${lon.toFixed(5)}/${lat.toFixed(5)}`);
	}
	return words.length ? `#${words.join("&")}` : "";
}
