// SPDX-License-Identifier: Apache-2.0
/*
 * How long a fix takes to the screen.
 */

/**
 * How long fixes of one vehicle take from the server's receiving them, before their commit, to the event that tells of
 * them, and to the frame that draws them: {told, drawn}, both in ms and sorted.  Follows the stream beside the page and
 * looks at every frame.
 * @param {import("playwright-core").Page} page whose map is watched (watchMap) and shows the vehicle
 * @param {string} code
 * @param {number} enough frames
 * @returns {Promise<{told: number[], drawn: number[]}>}
 */
export const watchDrawn = (page, code, enough) =>
	page.evaluate(
		async ([wanted, count]) => {
			const events = [];
			const found = new Map();
			const { event } = await (await fetch("/api/v1/snapshot")).json();
			const stream = new EventSource(`/api/v1/events?after=${event}`);
			stream.addEventListener("vehicles", ({ data }) => {
				const vehicle = JSON.parse(data).find((one) => one.code === wanted);
				const received = vehicle && Date.parse(vehicle.received);
				if (vehicle && received !== events.at(-1)?.received) {
					events.push({ lon: vehicle.lon, lat: vehicle.lat, received, told: Date.now() - received });
				}
			});
			await new Promise((done) => {
				function look() {
					const drawn = globalThis.shownMap.querySourceFeatures("vehicles").find(({ properties }) => properties.code === wanted);
					const [lon, lat] = drawn?.geometry.coordinates ?? [0, 0];
					const near = events.find((one) => Math.abs(one.lon - lon) < 2e-5 && Math.abs(one.lat - lat) < 2e-5);
					if (near && !found.has(near.received)) {
						found.set(near.received, Date.now() - near.received);
					}
					found.size >= count ? done() : requestAnimationFrame(look);
				}
				look();
			});
			stream.close();
			const sorted = (values) => [...values].sort((a, b) => a - b);
			return { told: sorted(events.map(({ told }) => told)), drawn: sorted(found.values()) };
		},
		[code, enough],
	);

/** @param {number[]} sorted @param {number} share */
export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
