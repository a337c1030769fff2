// SPDX-License-Identifier: Apache-2.0
/*
 * How long a fix takes to the screen.
 */

/**
 * How long fixes of one vehicle take from the server's receiving them, before their commit, to the event that tells of
 * them, and to the frame that draws them: {told, drawn}, both in ms and sorted.  Follows the stream beside the page and
 * looks at every frame.  A place tells which fix was drawn: one where an earlier fix lay counts for nothing.
 * @param {import("playwright-core").Page} page whose map is watched (watchMap) and shows the vehicle
 * @param {string} code
 * @param {number} enough frames
 * @returns {Promise<{told: number[], drawn: number[]}>}
 */
export const watchDrawn = (page, code, enough) =>
	page.evaluate(
		async ([wanted, count]) => {
			const ROUNDED = 2e-6; // degrees: what a tile's grid makes of a place
			const told = new Map();
			const fixes = [];
			const found = new Map();
			const nearest = ({ lon, lat }) => fixes.map((fix) => ({ fix, off: Math.max(Math.abs(fix.lon - lon), Math.abs(fix.lat - lat)) }))
				.reduce((best, one) => (one.off < best.off ? one : best), { fix: null, off: Infinity });
			const { event } = await (await fetch("/api/v1/snapshot")).json();
			const stream = new EventSource(`/api/v1/events?after=${event}`);
			stream.addEventListener("vehicles", ({ data }) => {
				const vehicle = JSON.parse(data).find((one) => one.code === wanted);
				const received = vehicle && Date.parse(vehicle.received);
				if (!vehicle || told.has(received)) {
					return;
				}
				told.set(received, Date.now() - received);
				if (nearest(vehicle).off > 2 * ROUNDED) {
					fixes.push({ lon: vehicle.lon, lat: vehicle.lat, received });
				}
			});
			await new Promise((done) => {
				function look() {
					const drawn = globalThis.shownMap.querySourceFeatures("vehicles").find(({ properties }) => properties.code === wanted);
					const [lon, lat] = drawn?.geometry.coordinates ?? [0, 0];
					const { fix, off } = nearest({ lon, lat });
					if (fix && off <= ROUNDED && !found.has(fix)) {
						found.set(fix, Date.now() - fix.received);
					}
					found.size >= count ? done() : requestAnimationFrame(look);
				}
				look();
			});
			stream.close();
			const sorted = (values) => [...values].sort((a, b) => a - b);
			return { told: sorted(told.values()), drawn: sorted(found.values()) };
		},
		[code, enough],
	);

/** @param {number[]} sorted @param {number} share */
export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
